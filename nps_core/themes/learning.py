"""What a person's answers teach: which comments are about a theme, beyond the words that say it.

The comments that somebody confirmed under an entry, or took out of it, teach a linear classifier: what the
coding by words and company says of a comment, and which words the comment holds. Comments as they are coded
anyway stand beside the answers, so that few answers change little. What is learnt is a weight a word: it
stands in the codebook and codes other surveys too, and no comment is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.codebook import Learnt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AS_CODED, WORTH = 1_000, 10.0
"""So many comments stand beside the answers as they are coded, and are worth so many answers together. Without them the
answers about the least certain comments would be taken for all: micro-F1 fell by up to .3; with 100 hardly
anything is learnt."""

STRICT = 10.0
"""How closely the classifier follows the answers."""

ABOUT = 0.4
"""A comment is about the entry from so likely on; .35 and .5 do about equally."""

KNOWN_WORD, MOST_WORDS = 2, 500
"""A word is learnt from so many of the answered comments, not from what one person alone wrote; the
weightiest are kept."""

_SAYS, _NEAREST, _MEMBER = 3.0, 2.0, 4.0  # how much more than a word weighs what is known of the coding
_DECIMALS = 3


@dataclass(frozen=True, eq=False)
class Looks:
    """What a classifier sees of comments.

    Parameters
    ----------
    words
        Comments x stems (CSR): those that each holds, as a row of length 1.
    stems
        The stems.
    says, near, members
        Comments x entries: whether a word says it, how near the nearest clause is, and whether it is about it; by words
        and company, and by no answer.
    """

    words: Any
    stems: Sequence[str]
    says: NDArray[np.bool_]
    near: NDArray[np.float32]
    members: NDArray[np.bool_]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each stem."""
        return {stem: column for column, stem in enumerate(self.stems)}

    def coding(self, place: int) -> Floats:
        """Comments x 3: how each is coded by an entry."""
        return np.column_stack(
            [
                _SAYS * self.says[:, place],
                np.clip(self.near[:, place], 0, _NEAREST),
                _MEMBER * np.where(self.members[:, place], 1.0, -1.0),
            ]
        )

    def odds(self, learnt: Learnt, place: int) -> Floats:
        """The log odds that each comment is about an entry, above those from which it is taken to be."""
        weights = np.zeros(len(self.stems))
        for stem, weight in learnt.words:
            if stem in self.columns:
                weights[self.columns[stem]] = weight
        told: Floats = (
            self.words @ weights + self.coding(place) @ np.array(learnt.coding[1:]) + learnt.coding[0]
        )
        least = float(np.log(ABOUT / (1 - ABOUT)))
        return told - least


def looks_of(
    words: Any,  # noqa: ANN401 - a scipy sparse matrix
    stems: Sequence[str],
    says: NDArray[np.bool_],
    near: NDArray[np.float32],
    members: NDArray[np.bool_],
) -> Looks:
    """The looks of comments x words (how often each holds each), the first of which are the stems."""
    held = words[:, : len(stems)].tocsr().astype(np.float64)
    sizes = np.diff(held.indptr)
    held.data = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    return Looks(held, stems, says, near, members)


def learn(answered: Looks, right: NDArray[np.bool_], as_coded: Looks, place: int) -> Learnt:
    """What answers teach about an entry.

    Parameters
    ----------
    answered
        The looks of the comments that have an answer.
    right
        Whether each is about the entry; some are and some are not.
    as_coded
        The looks of comments drawn at random, which are taken to be coded rightly.
    place
        The column of the entry.
    """
    from scipy.sparse import csr_matrix, hstack, vstack  # noqa: PLC0415 - with scikit-learn, only when needed
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    shared = np.bincount(answered.words.indices, minlength=len(answered.stems))
    often = np.flatnonzero(shared >= KNOWN_WORD)
    seen = vstack(
        [hstack([csr_matrix(looks.coding(place)), looks.words[:, often]]) for looks in (answered, as_coded)]
    ).tocsr()
    told = np.concatenate([right, as_coded.members[:, place]])
    beside = len(as_coded.members)
    worth = np.concatenate([np.ones(len(right)), np.full(beside, WORTH / max(beside, 1))])
    learner = LogisticRegression(C=STRICT, solver="liblinear").fit(seen, told, sample_weight=worth)
    says, near, member, *weights = learner.coef_[0].round(_DECIMALS).tolist()
    weightiest = np.argsort(-np.abs(weights), kind="stable")[:MOST_WORDS].tolist()
    words = tuple((answered.stems[often[one]], weights[one]) for one in weightiest if weights[one])
    return Learnt((round(float(learner.intercept_[0]), _DECIMALS), says, near, member), words)
