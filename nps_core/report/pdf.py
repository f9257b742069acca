"""The PDF: the deck's content set by typst, with charts drawn as vectors. Needs the extra `pdf`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nps_core.charts.draw.svg import natural_height, svg
from nps_core.charts.draw.text_width import cut, fit, wrap
from nps_core.charts.spec import GROUP_COLOURS, Chart
from nps_core.errors import ReportError
from nps_core.report.model import MOST_OWN_LINES, OWN, Part, Report
from nps_core.user_text import plain

if TYPE_CHECKING:
    from types import ModuleType

    from nps_core.charts.table import Table

# In points, as report.typ sets them.
_WIDTH, _HEIGHT = 872.0, 462.0  # of what stands within the margins
_TITLES = (24.0, 21.0, 18.0)
_SUBTITLE, _SENTENCE, _QUOTE = 11.5, 14.0, 16.0
_CELLS = ((5, 15.0), (7, 13.0), (9, 11.5))  # type of cells, by the most rows of a table that it is for
_ABOVE, _SOURCE, _BIG = 32.0, 34.0, 84.0  # bar and gaps; the source line; a large figure
_LEAST_CHART, _STRIP = 150.0, 90.0
_STRETCH = 1.9  # times its natural height that a chart may have
_TYPE = 13.0  # of charts
_MOST_COLUMNS = 6  # of a table
_CELL_WIDTH = 320  # of a text beside others; one that stands alone has twice as much
_MOST_SENTENCES, _MOST_BARE = 4, 6  # beside a chart; without one, but on a slide of one's own
_QUOTE_LINES, _QUOTE_WIDTH = 5, 250.0


def pdf(story: Report) -> bytes:
    """A report as PDF (16:9): a page a part, then method and what was cut.

    Raises
    ------
    ReportError
        The extra `pdf` is not installed.
    """
    told = report_to_typst(story)
    here = Path(__file__).parent
    made = _typst().compile(
        here / "report.typ",
        root=here,
        font_paths=[here / "fonts"],
        format="pdf",
        sys_inputs={"told": json.dumps(told)},
    )
    return bytes(made)


def report_to_typst(story: Report) -> dict[str, Any]:
    """What report.typ sets: the story, cut to its pages, as plain data."""
    return {
        "title": plain(f"NPS: {story.name}"),
        "footer": cut(plain(f"{story.name} · {story.subtitle}"), _WIDTH * 0.9, 8.5),
        "parts": [_part(part) for part in story.parts],
        "notes": _notes(story),
    }


def _typst() -> ModuleType:
    try:
        return importlib.import_module("typst")
    except ImportError:
        raise ReportError(
            "PDF needs typst, which is not installed.",
            hint="Install it with: pip install 'nps-dashboard[pdf]'.",
        ) from None


def _part(part: Part) -> dict[str, Any]:
    """What report.typ sets of a part; what does not fit is cut with "…", and stands whole among the notes."""
    size, title = fit(part.title, (_WIDTH, 2 * 1.25 * _TITLES[0]), _TITLES, bold=True)
    subtitle = cut(part.subtitle, _WIDTH, _SUBTITLE, lines=2)
    most = MOST_OWN_LINES if part.key.startswith(OWN) else _MOST_SENTENCES if part.chart else _MOST_BARE
    bullets = [cut(one, _WIDTH, _SENTENCE, lines=2) for one in (*_standing(part), *part.bullets[:most])]
    taken = (
        _lines(title, size, bold=True)
        + _lines(subtitle, _SUBTITLE)
        + sum(_lines(one, _SENTENCE) + 8 for one in bullets)
    )
    room = max(_LEAST_CHART, _HEIGHT - _ABOVE - _SOURCE - taken - (_BIG if part.big else 0.0))
    strip = _STRIP if part.strip else 0.0
    drawn = _svg(part.chart, room - strip) + (_svg(part.strip, strip) if part.strip else [])
    bare = part.chart is None and not part.quotes and part.key != "answer"
    return {
        "kind": "section" if part.opens_section else part.key,
        "title": title,
        "size": size,
        "subtitle": subtitle,
        "big": list(part.big),
        "bullets": bullets,
        "svgs": drawn,
        "alt": part.alt,
        "table": _table(part.table) if part.table and bare else None,
        "quotes": _quotes(part),
        "source": cut(part.source, _WIDTH, 8.5, lines=2),
    }


def _svg(chart: Chart | None, room: float) -> list[str]:
    """A chart as high as there is room, and as its rows can be and still be read along."""
    return [svg(chart, _WIDTH, min(room, natural_height(chart) * _STRETCH), size=_TYPE)] if chart else []


def _standing(part: Part) -> list[str]:
    """The scores of the period and of those before, in one line."""
    return [" · ".join(one.words for one in part.standing)] if part.standing else []


def _lines(text: str, size: float, *, bold: bool = False) -> float:
    return len(wrap(text, _WIDTH, size, bold=bold)) * size * 1.4


def _table(table: Table) -> dict[str, Any]:
    written = table.written
    texts = sum(kind == "text" and own for kind, own in zip(table.kinds, written, strict=True))
    wide = _CELL_WIDTH if texts > 1 else 2 * _CELL_WIDTH
    most = _CELLS[-1][0]
    size = next((size for rows, size in _CELLS if len(table.rows) <= rows), _CELLS[-1][1])
    return {
        "size": size,
        "heads": [cut(head, 170, size) for head in table.heads[:_MOST_COLUMNS]],
        "texts": [kind == "text" for kind in table.kinds[:_MOST_COLUMNS]],
        "written": written[:_MOST_COLUMNS],
        "cells": [
            [cut(cell, wide, size, lines=2) for cell in row[:_MOST_COLUMNS]] for row in table.words()[:most]
        ],
    }


def _quotes(part: Part) -> list[dict[str, Any]]:
    """The comments, a column a theme."""
    themes = list(dict.fromkeys(quote.theme for quote in part.quotes))
    figures = {
        theme: next((one[len(theme) + 2 :] for one in part.bullets if one.startswith(f"{theme}: ")), "")
        for theme in themes
    }
    return [
        {
            "name": cut(theme, _QUOTE_WIDTH, 16.0, bold=True),
            "figures": figures[theme],
            "quotes": [
                {
                    "text": cut(quote.text, _QUOTE_WIDTH, _QUOTE, lines=_QUOTE_LINES),
                    "score": quote.score,
                    "who": cut(quote.who, _QUOTE_WIDTH, 10.5),
                    "colour": GROUP_COLOURS.get(quote.group, GROUP_COLOURS["passive"]),
                }
                for quote in part.quotes
                if quote.theme == theme
            ],
        }
        for theme in themes
    ]


def _notes(story: Report) -> list[dict[str, Any]]:
    """The method, each sentence once, and whole what was cut on a page."""
    found, said = [], set[str]()
    for part in story.parts:
        whole = _part(part)
        cuts = [
            text
            for text, shown in (
                (part.title, whole["title"]),
                (part.subtitle, whole["subtitle"]),
                (part.source, whole["source"]),
            )
            if text != shown
        ]
        cuts += [text for text in part.bullets if text not in whole["bullets"] and not part.quotes]
        fresh = [text for text in (*cuts, *part.notes) if text not in said and text != part.source]
        said.update(fresh)
        if fresh:
            found.append({"name": cut(part.title, 400, 10.5, lines=2), "sentences": fresh})
    if story.left_out:
        found.append({"name": "Not in this report", "sentences": list(story.left_out)})
    return found
