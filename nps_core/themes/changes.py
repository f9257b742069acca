"""Themes through time: their shares by period, what changed between two waves, and the charts of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import counts_axis, points_axis, shown_ticks
from nps_core.charts.spec import NO_CAPTION, Caption, Captioned, Chart, Series, names_of, values_of
from nps_core.formatting import format_count, format_interval, format_nps, format_share, short, the
from nps_core.score.estimate import MIN_READABLE, Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.score.difference import Difference

_MOST_TICKS = 8
_HEADROOM = 1.15
_HOVER_LENGTH = 60
_LEAST_WIDTH = 2.0  # percentage points


@dataclass(frozen=True, eq=False)
class ThemeTrend:
    """How often each theme comes up in each period, without gaps.

    Parameters
    ----------
    period
        "week", "month", "quarter".
    labels, starts
        The periods.
    commented
        Commented responses of each period.
    counts
        Themes x periods x groups (detractors, passives, promoters).
    caption
        What was looked at, in words, for its chart.
    """

    period: str
    labels: tuple[str, ...]
    starts: NDArray[np.datetime64]
    commented: NDArray[np.int64]
    counts: NDArray[np.int64]
    caption: Caption = NO_CAPTION

    @property
    def share(self) -> NDArray[np.float64]:
        """Themes x periods: share (0..1) of the comments; NaN where fewer than 5 are there to tell."""
        n = self.counts.sum(axis=2)
        told = self.commented >= MIN_READABLE
        return np.where(told, n / np.maximum(self.commented, 1), np.nan)

    def estimate(self, number: int) -> Estimate:
        """The share of one theme in each period as an NPS of yes and no, which has an interval: 2 share - 1."""
        n = self.counts[number].sum(axis=1)
        return estimate(n, np.zeros_like(n), self.commented - n)

    def chart(self, number: int, name: str) -> Chart:
        """The share of one theme in each period with its interval; a period of few comments is a gap."""
        score, known = self.estimate(number), np.isfinite(self.share[number])
        share, low, high = (
            np.where(known, (np.asarray(part) / 2 + 50) / 100, np.nan)
            for part in (score.nps, score.low, score.high)
        )
        counts = self.counts[number].sum(axis=1)
        places = np.flatnonzero(known)
        ends = (
            [f"{format_share(share[place])} in {the(self.labels[place])}" for place in places[[0, -1]]]
            if len(places)
            else []
        )
        title = f"How often “{name}” comes up, by {self.period}"
        return Chart(
            kind="line",
            name="theme-trend",
            title=title,
            subtitle=f"{self.caption.subtitle} · share of the comments of each {self.period}, with 95% interval",
            origin=f"{self.caption.source} Periods of fewer than {MIN_READABLE} comments are left blank.",
            alt=f"{title}{': ' if ends else ''}{', '.join(ends)}.",
            rows=partial(_trend_table, self, number, share, low, high),
            n=float(self.commented.sum()),
            categories=names_of(self.labels),
            series=(
                Series(
                    "share",
                    values_of(share.tolist()),
                    values_of(low.tolist()),
                    values_of(high.tolist()),
                    hover=tuple(
                        f"{label}: {format_share(value)} ({format_count(n)} of {format_count(all_n)} "
                        "comments)"
                        for label, value, n, all_n in zip(
                            self.labels, share.tolist(), counts.tolist(), self.commented.tolist(), strict=True
                        )
                    ),
                ),
            ),
            axis=counts_axis(values_of(high.tolist()), "share", headroom=_HEADROOM),
            dates=tuple(np.datetime_as_string(self.starts.astype("datetime64[D]")).tolist()),
            named=tuple(shown_ticks(len(self.labels), self.period, _MOST_TICKS)),
        )


@dataclass(frozen=True)
class ThemeChange:
    """What changed of one theme between two waves.

    Parameters
    ----------
    number, name
        The theme.
    n_before, n_after
        Responses about it.
    commented_before, commented_after
        Commented responses of either wave.
    share_before, share_after
        Those about it as shares (0..1) of them.
    change, low, high
        The later share less the earlier one, in percentage points, with its interval.
    beyond_chance
        Whether the change is, after Holm over the themes.
    state
        "new", "growing", "fading", "gone" when it is beyond chance; else "".
    nps_before, nps_after
        NPS of those responses.
    nps_change
        The later NPS less the earlier one.
    """

    number: int
    name: str
    n_before: int
    n_after: int
    commented_before: int
    commented_after: int
    share_before: float
    share_after: float
    change: float
    low: float
    high: float
    beyond_chance: bool
    state: str
    nps_before: float
    nps_after: float
    nps_change: Difference


class ThemeChanges(Captioned[ThemeChange]):
    """What changed of each theme, the largest changes beyond chance first."""

    def chart(self, *, before: str, after: str) -> Chart:
        """A dot and an interval for each theme: percentage points by which its share of the comments changed.

        Parameters
        ----------
        before, after
            The names of the two waves.
        """
        change, low, high = (
            values_of(getattr(one, part) for one in self) for part in ("change", "low", "high")
        )
        shares = tuple(f"{format_share(one.share_before)} → {format_share(one.share_after)}" for one in self)
        title = theme_changes_title(self, before=before, after=after)
        return Chart(
            kind="dots",
            name="theme-changes",
            title=title,
            subtitle=(
                f"{self.caption.subtitle}"
                f" · share of the comments, {_sizes(self, before, after)}, in percentage points"
                " with 95% interval"
            ),
            origin=(
                f"{self.caption.source}"
                " One comment can be about several themes. Blue: beyond chance, after Holm over the"
                " themes."
            ),
            alt=f"{title}. " + "; ".join(map(_words, self)),
            rows=partial(_changes_table, self),
            n=float(self[0].commented_before + self[0].commented_after) if self else 0.0,
            categories=names_of(one.name for one in self),
            series=(
                Series(
                    "change",
                    change,
                    low,
                    high,
                    tuple("accent" if one.beyond_chance else "quiet" for one in self) or ("quiet",),
                    shares,
                    tuple(map(_words, self)),
                ),
            ),
            axis=points_axis([0.0, *low, *high], least=_LEAST_WIDTH),
            columns=(
                ("change", tuple(f"{format_nps(one.change)} pp" for one in self)),
                ("95% interval", tuple(format_interval(one.low, one.high) for one in self)),
                ("before", tuple(format_share(one.share_before) for one in self)),
                ("after", tuple(format_share(one.share_after) for one in self)),
            ),
            asides=tuple(one.state for one in self),
        )

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _changes_table(self)


def theme_changes_title(changes: Sequence[ThemeChange], *, before: str, after: str) -> str:
    """The finding: the theme whose share changed most beyond chance, that none did, or nothing to compare."""
    empty = [
        the(name)
        for name, silent in (
            (after, not changes or not changes[0].commented_after),
            (before, not changes or not changes[0].commented_before),
        )
        if silent
    ]
    if empty:
        return f"There are no comments in {' or '.join(empty)} to compare"
    sure = [one for one in changes if one.beyond_chance]
    if not sure:
        return (
            f"No theme came up more or less often in {the(after)} than in {the(before)} by more than chance"
        )
    best = max(sure, key=lambda one: abs(one.change))
    verb = {"new": "is new", "growing": "is growing", "fading": "is fading", "gone": "is gone"}[best.state]
    return (
        f"“{best.name}” {verb}: {format_share(best.share_after)} of the comments in {the(after)},"
        f" {format_share(best.share_before)} in {the(before)}"
    )


def _sizes(changes: Sequence[ThemeChange], before: str, after: str) -> str:
    """Both waves with their comments: "Q3 2026 (n 310) against Q2 2026 (n 295)"."""
    if not changes:
        return f"{after} against {before}"
    one = changes[0]
    return (
        f"{after} (n {format_count(one.commented_after)}) against {before} (n"
        f" {format_count(one.commented_before)})"
    )


def _words(one: ThemeChange) -> str:
    interval = f"{format_nps(one.change)} pp ({format_interval(one.low, one.high)})"
    nps = f"NPS {format_nps(one.nps_before)}, then {format_nps(one.nps_after)}"
    return f"{short(one.name, _HOVER_LENGTH)}: {interval}; {nps}"


def _changes_table(changes: Sequence[ThemeChange]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "theme": [one.name for one in changes],
            "state": [one.state for one in changes],
            "comments_before": [one.n_before for one in changes],
            "comments_after": [one.n_after for one in changes],
            "share_before": [one.share_before for one in changes],
            "share_after": [one.share_after for one in changes],
            "change": [one.change for one in changes],
            "change_low": [one.low for one in changes],
            "change_high": [one.high for one in changes],
            "nps_before": [one.nps_before for one in changes],
            "nps_after": [one.nps_after for one in changes],
            "nps_change": [one.nps_change.points for one in changes],
            "nps_change_low": [one.nps_change.low for one in changes],
            "nps_change_high": [one.nps_change.high for one in changes],
        }
    )


def _trend_table(
    trend: ThemeTrend,
    number: int,
    share: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> pd.DataFrame:
    counts = trend.counts[number]
    return pd.DataFrame(
        {
            trend.period: list(trend.labels),
            "comments": counts.sum(axis=1),
            "of_comments": trend.commented,
            "share": share,
            "share_low": low,
            "share_high": high,
            "detractors": counts[:, 0],
            "passives": counts[:, 1],
            "promoters": counts[:, 2],
        }
    )
