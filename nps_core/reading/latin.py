"""Which code page a text in Latin letters is in, by the letters that each language uses.

Code pages share their bytes, so that Polish read as Western is letters, too ("³" for "ł"): what tells is that
no one language has all of them.
"""

from __future__ import annotations

import re
from collections import Counter

_WESTERN = (
    "äöüßÄÖÜẞ", "éèêëàâçîïôùûüœæÉÈÊËÀÂÇÎÏÔÙÛŒ", "áéíóúñü¿¡ÁÉÍÓÚÑÜ", "ãõáéíóúâêôçàüÃÕÁÉÍÓÚÂÊÔÇÀ",
    "àèéìíîòóùÀÈÉÌÒÓÙ", "ëïéèóöüáÉËÏ", "åäöéÅÄÖÉ", "æøåéÆØÅÉ", "áðéíóúýþæöÁÐÉÍÓÚÝÞÆÖ", "àçéèíïóòúüÀÇÉÈÍÏÓÒÚ",
)  # fmt: skip
"""German, French, Spanish, Portuguese, Italian, Dutch, Swedish and Finnish, Danish and Norwegian, Icelandic, Catalan."""

_CENTRAL = (
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "áäčďéíĺľňóôŕšťúýžÁČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ", "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",
    "ăâîşţșțĂÂÎŞŢȘȚ", "čćđšžČĆĐŠŽ",
)  # fmt: skip
"""Polish, Czech, Slovak, Hungarian, Romanian, Croatian and Slovenian."""

_TURKISH = ("çğıöşüâîûÇĞİÖŞÜ",)
_BALTIC = ("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ", "äöüõšžÄÖÜÕŠŽ")

PAGES = (
    ("cp1252", "Windows-1252", _WESTERN),
    ("cp1250", "Windows-1250", _CENTRAL),
    ("cp1254", "Windows-1254", _TURKISH),
    ("cp1257", "Windows-1257", _BALTIC),
    ("iso8859_2", "ISO 8859-2", _CENTRAL),
    ("mac_roman", "Mac Roman", _WESTERN),
    ("cp850", "DOS 850", _WESTERN),
)
"""Code pages with the languages written in them; of equals the first is taken."""

_THORN = frozenset("ðþýÐÞÝ")
_ICELANDIC = frozenset("áéíóúæÁÉÍÓÚÆ")
"""Icelandic without any of these is Turkish read as Western, which has the former in the places of ğ, ş and ı."""

_SIGNS = frozenset("“”„‘’‚«»‹›–—…•·°€£§©®™´¨ªº½¼¾±×\u00a0")
_WITHIN = re.compile(r"(?<=[^\W\d_])[^\w\s’‘'´\-–·./&+\x00-\x7f](?=[^\W\d_])")
_RAISED = re.compile(r"(?<=[a-zß-ÿ])[^\W\d_a-zA-Z](?=[^\W\d_])")
_UNITS = re.compile(r"(?<=m)[²³]|µ(?=[gmls])")
_CONTROL = re.compile(r"[\x7f-\x9f\ufffd]")

ENOUGH = 0.9
"""The share of special letters that are one language's, from which on a reading is believed."""


def likely(data: bytes) -> tuple[str, str, float]:
    """The code page whose reading is most like one language: (codec, its name, how like, 0 to 1)."""
    best = ("cp1252", "Windows-1252", 0.0)
    for codec, name, languages in PAGES:
        text = data.decode(codec, "replace")
        worth = _likeness(text, languages)
        if worth > best[2] + 1e-9:
            best = codec, name, worth
    if best[2] >= ENOUGH:
        return best
    # Comments in several Western languages are like none of them, but like all of them together.
    return "cp1252", "Windows-1252", _likeness(data.decode("cp1252", "replace"), ("".join(_WESTERN),))


def _likeness(text: str, languages: tuple[str, ...]) -> float:
    """The share of what is not ASCII that one language and usual signs explain."""
    foreign = Counter(letter for letter in _UNITS.sub("", text) if letter > "\x7f")
    signs = sum(count for letter, count in foreign.items() if letter in _SIGNS)
    letters = sum(foreign.values()) - signs
    spoken = max(sum(foreign[letter] for letter in _in_use(alphabet, foreign)) for alphabet in languages)
    raised = sum(1 for found in _RAISED.findall(text) if found.isupper())
    odd = len(_WITHIN.findall(text)) + len(_CONTROL.findall(text)) + raised
    # Quotation marks and dashes stand in the same places of most code pages: letters alone tell.
    return (spoken - odd) / letters if letters else 1.0 if not odd else 0.0


def _in_use(alphabet: str, foreign: Counter[str]) -> frozenset[str]:
    """The letters of an alphabet, less those that it has only beside others."""
    letters = frozenset(alphabet)
    return letters - _THORN if "þ" in letters and not foreign.keys() & _ICELANDIC else letters
