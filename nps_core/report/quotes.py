"""What a report says of the comments: themes with their effect, and quotes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.comments import read_comments
from nps_core.formatting import format_interval, format_nps, plural, short
from nps_core.report.common import chart_part, sentences
from nps_core.report.mask import mask
from nps_core.report.model import Part, Quote
from nps_core.survey import GROUPS
from nps_core.themes.in_survey import theme_responses
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.report.context import ReportContext
    from nps_core.themes.rows import ThemeRow

_QUOTED_THEMES, _QUOTES_EACH = 3, 2
_MASKED = (
    "E-mail addresses and phone numbers in comments are masked; read the comments before you pass them on."
)
_READABLE = (30, 260)  # characters of a comment that can be read on a slide
_LOOKED_AT = 40  # comments among which the quotes are chosen


def themes_part(context: ReportContext, _: str) -> Part | str:
    """The themes with the groups of their comments and their effect."""
    if missing := _no_themes(context):
        return missing
    chart = context.theme_rows.chart()
    part = chart_part("themes", chart)
    effect = (
        "Effect: points of the NPS that go with a theme, beyond what other themes in the same comments go"
        " with; with its 95% interval. Association, not cause."
    )
    note = context.themes.note if context.themes else ""
    return replace(
        part,
        subtitle=plain(f"Themes of the comments · {context.scope.words}"),
        notes=sentences((*part.notes, effect, note)),
    )


def quotes_part(context: ReportContext, _: str) -> Part | str:
    """Comments of the themes that tell most."""
    if missing := _no_themes(context):
        return missing
    left = context.themes.remainder if context.themes else None
    chosen = _telling_themes([row for row in context.theme_rows if row.number != left] or context.theme_rows)
    found = [quote for row in chosen for quote in _quotes_of(context, row)]
    if not found:
        return "No comment of these themes says enough to be quoted."
    names = [f"“{short(plain(row.name))}”" for row in chosen]
    title = f"In their words: {' and '.join([', '.join(names[:-1]), names[-1]] if len(names) > 1 else names)}"
    heads = [
        f"{plain(row.name)}: {plural(row.n, 'comment')}, NPS {format_nps(row.nps)}"
        f" ({format_interval(row.low, row.high)})"
        for row in chosen
    ]
    return Part(
        key="quotes",
        title=title,
        subtitle=plain(context.scope.words),
        bullets=tuple(heads),
        quotes=tuple(found),
        table=Table(
            ("theme", "score", "comment", "who"),
            ("text",) * 4,
            tuple((one.theme, one.score, one.text, one.who) for one in found),
        ),
        notes=sentences(
            (
                "The best examples of each theme that can be read on a slide, chosen by their words alone.",
                _MASKED if context.mask else "",
            )
        ),
        alt=title,
        source=plain(
            f"{context.scope.source} Examples, not a sample: how often a theme comes up is on the slide about"
            " themes."
        ),
    )


def _no_themes(context: ReportContext) -> str:
    if not context.scope.survey.has_comments:
        return "The survey has no comments: there are no themes and no quotes."
    if context.themes is None:
        return "Themes were not looked for."
    return (
        ""
        if context.theme_rows
        else "None of these comments says enough to be read: there are no themes and no quotes."
    )


def _telling_themes(rows: Sequence[ThemeRow]) -> list[ThemeRow]:
    """The theme that goes with the lowest scores beyond chance, that with the highest, and the most frequent."""
    apart = sorted((row for row in rows if row.beyond_chance), key=lambda row: row.effect)
    low, high = [row for row in apart if row.effect < 0][:1], [row for row in apart if row.effect > 0][-1:]
    often = sorted(rows, key=lambda row: -row.n)
    found = {row.number: row for row in (*low, *high, *often)}
    return list(found.values())[:_QUOTED_THEMES]


def _quotes_of(context: ReportContext, row: ThemeRow) -> list[Quote]:
    """The best examples of a theme, from its groups in proportion.

    So a theme that few promoters raise is not told by them.
    """
    hide = mask if context.mask else str
    found = []
    for group, count in in_proportion(
        {name: getattr(row, f"{name}s") for name in GROUPS}, _QUOTES_EACH
    ).items():
        places = theme_responses(context.scope, context.themes, row.number, group=group)  # type: ignore[arg-type]
        said = read_comments(context.scope, places[:_LOOKED_AT], limit=_LOOKED_AT)
        unlike = {one.text.strip().lower(): one for one in reversed(said)}  # no text twice; the best stays
        ranked = [one for one in said if unlike[one.text.strip().lower()] is one]
        readable = [one for one in ranked if _READABLE[0] <= len(one.text) <= _READABLE[1]]
        found += [
            Quote(plain(hide(one.text)), one.score, one.group, plain(one.who), plain(row.name))
            for one in (readable or ranked)[:count]
        ]
    return found


def in_proportion(counts: dict[str, int], seats: int) -> dict[str, int]:
    """So many seats for groups of these sizes (D'Hondt); groups without a seat are left out."""
    won = dict.fromkeys(counts, 0)
    for _ in range(seats):
        first = max(counts, key=lambda name: counts[name] / (won[name] + 1))
        won[first] += 1
    return {name: number for name, number in won.items() if number}
