"""A difference taken apart: steps that add up as shown, and words that name no segment chance could move."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core.charts.draw.plotly import picture, plotly_figure
from nps_core.charts.spec import ACCENT, QUIET
from nps_core.compare.comparison import Span
from nps_core.compare.contributions import MOST_STEPS, find_contributions, most_telling_attribute, steps_of
from nps_core.compare.decomposition import decompose
from nps_core.compare.groups import span_of
from nps_core.scope import Scope
from nps_core.trends.stretches import compare_groups

BEFORE = Span("before", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
AFTER = Span("after", dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def survey_from(before, after):
    """A survey of counts (promoters, passives, detractors) by segment in two years."""
    rows = [
        {"score": score, "date": day, "Age": label, "Region": ("NA", "EMEA")[number % 2]}
        for day, sides in (("2025-06-01", before), ("2026-06-01", after))
        for label, counts in sides.items()
        for score, count in zip((10, 8, 2), counts, strict=True)
        for number in range(count)
    ]
    return survey_of(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def story():
    """The young rise from 45 to 55 ... twice over; everybody else stays; nobody's share changes."""
    return survey_from(
        {"25-34": (440, 360, 200), "others": (550, 300, 150)},
        {"25-34": (580, 300, 120), "others": (550, 300, 150)},
    )


def test_the_segment_that_moved_is_named_and_the_steps_add_up(story):
    found = find_contributions(compare_groups(Scope(story), AFTER, BEFORE), "Age")
    # 24 to 46 of one half: 11 points, all of the change.
    assert found.title == "“25-34” adds 11 points; no other age does, beyond chance"
    steps = steps_of(found)
    assert [(step.label, step.points) for step in steps] == [
        ("25-34", 11),
        ("others", 0),
        ("Who answered (mix)", 0),
        ("Difference", 11),
    ]
    assert found.sentences[0].startswith("“25-34” scores 22 points higher (+46 against +24);")
    assert most_telling_attribute(compare_groups(Scope(story), AFTER, BEFORE), ["Region", "Age"]) == "Age"


def test_a_change_of_who_answers_is_told_as_such():
    counts = {"happy": (900, 50, 50), "sad": (100, 100, 800)}
    survey = survey_from(counts, {"happy": (1800, 100, 100), "sad": (100, 100, 800)})
    found = find_contributions(compare_groups(Scope(survey), AFTER, BEFORE), "Age")
    assert found.mix_beyond_chance
    assert not any(one.beyond_chance for one in found.segments)
    assert found.title.startswith("Who answered, by age, adds 26 points")


def test_within_chance_nothing_is_named_or_coloured(story):
    found = find_contributions(
        compare_groups(Scope(story), AFTER, BEFORE, attribute="Age", values=(["others"], [])), "Region"
    )
    assert found.title == "By region: parts of a difference that may be chance"
    chart = found.chart()
    assert set(plotly_figure(chart).data[0].marker.color) == {QUIET}


def test_a_handful_that_agrees_is_not_beyond_chance():
    """The linearised interval of a part has no width where all agree; the segment's own test knows better."""
    survey = survey_from(
        {"big": (500, 300, 200), "two": (0, 0, 2)}, {"big": (600, 300, 100), "two": (2, 0, 0)}
    )
    found = find_contributions(compare_groups(Scope(survey), AFTER, BEFORE), "Age")
    flags = {one.part.label: one.beyond_chance for one in found.segments}
    assert flags == {"big": True, "two": False}


def test_more_looks_ask_for_clearer_parts():
    """A part that is just beyond chance alone is not, when it was chosen among twenty attributes."""
    survey = survey_from(
        {"a": (200, 100, 100), "b": (220, 100, 80)}, {"a": (245, 85, 70), "b": (220, 100, 80)}
    )
    found = compare_groups(Scope(survey), AFTER, BEFORE)
    alone, among = (
        find_contributions(found, "Age", looks=looks).segments[0].beyond_chance for looks in (1, 20)
    )
    assert (alone, among) == (True, False)


def test_one_segment_and_an_empty_side_have_words(story):
    one = survey_from({"all": (50, 30, 20)}, {"all": (60, 30, 10)})
    assert (
        "nothing to take apart"
        in find_contributions(compare_groups(Scope(one), AFTER, BEFORE), "Age").sentences[0]
    )
    assert (
        find_contributions(compare_groups(Scope(one), AFTER, BEFORE), "Age").title == "All have the same age"
    )
    assert most_telling_attribute(compare_groups(Scope(one), AFTER, BEFORE), ["Age", "Region"]) == "Region"
    nobody = compare_groups(Scope(story), AFTER, span_of(dt.date(2020, 1, 1), dt.date(2020, 2, 1)))
    assert find_contributions(nobody, "Age") is None
    assert find_contributions(compare_groups(Scope(story), Span("all"), Span("all")), "Age") is None


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 20), st.integers(0, 10_000))
def test_the_shown_steps_add_up_to_the_shown_total(size, seed):
    counts = np.random.default_rng(seed).integers(0, 40, (2, size, 3)) + np.array([1, 0, 0])
    before, after = ({f"s{row}": tuple(own) for row, own in enumerate(side)} for side in counts)
    survey = survey_from(before, after)
    found = find_contributions(compare_groups(Scope(survey), AFTER, BEFORE), "Age")
    steps = steps_of(found)
    assert len(steps) <= MOST_STEPS + 2
    assert sum(step.points for step in steps[:-1]) == steps[-1].points == found.why.shown_total
    assert all(abs(one.shown - one.part.rate) < 1 for one in found.segments)
    assert abs(found.shown_mix - found.why.mix) < 1
    bar = plotly_figure(found.chart()).data[0]
    ends = np.add(bar.base, bar.x)
    assert ends[-2] == ends[-1] == found.why.shown_total
    coloured = [colour == ACCENT for colour in bar.marker.color]
    assert coloured[-1] == bool(found.change.low > 0 or found.change.high < 0)


def test_the_interval_of_a_sum_knows_that_its_parts_go_together():
    """By simulation: the spread of the sums over many samples is what the errors promise."""
    rng = np.random.default_rng(7)
    chances = np.array([[0.25, 0.1, 0.05], [0.2, 0.2, 0.2]]), np.array([[0.4, 0.1, 0.05], [0.15, 0.15, 0.15]])
    draws = [[rng.multinomial(400, side.ravel()).reshape(2, 3) for side in chances] for _ in range(400)]
    found = [decompose(*draw) for draw in draws]
    for kind in ("rate", "mix"):
        spread = np.std([getattr(one, kind) for one in found])
        promised = np.mean([getattr(one, f"{kind}_error") for one in found]) / 1.959964
        assert promised == pytest.approx(spread, rel=0.12)


def test_the_waterfall_can_be_taken_away(story):
    apart = find_contributions(compare_groups(Scope(story), AFTER, BEFORE), "Age")
    chart = apart.chart()
    assert chart.table["within_shown"].iloc[:-1].sum() == 11
    assert picture(chart).layout.title.text == "“25-34” adds 11 points; no other age does, beyond chance"
