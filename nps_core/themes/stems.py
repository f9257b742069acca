"""What the forms of a word share: number, gender, case, tense and person go, and what makes another word of it stays.

A stemmer (Porter 1980, by Snowball) takes off derivations too: "excellent" says "excel" to it, and "estacionamiento"
"estación". Here two words with one stem are one only if what it took off each is an ending of a table: an
inflection, or what makes the noun of a verb or of an adjective, which says the same ("integrate" and
"integration").
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from nps_core.user_text import normalised

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch_porter", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

ENDINGS = {
    code: frozenset(["", *endings.split()])
    for code, endings in {
        "en": "s e es d ed ing ings ate ates ated ating y ies ied ying i ion ions ation ations nes ity ities ility",
        "es": (
            "s es e o a os as ar er ir an en amos emos imos aba aban ando iendo ado ada ados adas ido ida"
            " idos idas aron"
            " ieron io ia ian aria arian aste iste ara aran era iera ieran isimo isima isimos isimas acion aciones"
            " amiento imiento idad idades"
        ),
        "pt": (
            "s es e o a os as ar er ir am em amos emos imos ava avam ando endo indo ado ada ados adas ido ida idos idas"
            " aram eram iram ou eu iu ia iam aria ariam ara arao isimo isima isimos isimas acao icao amento"
            " imento idade"
            " idades"
        ),
        "fr": "s x e es er ez ent a ai ais ait aient era erait ons re is ie ies it ir ux ation ations ite ites",
        "de": "e en em er es s n ern t te ten st et ung ungen keit heit",
        "it": (
            "o a i e io are ere ire ato ata ati ate uto uta uti ute ito ita iti ite ano ono iamo ava avano"
            " ando endo h ho"
            " hi he isimo isima isimi isime azione azioni amento imento"
        ),
        "nl": "e en s t te ten de den d er n ing ingen heid",
    }.items()
}
"""Endings of forms of one word, without accents, a doubled letter once."""

PLURAL_ONLY = {
    "es": ("ion", frozenset({"", "es"})),
    "fr": ("ion", frozenset({"", "s"})),
    "it": ("zion", frozenset({"e", "i"})),
}
"""Stems that end so are nouns and have a plural alone: "funciona" is no form of "función"."""

APART = {
    "en": frozenset(
        [
            "bearing",
            "bedding",
            "boarding",
            "building",
            "coating",
            "dressing",
            "fitting",
            "housing",
            "landing",
            "meeting",
            "setting",
            "training",
        ]
    )
}
"""Nouns in the form of a verb's that say something else than what they look like a form of: "boarding" is not
"on board"."""

SINGULARS = {
    "es": (("ces", "z", 2),),
    "pt": (
        ("ões", "ão", 2), ("oes", "ão", 2), ("ães", "ão", 2), ("ais", "al", 2), ("éis", "el", 2), ("óis", "ol", 2),
        ("veis", "vel", 2), ("ens", "em", 1), ("ons", "om", 1),
    ),
    "fr": (("euse", "eur", 0), ("euses", "eur", 0)),
    "it": (("camere", "camera", 0),),
    "de": (("apps", "app", 0),),
    "nl": (("apps", "app", 0), ("zen", "s", 2), ("ven", "f", 2)),
}  # fmt: skip
"""Forms that a stemmer takes for another word: an end, what to write for it, and how many letters stand before it."""


@lru_cache(maxsize=100_000)
def stem(word: str, code: str) -> str:
    """What the forms of a lower-case word share, without accents; the word itself where there is no stemmer.

    Languages without a table of endings are read as their stemmer has it.

    >>> stem("deliveries", "en"), stem("atención", "es") == stem("atencion", "es")
    ('deliveri', True)
    >>> stem("excels", "en"), stem("excellent", "en"), stem("boards", "en"), stem("boarding", "en")
    ('excel', 'excellent', 'board', 'boarding')
    """
    bare = bare_word(word)
    for end, singular, before in SINGULARS.get(code, ()):
        if bare.endswith(end) and len(bare) >= len(end) + before:
            bare = bare.removesuffix(end) + singular
    if code == "nl":
        bare = _undoubled(bare)
    plain = fold(bare).replace("ß", "ss")
    if plain.removesuffix("s") in APART.get(code, ()):
        return plain.removesuffix("s")
    stemmer = _stemmer(code)
    root = fold(stemmer.stemWord(bare) if stemmer else bare)
    noun, plural = PLURAL_ONLY.get(code, ("\0", frozenset()))
    if code not in ENDINGS or _ending(plain, root) in (plural if root.endswith(noun) else ENDINGS[code]):
        return root
    derived = _NUMBER.sub("", plain)
    return derived if derived not in ("", root) else plain.removesuffix("s") or plain


def _undoubled(word: str) -> str:
    """A Dutch word without -en or -e behind a doubled consonant, and with one of that: "katten" is "kat"."""
    bare = word.removesuffix("n")
    doubled = len(bare) > 4 and bare.endswith("e") and bare[-2] == bare[-3] and bare[-2] not in "aeiou"  # noqa: PLR2004
    return bare[:-2] if doubled else word


def _ending(word: str, root: str) -> str:
    """What a stemmer took off a word, or put others in place of; doubled letters count once, as in "stopped"."""
    word, root = _DOUBLED.sub(r"\1", word), _DOUBLED.sub(r"\1", root)
    shared = next((place for place, (a, b) in enumerate(zip(word, root, strict=False)) if a != b), len(root))
    return word[shared:]


_DOUBLED = re.compile(r"(.)\1")
_NUMBER = re.compile("(en|ed|ings?|[aeio]?s?)$")
"""How number and gender end a word that is derived."""


@cache
def _stemmer(code: str) -> Any:  # noqa: ANN401 - the package has no types
    import snowballstemmer  # noqa: PLC0415 - only when themes are asked for

    name = STEMMERS.get(code)
    return snowballstemmer.stemmer(name) if name else None


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
