"""The words that files are read by, as data: a TOML file a language, and `tools.toml` for what belongs to none.

A new language is one new file beside these; `_concepts.toml` says what each of its keys holds. A concept is what all
languages have for it together. Functions are called while modules are imported: a concept that no file has is a
KeyError then, and the patterns are compiled once.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def languages() -> dict[str, dict[str, Any]]:
    """Every language's file as it stands: code ("de") -> section -> concept -> words."""
    files = sorted(_FOLDER.glob("[a-z]*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


@cache
def pattern(*concepts: str) -> re.Pattern[str]:
    """What finds a concept, or any of several, in plain text (`cells.plain`).

    Anywhere, or as a whole header, as the concept is kept.

    Raises
    ------
    KeyError
        No file has the concept.

    Examples
    --------
    >>> bool(pattern("recommend").search("wurden sie uns weiterempfehlen"))
    True
    >>> bool(pattern("status").search("status of it"))
    False
    """
    found = (
        f"^{alternation(concept)}$" if concept in _section("whole") else alternation(concept)
        for concept in concepts
    )
    return re.compile("|".join(found))


def alternation(*concepts: str) -> str:
    r"""The same as part of a larger pattern, in a group that is not captured.

    >>> re.search(rf"(\d) {alternation('stars')}", "4 sterne")[1]
    '4'
    """
    parts = [part for concept in concepts for part in (_section("parts") | _section("whole"))[concept]]
    return f"(?:{'|'.join(dict.fromkeys(parts))})"


def table(concept: str) -> dict[str, str]:
    """The plain words of a concept, each with the key that it stands under.

    >>> table("months")["dez"], table("groups")["kritiker"]
    ('12', 'detractor')
    """
    found: dict[str, str] = {}
    for language in languages().values():
        for meaning, names in language.get("tables", {}).get(concept, {}).items():
            found.update(dict.fromkeys(names, meaning))
    if not found:
        raise KeyError(concept)
    return found


def sequences(concept: str) -> tuple[tuple[str, ...], ...]:
    """Plain words in their order, a tuple a list.

    >>> ("niedrig", "mittel", "hoch") in sequences("ordinals")
    True
    """
    return tuple(map(tuple, _section("sequences")[concept]))


@cache
def _section(name: str) -> dict[str, list[Any]]:
    """A section of all languages together."""
    found: dict[str, list[Any]] = {}
    for language in languages().values():
        for concept, entries in language.get(name, {}).items():
            found.setdefault(concept, []).extend(entries)
    return found


PATTERNS = {concept: pattern(concept) for concept in (*_section("parts"), *_section("whole"))}
"""What finds each concept in plain text, as `pattern` makes it; `cells.says` asks them."""

WORDS = {concept: frozenset(entries) for concept, entries in _section("words").items()}
"""The plain words of each concept."""
