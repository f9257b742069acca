"""Who is who: a respondent by id or e-mail, never by a name; and whether a text names somebody: no link may."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.filters import NO_VALUE
from nps_core.reading.cells import plain
from nps_core.reading.repeats import ID_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from nps_core.survey import Survey

_SOMEBODY = re.compile(
    r"\b(?:account|client|company|contact|csm|customer|e-?mail|employer|manager|organi[sz]ation|owner"
    r"|respondent|user)s?\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:age|country|group|industry|language|number of|plan|region|role|segment|size|status|tier|type)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 8  # of a name; the longest names of companies have as many
_KEPT = 5_000  # answers of a survey: one for each value that somebody picks


_LOOKED = 10_000
"""Responses that are looked at, to tell ids from names."""

_MOSTLY = 0.9
"""The share of different respondents that hold a digit or an @, from which on they are ids."""


def key_of(text: str) -> str:
    """An id or e-mail as it is compared: trimmed, in lower case."""
    return text.strip().lower()


def keys_of(values: pd.Series) -> pa.ChunkedArray:
    """The ids or e-mails of a column as they are compared; missing where they are missing."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts_of(values)))


@dataclass(frozen=True, eq=False)
class Known:
    """Who gave the responses of a survey.

    Parameters
    ----------
    keys
        Each id, e-mail or account once, as `key_of` has it.
    codes
        Of each response the place of its key, from 0; -1 where it is not known; shape (responses,).
    """

    keys: pa.Array
    codes: NDArray[np.int32]
    _refs: dict[str, NDArray[np.uint64]] = field(default_factory=dict)

    def place(self, key: str) -> int:
        """The place of a key, -1 for none."""
        return int(pc.index(self.keys, pa.scalar(key, self.keys.type)).as_py())

    def places(self, keys: Iterable[str]) -> NDArray[np.intp]:
        """The places of those of some keys that there are, ascending."""
        wanted = pa.array(list(keys), self.keys.type)
        return np.flatnonzero(pc.is_in(self.keys, value_set=wanted)) if len(wanted) else np.empty(0, np.intp)

    def ref(self, link: str, place: int) -> int:
        """A number for a key: the same whenever it is asked for, in no other survey, and without a name.

        Parameters
        ----------
        link
            That of the survey.
        """
        return int(_numbered(self.keys.slice(place, 1), link)[0])

    def place_of_ref(self, link: str, ref: int) -> int:
        """The place of the key that has a number, -1 for none."""
        if link not in self._refs:
            self._refs[link] = _numbered(self.keys, link)
        found = np.flatnonzero(self._refs[link] == np.uint64(ref))
        return int(found[0]) if len(found) else -1


def _numbered(keys: pa.Array, link: str) -> NDArray[np.uint64]:
    salt = hashlib.sha256(link.encode()).hexdigest()[:16]
    return pd.util.hash_array(keys.to_numpy(zero_copy_only=False), hash_key=salt, categorize=False)


def known_by(survey: Survey, column: str) -> Known:
    """The keys of a column of `Survey.responses`, "respondent" or "account"; looked for once a survey."""
    with _LOCK:
        if (found := _KNOWN.setdefault(survey, {}).get(column)) is not None:
            return found
    encoded = pc.dictionary_encode(keys_of(survey.responses[column])).combine_chunks()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    with _LOCK:
        return _KNOWN[survey].setdefault(column, Known(encoded.dictionary, codes))


def has_ids(survey: Survey) -> bool:
    """Whether respondents are told by an id or an e-mail: by the name of the column, or by what stands in it."""
    column = survey.mapping.respondent
    if column is None:
        return False
    if ID_OF.match(plain(column).strip(" .:")):
        return True
    distinct = pc.unique(texts_of(survey.responses["respondent"].head(_LOOKED))).drop_null()
    told = pc.match_substring_regex(distinct, r"[@\d]")
    return len(told) > 0 and bool(pc.mean(told).as_py() >= _MOSTLY)


def texts_of(values: pd.Series) -> pa.ChunkedArray:
    """Values as Arrow text; None where there is none."""
    found = pa.array(values, pa.large_string())
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def names_somebody(survey: Survey, texts: Iterable[str]) -> bool:
    """Whether one of some texts holds an e-mail address, or the name of an account or respondent of a survey.

    Names are looked for from word to word, upper and lower case alike. The name of an attribute names somebody where
    it is called as accounts and people are, so that its values are theirs: see `is_about_somebody`.
    Of a table that is only counted, pseudonyms name nobody; where it gives names, few of them are here, so that
    whatever is no value of an attribute may be one.
    """
    asked = {text for text in texts if text != NO_VALUE}
    if any("@" in text or (text in survey.attributes and is_about_somebody(text)) for text in asked):
        return True
    if survey.elsewhere is not None:
        values = (survey.responses[name].cat.categories for name in survey.attributes)
        return survey.elsewhere.has_names and not asked <= {*survey.attributes}.union(*values)
    with _LOCK:
        answers = _ANSWERS.setdefault(survey, {})
        known = {text: answers[text] for text in asked if text in answers}
    parts = {text: _parts(text) for text in asked - known.keys()}
    if parts:
        names = _names_among(survey, set().union(*parts.values()))
        known |= {text: not names.isdisjoint(own) for text, own in parts.items()}
        with _LOCK:
            if len(answers) + len(known) > _KEPT:
                answers.clear()
            answers.update(known)
    return any(known.values())


def is_about_somebody(attribute: str) -> bool:
    """Whether a column is called as those are that hold accounts or people.

    >>> [name for name in ("Account owner", "Company size", "Plan") if is_about_somebody(name)]
    ['Account owner']
    """
    return bool(_SOMEBODY.search(attribute)) and not _NOBODY.search(attribute)


def _names_among(survey: Survey, parts: set[str]) -> set[str]:
    """Those of some words in lower case that are the name of an account or respondent; one look at each response."""
    wanted = pa.array(sorted(parts), pa.large_string())
    found: set[str] = set()
    for role in ("account", "respondent"):
        column = pc.utf8_lower(pc.utf8_trim_whitespace(pa.array(survey.responses[role], pa.large_string())))
        found |= set(pc.unique(column.filter(pc.is_in(column, wanted))).to_pylist())
    return found


def _parts(text: str) -> set[str]:
    """The text itself and each row of words within it, in lower case, with and without the marks around them."""
    words = text.lower().split()
    rows = {" ".join(words[start:end]) for start in range(len(words)) for end in _ends(start, len(words))}
    bare = {row.strip(".,;:!?\"'“”‘’()[]") for row in rows}
    return {text.lower().strip(), *rows, *bare} - {""}


def _ends(start: int, words: int) -> Iterator[int]:
    yield from range(start + 1, min(start + _MOST_WORDS, words) + 1)


_LOCK = Lock()
_ANSWERS: WeakKeyDictionary[Survey, dict[str, bool]] = WeakKeyDictionary()
_KNOWN: WeakKeyDictionary[Survey, dict[str, Known]] = WeakKeyDictionary()
