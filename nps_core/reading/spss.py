"""SPSS files (.sav, .zsav): bytes -> Table, with value labels for codes and user-missing codes as blank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from nps_core.reading.labels import words_apart
from nps_core.reading.names import unique_names
from nps_core.reading.sandbox import open_file
from nps_core.reading.scores import read_score
from nps_core.reading.tables import Column, Table
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Value = float | str

_NOTHING = re.compile(alternation("no_answer_label"), re.IGNORECASE)
"""Labels of codes that stand for no answer, declared as missing or not."""

_WHOLE = 2.0**53
"""Above this a float holds no exact whole numbers."""


def read_spss(data: bytes, name: str) -> Table:
    """Read an SPSS file as text.

    A code with a label is its label ("female"); where only the ends of a scale carry labels, the
    numbers stay. Declared user-missing values, and codes labelled "refused" and the like, are blank.

    Raises
    ------
    UnreadableFile
        The file is damaged.
    RefusedFile
        It asks for more memory, time or cells than is let through.
    """
    facts, (found,) = open_file("spss", data, name, "an SPSS file")
    variables = facts["variables"]
    names = unique_names([variable["name"] for variable in variables])
    columns = tuple(
        Column(unique, _texts(variable, cells), variable["label"])
        for unique, variable, cells in zip(names, variables, found, strict=True)
    )
    return Table(columns=columns, numbers=np.arange(1, facts["rows"] + 1, dtype=np.int64), origin="SPSS")


def _texts(variable: Mapping[str, Any], cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """A variable as text: what is there already, or each code by the value that it stands for."""
    if "values" not in variable:
        return cells
    values = variable["values"]
    labels = dict(map(tuple, variable["labels"]))
    ranges = [tuple(one) for one in variable["ranges"]]
    named = all(value in labels for value in values if not _in_ranges(value, ranges))
    texts = pa.array(
        [*(_text(value, labels, ranges, named=named) for value in values), ""], pa.large_string()
    )
    codes = cells.to_numpy()
    return pa.chunked_array([texts.take(pa.array(np.where(codes < 0, len(values), codes)))])


def _text(
    value: Value, labels: Mapping[Value, str], ranges: Collection[tuple[Value, Value]], *, named: bool
) -> str:
    """A value as its owner meant it; `named` says that every value has a label, so that the labels are the answers."""
    if _in_ranges(value, ranges):
        return ""
    label = labels.get(value, "").strip()
    if label and _NOTHING.search(label):
        return ""
    numbered = read_score(label).value is not None or words_apart(label) is not None
    if label and (numbered or named):
        return label
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


def _in_ranges(value: Value, ranges: Collection[tuple[Value, Value]]) -> bool:
    kind = (int, float) if isinstance(value, float) else str
    return any(
        isinstance(low, kind) and isinstance(high, kind) and low <= value <= high  # type: ignore[operator]
        for low, high in ranges
    )
