"""What a report says of the comments: themes with their effect, and quotes, addresses in them masked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.comments import read_comments
from nps_core.formatting import listed, plural, short, with_interval
from nps_core.masking import mask
from nps_core.report.model import Part, Quote, chart_part, sentences
from nps_core.survey import GROUPS
from nps_core.themes.in_survey import comments_words, theme_quotes, theme_responses
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nps_core.comments import Comment
    from nps_core.report.context import ReportContext
    from nps_core.themes.rows import ThemeRow

_QUOTED_THEMES, _QUOTES_EACH = 3, 2
_MASKED = (
    "E-mail addresses and phone numbers in comments are masked; read the comments before you pass them on."
)
_READABLE = (30, 260)  # characters of a comment that can be read on a slide
LOOKED_AT = 40
"""Comments among which the quotes are chosen."""


def themes_part(context: ReportContext, _: str) -> Part | str:
    """The themes with the groups of their comments and their effect."""
    if missing := _no_themes(context):
        return missing
    rows = context.theme_rows.presented
    chart = rows.chart()
    part = chart_part("themes", chart)
    effect = (
        "Effect: points of the NPS that go with a theme, beyond what other themes in the same comments go"
        " with; with its 95% interval. Association, not cause."
    )
    note = context.themes.note if context.themes else ""
    return replace(
        part,
        subtitle=plain(rows.caption.subtitle),
        notes=sentences((*part.notes, effect, note)),
    )


def quotes_part(context: ReportContext, _: str) -> Part | str:
    """Comments of the themes that tell most; those that were picked by hand, where some were."""
    if context.quotes:
        return _picked_part(context)
    if missing := _no_themes(context):
        return missing
    chosen = _telling_themes([row for row in context.theme_rows.presented if row.parent < 0])
    quoted = [(row, said) for row in chosen if (said := _quotes_of(context, row))]
    if not quoted:
        return _unquoted(context)
    chosen, found = [row for row, _ in quoted], [quote for _, said in quoted for quote in said]
    title = _title([plain(row.name) for row in chosen])
    heads = [
        f"{plain(row.name)}: {plural(row.n, 'comment')}, NPS {with_interval(row.nps, row.low, row.high)}"
        for row in chosen
    ]
    return _part(
        context,
        title,
        plain(comments_words(context.theme_rows.commented, context.scope)),
        heads,
        found,
        "The best examples of each theme that can be read on a slide, chosen by their words alone.",
    )


def _picked_part(context: ReportContext) -> Part | str:
    """What was picked by hand, under its themes; under its groups where that were more columns than a slide has."""
    said = read_comments(context.scope, context.quotes, limit=len(context.quotes))
    if not said:
        return "None of the comments that were picked can be shown."
    themes = [context.quotes[one.place] for one in said]
    by_theme = all(themes) and len(set(themes)) <= _QUOTED_THEMES
    heads = themes if by_theme else [f"{one.group.title()}s" for one in said]
    order = list(dict.fromkeys(themes)) if by_theme else [f"{group.title()}s" for group in GROUPS]
    pairs = sorted(zip(said, heads, strict=True), key=lambda pair: order.index(pair[1]))
    found = [_quote(context, one, head) for one, head in pairs]
    counts = Counter(one.theme for one in found)
    return _part(
        context,
        _title(list(counts)),
        f"{plural(len(found), 'comment')} picked by hand",
        [f"{name}: {plural(count, 'comment')}" for name, count in counts.items()],
        found,
        "Picked by hand.",
    )


def _title(names: Sequence[str]) -> str:
    return f"In their words: {listed([f'“{short(name)}”' for name in names])}"


def _part(
    context: ReportContext,
    title: str,
    subtitle: str,
    heads: Sequence[str],
    found: Sequence[Quote],
    how: str,
) -> Part:
    return Part(
        key="quotes",
        title=title,
        subtitle=subtitle,
        bullets=tuple(heads),
        quotes=tuple(found),
        table=Table(
            ("theme", "score", "comment", "who"),
            ("text",) * 4,
            tuple((one.theme, one.score, one.text, one.who) for one in found),
        ),
        notes=sentences((how, _MASKED if context.mask else "")),
        alt=title,
        source=plain(
            f"{context.scope.source} Examples, not a sample: how often a theme comes up is on the slide about"
            " themes."
        ),
    )


def _quote(context: ReportContext, one: Comment, theme: str) -> Quote:
    hide = mask if context.mask else str
    return Quote(plain(hide(one.text)), one.score, one.group, plain(one.who), plain(theme))


def _no_themes(context: ReportContext) -> str:
    if not context.scope.survey.has_comments:
        return "No comments were read: there are no themes and no quotes."
    if context.themes is None:
        return "Themes were not looked for."
    if context.theme_rows:
        return ""
    return context.themes.note or "None of these comments is about a theme: there are no quotes."


def _unquoted(context: ReportContext) -> str:
    """Why no theme has a quote."""
    tones = context.themes and context.themes.tones
    if tones and tones.blind:
        return (
            "No comment is quoted: promoters and detractors write alike here, so the words do not tell which comments"
            " fit the scores of their themes."
        )
    return "No comment is quoted: none is known to fit the scores of its theme."


def _telling_themes(rows: Sequence[ThemeRow]) -> list[ThemeRow]:
    """The theme that goes with the lowest scores beyond chance, that with the highest, and the most frequent."""
    apart = sorted((row for row in rows if row.stands_apart), key=lambda row: row.effect)
    low, high = [row for row in apart if row.effect < 0][:1], [row for row in apart if row.effect > 0][-1:]
    often = sorted(rows, key=lambda row: -row.n)
    found = {row.number: row for row in (*low, *high, *often)}
    return list(found.values())[:_QUOTED_THEMES]


def _quotes_of(context: ReportContext, row: ThemeRow) -> list[Quote]:
    """The best examples of a theme, from its groups in proportion; of a weak theme detractors and complaints first.

    So a theme that few promoters raise is not told by them. The first one fits what is said of the theme; where none
    does, the theme has no quote.
    """
    themes = context.themes
    if themes is None:
        return []
    first = readable_first(
        _read(context, theme_quotes(context.scope, themes, row.number, tone=row.tone, most=LOOKED_AT))
    )[:1]
    found = [_quote(context, one, row.name) for one in first]
    seats = in_proportion({name: getattr(row, f"{name}s") for name in GROUPS}, _QUOTES_EACH)
    for one in first:
        seats[one.group] = seats.get(one.group, 1) - 1
    for group, count in seats.items() if first else ():
        places = theme_responses(context.scope, themes, row.number, group=group, tone=row.tone)
        unlike = [one for one in readable_first([*first, *_read(context, places)]) if one not in first]
        found += [_quote(context, one, row.name) for one in unlike[: max(count, 0)]]
    return found[:_QUOTES_EACH]


def _read(context: ReportContext, places: NDArray[np.intp]) -> tuple[Comment, ...]:
    return read_comments(context.scope, places[:LOOKED_AT].tolist(), limit=LOOKED_AT)


def readable_first(said: Sequence[Comment]) -> list[Comment]:
    """Comments without those that say the same again; those that read well on a slide, if there are any."""
    unlike = {one.text.strip().lower(): one for one in reversed(said)}  # the best stays
    ranked = [one for one in said if unlike[one.text.strip().lower()] is one]
    return [one for one in ranked if _READABLE[0] <= len(one.text) <= _READABLE[1]] or ranked


def in_proportion(counts: dict[str, int], seats: int) -> dict[str, int]:
    """So many seats for groups of these sizes (D'Hondt); groups without a seat are left out."""
    won = dict.fromkeys(counts, 0)
    for _ in range(seats):
        first = max(counts, key=lambda name: counts[name] / (won[name] + 1))
        won[first] += 1
    return {name: number for name, number in won.items() if number}
