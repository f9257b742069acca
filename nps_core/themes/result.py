"""Themes: the frozen value that a search for themes gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.model import under_one
from nps_core.themes.text import clean, has_content
from nps_core.themes.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.model import Model
    from nps_core.themes.steps import EditedModel


@dataclass(frozen=True, eq=False)
class Themes:
    """Themes found in comments; a theme is a number from 0, larger themes first, the remainder last.

    Parameters
    ----------
    labels
        The main theme of each comment; -1 for comments without content.
    memberships
        Comments x themes, boolean, sparse (CSR): every theme that a comment or one of its clauses is about.
    names
        One readable name a theme, each different.
    terms
        The words that set each theme apart, best first, as people write them.
    quotes
        The positions of each theme's best examples among the comments given, best first.
    language
        ISO 639 code, or "mixed".
    note
        A sentence when there was too little to cluster; empty otherwise.
    remainder
        The theme that gathers what fits no other; None when there is none.
    model
        What `assign` needs; None when nothing was clustered.
    near
        How near each comment is to its main theme (cosine); None where that is not known.
    """

    labels: NDArray[np.int32]
    memberships: Any
    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    quotes: tuple[tuple[int, ...], ...]
    language: str
    note: str = ""
    remainder: int | None = None
    model: Model | EditedModel | None = field(default=None, repr=False)
    near: NDArray[np.float32] | None = field(default=None, repr=False)

    @cached_property
    def kinds(self) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """The sets of themes that comments are about, shape (kinds, themes), and which of them each comment has.

        -1 for comments without content. Of a million comments there are some hundred kinds: what is computed from
        kinds under a filter need not look at each comment again.
        """
        said = np.flatnonzero(self.labels >= 0)
        about = self.memberships[said].toarray().astype(np.bool_)
        packed = np.packbits(about, axis=1)
        rows, own = np.unique(packed, axis=0, return_inverse=True)
        of_each = np.full(len(self.labels), -1, dtype=np.int32)
        of_each[said] = own.ravel()
        return np.unpackbits(rows, axis=1, count=self.k).astype(np.bool_), of_each

    @property
    def k(self) -> int:
        """How many themes there are."""
        return len(self.names)

    def assign(self, comments: Iterable[str | None]) -> NDArray[np.int32]:
        """The main theme of each of other comments, such as a later wave's; -1 without content.

        Comments without a single known word go to the remainder.
        """
        return self.assign_all(comments)[0]

    def assign_all(self, comments: Iterable[str | None]) -> tuple[NDArray[np.int32], Any]:
        """Labels and memberships of other comments."""
        return self._place(list(comments))[:2]

    def carried_to(self, comments: Iterable[str | None]) -> Themes:
        """The same themes of other comments, such as a later wave's: same names, other members and quotes."""
        other = list(comments)
        labels, members, near = self._place(other)
        quotes = tuple(examples_of(other, labels, near, number) for number in range(self.k))
        return replace(self, labels=labels, memberships=members, quotes=quotes, near=near)

    def _place(self, comments: list[str | None]) -> tuple[NDArray[np.int32], Any, NDArray[np.float32]]:
        texts = [clean(comment) for comment in comments]
        said = np.array([has_content(text) for text in texts], dtype=bool)
        if self.model is None:
            return (*under_one(said, self.k), np.zeros(len(said), dtype=np.float32))
        with one_thread():
            return self.model.assign(texts, said)

    def matched_words(self, theme: int) -> tuple[str, ...]:
        """The lower-case words, in every form people used, that belong to a theme; for lighting them up."""
        return self.model.matched[theme] if self.model else ()


QUOTES = 6
"""Best examples kept for each theme."""

QUOTE_WORDS = (6, 30)
"""Words of a good example: enough to say something, few enough to be read."""

LOOK_AT = 500
"""Comments nearest to a theme that its examples are chosen from."""


def examples_of(
    comments: Sequence[str | None], labels: NDArray[np.int32], near: NDArray[np.float32], number: int
) -> tuple[int, ...]:
    """The positions of the best examples of a theme among comments."""
    mine = np.flatnonzero(labels == number)
    mine = mine[np.argsort(-near[mine], kind="stable")[:LOOK_AT]]
    texts = [clean(comments[place]) for place in mine.tolist()]
    return tuple(int(mine[i]) for i in best_first(texts, near[mine], QUOTE_WORDS, QUOTES))


def best_first(
    texts: Sequence[str], closeness: NDArray[np.float32], words: tuple[int, int], most: int
) -> list[int]:
    """The places of the best examples: close to their theme, of a length that can be read, no text twice."""
    lengths = np.array([len(text.split()) for text in texts])
    readable = (lengths >= words[0]) & (lengths <= words[1])
    chosen: dict[str, int] = {}
    for place in np.argsort(-(closeness + readable), kind="stable").tolist():
        chosen.setdefault(texts[place].lower(), place)
        if len(chosen) == most:
            break
    return list(chosen.values())
