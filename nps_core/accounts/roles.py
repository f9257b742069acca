"""Who speaks, in words: roles, accounts, and those who were invited and did not answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.index import index_of
from nps_core.formatting import (
    format_count,
    format_nps,
    format_share,
    plural,
)
from nps_core.reading.cells import read_amount
from nps_core.score.weighting import amounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.accounts.accounts import AccountRow, AccountView
    from nps_core.survey import Survey

_DECIDES = re.compile(
    r"\b(decision|decid|buyer|budget|executive|exec|owner|chief|c-level|ceo|cto|cfo|coo|director|head|vp"
    r"|admin|manager|sponsor|entscheid\w*|leiter\w*|d[ée]cideur\w*|decisor\w*)",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(end[ -]?users?|users?|operators?|anwender\w*|nutzer\w*|utilisateur\w*|usuari\w*)\b", re.IGNORECASE
)


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
    """The columns that hold a number of 0 or more wherever they hold something.

    What is called a revenue comes first. None of a table that is counted where it is: weights are of single responses.
    """
    if survey.elsewhere is not None:
        return ()
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
    tail = f"; with each account once the NPS is {format_nps(once.estimate.nps)}" if once else ""
    who = "the largest one" if top == 1 else f"the largest {format_count(top)}"
    return f"{plural(len(rows), 'account')} speak, {who} with {format_share(share)} of the responses{tail}"


def _values(survey: Survey, attribute: str) -> NDArray[np.float64]:
    """The values of an attribute as numbers, NaN for what is none."""
    return np.array([read_amount(str(value)) for value in survey.responses[attribute].cat.categories])
