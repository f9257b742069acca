"""What a person changes about the themes, as a value that outlives the run that found them.

A theme is pointed at by what it is called and by its words, never by its number: so the same changes find
their themes again after a refit, with another number of themes, or in the next wave.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from nps_core.errors import EditsError
from nps_core.formatting import short
from nps_core.themes.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


FORMAT = "nps-theme-edits-1"
"""Stands in every file of changes; another format would have another name."""

LONGEST_NAME = 60
"""Characters of a theme's name: what fits a slide."""

MOST_EDITS = 1_000
MOST_WORDS = 50
LONGEST_FILE = 1_000_000
"""Bounds of a file of changes; a person types far less."""


class _Named(Protocol):
    """Themes as far as one can point at them: their names and words by number."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def terms(self) -> tuple[tuple[str, ...], ...]: ...


@dataclass(frozen=True)
class Pointer:
    """A theme by its name and its words, best first."""

    name: str
    terms: tuple[str, ...] = ()

    @staticmethod
    def to(themes: _Named, number: int) -> Pointer:
        """The pointer to a theme of a result."""
        return Pointer(themes.names[number], themes.terms[number])


@dataclass(frozen=True)
class Rename:
    """Give a theme another name."""

    theme: Pointer
    name: str


@dataclass(frozen=True)
class Merge:
    """Make one theme of several, under a name."""

    themes: tuple[Pointer, ...]
    name: str


@dataclass(frozen=True)
class Split:
    """Make several themes of one; each part is pointed at by its words."""

    theme: Pointer
    parts: tuple[Pointer, ...]


@dataclass(frozen=True)
class Hide:
    """Take a theme off the list: its comments go to the other comments, unless they have another theme."""

    theme: Pointer


@dataclass(frozen=True)
class Move:
    """Put a comment, and those worded the same, under another theme than its main one.

    The comment itself is not kept, only its `fingerprint`.
    """

    comment: str
    theme: Pointer


@dataclass(frozen=True)
class Pin:
    """Everything that holds one of these words, in any form, is about this theme.

    Where a theme of that name exists the words are added to it.
    """

    name: str
    words: tuple[str, ...]


Edit = Rename | Merge | Split | Hide | Move | Pin


@dataclass(frozen=True)
class ThemeEdits:
    """Changes to themes in the order they were made. The empty value changes nothing.

    >>> edits = ThemeEdits().then(Pin("Pricing", ("price", "expensive")))
    >>> edits.said()
    ('“Pricing” pinned to: price, expensive',)
    >>> ThemeEdits.from_json(edits.to_json()) == edits, edits.undone() == ThemeEdits()
    (True, True)
    """

    edits: tuple[Edit, ...] = ()

    def __len__(self) -> int:
        """How many changes."""
        return len(self.edits)

    def then(self, edit: Edit) -> ThemeEdits:
        """The same changes and one more."""
        return replace(self, edits=(*self.edits, edit))

    def undone(self) -> ThemeEdits:
        """Without the last change."""
        return replace(self, edits=self.edits[:-1])

    def said(self) -> tuple[str, ...]:
        """Each change as a line of words."""
        return tuple(edit_words(edit) for edit in self.edits)

    def to_json(self) -> str:
        """The changes as a small text file."""
        listed = [{"change": type(edit).__name__.lower(), **asdict(edit)} for edit in self.edits]
        return json.dumps({"format": FORMAT, "changes": listed}, ensure_ascii=False, indent=1)

    @staticmethod
    def from_json(text: str | bytes) -> ThemeEdits:
        """Read back what `to_json` wrote.

        Raises
        ------
        EditsError
            The text is no such file, or a change in it cannot be read: none is taken then.
        """
        if len(text) > LONGEST_FILE:
            raise EditsError("The file is far larger than changes to themes are.", hint=_HINT)
        try:
            told = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise EditsError("The file is no JSON.", hint=_HINT) from error
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise EditsError("The file holds no changes to themes.", hint=_HINT)
        listed = told.get("changes")
        if not isinstance(listed, list) or len(listed) > MOST_EDITS:
            raise EditsError("The file has no list of changes that can be read.", hint=_HINT)
        return ThemeEdits(tuple(_edit(number, one) for number, one in enumerate(listed, 1)))


_HINT = "Take the file that “Save changes” on the Themes page wrote."


def edit_words(edit: Edit) -> str:
    """A change in words."""
    match edit:
        case Rename():
            return f"“{edit.theme.name}” renamed to “{edit.name}”"
        case Merge():
            return f"{_listed(edit.themes)} merged into “{edit.name}”"
        case Split():
            return f"“{edit.theme.name}” split into {_listed(edit.parts)}"
        case Hide():
            return f"“{edit.theme.name}” hidden"
        case Move():
            return f"A comment moved to “{edit.theme.name}”"
        case Pin():
            return f"“{edit.name}” pinned to: {', '.join(edit.words)}"


def _listed(pointers: tuple[Pointer, ...]) -> str:
    names = [f"“{one.name}”" for one in pointers]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


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


def pin_of(text: str) -> Pin | None:
    """A pin as typed: "pricing: price, expensive, cost"; None without a name and a word.

    >>> pin_of("Pricing: price, too expensive")
    Pin(name='Pricing', words=('price', 'too expensive'))
    """
    head, colon, tail = text.partition(":")
    words = tuple(dict.fromkeys(filter(None, (name_of(word) for word in tail.split(",")))))
    name = name_of(head)
    return Pin(name, words[:MOST_WORDS]) if colon and name and words else None


def _edit(number: int, told: Any) -> Edit:  # noqa: ANN401 - whatever a file holds
    """A change read from a file."""
    try:
        return _READERS[told["change"]](told)
    except (KeyError, TypeError, ValueError) as error:
        raise EditsError(f"Change {number} of the file cannot be read.", hint=_HINT) from error


def _text(told: Mapping[str, Any], key: str) -> str:
    if not isinstance(told[key], str) or not name_of(told[key]):
        raise TypeError
    return name_of(told[key])


def _texts(told: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = told[key]
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError
    return tuple(filter(None, map(name_of, found[:MOST_WORDS])))


def _pointer(told: Any) -> Pointer:  # noqa: ANN401 - whatever a file holds
    if not isinstance(told, dict):
        raise TypeError
    return Pointer(_text(told, "name"), _texts(told, "terms"))


def _pointers(told: Mapping[str, Any], key: str) -> tuple[Pointer, ...]:
    found = told[key]
    if not isinstance(found, list) or not 1 < len(found) <= MOST_WORDS:
        raise TypeError
    return tuple(_pointer(one) for one in found)


def _pin(told: Mapping[str, Any]) -> Pin:
    words = _texts(told, "words")
    if not words:
        raise TypeError
    return Pin(_text(told, "name"), words)


_READERS: dict[str, Callable[[Any], Edit]] = {
    "rename": lambda told: Rename(_pointer(told["theme"]), _text(told, "name")),
    "merge": lambda told: Merge(_pointers(told, "themes"), _text(told, "name")),
    "split": lambda told: Split(_pointer(told["theme"]), _pointers(told, "parts")),
    "hide": lambda told: Hide(_pointer(told["theme"])),
    "move": lambda told: Move(_text(told, "comment"), _pointer(told["theme"])),
    "pin": _pin,
}
