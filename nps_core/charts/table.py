"""The figures behind a chart as a table that people read: heads in words, and how each column is written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.formatting import MINUS, NOTHING, format_count, format_nps, format_share
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Table:
    """Figures in rows, unrounded.

    Parameters
    ----------
    kinds
        How each column is to be written: "text", "points", "share" (0..1), "percent" (0..100), "mean", "count", "p"
        or "flag".
    """

    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def words(self) -> list[list[str]]:
        """The rows as people read them."""
        return [
            [cell_words(cell, kind) for cell, kind in zip(row, self.kinds, strict=True)] for row in self.rows
        ]

    @property
    def written(self) -> list[bool]:
        """Which columns say anything; what stands in the others is for a hand to write."""
        return [any(cells) for cells in zip(*self.words(), strict=True)] or [True] * len(self.heads)


def table_of_frame(frame: pd.DataFrame) -> Table:
    """The table behind a chart with heads in words and the kind of each column."""
    names = [str(name) for name in frame.columns]
    kinds = [_kind(name, frame.iloc[:, place]) for place, name in enumerate(names)]
    rows = [
        tuple(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    return Table(tuple(_HEADS.get(name, plain(name)) for name in names), tuple(kinds), tuple(rows))


def cell_words(cell: object, kind: str) -> str:
    """A cell of a table in words: "+34", "12%", "1,204", "yes"; "–" for none."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return NOTHING
    if kind == "flag":
        return "yes" if cell else "no"
    if kind == "text" or not isinstance(cell, int | float):
        return str(cell)
    return _NUMBERS[kind](float(cell)).replace("-", MINUS)


def _p_words(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - the last digit shown


_NUMBERS: dict[str, Callable[[float], str]] = {
    "points": format_nps,
    "share": format_share,
    "percent": lambda value: format_share(value / 100),
    "mean": lambda value: f"{value:.1f}",
    "count": format_count,
    "p": _p_words,
}


def _kind(name: str, column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name.startswith("p_"):
        return "p"
    if name.startswith("share"):
        return "share"
    for kind in ("percent", "mean"):
        if name.startswith(kind):
            return kind
    return "count" if name in _COUNTS or name.startswith(("n_", "A: ", "B: ", "comments_")) else "points"


def _cell(cell: Any, kind: str) -> object:  # noqa: ANN401 - what a frame holds
    if kind == "text":
        return (
            ""
            if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))
            else plain(cell)
        )
    if kind == "flag":
        return bool(cell)
    return None if math.isnan(cell) else float(cell)


_COUNTS = {
    "responses",
    "promoters",
    "passives",
    "detractors",
    "comments",
    "of_comments",
    "score",
    "accounts",
    "left_out",
    "segments",
    "effective_responses",
}
_HEADS = {
    "percent_satisfied": "satisfied",
    "percent_low": "from",
    "percent_high": "to",
    "mean_low": "from",
    "mean_high": "to",
    "nps": "NPS",
    "low": "from",
    "high": "to",
    "difference_from_rest": "against the rest",
    "p_adjusted": "p (adjusted)",
    "beyond_chance": "beyond chance",
    "effect_low": "effect from",
    "effect_high": "effect to",
    "nps_without": "NPS without",
    "nps_a": "NPS A",
    "nps_b": "NPS B",
    "n_a": "n A",
    "n_b": "n B",
    "within_low": "within from",
    "within_high": "within to",
    "mix_low": "mix from",
    "mix_high": "mix to",
    "within_shown": "within, whole points",
    "share_of_segment": "share of segment",
    "share_low": "share from",
    "share_high": "share to",
    "of_comments": "of comments",
    "too_few_to_read": "too few to read",
    "effective_responses": "effective responses",
    "left_out": "left out",
    "percent_at_good_end": "at the good end",
    "nps_good_end": "NPS at the good end",
    "nps_rest": "NPS of the rest",
}
