"""Who speaks, in words: roles, accounts, and those who were invited and did not answer."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.accounts.accounts import AccountRow, account_rows
from nps_core.compare.difference import holm
from nps_core.counts.index import index_of
from nps_core.filters import NO_VALUE, Filters
from nps_core.reading.profile import read_amount
from nps_core.score.weighting import amounts
from nps_core.words import (
    NOTHING,
    format_count,
    format_interval,
    format_nps,
    format_share,
    plural,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.accounts.views import AccountView
    from nps_core.score.nonresponse import Nonresponse
    from nps_core.survey import Survey

_DECIDES = re.compile(
    r"\b(decision|decid|buyer|budget|executive|exec|owner|chief|c-level|ceo|cto|cfo|coo|director|head|vp|admin|manager|sponsor|entscheid\w*|leiter\w*|d[ée]cideur\w*|decisor\w*)",
    re.IGNORECASE,
)
_USES = re.compile(r"\b(end[ -]?users?|users?|operators?|anwender\w*|nutzer\w*|utilisateur\w*|usuari\w*)\b", re.IGNORECASE)  # fmt: skip


def likely_roles(values: Sequence[str]) -> tuple[list[str], list[str]]:
    """The values that read like decision makers and like end users, to start with; one picks others at will.

    Examples
    --------
    >>> likely_roles(["Decision maker", "Champion", "End user"])
    (['Decision maker'], ['End user'])
    """
    users = [value for value in values if _USES.search(value)]
    deciders = [value for value in values if _DECIDES.search(value) and value not in users]
    return deciders, users


def weight_columns(survey: Survey) -> tuple[str, ...]:
    """The columns that hold a number of 0 or more wherever they hold something: what is called a revenue comes first."""
    revenue = survey.mapping.revenue
    named = [revenue] if revenue is not None and revenue in survey.responses else []
    found = []
    for name in (*named, *survey.attributes):
        numbers = amounts(survey, name) if name not in survey.attributes else _values(survey, name)
        known = numbers[~np.isnan(numbers)]
        whole = len(known) == len(numbers) or name not in survey.attributes
        if len(known) and whole and bool((known >= 0).all()):
            found.append(name)
    return tuple(dict.fromkeys(found))


def account_weights(survey: Survey, column: str) -> dict[str, float]:
    """The number that each account has in a column: its mean where responses differ; accounts without are left out."""
    index = index_of(survey)
    accounts = index.column("account")
    codes, each = accounts.codes[index.layout.places], amounts(survey, column)
    known = np.isfinite(each) & (codes < len(accounts.labels) - 1)
    size = len(accounts.labels)
    sums = np.bincount(codes[known], each[known], minlength=size)
    counts = np.bincount(codes[known], minlength=size)
    return {
        label: float(total / count)
        for label, total, count in zip(accounts.labels, sums, counts, strict=True)
        if count
    }


def accounts_title(rows: Sequence[AccountRow], views: Sequence[AccountView]) -> str:
    """The first line: how many accounts speak, and how much of it the largest do."""
    if not rows:
        return "No response of these has an account"
    n = sum(row.n for row in rows)
    if len(rows) == 1:
        return (
            f"One account gave all {plural(n, 'response')}" if n > 1 else "One account gave the one response"
        )
    top = max(1, round(len(rows) / 10))
    share = sum(row.n for row in rows[:top]) / n
    once = next((view for view in views if view.name == "each account once"), None)
    tail = f"; with each account once the NPS is {format_nps(once.result.estimate.nps)}" if once else ""
    who = "the largest one" if top == 1 else f"the largest {format_count(top)}"
    return f"{plural(len(rows), 'account')} speak, {who} with {format_share(share)} of the responses{tail}"


def accounts_table(
    survey: Survey, filters: Filters | None = None, *, role: str | None = None
) -> pd.DataFrame:
    """The accounts as a table, most responses first; what is not known is written as such, never as NaN.

    `direction` compares the last half year with what was before. "up" and "down" are beyond chance after
    Holm's correction for all accounts that can be compared; of two hundred, ten would "move" by chance alone.
    """
    return table_of(account_rows(survey, filters or Filters(), role=role))


def table_of(rows: Sequence[AccountRow]) -> pd.DataFrame:
    """The table of `accounts_table` from its rows."""
    adjusted = holm([row.direction.p_value for row in rows]) if rows else np.array([])
    roles = {"heard": [_names(row.heard) for row in rows], "silent": [_names(row.silent) for row in rows]}
    known = any(row.heard for row in rows)  # without a role in the file, nobody is heard or silent as such
    return pd.DataFrame(
        {
            "account": [row.account for row in rows],
            "nps": [row.estimate.nps for row in rows],
            "interval": [format_interval(row.estimate.low, row.estimate.high) for row in rows],
            "responses": [row.n for row in rows],
            **(roles if known else {}),
            "last_answer": [row.last for row in rows],
            "direction": [_direction(row, float(p)) for row, p in zip(rows, adjusted, strict=True)],
        }
    )


def nonresponse_sentences(found: Nonresponse) -> tuple[str, ...]:
    """What the silent could make of the NPS, and what they would have to think for it to be 0."""
    if not found.invited:
        return ("Nobody was invited, so nobody is silent.",)
    rate = f"{format_count(found.answered)} of {format_count(found.invited)} invited answered ({format_share(found.rate)})."
    if not found.answered:
        return (rate, "Nothing is known of the NPS.")
    if found.answered == found.invited:
        return (rate, "Everybody answered: there is nobody silent to change the NPS.")
    bounds = (
        f"Had everybody answered, the NPS would lie between {format_nps(found.low)} (all silent ones detractors) and"
        f" {format_nps(found.high)} (all promoters); those who answered give {format_nps(found.nps)}."
    )
    if found.tipping_point is None:
        sign = "above" if found.nps > 0 else "below"
        return (rate, bounds, f"Whatever the silent think, the NPS of all stays {sign} 0.")
    tip = f"The NPS of all would be 0 if that of the silent were {format_nps(found.tipping_point)}."
    return (rate, bounds, tip)


def _values(survey: Survey, attribute: str) -> NDArray[np.float64]:
    """The values of an attribute as numbers, NaN for what is none."""
    return np.array([read_amount(str(value)) for value in survey.responses[attribute].cat.categories])


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
