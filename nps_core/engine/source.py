"""The responses of a table: its engine is asked, its answers are read, kept, and timed."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from nps_core.engine.answers import Answers
from nps_core.engine.columns import NO_DAY, Cells, Clusters, Repeats, Values, merged
from nps_core.engine.cost import Kind, Pace, Work
from nps_core.engine.days import numbers_of_days
from nps_core.engine.statements import MOST_CELLS, Statements, grouped, is_who
from nps_core.errors import EngineError
from nps_core.filters import ACCOUNT, NO_VALUE, Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.engine.columns import Coded, Codes, Columns, Key
    from nps_core.engine.database import Database


MOST_CLUSTERS = 500_000
"""Accounts or respondents that intervals are made by; a table with more has to do without."""

KEPT_ANSWERS = 64
"""Answers about last days that are kept, of one attribute under some filters each."""


class Source(Statements):
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
        super().__init__(database.kind, columns, always)
        self.database = database
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
        if (found := self.kept(filters, keys)) is not None:
            return found
        self.ask(filters, [keys, *beside])
        found = self.kept(filters, keys)
        return self.read(filters, [keys])[0] if found is None else found  # there may be no room for it

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
        """Counts by each of some sets of keys, none of which is part of another, in one statement; none is kept."""
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
        sizes = grouped(self.kind, [*columns.values()], [sa.func.count().label("n")]).subquery()
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
        self._answers.keep(
            (), (key,), merged([np.array([codes[name] for name in names], dtype=np.int64)], counts)
        )
        return Clusters(codes, len(several))

    def _find_names(self, role: str) -> Values:
        """The accounts or respondents that occur, by alphabet; what has none last."""
        found, counts = self._who_there_is(role)
        names = sorted(name for name in found if name is not None)
        codes: dict[Hashable, int] = {name: code for code, name in enumerate((*names, None))}
        self._answers.keep(
            (), (role,), merged([np.array([codes[name] for name in found], dtype=np.int64)], counts)
        )
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
        return self._kept_names(name) if name in (ACCOUNT, "respondent") else super()._values(name)

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
    # A name is looked up once, of however many sets.
    told = {
        key: named[key].numbers(np.isin(of, [number for number, own in enumerate(sets) if key in own]), place)
        for key, place in places.items()
    }
    for number, own in enumerate(sets):
        rows = of == number
        codes = tuple(told[key][named[key].codes[rows]] for key in own)
        parts[number].append(Cells(codes, counts[rows]))
        if sum(len(part.counts) for part in parts[number]) > MOST_CELLS:
            raise EngineError(
                "This has more combinations of values than can be read from a table.",
                hint="Pick columns of fewer values, or days.",
            )


def _counts(columns: Sequence[Coded]) -> CountArray:
    """Promoters, passives and detractors, of columns of all, promoters and detractors; narrow where they fit."""
    values = [np.array(column.values, dtype=np.int64) for column in columns]
    kind = np.int32 if values[0].max(initial=0) <= np.iinfo(np.int32).max else np.int64
    narrow: list[NDArray[Any]] = [
        own.astype(kind)[column.codes] for own, column in zip(values, columns, strict=True)
    ]
    all_, happy, unhappy = narrow
    return np.stack([happy, all_ - happy - unhappy, unhappy], axis=1)


def _numbers(column: Coded) -> Codes:
    return np.array(column.values, dtype=np.int64)[column.codes]


def _joined(parts: Sequence[Cells], n_keys: int) -> Cells:
    """The cells of all parts, each combination once."""
    if not any(len(part.counts) for part in parts):
        return Cells(
            tuple(np.zeros(0, dtype=np.int64) for _ in range(n_keys)), np.zeros((0, 3), dtype=np.int64)
        )
    if len(parts) == 1:
        return merged(*parts[0])
    counts = np.concatenate([part.counts for part in parts])
    return merged([np.concatenate([part.codes[at] for part in parts]) for at in range(n_keys)], counts)
