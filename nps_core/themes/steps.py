"""Changes to themes as they are carried out, on the comments themes were found in and on any later ones.

Within these steps a theme keeps its number for good: new themes get the next free number, and those that are gone
leave their column empty. `EditedModel` closes the gaps at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.edits import fingerprint
from nps_core.themes.examples import holding
from nps_core.themes.model import under_one
from nps_core.themes.text import clean, tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.model import Model

    Vectors = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Told:
    """Comments, the main theme of each, and all themes of each (dense: comments x themes)."""

    comments: Sequence[str | None]
    labels: NDArray[np.int32]
    members: NDArray[np.bool_]

    def texts(self, rows: NDArray[np.intp]) -> list[str]:
        """The clean texts at some rows."""
        return [clean(self.comments[row]) for row in rows.tolist()]


@dataclass(frozen=True)
class Merged:
    """Several themes are one from here on."""

    numbers: tuple[int, ...]
    into: int

    def __call__(self, told: Told, _vectors: Vectors) -> Told:
        """Carry it out."""
        labels, members = told.labels.copy(), told.members.copy()
        about = members[:, list(self.numbers)].any(axis=1)
        members[:, list(self.numbers)] = False
        members[:, self.into] = about
        labels[np.isin(labels, self.numbers)] = self.into
        return Told(told.comments, labels, members)


@dataclass(frozen=True)
class Hidden:
    """A theme is none any more; what has no other theme goes to the remainder."""

    number: int
    remainder: int

    def __call__(self, told: Told, _vectors: Vectors) -> Told:
        """Carry it out."""
        labels, members = told.labels.copy(), told.members.copy()
        about = members[:, self.number].copy()
        members[:, self.number] = False
        members[about & ~members.any(axis=1), self.remainder] = True
        main = np.flatnonzero(labels == self.number)
        labels[main] = members[main].argmax(axis=1)
        return Told(told.comments, labels, members)


@dataclass(frozen=True, eq=False)
class Parted:
    """The comments of a theme go to the nearest of its parts."""

    number: int
    parts: tuple[int, ...]
    centres: NDArray[np.float32]

    def __call__(self, told: Told, vectors: Vectors) -> Told:
        """Carry it out."""
        labels, members = told.labels.copy(), told.members.copy()
        rows = np.flatnonzero(members[:, self.number])
        if not len(rows):
            return told
        part = np.array(self.parts)[(vectors(told.texts(rows)) @ self.centres.T).argmax(axis=1)]
        members[rows, self.number] = False
        members[rows, part] = True
        main = labels[rows] == self.number
        labels[rows[main]] = part[main]
        return Told(told.comments, labels, members)


@dataclass(frozen=True)
class Moved:
    """Comments of these texts have another main theme; their former main theme they no longer have."""

    to: Mapping[str, int]

    def __call__(self, told: Told, _vectors: Vectors) -> Told:
        """Carry it out."""
        labels, members = told.labels.copy(), told.members.copy()
        for row, comment in enumerate(told.comments):
            goal = self.to.get(fingerprint(comment)) if comment else None
            if goal is not None:
                members[row, labels[row]] &= labels[row] < 0
                members[row, goal] = True
                labels[row] = goal
        return Told(told.comments, labels, members)


@dataclass(frozen=True)
class Pinned:
    """Comments that hold one of the words are about the theme.

    A comment of one clause has no other main theme beside it; one that says more keeps what it was about.
    """

    number: int
    words: tuple[str, ...]
    codes: tuple[str, ...]
    links: frozenset[str]
    remainder: int | None

    def __call__(self, told: Told, _vectors: Vectors) -> Told:
        """Carry it out."""
        labels, members = told.labels.copy(), told.members.copy()
        held, _ = holding(told.comments, self.words, self.codes)
        rows = np.flatnonzero(held & (labels >= 0))
        clauses = np.bincount(tokenise(told.texts(rows), self.links).owners, minlength=len(rows))
        main = labels[rows]
        # A comment of one clause speaks of one theme.
        leaves = (clauses < 2) | (main == (-1 if self.remainder is None else self.remainder))  # noqa: PLR2004
        members[rows[leaves], main[leaves]] = False
        members[rows, self.number] = True
        labels[rows] = self.number
        return Told(told.comments, labels, members)


Step = Merged | Hidden | Parted | Moved | Pinned


@dataclass(frozen=True, eq=False)
class EditedModel:
    """A model and what a person changed about its themes.

    Parameters
    ----------
    base
        The model that was found; None when nothing was clustered.
    base_k
        Themes of the base.
    steps
        What is done to what the base says, in order.
    kept
        The numbers of the themes that are left, in the order of the result.
    size
        How many numbers the steps use.
    matched, languages
        As in `Model`.
    """

    base: Model | EditedModel | None
    base_k: int
    steps: tuple[Step, ...]
    kept: tuple[int, ...]
    size: int
    matched: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Where clean comments lie; of no dimension when nothing was clustered."""
        return self.base.vectors(texts) if self.base else np.zeros((len(texts), 0), dtype=np.float32)

    def assign(
        self,
        texts: Sequence[str],
        said: NDArray[np.bool_],
        report: Callable[[float], None] = lambda _share: None,
    ) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        """Labels, memberships and nearness of clean comments, as `Model.assign`."""
        if self.base:
            labels, members, near = self.base.assign(texts, said, report)
        else:
            labels, members = under_one(said, self.base_k)
            near = np.zeros(len(said), dtype=np.float32)
        told = Told(texts, labels, widened(members, self.size))
        for step in self.steps:
            told = step(told, self.vectors)
        return (*closed(told, self.kept), near)


def widened(members: Any, size: int) -> NDArray[np.bool_]:  # noqa: ANN401 - a scipy sparse matrix
    """Memberships as a dense array with room for `size` themes."""
    dense = members.toarray().astype(bool)
    return np.pad(dense, ((0, 0), (0, size - dense.shape[1])))


def closed(told: Told, kept: Sequence[int]) -> tuple[NDArray[np.int32], Any]:
    """Labels and memberships (sparse) under the final numbers: the places of `kept`."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

    final = np.full(told.members.shape[1] + 1, -1, dtype=np.int32)
    final[list(kept)] = np.arange(len(kept))
    return final[told.labels], csr_matrix(told.members[:, list(kept)])
