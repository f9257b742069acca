"""Accounts: whose voice the NPS is, when a company has several respondents."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.accounts.views import AccountView, AccountViews
from nps_core.compare.difference import Difference, difference
from nps_core.counts.index import index_of
from nps_core.filters import NO_VALUE, Filters
from nps_core.score.estimate import LEVEL, Estimate, estimate
from nps_core.score.weights import DesignEstimate, cluster_estimate, spread_of, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Counts
    from nps_core.counts.selection import Selection
    from nps_core.survey import Survey

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


def account_views(
    survey: Survey,
    filters: Filters | None = None,
    *,
    deciders: tuple[str, tuple[str, ...]] | None = None,
    revenue: Mapping[str, float] | None = None,
    level: float = LEVEL,
) -> AccountViews:
    """The NPS counted four ways, side by side.

    Parameters
    ----------
    survey
        A survey whose responses have accounts.
    filters
        Which responses are looked at; all when not given.
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
    filters = filters or Filters()
    selection = index_of(survey).select(filters)
    table = selection.by("account")
    labels, counts, alone = _split(table.labels, table.counts)
    if not len(labels):
        return AccountViews()
    everything = cluster_estimate(survey, filters, level=level)
    once = _weighted(counts, np.ones(len(labels)), level)
    views = [
        AccountView("all responses", everything, len(labels), 0),
        AccountView("each account once", once, len(labels), alone),
    ]
    if deciders is not None:
        decided = _deciders_first(counts, labels, survey, filters, deciders)
        result = _weighted(decided, np.ones(len(labels)), level)
        views.append(AccountView("decision makers first", result, len(labels), alone))
    if revenue is not None:
        weights = np.array([max(float(revenue.get(label, 0)), 0.0) for label in labels])
        weights[~np.isfinite(weights)] = 0.0
        known = weights > 0
        result = _weighted(counts[known], weights[known], level)
        gone = alone + int(counts[~known].sum())
        views.append(AccountView("by revenue", result, int(known.sum()), gone))
    return AccountViews(views)


def account_rows(
    survey: Survey, filters: Filters | None = None, *, role: str | None = None, level: float = LEVEL
) -> tuple[AccountRow, ...]:
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
    filters = filters or Filters()
    selection = index_of(survey).select(filters)
    table = selection.by("account")
    labels, counts, _ = _split(table.labels, table.counts)
    heard = _roles(selection, role or survey.mapping.persona, labels)
    known = sorted({name for names in heard for name in names})
    last = dict(zip(*selection.last_days("account"), strict=True))
    score = estimate(*counts.T, level=level)
    ways = _directions(survey, filters, labels, selection, level)
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
    return tuple(sorted(rows, key=lambda row: (-row.n, row.account)))


def _split(labels: tuple[str, ...], counts: Counts) -> tuple[tuple[str, ...], Counts, int]:
    """The accounts that answered, their counts, and the responses without an account."""
    named = [place for place, label in enumerate(labels) if label != NO_VALUE and counts[place].any()]
    alone = sum(int(counts[place].sum()) for place, label in enumerate(labels) if label == NO_VALUE)
    return tuple(labels[place] for place in named), counts[named], alone


def _weighted(counts: Counts, weights: NDArray[np.float64], level: float) -> DesignEstimate:
    """The NPS when each account counts by its weight, shared by its responses."""
    sizes, total = counts.sum(axis=1), float(weights.sum())
    if not total:
        return DesignEstimate(estimate(0, 0, 0, level=level), math.nan, 0, 0.0, math.nan, 0)
    scaled = (counts * (weights / sizes)[:, None]).sum(axis=0)
    own = (counts[:, 0] - counts[:, 2]) / sizes
    sums = weights * (own - (scaled[0] - scaled[2]) / total) / total
    return with_interval(scaled.tolist(), spread_of(sums), int(sizes.sum()), len(sums), level)


def _deciders_first(
    counts: Counts,
    labels: tuple[str, ...],
    survey: Survey,
    filters: Filters,
    deciders: tuple[str, tuple[str, ...]],
) -> Counts:
    name, values = deciders
    looked_at = filters.values_of(name)
    picked = [value for value in values if not looked_at or value in looked_at]
    if not picked:
        return counts
    decided = _counts_of(survey, filters.with_attribute(name, picked), labels)
    return np.where(decided.any(axis=1, keepdims=True), decided, counts)


def _roles(selection: Selection, role: str | None, labels: tuple[str, ...]) -> list[tuple[str, ...]]:
    if role is None:
        return [()] * len(labels)
    accounts, roles, counts = selection.by2("account", role)
    there = dict(zip(accounts, np.asarray(counts.any(axis=2)), strict=True))
    return [
        tuple(name for name, some in zip(roles, there[label], strict=True) if some and name != NO_VALUE)
        for label in labels
    ]


def _directions(
    survey: Survey, filters: Filters, labels: tuple[str, ...], selection: Selection, level: float
) -> Difference:
    """The last half year of each account less what was before; NaN where the responses are of no more than that."""
    first, last = selection.span or (dt.date.min, dt.date.min)
    if (last - first).days < RECENT:
        windows = [replace(filters, until=dt.date.min)] * 2
    else:
        cut = last - dt.timedelta(RECENT)
        windows = [replace(filters, since=cut + dt.timedelta(1)), replace(filters, until=cut)]
    recent, earlier = (_counts_of(survey, window, labels) for window in windows)
    return difference(estimate(*recent.T, level=level), estimate(*earlier.T, level=level), level=level)


def _counts_of(survey: Survey, filters: Filters, labels: tuple[str, ...]) -> Counts:
    """Counts of these accounts under some filters; shape (accounts, 3)."""
    table = index_of(survey).select(filters).by("account")
    own = dict(zip(table.labels, table.counts, strict=True))
    return np.array([own[label] for label in labels], dtype=np.int64).reshape(len(labels), 3)
