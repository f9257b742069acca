"""Bytes -> text: which encoding a file that does not say is in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_LOOK = 65536
"""Bytes looked at to tell UTF-16 without a mark and Japanese code pages."""

_MOSTLY = 0.6
"""A share that settles a question of evidence; chance gives far less."""

_ELSEWHERE = ("cp1251", "cp1253", "koi8_r", "gb18030", "big5", "cp949")
"""Code pages of other scripts than Latin and Japanese."""

_CLEAN = 0.98
"""A text has next to no letters that are unassigned, private or controls; chance has many."""

_RUNS = re.compile(r"[^\x00-\xbf]{3,}")
"""Three special letters in a row are rare in the West, and the rule in Cyrillic read as Western."""

_KANA = re.compile(r"[\u3041-\u30ff]")
_WIDE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uff01-\uffee]")
_HALF = re.compile(r"[\uff61-\uff9f]")
_HOLES = b"\x81\x8d\x8f\x90\x9d"
_LETTERS = "".join(bytes([byte]).decode("latin-1" if byte in _HOLES else "cp1252") for byte in range(256))
"""What each byte stands for in Windows-1252, whose five holes are read as Latin-1's control letters."""

_SECOND_MARK = "\ufeff"
"""Some tools write the byte order mark twice."""

_ESCAPED = 0xDC00
"""Where the letters begin that bytes become when they are escaped as surrogates."""

_PIECE = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file become text.

    Parameters
    ----------
    codec
        The codec for all of it, `WESTERN`, or `MIXED`: UTF-8 with some lines in a Western code page.
    name
        For people.
    note
        What to say of it.
    start
        Bytes of the byte order mark.
    """

    codec: str
    name: str
    note: str = ""
    start: int = 0


WESTERN, MIXED = "western", "mixed"


def likely_utf8(head: bytes) -> Encoding | None:
    """UTF-8 where the first bytes of a file may be it; None where the whole file must be looked at to tell."""
    marks = tuple(mark for mark, codec, _ in _BOMS if codec != "utf-8")
    if head.startswith(marks) or b"\x00" in head:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    marked = head.startswith(codecs.BOM_UTF8)
    return Encoding("utf-8", "UTF-8 with BOM" if marked else "UTF-8", start=len(codecs.BOM_UTF8) * marked)


def find_encoding(data: bytes) -> Encoding:
    """The encoding of a text file, without making a text of it.

    The order: a byte order mark; UTF-16 by its zero bytes; strict UTF-8; Japanese by kana; UTF-8 with some
    lines in a Western code page; a code page in Latin letters by their language; another script as
    charset-normalizer finds it; otherwise Windows-1252, whose five holes are read as Latin-1.
    """
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return Encoding(codec, f"{name} with BOM", start=len(mark))
    if codec := _bare_utf16(data):
        return Encoding(codec, "UTF-16")
    return Encoding("utf-8", "UTF-8") if _is_in(data, "utf-8") else _not_utf8(data)


def pieces_of(data: bytes, encoding: Encoding, size: int) -> Iterator[str]:
    """The text of a file, made of so many bytes at a time, and of whole lines where two encodings are mixed."""
    if encoding.codec == MIXED:
        place = 0
        while place < len(data):
            end = data.find(b"\n", place + size) + 1 or len(data)
            yield _mixed(data[place:end])
            place = end
        return
    if encoding.codec == WESTERN:
        for place in range(0, len(data), size):
            yield _western(data[place : place + size])
        return
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    begun = False
    for place in range(encoding.start, len(data), size):
        text = decoder.decode(data[place : place + size], final=place + size >= len(data))
        yield text if begun else text.removeprefix(_SECOND_MARK)
        begun = begun or bool(text)


def decode(data: bytes, encoding: Encoding | None = None) -> str:
    """All of the text of a file; what is no letter in its encoding becomes U+FFFD.

    The encoding is that of `find_encoding` unless it is given.
    """
    return "".join(pieces_of(data, encoding or find_encoding(data), max(len(data), 1)))


def _mixed(data: bytes) -> str:
    """Lines of UTF-8, and those that are none as Windows-1252."""
    texts: list[str] = []
    for line in data.split(b"\n"):
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(_western(line))
    return "\n".join(texts)


def _is_in(data: bytes, codec: str) -> bool:
    """True when all of the bytes are text in a codec."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for place in range(0, len(data), _PIECE):
            decoder.decode(data[place : place + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bare_utf16(data: bytes) -> str:
    """The codec of UTF-16 without a mark, told by its zeros, which no other text has; "" when it is not.

    Zeros stand in one half of the bytes: everywhere where letters are Latin, else in delimiters, digits and
    the ends of lines.
    """
    look = data[: _LOOK - _LOOK % 2]
    even, odd = look[::2].count(0), look[1::2].count(0)
    if even + odd < len(look) / 50 or len(data) % 2:
        return ""
    codec, most, least = ("utf-16-le", odd, even) if odd > even else ("utf-16-be", even, odd)
    text = look.decode(codec, "replace")
    usual = sum(1 for letter in text if unicodedata.category(letter) not in _UNUSUAL or letter in "\r\n\t")
    return codec if least <= most / 10 and usual >= _CLEAN * len(text) else ""


_UNUSUAL = frozenset({"Cc", "Cn", "Co", "Cs"})


def _not_utf8(data: bytes) -> Encoding:
    if japanese := _japanese(data):
        return japanese
    foreign, other = _foreign_lines(data)
    if other < foreign * (1 - _MOSTLY / 2) and foreign > other:
        sentence = "is not UTF-8; it was" if other == 1 else "are not UTF-8; those were"
        note = f"Of {foreign:,} lines with special letters, {other:,} {sentence} read as Windows-1252."
        return Encoding(MIXED, "UTF-8 mixed with Windows-1252", note)
    return _in_latin(data) or _other(data) or Encoding(WESTERN, "Windows-1252")


def _foreign_lines(data: bytes) -> tuple[int, int]:
    """How many lines hold special letters, and how many of these are not UTF-8."""
    foreign = other = place = 0
    while place < len(data):
        end = data.find(b"\n", place + _PIECE) + 1 or len(data)
        # Each byte that is not UTF-8 becomes a letter of its own, which no text has.
        text = data[place:end].decode("utf-8", "surrogateescape")
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.flatnonzero(letters == ord("\n"))
        for escaped in (False, True):
            wanted = (letters >= _ESCAPED) & (letters < _ESCAPED + 256) if escaped else letters > 127  # noqa: PLR2004 - not ASCII
            line = np.searchsorted(ends, np.flatnonzero(wanted))  # of each such letter, rising
            lines = int(np.count_nonzero(np.diff(line, prepend=-1)))
            foreign, other = (foreign, other + lines) if escaped else (foreign + lines, other)
        place = end
    return foreign, other


def _in_latin(data: bytes) -> Encoding | None:
    """A code page of Latin letters; None for what is another script."""
    look = data[:_LOOK]
    codec, name, worth = likely(look)
    text = look.decode(codec, "replace")
    runs, foreign = sum(len(run) for run in _RUNS.findall(text)), sum(1 for byte in look if byte > 127)  # noqa: PLR2004 - not ASCII
    if worth < ENOUGH or runs > _MOSTLY * foreign:
        return None
    if codec == "cp1252":
        return Encoding(WESTERN, name)
    return Encoding(codec, name, f"The file does not say its encoding; it was read as {name}.")


def _other(data: bytes) -> Encoding | None:
    """Cyrillic, Greek, Chinese or Korean, as charset-normalizer finds it.

    It is asked only where the text is not in Latin letters: there it is right where a rule of thumb is not,
    while it takes short Western texts for something else (docs/reading.md has the figures).
    """
    import charset_normalizer  # noqa: PLC0415 - few files need it

    best = charset_normalizer.from_bytes(data[:_LOOK], cp_isolation=list(_ELSEWHERE)).best()
    if best is None or not _is_in(data, best.encoding):
        return None
    name = best.encoding.replace("_", "-")
    return Encoding(best.encoding, name, f"The file does not say its encoding; it was read as {name}.")


def _western(data: bytes) -> str:
    text, _ = codecs.charmap_decode(data, "strict", _LETTERS)
    return text


def _japanese(data: bytes) -> Encoding | None:
    """Shift-JIS or EUC-JP, when most of what is not ASCII becomes kana or kanji, with some kana among it."""
    look = data[:_LOOK]
    for codec, name in (("cp932", "Shift-JIS"), ("euc_jp", "EUC-JP")):
        if not _is_in(data, codec):
            continue
        text = look.decode(codec, "ignore")
        foreign = sum(1 for letter in text if not letter.isascii())
        wide, half = len(_WIDE.findall(text)), len(_HALF.findall(text))
        kana = len(_KANA.findall(text))
        # Chinese and Korean also decode as EUC-JP, but into kanji without kana.
        kanji_only = codec == "cp932" and kana == 0 and wide - half == foreign and _in_latin(data) is None
        if foreign and (wide - half) >= _MOSTLY * foreign and (kana or kanji_only):
            return Encoding(codec, name)
    return None


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
