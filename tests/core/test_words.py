"""Numbers and sentences: written as people write them, and true of their intervals."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core import overview, read_survey
from nps_core.drivers.measures import MeasureResult, measure_words
from nps_core.formatting import (
    format_between,
    format_count,
    format_interval,
    format_nps,
    format_p,
    format_share,
    format_shares,
    plural,
    with_interval,
)
from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.segments.result import Standout, standout_sentence

COUNTS = st.tuples(*[st.integers(0, 300)] * 3).filter(sum)


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (34, "+34"),
        (0, "0"),
        (-7, "−7"),
        (33.5, "+34"),
        (-33.5, "−34"),
        (0.4, "0"),
        (-0.4, "0"),
        (100, "+100"),
        (math.nan, "–"),
    ],
)
def test_nps_has_its_sign_and_ties_go_away_from_zero(points, text):
    assert format_nps(points) == text


@given(st.floats(-100, 100))
def test_a_score_and_its_opposite_are_written_alike(points):
    assert format_nps(points).replace("+", "−") == format_nps(-points).replace("+", "−")


def test_interval_count_share():
    assert format_interval(27.4, 41.6) == "+27 to +42"
    assert format_interval(math.nan, 1) == "–"
    assert format_count(1204) == "1,204"
    assert format_count(1204.5) == "1,204.5"
    assert [format_share(share) for share in (0, 0.001, 0.345, 1)] == ["0%", "<1%", "35%", "100%"]
    assert plural(1, "response") == "1 response"
    assert plural(1204, "response") == "1,204 responses"


ENDS = st.lists(st.floats(-100, 100), min_size=2, max_size=2).map(sorted)


def number(words: str) -> float:
    return float(words.replace("−", "-").rstrip("%"))


@given(ENDS)
def test_an_interval_in_words_has_two_ends(ends):
    """Of many responses both ends round to one point: "between +28 and +28" is no interval."""
    low, high = ends
    first, to, last = format_interval(low, high).partition(" to ")
    if not to:
        assert first == "within 0.01"
        assert high - low <= 0.01
        assert format_between(low, high) == first
        return
    assert number(first) < number(last)
    assert number(first) == pytest.approx(low, abs=0.51)
    assert number(last) == pytest.approx(high, abs=0.51)
    assert format_between(low, high) == f"between {first} and {last}"
    figure = with_interval((low + high) / 2, low, high).split(" (")[0]
    assert number(first) <= number(figure) <= number(last)


@given(ENDS)
def test_shares_and_means_have_two_ends_as_well(ends):
    low, high = (50 + end / 2 for end in ends)
    assert words_apart(format_shares(low / 100, high / 100), high - low)
    csat = measure_words(MeasureResult("Q", "csat", 9, (low + high) / 2, low, high, "% satisfied"))
    assert words_apart(csat[1].removeprefix("satisfied, "), high - low)
    low, high = low / 20, high / 20
    ces = measure_words(MeasureResult("Q", "ces", 9, (low + high) / 2, low, high, "of 5"))
    assert words_apart(ces[1], high - low)


def words_apart(words: str, wide: float) -> bool:
    first, to, last = words.partition(" to ")
    return first != last if to else wide <= 0.01


def test_many_responses_are_said_with_the_decimals_that_their_interval_needs():
    score = estimate(4_600_000, 3_620_000, 1_780_000)  # +28.2, and its standard error .024
    assert score.sentence == "NPS +28.20 (+28.15 to +28.25 with 95% certainty), n 10,000,000"
    # Whatever is made of a file: 60,000 passives, 1,700 promoters and 600 detractors.
    rows = [b"10"] * 1_700 + [b"8"] * 60_000 + [b"2"] * 600
    csv = b"How likely are you to recommend us?\n" + b"\n".join(rows)
    found = overview(read_survey(csv))
    assert found.title == "NPS is +1.8, between +1.6 and +1.9 with 95% certainty"


def test_probabilities_in_words():
    assert format_p(0.25) == "about one time in 4"
    assert format_p(0.0001) == "less than one time in 1,000"
    assert format_p(0.9) == "most of the time"


def test_a_score_is_said_with_n_and_interval():
    assert estimate(30, 20, 10).sentence == "NPS +33 (+13 to +51 with 95% certainty), n 60"
    assert estimate(0, 0, 0).sentence == "There are no responses to compute an NPS from."


def test_change_beyond_chance_and_within_it():
    # R: the interval of (400, 100, 100) against (300, 150, 150) lies wholly above 0.
    up = difference((400, 100, 100), (300, 150, 150)).sentence(now="Q2", before="Q1")
    assert up.startswith("Q2 is up 25 points on Q1, more than chance explains")
    level = difference((40, 10, 40), (42, 8, 40)).sentence(now="Q2", before="Q1")
    assert level.startswith("Q2 reads 2 points below Q1, but chance alone does that")


def test_a_change_does_not_contradict_the_scores_beside_it():
    # +54.2 and +55.5 are shown as +54 and +56: "1 point below" would be read as an error.
    now, before = estimate(295, 84, 58), estimate(283, 95, 47)
    assert (format_nps(now.nps), format_nps(before.nps)) == ("+54", "+56")
    said = difference(now, before).sentence(now="Q3", before="Q2", scores=(now.nps, before.nps))
    assert said.startswith("Q3 reads 1.3 points below Q2,")


@given(COUNTS, COUNTS)
def test_no_sentence_claims_a_change_that_its_interval_does_not_show(now, before):
    change = difference(now, before)
    said = change.sentence(now="now", before="before")
    moved = " is up " in said or " is down " in said
    assert moved == bool(change.low > 0 or change.high < 0)
    if moved:
        assert (" is up " in said) == (change.points > 0)
    assert not any(word in said for word in ("cause", "would lift", "because"))


def test_a_sure_change_of_less_than_a_point_is_not_called_one_of_0_points():
    """A million responses tell half a point from chance."""
    counts = (500_000, 300_000, 200_000)
    change = difference(counts, (498_500, 300_000, 201_500))
    assert change.beyond_chance
    assert change.points == pytest.approx(0.3)
    standout = Standout("Plan", "Pro", estimate(*counts), change, 0.01, 0.0, 0.0)
    said = [
        change.sentence(now="Q2", before="Q1"),
        standout_sentence(standout),
    ]
    for sentence in said:
        assert "less than a point" in sentence
        assert not re.search(r"\b0 points", sentence)
