"""One respondent taken out of a wave: their rows, and what others wrote with their address in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.identities import keys_of
from nps_core.workspace.packing import texts_of
from nps_core.workspace.rows import without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nps_core.survey import Survey

    Mask = NDArray[np.bool_]

ERASED = "[erased]"
"""What stands in the place of an e-mail address in what others wrote."""

_QUOTED = re.compile("“([^”]{1,200})”")


@dataclass(frozen=True)
class Erased:
    """A wave without a respondent, and how much of them was in it."""

    survey: Survey
    responses: int = 0
    left_out: int = 0
    silent: int = 0
    mentions: int = 0

    def __bool__(self) -> bool:
        """Whether anything of them was in it."""
        return bool(self.responses or self.left_out or self.silent or self.mentions)


def without_respondent(survey: Survey, key: str) -> Erased:
    """A wave without the rows of a respondent.

    Parameters
    ----------
    key
        An id or an e-mail address, as `identity.key_of` has it. An address is looked for in every attribute as well,
        and within the comments of others, where it is masked.
    """
    is_email = "@" in key
    own = survey.mapping.respondent
    columns = survey.attributes if is_email else ()
    responses = _rows_of(survey.responses, ["respondent", *columns], key)
    cells = list(survey.left_out.columns[2:]) if is_email else [own]
    left_out = _rows_of(survey.left_out, cells, key)
    silent = None if survey.silent is None else _rows_of(survey.silent, ["respondent", *columns], key)
    counts = [0 if mask is None else int(mask.sum()) for mask in (responses, left_out, silent)]
    found = survey
    if any(counts):
        found = without(survey, responses, left_out, silent)
        found = unquoted(found, survey.responses[responses], survey.left_out[left_out])
    mentions = 0
    if is_email:
        found, mentions = _masked(found, key)
    return Erased(found, counts[0], counts[1], counts[2], mentions)


def _rows_of(frame: pd.DataFrame, columns: Sequence[str | None], key: str) -> Mask:
    """The rows that have a key in one of some columns."""
    found = np.zeros(len(frame), dtype=bool)
    for name in columns:
        if name is None or name not in frame:
            continue
        values = frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            told = [str(value).strip().lower() == key for value in values.cat.categories]
            found |= np.array([*told, False])[values.cat.codes.to_numpy()]
        elif values.dtype == "str":
            found |= pc.fill_null(pc.equal(keys_of(values), key), fill_value=False).to_numpy()
    return found


def _masked(survey: Survey, key: str) -> tuple[Survey, int]:
    """A survey with an address masked in the text of comments and of cells left out, and how many cells had it."""
    mentions = 0
    frames = {}
    for part, names in (("responses", ["comment"]), ("left_out", list(survey.left_out.columns[2:]))):
        frame = getattr(survey, part)
        for name in names:
            texts = texts_of(frame[name])
            places = np.flatnonzero(
                pc.fill_null(pc.match_substring(texts, key, ignore_case=True), fill_value=False)
            )
            # Somebody else's address may begin or end with this one.
            masked = {
                place: re.sub(
                    rf"(?<![\w.+-]){re.escape(key)}(?![\w-])(?!\.\w)", ERASED, text, flags=re.IGNORECASE
                )
                for place, text in zip(places.tolist(), texts.take(pa.array(places)).to_pylist(), strict=True)
                if text is not None
            }
            cells = frame[name].array.copy()
            changed = [place for place, text in masked.items() if text != cells[place]]
            if changed:
                mentions += len(changed)
                cells[changed] = [masked[place] for place in changed]
                frame = frame.assign(**{name: cells})
        frames[part] = frame
    return (replace(survey, **frames) if mentions else survey), mentions


def unquoted(survey: Survey, responses: pd.DataFrame, left_out: pd.DataFrame) -> Survey:
    """A survey whose doubts and reasons quote no cell of rows that are taken out."""
    names = {*survey.columns, *survey.labels.values()}

    def plain(text: str) -> str:
        gone = {
            part for part in _QUOTED.findall(text) if part not in names and _is_in(part, responses, left_out)
        }
        for part in gone:
            text = text.replace(f"“{part}”", "“…”")
        return text

    return replace(
        survey,
        doubts=tuple(replace(one, text=plain(one.text)) for one in survey.doubts),
        column_uses=tuple(replace(one, why=plain(one.why)) for one in survey.column_uses),
        choices=tuple(
            replace(one, candidates=tuple(replace(of, reason=plain(of.reason)) for of in one.candidates))
            for one in survey.choices
        ),
        rows=replace(
            survey.rows,
            # A word that is known ("partial") is nobody's own.
            status_words=tuple(
                word
                for word in survey.rows.status_words
                if word.known or not _is_in(word.word, responses, left_out)
            ),
        ),
    )


def _is_in(quoted: str, *frames: pd.DataFrame) -> bool:
    """Whether a quoted text is the beginning of a cell; quotes are cut."""
    begins = quoted.removesuffix("…")
    return any(
        bool(pc.any(pc.starts_with(texts, begins)).as_py())
        for frame in frames
        for texts in _text_columns(frame)
    )


def _text_columns(frame: pd.DataFrame) -> Iterator[pa.ChunkedArray]:
    for name in frame.columns:
        if frame[name].dtype == "str":
            yield texts_of(frame[name])
        elif isinstance(frame[name].dtype, pd.CategoricalDtype) and name != "group":
            yield texts_of(frame[name].astype("str"))
