"""What a segment speaks of, beside the rest; and promoters beside detractors."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from nps_core import NO_VALUE, difference, find_survey_themes, read_survey
from nps_core.scope import Scope
from nps_core.themes.comparison import compare_themes_by_group, compare_themes_by_segment

# (region, score, comment, how often); by hand: 30 of the 40 comments of EU are about waiting, 6 of the 60 of US.
STORY = (
    ("EU", 2, "waiting on hold for the hotline", 20),
    ("EU", 9, "waiting for the hotline on hold again", 10),
    ("EU", 9, "fair price for the money", 10),
    ("US", 3, "hotline kept me waiting on hold", 6),
    ("US", 10, "the price is fair, good money", 54),
)


@pytest.fixture(scope="module")
def told():
    rows = [f'{region},{score},"{text}"' for region, score, text, times in STORY for _ in range(times)]
    survey = read_survey(("region,score,reason\n" + "\n".join(rows)).encode(), name="x.csv")
    found = find_survey_themes(survey)
    # Told by hand which comment is about what, so that the figures do not hang on the clustering.
    waits = survey.responses["comment"].astype(str).str.contains("hold").to_numpy()
    members = np.column_stack([waits, ~waits])
    sparse = type(found.memberships)(members.astype(found.memberships.dtype))
    return survey, dataclasses.replace(
        found,
        labels=np.where(waits, 0, 1),
        memberships=sparse,
        names=("Waiting", "Price"),
        words=(("hold",), ("price",)),
        quotes=((), ()),
        coverage=np.ones(2),
        parents=(-1, -1),
        model=None,
        tones=None,
    )


def test_a_segment_beside_the_rest_has_the_shares_that_were_written(told):
    survey, found = told
    more, less = compare_themes_by_segment(Scope(survey), found, "region", "EU")
    assert (more.name, more.n, more.share, more.rest) == ("Waiting", 30, 0.75, 0.1)
    assert more.more == pytest.approx(65)
    assert more.nps == pytest.approx(100 * (10 - 20) / 30)
    assert (less.name, less.share, less.rest) == ("Price", 0.25, 0.9)
    assert more.beyond_chance
    assert less.beyond_chance
    # The interval is that of two shares, compared as scores of +1 and −1 are.
    apart = difference((30, 0, 10), (6, 0, 54))
    assert (more.low, more.high) == pytest.approx((float(apart.low) / 2, float(apart.high) / 2))


def test_its_examples_are_of_the_segment(told):
    survey, found = told
    for one in compare_themes_by_segment(Scope(survey), found, "region", "US"):
        assert one.places
        assert set(survey.responses["region"].astype(str).iloc[list(one.places)]) == {"US"}


def test_no_segment_or_no_rest_is_no_answer(told):
    survey, found = told
    assert compare_themes_by_segment(Scope(survey), found, "region", NO_VALUE) == ()
    assert compare_themes_by_segment(Scope(survey), found, "region", "Mars") == ()


def test_what_is_within_chance_has_no_example(told):
    survey, found = told
    frame = survey.responses
    halves = frame.assign(half=pd.Categorical(["a", "b"] * (len(frame) // 2)))
    mapping = dataclasses.replace(survey.mapping, attributes=(*survey.mapping.attributes, "half"))
    split = dataclasses.replace(survey, responses=halves, mapping=mapping, digest="halves")
    for one in compare_themes_by_segment(Scope(split), found, "half", "a"):
        assert not one.beyond_chance
        assert one.places == ()


def test_promoters_and_detractors_have_the_shares_that_were_written(told):
    survey, found = told
    price, waiting = compare_themes_by_group(Scope(survey), found)
    assert (price.name, price.promoters, price.detractors) == ("Price", 64 / 74, 0.0)
    assert (waiting.name, waiting.promoters, waiting.detractors) == ("Waiting", 10 / 74, 1.0)
