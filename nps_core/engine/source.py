"""What is asked of a table: one kind of statement, which counts groups by some keys under some filters.

Nothing of the values is taken for granted: scores, dates and attributes were looked at once, each distinct value of
them (`nps_core.engine.table`), and statements name these values as bound parameters, in the engine's own types.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from nps_core.engine.columns import NO_DAY, Cells, Clusters, Repeats, Values, merged
from nps_core.engine.days import as_day, day_of, first_of, numbers_of_days
from nps_core.errors import EngineError, FilterError
from nps_core.filters import ACCOUNT, NO_VALUE, Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.engine.columns import Columns, Key
    from nps_core.engine.database import Database


MOST_CELLS = 3_000_000
"""Rows that one statement may answer with; more are refused, as they would fill memory."""

MOST_CLUSTERS = 500_000
"""Accounts or respondents that intervals are made by; a table with more has to do without."""

KEPT_ANSWERS = 64
"""Answers kept: a page asks for some ten, visitors for a few pages."""


class Source:
    """The responses of a table, counted where they are.

    Parameters
    ----------
    database
        Where the table is.
    columns
        What of it means what.
    always
        Filters that are part of every statement.
    """

    def __init__(self, database: Database, columns: Columns, always: tuple[Filters, ...] = ()) -> None:
        self.database = database
        self.columns = columns
        self.always = always
        self.cells: Callable[[tuple[Filters, ...], tuple[Key, ...]], Cells] = lru_cache(KEPT_ANSWERS)(
            self._cells
        )
        self._kept_clusters = lru_cache(2)(self._find_clusters)
        self._kept_names = lru_cache(2)(self._find_names)
        self.repeats = lru_cache(3)(self._repeats)
        self.last_days = lru_cache(KEPT_ANSWERS)(self._last_days)

    def narrowed(self, filters: Filters) -> Source:
        """Those that pass a filter, with the values that occur among them."""
        inner = Source(self.database, self.columns, (*self.always, filters))
        values = {}
        for name, (column, own) in self.columns.coded.items():
            codes, counts = inner.cells((), (name,))
            there = np.zeros(len(own.labels), dtype=np.bool_)
            there[codes[0]] = counts.any(axis=1)
            values[name] = column, own.kept(there)
        return Source(self.database, replace(self.columns, coded=values), inner.always)

    def labels(self, name: str) -> tuple[str, ...]:
        """What the values of an attribute or a measure are called, or accounts or respondents; missing last.

        Raises
        ------
        FilterError
            The survey has none of this name.
        """
        return self._values(name).labels

    def _cells(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> Cells:
        """Counts by some keys of what passes the filters, each combination of codes once.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        EngineError
            The engine could not answer, or with too many cells.
        """
        places = [self._place_of(key) for key in keys]
        parts: list[tuple[NDArray[np.int64], CountArray]] = []
        n = 0
        for chunk in self.database.rows(self.statement(filters, keys)):
            n += len(chunk)
            if n > MOST_CELLS:
                raise EngineError(
                    "This has more combinations of values than can be read from a table.",
                    hint="Pick columns of fewer values, or days.",
                )
            *columns, all_, happy, unhappy = zip(*chunk, strict=True)
            codes = np.array(
                [place(column) for place, column in zip(places, columns, strict=True)], dtype=np.int64
            ).reshape(len(keys), len(chunk))
            counts = np.array([happy, all_, unhappy], dtype=np.int64)
            counts[1] -= counts[0] + counts[2]
            parts.append((codes, counts.T))
        if not parts:
            return Cells(tuple(np.zeros(0, dtype=np.int64) for _ in keys), np.zeros((0, 3), dtype=np.int64))
        return merged(
            *(
                np.concatenate(own, axis=axis)
                for own, axis in zip(zip(*parts, strict=True), (1, 0), strict=True)
            )
        )

    def statement(self, filters: Sequence[Filters], keys: Sequence[Key]) -> sa.Select[Any]:
        """The statement that counts: the keys, then all responses, promoters and detractors of each of their values."""
        score = self.columns.table.c[self.columns.score]
        inner = (
            sa.select(score.label("score"), *(self._key(key).label(f"k{n}") for n, key in enumerate(keys)))
            .where(*self.where(filters))
            .subquery()
        )
        named = [inner.c[f"k{n}"] for n in range(len(keys))]
        happy, unhappy = (
            sa.func.coalesce(sa.func.sum(sa.case((inner.c.score.in_(self.raw_scores(group)), 1), else_=0)), 0)
            for group in ("promoter", "detractor")
        )
        counted = sa.select(
            *named, sa.func.count().label("n"), happy.label("happy"), unhappy.label("unhappy")
        )
        counted = counted.group_by(*named)
        hidden = [n for n, key in enumerate(keys) if self._is_who(key)]
        if not hidden or not self.columns.salt:
            return counted.limit(MOST_CELLS + 1)
        # Names become pseudonyms where they are, once for each name and not for each response.
        table = counted.subquery()
        shown = [
            self._pseudonym(table.c[f"k{n}"]).label(f"k{n}") if n in hidden else table.c[f"k{n}"]
            for n in range(len(keys))
        ]
        return sa.select(*shown, table.c.n, table.c.happy, table.c.unhappy).limit(MOST_CELLS + 1)

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
        day = self.day
        for limit, compare in (
            (filters.since, sa.ColumnElement.__ge__),
            (filters.until, sa.ColumnElement.__le__),
        ):
            if limit is not None:
                found.append(sa.false() if day is None else compare(day, as_day(self.database.kind, limit)))
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
        if self._is_who(name) and self.columns.salt:
            key = self._pseudonym(key)
        known = [value for value in raw if value is not None]
        either = [key.in_(known)] if known else []
        return sa.or_(*either, key.is_(None)) if None in raw else sa.or_(sa.false(), *either)

    def _holds(self, text: str) -> sa.ColumnElement[bool]:
        comment = self.comment
        if comment is None:
            return sa.false()
        return self.small(comment).contains(text.lower(), autoescape=True)

    def small(self, text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        """A text in small letters, those beyond ASCII too."""
        # PostgreSQL's own depend on how the database was made.
        return sa.func.lower(text.collate("und-x-icu") if self.database.kind == "postgresql" else text)

    @cached_property
    def comment(self) -> sa.ColumnElement[str] | None:
        """The comment; NULL where it says nothing."""
        if self.columns.comment is None:
            return None
        return self._unless(self.columns.comment, self.columns.no_comments)

    @property
    def day(self) -> sa.ColumnElement[Any] | None:
        """The day; NULL where there is none."""
        columns = self.columns
        if columns.date is None:
            return None
        return day_of(
            self.database.kind,
            columns.table.c[columns.date],
            is_text=columns.date_is_text,
            bad=columns.bad_days,
        )

    def _key(self, key: Key) -> sa.ColumnElement[Any]:
        columns = self.columns
        if key == "score":
            return columns.table.c[columns.score]
        if key == "date" or (isinstance(key, tuple) and key[0] == "date"):
            day = self.day
            if day is None:
                return sa.null()
            return day if isinstance(key, str) else first_of(self.database.kind, day, key[1])
        if key == ("unit", "account"):
            account, person = self._who("account"), self._who("respondent")
            # Somebody without an account is one; the letter keeps both apart.
            return sa.case(
                (account.is_not(None), sa.literal("a") + account),
                (person.is_not(None), sa.literal("r") + person),
            )
        if key == ("unit", "respondent") or key in (ACCOUNT, "respondent"):
            return self._who("account" if key == ACCOUNT else "respondent")
        return columns.table.c[self._column(str(key))[0]]

    def _who(self, role: str) -> sa.ColumnElement[str]:
        name = self.columns.account if role == "account" else self.columns.respondent
        if name is None:
            return sa.cast(sa.null(), sa.String)
        return self._unless(name, self.columns.no_names if role == "respondent" else ())

    def shown(self, role: str) -> sa.ColumnElement[str]:
        """The account or the respondent as it may leave: a pseudonym, unless names may."""
        return self._pseudonym(self._who(role)) if self.columns.salt else self._who(role)

    def _unless(self, column: str, words: tuple[str, ...]) -> sa.ColumnElement[str]:
        """A column as text; NULL where it is blank or one of some words."""
        text = sa.cast(self.columns.table.c[column], sa.String)
        bare = sa.func.lower(sa.func.trim(text))
        return sa.case((bare.not_in(["", *words]), text))

    def _pseudonym(self, name: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        digest = sa.func.md5(sa.literal(self.columns.salt) + name)
        return sa.func.to_hex(digest) if self.database.kind == "bigquery" else digest

    def _is_who(self, key: Key) -> bool:
        return key in (ACCOUNT, "respondent") or (isinstance(key, tuple) and key[0] == "unit")

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

    def _place_of(self, key: Key) -> Callable[[Sequence[Any]], Sequence[int] | NDArray[np.int64]]:
        """What turns the raw values of a key into codes."""
        if key == "date" or (isinstance(key, tuple) and key[0] == "date"):
            return numbers_of_days
        if isinstance(key, tuple):
            codes = self.clusters(key[1]).codes
        else:
            codes = self.columns.scores if key == "score" else self._values(key).codes

        def place(raw: Sequence[Any]) -> list[int]:
            try:
                return [codes[value] for value in raw]
            except KeyError:
                raise EngineError(
                    f"The table in “{self.database.name}” holds values that it did not hold before.",
                    hint="It has changed meanwhile: refresh.",
                ) from None

        return place

    def clusters(self, unit: str) -> Clusters:
        """The clusters by "account" or "respondent" of all responses, whatever the filters; see `Units`."""
        return self._kept_clusters(unit)

    def _repeats(self, key: Key) -> Repeats:
        """How often accounts or respondents answer, counted on the engine: no name and no pseudonym leaves it."""
        who = self._key(key)
        rows = sa.select(who.label("who")).where(*self.where(())).subquery()
        sizes = sa.select(rows.c.who, sa.func.count().label("n")).group_by(rows.c.who).subquery()
        known = sizes.c.who.is_not(None)
        found = sa.select(
            sa.func.max(sa.case((known, sizes.c.n))),
            sa.func.count(sizes.c.who),
            sa.func.sum(sa.case((known, 0), else_=sizes.c.n)),
        )
        return Repeats(*(int(number or 0) for number in self.database.all(found)[0]))

    def _find_clusters(self, unit: str) -> Clusters:
        """Who answers several times gets a number, by alphabet; who does so once is a cluster of one."""
        sizes = self._sizes_of(("unit", unit))
        several = sorted(name for name, n in sizes.items() if n > 1)
        codes: dict[Hashable, int] = dict.fromkeys((*sizes, None), -1)
        codes |= {name: number for number, name in enumerate(several)}
        return Clusters(codes, len(several))

    def _find_names(self, role: str) -> Values:
        """The accounts or respondents that occur, by alphabet; what has none last."""
        names = sorted(self._sizes_of(role))
        codes: dict[Hashable, int] = {name: code for code, name in enumerate(names)}
        return Values((*names, NO_VALUE), {**codes, None: len(names)})

    def _sizes_of(self, key: Key) -> dict[str, int]:
        """The names or pseudonyms that occur, and how many responses each has."""
        found: dict[str, int] = {}
        for chunk in self.database.rows(self.statement((), (key,))):
            found |= {name: int(n) for name, n, *_ in chunk if name is not None}
            if len(found) > MOST_CLUSTERS:
                raise EngineError(f"There are more than {MOST_CLUSTERS:,} of them.", hint="Filter first.")
        return found

    def _values(self, name: str) -> Values:
        return self._kept_names(name) if name in (ACCOUNT, "respondent") else self._column(name)[1]

    def _column(self, name: str) -> tuple[str, Values]:
        values = self.columns.coded
        if name not in values:
            known = ", ".join(values) or "none"
            raise FilterError(f"There is no attribute “{name}”.", hint=f"The attributes are: {known}.")
        return values[name]

    def _last_days(self, filters: tuple[Filters, ...], name: str) -> dict[int, int]:
        """The last day, since 1970, of each value of a column that has one, by its code."""
        day = self.day
        if day is None:
            return {}
        key = self._key(name)
        inner = sa.select(key.label("k"), day.label("day")).where(*self.where(filters)).subquery()
        last = sa.select(inner.c.k, sa.func.max(inner.c.day).label("day")).group_by(inner.c.k)
        if self._is_who(name) and self.columns.salt:
            table = last.subquery()
            last = sa.select(self._pseudonym(table.c.k), table.c.day)
        place = self._place_of(name)
        found: dict[int, int] = {}
        for chunk in self.database.rows(last.limit(MOST_CELLS + 1)):
            names, days = zip(*chunk, strict=True)
            for code, own in zip(place(names), numbers_of_days(days), strict=True):
                found[int(code)] = max(int(own), found.get(int(code), NO_DAY))
        return {code: own for code, own in found.items() if own != NO_DAY}
