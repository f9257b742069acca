"""The tone of what comments say of a theme: praise or complaint, taught by the survey's own scores.

Clauses of promoters praise more often than those of detractors. A linear classifier of words and of pairs of
words learns from these two groups how either sounds, and is asked about clauses that it was not taught with:
five folds, and what was written twice is in one fold. It needs no list of opinion words, so it works in the
language of the survey. What it is worth is measured where the respondent's group is the tone, in comments of
one clause, and said; where that is too little, no tone is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.themes.clauses import by_comment
from nps_core.themes.coding import BLOCK, Coder
from nps_core.themes.language import languages_of
from nps_core.themes.space import count_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.text import Tokens

    Floats = NDArray[np.float64]

FOLDS = 5
"""Parts that a comment can be in: its clauses are told by what the others taught."""

TAUGHT = 40_000
"""Clauses that a classifier is taught with; more change it by less than another choice of them does."""

FEWEST = 100
"""Comments of one clause, by promoters and detractors, below which it is not known what the tones are worth."""

FEWEST_EACH = 20
"""So many of these must be of either group."""

TELLING = 0.6
"""From so large a share of all comments right, the words are a hint where no tones are shown. Of a file of
wishes, which its promoters write as well, it is .56; of files in which comments are about what was good or
bad .69 and more."""

AGREEMENT = 0.7
"""From so large a share of these right, in the mean of both groups, tones are shown."""

NEUTRAL = 0.1
"""A mention whose share of praise is so near to one half is neither praise nor complaint."""

EVEN = 0.5
"""A share of praise that tells nothing."""

OWN_GROUP = 0.2
"""What the respondent's own group weighs beside the words, in a comment of one clause; one half in one of two."""

_STRICT = 1.0  # how closely a classifier follows what it is taught; .5 to 2 do equally well
_DETRACTOR, _PROMOTER = 0, 2  # as codes of `Survey.responses["group"]`


@dataclass(frozen=True, eq=False)
class Tones:
    """The tone of each mention: of a comment and a theme that it is about.

    Parameters
    ----------
    praise
        Comments x themes (CSR): how likely each mention is praise, above 0 and below 1; nothing where there is none.
    agreement
        In comments of one clause by promoters and detractors: the share of which the words alone tell the group, the
        mean of both groups; NaN where there are too few, and then the shares above are no more than a hint.
    n
        How many such comments there are.
    of_all
        The same of all comments by promoters and detractors; NaN where nothing could be learnt.
    """

    praise: Any
    agreement: float
    n: int
    of_all: float = np.nan

    @property
    def shown(self) -> bool:
        """Whether the tones are worth being shown."""
        return self.agreement >= AGREEMENT  # NaN is not

    def of(self, number: int, places: NDArray[np.integer]) -> NDArray[np.int8]:
        """What comments say of a theme: 1 for praise, -1 for complaint, 0 for neither, or for nothing of it."""
        about, tones = self._of_theme(number)
        if not len(about):
            return np.zeros(len(places), dtype=np.int8)
        at = np.minimum(np.searchsorted(about, places), len(about) - 1)
        return np.where(about[at] == places, tones[at], np.int8(0))

    def shares(self, number: int, places: NDArray[np.integer]) -> Floats:
        """How likely what comments say of a theme is praise, 0..1; one half where they say nothing of it."""
        column = self._by_theme[:, [number]]
        share = np.asarray(column[places].todense()).ravel()
        told: Floats = np.where(share > 0, share, EVEN)
        return told

    def counts(self, number: int, shown: NDArray[np.bool_]) -> tuple[int, int, int]:
        """Complaints, neither, and praise of a theme, in the comments shown (one truth value each)."""
        about, tones = self._of_theme(number)
        complaints, neither, praises = np.bincount(tones[shown[about]] + 1, minlength=3).tolist()
        return complaints, neither, praises

    @property
    def blind(self) -> bool:
        """Whether the words were learnt from and do not tell the groups apart: what a group writes is no tone then."""
        return self.of_all < TELLING  # NaN is not

    @property
    def of_each(self) -> NDArray[np.int8]:
        """The tone of every mention, by comment and then by theme."""
        return _tones(self.praise.data)

    def _of_theme(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """The comments about a theme, ascending, and the tone of each."""
        own = slice(*self._by_theme.indptr[number : number + 2])
        return self._by_theme.indices[own], _tones(self._by_theme.data[own])

    @cached_property
    def _by_theme(self) -> Any:  # noqa: ANN401 - a scipy sparse matrix
        return self.praise.tocsc()


def _tones(praise: Floats) -> NDArray[np.int8]:
    far = praise - EVEN
    return (np.sign(far) * (np.abs(far) >= NEUTRAL)).astype(np.int8)


def tones_of(
    texts: Sequence[str],
    tokens: Tokens,
    groups: NDArray[np.integer],
    members: Any,  # noqa: ANN401 - a scipy sparse matrix
    coder: Coder,
    entries: Sequence[tuple[int, int]],
) -> Tones:
    """The tone of what comments say of each theme that they are about.

    Parameters
    ----------
    texts, tokens
        Clean comments, and the same as `tokenise` parts them.
    groups
        0, 1, 2 for a detractor, a passive, a promoter; -1 where it is unknown.
    members
        Comments x themes (CSR): which are about which.
    coder
        What they were coded by.
    entries
        Of each theme its place in the codebook, and the number of the theme that it is a part of, -1 for none.
    """
    owners, of_clause = tokens.owners, groups[tokens.owners]
    clauses = np.bincount(owners, minlength=len(texts))
    ends = np.isin(groups, (_DETRACTOR, _PROMOTER))
    n = int((ends & (clauses == 1)).sum())
    none = Tones(members.astype(np.float64) * EVEN, np.nan, n)
    if not entries or not _enough(groups, ends & (clauses > 0)):
        return none
    # What was written twice is in one part, and the parts have as many texts.
    folds = (pd.factorize(np.array([text.lower() for text in texts], dtype=object))[0] % FOLDS)[owners]
    looks = _looks(tokens)
    if not looks.shape[1]:  # no word comes twice: nothing can be learnt
        return none
    odds = _told(looks, of_clause == _PROMOTER, np.flatnonzero(ends[owners]), folds)
    of_comment = np.bincount(owners, odds, minlength=len(texts)) / clauses.clip(1)
    right = (of_comment > 0) == (groups == _PROMOTER)
    languages = languages_of(tokens, coder.codes)
    told = np.isin(languages, _known_languages(languages, right, groups, ends & (clauses == 1)))
    single = ends & (clauses == 1) & (told | ~told.any())
    agreement = np.nan
    if single.sum() >= FEWEST and _enough(groups, single):
        agreement = _balance(right, groups, single)
    if agreement >= AGREEMENT and not told.any():
        agreement = np.nan  # of several languages together, of none of which enough is known
    words = 1 / (1 + np.exp(-_of_mentions(tokens, members, coder, entries, odds)))
    rows = np.repeat(np.arange(len(texts)), np.diff(members.indptr))
    group = np.select([groups == _PROMOTER, groups == _DETRACTOR], [1.0, 0.0], EVEN)
    praise = members.astype(np.float64)
    # Where it is not known what the words are worth they are a hint, and it must be theirs alone.
    known = bool(agreement >= AGREEMENT)
    own = OWN_GROUP * known / clauses[rows].clip(1)
    praise.data = np.where(told[rows] | (not known), (1 - own) * words + own * group[rows], EVEN)
    return Tones(praise, agreement, int(single.sum()), _balance(right, groups, ends & (clauses > 0)))


def _enough(groups: NDArray[np.integer], among: NDArray[np.bool_]) -> bool:
    """Whether either group has enough of some comments."""
    return all((among & (groups == group)).sum() >= FEWEST_EACH for group in (_DETRACTOR, _PROMOTER))


def _balance(right: NDArray[np.bool_], groups: NDArray[np.integer], among: NDArray[np.bool_]) -> float:
    """The share of some comments that the words tell rightly, the mean of both groups."""
    return float(np.mean([right[among & (groups == group)].mean() for group in (_DETRACTOR, _PROMOTER)]))


def _known_languages(
    languages: NDArray[np.int32],
    right: NDArray[np.bool_],
    groups: NDArray[np.integer],
    single: NDArray[np.bool_],
) -> list[int]:
    """The languages whose tones are known: what is learnt is mostly the main one's, and may be wrong of another."""
    return [
        code
        for code in np.unique(languages).tolist()
        if _enough(groups, mine := single & (languages == code))
        and _balance(right, groups, mine) >= AGREEMENT
    ]


def _looks(tokens: Tokens) -> Any:  # noqa: ANN401 - a scipy sparse matrix
    """Clauses x what they hold: words and pairs of neighbouring words that are in two clauses or more, weighed."""
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415 - heavy, only when needed

    size = len(tokens.vocabulary)
    beside = tokens.clauses[1:] == tokens.clauses[:-1]
    pairs = tokens.words[:-1][beside].astype(np.int64) * size + tokens.words[1:][beside]
    known, numbers = np.unique(pairs, return_inverse=True)
    counts = count_matrix(
        np.concatenate([tokens.clauses, tokens.clauses[1:][beside]]),
        np.concatenate([tokens.words, size + numbers]),
        (len(tokens.owners), size + len(known)),
    ).tocsc()
    often = np.flatnonzero(np.diff(counts.indptr) > 1)
    held = counts[:, often].tocsr()
    return TfidfTransformer(sublinear_tf=True).fit_transform(held) if len(often) else held


def _told(
    looks: Any,  # noqa: ANN401 - a scipy sparse matrix
    praise: NDArray[np.bool_],
    taught: NDArray[np.intp],
    folds: NDArray[np.integer],
) -> Floats:
    """The log odds of praise of each clause, by classifiers that were taught by other comments."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above

    odds = np.zeros(looks.shape[0])
    draw = np.random.default_rng(0)
    for fold in range(FOLDS):
        mine = taught[folds[taught] != fold]
        if len(mine) > TAUGHT:
            mine = draw.choice(mine, TAUGHT, replace=False)
        asked = folds == fold
        if not asked.any() or praise[mine].all() or not praise[mine].any():
            continue  # so few texts that one fold has none, or the others one group alone: even odds
        learner = LogisticRegression(C=_STRICT, class_weight="balanced", solver="liblinear")
        odds[asked] = learner.fit(looks[mine], praise[mine]).decision_function(looks[asked])
    return odds


def _of_mentions(
    tokens: Tokens,
    members: Any,  # noqa: ANN401 - a scipy sparse matrix
    coder: Coder,
    entries: Sequence[tuple[int, int]],
    odds: Floats,
) -> Floats:
    """The log odds of each mention, in the order of `members`: the mean of the clauses that say the theme.

    Where none does it is that of the nearest one.
    """
    found = [np.zeros(0)]
    places = [place for place, _ in entries]
    for first in range(0, tokens.comments, BLOCK):
        part, mine = tokens.block(first, first + BLOCK)
        own, size = part.owners, part.comments
        says, near = coder.clauses_of(part)
        says, near = says[:, places], near[:, places]
        for theme, (_, whole) in enumerate(entries):
            if whole >= 0:
                says[:, whole] |= says[:, theme]
        some = by_comment(np.logical_or, says, own, size)[own]
        nearest = near >= by_comment(np.maximum, near, own, size)[own]
        weights = np.where(some, says, nearest).astype(np.float64)
        total, share = (by_comment(np.add, of, own, size) for of in (weights * odds[mine, None], weights))
        about = np.asarray(members[first : first + size].toarray(), dtype=bool)
        found.append((total / np.maximum(share, 1e-9))[about])
    return np.concatenate(found)
