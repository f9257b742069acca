"""Comments for the sample survey: what a person with this score, role and history might have typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from handwriting import TRIVIAL_WORDS, Voice, capital, typed

if TYPE_CHECKING:
    from dice import Dice

FRAGMENTS = Path(__file__).with_name("fragments.txt")

INNERMOST = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"<([a-z]+)>")

KEPT_CAPITAL = {
    "I",
    "I'd",
    "I've",
    "I'm",
    "Kestwick",
    "UI",
    "API",
    "HR",
    "IT",
    "ROI",
    "CSV",
    "CFO",
    "P&L",
    "PDF",
}
"""First words that keep their capital after an opener ("Honestly, ...")."""

ANECDOTE_WORDS = 6
"""A whole answer of so many words and without choices in it is told by one person only."""

EMPTY = 20
"""Of a thousand comments, those that say nothing ("n/a", "-")."""

NEGATIVE = {
    "interface": 2,
    "price": 4,
    "support": 5,
    "rollout": 1,
    "reports": 5,
    "integrations": 5,
    "performance": 5,
    "mobile": 2,
    "features": 5,
    "general": 3,
}
POSITIVE = {
    "interface": 4,
    "price": 4,
    "support": 8,
    "rollout": 2,
    "reports": 11,
    "integrations": 5,
    "performance": 6,
    "mobile": 2,
    "features": 10,
    "general": 10,
    "veteran": 4,
}
"""How often a theme comes up (whole-number weights) before anything is known about the respondent."""

BAD_SHAPES = {"short": 14, "one": 38, "more": 16, "wish": 8, "tail": 7, "two": 10, "long": 6, "odd": 2}
GOOD_SHAPES = {"short": 23, "one": 43, "more": 9, "tail": 6, "two": 9, "long": 3, "flaw": 7, "odd": 2}
MIXED_SHAPES = {"flaw": 26, "general": 12, "meh": 10, "bad": 26, "wish": 12, "good": 12, "odd": 2}
"""The shapes of a detractor's, a promoter's and a passive's comment."""
MIXED_SECTIONS = {"general": "general.mid", "meh": "general.mid.short", "odd": "odd.mid"}


@dataclass(frozen=True)
class Situation:
    """What a comment must fit."""

    group: str
    persona: str
    plan: str
    phase: str
    touchpoint: str
    young: bool  # 25-34, the ones whom the old interface annoyed
    redesigned: bool  # the new interface is out
    outage: bool  # the outage has just hit this region
    again: bool  # has answered an earlier wave
    mail: str
    voice: Voice


@dataclass
class Writer:
    """Writes comments; each way to say a thing is used once before any is used again."""

    dice: Dice
    sections: dict[str, list[str]]
    decks: dict[str, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def comment(self, at: Situation) -> str:
        """One comment that fits; never one of more than three words that was written before."""
        if self.dice.chance(EMPTY):
            return self._line("empty.again" if at.again and self.dice.chance(250) else "empty", at)
        while True:
            text = typed(self._raw(at), at.voice, self.dice, happy=at.group == "promoter")
            key = "".join(letter for letter in text.casefold() if letter.isalnum())
            if len(text.split()) <= TRIVIAL_WORDS or key not in self.told:
                self.told.add(key)
                return text

    def with_contact(self, text: str, at: Situation) -> str:
        """The comment and a request to be called or mailed."""
        return f"{text.rstrip()} {self._line('contact', at)}"

    def _raw(self, at: Situation) -> str:
        if at.voice.language != "en" and not at.outage:
            return self._foreign(at)
        if at.group == "promoter":
            return self._good(at, self.dice.weighted(GOOD_SHAPES))
        if at.group == "passive":
            return self._mixed(at)
        return self._bad(at, self.dice.weighted(BAD_SHAPES))

    def _foreign(self, at: Situation) -> str:
        tone = {"promoter": "pos", "passive": "mid", "detractor": "neg"}[at.group]
        if tone == "pos" and at.redesigned and self.dice.chance(300):
            tone = "newinterface"
        if tone != "pos" and at.young and not at.redesigned and self.dice.chance(600):
            tone = "interface"
        return self._line(f"{at.voice.language}.{tone}", at)

    def _good(self, at: Situation, shape: str) -> str:
        if shape == "odd":
            return self._line("odd.pos", at)
        if shape == "flaw":
            return self._joined("join", *self._two_themes("pos", "neg", at), at)
        if shape == "two":
            return self._joined("both.pos", *self._two_themes("pos", "pos", at), at)
        theme = self._praised(at)
        if shape == "short":
            return self._short(theme, "pos", at)
        pieces = [self._opened(self._line(f"{theme}.pos", at), "pos", at)]
        if shape in ("more", "long"):
            pieces += self._optional(f"{theme}.pos.more", at)
        if shape in ("tail", "long"):
            pieces.append(self._line(f"tail.pos.{_persona_key(at)}", at))
        return self._together(pieces)

    def _bad(self, at: Situation, shape: str) -> str:
        if shape == "two" and self.dice.chance(450):
            return self._joined("join", *self._two_themes("pos", "neg", at), at)
        if shape == "two":
            return self._joined("both.neg", *self._two_themes("neg", "neg", at), at)
        theme = self._blamed(at)
        if shape == "odd":
            return self._line("odd.interface" if theme == "interface" else "odd.neg", at)
        if shape == "short":
            return self._short(theme, "neg", at)
        pieces = [self._opened(self._line(f"{theme}.neg", at), "neg", at)]
        if shape in ("more", "long"):
            pieces += self._optional(f"{theme}.neg.more", at)
        if shape == "wish" or (shape == "long" and self.dice.chance(500)):
            pieces += self._optional(f"{theme}.wish", at)
        elif shape in ("tail", "long"):
            pieces.append(self._line(f"tail.neg.{_persona_key(at)}", at))
        return self._together(pieces)

    def _mixed(self, at: Situation) -> str:
        shape = self.dice.weighted(MIXED_SHAPES)
        if shape == "flaw":
            return self._joined("join", *self._two_themes("pos", "neg", at), at)
        if shape == "good":
            return self._good(at, "short" if self.dice.chance(400) else "one")
        if shape in MIXED_SECTIONS:
            return self._line(MIXED_SECTIONS[shape], at)
        theme = self._blamed(at)
        if theme == "general":
            return self._line("general.mid", at)
        wished = self._optional(f"{theme}.wish", at) if shape == "wish" else []
        if not wished and self.dice.chance(350):
            return self._short(theme, "neg", at)
        blamed = wished or [self._line(f"{theme}.neg", at)]
        if not wished and self.dice.chance(400):
            blamed.append(self._line("tail.mid", at))
        return self._together(blamed)

    def _two_themes(self, tone: str, other_tone: str, at: Situation) -> tuple[str, str]:
        """Two halves of a sentence, about different things."""
        first = self._theme_with_clause(tone, at)
        second = self._theme_with_clause(other_tone, at, first)
        return self._line(f"{first}.{tone}.clause", at), self._line(f"{second}.{other_tone}.clause", at)

    def _theme_with_clause(self, tone: str, at: Situation, but: str = "") -> str:
        while True:
            theme = self._praised(at) if tone == "pos" else self._blamed(at)
            if (
                theme.removeprefix("new") != but.removeprefix("new")
                and f"{theme}.{tone}.clause" in self.sections
            ):
                return theme

    def _blamed(self, at: Situation) -> str:
        weights = dict(NEGATIVE)
        weights["price"] = {"Decision maker": 20, "Champion": 4, "End user": 1}[at.persona]
        weights["support"] *= (4 if at.plan == "Starter" else 1) * (
            2 if at.touchpoint == "Support ticket closed" else 1
        )
        if at.phase == "Onboarding":
            weights |= {"setup": 30, "rollout": 0, "price": 0, "features": 0}
        if at.redesigned:
            weights["newinterface"] = 0 if at.phase == "Onboarding" else 2
            weights["interface"] = 0
        elif at.young:
            weights |= {"interface": 120, "mobile": 22}
        if at.outage:
            weights |= {"outage": 20 if at.group == "promoter" else 200, "performance": 15}
        return self.dice.weighted(weights)

    def _praised(self, at: Situation) -> str:
        weights = dict(POSITIVE)
        weights["price"] = {"Decision maker": 11, "Champion": 4, "End user": 1}[at.persona]
        if at.touchpoint == "Support ticket closed":
            weights["support"] *= 2
        if at.phase == "Onboarding":
            weights |= {"setup": 20, "rollout": 0, "veteran": 0}
        elif at.redesigned:
            weights |= {"interface": 1, "newinterface": 34 if at.young else 17}
            weights["converted"] = 12 if at.young and at.again else 0
        if at.young and not at.redesigned:
            weights |= {"interface": 0, "mobile": 0}
        if at.outage:
            weights["performance"] = 0
        return self.dice.weighted(weights)

    def _short(self, theme: str, tone: str, at: Situation) -> str:
        """A word or two; praise or blame in general where the theme has none."""
        name = f"{theme}.{tone}.short"
        return self._line(name if name in self.sections else f"general.{tone}.short", at)

    def _optional(self, name: str, at: Situation) -> list[str]:
        return [self._line(name, at)] if name in self.sections else []

    def _line(self, name: str, at: Situation) -> str:
        """The next line of a section, with its choices made."""
        deck = self.decks.get(name)
        if not deck:
            deck = self.decks[name] = self.dice.shuffled(self.sections[name])
        text = deck.pop()
        if "[" not in text and len(text.split()) >= ANECDOTE_WORDS and _is_main(name):
            self.sections[name].remove(text)
        while "[" in text:
            text = INNERMOST.sub(lambda found: self.dice.pick(found[1].split("|")), text)
        fill = lambda found: at.mail if found[1] == "mail" else self._line(f"slot.{found[1]}", at)  # noqa: E731
        return SLOT.sub(fill, text).strip()

    def _opened(self, text: str, tone: str, at: Situation) -> str:
        """Now and then "Honestly, ..." before a whole sentence."""
        if len(text.split()) <= TRIVIAL_WORDS or not self.dice.chance(60):
            return text
        again = tone == "neg" and at.again and self.dice.chance(400)
        first = text.split(maxsplit=1)[0]
        if first not in KEPT_CAPITAL:
            text = text[0].lower() + text[1:]
        return f"{self._line('opener.again' if again else f'opener.{tone}', at)} {text}"

    def _joined(self, how: str, first: str, second: str, at: Situation) -> str:
        return self._line(how, at).replace("<0>", first).replace("<1>", second)

    def _together(self, pieces: list[str]) -> str:
        """Sentences side by side, on lines of their own now and then."""
        pieces = [piece if piece[-1] in ".!?:)," else f"{piece}." for piece in pieces[:-1]] + pieces[-1:]
        pieces = [capital(piece) for piece in pieces]
        gap = "\n" if self.dice.chance(70) else " "
        return gap.join(pieces)


def read_fragments() -> dict[str, list[str]]:
    """The sections of fragments.txt."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in FRAGMENTS.read_text(encoding="utf-8").splitlines():
        line = raw.replace("\\n", "\n")
        heading = re.fullmatch(r"\[([a-z]+(\.[a-z]+)*)\]", line)
        if heading:
            lines = sections.setdefault(heading[1], [])
        elif line and not line.startswith("# "):
            lines.append(line)
    return sections


def _persona_key(at: Situation) -> str:
    return {"Decision maker": "decision", "Champion": "champion", "End user": "user"}[at.persona]


def _is_main(name: str) -> bool:
    """Whether a section holds whole answers, such as "price.neg" or "odd.pos"."""
    return name.split(".")[1:] in (["pos"], ["neg"], ["mid"], ["interface"]) and not name.startswith("tail")
