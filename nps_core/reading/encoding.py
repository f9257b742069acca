"""Bytes -> text: which encoding a file that does not say is in."""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.errors import MappingError
from nps_core.reading.cells import plain, says
from nps_core.reading.source import BOMS, Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator


_LOOK = 65536
"""Bytes looked at to tell UTF-16 without a mark, and bytes of lines with special letters that tell a code page."""

_LEAST = 2048
"""Bytes of such lines taken of each piece of a file, so that its end has a say as its beginning has."""

_MOSTLY = 0.6
"""A share that settles a question of evidence; chance gives far less."""

_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_FIRST_LETTER = 0xA4
"""The first byte of a pair from which on it is a letter in these pages; what is below are signs."""

_USUAL = 0.95
"""The share of letters of a page that are the commoner ones, at least."""

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


WESTERN, MIXED = "western", "mixed"
_MIXED_NAME = "UTF-8 mixed with Windows-1252"


def encoding_named(name: str) -> Encoding:
    """The encoding that a person names, as Python or as a survey calls it ("Windows-1250", "cp1250", "UTF-8").

    Raises
    ------
    MappingError
        There is no encoding of that name.

    Examples
    --------
    >>> encoding_named("latin2").codec, encoding_named("Windows-1252").codec
    ('iso8859-2', 'western')
    """
    wanted = name.strip().lower().removesuffix(" with bom")
    if wanted == _MIXED_NAME.lower():
        return Encoding(MIXED, _MIXED_NAME)
    try:
        codec = codecs.lookup({page.lower(): codec for codec, page in _CHOICES}.get(wanted, wanted)).name
    except LookupError:
        codec = ""
    if not _OF_FILES.match(codec):
        raise MappingError(f"There is no encoding “{name}”.", hint=f"Encodings are {', '.join(ENCODINGS)}.")
    if codec in {"cp1252", "iso8859-1"}:
        return Encoding(WESTERN, "Windows-1252")
    shown = {codecs.lookup(known).name: page for known, page in _CHOICES}
    return Encoding(codec, shown.get(codec, name.strip()))


def chosen_encoding(data: bytes, encoding: Encoding) -> Encoding:
    """An encoding that a person chose, for the bytes of a file.

    It starts after their byte order mark, and its note says how many bytes are no letters in it.
    """
    codec = "utf-8" if encoding.codec == "utf-8-sig" else encoding.codec
    if codec in ("utf-16", "utf-32"):
        marked = next(
            (name for mark, name, _ in BOMS if data.startswith(mark) and name.startswith(codec)), ""
        )
        codec = marked or f"{codec}-le"
    start = next((len(mark) for mark, name, _ in BOMS if data.startswith(mark) and name == codec), 0)
    found = Encoding(codec, encoding.name, start=start)
    unread = sum(piece.count(_NO_LETTER) for piece in pieces_of(data, found, _PIECE))
    if not unread:
        return found
    such = "byte is no letter" if unread == 1 else "bytes are no letters"
    return replace(found, note=f"{unread:,} {such} in {encoding.name}, in which you had the file read.")


def find_encoding(data: bytes) -> Encoding:
    """The encoding of a text file, without making a text of it.

    The order: a byte order mark; UTF-16 by its zero bytes; strict UTF-8; Japanese by kana; UTF-8 with some
    lines in a Western code page; a code page in Latin letters by their language; Korean or Chinese by the
    first bytes of its letters; Cyrillic, Greek, Hebrew, Arabic or Thai by their languages; otherwise Windows-1252,
    whose five holes are read as Latin-1.
    """
    for mark, codec, name in BOMS:
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
    look = _telling(data)
    if japanese := _japanese(data, look):
        return japanese
    foreign, other = _foreign_lines(data)
    if other < foreign * (1 - _MOSTLY / 2) and foreign > other:
        sentence = "is not UTF-8; it was" if other == 1 else "are not UTF-8; those were"
        note = f"Of {foreign:,} lines with special letters, {other:,} {sentence} read as Windows-1252."
        return Encoding(MIXED, _MIXED_NAME, note)
    found = _in_latin(look) or _in_pairs(data, look) or _in_other_letters(data, look)
    return found or Encoding(WESTERN, "Windows-1252")


def _telling(data: bytes) -> bytes:
    """The lines with special letters, some of each piece of a file: all of a column judges, not its beginning."""
    budget = max(_LOOK * _PIECE // max(len(data), 1), _LEAST)
    lines = []
    for place in range(0, len(data), _PIECE):
        piece = data[place : place + _PIECE]
        special = np.flatnonzero(np.frombuffer(piece, np.uint8) > 127)  # noqa: PLR2004 - not ASCII
        taken = at = 0
        while at < len(special) and taken < budget:
            first = int(special[at])
            begin = max(piece.rfind(b"\n", 0, first) + 1, first - _LEAST)
            end = min(piece.find(b"\n", first) % (len(piece) + 1), first + _LEAST)
            lines.append(piece[begin:end])
            taken += end - begin
            at = int(np.searchsorted(special, end))
    return b"\n".join(lines)


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
            # Above 127 is what is not ASCII.
            wanted = (letters >= _ESCAPED) & (letters < _ESCAPED + 256) if escaped else letters > 127  # noqa: PLR2004
            line = np.searchsorted(ends, np.flatnonzero(wanted))  # of each such letter, rising
            lines = int(np.count_nonzero(np.diff(line, prepend=-1)))
            foreign, other = (foreign, other + lines) if escaped else (foreign + lines, other)
        place = end
    return foreign, other


def _in_latin(look: bytes) -> Encoding | None:
    """A code page of Latin letters; None for what is another script."""
    codec, name, worth = likely(look)
    text = look.decode(codec, "replace")
    runs, foreign = (
        sum(len(run) for run in _RUNS.findall(text)),
        sum(1 for byte in look if byte > 127),  # noqa: PLR2004 - not ASCII
    )
    beside = len(_AMONG_LATIN.findall(look))
    if worth >= ENOUGH and runs > _MOSTLY * foreign:
        beside = max(beside, _within_latin_words(look))
    if (worth < ENOUGH or runs > _MOSTLY * foreign) and beside < _MOSTLY * foreign:
        return None
    return _page(codec, name)


def _within_latin_words(look: bytes) -> int:
    """How many special letters stand in words that have one of ASCII, too, as all but the first two of "zażółć" do."""
    words = (word for word in _WORD.findall(look) if word.strip(_SPECIAL))
    return sum(len(word) - len(word.translate(None, _SPECIAL)) for word in words)


def _page(codec: str, name: str) -> Encoding:
    if codec == "cp1252":
        return Encoding(WESTERN, name)
    return Encoding(codec, name, f"The file does not say its encoding; it was read as {name}.")


def _in_other_letters(data: bytes, look: bytes) -> Encoding | None:
    """A code page of Cyrillic, Greek, Hebrew, Arabic or Thai letters: the one whose reading is most like a language.

    Letters of one alphabet fill most of these pages, so that more tells: no capital stands within a word, and a
    language's most frequent letters are frequent.
    """
    best, most = None, 0.0
    for codec, name, languages in _PAGES_ELSEWHERE:
        text = look.decode(codec, "replace")
        for alphabet, often in languages:
            like = _likeness(text, (alphabet,))
            worth = like + _frequent(text, often)
            if like >= ENOUGH and worth > most + _CLEARLY and _is_in(data, codec):
                best, most = _page(codec, name), worth
    return best


def _frequent(text: str, often: str) -> float:
    """How far the most frequent letters of a language are frequent in a text, less capitals within words."""
    letters = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    within = sum(1 for found in _WITHIN_WORD.findall(text) if found.isupper() and not found.isascii())
    return (sum(1 for letter in letters if letter in often) - within) / len(letters) if letters else -1.0


def _in_pairs(data: bytes, look: bytes) -> Encoding | None:
    """Korean or Chinese, two bytes a letter: the code page where nearly every pair begins as its usual letters do."""
    leads = np.array([pair[0] for pair in _PAIR.findall(look)], np.uint8)
    leads = leads[leads >= _FIRST_LETTER]
    for codec, name, first, last in _PAGES_OF_PAIRS:
        usual = int(((leads >= first) & (leads <= last)).sum())
        if usual and usual >= _USUAL * len(leads) and _is_in(data, codec):
            return _page(codec, name)
    return None


def _western(data: bytes) -> str:
    text, _ = codecs.charmap_decode(data, "strict", _LETTERS)
    return text


def _japanese(data: bytes, look: bytes) -> Encoding | None:
    """Shift-JIS or EUC-JP, when most of what is not ASCII becomes kana or kanji, with some kana among it."""
    for codec, name in (("cp932", "Shift-JIS"), ("euc_jp", "EUC-JP")):
        if not _is_in(data, codec):
            continue
        text = look.decode(codec, "ignore")
        foreign = sum(1 for letter in text if not letter.isascii())
        wide, half = len(_WIDE.findall(text)), len(_HALF.findall(text))
        kana = len(_KANA.findall(text))
        # Chinese and Korean also decode as EUC-JP, but into kanji without kana.
        kanji_only = codec == "cp932" and kana == 0 and wide - half == foreign and _in_latin(look) is None
        if foreign and (wide - half) >= _MOSTLY * foreign and (kana or kanji_only):
            return Encoding(codec, name)
    return None


_KNOWN: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "vocabulary" / "_encodings.toml").read_text(encoding="utf-8")
)
_WESTERN = tuple(_KNOWN["alphabets"]["western"])
PAGES = tuple(
    (page["codec"], page["name"], tuple(_KNOWN["alphabets"][page["alphabets"]])) for page in _KNOWN["latin"]
)
"""Code pages of Latin letters with the alphabets written in them."""

_PAGES_ELSEWHERE = tuple(
    (page["codec"], page["name"], tuple(_KNOWN["frequent"][page["frequent"]])) for page in _KNOWN["other"]
)
"""Code pages of other letters, each with alphabets and the most frequent letters of languages written in them."""

_PAGES_OF_PAIRS = tuple(
    (page["codec"], page["name"], page["first"], page["last"]) for page in _KNOWN["pairs"]
)

_CHOICES = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    *((codec, name) for codec, name, _ in (*PAGES, *_PAGES_ELSEWHERE)),
    ("cp932", "Shift-JIS"),
    ("euc_jp", "EUC-JP"),
    *((codec, name) for codec, name, *_ in _PAGES_OF_PAIRS),
)
ENCODINGS = tuple(name for _, name in _CHOICES)
"""The encodings offered to a person."""

_OF_FILES = re.compile(r"(utf-(8|16|32)|cp|iso8859|koi8|mac|shift_jis|euc|gb|big5|johab|tis)")
"""Codecs in which files are written; Python has others, for addresses, e-mails and its own sources."""

_CLEARLY = 0.05
"""By so much a rarer code page must be likelier than a more usual one."""

_AMONG_LATIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
"""A special letter beside one of ASCII, as most are in Latin script and next to none in any other."""

_SPECIAL = bytes(range(0x80, 0x100))
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")

_WITHIN_WORD = re.compile(r"(?<=[^\W\d_])[^\W\d_]")
_NO_LETTER = "\ufffd"

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
        # Of pages that explain the letters alike, the one in which the question can be read: "preporučili",
        # "preporuèili".
        alike = worth >= ENOUGH and abs(worth - best[2]) <= 1e-9  # noqa: PLR2004
        if worth > best[2] + 1e-9 or (alike and _asks(text) and not _asks(data.decode(best[0], "replace"))):
            best = codec, name, worth
    if best[2] >= ENOUGH:
        return best
    # Comments in several Western languages are like none of them, but like all of them together.
    return "cp1252", "Windows-1252", _likeness(data.decode("cp1252", "replace"), ("".join(_WESTERN),))


def _asks(text: str) -> bool:
    return says(plain(text), "recommend")


def _likeness(text: str, languages: tuple[str, ...]) -> float:
    """The share of what is not ASCII that one language and usual signs explain."""
    foreign = Counter(letter for letter in _UNITS.sub("", text) if letter > "\x7f")
    signs = sum(count for letter, count in foreign.items() if letter in _SIGNS)
    letters = sum(foreign.values()) - signs
    spoken = max(sum(foreign[letter] for letter in _in_use(alphabet, foreign)) for alphabet in languages)
    raised = sum(1 for found in _RAISED.findall(text) if found.isupper())
    # The vowels that Thai writes above and below its letters are marks.
    within = sum(1 for found in _WITHIN.findall(text) if unicodedata.category(found) != "Mn")
    odd = within + len(_CONTROL.findall(text)) + raised
    # Quotation marks and dashes stand in the same places of most code pages: letters alone tell.
    return (spoken - odd) / letters if letters else 1.0 if not odd else 0.0


def _in_use(alphabet: str, foreign: Counter[str]) -> frozenset[str]:
    """The letters of an alphabet, less those that it has only beside others."""
    letters = frozenset(alphabet)
    return letters - _THORN if "þ" in letters and not foreign.keys() & _ICELANDIC else letters
