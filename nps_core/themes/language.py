"""Which language a comment is in, and what that language's stop words and stems are."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MIXED = "mixed"
ENGLISH = "en"

TELLING_LENGTH = 25
"""Characters from which a comment's own language is believed; shorter ones follow the survey's."""

LANGUAGE_SHARE = 0.02
"""A language found in fewer of the telling comments than this is taken for a mistake of the detector."""

MIXED_SHARE = 0.15
"""From this share in other languages a survey is called mixed."""

SAMPLE = 2_000
"""Comments that decide which languages a survey is in: ten comments of a language with a 2 % share."""

READ = 300
"""Characters read to tell a comment's language."""

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

TWINS = {"nb": "no", "nn": "no", "zh-hant": "zh", "gl": "pt", "ms": "id", "bs": "hr", "sr": "hr"}
"""Languages that are read with a close relative's words."""

LINKS = {
    "en": "and but however although though while whereas because except",
    "es": "y e pero aunque sino mientras porque excepto",
    "pt": "e mas porém embora enquanto porque exceto",
    "fr": "et mais cependant toutefois bien que tandis sauf",
    "de": "und aber jedoch obwohl während weil außer sondern",
    "nl": "en maar echter hoewel terwijl omdat behalve",
    "it": "e ed ma però tuttavia anche mentre perché tranne",
    "sv": "och men dock fast medan",
    "da": "og men dog mens",
    "no": "og men mens",
    "fi": "ja mutta kuitenkin",
    "pl": "i ale jednak oraz",
    "cs": "a ale však",
    "ru": "и но однако хотя а",
    "tr": "ve ama fakat ancak",
    "id": "dan tapi tetapi namun",
}
"""Words that part two clauses."""

NAMED_THINGS = frozenset(
    "amount area bill call calls case change changes computer course date detail help home homepage "
    "information line member members order orders ordered ordering page pages part parts place point points "
    "price present problem problems result results room rooms section site state system test text value "
    "web webpage website welcome".split()
)
"""English words that the stop word list holds and that customers complain about by name."""

GRADES = {
    "en": "good great best better bad worse worst nice excellent awesome amazing love like liked ok okay fine "
    "happy perfect lovely wonderful fantastic terrible horrible awful poor really very",
}


@cache
def _identifier() -> Any:  # noqa: ANN401 - the package has no types
    from py3langid import langid  # noqa: PLC0415 - loads a model; only when themes are asked for

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def detect(texts: Sequence[str]) -> NDArray[np.str_]:
    """The language of each clean comment as an ISO 639 code; short ones get the survey's main language.

    The languages of the survey are found on a sample first; then each comment is told among those only.
    """
    rng = np.random.default_rng(0)
    telling = np.array([i for i, text in enumerate(texts) if len(text) >= TELLING_LENGTH], dtype=np.intp)
    if len(telling) > SAMPLE:
        telling = np.sort(rng.choice(telling, SAMPLE, replace=False))
    looked_at = telling if len(telling) else np.arange(min(len(texts), SAMPLE))
    found = Counter(_language_of(texts[i]) for i in looked_at)
    enough = max(2, LANGUAGE_SHARE * found.total())
    candidates = [code for code, count in sorted(found.items(), key=lambda x: (-x[1], x[0])) if count >= enough]
    main = candidates[0] if candidates else ENGLISH
    if len(candidates) <= 1:
        return np.full(len(texts), main)
    return np.array(
        [_language_of(text, tuple(candidates)) if len(text) >= TELLING_LENGTH else main for text in texts]
    )


def _language_of(text: str, among: tuple[str, ...] = ()) -> str:
    ranked = _identifier().rank(text[:READ].lower())
    codes = [TWINS.get(code, code) for code, _ in ranked]
    if not among:
        return codes[0]
    return next((code for code in codes if code in among), among[0])


def main_language(languages: NDArray[np.str_]) -> str:
    """The language of nearly all comments, or "mixed"."""
    if not len(languages):
        return ENGLISH
    codes, counts = np.unique(languages, return_counts=True)
    best = int(counts.argmax())
    return str(codes[best]) if counts[best] >= (1 - MIXED_SHARE) * len(languages) else MIXED


def links_of(codes: Sequence[str]) -> frozenset[str]:
    """The words that part clauses in these languages."""
    return frozenset(word for code in codes for word in LINKS.get(code, "").split())


@cache
def stop_words(code: str) -> frozenset[str]:
    """The stop words of a language, also as people type them without accents."""
    import stopwordsiso  # noqa: PLC0415 - reads its file when imported

    words = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else set()
    plain = {fold(word) for word in words}
    kept = (words | plain) - (NAMED_THINGS if code == ENGLISH else frozenset())
    return frozenset(word.lower() for word in kept)


@cache
def _stemmer(code: str) -> Any:  # noqa: ANN401 - the package has no types
    import snowballstemmer  # noqa: PLC0415 - only when themes are asked for

    name = STEMMERS.get(code)
    return snowballstemmer.stemmer(name) if name else None


@lru_cache(maxsize=100_000)
def stem(word: str, code: str) -> str:
    """The stem of a lower-case word, without accents; the word itself where there is no stemmer.

    >>> stem("deliveries", "en"), stem("atención", "es") == stem("atencion", "es")
    ('deliveri', True)
    """
    bare = bare_word(word)
    stemmer = _stemmer(code)
    return fold(stemmer.stemWord(bare) if stemmer else bare)


def bare_word(word: str) -> str:
    """A word without possessive and elided article: "company's" -> "company", "l'accueil" -> "accueil"."""
    if "'" not in word:
        return word
    head, _, tail = word.partition("'")
    return head if len(tail) <= len(head) else tail


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word without its accents."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))
