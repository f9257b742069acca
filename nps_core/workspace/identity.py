"""Who is who: a respondent by id or e-mail, never by a name alone; and which row is the same response."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from nps_core.reading.cells import plain
from nps_core.reading.repeats import ID_OF
from nps_core.reading.typed import string_array
from nps_core.workspace.packing import texts_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from nps_core.survey import Survey

_LOOKED = 10_000
"""Responses that are looked at, to tell ids from names."""

_MOSTLY = 0.9
"""The share of different respondents that hold a digit or an @, from which on they are ids."""


def key_of(text: str) -> str:
    """An id or e-mail as it is compared: trimmed, in lower case."""
    return text.strip().lower()


def keys_of(values: pd.Series) -> pa.ChunkedArray:
    """The ids or e-mails of a column as they are compared; missing where they are missing."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts_of(values)))


def has_ids(survey: Survey) -> bool:
    """Whether respondents are told by an id or an e-mail: by the name of the column, or by what stands in it."""
    column = survey.mapping.respondent
    if column is None:
        return False
    if ID_OF.match(plain(column).strip(" .:")):
        return True
    distinct = pc.unique(texts_of(survey.responses["respondent"].head(_LOOKED))).drop_null()
    told = pc.match_substring_regex(distinct, r"[@\d]")
    return len(told) > 0 and bool(pc.mean(told).as_py() >= _MOSTLY)


def with_plain_emails(survey: Survey) -> Survey:
    """The survey with the e-mail addresses of its respondents in one spelling, so that a person is one in all waves."""
    texts = texts_of(survey.responses["respondent"])
    is_email = pc.match_substring(texts, "@")
    if not pc.any(is_email).as_py():
        return survey
    same = pc.if_else(is_email, pc.utf8_lower(pc.utf8_trim_whitespace(texts)), texts)
    return replace(survey, responses=survey.responses.assign(respondent=string_array(same)))
