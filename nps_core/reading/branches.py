"""Comments asked for by the score ("What should we do better?", "What do you love?"): several columns, one question."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.names import unique_names
from nps_core.reading.scores import read_cells
from nps_core.reading.vocabulary import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.find_score import ScoreColumn
    from nps_core.reading.profiles import Profile
    from nps_core.reading.tables import Column, Table

_NOT_A_COMMENT = pattern("not_a_comment")
_COMMENT_ALONE = pattern("comment_alone")

_MOST = 4
"""A survey asks a question a group, or one for all; with more columns they ask for other things."""

_FEW = 5
"""Answers to each, at least: of fewer it may be chance that they keep apart."""

_TEXT = 0.6
_WORDS = 3
_UNLIKE = 0.5


def with_branches(table: Table, seen: Sequence[Profile], chosen: ScoreColumn, wanted: object) -> Table:
    """The table with its columns of comments put together, where each was asked of other scores; else as it is.

    Parameters
    ----------
    table, seen, chosen
        The table, its columns, and which of them holds the score.
    wanted
        The reason that a person chose: columns that were chosen apart stay apart.
    """
    parts = [one.column for one in seen if one.name not in (chosen.name, chosen.group) and _is_comment(one)]
    name = unique_names([*table.names, " / ".join(part.name for part in parts)])[-1]
    if not 1 < len(parts) <= _MOST or wanted not in (None, name) or not _apart(table, parts, chosen):
        return table
    between = pa.scalar("", pa.large_string())
    text = pa.chunked_array([pc.binary_join_element_wise(*(_whole(part) for part in parts), between)])
    column = replace(parts[0], name=name, text=text, label=name)
    rest = [column if one is parts[0] else one for one in table.columns if one not in parts[1:]]
    shown = ", ".join(f"“{part.name}”" for part in parts)
    note = f"{shown} were asked of other scores each; they were read as one column of comments."
    return replace(table, columns=tuple(rest), notes=(*table.notes, note))


def _is_comment(profile: Profile) -> bool:
    header = profile.header
    if _NOT_A_COMMENT.search(header) or profile.share("text") < _TEXT:
        return False
    written = profile.words >= _WORDS and profile.distinct_share > _UNLIKE
    return written or any(_COMMENT_ALONE.match(name) for name in profile.names)


def _apart(table: Table, parts: Sequence[Column], chosen: ScoreColumn) -> bool:
    """True where each column was answered with scores of a range of its own, and no row in two columns.

    That no score has answers in two is chance where few answered; that their ranges do not overlap is none.
    """
    codes, distinct = table.column(chosen.name).encoded
    often = np.bincount(codes, minlength=len(distinct)).tolist()
    read = read_cells(dict(zip(distinct, often, strict=True))).values()
    scores = [one.group if chosen.scale.words else one.value for one in read]
    filled = [_filled(part) for part in parts]
    if np.sum(filled, axis=0).max(initial=0) > 1 or min(rows.sum() for rows in filled) < _FEW:
        return False
    ranges = []
    for rows in filled:
        own = [value for code in np.unique(codes[rows]).tolist() if (value := scores[code]) is not None]
        if not own:
            return False
        ranges.append((min(own), max(own)))
    return all(before[1] < after[0] for before, after in pairwise(sorted(ranges)))


def _filled(column: Column) -> np.ndarray:
    found: np.ndarray = pc.not_equal(pc.utf8_trim_whitespace(_whole(column)), "").to_numpy(
        zero_copy_only=False
    )
    return found


def _whole(column: Column) -> pa.Array:
    """The cells in one piece, as text."""
    text = column.text.cast(pa.large_string()) if column.text.type != pa.large_string() else column.text
    return text.combine_chunks() if text.num_chunks != 1 else text.chunk(0)
