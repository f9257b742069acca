"""Bytes -> text: which encoding a file that does not say is in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from nps_core.reading import latin

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
_CP1252_HOLES = re.compile(r"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Decoded:
    """The text of a file and how it was decoded."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes) -> Decoded:
    """Decode a text file; never fails, and says what it assumed.

    The order: a byte order mark; UTF-16 by its zero bytes; strict UTF-8; Japanese by kana; UTF-8 with some
    lines in a Western code page; a code page in Latin letters by their language; another script as
    charset-normalizer finds it; otherwise Windows-1252, whose five holes are read as Latin-1.
    """
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(codec, "replace"), f"{name} with BOM")
    if codec := _bare_utf16(data):
        return Decoded(data.decode(codec, "replace"), "UTF-16")
    try:
        return Decoded(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return _not_utf8(data)


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


def _not_utf8(data: bytes) -> Decoded:
    if japanese := _japanese(data):
        return japanese
    lines = data.split(b"\n")
    foreign = [number for number, line in enumerate(lines) if not line.isascii()]
    texts: list[str] = []
    other = 0
    for line in lines:
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(_western(line))
            other += 1
    if other < len(foreign) * (1 - _MOSTLY / 2) and len(foreign) - other > 0:
        note = f"Of {len(foreign):,} lines with special letters, {other:,} are not UTF-8; those were read as Windows-1252."
        return Decoded("\n".join(texts), "UTF-8 mixed with Windows-1252", note)
    return _in_latin(data) or _other(data) or Decoded(_western(data), "Windows-1252")


def _in_latin(data: bytes) -> Decoded | None:
    """A code page of Latin letters; None for what is another script."""
    look = data[:_LOOK]
    codec, name, worth = latin.likely(look)
    text = look.decode(codec, "replace")
    runs, foreign = sum(len(run) for run in _RUNS.findall(text)), sum(1 for byte in look if byte > 127)  # noqa: PLR2004 - not ASCII
    if worth < latin.ENOUGH or runs > _MOSTLY * foreign:
        return None
    if codec == "cp1252":
        return Decoded(_western(data), name)
    return Decoded(
        data.decode(codec, "replace"), name, f"The file does not say its encoding; it was read as {name}."
    )


def _other(data: bytes) -> Decoded | None:
    """Cyrillic, Greek, Chinese or Korean, as charset-normalizer finds it.

    It is asked only where the text is not in Latin letters: there it is right where a rule of thumb is not,
    while it takes short Western texts for something else (docs/reading.md has the figures).
    """
    import charset_normalizer  # noqa: PLC0415 - few files need it

    best = charset_normalizer.from_bytes(data[:_LOOK], cp_isolation=list(_ELSEWHERE)).best()
    if best is None:
        return None
    try:
        text = data.decode(best.encoding)
    except UnicodeDecodeError:
        return None
    name = best.encoding.replace("_", "-")
    return Decoded(text, name, f"The file does not say its encoding; it was read as {name}.")


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        # What cp1252 defines is read so; only its five holes stay Latin-1 control letters.
        return "".join(
            letter if _CP1252_HOLES.match(letter) else bytes([ord(letter)]).decode("cp1252")
            for letter in text
        )


def _japanese(data: bytes) -> Decoded | None:
    """Shift-JIS or EUC-JP, when most of what is not ASCII becomes kana or kanji, with some kana among it."""
    look = data[:_LOOK]
    for codec, name in (("cp932", "Shift-JIS"), ("euc_jp", "EUC-JP")):
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        text = look.decode(codec, "ignore")
        foreign = sum(1 for letter in text if not letter.isascii())
        wide, half = len(_WIDE.findall(text)), len(_HALF.findall(text))
        kana = len(_KANA.findall(text))
        # Chinese and Korean also decode as EUC-JP, but into kanji without kana.
        kanji_only = codec == "cp932" and kana == 0 and wide - half == foreign and _in_latin(data) is None
        if foreign and (wide - half) >= _MOSTLY * foreign and (kana or kanji_only):
            return Decoded(data.decode(codec), name)
    return None
