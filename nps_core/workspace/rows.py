"""A survey with other rows: some of them taken out, or replaced; the row account adds up after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from nps_core.identities import texts_of
from nps_core.reading.responses import groups_of
from nps_core.reading.typed import ordered, string_array
from nps_core.survey import LEFT_OUT_REASONS, RESERVED, LeftOut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.survey import Survey

    Places = NDArray[np.int64]
    Mask = NDArray[np.bool_]


def without_repeated(survey: Survey, stays: Mask) -> Survey:
    """A survey without responses that are kept already: they count as read and left out, as "repeated"."""
    gone = survey.responses[~stays]
    found = _with_responses(survey, survey.responses[stays])
    parts = {part.reason: part for part in survey.rows.left_out}
    before = parts.get("repeated", LeftOut("repeated", 0))
    groups = np.add(before.groups, groups_of(gone["group"].cat.codes.to_numpy())).tolist()
    parts["repeated"] = LeftOut(
        "repeated", before.count + len(gone), before.examples, (groups[0], groups[1], groups[2])
    )
    left_out = tuple(parts[reason] for reason in LEFT_OUT_REASONS if reason in parts and parts[reason].count)
    rows = replace(survey.rows, kept=len(found.responses), left_out=left_out, groups=found.rows.groups)
    return replace(found, rows=rows)


def without(survey: Survey, responses: Mask, left_out: Mask, silent: Mask | None) -> Survey:
    """A survey as if the rows of these masks had never been in its file."""
    found = _with_responses(survey, survey.responses[~responses])
    gone = survey.left_out.loc[left_out, "why"].tolist() if left_out.any() else []
    parts = tuple(
        replace(part, count=part.count - gone.count(part.reason), groups=(0, 0, 0))
        if part.reason in gone
        else part
        for part in survey.rows.left_out
    )
    parts = tuple(part for part in parts if part.count > 0)
    kept = len(found.responses)
    return replace(
        found,
        left_out=survey.left_out[~left_out].reset_index(drop=True),
        silent=survey.silent if survey.silent is None or silent is None else _trimmed(survey.silent[~silent]),
        rows=replace(
            survey.rows,
            read=kept + sum(part.count for part in parts),
            kept=kept,
            left_out=parts,
            groups=found.rows.groups,
        ),
    )


def with_changed(wave: Survey, was: Places, survey: Survey, changed: Places) -> Survey:
    """A wave in which responses have what a later file has of them; what that has no column for stays."""
    frame = wave.responses.copy(deep=False)
    later = survey.responses.iloc[changed]
    for name in frame.columns:
        if name != "row" and name in later:
            frame[name] = _put(frame[name], was, later[name])
    return _with_responses(wave, frame)


def _put(values: pd.Series, places: Places, later: pd.Series) -> pd.Series:
    """A column with other values at some places, and more categories where it takes them."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        told = later.map(str, na_action="ignore").astype(object)
        more = [value for value in dict.fromkeys(told.dropna()) if value not in values.cat.categories]
        values = values.cat.add_categories(more)
        codes = values.cat.codes.to_numpy().copy()
        codes[places] = values.cat.categories.get_indexer(pd.Index(told))
        kind = pd.CategoricalDtype(values.cat.categories, ordered=values.cat.ordered)
        return pd.Series(pd.Categorical.from_codes(codes, dtype=kind), index=values.index)
    array = values.array.copy()
    array[places] = later.astype(values.dtype).array
    return pd.Series(array, index=values.index)


def _with_responses(survey: Survey, responses: pd.DataFrame) -> Survey:
    """A survey of these responses; what was counted of the others is no longer told."""
    responses = _trimmed(responses)
    groups = groups_of(responses["group"].cat.codes.to_numpy())
    kept = len(responses)
    gone = survey.rows.read - survey.rows.kept
    rows = replace(survey.rows, read=kept + gone, kept=kept, groups=groups)
    return replace(survey, responses=responses, rows=rows, repeat_counts=())


def _trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows numbered anew, and no attribute with a value that no row has: it may name somebody."""
    found = frame.reset_index(drop=True)
    for name in found.columns:
        kind = found[name].dtype
        if isinstance(kind, pd.CategoricalDtype) and name not in RESERVED:
            codes = found[name].cat.codes.to_numpy()
            counts = np.bincount(codes[codes >= 0], minlength=len(kind.categories)).tolist()
            told = {str(value): count for value, count in zip(kind.categories, counts, strict=True) if count}
            found[name] = found[name].cat.set_categories(ordered(told))
    return found


def with_plain_emails(survey: Survey) -> Survey:
    """The survey with the e-mail addresses of its respondents in one spelling, so that a person is one in all waves."""
    texts = texts_of(survey.responses["respondent"])
    is_email = pc.match_substring(texts, "@")
    if not pc.any(is_email).as_py():
        return survey
    same = pc.if_else(is_email, pc.utf8_lower(pc.utf8_trim_whitespace(texts)), texts)
    return replace(survey, responses=survey.responses.assign(respondent=string_array(same)))
