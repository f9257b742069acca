"""Targets and benchmarks that somebody typed in: how surely the score is from them, in words and on a chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.axes import ENDS
from nps_core.charts.spec import Mark
from nps_core.errors import NPSError
from nps_core.formatting import format_between, format_count, format_interval, format_nps, size_words
from nps_core.link import from_link, is_number, to_link
from nps_core.score.contrasts import TYPICAL_VARIANCE
from nps_core.score.difference import Difference, difference
from nps_core.score.estimate import z_of
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nps_core.charts.spec import Chart
    from nps_core.score.estimate import Estimate


_MOST = 10**9  # responses behind a benchmark; nobody has asked more


@dataclass(frozen=True)
class Target:
    """A target, or a benchmark with the responses behind it.

    Parameters
    ----------
    name
        Whose it is: "Board target", "Industry 2025".
    nps
        In points.
    n
        Responses that a benchmark was measured with; None when they are not known, or for a target.
    """

    name: str
    nps: float
    n: int | None = None

    def to_text(self) -> str:
        """The aim as one line, for a link; `targets_of` reads it back."""
        return to_link([self.name, self.nps, self.n])


def targets_of(texts: Iterable[str]) -> tuple[Target, ...]:
    """Read aims back from their texts; what is none is passed over, since a link may have been cut."""
    return tuple(aim for text in texts if (aim := _read(text)))


def target_sentence(score: Estimate, aim: Target) -> str:
    """How far the score is from an aim, true of the interval of the difference.

    Raises
    ------
    NPSError
        A target that is no NPS, or a benchmark of no responses.
    """
    gap = against(score, aim.nps, n=aim.n)
    behind = f", n {format_count(aim.n)}" if aim.n else ""
    name = f"“{aim.name or 'Target'}” ({format_nps(aim.nps)}{behind})"
    if not score.n:
        return f"There are no responses to set against {name}."
    interval = format_interval(gap.low, gap.high)
    way = "above" if gap.points > 0 else "below"
    if gap.beyond_chance:
        return f"{size_words(gap.points).capitalize()} {way} {name}, more than chance explains ({interval})."
    if not round(gap.points):
        return f"Level with {name}; the difference lies {format_between(gap.low, gap.high)}."
    return f"Reads {size_words(gap.points)} {way} {name}, but chance may explain that ({interval})."


def _read(text: str) -> Target | None:
    try:
        name, nps, n = from_link(text)
    except ValueError:
        return None
    counted = n is None or (type(n) is int and 0 < n <= _MOST)
    known = isinstance(name, str) and is_number(nps) and ENDS[0] <= nps <= ENDS[1] and counted
    return Target(name, float(nps), n) if known else None


def against(score: Estimate, target: float, *, n: int | None = None) -> Difference:
    """An NPS less a target, or less a benchmark that was itself measured.

    Parameters
    ----------
    score
        The estimate of one sample.
    target
        The NPS to compare with, in points. None is built in: none could be vouched for.
    n
        Responses behind the benchmark, when they are known; a target that somebody set has none. The groups of
        a benchmark are not known: it is taken to vary as surveys usually do (variance 0.61, or what its NPS
        allows).

    Returns
    -------
    Difference
        Without `n`, the interval of the score less the target, and the p-value of the score test of "the NPS is
        the target". NaN where the score has no responses.

    Raises
    ------
    NPSError
        A target that is no NPS, or a benchmark of no responses.

    Notes
    -----
    A target is beyond chance where the interval of the score leaves it out; a benchmark of n responses is compared
    as a second sample (MOVER).

    Examples
    --------
    >>> from nps_core.score.estimate import estimate
    >>> gap = against(estimate(50, 30, 20), 40)
    >>> gap.points, gap.beyond_chance, round(gap.p_value, 2)
    (-10.0, False, 0.18)
    """
    if not ENDS[0] <= target <= ENDS[1]:
        raise NPSError(f"{target:g} is not an NPS.", hint="Type a number from -100 to 100.")
    if n is not None:
        if n < 1:
            raise NPSError(
                "A benchmark has one response at least.", hint="Leave n empty when it is not known."
            )
        return difference(score, _typical(target / 100, n), level=score.level)
    if not score.n:
        return Difference(math.nan, math.nan, math.nan, math.nan, beyond_chance=False, level=score.level)
    low, high = score.low - target, score.high - target
    return Difference(
        points=score.nps - target,
        low=low,
        high=high,
        p_value=_p_value(score, target / 100),
        beyond_chance=bool(low > 0 or high < 0),
        level=score.level,
    )


def _p_value(score: Estimate, target: float) -> float:
    """The level at which the target leaves the interval of the score."""
    happy, _, unhappy = (np.asarray(count, dtype=np.float64) for count in score.groups)
    n = np.asarray(score.n, dtype=np.float64)
    below = target <= score.nps / 100
    trial = np.asarray(target if below else -target, dtype=np.float64)
    z = z_of(trial, happy, unhappy, n) if below else z_of(trial, unhappy, happy, n)
    return math.erfc(max(float(z), 0.0) / math.sqrt(2))


def _typical(nps: float, n: int) -> tuple[float, float, float]:
    """Counts of a sample of this NPS on -1..1 and size, with the usual variance as far as it can have it."""
    spoken = min(max(TYPICAL_VARIANCE + nps * nps, abs(nps)), 1.0)  # promoters and detractors together
    return n * (spoken + nps) / 2, n * (1 - spoken), n * (spoken - nps) / 2


_BELOW, _ABOVE = 5, 8  # points that the axis reaches beyond a target: its name stands above


def with_targets(chart: Chart, aims: Sequence[Target]) -> Chart:
    """Mark targets and benchmarks as dotted levels with their names; the axis grows to hold them."""
    if not aims:
        return chart
    names = [f"{aim.name or 'Target'} {format_nps(aim.nps)}" for aim in aims]
    return chart.with_marks(
        [Mark("aim", plain(name), aim.nps, aim.nps) for name, aim in zip(names, aims, strict=True)],
        alt=f" Dotted: {'; '.join(names)}.",
        source=" Dotted: targets and benchmarks.",
        holding=[
            min(ENDS[1], max(ENDS[0], end)) for aim in aims for end in (aim.nps - _BELOW, aim.nps + _ABOVE)
        ],
    )
