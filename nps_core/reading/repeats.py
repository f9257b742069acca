"""The same answer again: further rows of one response, forms sent twice, and the policy for who answers often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.errors import MappingError
from nps_core.formatting import plural
from nps_core.reading.cells import is_no_answer, kind, plain, says
from nps_core.reading.responses import REPEATED
from nps_core.reading.tables import SAMPLE, Column, Table
from nps_core.reading.typed import column_name
from nps_core.reading.vocabulary import alternation
from nps_core.survey import GROUPS, Mapping

if TYPE_CHECKING:
    from nps_core.reading.dates import Dates


@dataclass(frozen=True)
class Again:
    """Rows of responses that are counted already, and the sentence about them; whether they are left out."""

    rows: np.ndarray
    sentence: str
    left_out: bool = True


_SURE = 0.95
"""An id is that of a response when so many of the rows that have it again say the same."""


_ALL = 200_000
"""Rows up to which every id is compared with every other; beyond, only where neighbours are alike."""


_NEIGHBOURS = 0.0005
"""The share of rows, beyond that, that are like their neighbours by more than chance."""


_ID_LIKE = 0.15
"""Distinct values a row of a column that may number responses: each has six rows at most, on average."""


_LONGEST_ID = 60


_KINDS_LOOKED = 20


_FEW = 3
"""Rows that say the same again, at least, for an id that is not called one of a response."""


_MANY = 5
"""... and for one that is no person's, with nothing but the same score on the same day."""


_KEY = "\x00"
"""The name of the ids beside those of the file's columns."""


def same_response(table: Table, mapping: Mapping, dates: Dates | None, why: np.ndarray) -> Again | None:
    """Rows under an id that repeats with the same score and date are of one response, however the id is called.

    The first of them counts. An id that stands for other answers as well is none of a response. That of a person or
    an account is believed where the same text stands in the rows or they are of one moment; without, people may have
    answered twice, and a doubt says so.
    """
    # Waves side by side give several responses a row, and fall in their numbers from one to the next.
    if bool((np.diff(table.numbers) <= 0).any()):
        return None
    for key in _keys(table, mapping):
        alike = _alike(table, mapping, key)
        if alike is None:
            continue
        count = int(alike.sum())
        if names_answer(key.name) or (
            (alike & (why == 0)).sum() >= _FEW and _is_told_apart(table, mapping, key, alike, dates)
        ):
            return Again(alike, f"“{key.name}” says that {_rows_are(count)}; each response counts once.")
        if count >= _MANY:
            such = f"{count:,} rows have the “{key.name}”, the score and the date of a row above them"
            return Again(
                alike,
                f"{such}, and count: it may be a row a tag, and each response should count once.",
                left_out=False,
            )
    return None


def _keys(table: Table, mapping: Mapping) -> list[Column]:
    """The columns that may number responses, those that are called so first."""
    named = [column for column in table.columns if names_answer(column.name) and _may_repeat(column)]
    if named:
        return named
    taken = {mapping.score, mapping.reason, mapping.date}
    return [
        column
        for column in table.columns
        if column.name not in taken and _is_id_like(column) and _may_repeat(column)
    ]


def _is_id_like(column: Column) -> bool:
    sample = column.sample
    filled = sample.total()
    if not filled or len(sample) < _ID_LIKE * filled or len(sample) == filled == len(column.text):
        return False
    first = list(islice(sample, _KINDS_LOOKED))
    dated = sum(kind(cell) == "date" for cell in first) > _HALF * len(first)
    return not dated and max(map(len, sample)) <= _LONGEST_ID


def _alike(table: Table, mapping: Mapping, key: Column) -> np.ndarray | None:
    """The rows that say again what a row above them with the same id says; None where the id is none of a response."""
    codes, distinct = key.encoded
    if len(distinct) == len(codes):
        return None
    told = pd.DataFrame({_KEY: codes})
    reason = mapping.reason if _is_somebody(key, mapping) or mapping.date is None else None
    for name in (mapping.score, mapping.date, reason):
        if name is not None and name != key.name:
            told[name] = table.column(name).encoded[0]
    again = told.duplicated(_KEY).to_numpy() & key.answered
    alike: np.ndarray = told.duplicated().to_numpy() & key.answered
    return alike if again.any() and alike.sum() >= _SURE * again.sum() else None


def _is_somebody(key: Column, mapping: Mapping) -> bool:
    return key.name in (mapping.respondent, mapping.account)


def _is_told_apart(
    table: Table, mapping: Mapping, key: Column, alike: np.ndarray, dates: Dates | None
) -> bool:
    """True where it is no chance that these rows say the same: by a text or a moment, or by many of no person's id."""
    if _has_clock(dates):
        return True
    if mapping.date is not None and not _is_somebody(key, mapping) and alike.sum() >= _MANY:
        return True
    if mapping.reason is None:
        return False
    return bool(table.column(mapping.reason).answered[alike].mean() > _HALF)


_HALF = 0.5


_TIMES = 3
"""Times of day that dates have at least, if they tell when somebody answered: one and the same is no time."""


_MOMENTS = 10_000
"""Dates that are looked at for that."""


def _has_clock(dates: Dates | None) -> bool:
    """True where the dates say at what time of the day somebody answered."""
    if dates is None:
        return False
    moments = dates.moments[:_MOMENTS]
    moments = moments[~np.isnat(moments)]
    times = moments - moments.astype("datetime64[D]")
    timed = times != np.timedelta64(0)
    return bool(len(times)) and bool(timed.mean() > _SURE) and len(np.unique(times)) >= _TIMES


def _rows_are(count: int) -> str:
    if count == 1:
        return "1 row is of a response that stands above it"
    return f"{plural(count, 'row')} are of responses that stand above them"


def _may_repeat(key: Column) -> bool:
    """True where an id may stand twice; in a large file, where it does so in neighbouring rows."""
    text = key.text
    if len(text) <= _ALL or pa.types.is_dictionary(text.type):
        return True
    same = pc.sum(pc.equal(text.slice(1), text.slice(0, len(text) - 1))).as_py() or 0
    return bool(same >= _NEIGHBOURS * len(text))


_SHOWING = np.timedelta64(10, "m")
"""Nobody is shown the same survey twice within so short a time."""


_CLICK = np.timedelta64(60, "s")
"""... nor do two people write the same sentence with the same score within this."""


_CLICKS = 3
"""So often, at most, somebody sends the same form."""


_SENTENCE = 15
"""Letters from which on a comment is not what anybody else writes in the same minute."""


def one_showing(table: Table, mapping: Mapping, dates: Dates | None, why: np.ndarray) -> Again | None:
    """Of the answers of one person, or under one id, within ten minutes the last counts.

    An id is one of a showing, whatever it is called, where the rows that have it again lie so close together.
    """
    if dates is None or not _has_clock(dates):
        return None
    numbered = _numbered(table)
    for key in _showings(table, mapping):
        somebody = key.name == mapping.respondent
        if somebody and numbered:
            continue
        again, apart = _replaced(table, mapping, _ids_of(key), dates, why, _SHOWING)
        count = int(again.sum())
        if count and (somebody or count >= max(_FEW, _SURE * (count + apart))):
            return Again(again, _sent_again(again, f"the same “{key.name}” within ten minutes"))
    if mapping.reason is not None and mapping.respondent is None and len(table) <= _ALL:
        again, _ = _replaced(table, mapping, _writers(table, mapping), dates, why, _CLICK)
        if again.any():
            return Again(again, _sent_again(again, "the same comment and score within a minute"))
    return None


def _showings(table: Table, mapping: Mapping) -> list[Column]:
    """The columns whose ids may be those of a showing: the respondent first, then any that repeat."""
    taken = {mapping.score, mapping.reason, mapping.date, mapping.account}
    ids = [one for one in table.columns if one.name not in taken and _is_id_like(one) and _may_repeat(one)]
    return sorted(ids, key=lambda one: one.name != mapping.respondent)


def _numbered(table: Table) -> bool:
    """True where the tool gives each row an id of a response of its own: it takes them for several."""
    return any(
        names_answer(column.name) and len(column.sample) > _SURE * min(len(table), SAMPLE)
        for column in table.columns
    )


def _ids_of(column: Column) -> np.ndarray:
    """The code of each row's id, -1 for none; an address is the same in capitals."""
    codes, distinct = column.encoded
    same, _ = pd.factorize(
        pd.Series([None if is_no_answer(cell) else cell.strip().lower() for cell in distinct], dtype=object)
    )
    found: np.ndarray = same[codes] if len(same) else np.full(len(codes), -1)
    return found


def _writers(table: Table, mapping: Mapping) -> np.ndarray:
    """A code for each row's comment, score and attributes; -1 where the comment does not tell who wrote it.

    It does where it is a sentence that hardly ever stands in the file.
    """
    codes, distinct = table.column(str(mapping.reason)).encoded
    often = np.bincount(codes, minlength=len(distinct)).tolist()
    own = [
        len(cell.strip()) >= _SENTENCE and count <= _CLICKS
        for cell, count in zip(distinct, often, strict=True)
    ]
    told = pd.DataFrame({_KEY: codes})
    for name in (mapping.score, *map(column_name, mapping.attributes)):
        told[str(name)] = table.column(str(name)).encoded[0]
    who = told.groupby(list(told.columns), sort=False).ngroup().to_numpy()
    return np.where(np.array(own or [False], dtype=bool)[codes], who, -1)


def _replaced(
    table: Table, mapping: Mapping, who: np.ndarray, dates: Dates, why: np.ndarray, window: np.timedelta64
) -> tuple[np.ndarray, int]:
    """The rows after which the same one answers again within the window, and how often one does so later."""
    again = np.zeros(len(table), dtype=bool)
    places = np.flatnonzero((who >= 0) & (why == 0) & ~np.isnat(dates.moments))
    if len(places) < 2:  # noqa: PLR2004 - one answer is given once
        return again, 0
    moments = dates.moments[places]
    subject = _subjects(table, mapping)[places]
    order = np.lexsort((places, moments, subject, who[places]))
    placed, when = places[order], moments[order]
    same = (who[placed][1:] == who[placed][:-1]) & (subject[order][1:] == subject[order][:-1])
    close = when[1:] - when[:-1] <= window
    again[placed[:-1][same & close]] = True
    return again, int((same & ~close).sum())


def _subjects(table: Table, mapping: Mapping) -> np.ndarray:
    """A code for what each row's answer is about: its touchpoint, phase and question, where columns say so."""
    found = np.zeros(len(table), dtype=np.int64)
    for column in table.columns:
        name = plain(column.name).strip(" .:#")
        if column.name in (mapping.touchpoint, mapping.phase) or says(name, "question", "question_column"):
            codes, distinct = column.encoded
            found = found * (len(distinct) + 1) + codes
    return found


def _sent_again(again: np.ndarray, by: str) -> str:
    count = int(again.sum())
    if not count:
        return ""
    such = "1 answer was" if count == 1 else f"{count:,} answers were"
    return f"{such} given again by {by}; of each showing of the survey the last answer counts."


_ANSWER = alternation("named_response")


_PERSON = alternation("named_person")


ID_OF = re.compile(
    rf"((?P<answer>{_ANSWER})|{_PERSON}) ?{alternation('key_word', 'number_word')}$|"
    rf"id {alternation('preposition')}?{alternation('article')}?((?P<answer_of>{_ANSWER})|{_PERSON})$"
)
"""Names that say whose id it is: a mere "ID" or "No" numbers the rows of any sheet."""


def names_answer(name: str) -> bool:
    """True for the name of the id of a response ("Response ID"), not of a person."""
    named = ID_OF.match(plain(name).strip(" .:"))
    return bool(named and (named["answer"] or named["answer_of"]))


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
    _check_policy(policy)
    if policy == "all":
        return why, ()
    keys = _by_time(everything, why)
    return _replaced_by_later(keys, why, policy), _counts_left(everything, keys, why)


def repeated(everything: pd.DataFrame, why: np.ndarray, policy: str) -> np.ndarray:
    """Mark the rows that a later response of the same respondent replaces.

    Rows without a respondent stay. Without a date, what stands further down in the file is later.

    Raises
    ------
    MappingError
        The policy does not exist.
    """
    _check_policy(policy)
    return why if policy == "all" else _replaced_by_later(_by_time(everything, why), why, policy)


def _check_policy(policy: str) -> None:
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


def _replaced_by_later(keys: pd.DataFrame, why: np.ndarray, policy: str) -> np.ndarray:
    """`why` with the rows that the policy replaces."""
    if policy == "all":
        return why
    by = ["who", "quarter"] if policy == "latest per period" else ["who"]
    marked = why.copy()
    marked[keys.index[keys.duplicated(by, keep="last")].to_numpy()] = REPEATED
    return marked


def policy_counts(everything: pd.DataFrame, why: np.ndarray) -> Counts:
    """The detractors, passives and promoters that each policy leaves; `why` as before any policy."""
    return _counts_left(everything, _by_time(everything, why), why)


def _counts_left(everything: pd.DataFrame, keys: pd.DataFrame, why: np.ndarray) -> Counts:
    found = []
    groups = everything["group"].cat.codes.to_numpy()
    for policy in POLICIES:
        left = groups[_replaced_by_later(keys, why, policy) == 0]
        detractors, passives, promoters = (int((left == place).sum()) for place in range(len(GROUPS)))
        found.append((policy, (detractors, passives, promoters)))
    return tuple(found)
