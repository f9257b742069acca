"""The clauses of comments: what each holds, and which words stand side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.space import Space, count_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.text import Tokens

WINDOW = 2
"""Words on either side that count as a word's company."""


@dataclass(frozen=True, eq=False)
class Clauses:
    """The clauses of comments.

    Parameters
    ----------
    counts
        Clauses x stems: how often each holds each.
    owners
        The comment of each clause.
    comments
        How many comments there are.
    words, places
        Every word of content in its order, by its stem, and the clause that it is in.
    """

    counts: Any
    owners: NDArray[np.int32]
    comments: int
    words: NDArray[np.int32]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, tokens: Tokens, words: NDArray[np.int32], size: int) -> Clauses:
        """The clauses of tokens whose stems, of so many, are given; -1 for words without content."""
        counts = count_matrix(tokens.clauses, words, (len(tokens.owners), size))
        kept = words >= 0
        return cls(counts, tokens.owners, tokens.comments, words[kept], tokens.clauses[kept])

    @cached_property
    def of_comments(self) -> Any:  # noqa: ANN401 - a scipy sparse matrix
        """Comments x stems: how often each holds each."""
        shape = (self.comments, self.counts.shape[1])
        return count_matrix(self.owners[self.places], self.words, shape)

    @cached_property
    def beside(self) -> Any:  # noqa: ANN401 - a scipy sparse matrix
        """Stems x stems: how often each stands beside each other one in a clause."""
        rows, columns = [], []
        for step in range(1, WINDOW + 1):
            same = self.places[step:] == self.places[:-step]
            rows += [self.words[step:][same], self.words[:-step][same]]
            columns += [self.words[:-step][same], self.words[step:][same]]
        size = self.counts.shape[1]
        return count_matrix(np.concatenate(rows), np.concatenate(columns), (size, size))

    @cached_property
    def present(self) -> Any:  # noqa: ANN401 - a scipy sparse matrix
        """Which stems each clause holds, by stem."""
        return (self.counts > 0).tocsc()

    def place(self, space: Space) -> NDArray[np.float32]:
        """Where the clauses lie."""
        return space.place(self.counts[:, : len(space.stems)])

    def holding(self, stems: Sequence[int]) -> NDArray[np.bool_]:
        """The clauses that hold all of some stems."""
        held = np.ones(len(self.owners), dtype=np.int32)
        for column in stems:
            own = np.zeros_like(held)
            own[self.present.indices[self.present.indptr[column] : self.present.indptr[column + 1]]] = 1
            held &= own
        return held.astype(bool)


def by_comment(
    gather: np.ufunc, of_clauses: NDArray[Any], owners: NDArray[np.integer], comments: int, none: float = 0
) -> NDArray[Any]:
    """What the rows of each comment's clauses come to; `none` where it has no clause."""
    found = np.full((comments, of_clauses.shape[1]), none, dtype=of_clauses.dtype)
    if len(owners):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        found[owners[starts]] = gather.reduceat(of_clauses, starts, axis=0)
    return found
