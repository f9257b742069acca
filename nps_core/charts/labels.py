"""Words and ticks on the axes of charts: user's strings as labels, points, periods, the heads of a heatmap."""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

from nps_core.words import format_count, format_nps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain

LABEL_LENGTH = 34
"""Longer labels are cut on the axis with "…"; the table behind the chart keeps them whole."""
MOST_COLUMNS = 8
"""More columns than that no screen has room for; a heatmap draws the largest and its table keeps all."""

_MOST_POINT_TICKS = 7
_STEPS = {"week": (1, 2, 4, 13, 26, 52), "month": (1, 2, 3, 6, 12, 24), "quarter": (1, 2, 4, 8, 20)}
_LETTER = 7.2  # pixels that a letter of a label takes, about
_LEVEL_HEADS, _HEAD_LINE, _SLANT = 4, 12, 0.75  # columns; characters; height of a slanting name by its length


def label_of(text: object, length: int = LABEL_LENGTH) -> str:
    """A user's string as an axis label: one line, cut with "…", and inert (plotly renders tags and links)."""
    line = " ".join(str(text).split())
    return _inert(line if len(line) <= length else line[: length - 1].rstrip() + "…")


def labels_of(texts: Sequence[object], length: int = LABEL_LENGTH) -> list[str]:
    """Axis labels under each other: those that would read alike once their end is cut lose their middle instead."""
    labels = [label_of(text, length) for text in texts]
    alike = {label for label, times in Counter(labels).items() if times > 1}
    return [
        _without_middle(text, length) if label in alike else label
        for text, label in zip(texts, labels, strict=True)
    ]


def lines_of(text: object, width: int, most: int = 2) -> str:
    """A user's string on a few short lines, for where there is more height than width."""
    # Names of columns break at their underscores.
    words = " ".join(str(text).replace("_", "_ ").split())
    lines = textwrap.wrap(words, width, max_lines=most, placeholder="…")
    return "<br>".join(_inert(line.replace("_ ", "_")) for line in lines)


def row_name(text: object, width: int) -> str:
    """The name of a row on up to two lines, each with the same room to the plot."""
    return lines_of(text, width).replace("<br>", " <br>") + " "


def room_for(texts: Sequence[str]) -> int:
    """Pixels that the longest of these texts takes beside the plot, tags left out."""
    longest = max((len(re.sub(r"<[^<>]*>", "", text)) for text in texts), default=0)
    return 16 + math.ceil(longest * _LETTER)


def points_axis(low: float, high: float) -> dict[str, list[Any]]:
    """Ticks of an axis in points, every 5, 10, 20 or 50 of them, written with their sign: "+20", "0", "−20"."""
    step = next(size for size in (5, 10, 20, 50) if size == 50 or (high - low) / size <= _MOST_POINT_TICKS)  # noqa: PLR2004
    first = math.ceil(low / step) * step
    values = list(range(first, math.floor(high) + 1, step))
    return {"tickvals": values, "ticktext": [format_nps(value) for value in values]}


def few_ticks(ticks: Plain, most: int) -> Plain:
    """Every other tick where there are more than `most`, 0 among those that stay: a telephone has room for few."""
    values = ticks["tickvals"]
    if len(values) <= most:
        return ticks
    first = values.index(0) % 2 if 0 in values else 0
    return {name: part[first::2] for name, part in ticks.items()}


def shown_ticks(periods: int, period: str, most: int) -> list[int]:
    """Which periods are named on an axis of dates: every one, or at steps that people count in (a quarter, a year).

    Counted from the last period back: the latest is the one that people look for.
    """
    steps = _STEPS.get(period, _STEPS["month"])
    step = next((own for own in steps if periods <= own * most), -(-periods // most))
    return list(range(periods - 1, -1, -step))[::-1]


def tick_of(label: str) -> str:
    """The label of a period on two lines, so that eight of them stand side by side on a telephone."""
    what, _, year = label.removeprefix("week of ").rpartition(" to ")[2].rpartition(" ")
    return f"{what}<br>{year}"


def column_heads(labels: Sequence[object], counts: Sequence[float] = ()) -> tuple[Plain, int]:
    """The axis over a heatmap, and the pixels it takes: few names stand level on short lines, more of them aslant.

    Those lean to the left, over the names of the rows: to the right the last would leave the chart, and plotly drops it.
    """
    ns = [f"n {format_count(n)}" for n in counts]
    if len(labels) <= _LEVEL_HEADS:
        names = [lines_of(label, _HEAD_LINE) for label in labels]
        heads = [f"{name}<br>{n}" for name, n in zip(names, ns, strict=True)] if ns else names
        room, angle = 62 if ns else 46, 0
    else:
        names = labels_of(labels, 22)
        heads = [f"{name}, {n}" for name, n in zip(names, ns, strict=True)] if ns else names
        room, angle = 16 + math.ceil(room_for(heads) * _SLANT), 45
    places = list(range(len(labels)))
    return {"side": "top", "showgrid": False, "tickvals": places, "ticktext": heads, "tickangle": angle}, room


def largest(counts: Sequence[float], most: int) -> list[int]:
    """The places of the largest counts, in the order in which they stand."""
    by_size = sorted(range(len(counts)), key=lambda place: -counts[place])
    return sorted(by_size[:most])


def cut_words(drawn: Sequence[int], labels: Sequence[str]) -> str:
    """What a source says when not all are drawn."""
    return f" The {len(drawn)} largest of {len(labels)} are drawn." if len(drawn) < len(labels) else ""


def _without_middle(text: object, length: int) -> str:
    line = " ".join(str(text).split())
    if len(line) <= length:
        return _inert(line)
    end = (length - 1) // 2
    return _inert(f"{line[: length - 1 - end].rstrip()}…{line[-end:].lstrip()}")


def _inert(line: str) -> str:
    """What plotly would read as a tag or a link is text; it shows quotes as they stand, and their names as names."""
    return html.escape(line, quote=False)
