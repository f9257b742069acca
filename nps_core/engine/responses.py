"""The responses of a table as a survey counts them: by the cube where there is one, else by a statement."""

from __future__ import annotations

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
from nps_core.engine.cube import build_cube
from nps_core.engine.sample import of_sample
from nps_core.engine.source import MOST_CLUSTERS
from nps_core.errors import EngineError
from nps_core.filters import ACCOUNT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable

    import pandas as pd
    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.selection import Selection
    from nps_core.engine.columns import Cells, Key
    from nps_core.engine.cube import Cube
    from nps_core.engine.source import Source
    from nps_core.filters import Filters


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
    all_comments
        Whether themes are counted in every comment, on the engine, and not in those of the sample.
    """

    def __init__(
        self,
        source: Source,
        sample: pd.DataFrame,
        attributes: tuple[str, ...],
        *,
        measures: tuple[str, ...],
        ends: tuple[int, int],
        as_of: dt.datetime,
        all_comments: bool = False,
    ) -> None:
        self.all_comments = all_comments
        self.with_kinds = lru_cache(1)(partial(with_kinds, source))
        self.source = source
        self.attributes = attributes
        self.measures = measures
        self.ends = ends
        self.as_of = as_of
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
        return self.source.cells(filters, keys)

    @property
    def n_scores(self) -> int:
        """How many scores the scale has."""
        return self.ends[1] - self.ends[0] + 1

    @property
    def has_cube(self) -> bool:
        """Whether filters are answered here, without a statement."""
        return self._cube is not None

    @cached_property
    def unit(self) -> str | None:
        """What the responses are clustered by, as `find_units` decides it of a file."""
        of_accounts, of_either = (self.source.repeats(key) for key in (ACCOUNT, ("unit", "account")))
        if of_accounts.most > 1 and of_either.several + of_either.alone >= FEWEST:
            return "account" if of_either.several <= MOST_CLUSTERS else None
        return self.unit_below

    @cached_property
    def unit_below(self) -> str | None:
        """The unit where there are too few accounts."""
        people = self.source.repeats("respondent")
        return "respondent" if people.most > 1 and people.several <= MOST_CLUSTERS else None

    @property
    def many(self) -> str:
        """What there is too much of to make intervals by: "accounts", "respondents", or ""."""
        kinds = (("accounts", ("unit", "account")), ("respondents", "respondent"))
        sizes = {name: self.source.repeats(key) for name, key in kinds}
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
