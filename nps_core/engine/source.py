"""What is asked of a table: one kind of statement, which counts groups by some keys under some filters.

Nothing of the values is taken for granted: scores, dates and attributes were looked at once, each distinct value of
them (`nps_core.engine.table`), and statements name these values as bound parameters, in the engine's own types.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from nps_core.counts.clusters import UNITS
from nps_core.engine.answers import Answers
from nps_core.engine.columns import NO_DAY, Cells, Clusters, Repeats, Values, merged
from nps_core.engine.cost import Kind, Pace, Work
from nps_core.engine.days import as_day, day_of, first_of, numbers_of_days
from nps_core.errors import EngineError, FilterError
from nps_core.filters import ACCOUNT, NO_VALUE, Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nps_core.counts.bitmaps import CountArray
    from nps_core.engine.columns import Coded, Codes, Columns, Key
    from nps_core.engine.database import Database, Statement


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
    pace
        How fast the table's statements are.
    """

    def __init__(
        self, database: Database, columns: Columns, always: tuple[Filters, ...] = (), pace: Pace | None = None
    ) -> None:
        self.database = database
        self.columns = columns
        self.always = always
        self.pace = pace or Pace("", 0)
        self._answers = Answers(self.labels)
        self._kept_clusters = lru_cache(2)(self._find_clusters)
        self._kept_names = lru_cache(2)(self._find_names)
        self.last_days = lru_cache(KEPT_ANSWERS)(self._last_days)

    def narrowed(self, filters: Filters) -> Source:
        """Those that pass a filter, with the values that occur among them."""
        inner = Source(self.database, self.columns, (*self.always, filters), self.pace)
        inner.ask((), [(name,) for name in self.columns.coded])
        values = {}
        for name, (column, own) in self.columns.coded.items():
            codes, counts = inner.cells((), (name,))
            there = np.zeros(len(own.labels), dtype=np.bool_)
            there[codes[0]] = counts.any(axis=1)
            values[name] = column, own.kept(there)
        return Source(self.database, replace(self.columns, coded=values), inner.always, self.pace)

    def labels(self, name: str) -> tuple[str, ...]:
        """What the values of an attribute or a measure are called, or accounts or respondents; missing last.

        Raises
        ------
        FilterError
            The survey has none of this name.
        """
        return self._values(name).labels

    def cells(
        self, filters: tuple[Filters, ...], keys: tuple[Key, ...], beside: Sequence[tuple[Key, ...]] = ()
    ) -> Cells:
        """Counts by some keys of what passes the filters, each combination of codes once.

        Parameters
        ----------
        beside
            Keys that are likely to be asked for next: asked at once, should a statement be needed.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        EngineError
            The engine could not answer, or with too many cells.
        """
        found = self.kept(filters, keys)
        if found is None:
            self.ask(filters, [keys, *beside])
            found = self.kept(filters, keys)
        assert found is not None  # noqa: S101 - it was asked for
        return found

    def kept(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> Cells | None:
        """The same, if no statement is needed."""
        return self._answers.find(filters, keys)

    def ask(self, filters: tuple[Filters, ...], sets: Sequence[tuple[Key, ...]]) -> None:
        """Have counts by each of some sets of keys kept: one statement for all that are not.

        Raises
        ------
        FilterError, EngineError
            As `cells`.
        """
        new = [own for own in dict.fromkeys(sets) if self.kept(filters, own) is None]
        for key in dict.fromkeys(key for own in new for key in own):
            self._place_of(key)  # may ask for who there is, which may be all that is asked for
        new = [own for own in new if self.kept(filters, own) is None]
        # What others hold goes without saying: no part of the statement is for nothing.
        new = [own for own in new if not any({*own} < {*other} for other in new)]
        for own, found in zip(new, self.read(filters, new), strict=True):
            self._answers.keep(filters, own, found)

    def read(self, filters: tuple[Filters, ...], sets: Sequence[tuple[Key, ...]]) -> list[Cells]:
        """Counts by each of some sets of keys, none of which is part of another, in one statement; none of them is kept."""
        if not sets:
            return []
        places = {key: self._place_of(key) for key in dict.fromkeys(key for own in sets for key in own)}
        parts: list[list[Cells]] = [[] for _ in sets]
        began = monotonic()
        for columns in self.database.coded(self.statement(filters, *sets)):
            _take(parts, columns, sets, places)
        found = [_joined(own, len(keys)) for own, keys in zip(parts, sets, strict=True)]
        cells = sum(len(own.counts) for own in found)
        work = Work(self.kind_of(filters, sets), int(found[0].counts.sum()), len(sets), cells)
        self.pace.took(work, monotonic() - began)
        return found

    def kind_of(self, filters: Sequence[Filters], sets: Sequence[tuple[Key, ...]]) -> Kind:
        """What a statement costs most by."""
        every = (*self.always, *filters)
        return Kind(
            any(is_who(key) for own in sets for key in own),
            any(one.text for one in every),
            bool(self.columns.salt) and any(one.values_of(ACCOUNT) for one in every),
        )

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
        counted = grouped(self.database.kind, by, counts)
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
        return sa.func.lower(text.collate("und-x-icu") if self.database.kind == "postgresql" else text)

    @cached_property
    def comment(self) -> sa.ColumnElement[str] | None:
        """The comment; NULL where it says nothing."""
        if self.columns.comment is None:
            return None
        return self._unless(self.columns.table.c[self.columns.comment], self.columns.no_comments)

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
            return [day if isinstance(key, str) else first_of(self.database.kind, day, key[1])]
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
        return sa.func.to_hex(digest) if self.database.kind == "bigquery" else digest

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

    def _place_of(self, key: Key) -> Callable[[Sequence[Any]], Sequence[int] | Codes]:
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

    @cached_property
    def repeats(self) -> dict[Key, Repeats]:
        """How often accounts and respondents answer, counted on the engine: no name and no pseudonym leaves it."""
        keys: list[Key] = [ACCOUNT, ("unit", "account"), "respondent"]
        same = {
            tuple(self._roles(key)): key for key in keys
        }  # without respondents, accounts are all there is
        whos = [*same.values()]
        columns = self._inner((), whos)[1]
        sizes = grouped(self.database.kind, [*columns.values()], [sa.func.count().label("n")]).subquery()
        names = [self._named(key, [sizes.c[own.name] for own in columns[key]], hidden=False) for key in whos]
        told = sa.select(
            sizes.c.s,
            sizes.c.n,
            sa.case(*((sizes.c.s == n, name) for n, name in enumerate(names))).label("who"),
        ).subquery()
        known = told.c.who.is_not(None)
        found = sa.select(
            told.c.s,
            sa.func.max(sa.case((known, told.c.n))),
            sa.func.count(told.c.who),
            sa.func.sum(sa.case((known, 0), else_=told.c.n)),
        ).group_by(told.c.s)
        began = monotonic()
        rows = self.database.all(found)
        self.pace.took(Work(Kind(by_who=True), self.pace.rows, len(whos)), monotonic() - began)
        by_set = {int(row[0]): Repeats(*(int(number or 0) for number in row[1:])) for row in rows}
        return {key: by_set.get(whos.index(same[tuple(self._roles(key))]), Repeats(0, 0, 0)) for key in keys}

    def _find_clusters(self, unit: str) -> Clusters:
        """Who answers several times gets a number, by alphabet; who does so once is a cluster of one."""
        key = ("unit", unit)
        if all(getattr(self.columns, role) is None for role in self._roles(key)):
            return Clusters({None: -1}, 0)
        names, counts = self._who_there_is(key)
        several = sorted(
            name for name, n in zip(names, counts.sum(axis=1), strict=True) if name is not None and n > 1
        )
        codes: dict[Hashable, int] = dict.fromkeys((*names, None), -1)
        codes |= {name: number for number, name in enumerate(several)}
        self._answers.keep((), (key,), merged(np.array([[codes[name] for name in names]]), counts))
        return Clusters(codes, len(several))

    def _find_names(self, role: str) -> Values:
        """The accounts or respondents that occur, by alphabet; what has none last."""
        found, counts = self._who_there_is(role)
        names = sorted(name for name in found if name is not None)
        codes: dict[Hashable, int] = {name: code for code, name in enumerate((*names, None))}
        self._answers.keep((), (role,), merged(np.array([[codes[name] for name in found]]), counts))
        return Values((*names, NO_VALUE), codes)

    def _who_there_is(self, key: Key) -> tuple[list[str | None], CountArray]:
        """The names or pseudonyms that occur, None for nobody, and the counts of each."""
        names: list[str | None] = []
        counts = [np.zeros((0, 3), dtype=np.int64)]
        for who, *numbers in self.database.coded(self.statement((), (key,))):
            names += [who.values[code] for code in who.codes.tolist()]
            counts.append(_counts(numbers))
            if len(names) > MOST_CLUSTERS + 1:
                raise EngineError(f"There are more than {MOST_CLUSTERS:,} of them.", hint="Filter first.")
        return names, np.concatenate(counts)

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
        key = self._parts(name)[0]
        inner = sa.select(key.label("k"), day.label("day")).where(*self.where(filters)).subquery()
        table = sa.select(inner.c.k, sa.func.max(inner.c.day).label("day")).group_by(inner.c.k).subquery()
        last = sa.select(self._named(name, [table.c.k]), table.c.day).limit(MOST_CELLS + 1)
        place = self._place_of(name)
        found: dict[int, int] = {}
        for names, days in self.database.coded(last):
            every = np.ones(len(names.codes), dtype=np.bool_)
            codes, numbers = names.told(every, place), days.told(every, numbers_of_days)
            for code, own in zip(codes.tolist(), numbers.tolist(), strict=True):
                found[code] = max(own, found.get(code, NO_DAY))
        return {code: own for code, own in found.items() if own != NO_DAY}


def grouped(
    kind: str, sets: Sequence[Sequence[sa.ColumnElement[Any]]], counts: Sequence[sa.ColumnElement[Any]]
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Counts by each of some sets of columns, none of which is part of another: all columns, and `s`, the set."""
    columns = [*dict.fromkeys(column for own in sets for column in own)]
    if len(sets) == 1:
        return sa.select(*columns, *counts).group_by(*columns)
    if kind == "sqlite":  # has no GROUPING SETS
        return sa.union_all(
            *(
                sa.select(
                    *(
                        column if any(column is one for one in own) else sa.null().label(column.name)
                        for column in columns
                    ),
                    sa.literal(n).label("s"),
                    *counts,
                ).group_by(*own)
                for n, own in enumerate(sets)
            )
        )
    which = sa.case(
        *((sa.and_(*(sa.func.grouping(one) == 0 for one in own)), n) for n, own in enumerate(sets))
    )
    by = sa.func.grouping_sets(*(sa.tuple_(*own) for own in sets))
    return sa.select(*columns, which.label("s"), *counts).group_by(by)


def is_who(key: Key) -> bool:
    """Whether a key stands for accounts or respondents."""
    return key in (ACCOUNT, "respondent") or (isinstance(key, tuple) and key[0] == "unit")


def _take(
    parts: list[list[Cells]],
    columns: list[Coded],
    sets: Sequence[tuple[Key, ...]],
    places: dict[Key, Callable[[Sequence[Any]], Sequence[int] | Codes]],
) -> None:
    """Add what some rows of an answer say to the cells of the sets that they are of.

    Raises
    ------
    EngineError
        There are too many of them.
    """
    named = dict(zip(places, columns, strict=False))
    *which, all_, happy, unhappy = columns[len(places) :]
    counts = _counts((all_, happy, unhappy))
    of = _numbers(which[0]) if which else np.zeros(len(counts), dtype=np.int64)
    for number, own in enumerate(sets):
        rows = of == number
        codes = tuple(named[key].told(rows, places[key]) for key in own)
        parts[number].append(Cells(codes, counts[rows]))
        if sum(len(part.counts) for part in parts[number]) > MOST_CELLS:
            raise EngineError(
                "This has more combinations of values than can be read from a table.",
                hint="Pick columns of fewer values, or days.",
            )


def _counts(columns: Sequence[Coded]) -> CountArray:
    """Promoters, passives and detractors, of columns of all, promoters and detractors."""
    all_, happy, unhappy = map(_numbers, columns)
    return np.stack([happy, all_ - happy - unhappy, unhappy], axis=1)


def _numbers(column: Coded) -> Codes:
    return np.array(column.values, dtype=np.int64)[column.codes]


def _joined(parts: Sequence[Cells], n_keys: int) -> Cells:
    """The cells of all parts, each combination once."""
    if not any(len(part.counts) for part in parts):
        return Cells(
            tuple(np.zeros(0, dtype=np.int64) for _ in range(n_keys)), np.zeros((0, 3), dtype=np.int64)
        )
    counts = np.concatenate([part.counts for part in parts])
    codes = [np.concatenate([part.codes[at] for part in parts]) for at in range(n_keys)]
    return merged(np.array(codes, dtype=np.int64).reshape(n_keys, len(counts)), counts)
