"""What counts as one look, what a finding is and what a sign, and the words for either."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nps_core.compare.contributions import find_contributions, most_telling_attribute
from nps_core.compare.groups import span_of
from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.like_for_like import find_like_for_like
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.ledger import QUESTIONS, adjust, sign_sentence
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import find_segments, find_standouts
from nps_core.survey import Measure
from nps_core.trends.stretches import compare_groups
from tests.core.surveys import survey_of


def rows(seed=1, n=600, low=0.6):
    """Responses with an attribute of which the first value scores lower, and two that say nothing."""
    draw = np.random.default_rng(seed)
    plan, region, role = (draw.integers(0, many, n) for many in (4, 3, 2))
    latent = draw.normal(size=n) - low * (plan == 0)
    frame = pd.DataFrame({"score": np.select([latent < -0.7, latent < 0.1], [3, 8], 10)})
    for name, codes in (("Plan", plan), ("Region", region), ("Role", role)):
        frame[name] = [f"{name} {code}" for code in codes]
    frame["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(0, 365, n), unit="D")
    return frame


def test_the_shares_of_the_risk_are_all_of_it():
    assert sum(QUESTIONS.values()) == pytest.approx(1)


def test_an_attribute_under_two_names_is_one_look():
    frame = rows()
    twice = frame.assign(Tariff=frame["Plan"].str.replace("Plan", "Tariff"))
    once, both = (find_segments(Scope(survey_of(of)), "Plan") for of in (frame, twice))
    np.testing.assert_array_equal(once.p_adjusted, both.p_adjusted)
    copy = find_segments(Scope(survey_of(twice)), "Tariff")
    np.testing.assert_array_equal(copy.p_adjusted, both.p_adjusted)
    assert copy.looks == once.looks


def test_the_two_values_of_an_attribute_are_one_look():
    found = find_segments(Scope(survey_of(rows()[["score", "Role"]])), "Role")
    assert found.p_adjusted == pytest.approx(adjust(found.difference.p_value[:1], "segments")[[0, 0]])
    assert found.looks == 1 / QUESTIONS["segments"]


def test_other_people_are_another_look_even_where_one_attribute_decides_the_other():
    frame = rows()
    month = pd.to_datetime(frame["date"]).dt.month
    quarter = "Q" + ((month + 2) // 3).astype(str)
    frame = frame.assign(Month="M" + month.astype(str), Quarter=quarter).drop(columns="date")
    found = find_segments(Scope(survey_of(frame[["score", "Month", "Quarter"]])), "Quarter")
    assert found.looks == 16 / QUESTIONS["segments"]


def test_what_has_no_value_is_no_part_of_the_rest_and_the_words_say_so():
    frame = rows(low=1.2)
    whole, partly = (
        Scope(survey_of(of))
        for of in (frame, frame.assign(Plan=frame["Plan"].where(frame["Plan"] != "Plan 3")))
    )
    told = [find_segments(scope, "Plan").title for scope in (whole, partly)]
    assert told[0].endswith(" below the rest")
    assert told[1].endswith(" below the others with a value")
    said = [standout_sentence(find_standouts(scope)[0]) for scope in (whole, partly)]
    assert "below the rest (" in said[0]
    assert "below the others with a value (" in said[1]


@pytest.mark.parametrize("low", [0.2, 0.3, 0.4, 0.8])
def test_like_for_like_no_title_says_what_the_ledger_does_not(low):
    for seed in range(4):
        scope = Scope(survey_of(rows(seed, low=low)))
        ledger = {(one.attribute, one.label) for one in find_standouts(scope)}
        found = find_like_for_like(scope)
        for one in found.segments:
            clear = one.p_adjusted < 0.05
            assert (one.beyond_chance, one.sign) == (
                clear and (one.name, one.label) in ledger,
                clear and (one.name, one.label) not in ledger,
            )
        if not any(one.beyond_chance for one in found.segments):
            assert "no segment" in found.title
        assert any("A sign, no finding" in said for said in found.sentences) == any(
            one.sign for one in found.segments
        )


def test_a_question_is_a_finding_by_the_ledger_and_a_sign_by_itself():
    draw = np.random.default_rng(3)
    frame = rows(low=0)
    strong = np.clip(np.round(3 + 1.2 * (frame["score"] - 7) / 4 + draw.normal(size=len(frame))), 1, 5)
    kinds = set()
    for push in np.linspace(0, 0.5, 12):
        weak = np.clip(np.round(3 + push * (frame["score"] - 7) / 4 + draw.normal(size=len(frame))), 1, 5)
        measures = tuple(Measure(name, "csat", 1, 5) for name in ("Support", "Price"))
        asked = frame.assign(Support=strong, Price=weak)[["score", "Support", "Price"]]
        found = {one.column: one for one in find_drivers(Scope(survey_of(asked, measures=measures)))}
        p = adjust([found[name].effect.p_value for name in ("Support", "Price")], "drivers")
        assert [found[name].p_adjusted for name in ("Support", "Price")] == pytest.approx(p.tolist())
        assert found["Support"].beyond_chance
        kinds.add((found["Price"].beyond_chance, found["Price"].sign))
    assert {(False, False), (True, False)} <= kinds <= {(False, False), (False, True), (True, False)}


def test_a_sign_has_one_wording():
    assert sign_sentence([], "themes") == ""
    assert sign_sentence(["“a”", "“b”", "“c”"], "themes") == (
        "A sign, no finding: “a”, “b” and “c” would stand apart if themes alone were looked at; among all that is"
        " looked at, chance could do as much."
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("by_hand", [True, False])
def test_where_to_begin_is_what_taking_every_attribute_apart_finds(seed, by_hand):
    frame = rows(seed, n=400, low=0)
    later = frame["date"] >= "2025-07-01"
    moved = (
        later & (frame["Plan"] == f"Plan {seed % 4}") & (np.random.default_rng(seed).random(400) < seed / 10)
    )
    frame.loc[moved, "score"] = 3
    if seed % 3 == 0:
        frame["account"] = [f"Firm {number % 60}" for number in range(400)]
    scope = Scope(survey_of(frame), Filters())
    change = compare_groups(scope, span_of(dt.date(2025, 7, 1), None), span_of(None, dt.date(2025, 6, 30)))
    names = ["Region", "Plan", "Role"]
    farthest = []
    for name in names:
        apart = find_contributions(change, name, looks=3, by_hand=by_hand)
        shares = [(one.before.n + one.after.n) / 400 for one in apart.segments]
        farthest.append(
            max(
                (
                    abs(one.part.rate - share * change.change.points)
                    for one, share in zip(apart.segments, shares, strict=True)
                    if one.beyond_chance
                ),
                default=0.0,
            )
        )
    assert most_telling_attribute(change, names, by_hand=by_hand) == names[farthest.index(max(farthest))]
