"""Which comments hold one of a few example words, in any form that people use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.language import fold, fold_text, stem
from nps_core.themes.text import clean, is_spaceless, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Stems = tuple[str, ...]


def holding(
    comments: Sequence[str | None], examples: Iterable[str], codes: Sequence[str]
) -> tuple[NDArray[np.bool_], frozenset[str]]:
    """Which comments hold an example, and the lower-case words by which they do.

    An example is a word or a phrase; a comment holds it when it has its stems one after the other: "price" is
    held by "Prices went up", "waiting on hold" by "we waited on hold". In scripts without spaces an example is
    held as it is written.

    Parameters
    ----------
    codes
        The languages whose stems are compared.
    """
    found = np.zeros(len(comments), dtype=bool)
    forms: set[str] = set()
    for code in codes or ("en",):
        likely, wanted = _sought(examples, code)
        if not wanted:
            continue
        search = likely.search
        for place, comment in enumerate(comments):
            if isinstance(comment, str) and search(fold_text(comment.lower())):
                held = _held(comment, wanted, code)
                found[place] |= bool(held)
                forms |= held
    return found, frozenset(forms)


def _sought(examples: Iterable[str], code: str) -> tuple[re.Pattern[str], frozenset[Stems]]:
    """A quick pattern that every holder matches, and the stems of each example."""
    wanted, starts = set(), set()
    for example in examples:
        words = [word.lower() for word in words_of(clean(example)) if word[0].isalnum()]
        if is_spaceless(example):
            words = [clean(example).lower()]
        if not words:
            continue
        wanted.add(tuple(_stem(word, code) for word in words))
        starts.add(_common_start(fold(words[0]), _stem(words[0], code)) or fold(words[0])[0])
    return re.compile("|".join(map(re.escape, sorted(starts))) or "(?!)"), frozenset(wanted)


def _common_start(one: str, other: str) -> str:
    """What both words begin with: "deliver" of "delivery" and its stem "deliveri"."""
    size = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[:size]


def _stem(word: str, code: str) -> str:
    return word if is_spaceless(word) else stem(word, code)


def _held(comment: str, wanted: frozenset[Stems], code: str) -> set[str]:
    """The words of a comment that make up examples."""
    text = clean(comment).lower()
    words = words_of(text)
    stems = [_stem(word, code) for word in words]
    found = {parts[0] for parts in wanted if is_spaceless(parts[0]) and parts[0] in text}
    for parts in wanted:
        size = len(parts)
        for start in range(len(stems) - size + 1):
            if tuple(stems[start : start + size]) == parts:
                found.update(words[start : start + size])
    return found
