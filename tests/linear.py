r"""Whether a regular expression runs in linear time on every text, by walking its parsed form.

A backtracking matcher is slow where it can read the same characters in several ways and has to try them all because
what follows fails. The parsed pattern is turned into the automaton of its characters (Glushkov's); the text that can be
read in several ways is then a loop that two or three copies of the automaton go through together:

- one position comes back to itself in two ways, as in `(a+)+$`: exponential,
- two loops share a word that also leads from the first to the second, as in `a*a*b`: quadratic, and so on. Under
  `search` the places where a match may begin are such a first loop, so that `\s+$` is quadratic as well.

A loop after which the match cannot fail any more (`\s+` under `sub`) is never tried again, and passes. So do counted
repeats, as long as their bounds multiply to no more than `MOST_TRIES`.

After A. Weber and H. Seidl, On the degree of ambiguity of finite automata, Theoretical Computer Science 88 (1991).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MOST_TRIES = 5_000
"""How often one character may be looked at, by the bounds of counted repeats: a tenth of a millisecond."""

SEARCHES = frozenset({"search", "findall", "finditer", "sub", "subn", "split"})
"""Ways to use a pattern in which it may begin anywhere."""

_LETTERS = 0x20000
"""Code points that are told apart: the two planes in which people write."""

_START, _END = 1 << _LETTERS, 1 << (_LETTERS + 1)
_ANY = _START - 1
_EVERYTHING = _ANY | _START | _END
_NEWLINE = 1 << ord("\n")
_ONE_LETTER = (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)


class Gap(NamedTuple):
    """What must stand before and behind a place between two characters; `sure` where nothing can be wrong there."""

    before: int = _EVERYTHING
    behind: int = _EVERYTHING
    sure: bool = True

    def and_(self, other: Gap) -> Gap:
        return Gap(self.before & other.before, self.behind & other.behind, self.sure and other.sure)


FREE = Gap()
Ends = list[tuple[int, Gap]]


@dataclass
class Part:
    """A piece of a pattern: the positions with which it may begin and end, and the ways to match nothing."""

    first: Ends = field(default_factory=list)
    last: Ends = field(default_factory=list)
    empty: list[Gap] = field(default_factory=list)


class NotJudged(Exception):  # noqa: N818 - what it says
    """The pattern has something that this module does not know."""


class Automaton:
    """The positions of a pattern and what may follow on each."""

    def __init__(self, pattern: str | bytes, flags: int, way: str) -> None:
        parsed = _parser.parse(pattern, flags)
        self.flags = parsed.state.flags
        self.is_bytes = isinstance(pattern, bytes)
        self.letters: list[int] = []
        self.bounds: list[float] = []
        self.atomic: list[tuple[int, ...]] = []
        self.follow: dict[int, list[tuple[int, Gap]]] = defaultdict(list)
        self.groups: dict[int, Any] = {}
        self._bound: list[float] = []
        self._atoms: tuple[int, ...] = ()
        whole = self.part(parsed, self.flags)
        self.accepting = [] if way == "fullmatch" else whole.last
        self.anywhere = -1
        if way in SEARCHES:
            self.anywhere = self._position(_ANY, bound=float("inf"))
            self._join([(self.anywhere, FREE)], [(self.anywhere, FREE), *whole.first])

    def part(self, nodes: Any, flags: int) -> Part:
        whole = Part(empty=[FREE])
        for op, value in nodes:
            whole = self._then(whole, self._one(op, value, flags))
        return whole

    def _one(self, op: Any, value: Any, flags: int) -> Part:
        if op in _ONE_LETTER:
            place = self._position(self._set(op, value, flags))
            return Part([(place, FREE)], [(place, FREE)])
        if op is sre.BRANCH:
            parts = [self.part(one, flags) for one in value[1]]
            return Part(
                *([end for one in parts for end in getattr(one, name)] for name in ("first", "last", "empty"))
            )
        if op is sre.SUBPATTERN:
            group, added, removed, inner = value
            self.groups[group] = (inner, (flags | added) & ~removed)
            return self.part(inner, (flags | added) & ~removed)
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(op, *value, flags)
        if op is sre.ATOMIC_GROUP:
            return self._atomic(value, flags)
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            return self._assertion(op, *value, flags)
        if op is sre.AT:
            return Part(empty=self._at(value, flags))
        if op is sre.GROUPREF:
            again = self.part(
                *self.groups[value]
            )  # the same letters again are among all that the group can match
            return Part(again.first, [(at, gap._replace(sure=False)) for at, gap in again.last], again.empty)
        raise NotJudged(str(op))

    def _position(self, letters: int, bound: float | None = None) -> int:
        self.letters.append(letters)
        product = 1.0
        for one in self._bound:
            product *= one
        self.bounds.append(product if bound is None else bound)
        self.atomic.append(self._atoms)
        return len(self.letters) - 1

    def _join(self, ends: Ends, begins: Ends) -> None:
        for at, gap in ends:
            for to, other in begins:
                self.follow[at].append((to, gap.and_(other)))

    def _then(self, one: Part, other: Part) -> Part:
        self._join(one.last, other.first)
        return Part(
            first=[*one.first, *((at, gap.and_(skip)) for skip in one.empty for at, gap in other.first)],
            last=[*other.last, *((at, gap.and_(skip)) for skip in other.empty for at, gap in one.last)],
            empty=[gap.and_(skip) for gap in one.empty for skip in other.empty],
        )

    def _repeat(self, op: Any, low: int, high: int, inner: Any, flags: int) -> Part:
        endless = high is sre.MAXREPEAT
        single = len(inner) == 1 and inner[0][0] in _ONE_LETTER
        if single and low == high:
            return self.part([*inner] * high, flags)
        if single and low > 1 and endless:
            more = self._repeat(op, 0, high, inner, flags)
            return self._then(self.part([*inner] * low, flags), more)
        if high == 1:
            body = self.part(inner, flags)
        else:
            self._bound.append(float("inf") if endless else float(high))
            body = self.part(inner, flags)
            self._bound.pop()
            self._join(body.last, body.first)
        if low > 1:  # how often it was there is not counted here, so it may not have been often enough
            body.last = [(at, gap._replace(sure=False)) for at, gap in body.last]
        beyond = FREE
        if op is sre.POSSESSIVE_REPEAT and single and endless:
            beyond = Gap(behind=_EVERYTHING & ~self.letters[body.first[0][0]])
        empty = body.empty if low else [*([] if body.empty == [FREE] else body.empty), FREE]
        return Part(
            body.first,
            [(at, gap.and_(beyond)) for at, gap in body.last],
            [gap.and_(beyond) for gap in empty],
        )

    def _atomic(self, inner: Any, flags: int) -> Part:
        if len(inner) == 1 and inner[0][0] is sre.MAX_REPEAT:
            return self._repeat(sre.POSSESSIVE_REPEAT, *inner[0][1], flags)
        outside = self._atoms
        self._atoms = (*outside, len(self.letters))
        found = self.part(inner, flags)
        self._atoms = outside
        return found

    def _assertion(self, op: Any, direction: int, inner: Any, flags: int) -> Part:
        """What is looked at from here leads nowhere; what it says of the next letter holds on the way on."""
        exact = self._edge(inner, flags, behind=direction > 0)
        gap = FREE._replace(sure=False)
        body = Part()
        if exact is not None:
            letters = exact if op is sre.ASSERT else _EVERYTHING & ~exact
            gap = Gap(behind=letters) if direction > 0 else Gap(before=letters)
        elif direction > 0:
            body = self.part(inner, flags)
            if op is sre.ASSERT and not body.empty:
                seen = 0
                for at, _ in body.first:
                    seen |= self.letters[at]
                gap = Gap(behind=seen, sure=False)
        return Part(first=body.first, empty=[gap])

    def _edge(self, inner: Any, flags: int, *, behind: bool) -> int | None:
        """The letters that an assertion is about, with the ends of the text, where it is about one; else None."""
        if len(inner) != 1:
            return None
        op, value = inner[0]
        if op in _ONE_LETTER:
            return self._set(op, value, flags)
        if op is sre.SUBPATTERN:
            return self._edge(value[3], flags, behind=behind)
        if op is sre.AT and behind and value is sre.AT_END:
            return _END | (_NEWLINE if flags & re.MULTILINE else 0)
        if op is sre.AT and behind and value is sre.AT_END_STRING:
            return _END
        if op is sre.AT and not behind and value is sre.AT_BEGINNING:
            return _START | (_NEWLINE if flags & re.MULTILINE else 0)
        if op is sre.BRANCH:
            found = [self._edge(one, flags, behind=behind) for one in value[1]]
            total = 0
            for one in found:
                if one is None:
                    return None
                total |= one
            return total
        return None

    def _at(self, where: Any, flags: int) -> list[Gap]:
        lines = bool(flags & re.MULTILINE)
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return [Gap(before=_START | (_NEWLINE if lines and where is sre.AT_BEGINNING else 0))]
        if where in (sre.AT_END, sre.AT_END_STRING):
            return [Gap(behind=_END | (_NEWLINE if where is sre.AT_END else 0))]
        word = self._set(sre.IN, [(sre.CATEGORY, sre.CATEGORY_WORD)], flags)
        other = _EVERYTHING & ~word
        if where is sre.AT_BOUNDARY:
            return [Gap(word, other), Gap(other, word)]
        return [Gap(word, word), Gap(other, other)]

    def _set(self, op: Any, value: Any, flags: int) -> int:
        """The letters of a literal or a class, as bits."""
        if op is sre.ANY:
            return _ANY if flags & re.DOTALL else _ANY & ~_NEWLINE
        if op is sre.IN:
            negated = value[0][0] is sre.NEGATE
            found = 0
            for kind, what in value[1:] if negated else value:
                found |= self._item(kind, what, flags)
            return _ANY & ~found if negated else found
        found = self._item(sre.LITERAL, value, flags)
        return _ANY & ~found if op is sre.NOT_LITERAL else found

    def _item(self, kind: Any, what: Any, flags: int) -> int:
        if kind is sre.CATEGORY:
            return _category(str(what), ascii_only=self.is_bytes or bool(flags & re.ASCII))
        low, high = what if kind is sre.RANGE else (what, what)
        if not flags & re.IGNORECASE:
            return ((1 << (high - low + 1)) - 1) << low & _ANY
        found = 0
        for code in range(low, min(high + 1, _LETTERS)):
            for letter in {chr(code), chr(code).lower(), chr(code).upper()}:
                found |= 1 << ord(letter) if len(letter) == 1 else 0
        return found & _ANY


@cache
def _category(name: str, *, ascii_only: bool) -> int:
    kind = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.rsplit("_", 1)[1]]
    letters = "".join(map(chr, range(_LETTERS)))
    found = 0
    for run in re.finditer(f"{kind}+", letters, re.ASCII if ascii_only else re.UNICODE):
        found |= ((1 << (run.end() - run.start())) - 1) << run.start()
    return _ANY & ~found if "_NOT_" in name else found


class Judge:
    """The automaton with its letters in classes that no part of the pattern tells apart."""

    def __init__(self, made: Automaton) -> None:
        self.made = made
        gaps = [gap for ways in made.follow.values() for _, gap in ways] + [gap for _, gap in made.accepting]
        masks = {*made.letters, *(gap.before for gap in gaps), *(gap.behind for gap in gaps)}
        self.classes = _minterms(masks)
        short = {mask: sum(1 << n for n, one in enumerate(self.classes) if one & mask) for mask in masks}
        self.letters = [short[mask] for mask in made.letters]
        self.count = len(self.classes)
        self.follow: list[list[tuple[int, int, int]]] = [
            [(to, short[gap.before], short[gap.behind]) for to, gap in made.follow.get(at, ())]
            for at in range(len(made.letters))
        ]
        self.accepting = [
            (at, short[gap.before], short[gap.behind]) for at, gap in made.accepting if gap.sure
        ]
        self.steps: dict[tuple[int, int, int], list[int]] = {}
        self.loops = self._loops()
        self.sure = self._sure()

    def step(self, at: int, last: int, letter: int) -> list[int]:
        """The positions after one more letter; one that comes up twice can be got to in two ways."""
        key = (at, last, letter)
        if key not in self.steps:
            self.steps[key] = [
                to
                for to, before, behind in self.follow[at]
                if before >> last & 1 and behind >> letter & 1 and self.letters[to] >> letter & 1
            ]
        return self.steps[key]

    def _loops(self) -> dict[int, int]:
        """The loop that each position is in, as the smallest position of it; positions in no loop are not there."""
        reach = []
        for at in range(len(self.letters)):
            seen: set[int] = set()
            todo = [at]
            while todo:
                for to, *_ in self.follow[todo.pop()]:
                    if to not in seen:
                        seen.add(to)
                        todo.append(to)
            reach.append(seen)
        self.reach = reach
        return {
            at: min(to for to in reach[at] if at in reach[to]) for at in range(len(reach)) if at in reach[at]
        }

    def _sure(self) -> set[tuple[int, int]]:
        """(position, class) from which the match succeeds whatever comes; looked for behind loops of the pattern."""
        asked = {at for at in self.loops if at != self.made.anywhere}
        behind = set().union(asked, *(self.reach[at] for at in asked))
        sure = {(at, last) for at in behind for last in range(self.count) if self.letters[at] >> last & 1}
        ends: dict[tuple[int, int], int] = defaultdict(int)
        for at, before, beyond in self.accepting:
            for last in range(self.count):
                if before >> last & 1:
                    ends[at, last] |= beyond
        while True:
            wrong = {
                (at, last)
                for at, last in sure
                if not all(
                    ends[at, last] >> letter & 1
                    or any((to, letter) in sure for to in self.step(at, last, letter))
                    for letter in range(self.count)
                )
            }
            if not wrong:
                return sure
            sure -= wrong

    def exponential(self) -> set[int]:
        """Loops in which a position comes back to itself in two ways by the same letters."""
        own = set(self.loops.values()) - {self.made.anywhere}
        return {loop for loop in own if self._comes_back_twice(loop)}

    def _comes_back_twice(self, at: int) -> bool:
        loop = self.loops[at]
        for last in range(self.count):
            if not self.letters[at] >> last & 1 or (at, last) in self.sure:
                continue
            start = (at, at, False, last)
            seen, todo = {start}, [start]
            while todo:
                one, other, apart, before = todo.pop()
                for letter in range(self.count):
                    ones = [to for to in self.step(one, before, letter) if self.loops.get(to) == loop]
                    others = [to for to in self.step(other, before, letter) if self.loops.get(to) == loop]
                    for a in ones:
                        for b in others:
                            twice = apart or a != b or (one == other and ones.count(a) > 1)
                            if twice and a == b == at and letter == last:
                                return True
                            state = (a, b, twice, letter)
                            if state not in seen:
                                seen.add(state)
                                todo.append(state)
        return False

    def overlapping(self) -> set[tuple[int, int]]:
        """Pairs of loops (one position of each) that share a word which leads from the first to the second."""
        return {
            (p, q)
            for q in self.loops
            if q != self.made.anywhere
            for p in self.loops
            if q in self.reach[p] and p not in self.reach[q] and self._inside(p, q) and self._share(p, q)
        }

    def _inside(self, p: int, q: int) -> bool:
        """False where an atomic group is left on the way: its first match stands."""
        return set(self.made.atomic[p]) <= set(self.made.atomic[q])

    def _share(self, p: int, q: int) -> bool:
        ways = {at for at in range(len(self.letters)) if at == q or q in self.reach[at]} & (
            {p} | self.reach[p]
        )
        both = self.letters[p] & self.letters[q]
        for last in range(self.count):
            if not both >> last & 1 or (q, last) in self.sure:
                continue
            start = (p, p, q, last)
            seen, todo = {start}, [start]
            while todo:
                a, b, c, before = todo.pop()
                for letter in range(self.count):
                    first = {to for to in self.step(a, before, letter) if self.loops.get(to) == self.loops[p]}
                    third = {to for to in self.step(c, before, letter) if self.loops.get(to) == self.loops[q]}
                    third = {to for to in third if (to, letter) not in self.sure}
                    if not first or not third:
                        continue
                    middle = set(self.step(b, before, letter)) & ways
                    if letter == last and p in first and q in middle and q in third:
                        return True
                    for state in ((x, y, z, letter) for x in first for y in middle for z in third):
                        if state not in seen:
                            seen.add(state)
                            todo.append(state)
        return False


def _minterms(masks: set[int]) -> list[int]:
    classes = [_ANY, _START, _END]
    for mask in masks:
        classes = [part for one in classes for part in (one & mask, one & ~mask) if part]
    return classes


def alternatives(pattern: str) -> list[str]:
    """What a pattern chooses among, where it is one choice as a whole; else the pattern alone.

    One after the other is tried, so that the whole is linear where each of them is. Not parted are patterns with groups
    that are referred to.

    >>> alternatives("(?:ab|c[|]|(?:d|e)f)"), alternatives("(a|b)c"), alternatives("(?:a|b)|[^]|]c")
    (['ab', 'c[|]', '(?:d|e)f'], ['(a|b)c'], ['a', 'b', '[^]|]c'])
    """
    if re.search(r"\\[1-9]|\(\?P|\(\?\(|\(\?[aiLmsux-]+\)", pattern):
        return [pattern]
    depth, start, found, closes, within = 0, 0, list[str](), -1, False
    for letter in re.finditer(r"\\.|\[\^?\]?|.", pattern, re.DOTALL):
        place, one = letter.start(), letter[0][0]
        if within:  # a set of letters: in it an opening bracket means itself
            within = not (one == "]" or (one == "[" and letter[0].endswith("]")))
        elif one == "[":
            within = True
        elif one == "(":
            depth += 1
        elif one == ")":
            depth -= 1
            closes = place if depth == 0 and closes < 0 else closes
        elif one == "|" and depth == 0:
            found.append(pattern[start:place])
            start = place + 1
    found.append(pattern[start:])
    if len(found) == 1:
        inner = pattern[3:-1] if pattern.startswith("(?:") and closes == len(pattern) - 1 else ""
        return alternatives(inner) if inner else [pattern]
    return [one for part in found for one in alternatives(part)]


def faults(pattern: str | bytes, flags: int = 0, way: str = "search") -> list[str]:
    """What may take more than linear time; a choice as a whole is judged by what it is among.

    See `_faults`.
    """
    parts = [pattern] if isinstance(pattern, bytes) else alternatives(pattern)
    return list(dict.fromkeys(fault for part in parts for fault in _faults(part, flags, way)))


def _faults(pattern: str | bytes, flags: int = 0, way: str = "search") -> list[str]:
    """What makes a pattern slow, in words; nothing for one that runs in linear time.

    Parameters
    ----------
    way
        The method by which it is used: "search", "sub", "match", "fullmatch", ...

    Raises
    ------
    NotJudged
        The pattern has something that is not known here, such as a condition on a group.
    """
    made = Automaton(pattern, flags, way)
    judge = Judge(made)
    found = [
        "a repeat within a repeat reads the same text in several ways (exponential)"
        for _ in judge.exponential()
    ]
    pairs = judge.overlapping()
    loops: dict[int, float] = {}
    for at, loop in judge.loops.items():
        loops[loop] = max(loops.get(loop, 1.0), made.bounds[at])
    follows: dict[int, set[int]] = defaultdict(set)
    for p, q in pairs:
        follows[judge.loops[p]].add(judge.loops[q])

    def worst(loop: int) -> tuple[int, float]:
        """How many unbounded loops stand one after the other from here, and how often the others multiply."""
        behind = [worst(other) for other in follows[loop]]
        endless, tries = (
            max((one[0] for one in behind), default=0),
            max((one[1] for one in behind), default=1.0),
        )
        return (endless + 1, tries) if loops[loop] == float("inf") else (endless, tries * loops[loop])

    endless, tries = (max((worst(loop)[n] for loop in loops), default=1) for n in (0, 1))
    if endless > 1:
        found.append(
            f"{endless} repeats one after the other read the same text (length to the power of {endless})"
        )
    if tries > MOST_TRIES:
        found.append(f"counted repeats multiply to {tries:,.0f} tries a character (at most {MOST_TRIES:,})")
    return found


def letters_of(pattern: str | bytes, flags: int = 0) -> list[str]:
    """One letter of each class that a pattern tells apart."""
    masks = Automaton(pattern, flags, "match").letters
    found = [one & _ANY for one in _minterms(set(masks))]
    return [chr(_letter(one)) for one in found if one]


def _letter(mask: int) -> int:
    """The first letter of a class that can be seen, or else the first."""
    seen = mask & ~((1 << ord("!")) - 1) or mask
    return (seen & -seen).bit_length() - 1
