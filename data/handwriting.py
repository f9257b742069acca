"""How people type: their typos, their lower case, their greetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dice import Dice

TRIVIAL_WORDS = 2
"""Comments of up to this many words may repeat, as they do among people; longer ones are told once."""

MANNERS = {"none": 910, "shout": 7, "exclaim": 50, "trail off": 18, "greet": 7, "sign": 8}
GREETINGS = ("Hi team,", "Hello,", "Dear Kestwick team,", "Hi there", "Good morning,")
FAREWELLS = ("Best,", "Regards,", "Cheers,", "BR", "Thanks,", "-")


MISSPELT = {
    "definitely": "definately",
    "really": "realy",
    "because": "becuase",
    "their": "thier",
    "which": "wich",
    "interface": "inteface",
    "believe": "beleive",
    "support": "suport",
    "without": "whitout",
    "different": "diffrent",
    "always": "allways",
    "colleagues": "collegues",
    "excellent": "excelent",
    "too": "to",
    "it's": "its",
}
"""Misspellings that people make; other words lose, double or swap a letter."""

SLIPPERY = 5
"""The shortest word in which a finger slips."""


@dataclass(frozen=True)
class Voice:
    """How one respondent types, in every comment."""

    language: str  # "en", "de", "fr" or "es"
    lower_case: bool
    final_stop: bool
    sloppy: bool
    first_name: str  # to sign with


def typed(text: str, voice: Voice, dice: Dice, *, happy: bool) -> str:
    """The same words as this respondent would type them; only the happy use exclamation marks."""
    long = len(text.split()) > TRIVIAL_WORDS
    if voice.sloppy and long and dice.chance(420):
        text = _with_typo(text, dice)
    if voice.sloppy and dice.chance(450):
        text = text.replace("'", "")
    if voice.lower_case:
        text = text.lower()
    elif long:
        text = capital(text)
    if not voice.final_stop and "\n" not in text:
        text = text.removesuffix(".")
    elif long and voice.final_stop and text[-1].isalnum() and "\n" not in text:
        text += "."
    return _with_manners(text, voice, dice, happy=happy)


def _with_manners(text: str, voice: Voice, dice: Dice, *, happy: bool) -> str:
    """Shouting, a greeting, a name underneath: rare, and never all at once."""
    sentence = len(text.split()) > TRIVIAL_WORDS
    manner = dice.weighted(MANNERS)
    if manner == "shout":
        return text.upper()
    if manner == "exclaim" and happy and text[-1] not in "!?)":
        return text.removesuffix(".") + dice.pick(("!", "!", "!!"))
    if manner == "trail off" and not happy and text[-1] not in "!?)":
        return text.removesuffix(".") + "..."
    if manner == "greet" and sentence and voice.language == "en":
        return f"{dice.pick(GREETINGS)}\n{text}"
    if manner == "sign" and sentence and voice.language == "en":
        return f"{text}\n{dice.pick(FAREWELLS)} {voice.first_name}"
    return text


def _with_typo(text: str, dice: Dice) -> str:
    """One word misspelt, as a finger or a habit would."""
    words = text.split(" ")
    known = [place for place, word in enumerate(words) if word in MISSPELT]
    if known and dice.chance(450):
        place = dice.pick(known)
        words[place] = MISSPELT[words[place]]
        return " ".join(words)
    plain = [place for place, word in enumerate(words) if len(word) >= SLIPPERY and word.isalpha()]
    if not plain:
        return text
    place = dice.pick(plain)
    words[place] = _slipped(words[place], dice)
    return " ".join(words)


def _slipped(word: str, dice: Dice) -> str:
    at = 1 + dice.below(len(word) - 2)
    how = dice.pick(("drop", "double", "swap"))
    if how == "drop":
        return word[:at] + word[at + 1 :]
    if how == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def capital(text: str) -> str:
    """With a capital first letter, save for names such as "iPhone" and openers such as "tbh"."""
    return text if text[1:2].isupper() or text.startswith("tbh") else text[0].upper() + text[1:]
