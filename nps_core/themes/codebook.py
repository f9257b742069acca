"""The codebook: what a theme is, as a value that a person can change, keep in a file and use on another survey.

An entry says by which words a comment is known to be about it. Nothing in it hangs on the search that
proposed it, so the same codebook codes the next wave, and a change to it is a new codebook.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from nps_core.formatting import short
from nps_core.themes.language import ENGLISH
from nps_core.themes.stems import stem
from nps_core.themes.text import clean, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST_NAME = 60
"""Characters of a theme's name: what fits a slide."""

MOST_WORDS = 50
"""Words of an entry; a person types far fewer."""


@dataclass(frozen=True)
class Learnt:
    """What confirmed comments taught about an entry: a linear classifier, as `learning` reads it.

    Parameters
    ----------
    coding
        The log odds of all comments, and the weights of what words and company say of one.
    words
        Stems, each with its weight.
    """

    coding: tuple[float, float, float, float]
    words: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One theme of a codebook.

    Parameters
    ----------
    name
        What it is called; no two entries of a codebook have the same name, in whatever case.
    words
        Words and phrases that say it, in any form: a clause that holds one is about it.
    hints
        Words that go with it. With the company that words keep in the survey they decide about clauses that hold none
        of `words`.
    excluding
        A clause that holds one of these is not about it, whatever else it holds.
    confirmed, removed
        Fingerprints of comments that a person put under it, and took out of it.
    parent
        The name of the entry that this one is a part of; its comments count there too. Empty for none.
    hidden
        Not shown: of a part, its comments still count in the parent; of any other, they are without this theme.
    pinned
        Kept by a person: presented first, whatever its size.
    learnt
        What the comments confirmed and removed taught about others; None where they are too few.
    """

    name: str
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    parent: str = ""
    hidden: bool = False
    pinned: bool = False
    learnt: Learnt | None = None


@dataclass(frozen=True)
class Checks:
    """Assignments of a survey that were drawn at random and shown to a person: how many are right, of how many."""

    survey: str
    right: int
    n: int


@dataclass(frozen=True)
class Codebook:
    """Entries in the order in which they matter, and what names nothing because it is what was rated.

    The empty codebook has no entries yet: `find_themes` fills it.

    >>> book = Codebook().with_words("Pricing", ("price", "expensive")).with_words("Support", ("helpdesk",))
    >>> book.merged(("Pricing", "Support"), "Both").shown[0].name
    'Both'
    """

    entries: tuple[Entry, ...] = ()
    rated: tuple[str, ...] = ()
    checks: tuple[Checks, ...] = ()

    def __len__(self) -> int:
        """How many entries."""
        return len(self.entries)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that are not hidden."""
        return tuple(entry for entry in self.entries if not entry.hidden)

    def find(self, name: str) -> Entry | None:
        """The entry of a name, in whatever case."""
        return next((entry for entry in self.entries if _same(entry.name, name)), None)

    def place(self, name: str) -> int:
        """The place of the entry of a name; -1 where there is none."""
        return next((i for i, entry in enumerate(self.entries) if _same(entry.name, name)), -1)

    def parts(self, name: str) -> tuple[Entry, ...]:
        """The entries that are a part of one, shown or not."""
        return tuple(entry for entry in self.entries if entry.parent and _same(entry.parent, name))

    def renamed(self, name: str, to: str) -> Codebook:
        """Give an entry another name; where that is another entry's, the two become one."""
        other = self.find(to)
        if other is not None and not _same(name, to):
            return self.merged((to, name), other.name)
        book = self.changed(name, lambda entry: replace(entry, name=to))
        return book.each(lambda one: replace(one, parent=to) if _same(one.parent, name) else one)

    def merged(self, names: Iterable[str], name: str) -> Codebook:
        """Make one of several entries: the first takes the others in as parts that are not shown.

        Parts of one entry become one part of it, with the words of all.
        """
        found = list(dict.fromkeys(entry for entry in map(self.find, names) if entry is not None))
        if not found:
            return self
        if found[0].parent and {entry.parent for entry in found} == {found[0].parent}:
            return self._one_part(found).renamed(found[0].name, name)
        into, gone = found[0], {entry.name for entry in found[1:]}
        held = {entry.name for part in gone for entry in self.parts(part)}

        def take(entry: Entry) -> Entry:
            if entry.name in gone:
                return replace(entry, parent=into.name, hidden=True, pinned=False)
            return replace(entry, parent=into.name) if entry.name in held and entry != into else entry

        book = self.each(take).changed(
            into.name,
            lambda one: replace(one, parent="", hidden=False, pinned=True),
        )
        book = book if book.find(name) in (None, book.find(into.name)) else book.freed(name)
        return book.renamed(into.name, name)

    def _one_part(self, found: Sequence[Entry]) -> Codebook:
        """The first of some parts of one entry with what says the others, which go."""

        def of_all(field: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(value for entry in found for value in getattr(entry, field)))

        into, gone = found[0], found[1:]
        both = replace(
            into,
            words=of_all("words")[:MOST_WORDS],
            hints=of_all("hints")[:MOST_WORDS],
            confirmed=of_all("confirmed"),
            hidden=False,
            pinned=True,
        )
        return replace(self, entries=tuple(both if e == into else e for e in self.entries if e not in gone))

    def with_words(self, name: str, words: Iterable[str]) -> Codebook:
        """Let more words say an entry, a new one where there is none; it takes in those that are named by them."""
        more = tuple(dict.fromkeys(word for word in words if word))
        entry = self.find(name)
        book = self if entry else replace(self, entries=(Entry(name, pinned=True), *self.entries))
        book = book.changed(
            name,
            lambda one: replace(
                one, words=tuple(dict.fromkeys([*one.words, *more]))[:MOST_WORDS], hidden=False, pinned=True
            ),
        )
        absorbed = [
            one.name
            for one in book.shown
            if not (entry and entry.parent)
            and not _same(one.name, name)
            and not one.parent
            and _named_by(one, more)
        ]
        own = book.find(name)
        return book.merged((name, *absorbed), own.name if own else name) if absorbed else book

    def without(self, name: str, words: Iterable[str]) -> Codebook:
        """Let words exclude an entry."""
        more = tuple(word for word in words if word)
        return self.changed(
            name,
            lambda one: replace(one, excluding=tuple(dict.fromkeys([*one.excluding, *more]))[:MOST_WORDS]),
        )

    def with_entry(self, entry: Entry) -> Codebook:
        """With an entry more, presented among the first; none of the name of another."""
        if self.find(entry.name) is not None:
            return self
        return replace(self, entries=(replace(entry, pinned=True), *self.entries))

    def split(self, name: str, parts: Iterable[Entry]) -> Codebook:
        """Show parts of an entry under it, as `split_theme` proposes them; a part has none of its own."""
        place = self.place(name)
        if place < 0 or self.entries[place].parent:
            return self
        own = self.entries[place].name
        fresh = tuple(replace(part, parent=own) for part in parts if self.find(part.name) is None)
        return replace(self, entries=(*self.entries[: place + 1], *fresh, *self.entries[place + 1 :]))

    def under(self, name: str, parent: str) -> Codebook:
        """Make an entry a part of another; of none where `parent` is empty. There are two levels."""
        above = self.find(parent)
        if parent and (above is None or above.parent or _same(name, parent) or self.parts(name)):
            return self
        own = above.name if above else ""
        return self.changed(name, lambda one: replace(one, parent=own))

    def hide(self, name: str) -> Codebook:
        """Take an entry off the list, with its parts."""
        names = {name.casefold(), *(part.name.casefold() for part in self.parts(name))}
        return self.each(
            lambda one: replace(one, hidden=True, pinned=False) if one.name.casefold() in names else one
        )

    def show(self, name: str) -> Codebook:
        """Bring a hidden entry back."""
        return self.changed(name, lambda one: replace(one, hidden=False))

    def pin(self, name: str) -> Codebook:
        """Present an entry among the first, whatever its size."""
        return self.changed(name, lambda one: replace(one, pinned=True, hidden=False))

    def moved(self, mark: str, goal: str, leaving: str = "") -> Codebook:
        """Put the comments of a fingerprint under an entry, and take them out of another."""
        book = self
        if leaving:
            book = book.changed(
                leaving,
                lambda one: replace(
                    one, removed=_plus(one.removed, mark), confirmed=_less(one.confirmed, mark)
                ),
            )
        return book.changed(
            goal,
            lambda one: replace(one, confirmed=_plus(one.confirmed, mark), removed=_less(one.removed, mark)),
        )

    def checked(self, survey: str, *, right: bool) -> Codebook:
        """With one assignment more that was drawn at random from a survey and found right, or not."""
        own = next((one for one in self.checks if one.survey == survey), Checks(survey, 0, 0))
        others = tuple(one for one in self.checks if one.survey != survey)
        return replace(self, checks=(*others, Checks(survey, own.right + right, own.n + 1)))

    def changed(self, name: str, change: Callable[[Entry], Entry]) -> Codebook:
        """With the entry of a name changed."""
        return self.each(lambda entry: change(entry) if _same(entry.name, name) else entry)

    def each(self, change: Callable[[Entry], Entry]) -> Codebook:
        """With every entry changed."""
        return replace(self, entries=tuple(map(change, self.entries)))

    def freed(self, name: str) -> Codebook:
        """Without any other entry of a name that is needed: it gets a number."""
        number = next(n for n in range(2, len(self.entries) + 3) if self.find(f"{name} ({n})") is None)
        taken = f"{name} ({number})"
        book = self.changed(name, lambda one: replace(one, name=taken))
        return book.each(lambda one: replace(one, parent=taken) if _same(one.parent, name) else one)


@dataclass(frozen=True)
class History:
    """The states of a codebook that a person went through, each with what led to it; the last one holds."""

    states: tuple[tuple[str, Codebook], ...] = ()

    def __len__(self) -> int:
        """How many changes."""
        return len(self.states)

    @property
    def now(self) -> Codebook | None:
        """The codebook that holds; None where nothing was changed."""
        return self.states[-1][1] if self.states else None

    def then(self, words: str, book: Codebook) -> History:
        """One change more."""
        return History((*self.states, (words, book)))

    def undone(self) -> History:
        """Without the last change."""
        return History(self.states[:-1])


def fingerprint(comment: str) -> str:
    """What tells a comment's text from others without saying it: its length and a hash."""
    text = clean(comment)
    return f"{len(text)}-{blake2b(text.encode(errors='replace'), digest_size=8).hexdigest()}"


def name_of(text: str) -> str:
    """A name as typed, on one line and of a length that can be shown; empty when nothing is left of it.

    >>> name_of("  Slow   support ")
    'Slow support'
    """
    line = "".join(" " if char.isspace() or not char.isprintable() else char for char in text)
    return short(" ".join(line.split()), LONGEST_NAME)


def words_typed(text: str) -> tuple[str, ...]:
    """Words and phrases as typed, with commas between.

    >>> words_typed("price, too expensive ,, Price")
    ('price', 'too expensive', 'Price')
    """
    return tuple(dict.fromkeys(filter(None, map(name_of, text.split(",")))))[:MOST_WORDS]


def _named_by(entry: Entry, words: Iterable[str]) -> bool:
    """Whether a word, in any form, is what an entry is called, or the first word that says it."""
    known = {_stems(word) for word in words}
    return _stems(entry.name) in known or (bool(entry.words) and _stems(entry.words[0]) in known)


def _stems(text: str) -> tuple[str, ...]:
    # English stems: a plural's s goes in most languages, and more is not needed to see that two words are one.
    return tuple(stem(word, ENGLISH) for word in words_of(clean(text).lower()))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _plus(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return (*_less(marks, mark), mark)


def _less(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return tuple(one for one in marks if one != mark)
