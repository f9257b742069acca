"""Weights: a column of the file or known totals; the weighted NPS beside the unweighted one, never instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import NPSError, Weighting, filter_choices, weighted_nps
from nps_core.accounts.non_respondents import count_answers
from nps_core.accounts.roles import weight_columns
from nps_core.formatting import short
from nps_core.score.weighting import kish, weighted_sentences, weighting_of
from pages.ui import cards, choices, state, tables
from pages.ui.text import findings, heading, say

if TYPE_CHECKING:
    from nps_core import Estimate, Scope, Survey

_NOTHING, _TOTALS = "", "\u2060"  # no column is called so
_MOST_VALUES, _MOST_ATTRIBUTES = (
    30,
    3,
)  # of an attribute whose totals somebody may know; of attributes at once
_WORDS = {_NOTHING: "nothing", _TOTALS: "known totals that I type in"}


def current(survey: Survey) -> Weighting | None:
    """How this survey is weighted; None when it is not."""
    texts = state.kept("weigh")
    return weighting_of(texts[0], survey) if texts else None


def line(scope: Scope, score: Estimate) -> None:
    """The weighted NPS in a sentence, where somebody chose weights."""
    weighting = current(scope.survey)
    if weighting is None:
        return
    try:
        found = weighted_nps(scope, weighting)
    except NPSError as error:
        say(f"{error} {error.hint}", "plain")
        return
    findings(weighted_sentences(found, score.nps, weighting, kept=kish(scope, weighting))[:1])


def show(scope: Scope, score: Estimate) -> None:
    """The choice of weights, and what they make of the NPS."""
    heading(
        "Weights",
        "so that those who answered stand for those who were asked; the unweighted NPS stays beside it",
    )
    names = [
        choice.name
        for choice in filter_choices(scope.survey).attributes
        if len(choice.values) <= _MOST_VALUES
    ]
    columns = dict.fromkeys(
        [
            *([scope.survey.mapping.weight] if scope.survey.mapping.weight else []),
            *weight_columns(scope.survey),
        ]
    )
    now = current(scope.survey)
    options = [_NOTHING, *columns, *([_TOTALS] if names else [])]
    held = _NOTHING if now is None else _TOTALS if now.column is None else now.column
    picked = choices.one(
        st.selectbox,
        "Weigh by",
        options,
        default=held if held in options else _NOTHING,
        key="accounts.weigh",
        width=280,
        format_func=lambda name: _WORDS.get(name) or short(name),
    )
    if picked == _NOTHING:
        state.keep("weigh", [])
        return
    weighting = Weighting(column=picked) if picked != _TOTALS else _totals(scope, names, now)
    if weighting is None:
        return
    # What a filter leaves too few for holds all the same: it is there again without the filter.
    state.keep("weigh", [weighting.to_text()])
    found = weighted_nps(scope, weighting)
    kept = kish(scope, weighting)
    cards.beside(score, found, kept)
    findings(weighted_sentences(found, score.nps, weighting, kept=kept))


def _totals(scope: Scope, names: list[str], now: Weighting | None) -> Weighting | None:
    """The totals that somebody types in; None until there is one for each value."""
    known = {name: dict(own) for name, own in now.totals} if now else {}
    picked = choices.some(
        st.multiselect,
        "Attributes with known totals",
        names,
        default=[name for name in known if name in names],
        max_selections=_MOST_ATTRIBUTES,
        key="accounts.weigh.by",
        format_func=short,
    )
    if not picked:
        say("Such as region: how many customers there are in each. They need not have answered.")
        return None
    totals, blank = [], []
    for column, name in zip(st.columns(len(picked)), picked, strict=True):
        with column:
            heard = [
                one
                for one in count_answers(scope.whole, name)
                if one.label in scope.survey.responses[name].cat.categories
            ]
            typed = tables.numbers(
                heard,
                name,
                "in truth",
                key=f"accounts.totals.{name}.{scope.survey.digest}",
                known=st.session_state.setdefault(
                    f"totals.{name}.{scope.survey.digest}", known.get(name, {})
                ),
            )
        totals.append((name, tuple(typed.items())))
        blank += [one.label for one in heard if one.label not in typed]
    if blank:
        say(
            "Type a number for each, in customers or in percent; missing:"
            f" {', '.join(map(short, blank[:6]))}."
        )
        return None
    return Weighting(totals=tuple(totals))
