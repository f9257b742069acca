"""The responses of a table as a survey counts them: by the cube where there is one, else by a statement."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import combinations
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.clusters import FEWEST
from nps_core.counts.columns import NARROW
from nps_core.counts.index import Index
from nps_core.engine.columns import NO_DAY
from nps_core.engine.comments import with_kinds
from nps_core.engine.cost import Work
from nps_core.engine.cube import build_cube
from nps_core.engine.sample import of_sample
from nps_core.engine.source import MOST_CLUSTERS
from nps_core.engine.statements import MOST_CELLS, is_who
from nps_core.errors import EngineError
from nps_core.filters import ACCOUNT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.selection import Selection
    from nps_core.engine.columns import Cells, Key
    from nps_core.engine.cube import Cube
    from nps_core.engine.source import Source
    from nps_core.filters import Filters


_REMEMBERED = 10_000  # filters of which it is known that a page asked about them


class TableResponses:
    """The responses of a table, and a sample of those with a comment.

    Parameters
    ----------
    source
        The table.
    sample
        Some of them, as `Survey.responses` has them.
    attributes, measures
        Their names.
    ends
        The lowest and the highest score of the scale.
    as_of
        When the table was looked at.
    share
        How large a share (0..1) of all with a comment the sample is.
    all_comments
        Whether themes are counted in every comment, on the engine, and not in those of the sample.
    """

    def __init__(  # noqa: PLR0913 - what a table has
        self,
        source: Source,
        sample: pd.DataFrame,
        attributes: tuple[str, ...],
        *,
        measures: tuple[str, ...],
        ends: tuple[int, int],
        as_of: dt.datetime,
        share: float = 1.0,
        all_comments: bool = False,
    ) -> None:
        self.all_comments = all_comments
        self.with_kinds = lru_cache(1)(partial(with_kinds, source))
        self.source = source
        self.attributes = attributes
        self.measures = measures
        self.ends = ends
        self.as_of = as_of
        self._asked: set[tuple[Filters, ...]] = set()
        self._period: Key = ("date", "quarter")  # by which a page told the trend lately
        self.share = share
        # What is filtered by may be a value that nobody of the sample has.
        self.sample = sample.assign(
            **{name: sample[name].cat.set_categories(source.labels(name)[:-1]) for name in attributes}
        )
        self._lock = Lock()

    def cells(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> Cells:
        """As `Source.cells`."""
        cube = self._cube
        if cube is not None and cube.answers(filters, keys):
            return cube.cells(filters, keys)
        if (found := self.source.kept(filters, keys)) is not None:
            return found
        self.allow(filters)
        alone = len(keys) <= 1 and not any(map(is_who, keys))
        return self.source.cells(filters, keys, self._beside(filters) if alone else ())

    def ahead(self, filters: tuple[Filters, ...], cells: Sequence[tuple[Key, ...]]) -> None:
        """Ask for cells by cluster, but for what is known here: in one statement, if not for too many of them."""
        self._period = next((key for own in cells for key in own if isinstance(key, tuple)), self._period)
        new = [
            keys
            for keys in self._page(filters, cells)[0]
            if not self._here(filters, keys) and self.source.kept(filters, keys) is None
        ]
        if new:
            self.allow(filters)
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked.add(filters)
        groups: list[list[tuple[Key, ...]]] = []
        room, n = 0, self._at_most(filters) if new else 0
        for keys in new:
            most = min(n, self._most_cells(keys))
            if not groups or most > room:
                groups.append([])
                room = MOST_CELLS
            groups[-1].append(keys)
            room -= most
        for own in groups:
            self.source.ask(filters, own)

    def allow(self, filters: tuple[Filters, ...]) -> None:
        """Raise where a page of what passes some filters takes longer than is allowed.

        Raises
        ------
        CostError
            It takes more than `most_seconds` of `connect`.
        """
        if self.source.pace.most_seconds is not None:
            self.source.pace.allow(self.seconds(filters))

    def allow_all(self) -> None:
        """Ask from now on whatever takes how long."""
        self.source.pace.most_seconds = None

    def seconds(self, filters: tuple[Filters, ...]) -> float:
        """About how many seconds of the engine a page takes that is of what passes some filters; 0 if it is known here.

        By what statements of the same kind took on this table before.
        """
        n = self._at_most(filters)
        first = self.unit and filters not in self._asked
        asked = self._page(filters, [(self._period,)]) if first else [self._sheet(filters)]
        left = [[own for own in sets if self.source.kept(filters, own) is None] for sets in asked]
        return sum(self.source.pace.seconds(self._work(filters, sets, n)) for sets in left if sets)

    def _beside(self, filters: tuple[Filters, ...]) -> list[tuple[Key, ...]]:
        """What to ask for at once with a single column."""
        once, *apart = self._page(filters, [(self._period,)])
        return self._sheet(filters) if apart else once

    def _page(
        self, filters: tuple[Filters, ...], cells: Sequence[tuple[Key, ...]]
    ) -> list[list[tuple[Key, ...]]]:
        """What a page asks of what passes some filters, by statements: some cells by cluster first."""
        kind = self.source.kind_of(filters, ())
        slow = kind.searches or kind.picks_who
        # Of accounts that are picked, which may be few, respondents may be the clusters.
        units = dict.fromkeys([self.unit, *([self.unit_below] if kind.picks_who else [])])
        whos: list[tuple[Key, ...]] = [(("unit", unit),) if unit else () for unit in units]
        further = [
            name for name in self.attributes if slow or all(len(one.values_of(name)) != 1 for one in filters)
        ]
        first, *others = (
            [(*own, *who) for who in whos for own in keys]
            for keys in (cells, *([(name,) for name in names] for names in (further, self.measures)))
        )
        apart = [first, self._sheet(filters), *others]
        # Where to look at each row takes long, it is looked at once.
        once = [keys for sets in apart for keys in sets]
        is_fit = slow and self._work(filters, once, self._at_most(filters)).cells <= MOST_CELLS
        return [once] if is_fit else apart

    def _work(self, filters: tuple[Filters, ...], sets: Sequence[tuple[Key, ...]], n: int) -> Work:
        cells = sum(min(n, self._most_cells(keys)) for keys in sets)
        return Work(self.source.kind_of(filters, sets), n, len(sets), cells)

    def _most_cells(self, keys: tuple[Key, ...]) -> int:
        return min(self.source.pace.rows, math.prod(map(self._most_values, keys)))

    def _most_values(self, key: Key) -> int:
        """How many values a key has, about: few periods."""
        if is_who(key):
            return self.source.repeats["respondent" if key == ("unit", "respondent") else key].several
        return (
            len(self.source.labels(key)) if isinstance(key, str) and key in self.source.columns.coded else 10
        )

    def _at_most(self, filters: tuple[Filters, ...]) -> int:
        """How many responses pass, as far as is known: of a search all with a comment, of accounts as many as usual."""
        bare = (
            replace(
                one, text="", attributes=tuple((name, own) for name, own in one.attributes if name != ACCOUNT)
            )
            for one in filters
        )
        known = tuple(one for one in bare if one)
        n: float = self.cells(known, ()).counts.sum() if self._here(known, ()) else self.source.pace.rows
        for one in filters:
            n *= self.source.pace.commented if one.text else 1
            n *= min(1, len(one.values_of(ACCOUNT)) / (self.source.repeats[ACCOUNT].several or 1)) or 1
        return round(n)

    def _here(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> bool:
        cube = self._cube
        return cube is not None and cube.answers(filters, keys)

    def _sheet(self, filters: tuple[Filters, ...]) -> list[tuple[Key, ...]]:
        """What every page asks of what passes some filters: counts by each column by itself."""
        columns = self.source.columns
        names = [*(["date"] if columns.date else []), *(["score"] if columns.scores else []), *columns.coded]
        return [(name,) for name in names if not self._here(filters, (name,))]

    @property
    def n_scores(self) -> int:
        """How many scores the scale has."""
        return self.ends[1] - self.ends[0] + 1

    @property
    def has_names(self) -> bool:
        """Whether accounts and respondents are told by their names, and not by pseudonyms."""
        return not self.source.columns.salt

    @property
    def has_cube(self) -> bool:
        """Whether filters are answered here, without a statement."""
        return self._cube is not None

    @cached_property
    def unit(self) -> str | None:
        """What the responses are clustered by, as `find_units` decides it of a file."""
        of_accounts, of_either = (self.source.repeats[key] for key in (ACCOUNT, ("unit", "account")))
        if of_accounts.most > 1 and of_either.several + of_either.alone >= FEWEST:
            return "account" if of_either.several <= MOST_CLUSTERS else None
        return self.unit_below

    @cached_property
    def unit_below(self) -> str | None:
        """The unit where there are too few accounts."""
        people = self.source.repeats["respondent"]
        return "respondent" if people.most > 1 and people.several <= MOST_CLUSTERS else None

    @property
    def many(self) -> str:
        """What there is too much of to make intervals by: "accounts", "respondents", or ""."""
        kinds = (("accounts", ("unit", "account")), ("respondents", "respondent"))
        sizes = {name: self.source.repeats[key] for name, key in kinds}
        return next((name for name, own in sizes.items() if own.most > 1 and own.several > MOST_CLUSTERS), "")

    def splits(self, name: str) -> tuple[Hashable, ...]:
        """For each value of an attribute something that is equal where two set the same apart from the same others."""
        labels = self.source.labels(name)
        return self._splits[name] if name in self._splits else tuple((name, label) for label in labels)

    def sampled(self, filters: tuple[Filters, ...]) -> Selection:
        """The responses of the sample that pass the filters."""
        return self._index.select(*dict.fromkeys(of_sample(one, self._accounts) for one in filters))

    @cached_property
    def _accounts(self) -> frozenset[str]:
        return frozenset(self._index.column(ACCOUNT).labels)

    @cached_property
    def _index(self) -> Index:
        return Index(self.sample, self.attributes, measures=self.measures, ends=self.ends)

    @property
    def _cube(self) -> Cube | None:
        with self._lock:
            return self._whole

    @cached_property
    def _whole(self) -> Cube | None:
        codes, _ = self.source.cells((), ("date",))
        days = codes[0][codes[0] != NO_DAY]
        ends = (int(days[0]), int(days[-1])) if len(days) else (0, -1)
        try:
            return build_cube(self.source, ends, self.attributes, self.n_scores)
        except EngineError:
            return None  # it took too long for one statement; then each question is one

    @cached_property
    def _splits(self) -> dict[str, tuple[Hashable, ...]]:
        """Of attributes with few values: the first value that sets the same apart from the same others.

        Two sets are the same where both have as many responses as they share, so tables of two attributes tell.
        """
        narrow = [name for name in self.attributes if len(self.source.labels(name)) <= NARROW]
        sizes = {name: len(self.source.labels(name)) - 1 for name in narrow}
        first: dict[tuple[str, int], tuple[str, int]] = {}
        tables = {(name, name): np.diag(self._joint((name,))) for name in narrow}
        for a, b in combinations(narrow, 2):
            tables[a, b] = self._joint((a, b))
        for place, b in enumerate(narrow):
            for value in range(sizes[b]):
                first[b, value] = next(
                    (
                        first[a, other]
                        for a in narrow[: place + 1]
                        for other in range(sizes[a] if a != b else value)
                        if _same_split(tables[a, b], other, value)
                    ),
                    (b, value),
                )
        # Those without a value are compared with nobody.
        return {
            name: (*(first[name, value] for value in range(sizes[name])), (name, sizes[name]))
            for name in narrow
        }

    def _joint(self, names: tuple[str, ...]) -> CountArray:
        codes, counts = self.cells((), names)
        table = np.zeros(tuple(len(self.source.labels(name)) for name in names), dtype=np.int64)
        table[codes] = counts.sum(axis=1)
        return table


def _same_split(joint: NDArray[np.int64], a: int, b: int) -> bool:
    """Whether two values set the same responses apart from the same others, whichever of both sides each names."""
    one, other = _sides(len(joint), a), _sides(joint.shape[1], b)
    sizes = [side @ joint.sum(axis=1) for side in one], [side @ joint.sum(axis=0) for side in other]
    shared = [[left @ joint @ right for right in other] for left in one]

    def same(left: int, right: int) -> bool:
        return bool(shared[left][right] == sizes[0][left] == sizes[1][right])

    return (same(0, 0) and same(1, 1)) or (same(0, 1) and same(1, 0))


def _sides(size: int, value: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Those with a value, and those with another one; what has none, the last, is on neither side."""
    own = np.zeros(size, dtype=np.int64)
    own[value] = 1
    rest = np.ones(size, dtype=np.int64)
    rest[[value, -1]] = 0
    return own, rest
