"""The page: one HTML file with the whole report, interactive, that needs no network and prints well."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from nps_core.charts.draw.plotly import SCRIPT, plotly_figure
from nps_core.charts.draw.svg import svg
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Template

    from nps_core.report.model import Part, Report

MOST_ROWS = 200
"""Rows of a table that the page shows; the workbook has all."""

_MOST_LIVE = 400_000  # characters of live charts: with the script, a file that a mail takes (5.5 MB)
_HERE = Path(__file__).parent
_STILL_WIDTH = 780  # pixels: letters of charts have 8 points and more on a sheet of A4
_LONG = 14  # rows of a table, from which on a section may be broken across sheets of paper


def page(story: Report) -> bytes:
    """A report as one HTML file: charts that answer the mouse, their figures, comments, and the method.

    Nothing is loaded: the drawing script and the font are inside, and a content security policy forbids all else, so
    that text of a file could not run or fetch anything even if it were not escaped. Without scripts, and on paper,
    each chart is a static picture.
    """
    live = _live(story)
    parts = [part for part in story.parts if part.key != "answer"]
    script = _read("page.js")
    plotly, plotly_hash = _plotly()
    policy = (
        f"default-src 'none'; script-src '{plotly_hash}' '{_hash(script)}'; style-src 'unsafe-inline';"
        " font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    text = _template().render(
        story=story,
        answer=story.part("answer"),
        parts=parts,
        notes=tuple(
            dict.fromkeys(note for part in story.parts for note in part.notes if note != part.source)
        ),
        live=live,
        most_rows=MOST_ROWS,
        policy=policy,
        style=_style(),
        charts=_charts(parts, live),
        plotly=plotly,
        script=script,
    )
    return text.encode("utf-8")


@cache
def _template() -> Template:
    """The page's template: what it shows is made plain and escaped, but for the six that it calls safe."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else plain(value),
    )
    still = partial(svg, width=_STILL_WIDTH)  # whose texts are escaped where it is drawn
    environment.filters |= {
        "place": _place,
        "still": still,
        "is_long": _is_long,
        "colour": GROUP_COLOURS.__getitem__,
    }
    return environment.get_template("page.html.j2")


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _style() -> str:
    font = base64.b64encode((_HERE / "inter-latin.woff2").read_bytes()).decode()
    return (
        f"@font-face{{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,{font})"
        f' format("woff2")}}{_read("page.css")}'
    )


@cache
def _plotly() -> tuple[str, str]:
    """Plotly's own renderer, and its digest as a policy names it."""
    text = SCRIPT.read_text(encoding="utf-8")
    return text, _hash(text)


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()


def _is_long(part: Part) -> bool:
    """Whether a part may be broken across sheets of paper."""
    return bool(part.quotes or (part.chart is None and part.table and len(part.table.rows) > _LONG))


def _live(story: Report) -> dict[str, str]:
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


def _charts(parts: Sequence[Part], live: Mapping[str, str]) -> str:
    """The figures as JSON that cannot end the element it stands in."""
    drawn = (f'"chart-{_place(part)}":{live[part.key]}' for part in parts if part.key in live)
    return ("{" + ",".join(drawn) + "}").replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _place(part: Part) -> str:
    """A name for a place in the page that no text of a file has a say in."""
    return "part-" + hashlib.sha256(part.key.encode("utf-8", "replace")).hexdigest()[:10]
