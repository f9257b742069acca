"""CSAT and CES: what was asked beside the recommend question, in units of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.formatting import NOTHING, format_share
from nps_core.score.estimate import LEVEL, critical, student

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.survey import Measure

TOP = 2
"""CSAT counts the two best answers of its scale as satisfied ("top-2 box"), or one of a scale of two."""

EASY = 0.4
"""The part of a CES scale that counts as easy: 5 to 7 of 1-7, 4 and 5 of 1-5."""


@dataclass(frozen=True)
class MeasureResult:
    """One CSAT or CES question.

    Parameters
    ----------
    column
        The column of the file.
    kind
        "csat" or "ces".
    n
        Responses that answered it.
    value, low, high
        CSAT: percent of the answers in the top two of the scale. CES: the mean answer, on its scale.
        With the interval; NaN where nobody answered, and the interval of a mean of one answer is the scale.
    unit
        "% satisfied" or "of 7" (the top of the scale).
    """

    column: str
    kind: str
    n: int
    value: float
    low: float
    high: float
    unit: str


def measure_words(result: MeasureResult) -> tuple[str, str]:
    """A CSAT or CES figure and its interval: ("82%", "satisfied, 79% to 85%"), ("5.4 of 7", "5.2 to 5.6")."""
    if math.isnan(result.value):
        return NOTHING, NOTHING
    if result.kind == "csat":
        low, high = (format_share(end / 100) for end in (result.low, result.high))
        return format_share(result.value / 100), f"satisfied, {low} to {high}"
    return f"{result.value:.1f} {result.unit}", f"{result.low:.1f} to {result.high:.1f}"


def summarize_measures(scope: Scope, *, level: float = LEVEL) -> tuple[MeasureResult, ...]:
    """Every CSAT and CES question of the survey, in the order of `Survey.measures`.

    CSAT is the share of answers in the two best of the scale with Wilson's interval; CES the mean with
    Student's interval, held inside the scale. Missing answers count nowhere.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.
    """
    counts = scope.counts
    return tuple(
        _measure(measure, *counts.values(measure.column), level) for measure in scope.survey.measures
    )


def good_from(measure: Measure) -> int:
    """The lowest answer at the good end: one of the two best for CSAT, of the upper two fifths for CES.

    Of 1-7 that is 5, "somewhat agree" and better. A scale of two answers has one good one.
    """
    answers = measure.high - measure.low + 1
    good = TOP if measure.kind == "csat" else round(answers * EASY)
    return measure.high - max(1, min(good, answers - 1)) + 1


def _measure(
    measure: Measure, answers: NDArray[np.float64], counts: NDArray[np.int64], level: float
) -> MeasureResult:
    n = int(counts.sum())
    if measure.kind == "csat":
        value, low, high = _wilson(int(counts[answers >= good_from(measure)].sum()), n, level)
        return MeasureResult(measure.column, "csat", n, value, low, high, "% satisfied")
    value, low, high = _mean(answers, counts, measure, level)
    return MeasureResult(measure.column, measure.kind, n, value, low, high, f"of {measure.high}")


def _wilson(count: int, n: int, level: float) -> tuple[float, float, float]:
    """A share and its interval, in percent."""
    if not n:
        return math.nan, math.nan, math.nan
    z2 = critical(level) ** 2
    share = count / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return 100 * share, 100 * max(centre - half, 0.0), 100 * min(centre + half, 1.0)


def _mean(
    answers: NDArray[np.float64], counts: NDArray[np.int64], measure: Measure, level: float
) -> tuple[float, float, float]:
    """A mean and its interval, on the scale of the answers."""
    n = int(counts.sum())
    if not n:
        return math.nan, math.nan, math.nan
    mean = float(counts @ answers) / n
    if n == 1:
        return mean, float(measure.low), float(measure.high)
    variance = float(counts @ (answers - mean) ** 2) / (n - 1)
    half = student(level, n - 1) * math.sqrt(variance / n)
    return mean, max(mean - half, float(measure.low)), min(mean + half, float(measure.high))
