"""What is kept of the search for themes, so that any comment can be put under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.space import count_matrix
from nps_core.themes.text import tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.space import Space

BLOCK = 10_000
"""Comments that are placed at a time, which bounds the memory."""

CLAUSE_NEAR, CLAUSE_AHEAD = 0.2, 0.1
"""A clause adds a theme when its cosine with the theme reaches the first, and the next theme's by the second."""


@dataclass(frozen=True, eq=False)
class Model:
    """The space and where the themes lie in it.

    Parameters
    ----------
    space
        Places comments.
    centres
        Themes x dimensions: the mean direction of each theme.
    links
        Words that part clauses.
    remainder
        The theme that gathers what fits no other; it takes comments without known words.
    matched
        For each theme the lower-case words that belong to it.
    languages
        ISO 639 codes of the languages that the comments are in.
    """

    space: Space
    centres: NDArray[np.float32]
    links: frozenset[str]
    remainder: int | None
    matched: tuple[tuple[str, ...], ...] = ()
    languages: tuple[str, ...] = ()

    def assign(
        self,
        texts: Sequence[str],
        said: NDArray[np.bool_],
        report: Callable[[float], None] = lambda _share: None,
    ) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        """Labels, memberships and nearness of clean comments, of which `said` tells those with content.

        Nearness is the cosine of a comment with its main theme.
        """
        from scipy.sparse import csr_matrix, vstack  # noqa: PLC0415 - with scikit-learn, only when needed

        parts = [csr_matrix((0, len(self.centres)), dtype=bool)]
        labels = [np.empty(0, dtype=np.int32)]
        near = [np.empty(0, dtype=np.float32)]
        known = self.space.numbers
        for start in range(0, len(texts), BLOCK):
            report(start / len(texts))
            main, members, nearness = self._assign_block(
                texts[start : start + BLOCK], said[start : start + BLOCK], known
            )
            labels.append(main)
            parts.append(members)
            near.append(nearness)
        return np.concatenate(labels), vstack(parts, format="csr"), np.concatenate(near)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Where clean comments lie in the space, a row each."""
        tokens = tokenise(texts, self.links, self.space.numbers)
        stems = self.space.stem_of_number[tokens.words]
        shape = (len(texts), len(self.space.stems))
        return self.space.place(count_matrix(tokens.owners[tokens.clauses], stems, shape))

    def _assign_block(
        self, texts: Sequence[str], said: NDArray[np.bool_], known: dict[str, int]
    ) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        tokens = tokenise(texts, self.links, known)
        stems = self.space.stem_of_number[tokens.words]
        size = len(self.space.stems)
        comments = count_matrix(tokens.owners[tokens.clauses], stems, (len(texts), size))
        labels, near = self._main_themes(comments, said)
        clauses = count_matrix(tokens.clauses, stems, (len(tokens.owners), size))
        themes, sure = self._clause_themes(clauses)
        sure &= said[tokens.owners]
        return labels, _members(labels, tokens.owners[sure], themes[sure], len(self.centres)), near

    def _main_themes(
        self,
        comments: Any,  # noqa: ANN401
        said: NDArray[np.bool_],
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        near = self.space.place(comments) @ self.centres.T
        labels: NDArray[np.int32] = near.argmax(axis=1).astype(np.int32)
        labels[np.abs(near).max(axis=1, initial=0) == 0] = self.remainder or 0
        labels[~said] = -1
        return labels, near.max(axis=1, initial=-1).astype(np.float32)

    def _clause_themes(self, clauses: Any) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:  # noqa: ANN401
        """The nearest theme of each clause, and whether it is near and ahead enough to count."""
        near = self.space.place(clauses) @ self.centres.T
        order = np.argsort(near, axis=1)
        rows = np.arange(len(near))
        best, top = order[:, -1], near[rows, order[:, -1]]
        ahead = top - near[rows, order[:, -2]] if near.shape[1] > 1 else top
        return best, (top >= CLAUSE_NEAR) & (ahead >= CLAUSE_AHEAD)


def _members(
    labels: NDArray[np.int32],
    owners: NDArray[np.int32],
    themes: NDArray[np.intp],
    k: int,
) -> Any:  # noqa: ANN401
    """Comments x themes: the main theme and those of the clauses."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    said = np.flatnonzero(labels >= 0)
    rows, columns = np.concatenate([said, owners]), np.concatenate([labels[said], themes])
    members = csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=(len(labels), k))
    return members.astype(bool)


def under_one(said: NDArray[np.bool_], k: int = 1) -> tuple[NDArray[np.int32], Any]:
    """Labels and memberships when all comments with content are under one theme, or there is none."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

    labels = np.where(said, 0, -1).astype(np.int32) if k else np.full(len(said), -1, dtype=np.int32)
    return labels, csr_matrix((labels >= 0)[:, None][:, :k])
