"""What is asked of a table: one kind of statement, which counts groups by some keys under some filters.

Nothing of the values is taken for granted: scores, dates and attributes were looked at once, each distinct value of
them (`nps_core.engine.table`), and statements name these values as bound parameters, in the engine's own types.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from nps_core.counts.clusters import UNITS
from nps_core.engine.days import FIRST_DAY, LAST_DAY, as_day, day_of, first_of, known_day
from nps_core.errors import FilterError
from nps_core.filters import ACCOUNT, Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Sequence

    from nps_core.engine.columns import Columns, Key, Values
    from nps_core.engine.database import Statement


MOST_CELLS = 3_000_000
"""Cells of one set of keys that a statement may answer with; more are refused, as they would fill memory."""


class Statements:
    """The statements that count the responses of a table.

    Parameters
    ----------
    kind
        The name of the engine.
    columns
        What of the table means what.
    always
        Filters that are part of every statement.
    """

    def __init__(self, kind: str, columns: Columns, always: tuple[Filters, ...] = ()) -> None:
        self.kind = kind
        self.columns = columns
        self.always = always

    def statement(self, filters: Sequence[Filters], *sets: tuple[Key, ...]) -> Statement:
        """The statement that counts by each set of keys.

        Its columns are all keys, the number of the set where there are several, then all responses, promoters and
        detractors of each combination of values.
        """
        keys = [*dict.fromkeys(key for own in sets for key in own)]
        inner, columns = self._inner(filters, keys)
        happy, unhappy = (
            sa.func.count(sa.case((inner.c.score.in_(self.raw_scores(group)), 1)))
            for group in ("promoter", "detractor")
        )
        counts = [sa.func.count().label("n"), happy.label("happy"), unhappy.label("unhappy")]
        by = [[column for key in own for column in columns[key]] for own in sets]
        counted = grouped(self.kind, by, counts)
        most = len(sets) * MOST_CELLS + 1
        if not any(map(is_who, keys)):
            return counted.limit(most)
        # Names are looked at, and become pseudonyms, once for each name and not for each response.
        table = counted.subquery()
        shown = [
            self._named(key, [table.c[own.name] for own in columns[key]]).label(f"k{n}")
            for n, key in enumerate(keys)
        ]
        rest = [table.c[name] for name in ("s", "n", "happy", "unhappy") if name in table.c]
        return sa.select(*shown, *rest).limit(most)

    def _inner(
        self, filters: Sequence[Filters], keys: Sequence[Key]
    ) -> tuple[sa.Subquery, dict[Key, list[sa.ColumnElement[Any]]]]:
        """The responses that pass, each with its score, and the columns that keys are grouped by."""
        names = {
            key: [f"k{n}" + "p" * more for more in range(len(self._parts(key)))] for n, key in enumerate(keys)
        }
        labelled = [
            part.label(name) for key in keys for part, name in zip(self._parts(key), names[key], strict=True)
        ]
        score = self.columns.table.c[self.columns.score]
        rows = sa.select(score.label("score"), *labelled).where(*self.where(filters)).subquery()
        return rows, {key: [rows.c[name] for name in own] for key, own in names.items()}

    def where(self, filters: Sequence[Filters]) -> list[sa.ColumnElement[bool]]:
        """What holds of the rows that are responses and pass the filters.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        cells = self.columns.table.c
        found: list[sa.ColumnElement[bool]] = [cells[self.columns.score].in_([*self.columns.groups])]
        for column, raw in self.columns.left_out:
            found.append(sa.or_(cells[column].is_(None), cells[column].not_in(raw)))
        for one in (*self.always, *filters):
            found += self._passes(one)
        return found

    def _passes(self, filters: Filters) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if filters.groups:
            found.append(self.columns.table.c[self.columns.score].in_(self.raw_scores(*filters.groups)))
        if filters.since or filters.until:
            found += self._within(filters.since or FIRST_DAY, filters.until or LAST_DAY)
        for name, picked in filters.attributes:
            found.append(self._any_of(name, picked))
        if filters.text:
            found.append(self._holds(filters.text))
        return found

    def _any_of(self, name: str, picked: tuple[str, ...]) -> sa.ColumnElement[bool]:
        values = self._values(name)
        place = {label: code for code, label in enumerate(values.labels)}
        if unknown := [value for value in picked if value not in place]:
            raise FilterError(
                f"“{unknown[0]}” is not a value of “{name}”.", hint="Pick from the values the survey has."
            )
        raw = values.raw({place[value] for value in picked})
        key = self._key(name)
        known = [value for value in raw if value is not None]
        either = [self._is_one_of(name, known) if is_who(name) else key.in_(known)] if known else []
        return sa.or_(*either, key.is_(None)) if None in raw else sa.or_(sa.false(), *either)

    def _is_one_of(self, name: str, known: list[Hashable]) -> sa.ColumnElement[bool]:
        """Whether an account is among some that are known by what leaves of them."""
        cell = self._parts(name)[0]
        # A pseudonym is made of each name once, and not for each response.
        names = sa.select(cell.label("name")).distinct().subquery()
        return cell.in_(sa.select(names.c.name).where(self._named(name, [names.c.name]).in_(known)))

    def _holds(self, text: str) -> sa.ColumnElement[bool]:
        comment = self.comment
        if comment is None:
            return sa.false()
        return self.small(comment).contains(text.lower(), autoescape=True)

    def small(self, text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        """A text in small letters, those beyond ASCII too."""
        # PostgreSQL's own depend on how the database was made.
        return sa.func.lower(text.collate("und-x-icu") if self.kind == "postgresql" else text)

    def _within(self, since: dt.date, until: dt.date) -> list[sa.ColumnElement[bool]]:
        """Compared as it is written, so that an engine need not read what is outside."""
        day = self._any_day
        if day is None:
            return [sa.false()]
        first, last = (as_day(self.kind, limit) for limit in (max(since, FIRST_DAY), min(until, LAST_DAY)))
        return [day >= first, day <= last]

    @cached_property
    def comment(self) -> sa.ColumnElement[str] | None:
        """The comment; NULL where it says nothing."""
        if self.columns.comment is None:
            return None
        return self._unless(self.columns.table.c[self.columns.comment], self.columns.no_comments)

    @property
    def day(self) -> sa.ColumnElement[Any] | None:
        """The day; NULL where there is none."""
        day = self._any_day
        return None if day is None else known_day(self.kind, day)

    @property
    def _any_day(self) -> sa.ColumnElement[Any] | None:
        columns = self.columns
        if columns.date is None:
            return None
        return day_of(
            self.kind,
            columns.table.c[columns.date],
            is_text=columns.date_is_text,
            bad=columns.bad_days,
        )

    def _key(self, key: Key) -> sa.ColumnElement[Any]:
        return self._named(key, self._parts(key), hidden=False)

    def _parts(self, key: Key) -> list[sa.ColumnElement[Any]]:
        """What is grouped by for a key: of accounts and respondents the names as they are written."""
        columns = self.columns
        cells = columns.table.c
        if key == "score":
            return [cells[columns.score]]
        if key == "date" or (isinstance(key, tuple) and key[0] == "date"):
            day = self.day
            if day is None:
                return [sa.null()]
            return [day if isinstance(key, str) else first_of(self.kind, day, key[1])]
        if not is_who(key):
            return [cells[self._column(str(key))[0]]]
        first, *others = [
            None if (name := getattr(columns, role)) is None else cells[name] for role in self._roles(key)
        ]
        if not others:
            return [sa.cast(sa.null(), sa.String) if first is None else first]
        # The respondent only where there is no account: else each account would be as many groups as respondents.
        known = sa.func.coalesce(sa.func.trim(sa.cast(first, sa.String)), "") != ""
        return [sa.case((known, first)), sa.case((sa.not_(known), others[0]))]

    def _roles(self, key: Key) -> list[str]:
        """Whose names a key stands for: of somebody without an account, who is one, that of the respondent."""
        if key == ("unit", "account"):
            return [role for role in UNITS if getattr(self.columns, role) is not None] or ["account"]
        return ["account" if key == ACCOUNT else "respondent"]

    def _named(
        self, key: Key, parts: Sequence[sa.ColumnElement[Any]], *, hidden: bool = True
    ) -> sa.ColumnElement[Any]:
        """What a key is called, of its parts: accounts and respondents under pseudonyms, unless names may leave."""
        if not is_who(key):
            return parts[0]
        words = {"account": (), "respondent": self.columns.no_names}
        told = [
            (role[0], self._unless(part, words[role]))
            for role, part in zip(self._roles(key), parts, strict=True)
        ]
        name = told[0][1]
        if len(told) > 1:  # the letter keeps both apart
            name = sa.case(*((own.is_not(None), sa.literal(letter) + own) for letter, own in told))
        return self._pseudonym(name) if hidden and self.columns.salt else name

    def shown(self, role: str) -> sa.ColumnElement[str]:
        """The account or the respondent as it may leave: a pseudonym, unless names may."""
        return self._named(role, self._parts(role))

    def _unless(self, cell: sa.ColumnElement[Any], words: tuple[str, ...]) -> sa.ColumnElement[str]:
        """A cell as text; NULL where it is blank or one of some words."""
        text = sa.cast(cell, sa.String)
        bare = sa.func.lower(sa.func.trim(text))
        return sa.case((bare.not_in(["", *words]), text))

    def _pseudonym(self, name: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        digest = sa.func.md5(sa.literal(self.columns.salt) + name)
        return sa.func.to_hex(digest) if self.kind == "bigquery" else digest

    def raw_scores(self, *groups: str) -> list[Hashable]:
        """What the table calls the scores of some groups.

        Raises
        ------
        FilterError
            There is no such group.
        """
        if unknown := [group for group in groups if group not in GROUPS]:
            raise FilterError(
                f"There is no group “{unknown[0]}”.", hint="Groups are promoter, passive and detractor."
            )
        wanted = {GROUPS.index(group) for group in groups}
        return [raw for raw, group in self.columns.groups.items() if group in wanted]

    def _values(self, name: str) -> Values:
        return self._column(name)[1]

    def _column(self, name: str) -> tuple[str, Values]:
        values = self.columns.coded
        if name not in values:
            known = ", ".join(values) or "none"
            raise FilterError(f"There is no attribute “{name}”.", hint=f"The attributes are: {known}.")
        return values[name]


_APART = ("sqlite", "postgresql")
"""Engines that count by each set of keys by itself, in one statement: SQLite has no GROUPING SETS, PostgreSQL sorts for
each of them, on disk, and not in parallel (1,500,000 rows of 20,000 accounts: 12.6 s instead of 7.5 s)."""


def grouped(
    kind: str, sets: Sequence[Sequence[sa.ColumnElement[Any]]], counts: Sequence[sa.ColumnElement[Any]]
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Counts by each of some sets of columns, none of which is part of another: all columns, and `s`, the set."""
    columns = [*dict.fromkeys(column for own in sets for column in own)]
    if len(sets) == 1:
        return sa.select(*columns, *counts).group_by(*columns)
    if kind in _APART:
        # An arm without rows says of what type the columns are, which NULL does not.
        none = sa.select(
            *columns, *(sa.literal(0).label(name) for name in ("s", *(one.name for one in counts)))
        )
        arms = [
            sa.select(
                *(one if any(one is mine for mine in own) else sa.null().label(one.name) for one in columns),
                sa.literal(n).label("s"),
                *counts,
            ).group_by(*own)
            for n, own in enumerate(sets)
        ]
        return sa.union_all(none.where(sa.false()), *arms)
    which = sa.case(
        *((sa.and_(*(sa.func.grouping(one) == 0 for one in own)), n) for n, own in enumerate(sets))
    )
    by = sa.func.grouping_sets(*(sa.tuple_(*own) for own in sets))
    return sa.select(*columns, which.label("s"), *counts).group_by(by)


def is_who(key: Key) -> bool:
    """Whether a key stands for accounts or respondents."""
    return key in (ACCOUNT, "respondent") or (isinstance(key, tuple) and key[0] == "unit")
