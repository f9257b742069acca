"""CSAT and CES: what was asked beside the recommend question, in units of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.filters import NO_VALUE, Filters
from nps_core.formatting import NOTHING, figure_digits, format_share, format_shares, range_words
from nps_core.score.estimate import LEVEL
from nps_core.score.influence import influence_interval, share_interval, wilson
from nps_core.score.student import student

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.survey import Measure

TOP = 2
"""CSAT counts the two best answers of its scale as satisfied ("top-2 box"), or one of a scale of two."""

EASY = 0.4
"""The part of a CES scale that counts as easy: 5 to 7 of 1-7, 4 and 5 of 1-5."""

ASKED_OF = 0.5
"""Of the responses: a question that fewer answered would leave too few who answered all."""


_NOISE = 1e-9
"""Squares that arithmetic leaves of answers that agree."""


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
        digits = figure_digits(result.low, result.high)
        value = format_share(result.value / 100, digits=digits)
        return value, f"satisfied, {format_shares(result.low / 100, result.high / 100)}"
    digits = figure_digits(result.low, result.high, 1)
    return f"{result.value:.{digits}f} {result.unit}", range_words(
        result.low, result.high, "{:.{}f}".format, 1
    )


def summarize_measures(scope: Scope, *, level: float = LEVEL) -> tuple[MeasureResult, ...]:
    """Every CSAT and CES question of the survey, in the order of `Survey.measures`.

    CSAT is the share of answers in the two best of the scale with Wilson's interval; CES the mean with
    Student's interval, held inside the scale; both for as many answers as those of accounts are worth. Missing
    answers count nowhere.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.
    """
    measures = scope.survey.measures
    scope.counts.ahead(*((measure.column,) for measure in measures))
    return tuple(summarize_measure(scope, measure, level=level) for measure in measures)


def summarize_measure(scope: Scope, measure: Measure, *, level: float = LEVEL) -> MeasureResult:
    """One question, as `summarize_measures` has it."""
    counts = scope.counts
    answers, given = counts.values(measure.column)
    n = int(given.sum())
    rows, clusters = None, None
    if counts.unit_here is not None:
        rows, clusters, _ = counts.answers(measure.column)
    if measure.kind == "csat":
        good = good_from(measure)
        found = _share(
            int(given[answers >= good].sum()), n, None if rows is None else (rows >= good, clusters), level
        )
        return MeasureResult(measure.column, "csat", n, *found, "% satisfied")
    found = _mean(answers, given, None if rows is None else (rows, clusters), measure, level)
    return MeasureResult(measure.column, measure.kind, n, *found, f"of {measure.high}")


def below_good_end(scope: Scope, measure: Measure) -> Filters:
    """The filter for those who answered a question, and not at its good end."""
    labels = scope.counts.labels(measure.column)
    below = [label for label in labels if label != NO_VALUE and float(label) < good_from(measure)]
    return Filters().with_attribute(measure.column, below)


def good_from(measure: Measure) -> int:
    """The lowest answer at the good end: one of the two best for CSAT, of the upper two fifths for CES.

    Of 1-7 that is 5, "somewhat agree" and better. A scale of two answers has one good one.
    """
    answers = measure.high - measure.low + 1
    good = TOP if measure.kind == "csat" else round(answers * EASY)
    return measure.high - max(1, min(good, answers - 1)) + 1


def _share(count: int, n: int, alike: tuple[Any, Any] | None, level: float) -> tuple[float, float, float]:
    """A share and its interval, in percent; `alike` are the answers and their clusters, where responses have some."""
    if not n:
        return math.nan, math.nan, math.nan
    if alike is None:
        found = wilson(np.array([count / n]), np.array([float(n)]), student(level, np.array([np.inf])))
    else:
        found = share_interval(*alike, level=level)
    share, low, high = (100 * float(part[0]) for part in found)
    return share, low, high


def _mean(
    answers: NDArray[np.float64],
    counts: NDArray[np.int64],
    alike: tuple[Any, Any] | None,
    measure: Measure,
    level: float,
) -> tuple[float, float, float]:
    """A mean and its interval, on the scale of the answers."""
    n = int(counts.sum())
    if not n:
        return math.nan, math.nan, math.nan
    mean = float(counts @ answers) / n
    if n == 1:
        return mean, float(measure.low), float(measure.high)
    error, freedom = (
        math.sqrt(spread_of(float(counts @ (answers - mean) ** 2), n, mean, measure) / n),
        n - 1.0,
    )
    if alike is not None:
        rows, clusters = alike
        shared, nu = influence_interval((rows - mean)[:, None], clusters)
        # At least as wide as of independent answers; what few clusters cost comes on top of what few answers do.
        error = max(error, float(shared[0]) * math.sqrt(n / (n - 1)))
        freedom = 1 / (1 / nu + 1 / freedom)
    half = float(student(level, freedom)) * error
    return mean, max(mean - half, float(measure.low)), min(mean + half, float(measure.high))


def spread_of(squares: float, n: int, mean: float, measure: Measure) -> float:
    """Variance of one of n answers by their squares about the mean.

    Answers that agree tell nothing of how far others would stray: beside them half an answer is taken at either end of
    the scale.
    """
    if squares > _NOISE:
        return squares / (n - 1)
    return ((measure.high - mean) ** 2 + (mean - measure.low) ** 2) / 2 / (n + 1)


def asked(scope: Scope) -> list[str]:
    """The questions that half of the responses answered, and not all alike."""
    found = []
    for measure in scope.survey.measures:
        _, times = scope.counts.values(measure.column)
        if times.sum() >= ASKED_OF * scope.n and np.count_nonzero(times) > 1:
            found.append(measure.column)
    return found
