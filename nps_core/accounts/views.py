"""The NPS in several ways of counting accounts: how far they are apart, and their chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.caption import Captioned
from nps_core.charts.spec import Chart, names_of
from nps_core.formatting import format_count, format_nps, plural
from nps_core.score.chart import score_columns, score_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.weights import DesignEstimate


@dataclass(frozen=True)
class AccountView:
    """The NPS in one way of counting accounts.

    Parameters
    ----------
    name
        "all responses", "each account once", "decision makers first" or "by revenue".
    result
        The NPS with an interval that knows which responses belong together.
    accounts
        Accounts that count.
    left_out
        Responses that do not: those without an account, or of an account without a revenue.
    """

    name: str
    result: DesignEstimate
    accounts: int
    left_out: int


class AccountViews(Captioned[AccountView]):
    """Several ways of counting the same responses."""

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """A dot and an interval for each way of counting; responses of one account stand together in all of them."""
        subtitle, source = self.caption.unless(subtitle, source)
        shown = AccountViews(view for view in self if view.accounts)
        scores = [view.result.estimate for view in shown]
        words, intervals, _ = score_columns(scores)
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
            n=float(max((view.result.n for view in shown), default=0)),
            categories=names_of(view.name for view in shown),
            series=(drawn,),
            axis=points_axis([*drawn.low, *drawn.high]),
            columns=(
                words,
                intervals,
                ("accounts", tuple(format_count(view.accounts) for view in shown)),
            ),
            asides=tuple(plural(view.accounts, "account") for view in shown),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """How far the ways of counting accounts are apart, and whether their intervals tell them apart."""
        if len(self) < 2 or any(math.isnan(view.result.estimate.nps) for view in self):  # noqa: PLR2004 - two views
            return ()
        scores = [view.result.estimate for view in self]
        low, high = min(score.nps for score in scores), max(score.nps for score in scores)
        if format_nps(low) == format_nps(high):
            reads = f"{format_nps(low)} {'either way' if len(self) == 2 else 'each time'}"  # noqa: PLR2004 - two views
        else:
            reads = f"from {format_nps(low)} to {format_nps(high)}"
        start = f"Counted {_ways(len(self))}, the NPS reads {reads}"
        if max(score.low for score in scores) <= min(score.high for score in scores):
            return (f"{start}; one and the same NPS fits all their intervals.",)
        # The views share responses, so their intervals being apart is told and not tested.
        return (f"{start}, further apart than their intervals: whom one counts matters here.",)

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return _table(self)


def _ways(count: int) -> str:
    return {2: "in two ways", 3: "in three ways"}.get(count, "in four ways")


def _table(views: Sequence[AccountView]) -> pd.DataFrame:
    scores = [view.result.estimate for view in views]
    return pd.DataFrame(
        {
            "counted": [view.name for view in views],
            "nps": [score.nps for score in scores],
            "low": [score.low for score in scores],
            "high": [score.high for score in scores],
            "responses": [view.result.n for view in views],
            "effective_responses": [view.result.n_eff for view in views],
            "accounts": [view.accounts for view in views],
            "left_out": [view.left_out for view in views],
        }
    )
