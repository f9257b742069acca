"""What a table means: its columns by their roles, from its catalogue, some rows, and each distinct value of them.

The rows go through the reader of files, which finds the roles as in an export; scores, words of a status and values of
attributes are then read once each, by the same functions, and counted where they are. So a row account of a table
says what that of its export would say.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from nps_core.engine.columns import Columns, Values, as_key
from nps_core.engine.days import known_day
from nps_core.engine.source import Source
from nps_core.errors import EngineError, MappingError
from nps_core.filters import NO_VALUE
from nps_core.formatting import plural
from nps_core.reading import read_survey
from nps_core.reading.build import recognise
from nps_core.reading.is_response import marking_columns, status_reasons
from nps_core.reading.responses import DATELESS, read_scores
from nps_core.reading.tables import Table, text_column
from nps_core.reading.typed import column_name, numbers_of, ordered, shown_values
from nps_core.reading.vocabulary import WORDS
from nps_core.survey import LEFT_OUT_REASONS, Doubt, LeftOut, Mapping, RowAccount

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Hashable, Sequence

    from nps_core.engine.database import Database
    from nps_core.survey import Measure, Survey

LOOKED = 4_000
"""Rows that are read to find the roles of the columns; as many as the reader looks at of a file."""

MOST_VALUES = 2_000
"""Different values of an attribute; a column with more is none, whatever some rows make believe."""

MOST_SCORES = 10_000
"""Different scores, each with the words of a status; a column with more holds no scores."""

MOST_ANSWERS = 5_000_000
"""Responses up to which CSAT and CES are asked about: their intervals take each answer."""

_FIRST_ROW = 2
"""The number that the reader gives to the first row, below the header."""

NEEDS_ROWS = ("weight", "revenue", "invited")
"""Roles that say something of each response, which only rows could tell."""

ONLY_COUNTS = "only counts are read from a table that stays where it is"
"""Why a column plays none of them."""


@dataclass(frozen=True, eq=False)
class Meaning:
    """What was found of a table: its columns, its row account, the roles, and the survey that some rows of it make."""

    columns: Columns
    rows: RowAccount
    mapping: Mapping
    head: Survey
    doubts: tuple[Doubt, ...]
    measures: tuple[Measure, ...]


def find_meaning(
    database: Database,
    table: str,
    mapping: Mapping | collections.abc.Mapping[str, object] | None,
    scale: str | None,
    salt: str,
) -> Meaning:
    """Find what a table means.

    Parameters
    ----------
    mapping, scale
        As `read_survey` takes them.
    salt
        See `Columns`.

    Raises
    ------
    ReadError
        As `read_survey`: no question, or a mapping that names what does not exist.
    MappingError
        A column does not fit its role.
    EngineError
        The engine could not answer.
    """
    kinds = database.columns(table)
    schema, own = database.place_of(table)
    clause = sa.table(own, *map(sa.column, kinds), schema=schema)
    cells = [_readable(database.kind, cell, kinds[cell.name]) for cell in clause.c]
    rows = database.all(sa.select(*cells).limit(LOOKED))
    if not rows:
        raise MappingError(f"The table “{table}” has no rows that may be read.")
    texts = [[text_of(cell) for cell in column] for column in zip(*rows, strict=True)]
    head = read_survey(_as_csv(list(kinds), texts), name=table, mapping=mapping, scale=scale)
    roles, left = _known_roles(head, kinds)
    columns = Columns(
        clause,
        score=str(roles.score),
        groups={},
        scores={},
        respondent=roles.respondent,
        account=roles.account,
        comment=roles.reason,
        no_names=_spellings(WORDS["anonymous"]),
        no_comments=_spellings(WORDS["no_answer"]),
        salt=salt,
    )
    columns, account = _scores(
        database,
        columns,
        head,
        Table(
            tuple(
                text_column(name, cells, head.labels.get(name, ""))
                for name, cells in zip(kinds, texts, strict=True)
            ),
            np.arange(1, len(rows) + 1),
        ),
    )
    _agree(columns, head, rows, list(kinds))
    try:
        columns, dates = _dates(database, columns, roles.date, kinds, texts)
    except MappingError as error:
        if _asks_for(mapping, "date"):
            raise
        roles = replace(roles, date=None)
        dates = [Doubt(f"{error.message} It is not used as the date: a view can turn it into one.")]
    measures = head.measures if account.kept <= MOST_ANSWERS else ()
    columns, dropped = _values(database, columns, roles, measures)
    roles = _without(roles, dropped)
    # Dates are counted over the whole table: those of its first rows would be doubted twice.
    doubts = [
        Doubt(f"Of the first {len(rows):,} rows: {doubt.text}")
        for doubt in head.doubts
        if not (dates and doubt.text.endswith(DATELESS))
    ]
    doubts += [Doubt(f"“{name}” is not used as {role}: {ONLY_COUNTS}.") for role, name in left]
    doubts += [
        Doubt(
            f"“{one.column}” is left out: {one.kind.upper()} is asked about up to {MOST_ANSWERS:,} responses."
        )
        for one in head.measures
        if not measures
    ]
    doubts += [
        Doubt(f"“{name}” has more than {MOST_VALUES:,} values and is not an attribute.") for name in dropped
    ]
    return Meaning(columns, account, roles, head, (*dates, *doubts), measures)


def _readable(engine: str, cell: sa.ColumnClause[Any], kind: str) -> sa.ColumnElement[Any]:
    """A column of which every value can be read: Python has no day such as "infinity"."""
    if kind != "date" or engine == "sqlite":
        return cell
    day = sa.cast(cell, sa.Date)
    return sa.case((known_day(engine, day).is_not(None), cell)).label(cell.name)


def text_of(cell: Any) -> str:  # noqa: ANN401 - whatever a driver gives
    """A cell as the export of the table would have it."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return format(cell.normalize(), "f") if hasattr(cell, "normalize") else str(cell)


def _as_csv(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8", "replace")


def _known_roles(head: Survey, kinds: dict[str, str]) -> tuple[Mapping, list[tuple[str, str]]]:
    """The roles of the columns, and the roles that only rows could play, with their columns.

    Raises
    ------
    MappingError
        The reader put the answers together from several columns or rows, which only a view can do of a table.
    """
    mapping = head.mapping
    left = [(role, str(name)) for role in NEEDS_ROWS if (name := getattr(mapping, role))]
    mapping = replace(mapping, weight=None, revenue=None, invited=None)
    for role in fields(mapping):
        value = getattr(mapping, role.name)
        for name in value if isinstance(value, tuple) else (value,):
            if name is not None and column_name(name) not in kinds:
                raise MappingError(
                    f"The answers of “{head.name}” were to be put together from several columns or rows (“{name}”).",
                    hint="Make a view with one row a response and name that, or choose the columns.",
                )
    if mapping.score is None:
        raise MappingError(
            f"No single column of “{head.name}” holds the score.", hint="Choose it as the score."
        )
    return mapping, left


def _spellings(words: collections.abc.Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if word))


def _scores(database: Database, columns: Columns, head: Survey, table: Table) -> tuple[Columns, RowAccount]:
    """Each distinct score with each word of a status: which rows are responses, counted where they are."""
    layout = recognise(table.names)
    marks = [
        name for name in sorted(marking_columns(table, head.mapping.status, layout)) if name != columns.score
    ]
    cells = columns.table.c
    keys = [cells[name] for name in (columns.score, *marks)]
    found = database.all(sa.select(*keys, sa.func.count()).group_by(*keys).limit(MOST_SCORES + 1))
    if len(found) > MOST_SCORES:
        raise MappingError(
            f"“{columns.score}” has more different values than scores have.", hint="Choose another column."
        )
    *raws, times = zip(*found, strict=True)
    counts = np.array(times, dtype=np.int64)
    small = Table(
        tuple(
            replace(table.column(name), text=text_column(name, [text_of(one) for one in raw]).text)
            for name, raw in zip((columns.score, *marks), raws, strict=True)
        ),
        np.arange(1, len(found) + 1),
    )
    scored = read_scores(small.column(columns.score), head.scale)
    marked = status_reasons(small, head.mapping.status, layout)
    why = np.where(marked > 0, marked, scored.why)
    parts = [
        LeftOut(reason, int(counts[why == code].sum()), (), _groups(scored.group, counts, why == code))
        for code, reason in enumerate(LEFT_OUT_REASONS, start=1)
        if (why == code).any()
    ]
    account = RowAccount(
        int(counts.sum()),
        int(counts[why == 0].sum()),
        tuple(parts),
        groups=_groups(scored.group, counts, why == 0),
    )
    good = scored.why == 0
    groups = {
        raw: int(group) for raw, group, is_good in zip(raws[0], scored.group, good, strict=True) if is_good
    }
    scores = (
        {}
        if head.scale.words
        else {
            raw: int(value) - head.scale.low
            for raw, value, is_good in zip(raws[0], scored.value, good, strict=True)
            if is_good
        }
    )
    left_out = tuple(
        (
            name,
            tuple(
                {one for one, code in zip(raw, _reasons_of(small, name, head, layout), strict=True) if code}
            ),
        )
        for name, raw in zip(marks, raws[1:], strict=True)
    )
    if not account.kept:
        raise MappingError(
            f"No row of “{head.name}” is a response.", hint="Choose another column as the score."
        )
    return replace(
        columns, groups=groups, scores=scores, left_out=tuple(one for one in left_out if one[1])
    ), account


def _reasons_of(small: Table, name: str, head: Survey, layout: str) -> np.ndarray:
    return status_reasons(replace(small, columns=(small.column(name),)), head.mapping.status, layout)


def _groups(groups: np.ndarray, counts: np.ndarray, which: np.ndarray) -> tuple[int, int, int]:
    detractors, passives, promoters = (int(counts[which & (groups == code)].sum()) for code in range(3))
    return detractors, passives, promoters


def _agree(columns: Columns, head: Survey, rows: Sequence[tuple[Any, ...]], names: list[str]) -> None:
    """See that the scores are read as the reader read those of the rows that it saw.

    Raises
    ------
    MappingError
        It read them in another way: as percents, as codes of choices, or from several columns.
    """
    place = names.index(columns.score)
    responses = head.responses
    codes = responses["group"].cat.codes.to_numpy()
    for row, code in zip(responses["row"].tolist(), codes.tolist(), strict=True):
        if columns.groups.get(rows[row - _FIRST_ROW][place]) != code:
            raise MappingError(
                f"The scores in “{columns.score}” are written in a way that only a file can be read in.",
                hint="Make a view in which they are numbers on the scale of the question.",
            )


def _dates(
    database: Database, columns: Columns, date: str | None, kinds: dict[str, str], texts: list[list[str]]
) -> tuple[Columns, list[Doubt]]:
    """The column of the date, and how many of its cells are none.

    Raises
    ------
    MappingError
        It holds no dates, or dates as texts in another order than 2026-03-31.
    """
    if date is None:
        return columns, []
    kind = kinds[date]
    seen = [cell for cell in texts[list(kinds).index(date)] if cell]
    lite = database.kind == "sqlite"
    # A column of SQLite may be of any type, or of none.
    if (seen and not any("-" in cell for cell in seen)) if lite else kind == "other":
        raise MappingError(
            f"“{date}” holds neither dates nor texts such as 2026-03-31.",
            hint="Make a view that turns them into dates, or choose another column as the date.",
        )
    columns = replace(columns, date=date, date_is_text=kind == "text")
    if kind == "text" or lite:
        columns = replace(columns, bad_days=_bad_days(database, columns, date))
    source = Source(database, columns)
    cell = columns.table.c[date]
    filled = sa.func.count(sa.case((sa.func.trim(cell) != "", 1)) if kind == "text" or lite else cell)
    given, read = database.all(sa.select(filled, sa.func.count(source.day)).where(*source.where(())))[0]
    given = int(given or 0)
    if given and read < given / 2:
        raise MappingError(
            f"“{date}” holds dates as texts that are not written as 2026-03-31.",
            hint="Make a view that turns them into dates, or choose another column as the date.",
        )
    lost = given - int(read)
    theirs = "its response is" if lost == 1 else "their responses are"
    said = f"{plural(lost, 'date')} in “{date}” could not be read; {theirs} {DATELESS}"
    return columns, [Doubt(said)] if lost else []


def _bad_days(database: Database, columns: Columns, date: str) -> tuple[str, ...]:
    """Beginnings of texts that look like days and are none, such as 2026-02-30."""
    start = sa.func.substr(columns.table.c[date], 1, 10)
    found = database.all(sa.select(start).where(start.like("____-__-__")).distinct().limit(MOST_SCORES * 10))
    return tuple(text for (text,) in found if not _is_day(text))


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _values(
    database: Database, columns: Columns, mapping: Mapping, measures: Sequence[Measure]
) -> tuple[Columns, list[str]]:
    """Each distinct value of the attributes and measures; and the attributes that have too many."""
    where = Source(database, columns).where(())
    found: dict[str, tuple[str, Values]] = {}
    dropped = []
    of_measure = {measure.column: measure for measure in measures}
    for name in (*mapping.attributes, *of_measure):
        column = column_name(name)
        cell = columns.table.c[column]
        rows = database.all(
            sa.select(cell, sa.func.count()).where(*where).group_by(cell).limit(MOST_VALUES + 1)
        )
        if len(rows) > MOST_VALUES:
            dropped.append(name)
            continue
        found[name] = (
            column,
            _read_values(column, {as_key(raw): int(n) for raw, n in rows}, of_measure.get(name)),
        )
    if lost := [name for name in dropped if name in of_measure]:
        raise EngineError(f"“{lost[0]}” has too many different answers.", hint="Choose no column for it.")
    return replace(columns, coded=found), dropped


def _read_values(name: str, counts: dict[Hashable, int], measure: Measure | None) -> Values:
    texts = [text_of(raw) for raw in counts]
    distinct = list(dict.fromkeys(texts))
    column = text_column(name, distinct)
    if measure is None:
        shown = dict(zip(distinct, shown_values(column), strict=True))
        shown = {text: "" if label == NO_VALUE else label for text, label in shown.items()}
        totals: Counter[str] = Counter()
        for text, count in zip(texts, counts.values(), strict=True):
            totals[shown[text]] += count
        totals.pop("", None)
        labels = ordered(dict(totals))
    else:
        numbers = numbers_of(column, measure)
        shown = {
            text: "" if np.isnan(number) else str(float(number))
            for text, number in zip(distinct, numbers, strict=True)
        }
        labels = sorted({*shown.values()} - {""}, key=float)
    place = {label: code for code, label in enumerate(labels)}
    codes = {raw: place.get(shown[text], len(labels)) for raw, text in zip(counts, texts, strict=True)}
    return Values((*labels, NO_VALUE), {**codes, None: len(labels)})


def _asks_for(mapping: Mapping | collections.abc.Mapping[str, object] | None, role: str) -> bool:
    """Whether somebody chose the column of a role, and it was not found."""
    return isinstance(mapping, Mapping) or role in (mapping or {})


def _without(mapping: Mapping, dropped: Sequence[str]) -> Mapping:
    def still(name: str | None) -> str | None:
        return None if name in dropped else name

    return replace(
        mapping,
        attributes=tuple(name for name in mapping.attributes if name not in dropped),
        persona=still(mapping.persona),
        phase=still(mapping.phase),
        touchpoint=still(mapping.touchpoint),
    )
