"""A person in one spelling in all waves; who is who by id or e-mail stands in `nps_core.identities`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from nps_core.reading.typed import string_array
from nps_core.workspace.packing import texts_of

if TYPE_CHECKING:
    from nps_core.survey import Survey


def with_plain_emails(survey: Survey) -> Survey:
    """The survey with the e-mail addresses of its respondents in one spelling, so that a person is one in all waves."""
    texts = texts_of(survey.responses["respondent"])
    is_email = pc.match_substring(texts, "@")
    if not pc.any(is_email).as_py():
        return survey
    same = pc.if_else(is_email, pc.utf8_lower(pc.utf8_trim_whitespace(texts)), texts)
    return replace(survey, responses=survey.responses.assign(respondent=string_array(same)))
