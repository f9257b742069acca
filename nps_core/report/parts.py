"""The parts of a story, one function each: a part, or a sentence that says why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.compare.contribution import moved_sentences
from nps_core.compare.moved import moved, where_to_look
from nps_core.compare.sides import (
    compare_sides,
    comparison_sentence,
    comparison_words,
    span_of,
    visible_sentence,
)
from nps_core.errors import ReportError
from nps_core.filters import filter_choices
from nps_core.looks import doubt_words, kept_words
from nps_core.report.common import (
    CHANCE_METHOD,
    INTERVAL_METHOD,
    NOT_A_CAUSE,
    NPS_METHOD,
    chart_part,
    roles_of,
    sentences,
)
from nps_core.report.measured import drivers_part, measures_part
from nps_core.report.story import Part
from nps_core.report.voices import quotes_part, themes_part
from nps_core.score.chart import distribution_chart, groups_chart, interval_chart
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import segments
from nps_core.targets.aims import aim_sentence
from nps_core.targets.marks import with_aims
from nps_core.trends.alerts import intervention_sentences, watch_sentence
from nps_core.trends.interventions import intervention
from nps_core.trends.marks import with_actions, with_alerts
from nps_core.trends.result import trend_sentence
from nps_core.trends.watch import early_warning
from nps_core.user_text import plain
from nps_core.words import (
    format_count,
    format_interval,
    format_nps,
    plural,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.report.telling import Teller

NAMES = {
    "answer": "The answer",
    "score": "Score and groups",
    "distribution": "All answers",
    "trend": "Trend",
    "change": "Latest period against the one before",
    "why": "Where it moved",
    "segments": "Segments",
    "themes": "Themes",
    "quotes": "In their words",
    "roles": "Decision makers against end users",
    "measures": "CSAT and CES",
    "drivers": "What goes with the score",
    "rows": "Method and row account",
}
"""The parts in their usual order, and what they are called where one chooses."""

BY_CHOICE = ("change", "measures", "drivers")
"""Parts that a report has only when somebody chose them."""


def make(key: str, teller: Teller) -> Part | str:
    """The part of a key, or why there is none.

    Raises
    ------
    ReportError
        No part has this key.
    """
    name, _, argument = key.partition(": ")
    if name not in _MAKERS or (name == "segments") != bool(argument):
        known = ", ".join(name if name != "segments" else "segments: ATTRIBUTE" for name in NAMES)
        raise ReportError(f"There is no slide “{short(plain(key))}”.", hint=f"Slides are {known}.")
    if not teller.shown.n and name != "rows":
        return "No response matches these filters."
    made = _MAKERS[name](teller, argument)
    return made if isinstance(made, str) else replace(made, key=key)


def _answer(teller: Teller, _: str) -> Part:
    found, score = teller.overview, teller.overview.estimate
    return Part(
        key="answer",
        title=found.headline,
        subtitle=plain(f"{teller.survey.name} · {teller.shown.words}"),
        big=_big(teller),
        bullets=tuple(
            plain(text) for text in (*found.sentences, *(aim_sentence(score, aim) for aim in teller.aims))
        ),
        notes=(NPS_METHOD, INTERVAL_METHOD, CHANCE_METHOD),
        alt=found.headline,
        source=plain(teller.shown.source),
    )


def _score(teller: Teller, _: str) -> Part:
    score, shown = teller.overview.estimate, teller.shown
    chart = groups_chart(score.groups, subtitle=shown.words, source=shown.source)
    said = tuple(aim_sentence(score, aim) for aim in teller.aims)
    strip = with_aims(interval_chart(score), teller.aims)
    return replace(chart_part("score", chart), big=_big(teller), bullets=sentences(said), strip=strip)


def _distribution(teller: Teller, _: str) -> Part | str:
    found, shown = teller.overview, teller.shown
    if not found.histogram:
        return "The file holds groups, not scores: there is no distribution to draw."
    chart = distribution_chart(
        found.histogram, teller.survey.scale, subtitle=shown.words, source=shown.source
    )
    scale = teller.survey.scale
    cut = f"Promoters answer {scale.promoter_from} to {scale.high}, detractors {scale.low} to {scale.detractor_to}."
    part = chart_part("distribution", chart)
    return replace(part, notes=(*part.notes, cut))


def _trend(teller: Teller, _: str) -> Part | str:
    survey, filters, seen = teller.survey, teller.filters, teller.overview.trend
    if seen is None:
        return "These responses have no dates: there is no trend to draw."
    watch = early_warning(survey, "week" if seen.period == "week" else "month", filters)
    chart = seen.chart(subtitle=teller.shown.words, source=teller.shown.source)
    chart = with_aims(with_actions(with_alerts(chart, watch), teller.actions), teller.aims)
    said = [trend_sentence(seen), watch_sentence(watch)]
    for action in teller.actions:
        found = intervention(survey, action.day, filters, touched=action.touched)
        name = f"{action.name}: " if action.name else ""
        said.append(name + " ".join(intervention_sentences(action, found)))
    undated = f"{plural(seen.undated, 'response')} without a date: not drawn." if seen.undated else ""
    part = chart_part("trend", chart)
    notes = (*part.notes, watch.rule, undated)
    return replace(part, bullets=sentences(said), notes=sentences(notes))


def _change(teller: Teller, _: str) -> Part | str:
    found = teller.comparison
    if found is None:
        return "There are no two periods to compare."
    chart = found.chart(subtitle=comparison_words(found, teller.held), source=teller.shown.source)
    return replace(chart_part("change", chart), bullets=sentences((comparison_sentence(found), visible_sentence(found))))  # fmt: skip


def _why(teller: Teller, _: str) -> Part | str:
    survey, found = teller.survey, teller.comparison
    if found is None:
        return "There are no two periods to compare, so nothing can be said about where the NPS moved."
    picked = {name for name, values in teller.filters.attributes if len(values) == 1}
    names = [choice.name for choice in filter_choices(survey).attributes if choice.name not in picked]
    if not names:
        return "The file has no attributes by which a change could be taken apart."
    apart = moved(survey, where_to_look(survey, names, found), found, looks=len(names))
    if apart is None:
        return "One of the two periods has no responses, so nothing can be said about where the NPS moved."
    words = f"{comparison_words(found, teller.held)} · by {short(apart.attribute)}"
    chart = apart.chart(subtitle=words, source=teller.shown.source)
    part = chart_part("why", chart)
    said = (comparison_sentence(found), *moved_sentences(apart))
    return replace(part, bullets=sentences(said), notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE))


def _segments(teller: Teller, attribute: str) -> Part | str:
    if attribute not in teller.survey.attributes:
        raise ReportError(f"The survey has no attribute “{short(plain(attribute))}”.", hint=f"It has {', '.join(teller.survey.attributes) or 'none'}.")  # fmt: skip
    compared = segments(teller.survey, attribute, teller.filters)
    if len(compared) < 2:  # noqa: PLR2004 - one segment is all there is
        return f"All of these responses have the same {short(attribute)}: there is nothing to compare."
    subtitle = f"NPS by {short(attribute.lower())} · {teller.shown.words}"
    chart = compared.chart(teller.overview.estimate.nps, subtitle=subtitle, source=teller.shown.source)
    said = [standout_sentence(one) for one in teller.overview.standouts if one.attribute == attribute]
    part = chart_part("segments", chart)
    return replace(part, bullets=sentences(said[:2]), notes=(*part.notes, CHANCE_METHOD))


def _roles(teller: Teller, _: str) -> Part | str:
    role, deciders, users = roles_of(teller.survey)
    if not deciders or not users:
        return "The file does not say who is a decision maker and who an end user."
    ever = span_of(None, None)
    found = compare_sides(teller.survey, ever, ever, teller.filters, attribute=role, values=(deciders, users))
    if not found.a.estimate.n or not found.b.estimate.n:
        return "These responses are not of both decision makers and end users."
    chart = found.chart(
        subtitle=f"{comparison_words(found)} · {teller.shown.words}", source=teller.shown.source
    )
    part = chart_part("roles", chart)
    said = (comparison_sentence(found), visible_sentence(found))
    return replace(part, bullets=sentences(said), notes=(*part.notes, f"Role: {plain(short(role))}."))


def _rows(teller: Teller, _: str) -> Part:
    survey, rows = teller.survey, teller.survey.rows
    lines: list[tuple[object, ...]] = [("rows in the file", rows.read)]
    lines += [(plain(f"left out: {part.reason}"), -part.count) for part in rows.left_out]
    lines.append(("responses kept", rows.kept))
    if teller.filters:
        lines.append((plain(f"shown: {teller.filters.words()}"), teller.shown.n))
    title = kept_words(rows)
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
        subtitle=plain(f"{survey.name} · {teller.shown.words}"),
        table=Table(("rows", "count"), ("text", "count"), tuple(lines)),
        bullets=sentences((*method, read)),
        notes=sentences((*map(doubt_words, survey.doubts), f"Repeated respondents: {survey.repeats}.")),
        alt=f"{title}. " + "; ".join(f"{line[0]}: {line[1]}" for line in lines),
        source=plain(teller.shown.source),
    )


_MAKERS: dict[str, Callable[[Teller, str], Part | str]] = {
    "answer": _answer,
    "score": _score,
    "distribution": _distribution,
    "trend": _trend,
    "change": _change,
    "why": _why,
    "segments": _segments,
    "themes": themes_part,
    "quotes": quotes_part,
    "roles": _roles,
    "measures": measures_part,
    "drivers": drivers_part,
    "rows": _rows,
}


def _big(teller: Teller) -> tuple[str, ...]:
    score = teller.overview.estimate
    return (
        format_nps(score.nps),
        f"{format_interval(score.low, score.high)} with 95% certainty",
        f"n {format_count(score.n)}",
    )
