"""Accounts: whose voice the NPS is, when a company has several respondents."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.accounts.views import AccountView, AccountViews
from nps_core.compare.difference import Difference, difference, holm
from nps_core.filters import NO_VALUE
from nps_core.formatting import NOTHING, format_interval, format_nps
from nps_core.score.estimate import LEVEL, Estimate, estimate
from nps_core.score.weights import DesignEstimate, cluster_estimate, spread_of, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.counts import Counts
    from nps_core.counts.bitmaps import CountArray
    from nps_core.scope import Scope

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
        adjusted = holm([row.direction.p_value for row in self]) if self else np.array([])
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
    Intervals are those of `nps_core.score.weights`, with accounts as clusters.
    """
    table = scope.counts.by("account")
    labels, counts, alone = _split(table.labels, table.counts)
    if not len(labels):
        return AccountViews()
    everything = cluster_estimate(scope, level=level)
    once = _weighted(counts, np.ones(len(labels)), level)
    views = [
        AccountView("all responses", everything, len(labels), 0),
        AccountView("each account once", once, len(labels), alone),
    ]
    if deciders is not None:
        decided = _deciders_first(scope, counts, labels, deciders)
        result = _weighted(decided, np.ones(len(labels)), level)
        views.append(AccountView("decision makers first", result, len(labels), alone))
    if revenue is not None:
        weights = np.array([max(float(revenue.get(label, 0)), 0.0) for label in labels])
        weights[~np.isfinite(weights)] = 0.0
        known = weights > 0
        result = _weighted(counts[known], weights[known], level)
        gone = alone + int(counts[~known].sum())
        views.append(AccountView("by revenue", result, int(known.sum()), gone))
    return AccountViews(views, scope.caption)


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


def _split(labels: tuple[str, ...], counts: CountArray) -> tuple[tuple[str, ...], CountArray, int]:
    """The accounts that answered, their counts, and the responses without an account."""
    named = [place for place, label in enumerate(labels) if label != NO_VALUE and counts[place].any()]
    alone = sum(int(counts[place].sum()) for place, label in enumerate(labels) if label == NO_VALUE)
    return tuple(labels[place] for place in named), counts[named], alone


def _weighted(counts: CountArray, weights: NDArray[np.float64], level: float) -> DesignEstimate:
    """The NPS when each account counts by its weight, shared by its responses."""
    sizes, total = counts.sum(axis=1), float(weights.sum())
    if not total:
        return DesignEstimate(estimate(0, 0, 0, level=level), math.nan, 0, 0.0, math.nan, 0)
    scaled = (counts * (weights / sizes)[:, None]).sum(axis=0)
    own = (counts[:, 0] - counts[:, 2]) / sizes
    sums = weights * (own - (scaled[0] - scaled[2]) / total) / total
    return with_interval(scaled.tolist(), spread_of(sums), int(sizes.sum()), len(sums), level)


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
    """The last half year of each account less what was before; NaN where the responses are of no more than that."""
    first, last = scope.counts.span or (dt.date.min, dt.date.min)
    if (last - first).days < RECENT:
        windows = [scope.with_filters(until=dt.date.min)] * 2
    else:
        cut = last - dt.timedelta(RECENT)
        windows = [scope.with_filters(since=cut + dt.timedelta(1)), scope.with_filters(until=cut)]
    recent, earlier = (_counts_of(window, labels) for window in windows)
    return difference(estimate(*recent.T, level=level), estimate(*earlier.T, level=level), level=level)


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
    words = f"{format_nps(change.points)} ({format_interval(change.low, change.high)})"
    if change.beyond_chance and p_adjusted < 1 - change.level:
        return f"{'up' if change.points > 0 else 'down'}: {words}"
    return words
