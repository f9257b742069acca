"""Table + mapping + scale -> the responses, what became of each row, and who was invited and did not answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.errors import MappingError
from nps_core.reading.cells import plain
from nps_core.reading.dates import Dates, read_dates
from nps_core.reading.profile import amounts_of
from nps_core.reading.scores import Read, group_of, in_tenths, read_cells
from nps_core.reading.typed import categories_of, column_name, int8, numbers_of, ordered, stored_name, texts
from nps_core.reading.vocabulary import pattern, words
from nps_core.survey import GROUPS, LEFT_OUT_REASONS, LeftOut, Mapping, Measure, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table


_DATE = pattern("date")


TEN = 10
"""The top of the scale on which a score may have a decimal, as sliders write it."""

EXAMPLES = 5
"""Examples shown of each reason for leaving rows out."""

NO_SCORE, OUT_OF_RANGE, UNREADABLE, PARTIAL, PREVIEW, EXCLUDED, REPEATED, TOTAL = range(1, 9)
"""Places in LEFT_OUT_REASONS, from 1; 0 is a row that is kept."""

_ANONYMOUS = words("anonymous")


@dataclass(frozen=True)
class Scored:
    """Each row's score and group, or why it has none.

    `value` is NaN and `group` -1 where there is none; `why` is 0 or the number of a reason. `labelled` holds the
    cells whose words were taken for labels because they come again and again, and for no other reason, each with
    the score or group that it was read as. `between`
    is, where scores lie between whole numbers, the group that rounding would give each of them, -1 for the others.
    """

    value: np.ndarray
    group: np.ndarray
    why: np.ndarray
    labelled: tuple[tuple[str, str], ...] = ()
    between: np.ndarray | None = None


def read_scores(column: Column, scale: Scale, *, percent: bool = False, codes: bool = False) -> Scored:
    """Read a score column, each distinct cell once; `codes` for numbers of choices, one more than the score."""
    rows, distinct = column.encoded
    size = max(len(distinct), 1)
    value, group, why = np.full(size, np.nan), np.full(size, -1, np.int8), np.zeros(size, np.int8)
    nearer = np.full(size, -1, np.int8)
    often = np.bincount(rows, minlength=len(distinct)).tolist()
    cells = read_cells(dict(zip(distinct, often, strict=True)))
    for place, read in enumerate(cells.values()):
        number = read.value / 10 if percent and read.value is not None else read.value
        if number is not None and codes:
            number -= 1
        if read.blank:
            why[place] = NO_SCORE
        elif scale.words:
            group[place] = -1 if read.group is None else read.group
            why[place] = UNREADABLE if read.group is None else 0
        elif number is None or not (number.is_integer() or (scale.high == TEN and in_tenths(number))):
            why[place] = UNREADABLE
        elif not scale.low <= number <= scale.high:
            why[place] = OUT_OF_RANGE
        else:
            # A score between two whole ones is of the group that the lower one is in: 8.9 is not yet a 9.
            value[place], group[place] = math.floor(number), group_of(math.floor(number), scale)
            if not number.is_integer():
                nearer[place] = group_of(math.floor(number + 0.5), scale)
    labelled = tuple((cell.strip(), _said(read)) for cell, read in cells.items() if read.labelled)
    return Scored(value[rows], group[rows], why[rows], labelled, nearer[rows] if nearer.max() >= 0 else None)


def _said(read: Read) -> str:
    return f"{read.value:g}" if read.group is None else GROUPS[read.group]


def column_dates(table: Table, mapping: Mapping) -> Dates | None:
    """The dates of a table; the order of day and month may be told by another date column."""
    if mapping.date is None:
        return None
    codes, distinct = table.column(mapping.date).encoded
    found = read_dates(codes, distinct)
    if not found.doubt or not found.order:
        return found
    for column in table.columns:
        if column.name != mapping.date and _DATE.search(plain(column.name)):
            other = read_dates(*column.encoded)
            if other.order and not other.doubt and other.read > len(table) / 2:
                return read_dates(codes, distinct, hint=other.order)
    return found


def frame(
    table: Table, mapping: Mapping, scored: Scored, dates: Dates | None, measures: Sequence[Measure]
) -> pd.DataFrame:
    """Every row of the table as a response, kept or not; the columns as `Survey.responses` has them."""
    rows = len(table)
    found: dict[str, object] = {
        "row": table.numbers,
        "score": int8(scored.value),
        "group": pd.Categorical.from_codes(
            scored.group, dtype=pd.CategoricalDtype(list(GROUPS), ordered=True)
        ),
        "date": dates.moments if dates is not None else np.full(rows, np.datetime64("NaT", "us")),
        "comment": texts(table, mapping.reason, comments=True),
        "respondent": texts(table, mapping.respondent, blank=_ANONYMOUS),
        "account": texts(table, mapping.account),
    }
    for name in mapping.attributes:
        found[stored_name(name, mapping)] = categories_of(table.column(column_name(name)), name)
    for measure in measures:
        found[measure.column] = numbers_of(table.column(measure.column), measure)
    for amount in (mapping.weight, mapping.revenue):
        if amount is not None and stored_name(amount, mapping) not in found:
            found[stored_name(amount, mapping)] = amounts_of(table.column(amount))
    return pd.DataFrame(found, copy=False)  # the columns are nobody else's


def keep(everything: pd.DataFrame, why: np.ndarray, mapping: Mapping) -> pd.DataFrame:
    """The rows that nothing speaks against; attributes lose values that only other rows had."""
    kept: pd.DataFrame = everything[why == 0].reset_index(drop=True)
    for name in mapping.attributes:
        counts = kept[name].value_counts()
        values = {str(value): int(count) for value, count in counts.items() if count}
        kept[name] = kept[name].cat.set_categories(ordered(values))
    return kept


def account_for(why: np.ndarray, numbers: np.ndarray, score: Column) -> tuple[tuple[int, LeftOut], ...]:
    """The row account's parts, each with its reason's number: its count, and the scores of its first rows."""
    parts = []
    for code, reason in enumerate(LEFT_OUT_REASONS, start=1):
        places = np.flatnonzero(why == code)
        if len(places):
            first = places[:EXAMPLES].tolist()
            examples = tuple((int(numbers[place]), cell_of(score, place)[:120]) for place in first)
            parts.append((code, LeftOut(reason, len(places), examples)))
    return tuple(parts)


def cell_of(column: Column, place: int) -> str:
    """One cell of a column."""
    return str(column.text[place].as_py())


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


_WAITING = words("awaited")
"""What tools write beside those who were asked and have not answered."""

_NEVER_ASKED = words("never_asked")
"""What tools write beside those whom no invitation reached."""


def silent_rows(
    everything: pd.DataFrame, why: np.ndarray, table: Table, mapping: Mapping
) -> tuple[pd.DataFrame, bool]:
    """The rows without a score of people whom an invitation may have reached, and whether the file says it did.

    Returns
    -------
    frame, known
        `date` and the attributes of each. `known` is True when a column says who was invited, or the status of some
        of them is one that tools write beside an invitation; otherwise a person has to say what such rows are.
    """
    silent = np.isin(why, (NO_SCORE, PARTIAL))
    known = False
    columns = ["date", *(name for name in mapping.attributes if name in everything)]
    if not silent.any():
        return everything.loc[silent, columns].reset_index(drop=True), known
    for name in (mapping.status, mapping.invited):
        if name is None:
            continue
        codes, distinct = table.column(name).encoded
        sentence = [plain(cell) for cell in distinct]
        reached = np.array([word not in _NEVER_ASKED for word in sentence], dtype=np.bool_)[codes]
        waiting = np.array([word in _WAITING for word in sentence], dtype=np.bool_)[codes]
        if name == mapping.invited:
            asked = np.array([bool(word) for word in sentence], dtype=np.bool_)[codes]
            silent &= asked
            known |= bool((silent & reached).any())
        silent &= reached
        known |= bool((waiting & silent).any())
    return everything.loc[silent, columns].reset_index(drop=True), known
