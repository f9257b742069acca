"""A wave of a survey as it is stored: its rows as Parquet chunks, and all else as JSON.

Nothing of the file is stored but what the survey holds, and of that no cell outside of the chunks where it can be
helped: no first rows, no frequent values, no examples, so that a person can be erased. Only Parquet and JSON are read,
never a pickle.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nps_core.errors import WorkspaceError
from nps_core.identities import texts_of
from nps_core.reading.typed import string_array
from nps_core.survey import (
    ColumnProfile,
    ColumnUse,
    Doubt,
    Mapping,
    Measure,
    RoleChoice,
    RowAccount,
    Scale,
    Survey,
)
from nps_core.workspace.coded import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PARTS = ("responses", "left_out", "silent")
"""The frames of a survey that are stored."""

_CHUNK_BYTES = 64_000_000
"""Of the columns in memory that go into one chunk; packed, some 8 MB."""

_LEVEL = 3  # of zstd: a tenth smaller than the default, and as quick to read


@dataclass(frozen=True)
class Column:
    """A column of a frame, as it is stored.

    Parameters
    ----------
    name, kind
        The kind is one of "text", "category", "date", "score", "int", "float".
    values
        Of a category, in the order to show them.
    ordered
        Whether that order is one of less and more.
    unit
        Of a date, such as "us".
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    ordered: bool = False
    unit: str = ""


@dataclass(frozen=True)
class About:
    """A survey without its rows."""

    name: str
    digest: str
    mapping: Mapping
    scale: Scale
    rows: RowAccount
    layout: str
    doubts: tuple[Doubt, ...]
    measures: tuple[Measure, ...]
    repeats: str
    columns: tuple[str, ...]
    encoding: str
    choices: tuple[RoleChoice, ...]
    labels: dict[str, str]
    looks: tuple[ColumnProfile, ...]
    column_uses: tuple[ColumnUse, ...]
    repeat_counts: tuple[tuple[str, tuple[int, int, int]], ...]
    invited_known: bool
    frames: dict[str, tuple[Column, ...]]


@dataclass(frozen=True)
class Chunk:
    """Some rows of a frame as one Parquet file, with the sha256 of its bytes."""

    part: str
    place: int
    rows: int
    digest: str
    data: bytes


@dataclass(frozen=True)
class Packed:
    """A survey as it is stored."""

    about: str
    chunks: tuple[Chunk, ...]


def pack(survey: Survey) -> Packed:
    """A survey as JSON and chunks."""
    frames, chunks = {}, []
    for part in PARTS:
        frame = getattr(survey, part)
        if frame is not None:
            frames[part], packed = pack_frame(part, frame)
            chunks += packed
    return Packed(to_json(_about(survey, frames)), tuple(chunks))


def unpack(about: str, chunks: Iterable[Chunk]) -> Survey:
    """The survey that `pack` stored.

    Raises
    ------
    WorkspaceError
        Something else is stored, or a chunk is not what it was.
    """
    told = read_about(about)
    held: dict[str, list[Chunk]] = {part: [] for part in PARTS}
    for chunk in chunks:
        held[chunk.part].append(chunk)
    frames = {part: unpack_frame(told.frames[part], held[part]) for part in told.frames}
    return Survey(
        preview=pd.DataFrame(columns=list(told.columns), dtype="str"),
        responses=frames["responses"],
        left_out=frames["left_out"],
        silent=frames.get("silent"),
        **{name: getattr(told, name) for name in _SAME},
    )


_SAME = tuple(name for name in About.__dataclass_fields__ if name != "frames")


def _about(survey: Survey, frames: dict[str, tuple[Column, ...]]) -> About:
    """All of a survey but its rows, without the cells that it quotes."""
    parts = tuple(replace(part, examples=()) for part in survey.rows.left_out)
    same = {name: getattr(survey, name) for name in _SAME}
    same["rows"] = replace(survey.rows, left_out=parts)
    same["looks"] = tuple(replace(look, common=()) for look in survey.looks)
    return About(**same, frames=frames)


def read_about(text: str) -> About:
    """What is stored of a survey besides its rows.

    Raises
    ------
    WorkspaceError
        It is something else.
    """
    try:
        return from_json(About, text)
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise _damaged() from error


def pack_frame(part: str, frame: pd.DataFrame, first: int = 0) -> tuple[tuple[Column, ...], list[Chunk]]:
    """The columns of a frame, and its rows as chunks, numbered from `first`."""
    columns = tuple(_column(str(name), frame[name]) for name in frame.columns)
    arrays = [_stored(column, frame[column.name]) for column in columns]
    # Named by their places: a file may call its columns as it likes.
    table = pa.table(arrays, names=[str(place) for place in range(len(arrays))])
    step = max(1, int(_CHUNK_BYTES / max(table.nbytes / max(len(table), 1), 1)))
    starts = range(0, max(len(table), 1), step)
    return columns, [
        _chunk(part, place, table.slice(start, step)) for place, start in enumerate(starts, first)
    ]


def _chunk(part: str, place: int, table: pa.Table) -> Chunk:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", compression_level=_LEVEL, store_schema=False)
    data = out.getvalue()
    return Chunk(part, place, len(table), hashlib.sha256(data).hexdigest(), data)


def unpack_frame(
    columns: Sequence[Column], chunks: Iterable[Chunk], only: Sequence[str] = ()
) -> pd.DataFrame:
    """The frame that `pack_frame` stored, or some columns of it.

    Raises
    ------
    WorkspaceError
        A chunk is not what it was, or is missing.
    """
    wanted = [(str(place), column) for place, column in enumerate(columns) if not only or column.name in only]
    tables = [
        _read(chunk, [place for place, _ in wanted]) for chunk in sorted(chunks, key=lambda one: one.place)
    ]
    if not tables:
        raise _damaged()
    try:
        table = pa.concat_tables(tables)
        found = {column.name: _loaded(column, table.column(place)) for place, column in wanted}
    except (KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise _damaged() from error
    return pd.DataFrame(found, copy=False, index=pd.RangeIndex(len(table)))


def _read(chunk: Chunk, places: list[str]) -> pa.Table:
    if not isinstance(chunk.data, bytes) or hashlib.sha256(chunk.data).hexdigest() != chunk.digest:
        raise _damaged()
    try:
        return pq.read_table(pa.BufferReader(chunk.data), columns=places)
    except (KeyError, OSError, ValueError, pa.ArrowException) as error:
        raise _damaged() from error


def _damaged() -> WorkspaceError:
    return WorkspaceError(
        "A wave of this survey is stored damaged, and cannot be opened.",
        hint="Restore a backup; `nps workspace check` tells what else is damaged.",
    )


def _column(name: str, values: pd.Series) -> Column:
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return Column(name, "category", tuple(map(str, kind.categories)), bool(kind.ordered))
    if kind.kind == "M":
        return Column(name, "date", unit=np.datetime_data(values.to_numpy().dtype)[0])
    if isinstance(kind, pd.Int8Dtype):
        return Column(name, "score")
    return Column(name, {"i": "int", "f": "float"}.get(kind.kind, "text"))


def _stored(column: Column, values: pd.Series) -> pa.Array | pa.ChunkedArray:
    if column.kind == "category":
        codes = values.cat.codes.to_numpy()
        return pa.array(codes, mask=codes < 0)
    if column.kind == "date":
        moments = values.to_numpy()
        return pa.array(moments.view(np.int64), mask=np.isnat(moments))
    if column.kind == "score":
        return pa.array(values.to_numpy(np.int8, na_value=0), mask=values.isna().to_numpy())
    if column.kind in ("int", "float"):
        return pa.array(values.to_numpy())
    return texts_of(values)


def _loaded(column: Column, values: pa.ChunkedArray) -> Any:  # noqa: ANN401 - whatever pandas makes a column of
    if column.kind == "text":
        return string_array(values.cast(pa.large_string()))
    missing = values.is_null().to_numpy()
    if column.kind == "float":
        return values.to_numpy()
    numbers = pc.fill_null(values, 0).to_numpy()
    if column.kind == "category":
        kind = pd.CategoricalDtype(list(column.values), ordered=column.ordered)
        return pd.Categorical.from_codes(np.where(missing, -1, numbers), dtype=kind)
    if column.kind == "date":
        moments = np.where(
            missing, np.iinfo(np.int64).min, numbers
        )  # which is how a missing moment is written
        return moments.view(f"M8[{column.unit}]")
    if column.kind == "score":
        return pd.arrays.IntegerArray(numbers.astype(np.int8), missing)
    return numbers
