"""Telling a story: from a survey and its filters to the parts of a report, from the functions that the pages call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nps_core.compare.comparison import Comparison, Span
from nps_core.compare.sides import compare_sides, span_of
from nps_core.filters import filter_choices
from nps_core.overview import Overview, overview
from nps_core.report import parts
from nps_core.report.common import chart_part, roles_of
from nps_core.report.story import Part, Story
from nps_core.themes.in_survey import theme_rows
from nps_core.themes.rows import ThemeRows
from nps_core.trends.result import period_words
from nps_core.user_text import plain
from nps_core.view import View, view
from nps_core.words import format_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.charts.spec import Chart
    from nps_core.filters import Filters
    from nps_core.survey import Survey
    from nps_core.targets.aims import Aim
    from nps_core.themes.result import Themes
    from nps_core.trends.alerts import Action

PREVIOUS = "previous"
"""Compare the latest period with the one before."""

CHART = "chart: "
"""Keys of charts of other pages start so; the number follows."""

_USUAL_SEGMENTS = 3  # attributes that get a slide when nobody chose; more are a choice, not a default
_MONTHS = 12


@dataclass(frozen=True)
class SlideChoice:
    """A part that a survey can have: its key, and what it is called where one chooses."""

    key: str
    name: str


def story(  # noqa: PLR0913 - what one may choose of a report, each by its name
    survey: Survey,
    filters: Filters,
    *,
    themes: Themes | None = None,
    compare: Comparison | str | None = PREVIOUS,
    slides: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    aims: Sequence[Aim] = (),
    actions: Sequence[Action] = (),
    more: Sequence[tuple[Chart, str]] = (),
    mask: bool = True,
) -> Story:
    """Tell what a report says, part by part; every figure is the app's own.

    Parameters
    ----------
    survey, filters
        What is looked at.
    themes
        What `themes_of` found in the survey; without it the parts about themes are left out.
    compare
        What "why it moved" takes apart: "previous" (the latest period less the one before; with both dates
        filtered, those days less as many before them), a `Comparison`, or None.
    slides
        The keys of the parts, in order, as `slide_choices` names them; the usual ones when not given.
    titles
        Titles that somebody wrote, by key; the others are takeaways true of the numbers.
    aims, actions
        Targets and benchmarks, and interventions, to be drawn on the trend.
    more
        (chart, filters in words) pairs from any page; they come before the row account, or where `slides` has
        their key, "chart: 1" for the first.
    mask
        Whether e-mail addresses and phone numbers in comments are masked.

    Raises
    ------
    FilterError
        The filters name what the survey does not have.
    ReportError
        A key in `slides` that no part has.
    """
    teller = Teller(survey, filters, themes, compare, aims=aims, actions=actions, mask=mask)
    told: list[Part] = []
    missing: list[str] = []
    for key in slides if slides is not None else _usual(teller, len(more)):
        made = _chart_of(key, more) or parts.make(key, teller)
        if isinstance(made, str):
            missing.append(made)
        else:
            title = (titles or {}).get(key, "").strip()
            told.append(replace(made, title=plain(title)) if title else made)
    return Story(
        name=plain(survey.name),
        subtitle=plain(teller.shown.words),
        period=_period(teller.shown),
        parts=tuple(told),
        left_out=tuple(dict.fromkeys(missing)),
        masked=mask,
        survey=survey,
        filters=filters,
    )


def slide_choices(survey: Survey) -> tuple[SlideChoice, ...]:
    """The parts that a survey can have, in their usual order; cheap, as nothing is counted."""
    has_comments, has_dates = (bool(survey.responses[name].notna().any()) for name in ("comment", "date"))
    names = [choice.name for choice in filter_choices(survey).attributes]
    can = {"trend": has_dates, "change": has_dates, "why": has_dates and bool(names), "themes": has_comments, "quotes": has_comments}  # fmt: skip
    can |= {
        "distribution": not survey.scale.words,
        "roles": all(roles_of(survey)),
        "measures": bool(survey.measures),
        "drivers": bool(survey.measures),
    }
    found = []
    for key, name in parts.NAMES.items():
        if key == "segments":
            found += [SlideChoice(f"segments: {own}", f"Segments: {own}") for own in names]
        elif can.get(key, True):
            found.append(SlideChoice(key, name))
    return tuple(found)


def usual_slides(survey: Survey, filters: Filters, charts: int = 0) -> tuple[str, ...]:
    """The keys of the parts that a report has when nobody chose, in order, as far as the survey can have them.

    Segments are of the attributes with a segment beyond chance first, three of them at most.

    Parameters
    ----------
    charts
        How many charts of other pages stand before the row account.
    """
    can = {choice.key for choice in slide_choices(survey)}
    usual = _usual(Teller(survey, filters), charts)
    return tuple(key for key in usual if key in can or key.startswith(CHART))


def _usual(teller: Teller, charts: int) -> list[str]:
    picked = {name for name, values in teller.filters.attributes if len(values) == 1}
    apart = [one.attribute for one in teller.overview.standouts]
    names = [choice.name for choice in filter_choices(teller.survey).attributes]
    order = [name for name in dict.fromkeys((*apart, *names)) if name not in picked]
    found: list[str] = []
    for key in parts.NAMES:
        if key == "segments":
            found += [f"segments: {name}" for name in order[:_USUAL_SEGMENTS]]
        elif key == "rows":
            found += [*(f"{CHART}{number + 1}" for number in range(charts)), key]
        elif key not in parts.BY_CHOICE:
            found.append(key)
    return found


class Teller:
    """What the parts of one story share; each figure is computed once, when the first part asks for it."""

    def __init__(
        self,
        survey: Survey,
        filters: Filters,
        themes: Themes | None = None,
        compare: Comparison | str | None = PREVIOUS,
        *,
        aims: Sequence[Aim] = (),
        actions: Sequence[Action] = (),
        mask: bool = True,
    ) -> None:
        self.survey, self.filters, self.themes, self._compare = survey, filters, themes, compare
        self.aims, self.actions, self.mask = tuple(aims), tuple(actions), mask

    @cached_property
    def shown(self) -> View:
        """What is looked at, in words."""
        return view(self.survey, self.filters)

    @cached_property
    def overview(self) -> Overview:
        """The first page of the app."""
        return overview(self.survey, self.filters)

    @cached_property
    def theme_rows(self) -> ThemeRows:
        """The themes under the filters; empty without any."""
        return theme_rows(self.themes, self.survey, self.filters) if self.themes is not None else ThemeRows()

    @cached_property
    def comparison(self) -> Comparison | None:
        """The two sides that are compared; None where there are not two."""
        if isinstance(self._compare, Comparison):
            return self._compare
        sides = self._two_periods() if self._compare == PREVIOUS else None
        return None if sides is None else compare_sides(self.survey, *sides, self.held)

    @property
    def held(self) -> Filters:
        """The filters that hold for both sides of the comparison: with both days given, the days are one side's own."""
        return replace(self.filters, since=None, until=None) if self._days_are_a_side else self.filters

    @property
    def _days_are_a_side(self) -> bool:
        return self._compare == PREVIOUS and bool(self.filters.since and self.filters.until)

    def _two_periods(self) -> tuple[Span, Span] | None:
        if self.filters.since and self.filters.until:
            return before_as_long(self.filters.since, self.filters.until)
        seen = self.overview.trend
        if seen is None or seen.latest is None or seen.previous is None:
            return None
        now, before = (
            Span(period_words(seen, place), seen.starts[place].item(), seen.ends[place].item())
            for place in (seen.latest, seen.previous)
        )
        return now, before


def before_as_long(since: dt.date, until: dt.date) -> tuple[Span, Span]:
    """These days, and as many before them; whole months go before whole months.

    >>> now, before = before_as_long(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    >>> before.label
    '1 Jan 2026 to 31 Mar 2026'
    """
    day = dt.timedelta(days=1)
    months = (until.year - since.year) * _MONTHS + until.month - since.month + 1
    if since.day == 1 and (until + day).day == 1:
        place = since.year * _MONTHS + since.month - 1 - months
        first = dt.date(max(1, place // _MONTHS), place % _MONTHS + 1, 1)
    else:
        first = since - (until - since) - day
    return span_of(since, until), span_of(first, since - day)


def _period(shown: View) -> str:
    return f"{format_day(shown.first)} to {format_day(shown.last)}" if shown.first and shown.last else ""


def _chart_of(key: str, charts: Sequence[tuple[Chart, str]]) -> Part | None:
    number = key.removeprefix(CHART)
    if not key.startswith(CHART) or not number.isdecimal() or not 1 <= int(number) <= len(charts):
        return None
    return chart_part(key, *charts[int(number) - 1])
