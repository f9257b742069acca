"""What a story holds: its levels, its changes with their intervals, today's level and its warnings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from nps_core.counts.periods import next_start
from nps_core.formatting import format_interval
from nps_core.trends.warning import (
    FALL,
    NONE,
    RISE,
    Warned,
    false_alarms,
    find_warnings,
    found_in_a_year,
)

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from nps_core.trends.fit import Fit, PeriodCounts
    from nps_core.trends.today import Today

_FALL_TO_SEE = 20.0  # points: whoever sees no such fall within a year in half the cases does not watch
_TOO_ALIKE = 0.001  # how often chance lets periods agree so closely
_STATES = {FALL: "fall", NONE: "", RISE: "rise"}

Places: TypeAlias = tuple[int, int]
"""The first and the last of some periods."""


@dataclass(frozen=True)
class Change:
    """Points between two levels of a story, and their interval: wide enough for a search over all starts."""

    points: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0

    @property
    def interval(self) -> str:
        """The interval in words: "+1 to +18"."""
        return format_interval(self.low, self.high)


@dataclass(frozen=True, eq=False)
class StoryFigures:
    """What the whole span of a trend holds.

    Parameters
    ----------
    kind
        "steady", "changes", "slide"; "none" without dated responses, "refused" where some groups are picked.
    period, labels
        "week", "month" or "quarter", and the periods in words.
    data, fit
        What it was told from, and the fit behind it; None without a story.
    doubtful
        Whether steps and a slide tell it nearly as well.
    start, start_range
        Place where the last stretch begins (0 for a slide), and the first and the last place where it may have begun;
        None where there are none.
    change
        The last stretch less the one before, or the slide from its first to its last period; None for a steady story.
    since_before
        The last stretch less that before the one before; None with fewer than three.
    in_a_year
        The last level less that of the period a year before; None for a file of less than a year.
    sides, counted
        The periods of the last stretch and of the one before (of a slide its last third and its first), and the NPS
        of all responses of the first less that of the second: as wide as the story's own change, the season in it.
    recurs
        Whether what is told lay so a year before too, so that it may be a season.
    detectable
        The lasting change half-way that would have been told four times in five, in points; infinite where none.
    today
        The level that holds now.
    states
        -1 for each period with a warning of a fall, 1 of a rise, else 0; known at the end of that period.
    refused
        The groups that are picked.
    undated, ahead
        Responses left out: without a date, and dated in the future.
    """

    kind: str
    period: str
    labels: tuple[str, ...] = ()
    data: PeriodCounts | None = None
    fit: Fit | None = None
    doubtful: bool = False
    start: int | None = None
    start_range: Places | None = None
    change: Change | None = None
    since_before: Change | None = None
    in_a_year: Change | None = None
    sides: tuple[Places, Places] | None = None
    counted: Change | None = None
    recurs: bool = False
    detectable: float = math.inf
    today: Today | None = None
    states: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    refused: tuple[str, ...] = ()
    undated: int = 0
    ahead: int = 0

    def __len__(self) -> int:
        """How many periods."""
        return len(self.labels)

    @property
    def levels(self) -> tuple[float, ...]:
        """Of the stretches, or of the first and the last period of a slide; season off."""
        if self.fit is None:
            return ()
        at = (0, len(self) - 1) if self.kind == "slide" else self.fit.starts
        return tuple(self.fit.level[list(at)].tolist())

    @property
    def starts(self) -> tuple[int, ...]:
        """Places where stretches begin; of a slide its first."""
        return self.fit.starts if self.fit else ()

    def days(self, first: int, last: int) -> tuple[dt.date, dt.date]:
        """The first day of a period and the last day of another."""
        if self.data is None:
            raise ValueError("There is no story.")
        ends = self.data.starts[[first]], next_start(self.data.starts[[last]], self.period) - 1
        since, until = (day.astype("datetime64[D]")[0].item() for day in ends)
        return since, until

    @property
    def season(self) -> NDArray[np.float64] | None:
        """Points that are taken off each period; None without a season."""
        return self.fit.season if self.fit else None

    @cached_property
    def warnings(self) -> tuple[Warned, ...]:
        """Falls and rises, in the order of time; the last stands where it has no end."""
        return find_warnings(self.states)

    @property
    def standing(self) -> Warned | None:
        """The warning that stands; None without one."""
        return self.warnings[-1] if self.warnings and self.warnings[-1].until is None else None

    @property
    def warned(self) -> bool:
        """Whether a warning of a fall stands."""
        return self.standing is not None and self.standing.state == FALL

    @cached_property
    def watches(self) -> bool:
        """Whether a fall of 20 points would raise a warning within a year in half the cases or more."""
        return self.data is not None and found_in_a_year(self.data, _FALL_TO_SEE) >= 1 / 2

    @cached_property
    def false_alarms(self) -> tuple[int, int]:
        """False falls in drawn surveys like this one, and the periods watched in them; computed when asked for."""
        return false_alarms(self.data) if self.data is not None else (0, 0)

    @cached_property
    def too_alike(self) -> bool:
        """Whether the periods of a steady story agree more closely than chance allows."""
        from scipy.special import chdtr  # noqa: PLC0415 - as where scipy is needed elsewhere

        if self.data is None or self.kind != "steady" or self.fit is None:
            return False
        has = self.data.n > 0
        off = (self.data.without(self.season).nps - self.fit.level)[has]
        square = float((off**2 / self.data.sampling[has]).sum())
        free = int(has.sum()) - 1 - (0 if self.season is None else len(set(self.data.quarters[has])) - 1)
        return free > 0 and float(chdtr(free, square)) < _TOO_ALIKE

    def table(self) -> pd.DataFrame:
        """A row a period: NPS, responses, level and season in points, and the warning that stood at its end."""
        data, fit = self.data, self.fit
        if data is None or fit is None:
            return pd.DataFrame(
                columns=["period", "starts", "nps", "responses", "level", "season", "warning"]
            )
        return pd.DataFrame(
            {
                "period": self.labels,
                "starts": pd.to_datetime(data.starts).strftime("%Y-%m-%d"),
                "nps": np.where(data.n > 0, data.nps, np.nan),
                "responses": data.n,
                "level": fit.level,
                "season": np.zeros(len(self)) if fit.season is None else fit.season,
                "warning": [_STATES[int(state)] for state in self.states],
            }
        )
