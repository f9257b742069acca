"""Comments as people type them -> clean text, clauses and words."""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.user_text import EMAIL, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LONGEST = 4_000
"""Characters of a comment that are read. Past some 600 words a comment adds time, not a theme."""

NO_CONTENT = frozenset(
    [
        "na",
        "n a",
        "n/a",
        "none",
        "no",
        "yes",
        "nil",
        "null",
        "nan",
        "nothing",
        "nothing to add",
        "nothing else",
        "nothing really",
        "no comment",
        "no comments",
        "no reason",
        "not applicable",
        "no answer",
        "no response",
        "idk",
        "i dont know",
        "i don't know",
        "dont know",
        "don't know",
        "see above",
        "same",
        "as above",
        "test",
        "asdf",
        "nada",
        "ninguno",
        "ninguna",
        "ningun comentario",
        "sin comentarios",
        "sin comentario",
        "no aplica",
        "no se",
        "no sé",
        "n/c",
        "s/c",
        "nenhum",
        "nenhuma",
        "sem comentários",
        "sem comentarios",
        "não",
        "sim",
        "não sei",
        "rien",
        "aucun",
        "aucune",
        "aucun commentaire",
        "sans commentaire",
        "ras",
        "r a s",
        "non",
        "oui",
        "nichts",
        "keine",
        "keiner",
        "kein",
        "kein kommentar",
        "keine angabe",
        "k a",
        "k/a",
        "nein",
        "ja",
        "niets",
        "geen",
        "geen opmerkingen",
        "nee",
        "niente",
        "nessuno",
        "nessuna",
        "nessun commento",
        "si",
        "sí",
        "ingen",
        "inget",
        "ingenting",
        "nic",
        "brak",
        "нет",
        "ничего",
        "да",
        "特になし",
        "なし",
        "特にありません",
        "ありません",
        "无",
        "没有",
        "無",
        "沒有",
        "없음",
        "없습니다",
    ]
)
"""What people type to get past a required field, without its punctuation."""

_NOISE = re.compile(rf"https?://\S+|www\.\S+|{EMAIL}|(?<!\w)@\w+|<[^<>]{{0,200}}>|[*_`~]+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_WORDLIKE = re.compile(r"[^\W\d_]")
_EDGES = re.compile(r"^[\W_]+|(?<![\W_])[\W_]+$")

# Scripts that are written without spaces between words.
_HAN = r"\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KATAKANA = r"\u30a1-\u30fa\u30fc-\u30ff"
_HIRAGANA = r"\u3041-\u309f"
_SOUTHEAST = r"\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"
_SPACELESS = re.compile(f"[{_HAN}{_KATAKANA}{_HIRAGANA}{_SOUTHEAST}]")
_KANA = re.compile(f"[{_HIRAGANA}{_KATAKANA}]")
_RUN = re.compile(f"[{_HAN}]+|[{_KATAKANA}]{{2,}}|[{_HIRAGANA}]+|[{_SOUTHEAST}]+")

BREAK = "\n"
"""Stands between clauses in the list of a comment's tokens."""

_TOKEN = re.compile(r"(?<!\d)\d*[^\W\d_][^\W_]*(?:'[^\W\d_]+)*|[.!?;:,…|/()\[\]\n。！？、，；：・]+")


def clean(comment: str | None) -> str:
    """A comment without markup, addresses, handles and doubled spaces; case and line breaks are kept.

    >>> clean("<p>Fast &amp; friendly</p> see https://example.org")
    'Fast & friendly see'
    """
    if not isinstance(comment, str):
        return ""
    text = comment[:LONGEST]
    if "&" in text:
        text = html.unescape(text)
    text = _NOISE.sub(" ", normalised(text, "NFKC").translate(_APOSTROPHES))
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(filter(None, lines))


def has_content(text: str) -> bool:
    """Whether a clean comment says anything: False for blanks, "NA", "-", "nothing", emoji only.

    >>> [has_content(text) for text in ("N/A", "-", "👍", "nothing", "slow")]
    [False, False, False, False, True]
    """
    if not _WORDLIKE.search(text):
        return False
    bare = _EDGES.sub("", text).lower()
    if bare in NO_CONTENT or bare.replace(".", " ").strip() in NO_CONTENT:
        return False
    return len(bare) > 1 or bool(_SPACELESS.search(bare))


def words_of(text: str) -> list[str]:
    """The words of a clean comment in order, `BREAK` between clauses; case is kept.

    Words of scripts without spaces are runs of one kind of character (Japanese) or pairs of
    characters (Chinese and the scripts of South-East Asia).
    """
    if _SPACELESS.search(text):
        text = _spaced(text)
    return [token if token[0].isalnum() else BREAK for token in _TOKEN.findall(text)]


def _spaced(text: str) -> str:
    """Spaces where a script has none; hiragana, which mostly inflects and links, is left out."""
    pairs_only = not _KANA.search(text)

    if pairs_only:
        text = _CHINESE_LINKS.sub(" ", text)

    def split(match: re.Match[str]) -> str:
        run = match.group()
        if _HIRAGANA_ONLY.fullmatch(run):
            return " "
        if "\u30a1" <= run[0] <= "\u30ff" or (not pairs_only and len(run) <= _LONGEST_KANJI_WORD):
            return f" {run} "
        return " " + " ".join(run[i : i + 2] for i in range(max(len(run) - 1, 1))) + " "

    return _RUN.sub(split, text)


_CHINESE_LINKS = re.compile("[的了很太是在我你他她它们有不和都也就还没吧吗呢啊与及但而且着过把被让给这那个]")
"""Characters that mostly link and grade; pairs across them would be no words."""

_HIRAGANA_ONLY = re.compile(f"[{_HIRAGANA}]+")
_LONGEST_KANJI_WORD = 4
"""Runs of kanji up to this length are nearly always one word or one compound."""


@dataclass(frozen=True, eq=False)
class Tokens:
    """The words of many comments, flat.

    Parameters
    ----------
    words
        Every word, as its place in `vocabulary`.
    clauses
        The clause that each word is in; clauses are numbered through all comments.
    owners
        The comment that each clause is in.
    vocabulary
        Lower-case words in the order in which they came up.
    comments
        How many comments there are.
    """

    words: NDArray[np.int32]
    clauses: NDArray[np.int32]
    owners: NDArray[np.int32]
    vocabulary: Sequence[str]
    comments: int

    def block(self, first: int, last: int) -> tuple[Tokens, slice]:
        """Those of the comments from one on and before another, numbered from 0; and the places of their clauses."""
        last = min(last, self.comments)
        clauses = slice(*np.searchsorted(self.owners, [first, last]).tolist())
        words = slice(*np.searchsorted(self.clauses, [clauses.start, clauses.stop]).tolist())
        part = Tokens(
            self.words[words],
            self.clauses[words] - np.int32(clauses.start),
            self.owners[clauses] - np.int32(first),
            self.vocabulary,
            last - first,
        )
        return part, clauses

    def where(self, kept: NDArray[np.bool_]) -> Tokens:
        """Some of the words alone, and the clauses that hold one of them."""
        held, clauses = np.unique(self.clauses[kept], return_inverse=True)
        return Tokens(
            self.words[kept], clauses.astype(np.int32), self.owners[held], self.vocabulary, self.comments
        )


def tokenise(texts: Sequence[str], links: frozenset[str]) -> Tokens:
    """Words and clauses of clean comments.

    Parameters
    ----------
    texts
        Clean comments.
    links
        Lower-case words that part two clauses, such as "but".
    """
    ids: dict[str, int] = {}
    words, clauses, owners = array("i"), array("i"), array("i")
    clause = -1
    for owner, text in enumerate(texts):
        fresh = True
        for token in words_of(text.lower()):
            if token == BREAK or token in links:
                fresh = True
                continue
            if fresh:
                owners.append(owner)
                clause += 1
                fresh = False
            words.append(ids.setdefault(token, len(ids)))
            clauses.append(clause)
    return Tokens(_frozen(words), _frozen(clauses), _frozen(owners), tuple(ids), len(texts))


def _frozen(values: Iterable[int]) -> NDArray[np.int32]:
    return np.asarray(values, dtype=np.int32)
