"""The parts of a story, one function each: a part, or a sentence that says why there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.column_profile import doubt_words, kept_words
from nps_core.compare.contributions import find_contributions, most_telling_attribute
from nps_core.compare.groups import span_of
from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.measure_groups import METHOD, find_measure_segments, find_measure_trend
from nps_core.drivers.measures import measure_words
from nps_core.errors import ReportError
from nps_core.filter_figures import FEWEST
from nps_core.filters import filter_choices
from nps_core.formatting import apart, as_read, by_words, format_count, in_title, plural, short
from nps_core.report.findings import DRIVERS, MOST, THEMES, TREND, attributes_of
from nps_core.report.model import (
    CHANCE_METHOD,
    INTERVAL_METHOD,
    NOT_A_CAUSE,
    NPS_METHOD,
    STORY_METHOD,
    Part,
    chart_part,
    roles_of,
    sentences,
)
from nps_core.report.quotes import quotes_part, themes_part
from nps_core.report.register_part import actions_part
from nps_core.score.chart import distribution_chart, interval_chart
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import find_segments, find_standouts
from nps_core.targets.target import target_sentence, with_targets
from nps_core.trends.result import with_actions, with_days
from nps_core.trends.stretches import compare_groups
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.charts.spec import Chart
    from nps_core.report.context import ReportContext
    from nps_core.survey import Measure


_METHOD = (
    "A finding is told by the story of the trend, or is beyond chance among all that is looked at. A change of the"
    " trend stands first and a question of satisfaction last; the others by how many points they are apart, times the"
    " share of responses that they are of. What goes with a score need not cause it."
    " “So what” and “owner” are yours to fill."
)


_NAMED = 6  # of what is no finding


def summary_part(context: ReportContext, _: str) -> Part | str:
    """At most five findings, each with room for what it means and for who takes it on; then what is within chance."""
    found = context.findings[:MOST]
    if not found:
        return "Nothing stands apart beyond chance, so there is no list of findings."
    more = len(context.findings) - len(found)
    of = f"{len(found)} of {len(context.findings)} findings" if more else plural(len(found), "finding")
    rows = tuple((place + 1.0, plain(one.text), "", "") for place, one in enumerate(found))
    return Part(
        key="summary",
        title=of if len(found) > 1 else "One finding",
        subtitle=plain(context.scope.words),
        table=Table(("", "finding", "so what", "owner"), ("count", "text", "text", "text"), rows),
        bullets=tuple(map(plain, within_chance(context))),
        notes=(_METHOD,),
        alt=" ".join(one.text for one in found),
        source=plain(context.scope.source),
    )


def within_chance(context: ReportContext) -> tuple[str, ...]:
    """What is no finding: a story without a change, and what was looked at; nothing where all is."""
    story = context.story
    steady = story is not None and story.data is not None and story.change is None
    return tuple(filter(None, (f"{story.title}." if steady and story else "", _looked_at(context))))


def _looked_at(context: ReportContext) -> str:
    """What was looked at beside the story and is no finding, in a line; what is too small to be is not named."""
    told = {one.part for one in context.findings}
    # Of those that set the same people apart one is told, and the others are no less a finding.
    found = {one.attribute for one in find_standouts(context.scope)}
    names = list(apart(as_read(name) for name in attributes_of(context.scope) if name not in found).values())
    if DRIVERS not in told and not all(math.isnan(one.p_adjusted) for one in context.drivers):
        names.append("the questions of satisfaction")
    if context.theme_rows.tested and THEMES not in told:
        names.append(f"the themes {context.theme_rows.which or 'of the comments'}")
    more = f" and {plural(len(names) - _NAMED, 'other')}" if len(names) > _NAMED else ""
    return f"Looked at, and no finding: {', '.join(names[:_NAMED])}{more}." if names else ""


_NO_CLAIM = "The intervals stand for themselves: this report does not test whether any two of them differ."


def measures_part(context: ReportContext, _: str) -> Part | str:
    """CSAT and CES, each in its own unit with its interval."""
    found = context.overview.measures
    if not found:
        return "No CSAT or CES question was read."
    rows = tuple(
        (plain(one.column), one.kind.upper(), *measure_words(one), format_count(one.n)) for one in found
    )
    first = max(found, key=lambda one: one.n >= FEWEST)  # the first that enough have answered
    told = f"{measure_words(first)[0]} {'are satisfied' if first.kind == 'csat' else 'is the mean'}"
    title = f"{told if first.n >= FEWEST else 'Too few answers to tell'}: {plain(in_title(first.column))}"
    return Part(
        key="measures",
        title=title,
        subtitle=plain(context.scope.words),
        table=Table(("question", "kind", "value", "95% interval", "n"), ("text",) * 5, rows),
        notes=tuple(METHOD[kind] for kind in dict.fromkeys(one.kind for one in found)),
        alt=f"{title}.",
        source=plain(context.scope.source),
    )


def measure_trend_part(context: ReportContext, column: str) -> Part | str:
    """A CSAT or CES question by period over the whole history, the days that are looked at marked."""
    _known(context, column)
    if context.trend is None:
        return "These responses have no dates: nothing of CSAT and CES can be drawn over time."
    seen = find_measure_trend(context.history, column)
    if seen.previous is None:
        return f"There are no two periods with answers to “{plain(short(as_read(column)))}”."
    return _measured("over time", with_days(seen.chart(), context.scope), seen.measure)


def measure_segments_part(context: ReportContext, column: str) -> Part | str:
    """A CSAT or CES question by the attribute that stands out first by its NPS, else the first that has segments."""
    _known(context, column)
    names = [choice.name for choice in filter_choices(context.scope.survey).attributes]
    picked = [one.attribute for one in context.overview.standouts]
    open_ones = [name for name in names if len(context.scope.filters.values_of(name)) != 1]
    by = next(iter((*picked, *open_ones)), None)
    if by is None:
        return "No attribute was read by which CSAT and CES could be told apart."
    found = find_measure_segments(context.scope, column, by)
    if not found.labels:
        return f"Nobody of these answered “{plain(short(as_read(column)))}”."
    return _measured("by segment", found.chart(), found.measure)


def _known(context: ReportContext, column: str) -> None:
    names = [one.column for one in context.scope.survey.measures]
    if column not in names:
        raise ReportError(
            f"The survey has no CSAT or CES question “{plain(short(column))}”.",
            hint=f"It has {', '.join(plain(short(name)) for name in names) or 'none'}.",
        )


def _measured(key: str, chart: Chart, measure: Measure) -> Part:
    part = chart_part(key, chart)
    return replace(part, notes=(METHOD[measure.kind], _NO_CLAIM, plain(chart.source)))


def drivers_part(context: ReportContext, _: str) -> Part | str:
    """How far apart the NPS of those who answer a question well is from that of the rest, beside how many do."""
    found = find_drivers(context.scope)
    if not found:
        return "No CSAT or CES question was read, so nothing can be said about what goes with the score."
    if all(math.isnan(one.effect.points) for one in found):
        return (
            "No question has answers at its good end and others, so nothing can be said about what goes with"
            " the score."
        )
    chart = found.chart()
    part = chart_part("drivers", chart)
    return replace(
        part,
        bullets=sentences(found.sentences),
        notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE),
    )


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
    rest = others or [_looked_at(context)]
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
    found = context.comparison
    if found is None:
        return context.why_none
    names = attributes_of(context.scope)
    if not names:
        return "No attributes were read by which a change could be taken apart."
    telling = most_telling_attribute(found, names, by_hand=False)
    parts = find_contributions(found, telling, looks=len(names), by_hand=False)
    if parts is None:
        return "One of the two periods has no responses, so nothing can be said about where the NPS moved."
    chart = replace(parts.chart(), subtitle=f"{found.caption.subtitle} · by {by_words(parts.attribute)}")
    part = chart_part("why", chart)
    told = context.told
    # The chart names the parts, not the sides.
    change = (f"{found.title}.", found.verdict) if told is None else (told.headline[0], told.taken_apart)
    said = (*change, *parts.sentences)
    return replace(part, bullets=sentences(said), notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE))


def _segments(context: ReportContext, attribute: str) -> Part | str:
    if attribute not in context.scope.survey.attributes:
        raise ReportError(
            f"The survey has no attribute “{short(plain(attribute))}”.",
            hint=f"It has {', '.join(context.scope.survey.attributes) or 'none'}.",
        )
    compared = find_segments(context.scope, attribute)
    if len(compared) < 2:  # noqa: PLR2004 - one segment is all there is
        return (
            f"All of these responses have the same {short(as_read(attribute))}: there is nothing to compare."
        )
    chart = compared.chart()
    stand = [one for one in context.overview.standouts if one.attribute == attribute]
    part = chart_part("segments", chart)
    order = sorted(stand, key=lambda one: float(one.difference.points))
    named = order[0 if order[0].difference.points < 0 else -1] if order else None  # the one of the title
    if named is not None and named.lately:
        part = replace(part, title=f"{part.title}, but not since {plain(named.lately.since)}")
    said = [standout_sentence(one) for one in stand[:2]]
    return replace(part, bullets=sentences(said), notes=(*part.notes, CHANCE_METHOD))


def _roles(context: ReportContext, _: str) -> Part | str:
    role, deciders, users = roles_of(context.scope.survey)
    if not deciders or not users:
        return "The file does not say who is a decision maker and who an end user."
    ever = span_of(None, None)
    found = compare_groups(context.scope, ever, ever, attribute=role, values=(deciders, users))
    if not found.a.estimate.n or not found.b.estimate.n:
        return "These responses are not of both decision makers and end users."
    chart = replace(found.chart(), subtitle=f"{found.sizes} · {context.scope.words}")
    part = chart_part("roles", chart)
    said = (found.verdict, found.detectable)
    return replace(part, bullets=sentences(said), notes=(*part.notes, f"Role: {plain(short(role))}."))


def _rows(context: ReportContext, _: str) -> Part:
    survey, rows = context.scope.survey, context.scope.survey.rows
    lines: list[tuple[object, ...]] = [
        (f"rows in the {survey.source_kind}" if survey.seen is None else "responses of this part", rows.read)
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
        score.figure,
        score.between,
        f"n {score.size}",
    )
