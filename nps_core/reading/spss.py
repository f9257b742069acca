"""SPSS files (.sav, .zsav): bytes -> Table, with value labels for codes and user-missing codes as blank."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.errors import RefusedFile, UnreadableFile
from nps_core.reading import gate
from nps_core.reading.apart import cell_text
from nps_core.reading.labels import words_apart
from nps_core.reading.names import unique_names
from nps_core.reading.scores import read_score
from nps_core.reading.tables import Column, Table, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NOTHING = re.compile(
    r"refus|don.?t know|no answer|not answered|missing|blank|invalid|not applicable|keine angabe|weiss nicht|"
    r"sans reponse|ne sait pas|no sabe|no contesta|ns/nc|nao sabe|nao respond|weet niet|geen antwoord|無回答",
    re.IGNORECASE,
)
"""Labels of codes that stand for no answer, declared as missing or not."""


def read_spss(data: bytes, name: str) -> Table:
    """Read an SPSS file as text.

    A code with a label is its label ("female"); where only the ends of a scale carry labels, the
    numbers stay. Declared user-missing values, and codes labelled "refused" and the like, are blank.

    Raises
    ------
    UnreadableFile
        The file is damaged.
    RefusedFile
        It unpacks to more than the gate lets through.
    """
    import pyreadstat  # noqa: PLC0415 - few files are SPSS

    try:
        _, meta = pyreadstat.read_sav(io.BytesIO(data), metadataonly=True)
        most = _most_rows(meta)
        frame, meta = pyreadstat.read_sav(io.BytesIO(data), user_missing=True, row_limit=most + 1)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, MemoryError) as error:
        raise UnreadableFile(
            f"“{name}” could not be opened as an SPSS file ({str(error)[:120]}).",
            hint="Save it again in SPSS as .sav, or export it as CSV.",
        ) from None
    if len(frame) > most:
        raise RefusedFile(
            f"“{name}” unpacks to more than {most:,} rows of {len(frame.columns):,} variables.",
            hint="Export fewer variables, or a shorter period.",
        )
    names = unique_names([str(column) for column in frame.columns])
    columns = tuple(
        _column(unique, frame.iloc[:, place], str(column), meta)
        for place, (unique, column) in enumerate(zip(names, frame.columns, strict=True))
    )
    return Table(columns=columns, numbers=np.arange(1, len(frame) + 1, dtype=np.int64), origin="SPSS")


def _most_rows(meta: Any) -> int:  # noqa: ANN401 - pyreadstat's own class
    """How many rows are let through, by the cells and the bytes of a row; what a file says of its rows may be a lie."""
    widths: list[int] = [*meta.variable_storage_width.values()]
    return min(gate.MAX_CELLS // max(len(widths), 1), gate.MAX_INFLATED // max(sum(widths), 1))


def _column(name: str, values: pd.Series, variable: str, meta: Any) -> Column:  # noqa: ANN401 - pyreadstat's own class
    labels = meta.variable_value_labels.get(variable, {})
    ranges = meta.missing_ranges.get(variable, []) or meta.missing_user_values.get(variable, [])
    read = {value: _text(value, labels, ranges, values) for value in pd.unique(values)}
    cells = ["" if _is_missing(value) else read[value] for value in values]
    return text_column(name, cells, meta.column_names_to_labels.get(variable) or "")


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _text(value: object, labels: Mapping[object, str], ranges: Sequence[Any], values: pd.Series) -> str:
    if _is_missing(value) or _in_ranges(value, ranges):
        return ""
    label = str(labels.get(value, "")).strip()
    if label and _NOTHING.search(label):
        return ""
    numbered = read_score(label).value is not None or words_apart(label) is not None
    if label and (numbered or _covers(labels, ranges, values)):
        return label
    return cell_text(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value)


def _covers(labels: Mapping[object, str], ranges: Sequence[Any], values: pd.Series) -> bool:
    """True when every value that occurs has a label, so that the labels are the answers."""
    return all(
        value in labels
        for value in pd.unique(values)
        if not _is_missing(value) and not _in_ranges(value, ranges)
    )


def _in_ranges(value: object, ranges: Sequence[Any]) -> bool:
    for one in ranges:
        low, high = (one["lo"], one["hi"]) if isinstance(one, dict) else (one, one)
        try:
            if low <= value <= high:
                return True
        except TypeError:
            continue
    return False
