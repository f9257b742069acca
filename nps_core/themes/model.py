"""Clusters as they are asked for by number: every comment is in one, the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.coding import Lexicon
from nps_core.themes.text import tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.clauses import Clauses
    from nps_core.themes.space import Space

BLOCK = 10_000
"""Comments that are placed at a time, which bounds the memory."""

CLAUSE_NEAR, CLAUSE_AHEAD = 0.2, 0.1
"""A clause adds a cluster when its cosine with it reaches the first, and the next one's by the second."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Where clusters lie in a space.

    Parameters
    ----------
    space
        Places comments.
    links
        Words that part clauses.
    codes
        ISO 639 codes of the languages that the comments are in.
    middles
        Clusters x dimensions: the mean direction of each.
    """

    space: Space
    links: frozenset[str]
    codes: tuple[str, ...]
    middles: NDArray[np.float32]

    def place(
        self,
        texts: Sequence[str],
        said: NDArray[np.bool_],
        report: Callable[[float], None] = lambda _share: None,
    ) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        """The cluster of each clean comment (-1 without content), those of its clauses too, and its cosine."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

        labels = np.full(len(texts), -1, dtype=np.int32)
        near = np.zeros(len(texts), dtype=np.float32)
        pairs = [np.zeros((2, 0), dtype=np.int64)]
        lexicon = Lexicon(self.space, self.codes, ())
        for start in range(0, len(texts), BLOCK):
            report(start / len(texts))
            own = slice(start, start + BLOCK)
            clauses = lexicon.read(tokenise(texts[own], self.links))
            cosine = self.space.place(clauses.of_comments[:, : len(self.space.stems)]) @ self.middles.T
            labels[own], near[own] = cosine.argmax(axis=1), cosine.max(axis=1)
            pairs.append(self._of_clauses(clauses) + np.array([[start], [0]]))
        labels[~said] = -1
        main = np.vstack([np.flatnonzero(said), labels[said]])
        rows, columns = np.hstack([*pairs, main])
        kept = said[rows]
        shape = (len(texts), len(self.middles))
        members = csr_matrix((np.ones(int(kept.sum())), (rows[kept], columns[kept])), shape=shape)
        return labels, members.astype(bool), near

    def _of_clauses(self, clauses: Clauses) -> NDArray[np.int64]:
        """Comments and the clusters that a clause of theirs is surely in."""
        cosine = clauses.place(self.space) @ self.middles.T
        ranked = np.sort(cosine, axis=1)
        ahead = ranked[:, -1] - ranked[:, -2] if cosine.shape[1] > 1 else ranked[:, -1]
        sure = (ranked[:, -1] >= CLAUSE_NEAR) & (ahead >= CLAUSE_AHEAD)
        return np.vstack([clauses.owners[sure], cosine.argmax(axis=1)[sure]]).astype(np.int64)
