"""Tables taken away: CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.themes.in_survey import names_of_each, tones_of_each

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_csv(table: pd.DataFrame) -> bytes:
    """A table as UTF-8 CSV in which no text can become a formula.

    Text that starts as a formula could gets an apostrophe before it, and every text is quoted. Numbers
    stay numbers (a score of -7 is no formula), missing values stay empty. The byte order mark is there
    because Excel takes the file for cp1252 without it.
    """
    out = table.copy()
    out.columns = pd.Index([_inert(str(name)) for name in out.columns])
    for name in out.columns:
        column = out[name]
        if (
            isinstance(column, pd.DataFrame)
            or pd.api.types.is_numeric_dtype(column)
            or pd.api.types.is_bool_dtype(column)
        ):
            continue
        if pd.api.types.is_datetime64_any_dtype(column):
            out[name] = column.dt.strftime("%Y-%m-%d %H:%M:%S").where(column.notna())
        else:
            out[name] = column.astype(object).map(_inert, na_action="ignore")
    buffer = io.StringIO()
    out.to_csv(buffer, index=False, quoting=csv.QUOTE_NONNUMERIC, na_rep="")
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def filtered_responses(scope: Scope, themes: Themes | None = None) -> pd.DataFrame:
    """The responses that are looked at, in the order of the file, with every column of `Survey.responses`.

    Parameters
    ----------
    themes
        What `find_survey_themes` found: a column `themes` more, with the names of the themes of each comment and "; "
        between them; empty for none. Where their tone is known well enough, `tones` has it, in the same order.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    shown: pd.DataFrame = scope.survey.responses.iloc[scope.counts.rows]
    if themes is None:
        return shown
    told = {"themes": names_of_each(themes), "tones": tones_of_each(themes)}
    rows = scope.counts.rows.tolist()
    return shown.assign(**{name: [of[row] for row in rows] for name, of in told.items() if of is not None})


def _inert(value: object) -> object:
    text = str(value)
    return "'" + text if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
