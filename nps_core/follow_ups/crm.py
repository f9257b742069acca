"""Follow-ups as a table for a CRM, and back by their ids: what a file would change, before anything is written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.errors import FollowUpError
from nps_core.follow_ups.clock import Clock, in_utc, local
from nps_core.follow_ups.follow_up import FIELDS, FollowUp, changed, difference
from nps_core.formatting import format_count, plural, short
from nps_core.masking import mask
from nps_core.reading.encoding import decode
from nps_core.reading.source import find_dialect
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nps_core.follow_ups.items import Items

COLUMNS = ("id", "version", "status", "owner", "due", "outcome", "note")
"""What is read back; `id` must be there, what is missing otherwise is not changed."""

LARGEST, MOST_ROWS = 20_000_000, 100_000
"""Bytes and rows of a file that is read back."""

_EXAMPLES = 3
_MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")
_GUARD = re.compile(r"^'(?=\s*[=+\-@|%])|^'(?=[\t\r\n])")
"""The apostrophe that `report.tables.safe_csv` puts before what a spreadsheet could take for a formula."""


@dataclass(frozen=True)
class CrmPreview:
    """What a file would change; nothing is written yet.

    Parameters
    ----------
    changes
        Each follow-up as it is, and what the file has otherwise: what `workspace.follow_ups.save` takes.
    rows, same
        Rows of the file, and those of them that change nothing.
    unknown, doubled, stale, wrong
        Rows that change nothing because their id is none of the list, because another row has the same id and says
        something else, because the follow-up was changed here since the file was written, or because of what is in
        them; each as a sentence or an id.
    """

    changes: tuple[tuple[FollowUp, dict[str, object]], ...] = ()
    rows: int = 0
    same: int = 0
    unknown: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in words, what will be written first."""
        fields = [(name, sum(name in told for _, told in self.changes)) for name in FIELDS]
        what = ", ".join(f"{name} of {format_count(count)}" for name, count in fields if count)
        said = [
            (self.changes, f"{plural(len(self.changes), 'follow-up')} will change: {what}."),
            (self.same, f"{plural(self.same, 'row')} {_do(self.same)} not change anything."),
            (
                self.unknown,
                (
                    f"{plural(len(self.unknown), 'id')} {_are(self.unknown)} not in this list, and left out: of another"
                    f" survey, filtered out, erased, or by account rather than by respondent ({_some(self.unknown)})."
                ),
            ),
            (
                self.doubled,
                (
                    f"{plural(len(self.doubled), 'id')} {_are(self.doubled)} in the file more than once with something"
                    f" else in it, and left out ({_some(self.doubled)})."
                ),
            ),
            (
                self.stale,
                (
                    f"{plural(len(self.stale), 'follow-up')} {_are(self.stale)} not what the file was written of:"
                    f" changed here since, and left out ({_some(self.stale)})."
                ),
            ),
            (
                self.wrong,
                f"{plural(len(self.wrong), 'row')} cannot be read, and left out: {_some(self.wrong)}",
            ),
        ]
        return tuple(text for there, text in said if there)


def crm_table(items: Items, numbers: Iterable[int], link: str, *, bare: bool = False) -> pd.DataFrame:
    """Items as a table, a row each: the columns of `COLUMNS`, then who it is, why, and the comment.

    Parameters
    ----------
    numbers
        Of the items, from 0, in the order of the rows.
    link
        That of the kept survey, which ids belong to.
    bare
        Whether e-mail addresses and phone numbers in comments stand as they were written.
    """
    texts = items.scope.survey.responses["comment"]
    rows = []
    for item in items.read(numbers):
        own, text = item.follow_up, texts.iloc[item.place]
        comment = "" if pd.isna(text) else str(text)
        rows.append(
            {
                **dict(zip(COLUMNS, (own.ref(link), *_cells(own)), strict=True)),
                "name": item.name,
                "account": item.account,
                "score": item.score,
                "group": item.group,
                "why": ", ".join(item.reasons),
                "comment": comment if bare else mask(comment),
            }
        )
    names = (*COLUMNS, "name", "account", "score", "group", "why", "comment")
    return pd.DataFrame(rows, columns=list(names))


def _cells(own: FollowUp) -> tuple[str, ...]:
    due = f"{local(own.due):%Y-%m-%d %H:%M}" if own.due else ""
    return str(own.version), own.status, own.owner, due, own.outcome, own.note


def read_crm(
    data: bytes, items: Items, link: str, now: dt.datetime, clock: Clock | None = None
) -> CrmPreview:
    """What a file with the ids of `crm_table` would change; an empty cell changes nothing.

    Parameters
    ----------
    data
        A text table in any usual encoding, with any usual delimiter; columns are found by their names.
    items
        The items that there are now, all of those that the viewer may change.
    now
        The moment (UTC), before which nothing can be due.

    Raises
    ------
    FollowUpError
        It is no such table, has no column `id`, or is far too large.
    """
    refs = items.refs(link)
    rows, unknown = _rows_by_id(data, refs)
    doubled = tuple(ref for ref, own in rows.items() if len({values for _, values in own}) > 1)
    changes, stale, wrong = [], [], []
    for ref, own_rows in rows.items():
        place, values = own_rows[0]
        own = items.follow_up(refs[ref])
        try:
            told: dict[str, object] = {} if ref in doubled else _told(own, values, clock or Clock())
            different = {
                name: told[name] for name in difference(own, changed(own, told, now)) if name in told
            }
        except FollowUpError as error:
            wrong.append(f"row {place}: {error}")
            continue
        if different and values[0].strip() not in ("", str(own.version)):
            stale.append(ref)
        elif different:
            changes.append((own, different))
    known = sum(len(own) for ref, own in rows.items() if ref not in doubled)
    same = known - len(changes) - len(stale) - len(wrong)
    count = len(unknown) + sum(map(len, rows.values()))
    return CrmPreview(
        tuple(changes), count, same, tuple(dict.fromkeys(unknown)), doubled, tuple(stale), tuple(wrong)
    )


def _rows_by_id(
    data: bytes, refs: Mapping[str, int]
) -> tuple[dict[str, list[tuple[int, tuple[str, ...]]]], list[str]]:
    """(number of the row, the cells of `COLUMNS` behind the id) by known ids, and the ids that are not known."""
    names: tuple[str, ...] = ()
    known: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    unknown = []
    for place, row in enumerate(_rows(data)):
        if not place:
            names = _names(row)
            continue
        cells = dict(zip(names, row, strict=False))
        ref = cells.get("id", "").strip()
        if ref in refs:
            known.setdefault(ref, []).append((place, tuple(cells.get(name, "") for name in COLUMNS[1:])))
        else:
            unknown.append(plain(ref) or "no id")
    if not names:
        raise _no_table()
    return known, unknown


def _told(own: FollowUp, cells: Sequence[str], clock: Clock) -> dict[str, object]:
    """What a row says of a follow-up; what is as it was written, or empty, says nothing."""
    was, values = (dict(zip(COLUMNS[1:], some, strict=True)) for some in (_cells(own), cells))
    told: dict[str, object] = {}
    for name in FIELDS:
        value = values[name]
        bare = _GUARD.sub("", value)
        if not bare.strip() or was[name] in (value, bare):
            continue
        told[name] = _moment(bare, clock) if name == "due" else bare
        if name in ("status", "outcome"):
            told[name] = bare.strip().lower()
    return told


def _moment(text: str, clock: Clock) -> dt.datetime:
    for form in (*_MOMENTS, *_DAYS):
        try:
            found = dt.datetime.strptime(text.strip(), form)  # noqa: DTZ007 - a clock on the wall has no zone
        except ValueError:
            continue
        return clock.end_of(found.date()) if form in _DAYS else in_utc(found)
    raise FollowUpError(
        f"“{short(plain(text))}” is no day.", hint="Write it as 2026-03-05 or 2026-03-05 17:00."
    )


def _rows(data: bytes) -> Iterator[list[str]]:
    """The rows of a text table, the names of its columns first."""
    if len(data) > LARGEST:
        raise FollowUpError(
            "The file is far larger than a list of follow-ups.", hint="Take the list from here again."
        )
    text = decode(data)
    dialect = find_dialect(text)
    lines = io.StringIO(text[dialect.skip :].replace("\0", ""), newline="")
    try:
        for place, row in enumerate(csv.reader(lines, delimiter=dialect.delimiter[:1])):
            if place > MOST_ROWS:
                raise FollowUpError(
                    f"The file has more than {format_count(MOST_ROWS)} rows.", hint="Split it into several."
                )
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise _no_table() from error


def _names(row: Sequence[str]) -> tuple[str, ...]:
    names = tuple(plain(name).lower() for name in row)
    if names.count("id") != 1 or len({*names} & {*COLUMNS}) != sum(name in COLUMNS for name in names):
        raise _no_table()
    return names


def _no_table() -> FollowUpError:
    return FollowUpError(
        "This is no list of follow-ups: it needs one column “id”, and each other column once.",
        hint="Take the list from here, and change it without its heads.",
    )


def _do(count: int) -> str:
    return "does" if count == 1 else "do"


def _are(some: Sequence[str]) -> str:
    return "is" if len(some) == 1 else "are"


def _some(texts: Sequence[str]) -> str:
    shown = ", ".join(short(text, 120) for text in texts[:_EXAMPLES])
    return f"{shown} and {format_count(len(texts) - _EXAMPLES)} more" if len(texts) > _EXAMPLES else shown
