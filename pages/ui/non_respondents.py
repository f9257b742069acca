"""Who did not answer: from the file where it lists them, from numbers that somebody types in where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import NPSError, filter_choices
from nps_core.accounts.non_respondents import (
    TOGETHER,
    chance_of_rates,
    count_answers,
    count_invited,
    response_rates,
)
from nps_core.formatting import short
from nps_core.score.nonresponse import invited_sentence, of_invited
from pages.ui import choices, login, tables
from pages.ui.text import findings, heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope
    from nps_core.accounts.non_respondents import Answered, ResponseRates

_FEW = 0.05
_MOST = 1_000_000_000  # of a mailing
_INVITED, _OF = "accounts.invited", "accounts.invited.of"
_PERIODS = {"month": "Month", "quarter": "Quarter"}
_WORDS = {TOGETHER: "all together", **_PERIODS}


@st.fragment
def show(scope: Scope) -> None:
    """How many answered of those who were invited, and what the silent could make of the NPS."""
    login.draw_anew_if_changed()
    heading("Who does not answer", "how many were invited, and what the silent could make of the NPS")
    there = filter_choices(scope.survey)
    options = [
        TOGETHER,
        *(choice.name for choice in there.attributes),
        *(_PERIODS if there.first else ()),
    ]
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    by = choices.one(
        left.selectbox,
        "By",
        options,
        default=TOGETHER,
        key="accounts.silent.by",
        format_func=lambda name: _WORDS.get(name) or short(name),
    )
    heard = count_answers(scope, by)
    quiet = 0 if scope.survey.silent is None else len(scope.survey.silent)
    # A list of everybody invited has many who did not answer; a few blanks are something else.
    listed = False
    if scope.survey.invited_known or quiet > _FEW * len(scope.survey.responses):
        with right:
            listed = choices.toggle(
                f"The {quiet:,} rows without a score are people who were invited",
                default=scope.survey.invited_known,
                key="accounts.silent.listed",
            )
    try:
        invited = count_invited(scope, by) if listed else _typed(scope, heard, by)
        if invited:
            rates = response_rates(heard, invited, chance=chance_of_rates(scope, by, listed=listed))
            _tell(scope, rates, invited)
    except NPSError as error:
        problem(error.message, error.hint)


def _typed(scope: Scope, heard: Sequence[Answered], by: str) -> dict[str, int]:
    # Numbers hold for these responses: another filter, or another survey, is other people.
    whose = f"{scope.survey.digest}.{scope.filters.words()}"
    if by != TOGETHER:
        name = _PERIODS.get(by, by)
        say("Type how many were invited, those who answered included; a column of numbers can be pasted.")
        typed = tables.numbers(heard, name, "invited", key=f"accounts.invited.{by}.{whose}")
        return {label: int(count) for label, count in typed.items()}
    if st.session_state.get(_OF, whose) != whose:
        choices.put(_INVITED)
    st.session_state[_OF] = whose
    invited = choices.number(
        "Invited, those who answered included",
        key=_INVITED,
        default=None,
        low=0,
        high=_MOST,
        step=1,
        width=280,
        placeholder="not known",
    )
    if invited is None:
        say(
            "With it, this page says how far the silent could move the NPS, without any assumption about"
            " them."
        )
        return {}
    return {TOGETHER: invited}


def _tell(scope: Scope, rates: ResponseRates, invited: dict[str, int]) -> None:
    if list(invited) == [TOGETHER]:
        of_all = of_invited(scope, invited[TOGETHER])
        said = [] if of_all is None else [invited_sentence(of_all, invited[TOGETHER])]
        findings([*(sentence for rate in rates for sentence in rate.silence.sentences), *said])
        return
    findings(rates.sentences)
    tables.show(
        rates.table(),
        tables.RATES,
        key="accounts.rates",
        alt="Response rate by segment, with the NPS that the silent could make of it.",
    )
    say(
        "At worst and at best: the NPS of all who were invited, if every silent one were a detractor, or a"
        " promoter. Turns at: the NPS of the silent at which that of all would be 0.",
        "small",
    )
