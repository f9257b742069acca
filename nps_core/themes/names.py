"""What a theme is called: words and phrases as people write them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.language import MIXED, stem
from nps_core.themes.space import is_stop_word
from nps_core.themes.text import BREAK, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LONGEST_PHRASE = 4
PHRASE_BONUS = 1.5
"""A phrase of several words says more than its best word; it is worth so much more at equal coverage."""

TERMS = 10
"""Words kept for each theme."""

AND = {"en": "and", "es": "y", "pt": "e", "fr": "et", "de": "und", "nl": "en", "it": "e", "sv": "och", "da": "og",
       "no": "og", "fi": "ja", "pl": "i", "cs": "a", "ru": "и", "tr": "ve", "id": "dan", "ca": "i"}  # fmt: skip
OTHER = {"en": "Other comments", "es": "Otros comentarios", "pt": "Outros comentários",
         "fr": "Autres commentaires", "de": "Sonstige Kommentare", "nl": "Overige opmerkingen",
         "it": "Altri commenti", "sv": "Övriga kommentarer", "da": "Øvrige kommentarer",
         "no": "Øvrige kommentarer", "fi": "Muut kommentit", "pl": "Inne komentarze", "cs": "Ostatní komentáře",
         "ru": "Другие комментарии", "tr": "Diğer yorumlar", "id": "Komentar lain", "ca": "Altres comentaris",
         "ja": "その他のコメント", "zh": "其他意见", "ko": "기타 의견"}  # fmt: skip
ALL = {"en": "All comments", "es": "Todos los comentarios", "pt": "Todos os comentários",
       "fr": "Tous les commentaires", "de": "Alle Kommentare", "nl": "Alle opmerkingen",
       "it": "Tutti i commenti"}  # fmt: skip

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Naming:
    """Names and words of all themes."""

    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class _Phrases:
    """How many comments of each theme hold each phrase, and how people write it."""

    counts: dict[Phrase, NDArray[np.int32]]
    written: dict[Phrase, Counter[str]]
    sizes: NDArray[np.int64]


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.int32],
    languages: NDArray[np.str_],
    k: int,
    remainder: int | None,
    language: str,
) -> Naming:
    """Name `k` themes from the clean comments in them.

    Parameters
    ----------
    texts, labels, languages
        Clean comments, the theme of each and the language of each.
    k
        How many themes there are.
    remainder
        The theme that is a mixed remainder, if any.
    language
        The survey's language, for the words that come from no comment.
    """
    phrases = _count(texts, labels, languages, k)
    names: list[str] = []
    terms = []
    taken: set[str] = set()
    for theme in range(k):
        scored = _scores(phrases, theme)
        terms.append(_terms(phrases, scored))
        code = _code_of(languages[labels == theme], language)
        if theme == remainder:
            names.append(OTHER.get(code, OTHER["en"]))
            continue
        names.append(_name(phrases, scored, theme, code, taken))
        taken.add(names[-1].lower())
    return Naming(tuple(names), tuple(terms))


def _code_of(languages: NDArray[np.str_], language: str) -> str:
    if language != MIXED or not len(languages):
        return language
    codes, counts = np.unique(languages, return_counts=True)
    return str(codes[counts.argmax()])


def _count(texts: Sequence[str], labels: NDArray[np.int32], languages: NDArray[np.str_], k: int) -> _Phrases:
    counts: dict[Phrase, NDArray[np.int32]] = {}
    written: dict[Phrase, Counter[str]] = defaultdict(Counter)
    for text, label, code in zip(texts, labels, languages, strict=True):
        seen = set()
        for phrase, surface in _phrases_of(words_of(text), str(code)):
            written[phrase][surface] += 1
            if phrase not in seen:
                seen.add(phrase)
                if phrase not in counts:
                    counts[phrase] = np.zeros(k, dtype=np.int32)
                counts[phrase][label] += 1
    rare = 2 if len(texts) >= 30 else 1  # noqa: PLR2004 - a phrase of one comment names no theme
    kept = {phrase: count for phrase, count in counts.items() if count.sum() >= rare}
    return _Phrases(kept, written, np.bincount(labels, minlength=k))


def _phrases_of(words: list[str], code: str) -> Iterator[tuple[Phrase, str]]:
    lower = [word.lower() for word in words]
    stops = [word == BREAK or is_stop_word(word, code) for word in lower]
    keys = [word if stop else stem(word, code) for word, stop in zip(lower, stops, strict=True)]
    for start in range(len(words)):
        if stops[start]:
            continue
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            if words[end - 1] == BREAK:
                break
            if not stops[end - 1]:
                yield tuple(keys[start:end]), " ".join(words[start:end])


def _scores(phrases: _Phrases, theme: int) -> list[tuple[float, Phrase]]:
    """Coverage x log lift, best first."""
    size = max(int(phrases.sizes[theme]), 1)
    others = max(int(phrases.sizes.sum()) - size, 1)
    found = []
    for phrase, count in phrases.counts.items():
        inside = int(count[theme])
        if not inside:
            continue
        lift = ((inside + 0.5) / size) / ((int(count.sum()) - inside + 0.5) / others)
        if lift > 1:
            found.append((inside / size * float(np.log(lift)), phrase))
    return sorted(found, key=lambda x: (-x[0], x[1]))


def _terms(phrases: _Phrases, scored: list[tuple[float, Phrase]]) -> tuple[str, ...]:
    single = [phrase for _, phrase in scored if len(phrase) == 1][:TERMS]
    return tuple(_written(phrases, phrase) for phrase in single)


def _written(phrases: _Phrases, phrase: Phrase) -> str:
    """The commonest way of writing a phrase: lower case, unless it is nearly always written otherwise."""
    forms = phrases.written[phrase]
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form.lower()] += count
    best = min(folded, key=lambda form: (-folded[form], form))
    cased = {form: count for form, count in forms.items() if form.lower() == best and form != best}
    if cased and best not in forms:
        return min(cased, key=lambda form: (-cased[form], form))
    return best


def _name(phrases: _Phrases, scored: list[tuple[float, Phrase]], theme: int, code: str, taken: set[str]) -> str:
    singles = [(score, phrase) for score, phrase in scored if len(phrase) == 1]
    if not singles:
        return _distinct(f"{ALL.get(code, ALL['en'])} {theme + 1}", taken)
    longer = [
        (score * PHRASE_BONUS, phrase)
        for score, phrase in scored[:200]
        if len(phrase) > 1 and any(part == singles[0][1][0] for part in phrase)
    ]
    if longer and longer[0][0] >= 0.25 * singles[0][0]:
        name = _written(phrases, longer[0][1])
    else:
        pair = [_written(phrases, phrase) for _, phrase in singles[:2]]
        name = f" {AND.get(code, AND['en'])} ".join(pair)
    return _distinct(name[0].upper() + name[1:], taken)


def _distinct(name: str, taken: set[str]) -> str:
    number = 2
    found = name
    while found.lower() in taken:
        found = f"{name} ({number})"
        number += 1
    return found
