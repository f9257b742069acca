"""The panel beside a chart: who a mark stands for, how they score, what they say, and where that leads."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import FragmentHandledException

from nps_core import count_themes, nps_of, usual_period
from nps_core.comments import order_comments
from nps_core.formatting import (
    NOTHING,
    format_count,
    format_interval,
    format_nps,
    format_share,
    plural,
    short,
)
from nps_core.themes.comparison import compare_themes_with_rest
from nps_core.themes.in_survey import theme_responses, theme_words
from nps_core.trends.stretches import sides_of
from pages.ui import (
    choices,
    clicks,
    comparison,
    filter_bar,
    places,
    reader,
    report_basket,
    theme_comments,
    theme_state,
)
from pages.ui.text import as_html, safe, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core import Scope
    from nps_core.charts.spec import Chart
    from nps_core.score.estimate import Estimate
    from nps_core.themes.rows import ThemeRow
    from nps_core.trends.stretches import Sides
    from pages.ui.clicks import Answers
    from pages.ui.marks import Mark

_WIDTH = 560  # pixels: a line of 68 characters
_MOST_THEMES = 4
_SAID_OF_EACH = ("dots", "lengths", "steps", "plane")  # kinds of charts that say more of a row than its NPS


def show(drawn: Chart | None, scope: Scope, found: Answers, place: tuple[int, int | None], key: str) -> None:
    """Open the panel for a row of a chart (of a list, where there is none), and a column of it or none."""
    row = found.rows[place[0]]
    if row is not None:
        box = st.dialog(safe(short(row.name, 60)), width=_WIDTH, position="right", on_dismiss=clicks.close)
        with suppress(FragmentHandledException):  # it is told in the panel; the page goes on
            box(_draw)(drawn, scope, found, place, key)


def _draw(drawn: Chart | None, scope: Scope, found: Answers, place: tuple[int, int | None], key: str) -> None:
    mark = _picked(found, place, key)
    part = scope.narrowed(mark.filters)
    if mark.attribute:
        say(_line(mark), "plain")
        _lead("See its segments", "explore", "segments", "segments.by", mark.attribute)
        return
    theme = _theme(part, mark)
    lowest = _figures(scope, part, mark, theme)
    if (
        theme is None
        and drawn
        and drawn.kind in _SAID_OF_EACH
        and _line(mark)
        and not _line(mark).startswith(NOTHING)
    ):
        say(f"In the chart: {_line(mark)}.")
    _ways_on(drawn, scope, part, mark)
    if theme is None and mark.score is None:
        _what_they_speak_of(scope, part)
    _comments(part, mark, lowest=lowest)


def _picked(found: Answers, place: tuple[int, int | None], key: str) -> Mark:
    """The row, with the column that is picked of it where the chart has columns."""
    row, column = place
    mark = found.rows[row]
    assert mark is not None  # noqa: S101 - see `show`
    there = [number for number, own in enumerate(found.columns) if own]
    if not there:
        return mark
    options = [None, *there]
    names = {number: own.name for number, own in enumerate(found.columns) if own}
    picked = st.selectbox(
        "Of",
        options,
        index=options.index(column),
        format_func=lambda number: "all of them" if number is None else short(names[number]),
        key=f"panel.of.{key}.{row}.{column}",
    )
    other = None if picked is None else found.columns[picked]
    return mark if other is None else mark.with_column(other)


def _line(mark: Mark) -> str:
    """What the chart says of a mark beside its own score."""
    return mark.said.rpartition("\n")[2].removesuffix(".")


def _theme(part: Scope, mark: Mark) -> ThemeRow | None:
    if mark.theme is None:
        return None
    themes = theme_state.themes(part.survey)
    rows = count_themes(part, themes) if themes is not None else ()
    return next((row for row in rows if row.number == mark.theme), None)


def _figures(scope: Scope, part: Scope, mark: Mark, theme: ThemeRow | None) -> bool:
    """Draw who they are in figures; whether their lowest comments come first, since they score below the rest."""
    if theme is not None:
        said = (
            f"{format_interval(theme.low, theme.high)} with 95% certainty",
            f"n {format_count(theme.n)}, {format_share(theme.share)} of the comments",
        )
        st.html(
            _sides_html(
                [
                    ("NPS of who says it", format_nps(theme.nps), said),
                    ("Of the other comments", format_nps(theme.nps_without), ()),
                ]
            )
        )
        return not theme.nps > theme.nps_without
    if mark.score is not None or part.picks_by_score:
        n = part.n if mark.score is None else _with_score(part, mark.score)
        of_all = f"{plural(n, 'response')} of {format_count(scope.n)}"
        st.html(_sides_html([("Share of the responses", format_share(n / max(1, scope.n)), (of_all,))]))
        return part.groups != ("promoter",)
    own, everyone = nps_of(part), nps_of(scope)
    share = f"{format_share(part.n / max(1, scope.n))} of the responses shown"
    sides = [("NPS", format_nps(own.nps), (*_size(own), share))]
    if part.n != scope.n:
        sides.append(("All that is shown", format_nps(everyone.nps), _size(everyone)))
    st.html(_sides_html(sides))
    return not own.nps > everyone.nps


def _with_score(part: Scope, score: int) -> int:
    return int(part.counts.histogram()[score - part.survey.scale.low])


def _size(score: Estimate) -> tuple[str, ...]:
    return score.between, f"n {score.size}"


def _sides_html(sides: Iterable[tuple[str, str, Iterable[str]]]) -> str:
    """Figures beside each other, each under its name and over what one should know of it."""
    parts = []
    for name, figure, lines in sides:
        under_html = "".join(f'<div class="hint">{as_html(line)}</div>' for line in lines if line)
        parts.append(
            f'<div><div class="kicker">{as_html(name)}</div>'
            f'<div class="figure-small">{as_html(figure)}</div>{under_html}</div>'
        )
    parts_html = "".join(parts)
    return f'<div class="sides">{parts_html}</div>'


def _ways_on(drawn: Chart | None, scope: Scope, part: Scope, mark: Mark) -> None:
    """Filter, compare, slide: each for what it makes sense of."""
    sides = None if mark.theme is not None else sides_of(scope, mark.filters, usual_period(scope.whole))
    kept = {name for name, _ in mark.filters.attributes} <= set(scope.survey.attributes)
    with st.container(horizontal=True, gap="small", key="panel.ways"):
        if mark.theme is not None and (found := theme_state.themes(scope.survey)):
            _lead("Open in Comments", "comments", "", "themes.open", found.titles[mark.theme])
        if mark.filters and kept and part.filters != scope.filters:
            name = "Filter to this"
            if mark.score is not None:
                name = f"Filter to {part.groups[0]}s"
            elif mark.theme is not None:
                name = f"Filter to {short(mark.filters.words())}"
            if st.button(
                safe(name), icon=":material/filter_alt:", key="panel.filter", on_click=_filter, args=(part,)
            ):
                st.rerun()
        if sides is not None:
            name = "Compare with the rest" if sides.attribute else f"Compare with {_when(sides)}"
            if st.button(
                safe(name),
                icon=":material/compare_arrows:",
                key="panel.compare",
                on_click=_compare,
                args=(scope, sides),
            ):
                places.go("explore", "sides")
        if sides is None and drawn is not None:
            report_basket.offer(drawn, scope.filters, "panel", kind="secondary")
        elif sides is not None:
            slide = sides.compare(scope).chart()
            report_basket.offer(slide, sides.filters, "panel", kind="secondary")


def _when(sides: Sides) -> str:
    return (
        f"{short(sides.b.label)}"
        if sides.a.until and sides.b.until and sides.b.until < sides.a.until
        else "later"
    )


def _lead(label: str, place: str, view: str, choice: str, value: str) -> None:
    if st.button(
        safe(label),
        icon=":material/arrow_forward:",
        key="panel.lead",
        on_click=_choose,
        args=(view, choice, value),
    ):
        places.go(place, view)


def _choose(view: str, choice: str, value: str) -> None:
    clicks.close()
    choices.put(choice, value)
    if view:
        choices.put(places.VIEW, view)


def _filter(part: Scope) -> None:
    clicks.close()
    filter_bar.hold(part.survey, part.filters)


def _compare(scope: Scope, sides: Sides) -> None:
    clicks.close()
    filter_bar.hold(scope.survey, sides.filters)
    comparison.put_sides(scope, sides)


def _what_they_speak_of(scope: Scope, part: Scope) -> None:
    """Themes that they speak of more than the rest, where the session has themes: none are looked for here."""
    if not scope.survey.has_comments or part.n == scope.n or not theme_state.known(scope.survey):
        return
    themes = theme_state.themes(scope.survey)
    if themes is None:
        return
    more = [
        one for one in compare_themes_with_rest(scope, part, themes) if one.beyond_chance and one.more > 0
    ]
    rows_html = "".join(
        f'<li><span class="nps">{as_html(format_share(one.share))}</span><span><b>{as_html(one.name)}</b></span>'
        f'<span class="why">of their comments; {as_html(format_share(one.rest))} of those of the rest</span></li>'
        for one in more[:_MOST_THEMES]
    )
    if rows_html:
        st.html(
            f'<div class="kicker">What they speak of more, beyond chance</div><ul class="standouts">{rows_html}</ul>'
        )


def _comments(part: Scope, mark: Mark, *, lowest: bool) -> None:
    """Their comments, those first that fit the figure."""
    if not part.survey.has_comments:
        return
    themes = (
        theme_state.themes(part.survey) if mark.theme is not None or theme_state.known(part.survey) else None
    )
    if mark.theme is None:
        found = order_comments(part, lowest=lowest, score=mark.score)
        first = "latest" if mark.score is not None else "lowest scores" if lowest else "highest scores"
    elif themes is not None:
        tone = -1 if lowest else 1
        found = theme_responses(part, themes, mark.theme, tone=tone)
        first = theme_comments.told_first(themes, tone)
    else:
        return
    if not len(found):
        say("None of them wrote a comment.", "plain")
        return
    theme = -1 if mark.theme is None else mark.theme
    lit = theme_words(themes, theme) if themes is not None and mark.theme is not None else ()
    reader.show(part, found, key="panel", lit=lit, themes=themes, theme=theme, said=f"{first} first")
