"""The figures behind a chart as a table that people read: heads in words, and how each column is written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.formatting import MINUS, NOTHING, as_read, format_count, format_nps, format_share
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Table:
    """Figures in rows, unrounded.

    Parameters
    ----------
    kinds
        How each column is to be written: "text", "points", "reach" (points either way), "share" (0..1), "percent"
        (0..100), "mean", "count", "p" or "flag".
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
    kinds = [kind_of(name, frame.iloc[:, place]) for place, name in enumerate(names)]
    rows = [
        tuple(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    return Table(tuple(map(head_of, names)), tuple(kinds), tuple(rows))


def head_of(name: str) -> str:
    """What stands over a column where people read it; downloads keep its name."""
    return _HEADS.get(name) or plain(as_read(name))


def cell_words(cell: object, kind: str) -> str:
    """A cell of a table in words: "+34", "12%", "1,204", "yes"; "–" for none."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return NOTHING
    if kind == "flag":
        return "yes" if cell else "no"
    if kind == "text" or not isinstance(cell, Real):
        return str(cell)
    return _NUMBERS[kind](float(cell)).replace("-", MINUS)


def _p_words(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - the last digit shown


_NUMBERS: dict[str, Callable[[float], str]] = {
    "points": format_nps,
    "reach": lambda value: f"±{math.ceil(value)}",
    "share": format_share,
    "percent": lambda value: format_share(value / 100),
    "mean": lambda value: f"{value:.1f}",
    "count": format_count,
    "p": _p_words,
}


def kind_of(name: str, column: pd.Series) -> str:
    """How a column is written, by its name: whole numbers of any other name are counts, the rest points."""
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name in _KINDS:
        return _KINDS[name]
    begun = next((kind for start, kind in _BEGUN.items() if name.startswith(start)), None)
    return begun or ("count" if pd.api.types.is_integer_dtype(column) else "points")


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


_KINDS = {
    **dict.fromkeys(
        (
            "responses",
            "promoters",
            "passives",
            "detractors",
            "comments",
            "complaints",
            "neutral",
            "praise",
            "of_comments",
            "score",
            "accounts",
            "left_out",
            "segments",
            "effective_responses",
        ),
        "count",
    ),
    "said_by": "share",
    "could_show": "reach",
    "within_shown": "points",
}
"""Of columns; counts by name too, for weighted ones are not whole."""

_BEGUN = {
    "p_": "p",
    **{kind: kind for kind in ("share", "percent", "mean")},
    **dict.fromkeys(("n_", "A: ", "B: ", "comments_"), "count"),
}
"""Of columns whose names begin so."""

_HEADS = {
    "percent_satisfied": "satisfied",
    "percent_low": "from",
    "percent_high": "to",
    "mean_low": "from",
    "mean_high": "to",
    "nps": "NPS",
    "could_show": "could show from",
    "low": "from",
    "high": "to",
    "difference_from_rest": "against the rest",
    "p_adjusted": "p (adjusted)",
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
    "share_low": "share from",
    "share_high": "share to",
    "percent_at_good_end": "at the good end",
    "nps_good_end": "NPS at the good end",
    "nps_rest": "NPS of the rest",
    "less_all": "less that of all",
    "less_all_low": "less from",
    "less_all_high": "less to",
}
