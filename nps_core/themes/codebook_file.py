"""A codebook as a small text file, and the files of changes that version 0.1.0 wrote."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from nps_core.errors import EditsError
from nps_core.themes.codebook import MOST_WORDS, Checks, Codebook, Entry, Learnt, name_of
from nps_core.themes.language import ENGLISH
from nps_core.themes.stems import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = "nps-codebook-1"
"""Stands in every file of a codebook; another format would have another name."""

CHANGES = "nps-theme-edits-1"
"""Stood in the files of changes of 0.1.0."""

MOST_ENTRIES = 1_000
LONGEST_FILE = 1_000_000
"""Bounds of a file; a person types far less."""

MOST_LEARNT, LARGEST_WEIGHT = 1_000, 1e3
"""Of what an entry has learnt: far more words, and far larger weights, than there are."""

SAME = 0.2
"""From this share of their words, the first ones counting most, a theme that a change points at is an entry."""

_HINT = "Take the file that “Save codebook” under Comments wrote."


def write_codebook(codebook: Codebook) -> str:
    """A codebook as text; `read_codebook` gives it back. It holds no comment, only fingerprints."""
    entries = [{key: value for key, value in asdict(entry).items() if value} for entry in codebook.entries]
    for entry in entries:
        if "learnt" in entry:
            entry["learnt"] = {**entry["learnt"], "words": dict(entry["learnt"]["words"])}
    told = {"format": FORMAT, "rated": codebook.rated, "entries": entries}
    if codebook.checks:
        told["checks"] = [asdict(one) for one in codebook.checks]
    return json.dumps(told, ensure_ascii=False, indent=1)


def read_saved(
    text: str | bytes, what: str, formats: tuple[str, ...], longest: int, hint: str
) -> dict[str, Any]:
    """The object of a JSON file that was saved here, such as a codebook or a recipe.

    Raises
    ------
    EditsError
        The text is longer, no JSON, or of another format.
    """
    if len(text) > longest:
        raise EditsError(f"The file is far larger than a {what} is.", hint=hint)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EditsError("The file is no JSON.", hint=hint) from error
    if not isinstance(told, dict) or told.get("format") not in formats:
        raise EditsError(f"The file holds no {what}.", hint=hint)
    return told


def read_codebook(text: str | bytes, now: Codebook | None = None) -> tuple[Codebook, tuple[str, ...]]:
    """Read a codebook, or the changes that 0.1.0 wrote, which are carried out on the one there is `now`.

    Returns
    -------
    The codebook; and each change that found no theme, in words.

    Raises
    ------
    EditsError
        The text is no such file, or a part of it cannot be read: none of it is taken then.
    """
    told = read_saved(text, "codebook", (FORMAT, CHANGES), LONGEST_FILE, _HINT)
    kind = told["format"]
    listed = told.get("entries" if kind == FORMAT else "changes")
    if not isinstance(listed, list) or len(listed) > MOST_ENTRIES:
        raise EditsError("The file has no list that can be read.", hint=_HINT)
    if kind == FORMAT:
        return _codebook(listed, told), ()
    return _changed(listed, now or Codebook())


def _codebook(listed: list[Any], told: Mapping[str, Any]) -> Codebook:
    entries: dict[str, Entry] = {}
    for number, one in enumerate(listed, 1):
        try:
            entry = _entry(one)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise EditsError(f"Entry {number} of the file cannot be read.", hint=_HINT) from error
        entries.setdefault(entry.name.casefold(), entry)
    try:
        rated = _texts(told, "rated") if "rated" in told else ()
    except TypeError as error:
        raise EditsError("What was rated cannot be read from the file.", hint=_HINT) from error
    try:
        return Codebook(tuple(entries.values()), rated, tuple(map(_checks, told.get("checks", ()))))
    except (KeyError, TypeError, ValueError) as error:
        raise EditsError("What was checked cannot be read from the file.", hint=_HINT) from error


def _checks(told: Mapping[str, Any]) -> Checks:
    right, n = told["right"], told["n"]
    if not (isinstance(right, int) and isinstance(n, int) and 0 <= right <= n):
        raise TypeError
    return Checks(_text(told, "survey"), right, n)


def _learnt(told: Any) -> Learnt:  # noqa: ANN401 - whatever a file holds
    bias, says, near, member = map(_weight, told["coding"])
    words = tuple((str(word), _weight(weight)) for word, weight in told["words"].items())
    return Learnt((bias, says, near, member), words[:MOST_LEARNT])


def _weight(told: Any) -> float:  # noqa: ANN401 - as above
    if not isinstance(told, (int, float)) or not abs(told) < LARGEST_WEIGHT:
        raise TypeError
    return float(told)


def _entry(told: Any) -> Entry:  # noqa: ANN401 - whatever a file holds
    if not isinstance(told, dict):
        raise TypeError
    found: dict[str, Any] = {"name": _text(told, "name")}
    for part in fields(Entry)[1:]:
        if part.name not in told:
            continue
        if part.name == "learnt":
            found[part.name] = _learnt(told[part.name])
        elif part.type == "bool":
            found[part.name] = told[part.name] is True
        else:
            found[part.name] = _text(told, part.name) if part.type == "str" else _texts(told, part.name, None)
    return Entry(**found)


def _text(told: Mapping[str, Any], key: str) -> str:
    if not isinstance(told[key], str) or not name_of(told[key]):
        raise TypeError
    return name_of(told[key])


def _texts(told: Mapping[str, Any], key: str, most: int | None = MOST_WORDS) -> tuple[str, ...]:
    found = told[key]
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError
    return tuple(filter(None, map(name_of, found[:most])))


# What 0.1.0 wrote: changes in the order they were made, each pointing at a theme by its name and words.


def _changed(listed: list[Any], book: Codebook) -> tuple[Codebook, tuple[str, ...]]:
    missed = []
    for number, one in enumerate(listed, 1):
        try:
            after = _CHANGES[one["change"]](book, one)
        except (KeyError, TypeError, ValueError) as error:
            raise EditsError(f"Change {number} of the file cannot be read.", hint=_HINT) from error
        if after is None:
            missed.append(f"{one['change']} “{_of(one)}”")
        book = after or book
    return book, tuple(missed)


def _of(told: Mapping[str, Any]) -> str:
    pointers = told.get("themes") or [told.get("theme") or told]
    return "”, “".join(_text(pointer, "name") for pointer in pointers)


def _find(book: Codebook, pointer: Any) -> str | None:  # noqa: ANN401 - whatever a file holds
    """The name of the entry that a pointer means: the one of its name, else the one with most of its words."""
    if not isinstance(pointer, dict):
        raise TypeError
    name, terms = _text(pointer, "name"), _texts(pointer, "terms")
    if own := book.find(name):
        return own.name
    ranked = [
        (alike_words(terms, entry.words + entry.hints), -place) for place, entry in enumerate(book.entries)
    ]
    best, place = max(ranked, default=(0.0, 0))
    return book.entries[-place].name if best >= SAME else None


def alike_words(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of two lists' weight that is in words of both, 0..1; the first words weigh most."""
    weights: list[dict[str, float]] = [{}, {}]
    for own, words in zip(weights, (one, other), strict=True):
        for rank, word in enumerate(words, 1):
            own.setdefault(stem(word.lower(), ENGLISH), 1 / rank)
    total = sum(weights[0].values()) + sum(weights[1].values())
    both = weights[0].keys() & weights[1].keys()
    return sum(weights[0][word] + weights[1][word] for word in both) / total if total else 0.0


def _rename(book: Codebook, told: Mapping[str, Any]) -> Codebook | None:
    to, name = _text(told, "name"), _find(book, told["theme"])
    return book.renamed(name, to) if name else None


def _merge(book: Codebook, told: Mapping[str, Any]) -> Codebook | None:
    pointers, to = told["themes"], _text(told, "name")
    if not isinstance(pointers, list) or not 1 < len(pointers) <= MOST_WORDS:
        raise TypeError
    found = [name for name in (_find(book, pointer) for pointer in pointers) if name]
    return book.merged(found, to) if found else None


def _split(book: Codebook, told: Mapping[str, Any]) -> Codebook | None:
    pointers = told["parts"]
    if not isinstance(pointers, list) or not 1 < len(pointers) <= MOST_WORDS:
        raise TypeError
    parts = [(_text(part, "name"), _texts(part, "terms")) for part in pointers]
    name = _find(book, told["theme"])
    if name is None:
        return None
    return book.split(name, [Entry(own, terms[:1] or (own,), terms[1:]) for own, terms in parts])


def _hide(book: Codebook, told: Mapping[str, Any]) -> Codebook | None:
    name = _find(book, told["theme"])
    return book.hide(name) if name else None


def _move(book: Codebook, told: Mapping[str, Any]) -> Codebook | None:
    mark, name = _text(told, "comment"), _find(book, told["theme"])
    return book.moved(mark, name) if name else None


def _pin(book: Codebook, told: Mapping[str, Any]) -> Codebook:
    words = _texts(told, "words")
    if not words:
        raise TypeError
    return book.with_words(_text(told, "name"), words)


_CHANGES: dict[str, Callable[[Codebook, Mapping[str, Any]], Codebook | None]] = {
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "hide": _hide,
    "move": _move,
    "pin": _pin,
}
