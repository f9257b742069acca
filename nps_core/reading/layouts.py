"""Which tool wrote a file, told by its headers; the tools stand in `vocabulary/_layouts.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nps_core.reading.cells import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN = "plain table"
"""The name of a layout that no tool is known for."""

_FILE = Path(__file__).parent / "vocabulary" / "_layouts.toml"
_LAYOUTS: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["layout"]

NPS_TOOLS = frozenset(layout["name"] for layout in _LAYOUTS if layout.get("nps"))
"""Tools whose lists of scores are NPS unless they say otherwise."""


def recognise(names: Sequence[str]) -> str:
    """The name of the tool whose export has these columns; "plain table" for none that is known.

    >>> recognise(["Respondent ID", "Collector ID", "Start Date"]), recognise(["Score", "Comment"])
    ('SurveyMonkey', 'plain table')
    """
    headers = [plain(name).strip(" .:") for name in names]
    # LimeSurvey can write "submitdate. Date submitted".
    codes = [name.split(". ")[0].strip().lower() for name in names if ". " in name]
    have = {*(header.strip("_") for header in headers), *headers, *codes}
    return next((layout["name"] for layout in _LAYOUTS if _fits(layout, headers, have)), PLAIN)


def _fits(layout: dict[str, Any], headers: Sequence[str], have: set[str]) -> bool:
    first = layout.get("first")
    return (
        have.issuperset(layout.get("all", ()))
        and len(have.intersection(layout.get("some", ()))) >= layout.get("count", 0)
        and all(not have.isdisjoint(names) for names in layout.get("one_of", ()))
        and (first is None or (bool(headers) and headers[0] in first))
    )
