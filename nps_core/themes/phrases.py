"""What is said in comments, counted for naming: words and phrases, how people write them, what is a noun."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.language import COPULAS, DETERMINERS, NOUN_FIRST, PHRASE_LINKS, stem
from nps_core.themes.space import is_stop_word
from nps_core.themes.text import BREAK, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Phrase = tuple[str, ...]
"""Stems, and the linking words between them."""

LONGEST_PHRASE = 4
"""Words: "out of the box" has as many; longer ones are sentences."""

NOUN_PRIOR = (1, 4)
"""A word is taken for a noun once in four until its neighbours say more."""

PROPER_SHARE = 0.6
"""A word that is capitalised so often in mid-clause is a name."""


@dataclass(frozen=True, eq=False)
class Said:
    """What the comments of a sample say.

    Parameters
    ----------
    comments
        How many comments there are.
    clauses
        For each stem the clauses that it is in.
    owners
        The comment of each clause.
    phrases
        How many comments hold each phrase of two words or more, word by word.
    written
        How often each phrase and stem is written in which way, in lower case.
    cased
        How each lower-case word is mostly written.
    around
        For each stem the phrases of at least two comments that it is in.
    nouns
        For each stem how like a noun it is used, 0..1: after a determiner or before a copula, and last of the
        content words there.
    names
        Stems that are capitalised in mid-clause: firms, products, people, places.
    """

    comments: int
    clauses: dict[str, list[int]]
    owners: NDArray[np.int32]
    phrases: Counter[Phrase]
    written: dict[Phrase, Counter[str]]
    cased: dict[str, str]
    around: dict[str, list[Phrase]]
    nouns: dict[str, float]
    names: frozenset[str]

    def about(self, stems: Sequence[str]) -> NDArray[np.int32]:
        """The comments in which a clause holds all of the stems, in any order."""
        shared = set(self.clauses.get(stems[0], ()))
        for other in stems[1:]:
            shared.intersection_update(self.clauses.get(other, ()))
        return np.unique(self.owners[sorted(shared)]) if shared else np.empty(0, dtype=np.int32)

    def surface(self, phrase: Phrase) -> str:
        """The commonest way of writing a phrase; of ties the one of commoner words."""
        forms = self.written[phrase]
        alone = Counter[str]()
        for part in phrase:
            alone.update(self.written.get((part,), {}))
        best = min(
            forms, key=lambda form: (-forms[form], -sum(alone[word] for word in form.split(" ")), form)
        )
        return " ".join(self.cased.get(word, word) for word in best.split(" "))


def listen(texts: Sequence[str], codes: Sequence[str]) -> Said:
    """Count what clean comments say, each read in its language."""
    heard = _Heard()
    for owner, (text, code) in enumerate(zip(texts, codes, strict=True)):
        words = words_of(text.lower() if text.isupper() else text)
        seen: set[Phrase] = set()
        for clause in _clauses(words):
            heard.clause(clause, code, owner, seen)
        heard.phrases.update(seen)
    often, of = NOUN_PRIOR
    nouns = {key: (heard.as_noun[key] + often) / (heard.uses[key] + of) for key in heard.clauses}
    names = (key for key, count in heard.inside.items() if heard.capital[key] >= PROPER_SHARE * count)
    around: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrase for phrase, count in heard.phrases.items() if count > 1):
        for part in dict.fromkeys(phrase):
            around[part].append(phrase)
    return Said(
        len(texts),
        dict(heard.clauses),
        np.array(heard.owners, dtype=np.int32),
        heard.phrases,
        heard.written,
        {word: min(forms, key=lambda form: (-forms[form], form)) for word, forms in heard.cased.items()},
        dict(around),
        nouns,
        frozenset(names),
    )


def _clauses(words: list[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for word in words:
        if word != BREAK:
            clause.append(word)
        elif clause:
            yield clause
            clause = []
    if clause:
        yield clause


class _Heard:
    """Counters that one pass over the comments fills."""

    def __init__(self) -> None:
        self.clauses: dict[str, list[int]] = defaultdict(list)
        self.owners: list[int] = []
        self.phrases: Counter[Phrase] = Counter()
        self.written: dict[Phrase, Counter[str]] = defaultdict(Counter)
        self.cased: dict[str, Counter[str]] = defaultdict(Counter)
        self.uses: Counter[str] = Counter()
        self.as_noun: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.capital: Counter[str] = Counter()

    def clause(self, words: list[str], code: str, owner: int, seen: set[Phrase]) -> None:
        """Count one clause of a comment."""
        number = len(self.owners)
        self.owners.append(owner)
        lower = [word.lower() for word in words]
        stops = [is_stop_word(word, code) for word in lower]
        keys = [word if stop else stem(word, code) for word, stop in zip(lower, stops, strict=True)]
        for place, word in enumerate(words):
            if place or not word[1:].islower():  # a capital at the start of a clause tells nothing
                self.cased[lower[place]][word] += 1
        for key in dict.fromkeys(key for key, stop in zip(keys, stops, strict=True) if not stop):
            self.clauses[key].append(number)
        self._grammar(words, lower, stops, keys, code)
        links = PHRASE_LINKS.get(code, frozenset())
        for start, end in _spans(lower, stops, links):
            phrase = tuple(keys[start:end])
            self.written[phrase][" ".join(lower[start:end])] += 1
            if end - start > 1:
                seen.add(phrase)

    def _grammar(
        self, words: list[str], lower: list[str], stops: list[bool], keys: list[str], code: str
    ) -> None:
        """Which words stand where nouns stand, and which are capitalised in mid-clause."""
        determiners, copulas = DETERMINERS.get(code, frozenset()), COPULAS.get(code, frozenset())
        before = ""
        for place, key in enumerate(keys):
            if stops[place]:
                before = lower[place]
                continue
            alone = place > 0 and stops[place - 1]
            last = place + 1 == len(keys) or stops[place + 1]
            noun = last and before in determiners and (alone or code not in NOUN_FIRST)
            noun |= last and place + 1 < len(keys) and lower[place + 1] in copulas
            # "is slow", "very slow", "to wait", "the slow app": no place for a noun. What opens a clause, and in "una
            # cama comoda" both words, tell nothing.
            other = alone and not noun and not (code in NOUN_FIRST and before in determiners)
            self.as_noun[key] += noun
            self.uses[key] += bool(noun or other)
            if place:
                self.inside[key] += 1
                self.capital[key] += words[place][0].isupper()


def _spans(lower: list[str], stops: list[bool], links: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where phrases begin and end: content words at both ends, at most one run of linking words inside."""
    for start in range(len(lower)):
        if stops[start]:
            continue
        linked = 0
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(lower)) + 1):
            if not stops[end - 1]:
                yield start, end
            elif lower[end - 1] in links and (linked == 0 or stops[end - 2]):
                linked += 1
            else:
                break
