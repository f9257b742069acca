"""Comments -> the entries that a codebook begins with: clusters propose, words define.

Words that keep to few of the clusters are grouped by the company they keep; each group of clauses is then called by the
nouns that cover most of it, and each such noun, with the words around it, is an entry. A name is earned: it
is one noun, or one phrase that people write, and no opinion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.clauses import Clauses
from nps_core.themes.codebook import Entry
from nps_core.themes.coding import COSINE, NEAR, ROUNDS
from nps_core.themes.company import SAME, company, groups_of
from nps_core.themes.language import (
    ADJECTIVE_ENDINGS,
    ADVERBS,
    DETERMINERS,
    ENGLISH,
    GENERAL,
    MIXED,
    NEGATIONS,
    NOUN_FIRST,
    SHORTEST_ADJECTIVE,
    TIMES,
    VERB_ENDINGS,
)
from nps_core.themes.space import COMMONEST, unit
from nps_core.themes.stems import stem
from nps_core.themes.synonyms import said_in, said_of, things
from nps_core.themes.text import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.phrases import Phrase, Said
    from nps_core.themes.space import Space
    from nps_core.themes.text import Tokens

MOST = 30
"""Entries that are proposed."""

PRESENTED = 12
"""Entries that a page or a slide begins with: as many as can be read; the others are one click away."""

SHARP, FAR = 4, 2
"""Places among these for small entries whose comments score far from the others: by so many standard errors
at least. What is left of them goes to the next most frequent."""

KEEPS, NOUN_KEEPS = 0.05, 0.02
"""A word has one topic when it keeps to few clusters: 0 where two comments with it are in one cluster as often as any
two, 1 where they always are. A sure noun need not keep so close: in comments of a hundred words all topics
stand together."""

SMALLEST, FEWEST = 0.008, 4
"""So large a share of the comments, and so many of them, hold the noun of an entry, at least."""

COMMON, COMMON_KEEPS = 0.1, 0.01
"""What so large a share of the comments says keeps to few clusters the less, as few have no room for it: such a noun is
a topic of its own ("service" of an airline), and no word of a group. "Flight" keeps to none at all."""

RAREST_WORD = 0.002
"""Share of the comments that holds a word which can tell a topic, at least; and it is in three. The commonest are those
that the space leaves out too."""

GROUPS = 40
"""Groups of words: more than there are entries, as many groups name nothing."""

KIN = 0.2
"""A noun goes with another one of its group when their company is so alike."""

WORDS_A_GROUP = 2
"""Words of a group in the mean, at least: where few words tell a topic, those always said together are one group."""

NAMES_A_GROUP = 3
ENOUGH = 0.8
"""A group gives so many entries at most; no further one when its names are said by so large a share of its comments."""

NOUN = 0.3
"""From this share of uses as a noun a word is taken for one."""

SURE_NOUN, PLAIN_NOUN = 0.5, 0.6
"""The same of the word that a phrase closes with (opens with, in Spanish) where it is not the theme's noun."""

PHRASE, FEWEST_PHRASES = 0.3, 3
"""A phrase is the name where so large a share of those who say its noun say it word by word, and so many at least."""

INSIDE, INSIDE_BOUND = 0.5, 0.25
"""A phrase's other word must be a noun, or no opinion and so often beside the noun when it is said; less often beside
a noun that never stands alone."""

SHORTEST_HEAD = 4
"""Letters of a word that can be what a compound is about."""

TERMS = 10
"""Words kept for a cluster."""

EARNED = 0.5
"""A name is earned when so large a share of the comments says it."""

NAMED = 2 / 3
"""So large a share of the comments that hold a noun of a theme hold the one that it is called by, or one for the
same thing."""

HINTS = 12
"""Words of a group that go with its entries."""


@dataclass(frozen=True, eq=False)
class Material:
    """What proposals are made from.

    Parameters
    ----------
    tokens, stems
        The words of clean comments, and the stem (a column of the space) of each word; -1 for stop words.
    space
        Places clauses.
    said
        Nouns, phrases and how words are written.
    votes
        Runs x comments: the cluster of each comment in each run of k-means; -1 for none.
    language
        Of the names.
    rated
        Words for what was rated: they name nothing.
    """

    tokens: Tokens
    stem_of: NDArray[np.int32]
    space: Space
    said: Said
    votes: NDArray[np.int32]
    language: str
    rated: tuple[str, ...] = ()

    @cached_property
    def words(self) -> NDArray[np.int32]:
        """The stem of every word."""
        return self.stem_of[self.tokens.words]

    @cached_property
    def clauses(self) -> Clauses:
        """Clauses by stems."""
        return Clauses.of(self.tokens, self.words, len(self.space.stems))

    @cached_property
    def counts(self) -> Any:  # noqa: ANN401 - a scipy sparse matrix
        """Comments by stems."""
        return self.clauses.of_comments

    @cached_property
    def shared(self) -> NDArray[np.int64]:
        """How many comments hold each stem."""
        return np.bincount(self.counts.indices, minlength=self.counts.shape[1])

    @property
    def code(self) -> str:
        """The language whose words are known; English for a mixture."""
        return ENGLISH if self.language == MIXED else self.language

    @cached_property
    def things(self) -> NDArray[np.int64]:
        """The number of the thing that each stem stands for; -1 where only its company can tell."""
        of = things(self.code)
        return np.array([of.get(own, -1) if own in self.said.clauses else -1 for own in self.space.stems])

    def same_as(self, columns: Sequence[int]) -> list[int]:
        """The other stems for what some stems stand for, those of most comments first."""
        kin = np.isin(self.things, [thing for thing in self.things[list(columns)].tolist() if thing >= 0])
        found = np.setdiff1d(np.flatnonzero(kin), columns)
        return [int(own) for own in found[np.argsort(-self.shared[found], kind="stable")]]

    def said_of(self, columns: Sequence[int], named: set[int]) -> list[str]:
        """The words of these comments that speak of what some stems stand for, and are themselves no theme's noun."""
        of, column_of = said_of(self.code), {own: column for column, own in enumerate(self.space.stems)}
        told = dict.fromkeys(word for own in columns for word in of.get(self.space.stems[own], ()))
        return [
            word for word in told if column_of.get(stem(word, self.code), -1) not in {-1, *named, *columns}
        ]

    def comments_with(self, columns: Sequence[int]) -> NDArray[np.int32]:
        """The comments that hold one of some stems."""
        held = [self.clauses.owners[self.clauses.holding([column])] for column in columns]
        return np.unique(np.concatenate(held)) if held else np.empty(0, dtype=np.int32)


def propose(material: Material, most: int = MOST, smallest: float = SMALLEST) -> tuple[Entry, ...]:
    """The entries that comments suggest, those of most comments first."""
    keeps = _keeps(material.votes, material.counts)
    can_name = _can_name(material)
    told = _telling(material, keeps, can_name)
    if len(told) < 2:  # noqa: PLR2004 - nothing to tell apart
        return ()
    kept = company(material.space, material.clauses, [[column] for column in told.tolist()])
    around, group_of = kept.vectors, _group_words(kept.vectors)
    of_clause = _group_clauses(material, told, group_of)
    least = max(FEWEST, smallest * material.tokens.comments)
    found: list[tuple[int, str, int, NDArray[np.intp]]] = []
    used: set[str] = set()
    heard = np.array(
        [len(np.unique(material.tokens.owners[of_clause == g])) for g in range(group_of.max() + 1)]
    )
    for group in np.argsort(-heard, kind="stable").tolist():
        nouns = told[(group_of == group) & can_name[told]]
        for column in _cover(material, nouns, np.flatnonzero(of_clause == group), least, used):
            n = len(material.comments_with([column]))
            close = around[group_of == group] @ around[np.searchsorted(told, column)] >= KIN
            kin = told[group_of == group][close & can_name[told[group_of == group]]]
            found.append((-n, _name(material, column, used), column, kin))
    ranked = sorted(found, key=lambda one: one[:2])
    at = np.searchsorted(told, [column for _, _, column, _ in ranked])
    alike = kept.of(at).alike
    spelled = np.array([stem(name.casefold().replace(" ", ""), material.code) for _, name, _, _ in ranked])
    thing = material.things[told[at]]
    same = (spelled[:, None] == spelled) | (  # "mind map" and "mindmap"
        (thing[:, None] == thing) & (thing >= 0)
    )
    alike[same] = 1
    one_of = groups_of(alike, SAME).tolist()
    held = [material.comments_with([column]) for _, _, column, _ in ranked]
    themes = [
        [ranked[i] for i in theme]
        for group in dict.fromkeys(one_of)
        for theme in _parted([i for i, own in enumerate(one_of) if own == group], same, held)
    ]
    for column in _common(material, keeps, can_name, told):
        n = len(material.comments_with([column]))
        themes.append([(-n, _name(material, column, used), column, told[:0])])
    themes.sort(key=lambda theme: theme[0][:2])
    named = {column for theme in themes[:most] for _, _, column, _ in theme}
    named |= set(material.same_as([*named]))
    return tuple(_entry(material, theme, named) for theme in themes[:most])


def _parted(nouns: list[int], same: NDArray[np.bool_], held: Sequence[NDArray[np.int32]]) -> list[list[int]]:
    """Nouns of like company, those of most comments first, as themes whose comments mostly say the first or the same.

    What is alike by company belongs together, but does not always say the same: "battery" and "camera" of a phone.
    """

    def comments(of: list[int]) -> int:
        return len(np.unique(np.concatenate([held[noun] for noun in of])))

    themes = []
    while nouns:
        first = [noun for noun in nouns if same[nouns[0], noun]]
        theme = [*first]
        for noun in nouns:
            kin = [own for own in nouns if same[noun, own]]
            if noun not in theme and comments(first) >= NAMED * comments([*theme, *kin]):
                theme += kin
        themes.append(theme)
        nouns = [noun for noun in nouns if noun not in theme]
    return themes


def _entry(
    material: Material, nouns: Sequence[tuple[int, str, int, NDArray[np.intp]]], named: set[int]
) -> Entry:
    """The entry of nouns that say the same, called by the first; nouns of no theme around them are its hints."""
    own = [column for _, _, column, _ in nouns]
    words = [material.said.heading(material.space.stems[column]) for column in (*own, *material.same_as(own))]
    words += material.said_of(own, named)
    hints = [
        hint
        for _, _, column, around in nouns
        for hint in _hints(material, column, [noun for noun in around.tolist() if noun not in named])
    ]
    return Entry(nouns[0][1], tuple(words), tuple(dict.fromkeys(hints))[:HINTS])


def name_clusters(
    material: Material, labels: NDArray[np.int32], k: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The earned name of each cluster, or "", and the words that set it apart, best first."""
    able, present = _can_name(material), material.counts > 0
    stems, names, terms, used = material.space.stems, [], [], set[str]()
    for cluster in range(k):
        mine = labels == cluster
        within = np.asarray(present[mine].sum(axis=0)).ravel()
        cover = within / max(int(mine.sum()), 1)
        lift = (cover + 1e-9) / np.maximum(material.shared / material.tokens.comments, 1e-9)
        worth = np.where(within > 1, cover * np.log(np.maximum(lift, 1)), 0)
        best = np.argsort(-worth, kind="stable")[:TERMS].tolist()
        terms.append(tuple(material.said.surface((stems[c],)) for c in best if worth[c] > 0))
        fit = [c for c in best if able[c] and cover[c] >= EARNED and stems[c] not in used]
        name = _name(material, fit[0], used) if fit else ""
        used.update(stems[c] for c in fit[:1])
        names.append(name)
    return tuple(names), tuple(terms)


def _keeps(votes: NDArray[np.int32], counts: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """How far each stem keeps to few clusters, averaged over the runs.

    Of two comments with the stem the chance that one cluster holds both, less that of any two, as a share of what is
    left to 1.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

    present = (counts > 0).astype(np.float64)
    of = np.asarray(present.sum(axis=0)).ravel()
    total = np.zeros(len(of))
    for run in votes:
        rows = np.flatnonzero(run >= 0)
        shape = (int(run.max()) + 1, len(run))
        inside = (csr_matrix((np.ones(len(rows)), (run[rows], rows)), shape=shape) @ present).toarray()
        chance = float(((np.bincount(run[rows]) / len(rows)) ** 2).sum())
        together = (inside * (inside - 1)).sum(axis=0) / np.maximum(of * (of - 1), 1)
        total += (together - chance) / max(1 - chance, 1e-9)
    return total / max(len(votes), 1)


def _telling(material: Material, keeps: NDArray[np.float64], can_name: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The stems that tell a topic."""
    n = material.tokens.comments
    held = (material.shared >= max(3, RAREST_WORD * n)) & (material.shared <= COMMONEST * n)
    nouns = (
        np.array([material.said.nouns.get(own, 0) >= PLAIN_NOUN for own in material.space.stems]) & can_name
    )
    return np.flatnonzero(held & (keeps >= np.where(nouns, NOUN_KEEPS, KEEPS)))


def _common(
    material: Material, keeps: NDArray[np.float64], can_name: NDArray[np.bool_], told: NDArray[np.intp]
) -> list[int]:
    """The nouns that are topics although their comments are in many clusters: too many speak of them."""
    nouns = np.array([material.said.nouns.get(own, 0) >= PLAIN_NOUN for own in material.space.stems])
    fit = nouns & can_name & (keeps >= COMMON_KEEPS) & (material.shared >= COMMON * material.tokens.comments)
    return [int(column) for column in np.setdiff1d(np.flatnonzero(fit), told)]


def _group_words(around: NDArray[np.float32]) -> NDArray[np.int32]:
    """The group of each telling stem, by its company."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - with scikit-learn, only when needed

    rows = around.astype(np.float64).round(6)
    apart = np.maximum(1 - rows @ rows.T, 0)[np.triu_indices(len(rows), 1)]
    most = min(GROUPS, len(rows) // WORDS_A_GROUP)
    of_each: NDArray[np.int32] = fcluster(linkage(apart, "average"), most, "maxclust") - 1
    return of_each


def _group_clauses(
    material: Material, told: NDArray[np.intp], group_of: NDArray[np.int32]
) -> NDArray[np.int64]:
    """The group of words that each clause is nearest to; -1 where it is near none."""
    clauses, groups = material.clauses, int(group_of.max()) + 1
    belongs = np.zeros((len(material.space.stems), groups), dtype=np.float32)
    belongs[told, group_of] = np.maximum(material.space.idf[told], 1)
    share = np.asarray((clauses.counts > 0).astype(np.float32) @ belongs)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
    places, weights = clauses.place(material.space), share
    for _ in range(ROUNDS):
        near = share + COSINE * (places @ unit(weights.T @ places).T)
        nearest = near.argmax(axis=1)
        sure = near.max(axis=1) >= NEAR
        weights = np.zeros_like(share)
        weights[np.flatnonzero(sure), nearest[sure]] = 1
    return np.where(sure, nearest, -1)


def _can_name(material: Material) -> NDArray[np.bool_]:
    """The stems that can name a theme: nouns that say what, of no opinion, and not what was rated."""
    code, said, stems = material.code, material.said, material.space.stems
    barred = {stem(word, code) for word in GENERAL.get(code, frozenset()) | TIMES.get(code, frozenset())}
    rated = {part for word in material.rated for part in words_of(word.lower())}
    barred |= {stem(part, code) for part in rated} | said.pointed | said.signed
    if code not in NOUN_FIRST:  # a whiteboard is a board
        barred |= {
            key for key in said.clauses if len(key) >= SHORTEST_HEAD and any(w.endswith(key) for w in rated)
        }
    barred |= said.clauses.keys() - said.headings.keys()
    barred |= said_in(code, said.clauses.keys())
    barred |= {own for own in said.bound if _phrase(material, own, set()) == (own,)}
    if code in DETERMINERS:
        barred |= {key for key, share in said.nouns.items() if share < NOUN}
        barred |= {key for key in said.clauses if said.heading(key).endswith(ADVERBS.get(code, "\0"))}
        barred |= {
            key
            for key in said.clauses
            if len(form := said.heading(key)) >= SHORTEST_ADJECTIVE
            and form.endswith(ADJECTIVE_ENDINGS.get(code, "\0"))
        }
        barred |= {key for key in said.clauses if said.heading(key).endswith(VERB_ENDINGS.get(code, ("\0",)))}
    barred |= {own for own in stems if _is_opposite(own, code, said)}
    return np.array([own not in barred and own in said.clauses and len(own) > 1 for own in stems])


def _is_opposite(own: str, code: str, said: Said) -> bool:
    """Whether a stem is another one with a negation before it: such a word, and only such, names its opposite."""
    return any(
        own.startswith(start) and own[len(start) :] in said.clauses for start in NEGATIONS.get(code, ())
    )


def _cover(
    material: Material, words: NDArray[np.intp], clauses: NDArray[np.intp], least: float, used: set[str]
) -> list[int]:
    """The nouns that cover most of a group's comments, one after the other; each is used once."""
    owners, stems, found = material.tokens.owners, material.space.stems, []
    left = np.zeros(len(owners), dtype=bool)
    left[clauses] = True
    whole = len(np.unique(owners[clauses]))
    for _ in range(NAMES_A_GROUP):
        size = len(np.unique(owners[left]))
        best = (0.0, -1)
        for column in words.tolist():
            if stems[column] in used:
                continue
            held = material.clauses.holding([column])
            within = len(np.unique(owners[held & left]))
            if len(np.unique(owners[held])) < least or within < least / 2:
                continue
            lift = within / size * material.tokens.comments / material.shared[column]
            worth = within / size * np.log(max(lift, 1.01)) * (NOUN + material.said.nouns[stems[column]])
            best = max(best, (worth, column))
        if best[1] < 0:
            break
        column = best[1]
        used.add(stems[column])
        found.append(column)
        left &= ~material.clauses.holding([column])
        if len(np.unique(owners[left])) <= (1 - ENOUGH) * whole:
            break
    if not found and len(words):
        # Its clauses all went to groups of weightier words, such as those of "this lovely smell": it is a topic still.
        sizes = [len(material.comments_with([c])) if stems[c] not in used else 0 for c in words.tolist()]
        if max(sizes) >= least:
            found = [int(words[int(np.argmax(sizes))])]
            used.add(stems[found[0]])
    return found


def _name(material: Material, column: int, used: set[str]) -> str:
    """What a noun's entry is called; its words are used then."""
    said, key = material.said, material.space.stems[column]
    phrase = _phrase(material, key, used)
    used.update(part for part in phrase if part in said.clauses)
    name = said.surface(phrase) if len(phrase) > 1 else said.heading(key)
    return name[:1].upper() + name[1:]


def _hints(material: Material, column: int, nouns: Sequence[int]) -> tuple[str, ...]:
    """The nouns of a group that go with one of it: those of most of its comments first.

    A word of judgement, size or time goes with any theme, and those who say it score alike whatever they speak of.
    """
    stems = material.space.stems
    beside = np.bincount(material.counts[material.comments_with([column])].indices, minlength=len(stems))
    order = sorted(nouns, key=lambda c: (-beside[c], -material.shared[c], stems[c]))
    return tuple(material.said.surface((stems[c],)) for c in order[:HINTS])


def _phrase(material: Material, head: str, used: set[str]) -> Phrase:
    """The phrase that a noun is mostly written in, if any; else the noun alone."""
    said = material.said
    sayers = len(said.about((head,)))
    used = set() if head in said.bound else used  # alone it says nothing, whatever another theme is called
    fit = [
        phrase
        for phrase in said.around.get(head, ())
        if said.phrases[phrase] >= max(FEWEST_PHRASES, PHRASE * sayers)
        and _reads_well(material, phrase, head, used)
    ]
    return max(fit, key=lambda phrase: (said.phrases[phrase], -len(phrase), phrase), default=(head,))


def _reads_well(material: Material, phrase: Phrase, head: str, used: set[str]) -> bool:
    """Whether a phrase could be a heading: its noun where the language has it, no opinion, no other theme's word."""
    said, code = material.said, material.code
    core = [part for part in phrase if part in said.clauses]
    others = [part for part in core if part != head]
    if len(core) != 2 or len(others) != 1 or used.intersection(others):  # noqa: PLR2004 - a noun and what kind
        return False
    other = others[0]
    closed = core[0] == head if code in NOUN_FIRST else core[-1] == head
    noun = said.nouns[other] >= NOUN
    if code not in DETERMINERS:
        return other not in said.opinions
    if not closed and said.nouns[other] < SURE_NOUN:
        return False
    times = {stem(word, code) for word in TIMES.get(code, frozenset())}
    if other in said.opinions or other in times:
        return False
    # Where adjectives follow their noun, those that say of what opinion somebody is cannot be told from the others.
    if noun or code in NOUN_FIRST:
        return noun
    linked = len(phrase) > len(core) and said.nouns[other] > 0  # "value for money"
    often = INSIDE_BOUND if head in said.bound else INSIDE
    return linked or said.phrases[phrase] >= often * len(said.about((other,)))
