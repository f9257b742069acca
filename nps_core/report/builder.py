"""Telling a story: from a survey and its filters to the parts of a report, from the functions that the pages call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.filters import filter_choices
from nps_core.formatting import format_day
from nps_core.report import sections
from nps_core.report.context import STORY, ReportContext
from nps_core.report.findings import SEGMENTS
from nps_core.report.model import LONGEST_OWN, MOST_OWN_LINES, Part, Report, chart_part, is_own, roles_of
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.charts.spec import Chart
    from nps_core.compare.comparison import Comparison
    from nps_core.scope import Scope
    from nps_core.survey import Survey
    from nps_core.targets.target import Target
    from nps_core.themes.result import Themes
    from nps_core.trends.actions import Action

CHART = "chart: "
"""Keys of charts of other pages start so; the number follows."""

_USUAL_SEGMENTS = 3  # attributes that get a slide when nobody chose; more are a choice, not a default
MEASURED = ("over time", "by segment")
"""The parts of each CSAT or CES question."""

_BESIDE = {"drivers": ("measures",), "themes": ("quotes",)}  # what is read together


@dataclass(frozen=True)
class SlideChoice:
    """A part that a survey can have: its key, and what it is called where one chooses."""

    key: str
    name: str


def build_report(  # noqa: PLR0913 - what one may choose of a report, each by its name
    scope: Scope,
    *,
    themes: Themes | None = None,
    compare: Comparison | str | None = STORY,
    slides: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    aims: Sequence[Target] = (),
    actions: Sequence[Action] = (),
    more: Sequence[tuple[Chart, str]] = (),
    quotes: Mapping[int, str] | None = None,
    mask: bool = True,
) -> Report:
    """Tell what a report says, part by part; every figure is the app's own.

    Parameters
    ----------
    scope
        What is looked at.
    themes
        What `find_survey_themes` found in the survey; without it the parts about themes are left out.
    compare
        What "why it moved" takes apart: "story" (the last level of the trend's story less the one before; of a slide
        its last third less its first), "previous" (the latest period less the one before; with both dates filtered,
        those days less as many before them), a `Comparison`, or None.
    slides
        The keys of the parts, in order, as `slide_choices` names them; the usual ones when not given.
    titles
        Titles that somebody wrote, by key; the others are takeaways true of the numbers. Of a slide of one's own,
        whose key starts with "own: ", all its words: the title, and in the next lines what stands under it.
    aims, actions
        Targets and benchmarks, to be drawn on the trend; and actions, drawn there too, of which those that were taken
        stand in "You said, we did".
    more
        (chart, filters in words) pairs from any page; they come before the row account, or where `slides` has
        their key, "chart: 1" for the first.
    quotes
        Comments picked by hand, in the place of examples of the themes: positions of `Survey.responses`, each with the
        name of the theme that it stands for ("" for none). Filters do not hold for them.
    mask
        Whether e-mail addresses and phone numbers in comments are masked.

    Raises
    ------
    FilterError
        The filters name what the survey does not have.
    ReportError
        A key in `slides` that no part has.
    """
    context = ReportContext(scope, themes, compare, aims=aims, actions=actions, quotes=quotes, mask=mask)
    told: list[Part] = []
    missing: list[str] = []
    for key in slides if slides is not None else _usual(context, len(more)):
        typed = (titles or {}).get(key, "").strip()
        made = _own_of(key, typed) or _chart_of(key, more) or sections.make(key, context)
        if isinstance(made, str):
            missing.append(made)
        else:
            told.append(replace(made, title=plain(typed)) if typed and not is_own(key) else made)
    return Report(
        name=plain(scope.survey.name),
        subtitle=plain(scope.words),
        period=_period(scope),
        parts=tuple(told),
        left_out=tuple(dict.fromkeys(missing)),
        masked=mask,
        filters=scope.filters.words(),
        scope=scope,
        themes=themes,
    )


def slide_choices(survey: Survey) -> tuple[SlideChoice, ...]:
    """The parts that a survey can have, in their usual order; cheap, as nothing is counted."""
    choices = filter_choices(survey)
    has_comments, has_dates = survey.has_comments, choices.first is not None
    names = [choice.name for choice in choices.attributes]
    can = {
        "summary": bool(names or survey.measures or has_dates or has_comments),
        "trend": has_dates,
        "actions": has_dates,
        "change": has_dates,
        "why": has_dates and bool(names),
        "themes": has_comments,
        "quotes": has_comments,
    }
    can |= {
        "distribution": not survey.scale.words,
        "roles": all(roles_of(survey)),
        "measures": bool(survey.measures),
        "drivers": bool(survey.measures),
    }
    found = []
    for key, name in sections.NAMES.items():
        if key == "segments":
            found += [SlideChoice(f"segments: {own}", f"Segments: {own}") for own in names]
        elif key in MEASURED:
            there = survey.measures if (has_dates if key == "over time" else names) else ()
            found += [
                SlideChoice(f"{key}: {one.column}", f"{one.kind.upper()} {key}: {one.column}")
                for one in there
            ]
        elif can.get(key, True):
            found.append(SlideChoice(key, name))
    return tuple(found)


def usual_slides(
    scope: Scope, charts: int = 0, themes: Themes | None = None, actions: Sequence[Action] = ()
) -> tuple[str, ...]:
    """The keys of the parts that a report has when nobody chose: the findings by weight, and what stands beside them.

    Parameters
    ----------
    charts
        How many charts of other pages stand before what a report ends with.
    themes
        What was found in the comments; themes weigh as much as they tell where it is known.
    actions
        As `build_report` takes them.
    """
    context = ReportContext(scope, themes, actions=actions)
    can = {choice.key for choice in slide_choices(scope.survey)}
    can -= {"why"} if context.comparison is None else set()
    return tuple(key for key in _usual(context, charts) if key in can or key.startswith(CHART))


def _usual(context: ReportContext, charts: int) -> list[str]:
    """First what everybody asks, then the evidence for each finding, then what else there is to see."""
    order = list(dict.fromkeys(one.part for one in context.findings))
    segments = [key for key in order if key.startswith(SEGMENTS)][:_USUAL_SEGMENTS]
    evidence = [key for key in order if key in segments or not key.startswith(SEGMENTS)]
    # A finding that stands alone is said on the first slide.
    found = ["answer", *(["summary"] if len(context.findings) > 1 else []), "score", "trend", "why"]
    measures = context.scope.survey.measures
    # Of each kind the first question: the others are a choice.
    first = {one.kind: one.column for one in reversed(measures)}
    measured = [f"{key}: {first[kind]}" for kind in sorted(first, reverse=True) for key in MEASURED]
    for key in (*evidence, *(["measures", *measured] if measures else []), "themes"):
        found += [key, *_BESIDE.get(key, ())]
    found += ["actions"] if any(action.is_taken for action in context.actions) else []
    found += [*(f"{CHART}{number + 1}" for number in range(charts)), "distribution", "rows"]
    return list(dict.fromkeys(found))


def _period(scope: Scope) -> str:
    return f"{format_day(scope.first)} to {format_day(scope.last)}" if scope.first and scope.last else ""


def _own_of(key: str, typed: str) -> Part | None:
    """A slide of one's own: the first line of its words is the title."""
    if not is_own(key):
        return None
    title, *lines = typed[:LONGEST_OWN].split("\n")[: MOST_OWN_LINES + 1]
    said = tuple(plain(line) for line in lines if line.strip())
    title = plain(title) or "Untitled"
    return Part(key=key, title=title, subtitle="", bullets=said, alt=title)


def _chart_of(key: str, charts: Sequence[tuple[Chart, str]]) -> Part | None:
    number = key.removeprefix(CHART)
    if not key.startswith(CHART) or not number.isdecimal() or not 1 <= int(number) <= len(charts):
        return None
    return chart_part(key, *charts[int(number) - 1])
