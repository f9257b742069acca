"""Figures in words and numbers: the large score, the groups' legend, segments that stand out, CSAT and CES."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import count_themes, read_comments
from nps_core.charts.spec import GROUP_COLOURS, GROUP_ORDER
from nps_core.drivers.measures import measure_words
from nps_core.formatting import apart, as_read, format_count, format_interval, format_nps, format_share, short
from nps_core.masking import mask
from nps_core.report.quotes import LOOKED_AT, readable_first
from nps_core.score.estimate import shares
from nps_core.segments.segments import segment_attributes
from nps_core.themes.in_survey import theme_quotes
from pages.ui import draw, marks, places, theme_state
from pages.ui.marks import Mark
from pages.ui.text import as_html, findings, heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Estimate, Scope
    from nps_core.drivers.measures import MeasureResult
    from nps_core.segments.result import Standout
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow
    from nps_core.trends.story_result import Story


_MOST = 4
_CERTAIN = " with 95% certainty"  # stands over it, in the answer of the page


def score(found: Estimate) -> None:
    """The score, large, and never alone: its interval, n, and what n is worth."""
    st.html(
        f'<div class="figure-score">{as_html(found.figure)}</div>'
        f'<div class="figure-interval">{as_html(found.between.removesuffix(_CERTAIN))} · n'
        f" {as_html(found.size)}</div>"
    )


def story(found: Story | None) -> None:
    """What the whole span says, over its chart; too short a one says nothing."""
    if found is None:
        heading("Over time")
        return
    first, *more = found.headline or (found.title,)
    st.html(f'<h2 class="heading">{as_html(first)}</h2>')
    findings(more)


def groups_legend(groups: tuple[float, float, float]) -> None:
    """The names, shares and counts of promoters, passives and detractors over their bar, in its order."""
    parts_html = "".join(
        '<span><span class="name"><span class="dot"'
        f' style="background:{GROUP_COLOURS[group]}"></span><b>{as_html(group.title())}s</b></span>'
        f' {percent:d}%<br><span class="count">{format_count(count)}</span></span>'
        for group, percent, count in reversed(
            list(zip(("promoter", "passive", "detractor"), shares(*groups), groups, strict=True))
        )
    )
    st.html(f'<div class="groups-legend">{parts_html}</div>')


def parts_key(names: Sequence[str]) -> None:
    """Which colour is which part, from that of detractors on, for charts whose bars are too small to name them."""
    parts_html = "".join(
        f'<span><span class="dot" style="background:{GROUP_COLOURS[group]}"></span>{as_html(name)}</span>'
        for name, group in zip(names, GROUP_ORDER, strict=True)
    )
    st.html(f'<div class="groups-key">{parts_html}</div>')


def standouts(scope: Scope, found: Sequence[Standout]) -> None:
    """The segments beyond chance under their heading, or that there are none, or that there is nothing to compare."""
    heading("Who stands apart, beyond chance" if found else "Who stands apart")
    if not found:
        said = (
            "No segment differs from the rest by more than chance explains. Differences that so few responses or"
            " accounts cannot show may still be there."
            if segment_attributes(scope.survey)
            else "This file has no attributes to compare, such as a plan, a persona or a region."
        )
        say(said, "plain")
        return
    names = {name: as_read(told) for name, told in apart(scope.survey.attributes).items()}
    rows_html = "".join(
        "<li><span"
        f' class="nps">{format_nps(one.estimate.nps)}</span><span><b>{as_html(names[one.attribute])}:'
        f' {as_html(short(one.label))}</b></span><span class="why">{format_nps(one.difference.points)}'
        f" against the rest ({format_interval(one.difference.low, one.difference.high)}),"
        f' <span class="n">n {format_count(one.estimate.n)}</span>'
        f"{as_html(f'; not since {one.lately.since}') if one.lately else ''}</span></li>"
        for one in found[:_MOST]
    )
    shown = [marks.of_value(one.attribute, one.label) for one in found[:_MOST]]
    draw.rows(f'<ul class="standouts">{rows_html}</ul>', scope, shown, key="standouts")
    if len(found) > _MOST:
        say(f"{len(found) - _MOST:,} more under Explore.", "small")


def beside(score: Estimate, weighted: Estimate, kept: float) -> None:
    """The unweighted and the weighted NPS side by side, each with its interval and n."""
    sides = (
        ("Unweighted", score, f"n {format_count(score.n)}"),
        ("Weighted", weighted, f"effective n {format_count(round(kept))}"),
    )
    for place, (name, one, n) in zip(st.columns([2, 2, 1], gap="large"), sides, strict=False):
        place.html(
            f'<div class="kicker">{as_html(name)}</div><div class="figure-small">{format_nps(one.nps)}</div>'
            f'<div class="hint">{format_interval(one.low, one.high)} · {as_html(n)}</div>'
        )


def measures(found: Sequence[MeasureResult]) -> None:
    """CSAT as the share of the two best answers, CES as a mean."""
    for start in range(0, len(found), 3):
        for place, one in zip(
            st.columns(3, gap="large", vertical_alignment="bottom"), found[start : start + 3], strict=False
        ):
            value, interval = measure_words(one)
            kind = one.kind.upper()
            name = one.column if kind in one.column.upper() else f"{kind} · {one.column}"
            place.html(
                f'<div class="kicker">{as_html(name)}</div>'
                f'<div class="figure-small">{as_html(value)}</div>'
                f'<div class="hint">{as_html(interval)} · n {format_count(one.n)}</div>'
            )


_MOST_THEMES = 4


def themes(scope: Scope) -> None:
    """The first themes under the filters; of a large file they are looked for when asked."""
    heading("What they talk about")
    if not theme_state.wanted(scope.survey):
        return
    try:
        found = theme_state.themes(scope.survey)
    except Exception:  # noqa: BLE001 - the log has it from where it was raised; the score stands without themes
        say("Themes could not be found: what went wrong stands in the log of the server.", "plain")
        return
    if found is None:
        say(f"{theme_state.looking()}.")
        return
    rows = [row for row in count_themes(scope, found).presented if row.parent < 0][:_MOST_THEMES]
    if not rows:
        say("No theme is said by enough of these comments.", "plain")
        return
    lines_html = "".join(_theme_html(scope, found, row) for row in rows)
    shown = [Mark(row.name, theme=row.number) for row in rows]
    line = draw.rows(f'<ul class="standouts">{lines_html}</ul>', scope, shown, key="spoken")
    line.page_link(places.place("comments"), label="All themes and comments", icon=":material/arrow_forward:")


def _theme_html(scope: Scope, found: Themes, row: ThemeRow) -> str:
    examples = theme_quotes(scope, found, row.number, tone=row.tone, most=LOOKED_AT)
    quotes_html = "".join(
        f'<span class="quote line">“{as_html(mask(comment.text))}”</span>'
        for comment in readable_first(read_comments(scope, examples, limit=LOOKED_AT))[:1]
    )
    said_html = as_html(f"{format_share(row.share)} of comments · {format_interval(row.low, row.high)},")
    return (
        f'<li><span class="nps">{as_html(format_nps(row.nps))}</span><span><b>{as_html(row.name)}</b>'
        f' <span class="aside">{said_html} <span class="n">n {format_count(row.n)}</span></span></span>'
        f"{quotes_html}</li>"
    )
