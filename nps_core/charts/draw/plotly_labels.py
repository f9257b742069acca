"""Words on the axes of plotly's charts: strings of a file as inert labels, periods, and the room that they take."""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL_LENGTH = 34
"""Longer labels are cut on the axis with "…"; the table behind the chart keeps them whole."""

_LETTER, _BESIDE = 7.2, 24  # pixels that a letter of a label takes, about, and that stand free on either side


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
    return _BESIDE + math.ceil(longest * _LETTER)


def tick_of(label: str) -> str:
    """The label of a period on two lines, so that eight of them stand side by side on a telephone."""
    what, _, year = label.removeprefix("week of ").rpartition(" to ")[2].rpartition(" ")
    return f"{what}<br>{year}"


def hover_of(text: str) -> str:
    """What is said of a mark, in lines; its name, before the colon, is set bold."""
    name, colon, rest = _inert(text).partition(":")
    return f"<b>{name}</b>{colon}{rest}".replace("\n", "<br>") if colon else name


def _without_middle(text: object, length: int) -> str:
    line = " ".join(str(text).split())
    if len(line) <= length:
        return _inert(line)
    end = (length - 1) // 2
    return _inert(f"{line[: length - 1 - end].rstrip()}…{line[-end:].lstrip()}")


def _inert(line: str) -> str:
    """What plotly would read as a tag or a link is text; it shows quotes as they stand, and their names as names."""
    return html.escape(line, quote=False)
