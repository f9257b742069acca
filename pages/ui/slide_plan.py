"""The plan of a report: which slides in which order, with which titles, on which template; kept for each survey."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import short
from nps_core.report.builder import slide_choices, usual_slides
from nps_core.report.model import OWN
from pages.ui import actions, report_basket

if TYPE_CHECKING:
    from nps_core import Scope, Survey

CHART = "chart: "

NEW = "own"
"""What is added for a slide of one's own."""


@dataclass(frozen=True)
class Plan:
    """What somebody chose; None and empty for what is usual."""

    slides: tuple[str, ...] | None = None
    titles: tuple[tuple[str, str], ...] = ()
    seen: int = 0  # charts of the tray that are placed among the slides

    def key(self) -> tuple[object, ...]:
        """What a file follows from, as far as it stands here."""
        return (self.slides, self.titles)


@dataclass(frozen=True)
class Template:
    """A firm's template.

    Its name, the digest of its bytes, what is said about it, and the slides that its places ask for.
    """

    name: str
    digest: str
    doubts: tuple[str, ...] = ()
    slides: tuple[str, ...] = ()


def current(survey: Survey) -> Plan:
    """The plan for a survey."""
    plans: dict[str, Plan] = st.session_state.get("plans", {})
    return plans.get(survey.digest, Plan())


def slides(scope: Scope) -> list[str]:
    """The keys of the slides, in order: those chosen, with charts that were collected since before the last of them."""
    plan, charts = current(scope.survey), len(report_basket.charts())
    if plan.slides is None:
        return list(usual_slides(scope, charts, actions=actions.current(scope.survey)))
    kept = [key for key in plan.slides if not key.startswith(CHART) or int(key.removeprefix(CHART)) <= charts]
    new = [f"{CHART}{number + 1}" for number in range(plan.seen, charts)]
    place = len(kept) - 1 if kept[-1:] == ["rows"] else len(kept)
    return [*kept[:place], *new, *kept[place:]]


def names(survey: Survey) -> dict[str, str]:
    """What each slide that can be chosen is called."""
    own = {choice.key: short(choice.name) for choice in slide_choices(survey)}
    collected = {
        f"{CHART}{number + 1}": f"Chart: {short(chart.title, 40)}"
        for number, (chart, _) in enumerate(report_basket.charts())
    }
    typed = {
        key: f"{'Text' if lines else 'Section'}: {short(title, 40)}"
        for key, words in current(survey).titles
        if key.startswith(OWN)
        for title, _, lines in [words.partition("\n")]
    }
    return {**own, **collected, **typed, NEW: "A slide of your own: a section, or text"}


def choose(survey: Survey, keys: list[str]) -> None:
    """Let these be the slides, in this order."""
    _keep(survey, replace(current(survey), slides=tuple(keys), seen=len(report_basket.charts())))


def add(survey: Survey, keys: list[str], key: str) -> str:
    """Add a slide at the end, before the row account; its key, a new one for a slide of one's own."""
    if key == NEW:
        key = f"{OWN}{secrets.token_hex(4)}"
        entitle(survey, key, "Your title")
    place = len(keys) - 1 if keys[-1:] == ["rows"] else len(keys)
    choose(survey, [*keys[:place], key, *keys[place:]])
    return key


def use(survey: Survey, keys: tuple[str, ...] | None, titles: dict[str, str]) -> None:
    """Let these be the slides, the usual ones for None, with these titles; charts that were collected stay."""
    _keep(survey, Plan(keys, tuple(titles.items()), len(report_basket.charts()) if keys is None else 0))


def entitle(survey: Survey, key: str, title: str) -> None:
    """Give a slide a title of one's own, or a slide of one's own its words; none give the takeaway back."""
    titles = {**dict(current(survey).titles), key: title.strip()}
    _keep(survey, replace(current(survey), titles=tuple((own, text) for own, text in titles.items() if text)))


def reset(survey: Survey) -> None:
    """The usual slides with their own titles."""
    _keep(survey, Plan())


def move(survey: Survey, keys: list[str], key: str, by: int) -> None:
    """Move a slide up or down."""
    place = keys.index(key)
    to = min(max(place + by, 0), len(keys) - 1)
    keys = [own for own in keys if own != key]
    choose(survey, [*keys[:to], key, *keys[to:]])


def drop(survey: Survey, keys: list[str], key: str) -> None:
    """Leave a slide out; a collected chart leaves the tray with it, and the words of one's own go."""
    kept = [own for own in keys if own != key]
    if key.startswith(OWN):
        entitle(survey, key, "")
    if key.startswith(CHART):
        gone = int(key.removeprefix(CHART))
        report_basket.remove(gone - 1)
        kept = [_renumbered(own, gone) for own in kept]
    choose(survey, kept)


def _renumbered(key: str, gone: int) -> str:
    if not key.startswith(CHART):
        return key
    number = int(key.removeprefix(CHART))
    return f"{CHART}{number - (number > gone)}"


def _keep(survey: Survey, plan: Plan) -> None:
    st.session_state["plans"] = {**st.session_state.get("plans", {}), survey.digest: plan}
