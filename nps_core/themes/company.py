"""The company that words keep: what stands around them, and which of them may say the same.

Two words for one thing are seldom said together; they are told by what is said with them (Harris 1954).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.space import count_matrix, unit, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.clauses import Clauses
    from nps_core.themes.space import Space

KNOWN = 16
"""Comments with a word from which its company is half known: that of one half of them has a cosine of .5 with
that of the other (.25 where 8 hold it, .6 for 60, .85 for 250: five labelled corpora and three surveys)."""

SELDOM, TOGETHER = 2.5, 0.77
"""Words that are said together more than so many times as often as by chance belong to each other ("movies" and their
"selection") rather than say the same: their company counts for so much less. Of the pairs from .5 to .65 that are said
together so often .79 had one label of people's, of the others .86."""

SAME = 0.5
"""Words whose company is so alike belong together: 31 of 32 pairs from .65 on in five labelled corpora and five
surveys had one label. They are not always one name: "delivery" and "seller"."""

FEWEST = 8
"""Comments with a word from which its company tells anything."""

EVERYWHERE = 0.3
"""A word that so large a share of the comments holds keeps the company of all: nothing tells what says the same."""

MAY_BE = (0.36, 0.5)
"""So alike is the company of words that may say the same, as it is found and made good for how little is known of rare
words. Of 14 pairs of proposed entries that reach both and are seldom said together 12 had one label; of any
two, .21."""


@dataclass(frozen=True, eq=False)
class Company:
    """What is said with words.

    Parameters
    ----------
    vectors
        A unit vector a word: the words of the same comments beside those that stand close to it, both without what they
        share with the mean of all the words.
    together
        Words x words: how many comments hold both; on the diagonal, how many hold each.
    comments
        How many comments there are.
    """

    vectors: NDArray[np.float32]
    together: NDArray[np.float64]
    comments: int

    def of(self, places: NDArray[np.intp]) -> Company:
        """The company of some of the words."""
        return Company(self.vectors[places], self.together[np.ix_(places, places)], self.comments)

    @property
    def alike(self) -> NDArray[np.float64]:
        """How alike the company of words is, pair by pair: the cosine, less of words that belong to each other."""
        found = (self.vectors @ self.vectors.T).astype(np.float64)
        found[self._untold] = 0
        np.fill_diagonal(found, 1)
        return np.where(self._often, TOGETHER * found, found)

    @property
    def may_be_one(self) -> NDArray[np.float64]:
        """How likely words say the same, pair by pair: from 1 on a person may want to take them for one."""
        held = self.together.diagonal()
        sure = np.sqrt(held / (held + KNOWN + 1e-9))
        made_good = self.alike / np.maximum(np.outer(sure, sure), 1e-9)
        return np.where(self._often, 0, np.minimum(self.alike / MAY_BE[0], made_good / MAY_BE[1]))

    @property
    def _untold(self) -> NDArray[np.bool_]:
        """Of which words too few comments, or too many, speak for their company to tell anything."""
        held = self.together.diagonal()
        untold = (held < FEWEST) | (held > EVERYWHERE * self.comments)
        return np.asarray(untold[:, None] | untold)

    @property
    def _often(self) -> NDArray[np.bool_]:
        """Which words are said together so often that they belong to each other."""
        held = self.together.diagonal()
        often = self.together * self.comments > SELDOM * np.outer(held, held)
        np.fill_diagonal(often, val=False)
        return often


def company(space: Space, clauses: Clauses, columns: Sequence[Sequence[int]]) -> Company:
    """What is said with words, given by their stems; several stems of a word where they are taken for one."""
    if not len(columns):
        return Company(np.zeros((0, 1), dtype=np.float32), np.zeros((0, 0)), clauses.comments)
    stems = len(space.stems)
    own = [(place, column) for place, of in enumerate(columns) for column in of if column < stems]
    places, known = np.array(own, dtype=np.int64).reshape(-1, 2).T
    words = count_matrix(places, known, (len(columns), stems))
    counts = clauses.of_comments[:, :stems]
    held = ((counts > 0).astype(np.float32) @ words.T > 0).astype(np.float32)
    with_it = held.T @ weigh(counts, space.idf)
    with_it -= with_it.multiply(words > 0)
    beside = weigh(words @ clauses.beside[:stems, :stems], space.idf)
    views = [np.hstack([unit(near @ vectors) for vectors in space.vectors]) for near in (with_it, beside)]
    rows = unit(np.hstack([unit(view - view.mean(axis=0)) for view in views]))
    return Company(rows, (held.T @ held).toarray().astype(np.float64), clauses.comments)


def groups_of(alike: NDArray[np.float64], least: float) -> NDArray[np.int32]:
    """The group of each word: words that are so alike in the mean of all pairs between two groups are in one."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - with scikit-learn, only when needed

    if len(alike) < 2:  # noqa: PLR2004 - nothing to group
        return np.zeros(len(alike), dtype=np.int32)
    most = max(float(alike.max()), 1.0)
    apart = np.maximum(most - alike, 0)[np.triu_indices(len(alike), 1)].round(6)
    found: NDArray[np.int32] = fcluster(linkage(apart, "average"), most - least, "distance") - 1
    return found
