"""The parts of a story, one function each: a part, or a sentence that says why there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.column_profile import doubt_words, kept_words
from nps_core.compare.contributions import find_contributions, most_telling_attribute
from nps_core.compare.groups import span_of
from nps_core.errors import ReportError
from nps_core.filters import filter_choices
from nps_core.formatting import (
    format_nps,
    short,
)
from nps_core.report.common import (
    CHANCE_METHOD,
    INTERVAL_METHOD,
    NOT_A_CAUSE,
    NPS_METHOD,
    STORY_METHOD,
    chart_part,
    roles_of,
    sentences,
)
from nps_core.report.findings import TREND
from nps_core.report.findings_part import summary_part, within_chance
from nps_core.report.model import Part
from nps_core.report.quotes import quotes_part, themes_part
from nps_core.report.register_part import actions_part
from nps_core.report.satisfaction import (
    drivers_part,
    measure_segments_part,
    measure_trend_part,
    measures_part,
)
from nps_core.score.chart import distribution_chart, interval_chart
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import find_segments
from nps_core.targets.marks import with_targets
from nps_core.targets.target import target_sentence
from nps_core.trends.marks import with_actions, with_days
from nps_core.trends.stretches import compare_groups
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.report.context import ReportContext

NAMES = {
    "answer": "The answer",
    "summary": "Findings",
    "score": "Score and groups",
    "trend": "Trend",
    "change": "Before and after the change",
    "why": "Where it moved",
    "segments": "Segments",
    "drivers": "What goes with the score",
    "measures": "CSAT and CES",
    "over time": "CSAT or CES over time",
    "by segment": "CSAT or CES by segment",
    "themes": "Themes",
    "quotes": "In their words",
    "actions": "You said, we did",
    "roles": "Decision makers against end users",
    "distribution": "All answers",
    "rows": "Method and row account",
}
"""The parts in their usual order, and what they are called where one chooses."""

_OF = {"segments": "ATTRIBUTE", "over time": "QUESTION", "by segment": "QUESTION"}
"""The parts of which there is one for each of something: what follows their name."""


def make(key: str, context: ReportContext) -> Part | str:
    """The part of a key, or why there is none.

    Raises
    ------
    ReportError
        No part has this key.
    """
    name, _, argument = key.partition(": ")
    if name not in _MAKERS or (name in _OF) != bool(argument):
        known = ", ".join(f"{name}: {_OF[name]}" if name in _OF else name for name in NAMES)
        raise ReportError(f"There is no slide “{short(plain(key))}”.", hint=f"Slides are {known}.")
    if not context.scope.n and name != "rows":
        return "No response matches these filters."
    made = _MAKERS[name](context, argument)
    if isinstance(made, str):
        return made
    # What is said of the rows of the file, or told by the whole history, holds whatever the days.
    whole = {
        "rows": True,
        "trend": True,
        "actions": True,
        "over time": True,
        "answer": [one.part for one in context.findings[:1]] == [TREND],
        "change": context.told is not None,
        "why": context.told is not None,
    }.get(name, False)
    return replace(made, key=key, title=made.title if whole else context.scope.filters.dated(made.title))


def _answer(context: ReportContext, _: str) -> Part:
    """The strongest finding, where the score stands beside before, and the findings that follow."""
    found, score, story = context.overview, context.overview.estimate, context.story
    first, *others = [one.title for one in context.findings] or [found.title]
    told = () if story is None else story.headline
    aims = tuple(target_sentence(score, aim) for aim in context.aims)
    rest = others or within_chance(context)[1:] if context.findings else within_chance(context)[-1:]
    return Part(
        key="answer",
        title=plain(first),
        subtitle=plain(f"{context.scope.survey.name} · {context.scope.words}"),
        big=_big(context),
        standing=context.standing,
        bullets=sentences((*told, *rest, *aims)),
        notes=sentences(
            (
                found.title,
                *(one.words for one in context.standing),
                NPS_METHOD,
                INTERVAL_METHOD,
                CHANCE_METHOD,
            )
        ),
        alt=plain(first),
        source=plain(context.scope.source),
    )


def _score(context: ReportContext, _: str) -> Part:
    score = context.overview.estimate
    chart = context.overview.chart()
    said = tuple(target_sentence(score, aim) for aim in context.aims)
    # Of responses that were picked by their score there is no interval to draw.
    strip = None if math.isnan(score.low) else with_targets(interval_chart(score), context.aims)
    return replace(chart_part("score", chart), big=_big(context), bullets=sentences(said), strip=strip)


def _distribution(context: ReportContext, _: str) -> Part | str:
    found, shown = context.overview, context.scope
    if not found.histogram:
        return "The file holds groups, not scores: there is no distribution to draw."
    chart = distribution_chart(
        found.histogram, context.scope.survey.scale, subtitle=shown.words, source=shown.source
    )
    scale = context.scope.survey.scale
    cut = (
        f"Promoters answer {scale.promoter_from} to {scale.high}, detractors {scale.low} to"
        f" {scale.detractor_to}."
    )
    part = chart_part("distribution", chart)
    return replace(part, notes=(*part.notes, cut))


def _trend(context: ReportContext, _: str) -> Part | str:
    seen = context.trend
    if seen is None:
        return "These responses have no dates: there is no trend to draw."
    said = list(seen.sentences)
    for own in context.outcomes:
        name = f"{own.action.name}: " if own.action.name else ""
        said.append(name + " ".join(own.sentences))
    drawn = with_actions(seen.chart(), context.outcomes.actions, context.outcomes.drawn)
    chart = with_targets(with_days(drawn, context.scope), context.aims)
    part = chart_part("trend", chart)
    return replace(
        part, bullets=sentences(said), notes=sentences((*part.notes, STORY_METHOD, seen.story.rate))
    )


def _change(context: ReportContext, _: str) -> Part | str:
    found = context.comparison
    if found is None:
        return context.why_none
    part = chart_part("change", found.chart())
    told = context.told
    if told:  # what the story found is judged by the story: a test of the same two sides would find it again
        first, *more = told.headline
        said = (first, told.taken_apart, *more)
        return replace(part, title=plain(told.title), bullets=sentences(said))
    return replace(part, bullets=sentences((found.verdict, found.detectable)))


def _why(context: ReportContext, _: str) -> Part | str:
    survey, found = context.scope.survey, context.comparison
    if found is None:
        return context.why_none
    picked = {name for name, values in context.scope.filters.attributes if len(values) == 1}
    names = [choice.name for choice in filter_choices(survey).attributes if choice.name not in picked]
    if not names:
        return "The file has no attributes by which a change could be taken apart."
    telling = most_telling_attribute(found, names, by_hand=False)
    apart = find_contributions(found, telling, looks=len(names), by_hand=False)
    if apart is None:
        return "One of the two periods has no responses, so nothing can be said about where the NPS moved."
    words = f"{found.caption.subtitle} · by {short(apart.attribute)}"
    chart = apart.chart(subtitle=words)
    part = chart_part("why", chart)
    told = context.told
    change = (found.verdict,) if told is None else (told.headline[0], told.taken_apart)
    said = (*change, *apart.sentences)
    return replace(part, bullets=sentences(said), notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE))


def _segments(context: ReportContext, attribute: str) -> Part | str:
    if attribute not in context.scope.survey.attributes:
        raise ReportError(
            f"The survey has no attribute “{short(plain(attribute))}”.",
            hint=f"It has {', '.join(context.scope.survey.attributes) or 'none'}.",
        )
    compared = find_segments(context.scope, attribute)
    if len(compared) < 2:  # noqa: PLR2004 - one segment is all there is
        return f"All of these responses have the same {short(attribute)}: there is nothing to compare."
    chart = compared.chart()
    said = [standout_sentence(one) for one in context.overview.standouts if one.attribute == attribute]
    part = chart_part("segments", chart)
    return replace(part, bullets=sentences(said[:2]), notes=(*part.notes, CHANCE_METHOD))


def _roles(context: ReportContext, _: str) -> Part | str:
    role, deciders, users = roles_of(context.scope.survey)
    if not deciders or not users:
        return "The file does not say who is a decision maker and who an end user."
    ever = span_of(None, None)
    found = compare_groups(context.scope, ever, ever, attribute=role, values=(deciders, users))
    if not found.a.estimate.n or not found.b.estimate.n:
        return "These responses are not of both decision makers and end users."
    chart = found.chart(subtitle=f"{found.sizes} · {context.scope.words}")
    part = chart_part("roles", chart)
    said = (found.verdict, found.detectable)
    return replace(part, bullets=sentences(said), notes=(*part.notes, f"Role: {plain(short(role))}."))


def _rows(context: ReportContext, _: str) -> Part:
    survey, rows = context.scope.survey, context.scope.survey.rows
    lines: list[tuple[object, ...]] = [
        ("rows in the file" if survey.seen is None else "responses of this part", rows.read)
    ]
    lines += [(plain(f"left out: {part.reason}"), -part.count) for part in rows.left_out]
    lines.append(("responses kept", rows.kept))
    if context.scope.filters:
        lines.append((plain(f"shown: {context.scope.filters.words()}"), context.scope.n))
    title = kept_words(survey)
    scale = survey.scale
    method = [NPS_METHOD, INTERVAL_METHOD, CHANCE_METHOD, NOT_A_CAUSE]
    read = f"Read as {survey.layout}; scale {scale.name}" + (
        "."
        if scale.words
        else f": promoters from {scale.promoter_from}, detractors up to {scale.detractor_to}."
    )
    return Part(
        key="rows",
        title=title,
        subtitle=plain(f"{survey.name} · {context.scope.words}"),
        table=Table(("rows", "count"), ("text", "count"), tuple(lines)),
        bullets=sentences((*method, read)),
        notes=sentences(
            (
                *(survey.seen.notes if survey.seen else ()),
                *map(doubt_words, survey.doubts),
                f"Repeated respondents: {survey.repeats}.",
            )
        ),
        alt=f"{title}. " + "; ".join(f"{line[0]}: {line[1]}" for line in lines),
        source=plain(context.scope.source),
    )


_MAKERS: dict[str, Callable[[ReportContext, str], Part | str]] = {
    "answer": _answer,
    "summary": summary_part,
    "score": _score,
    "distribution": _distribution,
    "trend": _trend,
    "change": _change,
    "why": _why,
    "segments": _segments,
    "themes": themes_part,
    "quotes": quotes_part,
    "actions": actions_part,
    "roles": _roles,
    "measures": measures_part,
    "over time": measure_trend_part,
    "by segment": measure_segments_part,
    "drivers": drivers_part,
    "rows": _rows,
}


def _big(context: ReportContext) -> tuple[str, ...]:
    score = context.overview.estimate
    return (
        format_nps(score.nps),
        score.between,
        f"n {score.size}",
    )
