"""What goes of a wave: a respondent, with what others wrote with their address in it; and what is too old."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.days import months_on
from nps_core.identities import keys_of, texts_of
from nps_core.reading.dates import read_dates
from nps_core.workspace.rows import without

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nps_core.survey import Survey
    from nps_core.workspace.values import Retention

    Mask = NDArray[np.bool_]

ERASED = "[erased]"
"""What stands in the place of an e-mail address in what others wrote."""

_QUOTED = re.compile("“([^”]{1,200})”")


def without_respondent(survey: Survey, key: str) -> tuple[Survey, Counter[str]]:
    """A wave without the rows of a respondent, and how much of each part they were; see `deleting.PARTS`.

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
    found, counts = _without_rows(survey, responses, left_out, silent)
    if is_email:
        found, counts["mentions"] = _masked(found, key)
    return found, counts


def _without_rows(
    survey: Survey, responses: Mask, left_out: Mask, silent: Mask | None
) -> tuple[Survey, Counter[str]]:
    """A wave without some of its rows, and how many of each part these were."""
    masks = {"responses": responses, "left_out": left_out, "silent": silent}
    counts = Counter({part: int(mask.sum()) for part, mask in masks.items() if mask is not None})
    if not counts.total():
        return survey, counts
    found = without(survey, responses, left_out, silent)
    return unquoted(found, survey.responses[responses], survey.left_out[left_out]), counts


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


def without_old(
    survey: Survey, rule: Retention, today: dt.date, undated: dt.date
) -> tuple[Survey, Counter[str]]:
    """A survey without what a rule takes out of it on a day, and how much of each part that is.

    What has no date is as old as the day `undated`; comments are counted of responses that stay.

    Of rows that are left out, which are there to be looked at only, all cells go with the comments.
    """
    dates, of_left_out = survey.responses["date"], _dates_left_out(survey)
    of_silent = None if survey.silent is None else survey.silent["date"]
    counts = Counter[str]()
    if rule.responses is not None:
        before = months_on(today, -rule.responses)
        gone, gone_too = _older(dates, before, undated), _older(of_left_out, before, undated)
        gone_as_well = None if of_silent is None else _older(of_silent, before, undated)
        survey, counts = _without_rows(survey, gone, gone_too, gone_as_well)
        dates, of_left_out = dates[~gone], of_left_out[~gone_too]
    if rule.comments is not None:
        before = months_on(today, -rule.comments)
        old = _older(dates, before, undated), _older(of_left_out, before, undated)
        survey, cells = _without_comments(survey, *old)
        counts += cells
    return survey, counts


def _without_comments(survey: Survey, old: Mask, old_left_out: Mask) -> tuple[Survey, Counter[str]]:
    frame, left_out = survey.responses, survey.left_out
    gone = old & frame["comment"].notna().to_numpy()
    cells = [name for name in left_out.columns if name not in ("row", "why")]
    told = old_left_out & left_out[cells].notna().any(axis=1).to_numpy()
    counts = Counter(comments=int(gone.sum()), left_out=int(told.sum()))
    if not counts.total():
        return survey, counts
    found = replace(
        unquoted(survey, frame.loc[gone, ["comment"]], left_out[told]),
        responses=frame.assign(comment=frame["comment"].mask(gone)),
        left_out=left_out.assign(**{name: left_out[name].mask(told) for name in cells}),
    )
    return found, counts


def _older(dates: pd.Series, before: dt.date, undated: dt.date) -> Mask:
    old = (dates < pd.Timestamp(before)).to_numpy()
    found: Mask = np.where(dates.isna().to_numpy(), undated < before, old)
    return found


def _dates_left_out(survey: Survey) -> pd.Series:
    """The dates of the rows that are left out, as far as their cells tell; else the first day of the survey."""
    frame, column = survey.left_out, survey.mapping.date
    told = survey.responses["date"].dropna()
    moments = np.full(len(frame), np.datetime64("NaT", "us"))
    if column is not None and column in frame and len(frame):
        codes, distinct = pd.factorize(frame[column].fillna(""))
        moments = read_dates(codes, [str(cell) for cell in distinct]).moments
    found = pd.Series(moments)
    return found.fillna(told.min()) if len(told) else found
