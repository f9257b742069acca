"""The sample's script, made to tell what each comment was made of; and surveys of it with other seeds and words."""

from __future__ import annotations

import random
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[2] / "data"
sys.path.insert(0, str(DATA))

import make_sample  # noqa: E402
import wording  # noqa: E402
from dice import Dice  # noqa: E402
from people import make_visits  # noqa: E402

TOPICS = {
    "interface": "interface",
    "newinterface": "interface",
    "converted": "interface",
    "price": "price",
    "support": "support",
    "setup": "setup",
    "rollout": "setup",
    "reports": "reports",
    "integrations": "integrations",
    "performance": "performance",
    "outage": "performance",
    "mobile": "mobile",
    "features": "features",
}
"""Sections of the script's fragments, and what they speak of."""

TONES = {"pos": 1, "neg": -1, "wish": -1}

MOST_TRIES = 50

POINTS = {"promoter": 100, "passive": 0, "detractor": -100}


class Telling(wording.Writer):
    """Writes comments and remembers which sections the last one is of.

    Another seed can ask a section for more than it holds: then something is told twice.
    """

    tries = 0

    def comment(self, at):
        self.tries = 0
        return super().comment(at)

    def _raw(self, at):
        self.sections_used = []
        self.tries += 1
        if self.tries > MOST_TRIES:
            self.told.clear()
        return super()._raw(at)

    def _line(self, name, at):
        self.sections_used.append(name)
        return super()._line(name, at)


@dataclass(frozen=True, eq=False)
class Told:
    """English comments with content, their topics (comments x topics) and the points that each brings to the NPS.

    `tones` are 1 where a comment praises a topic, -1 where it complains of it, 0 where it does neither, or both.
    """

    comments: list[str]
    topics: tuple[str, ...]
    truth: np.ndarray
    points: np.ndarray
    tones: np.ndarray


@cache
def survey(suffix: str = "", *, other_words: bool = False) -> Told:
    """The sample, or one like it with another seed and half of its fragments in other words."""
    fragments = wording.read_fragments()
    if other_words:
        fragments = {name: _reworded(name, lines) for name, lines in fragments.items()}
    visits = make_visits(Dice(f"visits{suffix}"))
    groups = make_sample.make_groups(visits, Dice(f"{make_sample.GROUPS_SEED}{suffix}"))
    dice, said = Dice(f"comments{suffix}"), []
    writer = Telling(dice, fragments)
    for visit, group in zip(visits, groups, strict=True):
        at = make_sample.situation(visit, group)
        if not dice.chance(make_sample.COMMENTED[group]):
            continue
        writer.sections_used = []
        text = writer.comment(at)
        if at.voice.language == "en" and not any(name.startswith("empty") for name in writer.sections_used):
            said.append((text, tuple(writer.sections_used), POINTS[group]))
    topics = tuple(sorted(set(TOPICS.values())))
    return Told(
        [text for text, _, _ in said],
        topics,
        np.array([[topic in _topics(sections) for topic in topics] for _, sections, _ in said]),
        np.array([points for _, _, points in said]),
        np.array([[_tone(sections, topic) for topic in topics] for _, sections, _ in said]),
    )


def _topics(sections):
    heads = {name.split(".")[0] for name in sections} | (
        {"interface"} if "odd.interface" in sections else set()
    )
    return {TOPICS[head] for head in heads if head in TOPICS}


def _tone(sections, topic):
    """1 or -1 where all sections of a topic are praise, or complaints and wishes."""
    parts = [name.split(".") for name in sections]
    found = {TONES.get(part[1]) for part in parts if len(part) > 1 and TOPICS.get(part[0]) == topic}
    return found.pop() or 0 if len(found) == 1 else 0


def _reworded(name, lines):
    """Every second line of a section in other words; which ones hangs on the section alone."""
    chosen = random.Random(name).sample(range(len(lines)), len(lines) // 2)  # noqa: S311 - no secret
    return [_in_other_words(line) if place in chosen else line for place, line in enumerate(lines)]


OTHER = {
    "interface": "user interface", "screens": "pages", "screen": "page", "menus": "navigation", "clicks": "steps",
    "clumsy": "awkward", "support": "the service desk", "helpdesk": "hotline", "ticket": "case", "answer": "reply",
    "price": "cost", "expensive": "costly", "renewal": "contract", "reports": "analyses", "report": "analysis",
    "dashboards": "cockpits", "dashboard": "cockpit", "charts": "graphs", "import": "upload", "export": "download",
    "sync": "link-up", "slow": "sluggish", "crashes": "breaks down", "outage": "downtime", "speed": "pace",
    "app": "mobile version", "phone": "smartphone", "setup": "installation", "onboarding": "introduction",
    "scenarios": "what-ifs", "forecast": "projection",
}  # fmt: skip
"""Words that another firm's customers would use."""


def _in_other_words(line):
    return re.sub(r"<[a-z]+>|[a-z]+", lambda found: OTHER.get(found[0], found[0]), line)


@dataclass(frozen=True)
class Marks:
    """Micro-F1, themes merged by the truth or the best single one a topic; two topics exactly right."""

    merged: float
    single: float
    two: float


def marks(members: np.ndarray, truth: np.ndarray) -> Marks:
    """How well memberships (comments x themes) tell the topics (comments x topics).

    A theme stands for the topic that most of its comments have; for none where more have none.
    """
    hits = members.T.astype(float) @ truth
    none = members[~truth.any(axis=1)].sum(axis=0)
    merged, single = np.zeros_like(truth), np.zeros_like(truth)
    for theme in range(members.shape[1]):
        if hits[theme].max() >= none[theme]:
            merged[:, hits[theme].argmax()] |= members[:, theme]
    for topic in range(truth.shape[1]):
        sizes = members.sum(axis=0) + truth[:, topic].sum()
        single[:, topic] = members[:, (2 * hits[:, topic] / sizes).argmax()]
    two = truth.sum(axis=1) == 2
    return Marks(
        _f1(merged, truth), _f1(single, truth), float((merged[two] == truth[two]).all(axis=1).mean())
    )


def _f1(found, truth):
    return float(2 * (found & truth).sum() / (found.sum() + truth.sum()))
