"""Several responses of one respondent: keep all, the latest, or the latest of each quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nps_core.errors import MappingError
from nps_core.reading.responses import REPEATED
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import numpy as np

POLICIES = ("all", "latest", "latest per period")
"""A period is a calendar quarter, the usual rhythm of relational surveys."""


Counts = tuple[tuple[str, tuple[int, int, int]], ...]
"""Of each policy the detractors, passives and promoters that it leaves."""


def apply_policy(everything: pd.DataFrame, why: np.ndarray, policy: str) -> tuple[np.ndarray, Counts]:
    """As `repeated`, and what each policy leaves as `policy_counts`; nothing is counted for "all".

    Raises
    ------
    MappingError
        The policy does not exist.
    """
    _check(policy)
    if policy == "all":
        return why, ()
    keys = _by_time(everything, why)
    return _marked(keys, why, policy), _counted(everything, keys, why)


def repeated(everything: pd.DataFrame, why: np.ndarray, policy: str) -> np.ndarray:
    """Mark the rows that a later response of the same respondent replaces.

    Rows without a respondent stay. Without a date, what stands further down in the file is later.

    Raises
    ------
    MappingError
        The policy does not exist.
    """
    _check(policy)
    return why if policy == "all" else _marked(_by_time(everything, why), why, policy)


def _check(policy: str) -> None:
    if policy not in POLICIES:
        raise MappingError(
            f"There is no policy “{policy}” for repeats.", hint=f"Policies are {', '.join(POLICIES)}."
        )


def _by_time(everything: pd.DataFrame, why: np.ndarray) -> pd.DataFrame:
    """Who answered, and in which quarter, of the rows that are kept so far, the latest last."""
    rows = everything.loc[(why == 0) & everything["respondent"].notna(), ["respondent", "date"]]
    # One is compared by number: a million addresses are spelled out once.
    spelled, names = pd.factorize(rows["respondent"])
    same, _ = pd.factorize(pd.Series(names, dtype="str").str.strip().str.lower())
    date = rows["date"]
    quarter = (date.dt.year * 4 + date.dt.quarter).fillna(-1)
    keys = pd.DataFrame({"who": same[spelled], "quarter": quarter, "date": date}, index=rows.index)
    return keys.sort_values("date", kind="stable", na_position="first")


def _marked(keys: pd.DataFrame, why: np.ndarray, policy: str) -> np.ndarray:
    """`why` with the rows that the policy replaces."""
    if policy == "all":
        return why
    by = ["who", "quarter"] if policy == "latest per period" else ["who"]
    marked = why.copy()
    marked[keys.index[keys.duplicated(by, keep="last")].to_numpy()] = REPEATED
    return marked


def policy_counts(everything: pd.DataFrame, why: np.ndarray) -> Counts:
    """The detractors, passives and promoters that each policy leaves; `why` as before any policy."""
    return _counted(everything, _by_time(everything, why), why)


def _counted(everything: pd.DataFrame, keys: pd.DataFrame, why: np.ndarray) -> Counts:
    found = []
    groups = everything["group"].cat.codes.to_numpy()
    for policy in POLICIES:
        left = groups[_marked(keys, why, policy) == 0]
        detractors, passives, promoters = (int((left == place).sum()) for place in range(len(GROUPS)))
        found.append((policy, (detractors, passives, promoters)))
    return tuple(found)
