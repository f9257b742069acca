"""The smallest group: nobody can tell fewer apart, by filters, by what two or three of them share, or by subtraction."""

import datetime as dt
import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core import (
    NO_VALUE,
    Filters,
    Scope,
    build_report,
    filtered_responses,
    find_segments,
    nps_of,
    overview,
    write_report,
)
from nps_core.errors import AccessError
from nps_core.filters import filter_choices
from nps_core.seen import seen_by
from nps_core.viewer import Viewer

FIVE = Viewer("Vic", "viewer", smallest=5)
TRIES = 400


def frame_of(n, seed, plans=3, regions=4, months=10):
    """Responses with attributes of which some values are rare, and dates over some months."""
    draw = np.random.default_rng(seed)
    share = np.array([0.5**place for place in range(plans + 3)])
    return pd.DataFrame(
        {
            "score": draw.integers(0, 11, n),
            "date": pd.Timestamp("2026-01-03") + pd.to_timedelta(draw.integers(0, 30 * months, n), "D"),
            "comment": [f"canary{place}" for place in range(n)],
            "respondent": [f"u{place % (n // 2 + 1)}@a.example" for place in range(n)],
            "account": [f"Acme {place % 40}" for place in range(n)],
            "Plan": [f"plan {place}" for place in draw.choice(plans + 3, n, p=share / share.sum())],
            "Region": draw.choice([f"region {place}" for place in range(regions)], n),
            "City": [f"city {place % 90}" for place in range(n)],
        }
    )


def allowed(n, smallest):
    return n == 0 or n >= smallest


def asked(draw, survey):
    """Filters as somebody picks them to tell somebody apart: days and values, alone and together."""
    found = Filters()
    for choice in filter_choices(survey).attributes:
        if draw.random() < 0.5:
            found = found.with_attribute(
                choice.name, draw.sample(choice.values, draw.randint(1, len(choice.values)))
            )
    day = dt.date(2026, 1, 1) + dt.timedelta(days=draw.randint(-40, 400))
    other = day + dt.timedelta(days=draw.randint(0, 200))
    return replace(
        found, **draw.choice([{}, {}, {"since": day}, {"until": day}, {"since": day, "until": other}])
    )


@settings(deadline=None, max_examples=25)
@given(st.integers(40, 900), st.integers(0, 10_000), st.sampled_from([2, 3, 5, 10]))
def test_no_filters_alone_or_together_tell_fewer_apart(n, seed, smallest):
    survey = survey_of(frame_of(n, seed))
    scope = Scope(survey, viewer=Viewer("Vic", "viewer", smallest=smallest))
    draw = random.Random(seed)  # noqa: S311 - no secret
    chosen = [asked(draw, scope.survey) for _ in range(12)]
    masks = [replace(scope, filters=filters).counts.mask for filters in chosen]
    assert all(allowed(mask.sum(), smallest) for mask in masks)
    for group in (*combinations(masks, 2), *combinations(masks[:8], 3)):
        # Each part of what two or three choices make of the responses: shared, and by what each differs.
        for signs in np.ndindex(*(2,) * len(group)):
            part = np.logical_and.reduce(
                [mask == bool(sign) for mask, sign in zip(group, signs, strict=True)]
            )
            assert allowed(part.sum(), smallest)


@pytest.mark.parametrize("seed", range(4))
def test_figures_that_are_shown_never_give_fewer_by_subtraction(seed):
    """As somebody would who reads numbers off the screen: totals less parts, one filter less another."""
    scope = Scope(survey_of(frame_of(600, seed)), viewer=FIVE)
    draw = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(TRIES // 4):
        one, more = asked(draw, scope.survey), asked(draw, scope.survey)
        wide, narrow = replace(scope, filters=one), replace(scope, filters=one).narrowed(more)
        assert allowed(wide.n, 5)
        assert allowed(narrow.n, 5)
        assert allowed(wide.n - narrow.n, 5)
        assert allowed(scope.total - wide.n, 5)
        for name in scope.survey.attributes:
            shown = wide.counts.by(name).n.tolist()
            assert all(allowed(n, 5) for n in shown)
            assert all(allowed(wide.n - n, 5) for n in shown)
            for other in scope.survey.attributes:
                if other != name:
                    cells = wide.counts.by2(name, other)[2].sum(axis=2)
                    assert all(allowed(n, 5) for n in cells.ravel().tolist())
        for period in ("week", "month", "quarter"):
            assert all(allowed(n, 5) for n in wide.counts.by_period(period)[1].sum(axis=1).tolist())
        assert all(allowed(n, 5) for n in wide.counts.rolling(90)[1].sum(axis=1).tolist())


def test_what_is_shown_is_true():
    """Nothing is rounded or made up: a value that is still there has its own responses, less those that are hidden."""
    frame = frame_of(900, 3)
    survey = survey_of(frame)
    seen = seen_by(survey, FIVE)
    assert seen.attributes == ("Plan", "Region")
    assert float(nps_of(Scope(seen)).nps) == float(nps_of(Scope(survey)).nps)
    plan = seen.responses["Plan"].astype(object)
    combined = [value for value in plan.dropna().unique() if value.startswith("Other (")]
    for value in set(plan.dropna()) - {*combined}:
        assert set(np.flatnonzero(plan == value)) <= set(np.flatnonzero(frame["Plan"] == value))
    hidden = seen.responses["Region"].isna().sum()
    assert hidden / len(frame) <= 0.05
    assert [note for note in seen.seen.notes if "City" in note]
    assert any(f"{hidden} of 900 responses" in note for note in seen.seen.notes) == bool(hidden)


def test_small_values_are_combined_and_said():
    frame = pd.DataFrame(
        {
            "score": [9, 3] * 50,
            "Plan": ["Pro"] * 60 + ["Team"] * 33 + ["A", "B", "C", "D", "E", "F", "G"],
        }
    )
    seen = seen_by(survey_of(frame), FIVE)
    assert list(seen.responses["Plan"].cat.categories) == ["Pro", "Team", "Other (7 small)"]
    assert "Other (7 small)" in find_segments(Scope(seen), "Plan").table().to_csv()
    # What is small in all is combined with the next one.
    few = seen_by(survey_of(frame.assign(Plan=["Pro"] * 60 + ["Team"] * 37 + ["A"] * 3)), FIVE)
    assert list(few.responses["Plan"].cat.categories) == ["Pro", "Other (2 small)"]
    alone = seen_by(survey_of(frame.assign(Plan=["Pro"] * 97 + ["A"] * 3)), FIVE)
    assert alone.attributes == ()
    three = seen_by(
        survey_of(frame.assign(Plan=["Pro"] * 50 + ["Team"] * 30 + ["Free"] * 18 + ["A"] * 2)), FIVE
    )
    assert list(three.responses["Plan"].cat.categories) == ["Pro", "Team", "Other (2 small)"]


def test_nothing_that_tells_one_response_is_left():
    survey = survey_of(frame_of(400, 5))
    scope = Scope(survey, viewer=FIVE)
    assert not scope.survey.has_comments
    assert scope.survey.responses["account"].isna().all()
    assert scope.with_filters(text="canary7").n == 0
    report = write_report(build_report(scope), "html").data.decode()
    told = " ".join((filtered_responses(scope, None).to_csv(), overview(scope).title, report))
    assert not [word for word in ("canary", "a.example", "Acme") if word in told]
    classes = filtered_responses(scope, None).astype(object).fillna(NO_VALUE)
    names = [name for name in classes.columns if name in {"Date", "date", *scope.survey.attributes}]
    assert classes[names].value_counts().min() >= 5
    # Who belongs together still does, so that intervals are those of the whole file.
    assert scope.survey.responses["respondent"].nunique() == 40
    assert abs(nps_of(scope).margin - nps_of(Scope(survey)).margin) < 1e-9


def test_too_few_are_refused():
    frame = frame_of(60, 1).assign(Region=["here"] * 4 + ["there"] * 56)
    here = Viewer("Vic", "viewer", Filters().with_attribute("Region", ["here"]), smallest=5)
    with pytest.raises(AccessError, match="no group smaller than 5"):
        Scope(survey_of(frame), viewer=here)


def test_dates_that_tell_one_response_are_gone():
    """Of responses on days years apart no period has five; nor does a filter on days find one."""
    years = [f"{2000 + place}-05-05" for place in range(20)]
    scope = Scope(survey_of(pd.DataFrame({"score": [9, 3] * 10, "date": years})), viewer=FIVE)
    assert scope.survey.responses["date"].isna().all()
    assert scope.with_filters(since=dt.date(2003, 1, 1), until=dt.date(2003, 12, 31)).n == 0


@pytest.mark.parametrize("smallest", [1, -3, 1_001])
def test_a_smallest_group_that_is_none_is_refused(smallest):
    with pytest.raises(AccessError, match="no smallest group"):
        Viewer("Vic", "viewer", smallest=smallest)


def test_without_dates_and_attributes_nothing_is_lost_but_what_tells_one():
    seen = seen_by(survey_of(pd.DataFrame({"score": [9, 3, 10, 7, 0]})), FIVE)
    assert len(seen.responses) == 5
    assert len(seen.seen.notes) == 1
