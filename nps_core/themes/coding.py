"""A codebook made ready for the comments of a survey: which comments are about which entries.

Words come first: a clause that holds a word of an entry is about it. Space comes second: a clause that holds
none goes to the entry whose words and company it shares most, if it does so enough and if the entry is left
with a name that most of its comments say. A comment is about whatever its clauses are about; one whose
clauses are about nothing is uncoded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.clauses import Clauses, by_comment
from nps_core.themes.codebook import fingerprint
from nps_core.themes.company import company
from nps_core.themes.learning import looks_of
from nps_core.themes.space import is_stop_word, unit
from nps_core.themes.stems import stem
from nps_core.themes.text import BREAK, clean, tokenise, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.codebook import Codebook, Entry
    from nps_core.themes.learning import Looks
    from nps_core.themes.space import Space
    from nps_core.themes.text import Tokens

BLOCK = 10_000
"""Comments that are coded at a time, which bounds the memory."""

COSINE = 2.0
"""A clause is as near to an entry as the share of its telling words that are the entry's, and so many times
its cosine."""

ROUNDS = 3
"""How often the middles of the entries are moved to the clauses that are nearest; more moves hardly any."""

NEAR = 1.2
"""A clause that holds no word of an entry is about it from so near on."""

MANY_WORDS, NEAR_MANY = 5, 0.9
"""An entry of so many words and no hints, as a person types them, is known well enough by its company: a
clause that holds none of them is about it from so near on. Of the comments that this brings in on three
surveys whose truth is known .53 to .61 are about it, and micro-F1 gains .007 to .014; from .8 on under half
are."""

SAID = 0.6
"""So large a share of an entry's comments, in the survey it was made on, hold its words; the least near of the others
are left uncoded. Half would do to earn a name."""

TIE = 1e-4
"""Comments whose nearness differs by less are equally near, whatever the last bits of a sum are."""


@dataclass(frozen=True, eq=False)
class Coded:
    """What comments are about, entry by entry of the codebook, hidden ones too.

    Parameters
    ----------
    members
        Comments x entries, boolean.
    near
        Comments x entries: how near the nearest clause is; 1 more where the comment holds a word of the entry.
    named
        Comments x entries, boolean: which hold a word of the entry or of its name.
    """

    members: NDArray[np.bool_]
    near: NDArray[np.float32]
    named: NDArray[np.bool_]

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The share of the comments of each entry that hold a word of its name or one of its words; NaN without any."""
        sizes = self.members.sum(axis=0)
        held = (self.named & self.members).sum(axis=0)
        return np.where(sizes > 0, held / np.maximum(sizes, 1), np.nan)


@dataclass(frozen=True, eq=False)
class Coder:
    """A codebook on the space of a survey.

    Parameters
    ----------
    space
        Places clauses.
    links
        Words that part clauses.
    codes
        ISO 639 codes of the languages that the comments are in.
    codebook
        The entries.
    middles
        Entries x dimensions: the mean direction of the clauses of each.
    cuts
        How near a clause without a word of an entry must be to be about it.
    may_be_one
        Entries x entries: how likely their words say the same; from 1 on a person may want to take them for one.
    """

    space: Space
    links: frozenset[str]
    codes: tuple[str, ...]
    codebook: Codebook
    middles: NDArray[np.float32]
    cuts: NDArray[np.float32]
    may_be_one: NDArray[np.float64]

    def code(
        self,
        texts: Sequence[str],
        tokens: Tokens,
        said: NDArray[np.bool_],
        report: Callable[[float], None] = lambda _share: None,
    ) -> Coded:
        """What clean comments, and the same as `tokenise` parts them, are about; `said` tells those with content."""
        parts = []
        for start in range(0, len(texts), BLOCK):
            report(start / len(texts))
            block, _ = tokens.block(start, start + BLOCK)
            parts.append(self._block(texts[start : start + BLOCK], block, said[start : start + BLOCK]))
        size = len(self.codebook)
        members = np.vstack([np.zeros((0, size), dtype=bool), *(part.members for part in parts)])
        near = np.vstack([np.zeros((0, size), dtype=np.float32), *(part.near for part in parts)])
        named = np.vstack([np.zeros((0, size), dtype=bool), *(part.named for part in parts)])
        return Coded(members, near, named)

    def _block(self, texts: Sequence[str], tokens: Tokens, said: NDArray[np.bool_]) -> Coded:
        clauses = self.lexicon.read(tokens)
        looks, close = self._look(clauses)
        members = self._by_hand(texts, self._as_learnt(looks)) & said[:, None]
        named = by_comment(np.logical_or, self.lexicon.named(clauses), clauses.owners, len(texts))
        return Coded(self._with_parts(members), close, named)

    def looks(self, texts: Sequence[str]) -> Looks:
        """What is seen of clean comments, by the words and the company of the entries and by no answer."""
        return self._look(self.lexicon.read(tokenise(texts, self.links)))[0]

    def _look(self, clauses: Clauses) -> tuple[Looks, NDArray[np.float32]]:
        """The same of their clauses, and how near comments are to entries, 1 more where they say it."""
        says, near, hinted = self._clauses(clauses)
        owners, count = clauses.owners, clauses.comments
        holds = by_comment(np.logical_or, says, owners, count)
        far = by_comment(np.maximum, near, owners, count, -1)
        close = by_comment(np.maximum, np.where(says, near + 1, near), owners, count, -1)
        within = _nearest(near, hinted, owners, count) >= self.cuts
        members = self._with_parts(holds | within)
        words = clauses.of_comments
        return looks_of(words, self.space.stems, self._with_parts(holds), far, members), close

    def _as_learnt(self, looks: Looks) -> NDArray[np.bool_]:
        """What comments are about, with what answers taught; what is no comment of a whole is none of its parts."""
        members = looks.members.copy()
        for place, entry in enumerate(self.codebook.entries):
            if entry.learnt is None or entry.parent:
                continue
            members[:, place] = looks.odds(entry.learnt, place) > 0
            for part in self.codebook.parts(entry.name):
                members[:, self.codebook.place(part.name)] &= members[:, place]
        return members

    def _clauses(self, clauses: Clauses) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.bool_]]:
        """Clauses x entries: which say it, how near they are, and which hold a word of it or one that goes with it."""
        says, share = self.lexicon.says(clauses), self.lexicon.share(clauses)
        near = share + COSINE * (clauses.place(self.space) @ self.middles.T)
        near[self.lexicon.excluded(clauses)] = -1
        return says, near, (share > 0) | self.lexicon.follows

    def clauses_of(self, tokens: Tokens) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Clauses x entries: which say it, and how near they are; every clause, as `tokenise` parts them."""
        says, near, _ = self._clauses(Clauses.of(tokens, self.lexicon.numbers(tokens), self.lexicon.size))
        return says, near

    def _by_hand(self, texts: Sequence[str], members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Comments that a person put under an entry or took out of it."""
        entries = self.entries
        if not any(entry.confirmed or entry.removed for entry in entries):
            return members
        marks = np.array([fingerprint(text) for text in texts])
        for place, entry in enumerate(entries):
            members[np.isin(marks, entry.confirmed), place] = True
            members[np.isin(marks, entry.removed), place] = False
        return members

    def _with_parts(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The same, where a comment about a part is about the whole."""
        members = members.copy()
        for place, entry in enumerate(self.codebook.entries):
            above = self.codebook.place(entry.parent) if entry.parent else -1
            if above >= 0:
                members[:, above] |= members[:, place]
        return members

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the space and of the codebook."""
        return Lexicon(self.space, self.codes, self.entries)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the codebook; what is no comment of a whole is none of its parts either."""
        wholes = [
            self.codebook.find(entry.parent) if entry.parent else None for entry in self.codebook.entries
        ]
        return tuple(
            entry
            if whole is None
            else replace(
                entry,
                excluding=(*entry.excluding, *whole.excluding),
                removed=(*entry.removed, *whole.removed),
            )
            for entry, whole in zip(self.codebook.entries, wholes, strict=True)
        )


def make_coder(
    space: Space, links: frozenset[str], codes: tuple[str, ...], codebook: Codebook, texts: Sequence[str]
) -> Coder:
    """Learn where the entries of a codebook lie in a space, and how near is near enough, from clean comments."""
    size = len(codebook)
    blank = Coder(
        space,
        links,
        codes,
        codebook,
        np.zeros((size, 0), np.float32),
        np.full(size, np.inf, np.float32),
        np.zeros((size, size)),
    )
    lexicon = blank.lexicon
    clauses = lexicon.read(tokenise(texts, links))
    says, share, places = lexicon.says(clauses), lexicon.share(clauses), clauses.place(space)
    weights = share + says
    middles = unit(weights.T @ places)
    excluded = lexicon.excluded(clauses)
    least = np.where(lexicon.follows, NEAR_MANY, NEAR)
    for _ in range(ROUNDS if size else 0):
        near = share + COSINE * (places @ middles.T)
        near[excluded] = -1
        nearest = near.argmax(axis=1)
        weights = says.astype(np.float32)
        sure = near.max(axis=1) >= least[nearest]
        weights[np.flatnonzero(sure), nearest[sure]] = 1
        middles = unit(weights.T @ places)
    near = share + COSINE * (places @ middles.T)
    near[excluded] = -1
    holds = by_comment(np.logical_or, says, clauses.owners, len(texts))
    others = _nearest(near, (share > 0) | lexicon.follows, clauses.owners, len(texts))
    likely = company(space, clauses, [lexicon.columns(place) for place in range(size)]).may_be_one
    return Coder(space, links, codes, codebook, middles, _cuts(holds, others, least), likely)


def _cuts(
    holds: NDArray[np.bool_], near: NDArray[np.float32], least: NDArray[np.float64]
) -> NDArray[np.float32]:
    """How near a comment without a word of an entry must be, so that enough of the entry's comments hold one."""
    cuts = np.full(holds.shape[1], np.inf, dtype=np.float32)
    for place in range(holds.shape[1]):
        room = int(holds[:, place].sum() * (1 / SAID - 1))
        ranked = np.sort(near[~holds[:, place], place])[::-1]
        ranked = ranked[ranked >= least[place]]
        if room and len(ranked) > room:
            ahead = ranked[
                ranked > ranked[room] + TIE
            ]  # those that are as near as the first one left out go with it
            cuts[place] = (ahead[-1] + ranked[room]) / 2 if len(ahead) else np.inf
        elif room:
            cuts[place] = least[place]
    return cuts


class Lexicon:
    """Words as columns: the stems of a space, and behind them those that only a codebook has.

    A word that the survey did not hold when the space was learned is read by its stem, so that "crashing" says "crash".
    """

    def __init__(self, space: Space, codes: Sequence[str], entries: Sequence[Entry]) -> None:
        self._codes = tuple(codes)
        self._stems = {own: column for column, own in enumerate(space.stems)}
        self._known = dict(space.columns)
        self._entries = tuple(entries)
        self._slips = space.slips
        self._idf = np.maximum(space.idf, 1)
        self._words = [self._with_slips([self._columns(word) for word in entry.words]) for entry in entries]
        self._hints = [[self._columns(word) for word in entry.hints] for entry in entries]
        self._named = [
            [*words, *(self._columns(word) for word in words_of(entry.name))]
            for words, entry in zip(self._words, entries, strict=True)
        ]
        self._not = [[self._columns(word) for word in entry.excluding] for entry in entries]
        self.follows = np.array(
            [len(entry.words) >= MANY_WORDS and not entry.hints for entry in entries], dtype=bool
        )
        """Which entries a clause can be about by its company alone."""
        self.size = max([len(space.stems), *(column + 1 for column in self._stems.values())])

    def read(self, tokens: Tokens) -> Clauses:
        """The clauses of comments that hold a word of which something is known, with these words alone."""
        known = self.numbers(tokens)
        tokens = tokens.where(known >= 0)
        return Clauses.of(tokens, known[known >= 0], self.size)

    def numbers(self, tokens: Tokens) -> NDArray[np.int32]:
        """The column of each word in its order; -1 where nothing is known of it."""
        used, places = np.unique(tokens.words, return_inverse=True)
        columns = np.array([self.number(tokens.vocabulary[word]) for word in used.tolist()], dtype=np.int32)
        return columns[places] if len(used) else tokens.words

    def says(self, clauses: Clauses) -> NDArray[np.bool_]:
        """Clauses x entries: which hold a word of an entry, and none that excludes it."""
        return self._any(clauses, self._words) & ~self.excluded(clauses)

    def named(self, clauses: Clauses) -> NDArray[np.bool_]:
        """Clauses x entries: which hold a word of an entry or of its name, whatever excludes it."""
        return self._any(clauses, self._named)

    def excluded(self, clauses: Clauses) -> NDArray[np.bool_]:
        """Clauses x entries: which hold a word that excludes an entry."""
        return self._any(clauses, self._not)

    def share(self, clauses: Clauses) -> NDArray[np.float32]:
        """Clauses x entries: the share of the clause's telling words, by weight, that are the entry's.

        A word of a phrase alone is none: "go" does not say "on the go".
        """
        belongs = np.zeros((self.size, len(self._entries)), dtype=np.float32)
        for place, lists in enumerate(zip(self._words, self._hints, strict=True)):
            for columns in (columns for words in lists for columns in words if len(columns) == 1):
                belongs[columns, place] = 1
        weights = np.ones(self.size, dtype=np.float32)
        weights[: len(self._idf)] = self._idf
        weights *= belongs.any(axis=1)
        present = (clauses.counts > 0).astype(np.float32)
        total = np.maximum(present @ weights, 1e-9)
        return np.asarray((present @ (belongs * weights[:, None])) / total[:, None], dtype=np.float32)

    def forms(self, place: int, most: int | None = None) -> tuple[str, ...]:
        """The known lower-case words, in every form, that are in the words of an entry, or in so many of them."""
        wanted = {column for columns in self._words[place][:most] for column in columns}
        return tuple(sorted(word for word, column in self._known.items() if column in wanted))

    def columns(self, place: int) -> list[int]:
        """The columns of all words of an entry; of its phrases where it has no words."""
        single = [columns[0] for columns in self._words[place] if len(columns) == 1]
        return sorted(set(single or [column for columns in self._words[place] for column in columns]))

    def _any(self, clauses: Clauses, words: Sequence[Sequence[Sequence[int]]]) -> NDArray[np.bool_]:
        found = np.zeros((len(clauses.owners), len(words)), dtype=bool)
        for place, own in enumerate(words):
            for columns in own:
                if columns:
                    found[:, place] |= clauses.holding(columns)
        return found

    def _columns(self, phrase: str) -> list[int]:
        """The columns of a word or phrase; of a phrase its words of content, where it has any."""
        found = [word for word in words_of(clean(phrase).lower()) if word != BREAK]
        content = [word for word in found if not all(is_stop_word(word, code) for code in self._codes)]
        return sorted({self._new(word) for word in content or found})

    def _with_slips(self, words: list[list[int]]) -> list[list[int]]:
        """The same, and the slips of the pen for those that are one word."""
        slips = (self._slips.get(columns[0], ()) for columns in words if len(columns) == 1)
        return [*words, *([slip] for own in slips for slip in own)]

    def _new(self, word: str) -> int:
        number = self.number(word)
        if number < 0:
            number = max([len(self._idf), *(column + 1 for column in self._stems.values())])
            self._stems[stem(word, self._codes[0])] = number
            self._known[word] = number
        return number

    def number(self, word: str) -> int:
        """The column of a word; -1 where nothing is known of it."""
        number = self._known.get(word)
        if number is None:
            content = [code for code in self._codes if not is_stop_word(word, code)]
            number = next(
                (self._stems[own] for code in content if (own := stem(word, code)) in self._stems), -1
            )
            self._known[word] = number
        return number


def _nearest(
    near: NDArray[np.float32], hinted: NDArray[np.bool_], owners: NDArray[np.int32], comments: int
) -> NDArray[np.float32]:
    """The same of clauses that hold a word of the entry, or one that goes with it; of each only its nearest entry."""
    near = np.where(hinted, near, -1)
    near = np.where(near == near.max(axis=1, keepdims=True, initial=-1), near, -1)
    return by_comment(np.maximum, near, owners, comments, -1)
