"""Accounts: whose voice the NPS is, when a company has several respondents."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.spec import Captioned, Chart, names_of
from nps_core.filters import NO_VALUE
from nps_core.formatting import (
    NOTHING,
    format_count,
    format_interval,
    format_nps,
    plural,
    size_words,
    with_interval,
)
from nps_core.score.chart import score_columns, score_series
from nps_core.score.design import Samples
from nps_core.score.difference import Difference, holm
from nps_core.score.estimate import FEWEST, LEVEL, Estimate, estimate
from nps_core.score.sample import nps_of, samples_across_by
from nps_core.score.student import p_of, student

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.counts import Counts
    from nps_core.counts.bitmaps import CountArray
    from nps_core.scope import Scope


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

    def chart(self) -> Chart:
        """A dot and an interval for each way of counting; responses of one account stand together in all of them."""
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
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source} Lines: 95% intervals that know which responses are of one account."
            ),
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


RECENT = 180
"""Days that an account's direction is judged by: its answers since, against those before."""


@dataclass(frozen=True)
class AccountRow:
    """One account.

    Parameters
    ----------
    account, n
        Its name and its responses.
    estimate
        Its NPS.
    last
        The day of its last answer; None when it has no date.
    heard, silent
        The roles that answered, and those of the survey that did not.
    direction
        Its NPS in the last 180 days less that before, as a difference; NaN when it answered in one of the two
        only.
    """

    account: str
    n: int
    estimate: Estimate
    last: dt.date | None
    heard: tuple[str, ...]
    silent: tuple[str, ...]
    direction: Difference


class Accounts(tuple[AccountRow, ...]):
    """Accounts, most responses first."""

    __slots__ = ()

    def table(self) -> pd.DataFrame:
        """The accounts as a table; what is not known is written as such, never as NaN.

        `direction` compares the last half year with what was before. "up" and "down" are beyond chance after
        Holm's correction for all accounts that can be compared; of two hundred, ten would "move" by chance alone.
        """
        adjusted = holm([math.nan if row.direction.too_few else row.direction.p_value for row in self])
        roles = {"heard": [_names(row.heard) for row in self], "silent": [_names(row.silent) for row in self]}
        known = any(
            row.heard for row in self
        )  # without a role in the file, nobody is heard or silent as such
        return pd.DataFrame(
            {
                "account": [row.account for row in self],
                "nps": [row.estimate.nps for row in self],
                "interval": [format_interval(row.estimate.low, row.estimate.high) for row in self],
                "responses": [row.n for row in self],
                **(roles if known else {}),
                "last_answer": [row.last for row in self],
                "direction": [_direction(row, float(p)) for row, p in zip(self, adjusted, strict=True)],
            }
        )


def find_account_views(
    scope: Scope,
    *,
    deciders: tuple[str, tuple[str, ...]] | None = None,
    revenue: Mapping[str, float] | None = None,
    level: float = LEVEL,
) -> AccountViews:
    """The NPS counted four ways, side by side.

    Parameters
    ----------
    scope
        What is looked at: responses that have accounts.
    deciders
        (attribute, values) of the decision makers. An account they answered for has their NPS, any other that of
        all its respondents; each account counts once. Left out when not given.
    revenue
        Revenue of each account (or any other weight of 0 or more). Left out when not given.

    Returns
    -------
    AccountViews
        Empty when no response has an account.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.

    Notes
    -----
    An account that counts once gives each of its n responses the weight 1/n, one with a revenue R gives R/n.
    Intervals are those of `nps_core.score.design`, with accounts as clusters; that of all responses is the NPS as
    every page has it. Two ways of counting the same responses are compared as such (`views_apart`).
    """
    table = scope.counts.by("account")
    labels, counts, alone = _split(table.labels, table.counts)
    if not len(labels):
        return AccountViews()
    ways = [("each account once", counts, np.ones(len(labels)))]
    if deciders is not None:
        ways.append(("decision makers first", _deciders_first(scope, counts, labels, deciders), ways[0][2]))
    if revenue is not None:
        weights = np.array([max(float(revenue.get(label, 0)), 0.0) for label in labels])
        ways.append(("by revenue", counts, np.where(np.isfinite(weights), weights, 0.0)))
    certain = not scope.picks_by_score
    apart = [views_apart(counts, own, weights, alone=alone, level=level) for _, own, weights in ways]
    adjusted = holm([change.p_value if certain else math.nan for change in apart])
    views = [AccountView("all responses", nps_of(scope, level=level), len(labels), 0)]
    for (name, own, weights), change, p_value in zip(ways, apart, adjusted, strict=True):
        known = weights > 0
        score = _samples(own[known], weights[known], certain=certain).one(level=level)
        told = replace(change, p_value=float(p_value), beyond_chance=bool(p_value < 1 - level))
        left_out = int(alone.sum()) + int(counts[~known].sum())
        views.append(AccountView(name, score, int(known.sum()), left_out, told))
    return AccountViews(views, scope.caption)


def views_apart(
    counts: CountArray,
    own: CountArray,
    weights: NDArray[np.float64],
    *,
    alone: CountArray | None = None,
    level: float = LEVEL,
) -> Difference:
    """The NPS of accounts that count by their weights, less that of all responses: two ways of counting the same.

    Parameters
    ----------
    counts
        Promoters, passives, detractors of each account.
    own
        Those of them that the account is counted by: all, or those of its decision makers.
    weights
        What each account counts.
    alone
        Responses without an account, which are in the NPS of all responses only, each one for itself.

    Returns
    -------
    Difference
        p is NaN with fewer than 5 accounts.

    Notes
    -----
    The jackknife: with d the difference, d_c the same without account c, and G accounts, se^2 = (G - 1) / G times the
    sum of (d_c - d)^2, at Student's quantile for G - 1.

    References
    ----------
    Efron and Stein (1981), The jackknife estimate of variance, Annals of Statistics 9.
    """
    single = np.zeros(3, dtype=np.int64) if alone is None else alone
    values = np.array([1.0, 0.0, -1.0])
    size, net = (
        np.concatenate([by_account, by_response])
        for by_account, by_response in ((counts.sum(axis=1), np.ones(3)), (counts @ values, values))
    )
    own_net = weights * (own @ values) / own.sum(axis=1)
    times = np.concatenate([np.ones(len(counts)), single])
    g, n, total = times.sum(), times @ size, weights.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        without = (own_net.sum() - own_net) / (total - weights)
        mean = own_net.sum() / total
        points = mean - (times @ net) / n
        left = np.append(without, np.full(3, mean)) - (times @ net - net) / (n - size)
        error = math.sqrt((g - 1) / g * float(times @ np.where(times > 0, left - points, 0.0) ** 2))
    few = len(counts) < FEWEST
    half = float(student(level, g - 1)) * error
    low, high = max(points - half, -2.0), min(points + half, 2.0)
    p_value = float(p_of(abs(points) / error, g - 1)) if error > 0 else 1.0
    return Difference(
        points=100 * float(points),
        low=100 * low,
        high=100 * high,
        p_value=math.nan if few or math.isnan(points) else p_value,
        beyond_chance=bool(not few and (low > 0 or high < 0)),
        level=level,
        too_few=few,
    )


def find_accounts(scope: Scope, *, role: str | None = None, level: float = LEVEL) -> Accounts:
    """Each account: its NPS, who of it was heard, its last answer and its direction; most responses first.

    Parameters
    ----------
    role
        The attribute that holds the role of the respondent; the persona of the mapping when not given.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    table = scope.counts.by("account")
    labels, counts, _ = _split(table.labels, table.counts)
    heard = _roles(scope.counts, role or scope.survey.mapping.persona, labels)
    known = sorted({name for names in heard for name in names})
    last = dict(zip(*scope.counts.last_days("account"), strict=True))
    score = estimate(*counts.T, level=level)
    ways = _directions(scope, labels, level)
    rows = [
        AccountRow(
            account=label,
            n=int(counts[place].sum()),
            estimate=score[place],
            last=last[label].item(),
            heard=heard[place],
            silent=tuple(name for name in known if name not in heard[place]),
            direction=ways[place],
        )
        for place, label in enumerate(labels)
    ]
    return Accounts(sorted(rows, key=lambda row: (-row.n, row.account)))


def _split(labels: tuple[str, ...], counts: CountArray) -> tuple[tuple[str, ...], CountArray, CountArray]:
    """The accounts that answered, their counts, and those of the responses without an account."""
    named = np.array([label != NO_VALUE for label in labels], dtype=np.bool_)
    heard = np.flatnonzero(named & counts.any(axis=1))
    return tuple(labels[place] for place in heard), counts[heard], counts[~named].sum(axis=0)


def _samples(counts: CountArray, weights: NDArray[np.float64], *, certain: bool) -> Samples:
    """Accounts that each count by a weight, shared by their responses."""
    sizes = counts.sum(axis=1)
    scaled = counts * (weights / sizes)[:, None]
    return Samples(
        counts=scaled.sum(axis=0, keepdims=True),
        single=np.zeros((1, 3)),
        cell=np.zeros(len(counts), dtype=np.intp),
        cluster=np.arange(len(counts)),
        size=weights,
        net=scaled[:, 0] - scaled[:, 2],
        n=np.array([sizes.sum()]),
        range_=len(counts),
        unit="account",
        certain=certain,
    )


def _deciders_first(
    scope: Scope, counts: CountArray, labels: tuple[str, ...], deciders: tuple[str, tuple[str, ...]]
) -> CountArray:
    name, values = deciders
    looked_at = scope.filters.values_of(name)
    picked = [value for value in values if not looked_at or value in looked_at]
    if not picked:
        return counts
    decided = _counts_of(scope.with_attribute(name, picked), labels)
    return np.where(decided.any(axis=1, keepdims=True), decided, counts)


def _roles(counted: Counts, role: str | None, labels: tuple[str, ...]) -> list[tuple[str, ...]]:
    if role is None:
        return [()] * len(labels)
    accounts, roles, counts = counted.by2("account", role)
    there = dict(zip(accounts, np.asarray(counts.any(axis=2)), strict=True))
    return [
        tuple(name for name, some in zip(roles, there[label], strict=True) if some and name != NO_VALUE)
        for label in labels
    ]


def _directions(scope: Scope, labels: tuple[str, ...], level: float) -> Difference:
    """The last half year of each account less what was before; NaN where the responses are of no more than that.

    Of one account, those who answered are its respondents: who answered several times counts for one.
    """
    first, last = scope.counts.span or (dt.date.min, dt.date.min)
    if (last - first).days < RECENT:
        windows = [scope.with_filters(since=None, until=dt.date.min)] * 2
    else:
        cut = last - dt.timedelta(RECENT)
        windows = [scope.with_filters(since=cut + dt.timedelta(1)), scope.with_filters(until=cut)]
    known, of = samples_across_by(windows, "account", unit="respondent")
    number = {label: place for place, label in enumerate(known)}
    places = np.array([number[label] for label in labels], dtype=np.intp)
    return _numbered_within(of, len(known)).contrast([places, places + len(known)], (1, -1), level=level)


def _numbered_within(of: Samples, accounts: int) -> Samples:
    """The same, respondents numbered within their account: no two accounts are compared, and tables stay small."""
    account = of.cell % accounts
    pairs, place = np.unique(account * of.range_ + of.cluster, return_inverse=True)
    firsts = np.searchsorted(pairs, np.arange(accounts) * of.range_)
    cluster = place - firsts[account]
    return replace(of, cluster=cluster, range_=int(cluster.max(initial=-1)) + 1)


def _counts_of(scope: Scope, labels: tuple[str, ...]) -> CountArray:
    """Counts of these accounts; shape (accounts, 3)."""
    table = scope.counts.by("account")
    own = dict(zip(table.labels, table.counts, strict=True))
    return np.array([own[label] for label in labels], dtype=np.int64).reshape(len(labels), 3)


def _names(names: Sequence[str]) -> str:
    known = [name for name in names if name != NO_VALUE]
    return ", ".join(known) or NOTHING


def _direction(row: AccountRow, p_adjusted: float) -> str:
    change = row.direction
    if math.isnan(change.points):
        return NOTHING
    words = with_interval(change.points, change.low, change.high)
    if change.beyond_chance and p_adjusted < 1 - change.level:
        return f"{'up' if change.points > 0 else 'down'}: {words}"
    return words
