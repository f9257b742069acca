"""The two sides that somebody picks; and where their difference stands, by an attribute or by themes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, cast

import streamlit as st

from nps_core import Span, filter_choices, find_contributions, find_periods, usual_period
from nps_core.accounts.roles import likely_roles
from nps_core.compare.contributions import most_telling_attribute
from nps_core.compare.groups import span_of
from nps_core.formatting import short
from nps_core.themes.comparison import find_theme_contributions
from pages.ui import choices, draw, marks, places, tables, theme_state
from pages.ui.text import findings, heading, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope, Span, Survey
    from nps_core.compare.comparison import Comparison
    from nps_core.compare.contributions import Contributions
    from nps_core.filters import FilterChoices
    from nps_core.trends.stretches import Sides


_ALL, _OTHER = "All dates", "Other dates …"


def pick(
    scope: Scope, line: DeltaGenerator
) -> tuple[Span, Span, str | None, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Draw the pickers; the spans of A and B, the attribute and the values of either.

    A survey of several periods starts with the last two of them, any other, or one of which days are picked already,
    with the values of an attribute.
    """
    there = filter_choices(scope.survey)
    found = {span.label: span for span in find_periods(scope.whole, usual_period(scope.whole))}
    names = [choice.name for choice in there.attributes]
    over_time = len(found) > 1 and not (names and scope.filters.period)
    by = None
    if names:
        by = choices.one(
            line.selectbox,
            "Pick the sides by",
            [None, *names],
            key="sides.by",
            default=None if over_time else names[0],
            width=240,
            format_func=lambda name: f"NPS by {short(name)}" if name else "NPS by dates",
            label_visibility="collapsed",
        )
        _start_anew(by)
    values = next((choice.values for choice in there.attributes if choice.name == by), ())
    sides = []
    for place, (column, name) in enumerate(zip(st.columns(2, gap="large"), ("A", "B"), strict=True)):
        with column:
            span = _span(name, found, there, place if over_time and by is None else None)
            sides.append((span, _values(name, by, values)))
    (a, ours), (b, theirs) = sides
    return a, b, by, (tuple(ours), tuple(theirs))


def put(
    by: str | None = None,
    values: tuple[Sequence[str], Sequence[str]] = ((), ()),
    periods: tuple[str, ...] = (),
) -> None:
    """Let these be the two sides, and Explore show them, from the next run on; for the callbacks of widgets.

    Parameters
    ----------
    by, values
        The attribute that picks the sides, and the values of either; without one the periods do.
    periods
        The names of both periods; all dates where none are given.
    """
    st.session_state["sides.of"] = by
    choices.put(places.VIEW, "sides")
    choices.put("sides.by", by)
    for side, own in zip("ab", values, strict=True):
        choices.put(f"sides.{side}.values", *own)
    for side, own in zip("ab", periods or (_ALL, _ALL), strict=True):
        choices.put(f"sides.{side}.period", own)


def put_sides(scope: Scope, sides: Sides) -> None:
    """The same, of sides that a part of what is looked at has."""
    named = {span.label for span in find_periods(scope.whole, usual_period(scope.whole))}
    spans = [] if sides.attribute else [sides.a, sides.b]
    put(
        sides.attribute,
        (sides.values, ()),
        tuple(span.label if span.label in named else _OTHER for span in spans),
    )
    for side, span in zip("ab", spans, strict=False):
        for part, day in (("since", span.since), ("until", span.until)):
            choices.put(f"sides.{side}.{part}", *filter(None, (day,)))


def _start_anew(by: str | None) -> None:
    """Begin with the usual sides where they are picked by something else than before."""
    before = st.session_state.get("sides.of", by)
    st.session_state["sides.of"] = by
    if before != by:
        for key in _OF_SIDES:
            choices.put(key)


_OF_SIDES = tuple(f"sides.{side}.{part}" for side in "ab" for part in ("period", "values", "since", "until"))


def _span(name: str, found: dict[str, Span], there: FilterChoices, place: int | None) -> Span:
    if not found:
        return span_of(None, None)
    side = f"sides.{name.lower()}"
    options = [_ALL, *found, _OTHER]
    picked = choices.one(
        st.selectbox,
        f"{safe(name)}: period",
        options,
        default=options[0 if place is None else place + 1],
        key=f"{side}.period",
    )
    if picked != _OTHER:
        return found.get(picked, span_of(None, None))
    left, right = st.columns(2, gap="small")
    first, last = cast("dt.date", there.first), cast("dt.date", there.last)  # it has periods
    since = choices.day(left, "First day", key=f"{side}.since", default=first, low=first, high=last)
    until = choices.day(right, "Last day", key=f"{side}.until", default=last, low=first, high=last)
    return span_of(since, until)


def _values(name: str, by: str | None, values: tuple[str, ...]) -> list[str]:
    if by is None:
        return []
    return choices.some(
        st.multiselect,
        f"{safe(name)}: {safe(short(by))}",
        values,
        default=values[:1] if name == "A" else [],
        key=f"sides.{name.lower()}.values",
        placeholder="all" if name == "A" else "all others, or the same as A at other dates",
    )


_THEMES = ""  # no column is called so


def show_parts(scope: Scope, found: Comparison, names: Sequence[str]) -> None:
    """The parts of a difference as a waterfall; `names` are the attributes that do not pick the sides.

    Themes take a while to be found, so they are looked for when they are picked and not before.
    """
    commented = scope.survey.has_comments
    options = [*names, *([_THEMES] if commented else [])]
    if not options:
        return
    st.space("small")
    place = st.container()
    picked = choices.one(
        st.selectbox,
        "Take apart by",
        options,
        default=most_telling_attribute(found, names) if names else options[0],
        key="sides.why",
        width=280,
        format_func=lambda name: short(name) if name else "Themes of the comments",
    )
    apart = _apart(scope.survey, found, picked, len(options))
    if apart is None:
        if picked == _THEMES:
            with place:
                heading("Where the difference stands", theme_state.looking())
        return
    drawn = apart.chart()
    with place:
        heading("Where the difference stands", drawn.title)
        findings(apart.sentences)
    if len(apart.segments) < 2:  # noqa: PLR2004 - one part is the whole
        return
    parts = [one.part.label for one in apart.segments]
    rows = marks.of_values(picked, parts)
    if apart.by_theme:
        themes = theme_state.themes(scope.survey)
        rows = marks.of_themes(zip(themes.titles, range(themes.k), strict=True)) if themes else {}
    draw.chart(drawn, scope, key="compare-why", title=False, rows=rows, columns=marks.of_sides(found))
    tables.folded(
        drawn,
        tables.PARTS,
        key="compare-why",
        name="The parts as a table",
        note=(
            "Within: how differently a part's own people score. Mix: how many more or fewer they are. All of"
            " them add up to the difference."
        ),
    )


def _apart(survey: Survey, found: Comparison, picked: str, looks: int) -> Contributions | None:
    if picked != _THEMES:
        return find_contributions(found, picked, looks=looks)
    themes = theme_state.themes(survey)
    return find_theme_contributions(found, themes, looks=looks) if themes is not None else None


_OFTEN_ASKED = "explore.preset"


def offer_often_asked(scope: Scope) -> None:
    """A menu of the questions that this survey can answer; nothing where it can answer none."""
    found = _questions(scope)
    if found:
        st.menu_button(
            "Often asked",
            list(found),
            format_func=safe,
            key=_OFTEN_ASKED,
            on_click=_ask,
            args=(found,),
            icon=":material/bolt:",
            type="tertiary",
        )


def _ask(found: dict[str, Callable[[], None]]) -> None:
    if asked := found.get(st.session_state.get(_OFTEN_ASKED) or ""):
        asked()


def _questions(scope: Scope) -> dict[str, Callable[[], None]]:
    """The names of the questions, and what picks each."""
    period = usual_period(scope.whole)
    spans = find_periods(scope.whole, period)
    roles = _roles(scope)
    found: dict[str, Callable[[], None]] = {}
    if len(spans) > 1:
        last, before = spans[:2]
        names = (last.label, before.label)
        found[f"The last {period} against the one before"] = partial(put, periods=names)
    if year := _year_before(spans):
        found[f"The last {period} against a year before"] = partial(put, periods=(spans[0].label, year.label))
    if roles:
        by, values = roles
        found["Decision makers against end users"] = partial(put, by, values)
        if spans:
            found[f"Decision makers against end users, last {period}"] = partial(
                put, by, values, (spans[0].label, spans[0].label)
            )
    if spans:
        found["Before and after something you did"] = partial(choices.put, places.VIEW, "time")
    return found


def _roles(scope: Scope) -> tuple[str, tuple[list[str], list[str]]] | None:
    """The attribute that holds both decision makers and end users, with the values of either; persona first."""
    for choice in filter_choices(scope.survey).attributes:
        deciders, users = likely_roles(choice.values)
        if deciders and users:
            return choice.name, (deciders, users)
    return None


def _year_before(spans: Sequence[Span]) -> Span | None:
    """The span that began a year before the last one, give or take the days by which weeks shift."""
    if not spans or spans[0].since is None:
        return None
    then = spans[0].since - dt.timedelta(days=365)
    near = [span for span in spans if span.since is not None and abs((span.since - then).days) <= _SHIFT]
    return near[0] if near else None


_SHIFT = 3  # days
