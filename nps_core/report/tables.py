"""Tables taken away: CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.days import today
from nps_core.errors import ReportError
from nps_core.themes.in_survey import names_of_each, tones_of_each

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

SHOWN_DIGITS = 6
"""Digits of figures that were computed: more of them would say more than a survey can."""

_BLANK = '""'  # a line without a character would be passed over
_EXACT = 2**53  # up to which every whole number can be told
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_csv(table: pd.DataFrame, *, comma: bool = False, digits: int | None = None) -> bytes:
    """A table as UTF-8 CSV in which no text can become a formula.

    Text that starts as a formula could gets an apostrophe before it, and every text is quoted. Numbers stay numbers (a
    score of -7 is no formula), whole ones without decimals; missing values stay empty. The byte order mark is there
    because Excel takes the file for cp1252 without it.

    Parameters
    ----------
    comma
        Whether cells stand between semicolons and decimals behind a comma, as spreadsheets want it in much of Europe.
    digits
        The digits of a number that is not whole; as many as it needs when not given, so that figures of a
        file come back as they are.
    """
    between, point = (";", ",") if comma else (",", ".")
    columns = [_cells(table.iloc[:, place], point, digits) for place in range(table.shape[1])]
    heads = (_quoted(name) for name in table.columns)
    lines = [between.join(heads), *map(between.join, zip(*columns, strict=True))]
    return b"\xef\xbb\xbf" + "".join(f"{line or _BLANK}\n" for line in lines).encode("utf-8", "replace")


def _cells(column: pd.Series, point: str, digits: int | None) -> list[str]:
    """The cells of a column as they are written."""
    there = column.notna().tolist()
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_integer_dtype(column):
        write: Callable[[Any], str] = str
    elif pd.api.types.is_numeric_dtype(column):
        write = partial(_number, point=point, digits=digits)
    elif pd.api.types.is_datetime64_any_dtype(column):
        column, write = column.dt.strftime("%Y-%m-%d %H:%M:%S"), _quoted
    else:
        write = _quoted
    return [write(value) if is_there else "" for value, is_there in zip(column.tolist(), there, strict=True)]


def _number(value: float, point: str, digits: int | None) -> str:
    whole = math.isfinite(value) and float(value).is_integer() and abs(value) < _EXACT
    if whole or not digits:
        return str(int(value) if whole else value).replace(".", point)
    # Without powers of ten, which not every spreadsheet reads.
    return (f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}").replace(".", point)


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
    ReportError
        The responses are in a table that is only counted.
    """
    if scope.survey.elsewhere is not None:
        raise ReportError("The responses of a table stay where they are.", hint="Ask its database for them.")
    shown: pd.DataFrame = scope.survey.responses.iloc[scope.counts.rows]
    if themes is None:
        return shown
    told = {"themes": names_of_each(themes), "tones": tones_of_each(themes)}
    rows = scope.counts.rows.tolist()
    return shown.assign(**{name: [of[row] for row in rows] for name, of in told.items() if of is not None})


def file_name(chart_name: str, filters_words: str, ending: str, day: dt.date | None = None) -> str:
    """The name of a file taken away, dated today unless said: "nps-trend-month_persona-end-user_2026-03-31.png"."""
    parts = [f"nps-{chart_name}"]
    if filters_words != "all responses":
        slug = re.sub(r"[^\w]+", "-", filters_words.lower()).strip("-")
        parts.append(slug[:60].strip("-"))
    return "_".join([*parts, (day or today()).isoformat()]) + f".{ending}"


def _quoted(value: object) -> str:
    """A text between quotation marks, with an apostrophe where a spreadsheet would run it."""
    text = str(value)
    inert = "'" + text if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
    return '"' + inert.replace('"', '""') + '"'
