"""A trend: the NPS of each period, what it says, and its chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis, shown_ticks
from nps_core.charts.caption import NO_CAPTION, Caption
from nps_core.charts.spec import Chart, Series, names_of, values_of
from nps_core.compare.detectable import seen_words, variance_of
from nps_core.formatting import format_count, format_interval, format_nps, size_words, the

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.compare.difference import Difference
    from nps_core.score.estimate import Estimate

_MOST_TICKS = 9  # periods named under a chart


@dataclass(frozen=True, eq=False)
class Trend:
    """The NPS of each period, without gaps: a period without responses has n = 0 and NPS NaN.

    Parameters
    ----------
    period
        "day", "week", "month", "quarter", or "rolling 90 days".
    starts, ends
        First and last day of each period (datetime64[D]).
    labels
        "Mar 2026", "Q1 2026", "week of 3 Mar 2026", "3 Mar 2026", "90 days to 3 Mar 2026".
    estimate
        NPS, interval and n of each period (arrays).
    latest, previous
        Places of the last period with enough responses to be read (5; any, where none has so many) and of
        the last such one before it (for a rolling trend: that does not overlap it); None where there is none.
    change
        The latest period less the previous one; None when there are not two.
    undated
        Responses without a date, which are in no period.
    incomplete
        True when the survey's last date, or the last day of the filters, leaves more than a tenth of the latest period
        to come.
    until
        That day; None without dates.
    since
        The first day of the filters, where it cuts more than a tenth off the first period; else None.
    caption
        What was looked at, in words, for its chart.
    """

    period: str
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    labels: tuple[str, ...]
    estimate: Estimate
    latest: int | None
    previous: int | None
    change: Difference | None
    undated: int
    incomplete: bool
    until: np.datetime64 | None = None
    since: np.datetime64 | None = None
    caption: Caption = NO_CAPTION

    def __len__(self) -> int:
        """How many periods."""
        return len(self.labels)

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """A line of the NPS per period with its interval, over thin bars of n.

        A period without responses is a gap, never a zero and never bridged.
        """
        subtitle, source = self.caption.unless(subtitle, source)
        nps, low, high, n = (values_of(np.atleast_1d(part)) for part in self._figures)
        drawn = self.ends if self.period.startswith("rolling") else self.starts
        return Chart(
            kind="line",
            name=f"trend-{self.period.replace(' ', '-')}",
            title=self.title,
            subtitle=subtitle,
            origin=(
                f"{source} NPS = % promoters − % detractors. Band: 95% score interval (SCAS). Bars:"
                " responses."
            ),
            alt=self._alt(),
            rows=partial(_table, self),
            n=float(np.sum(self.estimate.n)),
            categories=names_of(self.labels),
            series=(
                Series("NPS", nps, low, high, labels=_last_label(nps), hover=self._hover()),
                Series("responses", n, colours=("quiet",)),
            ),
            axis=points_axis([*low, *high]),
            dates=tuple(np.datetime_as_string(drawn.astype("datetime64[D]")).tolist()),
            until=str(self.ends[-1]) if len(self) else "",
            named=tuple(shown_ticks(len(self), self.period, _MOST_TICKS)),
        )

    @property
    def _figures(self) -> tuple[NDArray[np.float64], ...]:
        score = self.estimate
        return score.nps, score.low, score.high, score.n

    def _hover(self) -> tuple[str, ...]:
        rows = zip(self.labels, *(np.atleast_1d(part).tolist() for part in self._figures), strict=True)
        return tuple(
            f"{label}: {format_nps(nps)} ({format_interval(low, high)}), n {format_count(n)}"
            for label, nps, low, high, n in rows
        )

    def _alt(self) -> str:
        nps = np.asarray(self.estimate.nps, dtype=float)
        if not np.isfinite(nps).any():
            return self.title
        lowest, highest = int(np.nanargmin(nps)), int(np.nanargmax(nps))
        return (
            f"{self.title}. Lowest {format_nps(nps[lowest])} in {self.labels[lowest]},"
            f" highest {format_nps(nps[highest])} in {self.labels[highest]}."
        )

    @property
    def title(self) -> str:
        """The finding of a trend, as a chart's title."""
        if self.latest is None:
            return "No dated responses to draw a trend from"
        label = period_words(self, self.latest)
        score = format_nps(float(self.estimate.nps[self.latest]))
        if self.change is None or self.previous is None:
            return f"NPS was {score} in {label}"
        before = period_words(self, self.previous)
        points = float(self.change.points)
        if bool(self.change.beyond_chance):
            way = "rose" if points > 0 else "fell"
            return f"NPS {way} {size_words(points)} to {score} in {label}, from {before}"
        return f"NPS was {score} in {label}, no change beyond chance since {before}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The change of the latest period on the one before; empty where there are not two."""
        if self.change is None or self.latest is None or self.previous is None:
            return ()
        change = self.change.sentence(
            now=period_words(self, self.latest),
            before=period_words(self, self.previous),
            scores=(float(self.estimate.nps[self.latest]), float(self.estimate.nps[self.previous])),
        )
        return (change,)

    @property
    def detectable(self) -> str:
        """Could we have seen it? The smallest change between the latest two periods that would show.

        Empty without two periods.
        """
        if self.change is None or self.latest is None or self.previous is None:
            return ""
        now, before = self.estimate[self.latest], self.estimate[self.previous]
        return seen_words(now.n, before.n, variance=variance_of(now, before), what="change")

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self)


def period_words(trend: Trend, place: int) -> str:
    """A period's label, with how far it goes when it is not whole.

    As in "Q3 2026 (up to 12 Aug)" or "Q1 2026 (from 15 Feb)".
    """
    label = the(trend.labels[place])
    cuts = []
    if trend.since is not None and place == 0:
        cuts.append(f"from {_day_and_month(trend.since)}")
    if trend.incomplete and place == trend.latest and trend.until is not None:
        cuts.append(f"up to {_day_and_month(trend.until)}")
    return f"{label} ({', '.join(cuts)})" if cuts else label


def _day_and_month(when: np.datetime64) -> str:
    day = when.astype("datetime64[D]").astype(dt.date)
    return f"{day.day} {day:%b}"


def _last_label(nps: tuple[float | None, ...]) -> tuple[str, ...]:
    """The latest score, written at its point."""
    last = max((place for place, value in enumerate(nps) if value is not None), default=None)
    return tuple(
        format_nps(value) if place == last and value is not None else "" for place, value in enumerate(nps)
    )


def _table(trend: Trend) -> pd.DataFrame:
    score = trend.estimate
    return pd.DataFrame(
        {
            "period": trend.labels,
            "starts": pd.to_datetime(trend.starts).strftime("%Y-%m-%d"),
            "nps": score.nps,
            "low": score.low,
            "high": score.high,
            "responses": score.n,
            "promoters": score.promoters,
            "passives": score.passives,
            "detractors": score.detractors,
        }
    )
