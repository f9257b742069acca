"""A story: what the whole span of a trend says, in sentences that are true of its figures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from nps_core.compare.detectable import NORMAL_FROM
from nps_core.counts.periods import next_start
from nps_core.formatting import (
    MINUS,
    format_count,
    format_interval,
    format_nps,
    plural,
    size_words,
    the,
    whole_points,
    with_interval,
)
from nps_core.trends.fit import nps_of
from nps_core.trends.today import (
    FALL,
    NONE,
    RISE,
    WATCHED_FROM,
    Warned,
    false_alarms,
    find_warnings,
    found_in_a_year,
    is_too_alike,
    is_watched,
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
    def began(self) -> tuple[dt.date, str] | None:
        """The first day of the last stretch and what its first period is called; None where no level changed."""
        if self.change is None or self.kind == "slide" or not self.start:
            return None
        return self.days(self.start, self.start)[0], the(self.labels[self.start])

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
        # Beside a season nothing is said: what it takes off makes periods agree.
        return (
            self.data is not None
            and self.kind == "steady"
            and self.season is None
            and is_too_alike(self.data, _TOO_ALIKE)
        )

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


_ANY_CHANGE = 200.0  # points: the difference of the two ends of the scale
_ERROR_OF_ROOT = 0.98  # 1.96 times the standard error of a count's square root
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


@dataclass(frozen=True, eq=False)
class Story(StoryFigures):
    """What the whole span of a trend says: its figures, and the sentences that are true of them."""

    @property
    def rate(self) -> str:
        """How often a warning is false, in words; empty where nothing is watched."""
        began, watched = self.false_alarms
        if not watched:
            return ""
        if not began:
            return (
                f"By chance a warning of a fall starts less than once in {plural(watched, self.period)} here."
            )
        # Counts of rare things are drawn with an error of their square root, which is the same for all sizes.
        most, least = ((math.sqrt(began) + way * _ERROR_OF_ROOT) ** 2 for way in (1, -1))
        between = " to ".join(format_count(round(watched / count)) for count in (most, least))
        every = plural(round(watched / began), self.period)
        return f"By chance a warning of a fall starts about once in {every} here ({between})."

    @property
    def title(self) -> str:
        """The finding: what changed and since when, or that nothing did."""
        if self.kind == "refused":
            return f"Only {_named(self.refused)} are shown, so no trend is told"
        if self.kind == "none":
            return "No dated responses to tell a trend from"
        if self.change is None and not math.isfinite(self.detectable):
            return self._too_few
        if self.change is None:
            return f"No change beyond chance since {the(self.labels[0])}"
        if self.kind == "slide":
            return f"{self._moved} from {the(self.labels[0])} to {the(self.labels[-1])}"
        return f"{self._moved} since {the(self.labels[self.start or 0])}"

    @property
    def headline(self) -> tuple[str, ...]:
        """What an overview says of it: the story with its caution, today's level, and a warning that stands."""
        if self.kind in ("none", "refused"):
            return (self._why_none,)
        # When it began, what could have been seen and what would look the same belong to what is said.
        said = (
            self._story,
            (self._today, self._season),
            (self._early,),
            (self._alike,),
            (self._left_out if self.ahead else "",),  # the chart goes on to where the story does not
        )
        return tuple(filter(None, (" ".join(filter(None, part)) for part in said)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The story, what held a year ago, today's level, and the warning; each true of its own figures."""
        if self.kind in ("none", "refused"):
            return tuple(filter(None, (self._why_none, self._left_out)))
        said = (
            *self._story,
            self._year,
            self._today,
            self._season,
            self._warning,
            self._alike,
            self._left_out,
        )
        return tuple(sentence for sentence in said if sentence)

    @property
    def taken_apart(self) -> str:
        """What is taken apart of the change, where that is not its size: thirds of a slide, or with the season in."""
        counted, change = self.counted, self.change
        if counted is None or change is None or whole_points(counted.points) == whole_points(change.points):
            return ""
        of = "Its last third less its first" if self.kind == "slide" else "As counted"
        season = ", with the season in it" if self.season is not None else ""
        return f"{of}{season}: {format_nps(counted.points)} ({counted.interval})."

    @property
    def _short(self) -> bool:
        """Whether it is of less than the two years that a season is told from."""
        return self.data is not None and len(self) < 2 * self.data.year

    @property
    def _too_few(self) -> str:
        if len(self) == 1:
            return f"All responses are of {the(self.labels[0])}, so no change can be told"
        return f"Too few responses to tell a change: it takes {NORMAL_FROM} on either side"

    @property
    def _why_none(self) -> str:
        if self.kind == "refused":
            return (
                f"Only {_named(self.refused)} are shown: their NPS over time is the filter's own doing, so there"
                " is no story, no level of today and no warning."
            )
        return f"{self.title}."

    @property
    def _moved(self) -> str:
        change, levels = self.change, self.levels
        if change is None:
            return ""
        scores = (levels[-1], levels[-2])
        interval = f" ({change.interval})" if change.interval else ""
        return f"{_way(change)} {size_words(change.points, scores)}{interval}"

    @property
    def _story(self) -> tuple[str, ...]:
        if self.change is None:
            return (f"{self.title}.", self._seen)
        told = (f"{self.title}{self._so_much_a_year}.",) if self.kind == "slide" else self._stepped
        doubt = "Whether in steps or steadily, the data cannot tell." if self.doubtful else ""
        return (*told, doubt, self._caution)

    @property
    def _caution(self) -> str:
        """That a season would look the same, or that the same was seen a year before."""
        if self._short:
            return "With less than two years of data a yearly season would look the same."
        if not (self.recurs and self.change and self.start is not None):
            return ""
        same = f"{self.period}s" if len(self) - self.start > 1 else self.period
        reads = "read" if same.endswith("s") else "reads"
        way = "higher" if self.change.points > 0 else "lower"
        return f"The same {same} of the year before {reads} {way} too: a yearly season would look the same."

    @property
    def _seen(self) -> str:
        """What could have been seen at all."""
        if self.detectable >= _ANY_CHANGE:
            return ""
        size = plural(math.ceil(self.detectable), "point")
        return f"A lasting change of {size} halfway through would have shown four times in five."

    @property
    def _so_much_a_year(self) -> str:
        """Of a slide that goes on for more than a year, where it is no step as well."""
        year = self.in_a_year
        if self.kind != "slide" or self.doubtful or year is None or not whole_points(year.points):
            return ""
        return f", about {_size(year.points)} a year"

    @property
    def _stepped(self) -> tuple[str, ...]:
        now, before = (format_nps(level) for level in (self.levels[-1], self.levels[-2]))
        began = ""
        if self.start_range and self.start_range[0] < self.start_range[1] and not self.doubtful:
            first, last = (the(self.labels[place]) for place in self.start_range)
            way = "rise" if self.levels[-1] > self.levels[-2] else "fall"
            began = f"The {way} began between {first} and {last}."
        if self.since_before is None or self.fit is None:
            return (f"{self.title}: {now}, before {before}.", began)
        way = "fall" if self.levels[-2] < self.levels[-3] else "rise"
        when = the(self.labels[self.fit.starts[-2]])
        three = f"{now}, before {before}, and {format_nps(self.levels[-3])} before the {way} in {when}"
        return (f"{self.title}: {three}; {self._beside_before}.", began)

    @property
    def _beside_before(self) -> str:
        """The last stretch beside the one before the change before."""
        since = self.since_before
        if since is None or not since.beyond_chance or not whole_points(since.points):
            return "now and then may be one level"
        return f"{_size(since.points)} {'above' if since.points > 0 else 'below'} that"

    @property
    def _year(self) -> str:
        """What the last year made of it; nothing where that is what is told already."""
        year = self.in_a_year
        if year is None or self.change is None or year == self.change or self._so_much_a_year:
            return ""
        if not year.points:
            return "In the last year: no change beyond chance."
        if not year.beyond_chance:
            return f"In the last year: no change beyond chance ({year.interval})."
        return f"In the last year: {_way(year).lower()} {size_words(year.points)} ({year.interval})."

    @property
    def _today(self) -> str:
        now = self.today
        if now is None or (self.change is None and math.isinf(self.detectable)):
            return ""  # where no change can be told it is the NPS of all, which is said already
        of = " and with the season taken off" if self.season is not None else ""
        when = f"Smoothed level, {the(self.labels[-1])}{of}:"
        return f"{when} {with_interval(now.nps, now.low, now.high)}{self._beside_all}."

    @property
    def _beside_all(self) -> str:
        """The NPS of all responses, where that of today is surely another."""
        if self.today is None or self.data is None:
            return ""
        whole = float(nps_of(self.data.counts.sum(axis=0)))
        if self.today.low <= whole <= self.today.high:
            return ""
        side = "above" if self.today.low > whole else "below"
        return f": {side} the {format_nps(whole)} of all {format_count(self.data.n.sum())} responses"

    @property
    def _season(self) -> str:
        if self.season is None or self.data is None:
            return ""
        quarters = self.data.quarters
        effects = {
            int(quarter): float(self.season[quarters == quarter][0]) for quarter in np.unique(quarters)
        }
        far = max(effects, key=lambda quarter: abs(effects[quarter]))
        others = [effect for quarter, effect in effects.items() if quarter != far]
        points = effects[far] - sum(others) / len(others)
        if not whole_points(points):
            return ""
        way = "above" if points > 0 else "below"
        return (
            f"Every year {_QUARTERS[far]} reads {_size(points)} {way} the other quarters; that is taken off."
        )

    @property
    def _warning(self) -> str:
        """The warning that stands, or the fall that was over within the year, or that nobody could have seen one."""
        if self.data is None or not is_watched(self.data.n, self.period).any():
            has = 0 if self.data is None else int((self.data.n > 0).sum())
            takes = f"An early warning takes {WATCHED_FROM} {self.period}s with responses"
            return f"{takes}; there {'is' if has == 1 else 'are'} {has}."
        unseen = "" if self.standing or self.watches else "Too few responses for an early warning."
        return self._early or self._over or unseen

    @property
    def _early(self) -> str:
        """A fall that stands; a rise that stands where the story does not tell it anyway."""
        standing, told = self.standing, np.sign(self.change.points) if self.change else NONE
        if standing is None or told == standing.state == RISE:
            return ""
        since = the(self.labels[standing.since])
        if standing.state == RISE:
            return f"An early sign of a rise since {since}, not yet beyond chance."
        more = "" if told == FALL else ": the latest responses read lower, not yet beyond chance"
        return f"Early warning since {since}{more}."

    @property
    def _over(self) -> str:
        falls = [one for one in self.warnings if one.state == FALL]
        over = falls[-1].until if falls else None
        if over is None or self.data is None or len(self) - over > self.data.year:
            return ""
        return f"The early warning of {the(self.labels[falls[-1].since])} ended in {the(self.labels[over])}."

    @property
    def _alike(self) -> str:
        return (
            "The periods agree more closely than chance allows: these responses may not be independent draws."
            if self.too_alike
            else ""
        )

    @property
    def _left_out(self) -> str:
        undated = f"{plural(self.undated, 'response')} without a date" if self.undated else ""
        ahead = f"{plural(self.ahead, 'response')} dated in the future" if self.ahead else ""
        return f"Left out: {' and '.join(filter(None, (undated, ahead)))}." if undated or ahead else ""


def _named(groups: tuple[str, ...]) -> str:
    return " and ".join(f"{group}s" for group in groups)


def _way(change: Change) -> str:
    return "Up" if change.points > 0 else "Down"


def _size(points: float) -> str:
    """Whole points without their sign."""
    return format_nps(points).lstrip(f"+{MINUS}")
