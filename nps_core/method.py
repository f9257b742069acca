"""How each figure is computed, read from the docstrings of the functions that compute it."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass

CHAPTERS: dict[str, dict[str, str]] = {
    "The score": {
        "The NPS and its interval": "score.estimate.estimate",
        "Shares that add up to 100": "score.estimate.shares",
    },
    "Two groups or periods": {
        "A difference and its interval": "score.difference.difference",
        "Many comparisons at once": "score.difference.holm",
        "How small a difference could show": "score.contrasts.smallest_seen",
        "Responses for a margin": "compare.detectable.responses_for",
        "Responses to see a change": "compare.detectable.responses_to_see",
        "Shape, where the NPS is alike": "compare.comparison.shape_of",
    },
    "Why it moved": {
        "Rate and mix": "compare.decomposition.decompose",
        "Parts that share responses": "compare.decomposition.take_apart",
        "How far chance reaches in the parts": "compare.errors.errors_of",
        "Who answered": "compare.errors.mix_test",
        "Which parts are beyond chance": "compare.contributions.find_contributions",
        "By theme": "themes.comparison.find_theme_contributions",
    },
    "Segments": {
        "Segments against the rest": "segments.segments.find_segments",
        "Segments that stand out": "segments.segments.find_standouts",
        "The worst combination": "segments.combination.find_worst_combination",
        "Small segments drawn to the mean": "segments.shrinkage.shrink",
        "What a segment could show": "segments.result.visible_differences",
    },
    "Over time": {
        "Periods": "trends.trend.find_trend",
        "Rolling windows": "trends.trend.find_rolling_trend",
        "The story of a trend": "trends.story.tell_story",
        "Today's level": "trends.today.find_today",
        "Early warning": "trends.today.find_states",
        "Interventions": "trends.interventions.compare_before_after",
        "Actions looked at together": "follow_ups.register.find_outcomes",
    },
    "Who speaks, and who does not": {
        "Ways of counting accounts": "accounts.accounts.find_account_views",
        "Two ways of counting the same": "accounts.accounts.views_apart",
        "Weighted and clustered responses": "score.weighting.design_estimate",
        "Weights from known totals": "score.weighting.rake",
        "Weights of a survey": "score.weighting.weights_of",
        "All who were invited": "score.nonresponse.of_invited",
        "Those who did not answer": "score.nonresponse.nonresponse",
        "Who was invited": "accounts.non_respondents.count_invited",
    },
    "Beside the NPS": {
        "CSAT and CES": "drivers.measures.summarize_measures",
        "CSAT and CES over time": "drivers.measure_groups.find_measure_trend",
        "CSAT and CES by segment": "drivers.measure_groups.find_measure_segments",
        "Drivers": "drivers.drivers.find_drivers",
        "Attributes": "drivers.drivers.spread_of",
        "Like for like": "drivers.like_for_like.find_like_for_like",
        "Relative weights of questions": "drivers.relative_weights.find_relative_weights",
        "Targets and benchmarks": "targets.target.against",
    },
    "Themes": {
        "Finding themes": "themes.find.find_themes",
        "Themes and the NPS": "themes.effect.theme_effects",
    },
}
"""Chapters of the method: the title of each method, and the function that computes it."""

_RULE = re.compile(r"^-{3,}$")
_TOLD = (
    "",
    "Notes",
    "References",
)  # of the sections of a docstring, those that say how; the others are for callers


@dataclass(frozen=True)
class Passage:
    """A paragraph, an item of a list, or a reference; marked words stand between backticks."""

    kind: str  # "text", "item" or "reference"
    text: str


@dataclass(frozen=True)
class Method:
    """One method: its title, the function behind it, and what its docstring says of how it works."""

    title: str
    function: str
    passages: tuple[Passage, ...]


def methods(chapter: str) -> tuple[Method, ...]:
    """The methods of a chapter, one of `CHAPTERS`, in their order."""
    return tuple(
        Method(title, path.rpartition(".")[2], _passages(docstring(path)))
        for title, path in CHAPTERS[chapter].items()
    )


def docstring(path: str) -> str:
    """The docstring of a function, by its place: "score.estimate.estimate"."""
    module, _, function = path.rpartition(".")
    return inspect.getdoc(getattr(importlib.import_module(f"nps_core.{module}"), function)) or ""


def _passages(text: str) -> tuple[Passage, ...]:
    found: list[Passage] = []
    for section, block in _blocks(text):
        if section not in _TOLD or block[0].startswith(">>>"):
            continue
        kind = "reference" if section == "References" else "text"
        for line in block:
            if line.startswith("* "):
                found.append(Passage("item", line[2:]))
            elif line is not block[0] and found:
                last = found.pop()
                found.append(Passage(last.kind, f"{last.text} {line.strip()}"))
            else:
                found.append(Passage(kind, line.strip()))
    return tuple(found)


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """The paragraphs of a numpy docstring, each with the section that it stands in ("" for the first)."""
    lines = text.splitlines()
    found: list[tuple[str, list[str]]] = []
    section, fresh = "", True
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if _RULE.match(below) and line.strip():
            section, fresh = line.strip(), True
        elif not line.strip() or _RULE.match(line):
            fresh = True
        elif fresh:
            found.append((section, [line]))
            fresh = False
        else:
            found[-1][1].append(line)
    return found
