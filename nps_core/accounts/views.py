"""The NPS in several ways of counting accounts: how far they are apart, and their chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.spec import Captioned, Chart, names_of
from nps_core.formatting import format_count, format_interval, format_nps, plural, size_words
from nps_core.score.chart import score_columns, score_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate


@dataclass(frozen=True)
class AccountView:
    """The NPS in one way of counting accounts.

    Parameters
    ----------
    name
        "all responses", "each account once", "decision makers first" or "by revenue".
    estimate
        The NPS with the interval of the design; `n` its responses, the counts sums of what accounts count.
    accounts
        Accounts that count.
    left_out
        Responses that do not: those without an account, or of an account without a revenue.
    apart
        This NPS less that of all responses, of the same people (`views_apart`); beyond chance after Holm's correction
        for all ways of counting. None of all responses themselves.
    """

    name: str
    estimate: Estimate
    accounts: int
    left_out: int
    apart: Difference | None = None


class AccountViews(Captioned[AccountView]):
    """Several ways of counting the same responses."""

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """A dot and an interval for each way of counting; responses of one account stand together in all of them."""
        subtitle, source = self.caption.unless(subtitle, source)
        shown = AccountViews(view for view in self if view.accounts)
        scores = [view.estimate for view in shown]
        words, intervals, _ = score_columns(scores)
        counts = [view.accounts for view in shown]
        hover = [
            f"{view.name}: {score} ({interval})"
            for view, score, interval in zip(shown, words[1], intervals[1], strict=True)
        ]
        drawn = score_series(scores, hover=hover)
        title = next(iter(shown.sentences), "The NPS by account")
        return Chart(
            kind="dots",
            name="accounts-views",
            title=title.rstrip("."),
            subtitle=subtitle,
            origin=f"{source} Lines: 95% intervals that know which responses are of one account.",
            alt=title,
            rows=partial(_table, self),
            n=float(max((view.estimate.n for view in shown), default=0)),
            categories=names_of(view.name for view in shown),
            series=(drawn,),
            axis=points_axis([*drawn.low, *drawn.high]),
            columns=(
                words,
                intervals,
                ("accounts", tuple(format_count(view.accounts) for view in shown)),
            ),
            # Said where they differ: on a telephone it leaves the intervals no room.
            asides=tuple(plural(count, "account") if len(set(counts)) > 1 else "" for count in counts),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """How far each way of counting is from that of all responses, and whether chance would make it so."""
        scores = [view.estimate.nps for view in self if not math.isnan(view.estimate.nps)]
        others = [
            (view, view.apart)
            for view in self
            if view.apart is not None and not math.isnan(view.apart.points)
        ]
        if not others:
            return ()
        low, high = min(scores), max(scores)
        if format_nps(low) == format_nps(high):
            each = "either way" if len(scores) == 2 else "each time"  # noqa: PLR2004 - two views
            reads = f"{format_nps(low)} {each}"
        else:
            reads = f"from {format_nps(low)} to {format_nps(high)}"
        view, change = max(others, key=lambda one: (bool(one[1].beyond_chance), abs(one[1].points)))
        return (f"Counted {_ways(len(scores))}, the NPS reads {reads}; {_apart_words(view, change)}.",)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self)


def _apart_words(view: AccountView, change: Difference) -> str:
    """How far a way of counting is from that of all responses."""
    if math.isnan(change.p_value):
        return "nothing is said of chance, of so few accounts or of responses picked by their score"
    if not change.points:
        return f"{view.name}, it is the same"
    size = size_words(change.points, (view.estimate.nps, view.estimate.nps - change.points))
    way = "above" if change.points > 0 else "below"
    told = "beyond chance" if change.beyond_chance else "which may be chance"
    interval = format_interval(change.low, change.high)
    return f"{view.name}, it is {size} {way} that of all responses ({interval}), {told}"


def _ways(count: int) -> str:
    return {2: "in two ways", 3: "in three ways"}.get(count, "in four ways")


def _table(views: Sequence[AccountView]) -> pd.DataFrame:
    scores = [view.estimate for view in views]
    none = (math.nan, math.nan, math.nan)
    apart = [
        none if view.apart is None else (view.apart.points, view.apart.low, view.apart.high) for view in views
    ]
    return pd.DataFrame(
        {
            "counted": [view.name for view in views],
            "nps": [score.nps for score in scores],
            "low": [score.low for score in scores],
            "high": [score.high for score in scores],
            "responses": [score.n for score in scores],
            "effective_responses": [score.n_eff for score in scores],
            "accounts": [view.accounts for view in views],
            "left_out": [view.left_out for view in views],
            "less_all": [points for points, _, _ in apart],
            "less_all_low": [low for _, low, _ in apart],
            "less_all_high": [high for _, _, high in apart],
        }
    )
