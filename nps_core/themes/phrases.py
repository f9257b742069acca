"""What is said in comments, counted for naming: words and phrases, how people write them, what is a noun."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.language import (
    ALONE,
    COPULAS,
    DEGREES,
    DETERMINERS,
    NOUN_ENDINGS,
    NOUN_FIRST,
    PHRASE_LINKS,
    POINTERS,
    SUBJECTS,
    links_of,
)
from nps_core.themes.space import is_stop_word
from nps_core.themes.stems import stem
from nps_core.themes.synonyms import nouns_of
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

GRADED = 0.15
"""A word that is graded in so large a share of its uses holds an opinion."""

POINTED, FEWEST_POINTED = 0.08, 3
"""A noun that people point at in so large a share of its uses, and so often, is what they rate: "this hotel",
"this phone". Of the nouns of eight surveys and corpora that were rated .09 to .91, of the others at most .07
("this price")."""

FORM, ENDED_FORM = 0.2, 0.05
"""A form of a word can head a theme when it is so large a share of the word's uses; a smaller one will do where it ends
as only nouns do."""

ENDING_SHARE = 0.6
"""How like a noun a word is whose ending only nouns have, or that is known for one."""

DELIBERATE = 0.25
"""A word is written with capitals inside ("RAM", "iPhone") when so large a share of its uses is."""

FEWEST_BOUND = 4
"""Uses as a noun from which it tells something that a word of content is always before it."""


SIGNED, FEWEST_SIGNED = 0.5, 4
"""A word is of a signature when so large a share of the comments that hold it hold it in a name that stands by itself
behind what they say, the same in so many of them: "Regards, Acme India"."""


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
        content words there; of its forms the likeliest that is common.
    headings
        For each stem the form that could stand in a heading: of those that nobody grades the one that is written most
        often as a noun. None where there is no such.
    opinions
        Stems that people grade ("very slow") or say of something ("is slow"): they hold an opinion, or a state.
    pointed
        Stems that people point at ("this hotel"): what they rate.
    bound
        Stems that stand where nouns do, but always behind a word of content ("the fingerprint reader"): part of a
        phrase, or no noun.
    signed
        Stems of signatures: "India" where it only stands in "Acme India", behind what sellers or support wrote.
    """

    comments: int
    clauses: dict[str, list[int]]
    owners: NDArray[np.int32]
    phrases: Counter[Phrase]
    written: dict[Phrase, Counter[str]]
    cased: dict[str, str]
    around: dict[str, list[Phrase]]
    nouns: dict[str, float]
    headings: dict[str, str]
    opinions: frozenset[str]
    pointed: frozenset[str]
    bound: frozenset[str]
    signed: frozenset[str]

    def about(self, stems: Sequence[str]) -> NDArray[np.int32]:
        """The comments in which a clause holds all of the stems, in any order."""
        shared = set(self.clauses.get(stems[0], ()))
        for other in stems[1:]:
            shared.intersection_update(self.clauses.get(other, ()))
        return np.unique(self.owners[sorted(shared)]) if shared else np.empty(0, dtype=np.int32)

    def heading(self, key: str) -> str:
        """A stem as it could stand in a heading."""
        form = self.headings.get(key)
        return self.cased.get(form, form) if form else self.surface((key,))

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
        for place, clause in enumerate(_clauses(words)):
            heard.clause(clause, code, owner, seen)
            if place and len(clause) > 1 and all(word[0].isupper() for word in clause):
                heard.signatures[tuple(clause)].add(owner)
        heard.phrases.update(seen)
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
        {word: _written(forms) for word, forms in heard.cased.items()},
        dict(around),
        *_nouns(heard),
        frozenset(key for key in heard.clauses if heard.is_graded(key)),
        frozenset(key for key in heard.clauses if heard.is_pointed_at(key)),
        frozenset(key for key in heard.clauses if heard.is_bound(key)),
        _signed(heard, codes),
    )


def _written(forms: Counter[str]) -> str:
    """How a word is mostly written; with capitals inside from a share on, as a lower-case "ram" is but haste."""
    inside = sum(count for form, count in forms.items() if form[1:] != form[1:].lower())
    wanted = (
        [form for form in forms if form != form.lower()]
        if inside >= max(DELIBERATE * forms.total(), 2)
        else forms
    )
    return min(wanted, key=lambda form: (-forms[form], form))


def _nouns(heard: _Heard) -> tuple[dict[str, float], dict[str, str]]:
    """How like a noun each stem is used, and its form for a heading: its nouns are told form by form."""
    nouns, headings = {}, {}
    for key in heard.clauses:
        agrees = heard.agrees(key)
        plain = [
            form for form in heard.forms[key] if heard.can_head(form, key) and heard.is_ended(form) >= agrees
        ]
        nouns[key] = max([0.0 if agrees else heard.like_a_noun(key), *map(heard.like_a_noun, plain)])
        if plain:
            headings[key] = min(plain, key=lambda form: heard.rank(form, key))[1:]
    return nouns, headings


def _signed(heard: _Heard, codes: Sequence[str]) -> frozenset[str]:
    """The stems that mostly stand in a signature."""
    within: dict[str, set[int]] = defaultdict(set)
    for clause, owners in heard.signatures.items():
        for owner in owners if len(owners) >= FEWEST_SIGNED else ():
            for word in clause:
                within[stem(word.lower(), codes[owner])].add(owner)
    holders = {key: len({heard.owners[clause] for clause in heard.clauses.get(key, ())}) for key in within}
    return frozenset(key for key, owners in within.items() if len(owners) >= SIGNED * holders[key] > 0)


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
        self.alone: Counter[str] = Counter()
        self.behind: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.capital: Counter[str] = Counter()
        self.graded: Counter[str] = Counter()
        self.pointed: Counter[str] = Counter()
        self.as_verb: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.forms: dict[str, set[str]] = defaultdict(set)
        self.german: Counter[str] = Counter()
        self.signatures: dict[tuple[str, ...], set[int]] = defaultdict(set)

    def like_a_noun(self, key: str) -> float:
        """How like a noun a stem is used, 0..1."""
        often, of = NOUN_PRIOR
        seen = (self.as_noun[key] + often) / (self.uses[key] + of)
        if self.is_german(key) and self.inside[key]:
            return self.capital[key] / self.inside[key]
        if self.as_verb[key] >= seen * self.total[key]:  # "I left", "to expand"
            return 0.0
        return max(seen, ENDING_SHARE) if self.is_ended(key) else seen

    def is_ended(self, key: str) -> bool:
        """Whether a stem or form ends as only nouns do, or is known for one."""
        return 2 * self.ended[key] > self.total[key]

    def can_head(self, form: str, key: str) -> bool:
        """Whether a form of a stem is no opinion, and common, or a noun by its ending: "reliability" of "reliable"."""
        ended = self.is_ended(form) and self.total[form] > 1
        return self.total[form] >= (ENDED_FORM if ended else FORM) * self.total[key] and not self.is_graded(
            form
        )

    def rank(self, form: str, key: str) -> tuple[bool, int, float, str]:
        """Where a form of a stem stands among those that can head a theme: nouns by their ending first.

        Of what people grade the shortest: "comodidad" is of "cómodo", "comodidades" are things.
        """
        ended = self.is_ended(form)
        length = len(form) if ended and self.is_graded(key) else 0
        return not ended, length, -(self.like_a_noun(form) ** 2) * self.total[form], form

    def is_graded(self, key: str) -> bool:
        """Whether people grade a stem or form, or say it of something."""
        return self.graded[key] >= max(GRADED * self.total[key], 1)

    def is_pointed_at(self, key: str) -> bool:
        """Whether a stem is what people point at."""
        return self.pointed[key] >= max(POINTED * self.total[key], FEWEST_POINTED)

    def is_bound(self, key: str) -> bool:
        """Whether a stem is a noun behind other words alone."""
        return self.as_noun[key] >= FEWEST_BOUND and not self.alone[key]

    def agrees(self, key: str) -> bool:
        """Whether a stem agrees with the gender of a noun that it follows: "plano pedagógico", "forma pedagógica"."""
        forms = [form for form in self.forms[key] if not self.is_ended(form)]
        ends = [sum(self.total[f] for f in forms if f.endswith(end)) for end in (("o", "os"), ("a", "as"))]
        return min(ends) >= FORM * self.total[key] and self.behind[key] > self.alone[key]

    def is_german(self, key: str) -> bool:
        """Whether a stem is mostly said in German."""
        return 2 * self.german[key] > self.total[key]

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
        degrees, links, endings = DEGREES.get(code, frozenset()), links_of([code]), NOUN_ENDINGS.get(code, ())
        known = nouns_of(code)
        pointers, subjects, before = POINTERS.get(code, frozenset()), SUBJECTS.get(code, frozenset()), ""
        for place, key in enumerate(keys):
            if stops[place]:
                before = lower[place]
                continue
            alone = place > 0 and stops[place - 1]
            behind = place > 0 and not alone
            last = place + 1 == len(keys) or stops[place + 1]
            noun = last and before in determiners and (alone or code not in ALONE)
            # Where adjectives follow their noun, it may be one of them that stands before "is".
            told = last and place + 1 < len(keys) and lower[place + 1] in copulas
            noun |= told and not (behind and code in NOUN_FIRST)
            # "is slow", "very slow", "to wait", "the slow app": no place for a noun. What opens a clause or follows
            # "and", and in "una cama comoda" both words, tell nothing.
            other = (
                alone
                and not noun
                and before not in links
                and not (code in NOUN_FIRST and before in determiners)
            )
            form = f"={lower[place]}"  # apart from the stems
            self.forms[key].add(form)
            for own in (key, form):
                self.as_noun[own] += noun
                self.alone[own] += noun and not behind
                self.behind[own] += behind
                self.uses[own] += bool(noun or other)
                self.total[own] += 1
                self.graded[own] += alone and last and (before in degrees or lower[place - 1] in copulas)
                self.pointed[own] += alone and last and before in pointers
                self.as_verb[own] += alone and lower[place - 1] in subjects
                self.ended[own] += lower[place].endswith(endings) or lower[place] in known
                self.german[own] += code == "de"
                if place:
                    self.inside[own] += 1
                    self.capital[own] += words[place][0].isupper()


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
