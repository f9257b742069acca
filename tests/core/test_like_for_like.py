"""Like for like: independent references, what must always hold, and what a reader is told."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from nps_core.charts.draw.plotly import plotly_figure
from nps_core.counts.patterns import find_patterns
from nps_core.drivers.like_for_like import _listed, find_like_for_like
from nps_core.drivers.linear import Model
from nps_core.drivers.relative_weights import _correlations, find_relative_weights, relative_weights
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.survey import Measure
from tests.core.surveys import survey_of

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "statistics" / "reference_design.json"
ABSENT = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference values are not beside the project")


def cases(kind: str) -> list[dict]:
    """Independently computed cases (by Python and by R); none where the folder beside the project is absent."""
    if not REFERENCE.exists():
        return []
    return [case for case in json.loads(REFERENCE.read_text())["cases"] if case["kind"] == kind]


def model_of(codes: list[np.ndarray], clusters: np.ndarray, groups: np.ndarray) -> tuple[Model, np.ndarray]:
    """The model of some attributes, and the contrast of each value against the others by their responses."""
    labels = [tuple(map(str, range(own.max() + 1))) for own in codes]
    patterns = find_patterns(
        labels, codes, clusters.astype(np.int32), groups.astype(np.uint8), int(clusters.max()) + 1
    )
    columns, contrasts, first = [np.ones(len(patterns.codes))], [], 1
    width = 1 + sum(len(own) - 1 for own in labels)
    for place, own in enumerate(labels):
        sizes = np.bincount(codes[place]).astype(float)
        columns += [(patterns.codes[:, place] == value) * 1.0 for value in range(1, len(own))]
        for value in range(len(own)):
            weights = -sizes / (sizes.sum() - sizes[value])
            weights[value] = 1
            row = np.zeros(width)
            row[first : first + len(own) - 1] = weights[1:]
            contrasts.append(row)
        first += len(own) - 1
    return Model(csr_array(np.array(columns).T), patterns), np.array(contrasts)


@ABSENT
@pytest.mark.parametrize("case", cases("adjusted"), ids=lambda case: case["id"])
def test_the_model_has_the_reference_values(case):
    rows = np.array(case["rows"])
    number, groups = np.divmod(np.repeat(np.arange(3 * len(rows)), rows[:, -3:].ravel()), 3)
    codes = [rows[number, 1 + place] for place in range(len(case["attributes"]))]
    model, contrasts = model_of(codes, rows[number, 0], groups)
    found, wanted = model.contrasts(contrasts), case["expected"]
    for name, key in (("points", "points"), ("low", "low"), ("high", "high"), ("p_value", "p"), ("df", "df")):
        assert getattr(found, name) == pytest.approx(wanted[key], abs=1e-9, rel=1e-9), name
    assert found.error == pytest.approx(np.maximum(wanted["se_cr2"], wanted["se_hc2"]), rel=1e-9)


@ABSENT
@pytest.mark.parametrize("case", cases("johnson"), ids=lambda case: case["id"])
def test_relative_weights_have_the_reference_values(case):
    values = np.column_stack([np.ones(len(case["g"])), np.array(case["items"]), case["g"]])
    found = relative_weights(*_correlations((values.T @ values)[None]))[0]
    assert found == pytest.approx(case["expected"]["weights"], abs=1e-12)
    assert found.sum() == pytest.approx(case["expected"]["r2"], abs=1e-12)


def frame_of(seed: int, n: int = 400, accounts: int = 80) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    account = random.integers(0, accounts, n)
    frame = pd.DataFrame({"score": random.choice([10, 8, 3], n), "account": [f"a{own}" for own in account]})
    frame["plan"] = np.array(["Pro", "Team", "Free"])[random.integers(0, 3, accounts)[account]]
    frame["role"] = random.choice(["user", "champion"], n)
    return frame


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_the_order_and_the_names_of_what_is_counted_change_nothing(seed):
    frame = frame_of(seed)
    random = np.random.default_rng(seed)
    other = frame.sample(frac=1, random_state=seed)[["score", "account", "role", "plan"]]
    names = dict(zip(other["account"].unique(), random.permutation(1000), strict=False))
    other["account"] = [f"x{names[own]}" for own in other["account"]]
    one, two = (find_like_for_like(Scope(survey_of(own.reset_index(drop=True)))) for own in (frame, other))
    for first in one.effects:
        second = next(own for own in two.effects if (own.name, own.label) == (first.name, first.label))
        assert (first.points, first.low, first.p_adjusted) == pytest.approx(
            (second.points, second.low, second.p_adjusted), abs=1e-8
        )


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_promoters_and_detractors_are_treated_alike(seed):
    frame = frame_of(seed)
    mirrored = frame.assign(score=frame["score"].map({10: 3, 8: 8, 3: 10}))
    one, two = (find_like_for_like(Scope(survey_of(own))) for own in (frame, mirrored))
    back = {(own.name, own.label): own for own in two.effects}
    for first in one.effects:
        second = back[first.name, first.label]
        assert (first.points, first.low, first.high) == pytest.approx(
            (-second.points, -second.high, -second.low), abs=1e-8
        )


def test_two_values_are_as_far_from_each_other_either_way():
    found = [own for own in find_like_for_like(Scope(survey_of(frame_of(1)))).effects if own.name == "role"]
    assert found[0].points == pytest.approx(-found[1].points)
    assert found[0].low == pytest.approx(-found[1].high)


def test_balanced_single_responses_have_the_plain_difference():
    # Every plan has both roles as often: there is nothing to hold alike.
    frame = pd.DataFrame(
        [
            (score, plan, role)
            for plan in "AB"
            for role in "xy"
            for score in [10] * 9 + [8] * 6 + [3] * (5 + (plan == "B") * 8)
        ],
        columns=["score", "plan", "role"],
    )
    found = {(own.name, own.label): own for own in find_like_for_like(Scope(survey_of(frame))).effects}
    assert found["plan", "A"].points == pytest.approx(found["plan", "A"].raw.points)
    assert found["role", "x"].points == pytest.approx(0, abs=1e-9)


def test_what_only_carries_another_attribute_is_told_from_it():
    random = np.random.default_rng(4)
    n = 3000
    plan = random.choice(["Pro", "Free"], n)
    region = np.where(
        random.random(n) < 0.8, np.where(plan == "Pro", "EU", "US"), random.choice(["EU", "US"], n)
    )
    score = np.where(
        plan == "Pro", random.choice([10, 8, 3], n, p=[0.6, 0.3, 0.1]), random.choice([10, 8, 3], n)
    )
    found = find_like_for_like(
        Scope(survey_of(pd.DataFrame({"score": score, "plan": plan, "region": region})))
    )
    told = {own.label: own for own in found.segments}
    assert told["EU"].raw.beyond_chance
    assert not told["EU"].beyond_chance
    assert told["Free"].beyond_chance
    assert found.title.startswith("Like for like, plan “")
    assert "points" in found.title
    assert "as far as these attributes tell" in found.sentences[0]
    assert not any(
        word in " ".join(found.sentences) for word in ("cause", "because", "due to", "lift", "nan")
    )


def test_attributes_that_say_the_same_cannot_be_told_apart():
    frame = frame_of(2)
    frame["tier"] = frame["plan"].map({"Pro": "1", "Team": "2", "Free": "3"})
    found = find_like_for_like(Scope(survey_of(frame)))
    assert found.tied == (("plan", "tier"),)
    assert "“plan” and “tier” cannot be told apart" in " ".join(found.sentences)
    assert {own.name for own in found.segments} == {"role"}
    assert not any(own.beyond_chance for own in found.effects if own.name != "role")


def test_a_region_of_countries_is_tied_to_them():
    frame = frame_of(3)
    frame["country"] = frame["plan"].map({"Pro": "DE", "Team": "FR", "Free": "US"})
    frame["region"] = frame["plan"].map({"Pro": "EU", "Team": "EU", "Free": "Americas"})
    del frame["plan"]
    assert find_like_for_like(Scope(survey_of(frame))).tied == (("country", "region"),)


@pytest.mark.parametrize(
    "change",
    [
        {"score": 10},  # all promoters
        {"account": "one"},
        {"plan": "same", "role": "same"},
        {"plan": None},
    ],
    ids=str,
)
def test_bad_input_has_a_defined_answer(change):
    found = find_like_for_like(Scope(survey_of(frame_of(5).assign(**change))))
    assert not any(own.beyond_chance for own in found.effects)
    assert all(math.isfinite(own.points) for own in found.segments)
    assert "nan" not in f"{found.title} {' '.join(found.sentences)}".lower()
    assert plotly_figure(found.chart()).layout.height


def test_an_attribute_that_is_the_account_is_no_segment():
    frame = frame_of(6)
    frame["company"] = frame["account"]
    found = find_like_for_like(Scope(survey_of(frame)))
    assert {own.name for own in found.effects} == {"plan", "role"}


def test_one_account_of_ninety_percent_says_little():
    frame = frame_of(7)
    frame.loc[: int(0.9 * len(frame)), "account"] = "giant"
    found = find_like_for_like(Scope(survey_of(frame)))
    role = [own for own in found.effects if own.name == "role"]
    assert all(own.high - own.low > 20 for own in role)
    assert not any(own.beyond_chance for own in role)


def test_some_of_the_groups_tell_nothing():
    survey = survey_of(frame_of(8))
    assert find_like_for_like(Scope(survey, Filters(groups=("promoter",)))).effects == ()


def asked() -> pd.DataFrame:
    random = np.random.default_rng(9)
    frame = frame_of(9, 900, 200)
    liking = random.normal(size=len(frame))
    frame["score"] = np.select([liking > 0.3, liking > -0.5], [10, 8], 3)
    for name, noise in (("near", 0.6), ("far", 3.0)):
        frame[name] = np.clip(np.round(3 + liking + random.normal(0, noise, len(frame))), 1, 5)
    frame.loc[:99, "far"] = np.nan
    return frame


MEASURES = (Measure("near", "csat", 1, 5), Measure("far", "csat", 1, 5))


def test_a_step_of_a_question_and_its_weight():
    scope = Scope(survey_of(asked(), measures=MEASURES))
    steps, weights = find_like_for_like(scope).steps, find_relative_weights(scope)
    assert steps["near"].points > steps["far"].points
    assert steps["near"].beyond_chance
    assert steps["near"].n == weights.n == 800
    assert weights.names == ("near", "far")
    assert weights.share.sum() == pytest.approx(1)
    assert (weights.low <= weights.share).all()
    assert (weights.share <= weights.high).all()
    assert weights.title == "“near” counts for more than “far”"
    assert "800 of 900 responses that answered both questions" in weights.sentences[0]
    chart = weights.chart(steps)
    assert plotly_figure(chart).layout.height
    assert chart.columns[-1][0] == "points a step"


def test_the_same_survey_has_the_same_intervals():
    scopes = [Scope(survey_of(asked(), measures=MEASURES)) for _ in range(2)]
    one, two = (find_relative_weights(scope) for scope in scopes)
    assert (one.low == two.low).all()


def test_questions_that_say_the_same_cannot_be_told_apart():
    frame = asked()
    frame["far"] = frame["near"]
    scope = Scope(survey_of(frame, measures=MEASURES))
    weights, found = find_relative_weights(scope), find_like_for_like(scope)
    assert weights.share == pytest.approx([0.5, 0.5])
    assert weights.title == "Which question counts for more cannot be told apart"
    assert found.tied == (("near", "far"),)
    assert math.isnan(found.steps["near"].points)


def test_too_few_answers_have_no_weights():
    assert (
        find_relative_weights(Scope(survey_of(asked()[:80].reset_index(drop=True), measures=MEASURES)))
        is None
    )
    assert find_relative_weights(Scope(survey_of(asked(), measures=MEASURES[:1]))) is None


def test_surveys_without_a_difference_seldom_name_one():
    named = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        frame = frame_of(seed, 300, 60)
        mood = random.normal(0, 0.5, 60)[frame["account"].str[1:].astype(int)]
        frame["score"] = np.select([mood + random.normal(size=300) > 0, mood < 0.7], [10, 8], 3)
        named += any(own.beyond_chance for own in find_like_for_like(Scope(survey_of(frame))).effects)
    assert named <= 5


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(["account", None]))
def test_patterns_are_the_rows_counted_by_hand(seed, unit):
    frame = frame_of(seed, 120, 90)
    frame.loc[::7, "plan"] = None
    scope = Scope(survey_of(frame), Filters(attributes=(("role", ("user",)),)))
    counts = scope.counts
    found = counts.patterns(unit, ["plan", "role"])
    rows = scope.survey.responses.iloc[counts.rows].assign(cluster=counts.cluster_codes(unit)[counts.rows])
    by_hand = rows.assign(plan=rows["plan"].astype(object).fillna("(no value)")).groupby(
        ["cluster", "plan", "role", "group"], observed=True
    )
    wanted = {key: len(own) for key, own in by_hand}
    told = {
        (
            int(found.cluster[cell]),
            *(found.labels[at][found.codes[found.pattern[cell], at]] for at in (0, 1)),
            group,
        ): n
        for cell, row in enumerate(found.counts.tolist())
        for group, n in zip(("promoter", "passive", "detractor"), row, strict=True)
        if n
    }
    assert told == wanted


def test_of_many_attributes_a_sentence_names_a_few_and_counts_the_rest():
    assert _listed(["A"]) == "“A”"
    assert _listed(["A", "B", "C", "D"]) == "“A”, “B”, “C” and “D”"
    assert _listed(list("ABCDEF")) == "“A”, “B”, “C” and 3 more attributes"
