"""The page: one HTML file with the whole report, interactive, that needs no network and prints well."""

from __future__ import annotations

import base64
import hashlib
import html
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nps_core.charts.colours import GROUP_COLOURS
from nps_core.charts.draw.plotly import plotly_figure
from nps_core.charts.draw.script import SCRIPT
from nps_core.charts.draw.svg import svg
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nps_core.charts.table import Table
    from nps_core.report.story import Part, Quote, Story

MOST_ROWS = 200
"""Rows of a table that the page shows; the workbook has all."""

_MOST_LIVE = 400_000  # characters of live charts: with the script, a file that a mail takes (5.5 MB)
_HERE = Path(__file__).parent
_STILL_WIDTH = 880  # pixels: that of the column of text
_LONG = 14  # rows of a table, from which on a section may be broken across sheets of paper


def page(story: Story) -> bytes:
    """A report as one HTML file: charts that answer the mouse, their figures, comments, and the method.

    Nothing is loaded: the drawing script and the font are inside, and a content security policy forbids all else, so
    that text of a file could not run or fetch anything even if it were not escaped. Without scripts, and on paper,
    each chart is a static picture.
    """
    font = base64.b64encode((_HERE / "inter-latin.woff2").read_bytes()).decode()
    face = f'@font-face{{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,{font}) format("woff2")}}'
    live = _live(story)
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    plotly, plotly_hash = _plotly()
    policy = (
        f"default-src 'none'; script-src '{plotly_hash}' '{_hash(script)}'; style-src 'unsafe-inline'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    pieces = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
        f"<title>{_text(f'NPS: {story.name}')}</title><style>{face}{(_HERE / 'page.css').read_text(encoding='utf-8')}</style></head><body>",
        _top(story), "<main>", *(_section(part, live=part.key in live) for part in story.parts if part.key != "answer"), _end(story), "</main>",
        f'<script type="application/json" id="charts">{_charts(story, live)}</script><script>{plotly}</script><script>{script}</script>',
        "</body></html>",
    )  # fmt: skip
    return "".join(pieces).encode("utf-8")


@cache
def _plotly() -> tuple[str, str]:
    """Plotly's own renderer, and its digest as a policy names it."""
    text = SCRIPT.read_text(encoding="utf-8")
    return text, _hash(text)


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()


def _text(text: object) -> str:
    """A string of a file as text of HTML."""
    return html.escape(plain(text))


def _top(story: Story) -> str:
    answer = story.part("answer")
    title = answer.title if answer else story.name
    big = f'<p class="big"><b>{_text(answer.big[0])}</b>{"".join(f"<span>{_text(one)}</span>" for one in answer.big[1:])}</p>' if answer and answer.big else ""  # fmt: skip
    links = "".join(f'<li><a href="#{_place(part)}" dir="auto">{_text(part.title)}</a></li>' for part in story.parts if part.key != "answer")  # fmt: skip
    return (
        f'<header><p class="kicker" dir="auto">{_text(story.name)}</p><h1 dir="auto">{_text(title)}</h1>'
        f'<p class="sub" dir="auto">{_text(story.subtitle)}</p>{big}{_said(answer.bullets if answer else ())}<nav aria-label="Contents"><ol>{links}</ol></nav></header>'
    )  # fmt: skip


def _section(part: Part, *, live: bool) -> str:
    long = ' class="long"' if part.quotes or (part.chart is None and part.table and len(part.table.rows) > _LONG) else ""  # fmt: skip
    return (
        f'<section id="{_place(part)}"{long}><h2 dir="auto">{_text(part.title)}</h2><p class="sub" dir="auto">{_text(part.subtitle)}</p>'
        f'{_drawn(part, live=live)}{_said(part.bullets)}{"".join(map(_quote, part.quotes))}{_figures(part)}<p class="source" dir="auto">{_text(part.source)}</p></section>'
    )  # fmt: skip


def _drawn(part: Part, *, live: bool) -> str:
    """The place of the live chart, and its static picture."""
    if part.chart is None:
        return ""
    alt, still = _text(part.alt), svg(part.chart, _STILL_WIDTH)
    place = (
        f'<div class="chart" id="chart-{_place(part)}" role="img" aria-label="{alt}"></div>' if live else ""
    )
    return f'{place}<div class="still{"" if live else " alone"}" role="img" aria-label="{alt}">{still}</div>'


def _said(sentences: tuple[str, ...]) -> str:
    lines = "".join(f'<li dir="auto">{_text(one)}</li>' for one in sentences)
    return f'<ul class="said">{lines}</ul>' if lines else ""


def _quote(quote: Quote) -> str:
    colour = GROUP_COLOURS.get(quote.group, "#9aa4ae")
    who = f" · {_text(quote.who)}" if quote.who else ""
    return (
        f'<blockquote style="--group:{colour}" dir="auto"><p>{_text(quote.text)}</p>'
        f"<footer><b>{_text(quote.score)}</b>{who} · {_text(quote.theme)}</footer></blockquote>"
    )


def _figures(part: Part) -> str:
    """The table: under a chart on request, without one at once."""
    if part.table is None or part.quotes:
        return ""
    grid = _table(part.table)
    return grid if part.chart is None else f"<details><summary>Figures</summary>{grid}</details>"


def _table(table: Table) -> str:
    classes = [' class="text"' if kind == "text" else "" for kind in table.kinds]
    heads = "".join(f"<th{own}>{_text(head)}</th>" for own, head in zip(classes, table.heads, strict=True))
    rows = "".join(
        "<tr>" + "".join(f'<td{own} dir="auto">{_text(cell)}</td>' for own, cell in zip(classes, cells, strict=True)) + "</tr>"
        for cells in table.words()[:MOST_ROWS]
    )  # fmt: skip
    more = f'<p class="source">The first {MOST_ROWS} of {len(table.rows):,} rows.</p>' if len(table.rows) > MOST_ROWS else ""  # fmt: skip
    return (
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}'
    )


def _end(story: Story) -> str:
    notes = dict.fromkeys(note for part in story.parts for note in part.notes if note != part.source)
    return f'<section id="method" class="long"><h2>Method</h2>{_said(tuple(notes))}{_said(story.left_out)}</section>'


def _live(story: Story) -> dict[str, str]:
    """The figures of the charts that are live, by the key of their part; the first ones, as far as there is room."""
    found: dict[str, str] = {}
    room = _MOST_LIVE
    for part in story.parts:
        if part.chart:
            figure = plotly_figure(part.chart).to_json()
            room -= len(figure)
            if room < 0:
                break
            found[part.key] = figure
    return found


def _charts(story: Story, live: Mapping[str, str]) -> str:
    """The figures as JSON that cannot end the element it stands in."""
    drawn = (f'"chart-{_place(part)}":{live[part.key]}' for part in story.parts if part.key in live)
    return ("{" + ",".join(drawn) + "}").replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _place(part: Part) -> str:
    """A name for a place in the page that no text of a file has a say in."""
    return "part-" + hashlib.sha256(part.key.encode("utf-8", "replace")).hexdigest()[:10]
