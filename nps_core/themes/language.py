"""Which language a comment is in, and what that language's stop words and stems are."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.user_text import normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MIXED = "mixed"
ENGLISH = "en"

TELLING_LENGTH = 25
"""Characters from which a comment's own language is believed; shorter ones follow the survey's."""

FEW_TELLING = 5
SURE = 0.6
"""With fewer telling comments than this all are read together, and the detector must be so sure."""

CLEARLY = 4
"""How many times likelier another language must be for a short comment to be read in it."""

LANGUAGE_SHARE = 0.005
TELLING_SURENESS = 0.85
"""A language counts when it is found so surely in three telling comments and in this share of them."""

MIXED_SHARE = 0.15
"""From this share in other languages a survey is called mixed."""

SAMPLE = 1_000
"""Comments that decide which languages a survey is in: twenty of a language with a 2 % share."""

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
    [
        "amount",
        "area",
        "bill",
        "call",
        "calls",
        "case",
        "change",
        "changes",
        "computer",
        "course",
        "date",
        "detail",
        "help",
        "home",
        "homepage",
        "information",
        "line",
        "member",
        "members",
        "order",
        "orders",
        "ordered",
        "ordering",
        "page",
        "pages",
        "part",
        "parts",
        "place",
        "point",
        "points",
        "price",
        "present",
        "problem",
        "problems",
        "result",
        "results",
        "room",
        "rooms",
        "section",
        "site",
        "state",
        "system",
        "test",
        "text",
        "value",
        "web",
        "webpage",
        "website",
        "welcome",
    ]
)
"""English words that the stop word list holds and that customers complain about by name."""

TYPED = {
    "pt": frozenset(["pra", "pro", "pras", "pros", "vc", "vcs", "tbm", "tb", "pq", "tá", "tô", "né", "tava"]),
    "fr": frozenset(["pcq", "pk"]),
    "de": frozenset(["usw", "bzw"]),
}
"""Short forms that people type and the stop word lists do not hold.

In English and Spanish such words make no difference.
"""

DETERMINERS = {
    code: frozenset(words.split())
    for code, words in {
        "en": (
            "the a an my your our their his her its this that these those any some every each no of for with"
            " in on many several few both other another"
        ),
        "es": (
            "el la los las un una unos unas mi su sus mis nuestro nuestra este esta estos estas del con"
            " muchos muchas pocos pocas varios varias otros otras"
        ),
        "pt": (
            "o a os as um uma uns umas meu minha seu sua nosso nossa este esta esse essa do da dos das no na"
            " com muitos muitas poucos poucas outros outras"
        ),
        "fr": (
            "le la les l un une des mon ma mes votre vos notre nos leur ce cet cette ces du au aux avec"
            " plusieurs quelques autres"
        ),
        "de": (
            "der die das den dem des ein eine einen einem einer mein meine euer eure ihr ihre dieser diese im"
            " am mit bei für von kein keine keinen viele wenige alle andere"
        ),
        "nl": "de het een mijn uw jullie hun deze dit onze met van voor in op geen veel weinig alle andere",
        "it": (
            "il lo la i gli le un uno una mio mia vostro vostra questo questa del della dei delle nel nella"
            " con molti molte pochi poche altri altre"
        ),
        "sv": "en ett den det de min er deras denna",
        "da": "en et den det de min jeres deres denne",
        "no": "en et den det de min deres denne",
    }.items()
}
"""Words that a noun follows, with or without an adjective between: articles, possessives, prepositions."""

NOUN_FIRST = frozenset({"es", "pt", "fr", "it", "ca", "ro", "id"})
"""Languages in which a phrase opens with its noun; in the others it closes with it."""

ADVERBS = {"en": "ly", "es": "mente", "pt": "mente", "it": "mente", "ca": "ment", "fr": "ment"}
"""How adverbs end; one of them names no theme by itself."""

TIMES = {
    code: frozenset(words.split())
    for code, words in {
        "en": (
            "time day week month year hour minute second today yesterday tomorrow morning afternoon evening"
            " night weekend monday tuesday wednesday thursday friday saturday sunday january february march"
            " april may june july august september october november december moment while season quarter"
            " spring summer autumn winter"
        ),
        "es": (
            "tiempo vez día semana mes año hora minuto hoy ayer mañana tarde noche lunes martes miércoles"
            " jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre"
            " octubre noviembre diciembre momento rato"
        ),
        "pt": (
            "tempo vez dia semana mês ano hora minuto hoje ontem amanhã manhã tarde noite momento janeiro "
            "fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
        ),
        "fr": "temps fois jour semaine mois an année heure minute hier demain matin soir moment",
        "de": (
            "zeit mal tag woche monat jahr stunde minute heute gestern morgen abend moment tage wochen monate"
            " jahre"
        ),
        "nl": "tijd keer dag week maand jaar uur minuut vandaag gisteren morgen avond moment",
        "it": "tempo volta giorno settimana mese anno ora minuto oggi ieri domani mattina sera momento",
    }.items()
}
"""Nouns that say when and for how long, never what: no theme is named by one of them alone."""

COPULAS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "is are was were isn't aren't wasn't",
        "es": "es son era fue está están estaba",
        "pt": "é são era foi está estão estava",
        "fr": "est sont était",
        "de": "ist sind war waren",
        "nl": "is zijn was waren",
        "it": "è sono era",
        "sv": "är var",
        "da": "er var",
        "no": "er var",
    }.items()
}
"""Words that a noun stands before."""

PHRASE_LINKS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "of to for on in with at from by",
        "es": "de del en con para a al la el los las",
        "pt": "de do da dos das em no na com para ao",
        "fr": "de du des d à au aux en pour avec la le les",
        "de": "zu zum zur für mit von im am in der die das",
        "nl": "van voor met te in op de het",
        "it": "di del della dei delle in con per da al",
    }.items()
}
"""Words that may stand inside a name: "waiting on hold", "curva de aprendizaje"."""


@cache
def _identifier() -> Any:  # noqa: ANN401 - the package has no types
    from py3langid import langid  # noqa: PLC0415 - loads a model; only when themes are asked for

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def detect(texts: Sequence[str]) -> NDArray[np.str_]:
    """The language of each clean comment as an ISO 639 code; short ones get the survey's main language.

    The languages of the survey are found on a sample first; then each comment is told among those only.
    """
    telling = np.array([i for i, text in enumerate(texts) if len(text) >= TELLING_LENGTH], dtype=np.intp)
    if len(telling) < FEW_TELLING:
        return np.full(len(texts), _language_together(texts))
    if len(telling) > SAMPLE:
        telling = np.sort(np.random.default_rng(0).choice(telling, SAMPLE, replace=False))
    found = Counter(_sure_language(texts[i]) for i in telling)
    found.pop("", None)
    enough = max(3, LANGUAGE_SHARE * found.total())
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    candidates = [code for code, count in ranked if count >= enough]
    if len(candidates) <= 1:
        return np.full(len(texts), candidates[0] if candidates else _language_together(texts))
    return np.array([_language_among(text, candidates) for text in texts])


def _language_together(texts: Sequence[str]) -> str:
    """One language for comments that are too short or too few to tell theirs: read as one text."""
    different = sorted(dict.fromkeys(text.lower() for text in texts))
    code, sureness = _identifier().classify(" ".join(different)[: 2 * READ])
    return TWINS.get(code, code) if sureness >= SURE else ENGLISH


def _sure_language(text: str) -> str:
    """The language of a comment; "" when the detector is not sure."""
    code, sureness = _identifier().classify(text[:READ].lower())
    return TWINS.get(code, code) if sureness >= TELLING_SURENESS else ""


def _language_among(text: str, candidates: Sequence[str]) -> str:
    """The likeliest of a survey's languages; of a short comment only when it is clearly not the main one."""
    odds = dict.fromkeys(candidates, 0.0)
    for code, share in _identifier().rank(text[:READ].lower()):
        own = TWINS.get(code, code)
        if own in odds:
            odds[own] += share
    best = max(candidates, key=lambda code: odds[code])
    if len(text) >= TELLING_LENGTH or odds[best] >= CLEARLY * odds[candidates[0]]:
        return best
    return candidates[0]


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
    plain |= TYPED.get(code, frozenset())
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
    return fold_text(word)


def fold_text(text: str) -> str:
    """A text without its accents; not remembered, unlike `fold`."""
    if text.isascii():
        return text
    parts = normalised(text, "NFD")
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))
