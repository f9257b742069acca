"""The end of retention: what of a survey is too old, and goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.days import months_on
from nps_core.reading.dates import read_dates
from nps_core.workspace.erasing import unquoted
from nps_core.workspace.rows import without

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from nps_core.survey import Survey
    from nps_core.workspace.values import Retention

    Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Old:
    """A survey without what is too old, and how much of it that was; `comments` of responses that stay."""

    survey: Survey
    responses: int = 0
    comments: int = 0
    left_out: int = 0
    silent: int = 0

    def __bool__(self) -> bool:
        """Whether anything is too old."""
        return bool(self.responses or self.comments or self.left_out or self.silent)


def without_old(survey: Survey, rule: Retention, today: dt.date, undated: dt.date) -> Old:
    """What a rule takes out of a survey on a day; what has no date is as old as the day `undated`.

    Of rows that are left out, which are there to be looked at only, all cells go with the comments.
    """
    dates, of_left_out = survey.responses["date"], _dates_left_out(survey)
    of_silent = None if survey.silent is None else survey.silent["date"]
    found = Old(survey)
    if rule.responses is not None:
        before = months_on(today, -rule.responses)
        gone, gone_too = _older(dates, before, undated), _older(of_left_out, before, undated)
        gone_as_well = None if of_silent is None else _older(of_silent, before, undated)
        counts = [0 if mask is None else int(mask.sum()) for mask in (gone, gone_too, gone_as_well)]
        if any(counts):
            less = without(survey, gone, gone_too, gone_as_well)
            less = unquoted(less, survey.responses[gone], survey.left_out[gone_too])
            found = Old(less, counts[0], 0, *counts[1:])
            dates, of_left_out = dates[~gone], of_left_out[~gone_too]
    if rule.comments is not None:
        before = months_on(today, -rule.comments)
        found = _without_comments(found, _older(dates, before, undated), _older(of_left_out, before, undated))
    return found


def _without_comments(found: Old, old: Mask, old_left_out: Mask) -> Old:
    frame, left_out = found.survey.responses, found.survey.left_out
    gone = old & frame["comment"].notna().to_numpy()
    cells = [name for name in left_out.columns if name not in ("row", "why")]
    told = old_left_out & left_out[cells].notna().any(axis=1).to_numpy()
    if not gone.any() and not told.any():
        return found
    survey = replace(
        unquoted(found.survey, frame.loc[gone, ["comment"]], left_out[told]),
        responses=frame.assign(comment=frame["comment"].mask(gone)),
        left_out=left_out.assign(**{name: left_out[name].mask(told) for name in cells}),
    )
    return replace(found, survey=survey, comments=int(gone.sum()), left_out=found.left_out + int(told.sum()))


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
