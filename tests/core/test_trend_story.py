"""The story of a trend: its figures against others' programs, and against every story there could be."""

import datetime as dt
import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtri
from surveys import survey_of
from told import drawn, exactly, starts_of, story_of

from nps_core import FilterError, Filters, read_survey
from nps_core.scope import Scope
from nps_core.trends.story import find_story, tell_story
from nps_core.trends.today import find_warnings
from nps_core.viewer import Viewer


@pytest.fixture(scope="module")
def cases(shared):
    """Stories told by another program, most of them twice over."""
    given_ = json.loads((shared / "statistics" / "reference_trend.json").read_text())["cases"]
    return [(case, case["expected"], told(case)) for case in given_]


def told(case):
    counts = np.array(case["counts"], dtype=float).reshape(-1, 3)
    quarters = case["season_class"]
    starts = starts_of(len(counts) + 12, case["period"])
    of_year = (starts.astype("datetime64[M]").astype(int) % 12) // 3
    first = 0
    if quarters:
        first = next(place for place in range(12) if list(of_year[place:][: len(counts)]) == quarters)
    return tell_story(
        *counts.T,
        period=case["period"],
        starts=starts[first:][: len(counts)],
        deff=case["deff"],
        deff_all=case["deff_all"],
        refused=("detractor",) if case["expected"]["kind"] == "refused" else (),
    )


def of_kind(cases, field):
    found = [one for one in cases if one[1].get(field) is not None]
    assert found
    return found


def test_reference_kinds_and_starts(cases):
    for case, expected, story in cases:
        assert story.kind == expected["kind"], case["name"]
        if "starts" in expected:
            assert list(story.fit.starts) == expected["starts"], case["name"]
            assert story.fit.wander == expected["tau"], case["name"]


def test_reference_critical_values(cases):
    for case, expected, story in cases:
        if "c" in expected:
            value = math.inf if expected["c"] is None else pytest.approx(expected["c"], abs=0.005)
            assert story.data.critical == value, case["name"]


def test_reference_seasons(cases):
    for case, expected, story in cases:
        if expected.get("season") is None:
            assert story.season is None, case["name"]
        else:
            assert story.season == pytest.approx(np.array(expected["season"]), abs=0.05), case["name"]


def test_reference_levels(cases):
    for case, expected, story in of_kind(cases, "levels"):
        assert story.levels == pytest.approx(expected["levels"], abs=0.05), case["name"]
        errors = [story.fit.error(start) for start in story.fit.starts]
        assert errors == pytest.approx(expected["levels_se"], abs=0.02), case["name"]


def test_reference_sizes(cases):
    for case, expected, story in of_kind(cases, "size"):
        assert story.change.points == pytest.approx(expected["size"], abs=0.1), case["name"]
        ends = [story.change.low, story.change.high]
        assert ends == pytest.approx(expected["size_low_high"], abs=0.3), case["name"]


def test_reference_starts_and_their_range(cases):
    for case, expected, story in of_kind(cases, "start_range"):
        assert story.start == expected["start"], case["name"]
        assert story.start_range == pytest.approx(expected["start_range"], abs=1), case["name"]


def test_reference_levels_of_today(cases):
    for case, expected, story in of_kind(cases, "today"):
        today = story.today
        assert today.nps == pytest.approx(expected["today"], abs=0.05), case["name"]
        assert today.error == pytest.approx(expected["today_se"], abs=0.02), case["name"]
        assert [today.low, today.high] == pytest.approx(expected["today_low_high"], abs=0.1), case["name"]


def test_reference_warnings(cases):
    for case, expected, story in of_kind(cases, "alerts"):
        sure = [place for place in range(len(story)) if place not in expected["alert_doubtful"]]
        assert [story.states[place] for place in sure] == [expected["alerts"][place] for place in sure], case[
            "name"
        ]


# Every story that a short series can have, by formulas that share nothing with the search.

WANDERS = (2, 3, 4, 5, 6, 8)


def every_story(counts, c):
    """(criterion, kind, starts, wander, whether it falls or rises at the end) of each story without a season."""
    counts = np.asarray(counts, dtype=float)
    places = [place for place, n in enumerate(counts.sum(axis=1)) if n]
    n = counts.sum(axis=1)[places]
    r = 100 * (counts[places, 0] - counts[places, 2]) / n
    total = n.sum() + 1
    m, h = n @ r / 100 / total, (counts[:, 0].sum() + counts[:, 2].sum() + 1) / total
    for wander in WANDERS:
        v = 1e4 * (h - m * m) / n + wander**2
        base = np.log(v).sum() + ((wander - 2) / 3) ** 2
        for changes in range(len(places)):
            for inner in itertools.combinations(range(1, len(places)), changes):
                cuts = [0, *inner, len(places)]
                parts = [slice(*pair) for pair in itertools.pairwise(cuts)]
                if changes and (math.isinf(c) or min(n[part].sum() for part in parts) < 20):
                    continue
                means = [np.average(r[part], weights=1 / v[part]) for part in parts]
                squares = sum(
                    ((r[part] - mean) ** 2 / v[part]).sum() for part, mean in zip(parts, means, strict=True)
                )
                way = np.sign(means[-1] - means[-2]) if changes else 0
                starts = (0, *(places[k] for k in inner))
                yield base + squares + (c * c * changes if changes else 0), "changes", starts, wander, way
        if len(places) >= 4 and n.sum() >= 40 and math.isfinite(c):
            line = np.polynomial.Polynomial.fit(places, r, 1, w=1 / np.sqrt(v))
            squares = ((r - line(np.array(places))) ** 2 / v).sum()
            yield base + squares + c * c, "slide", (0,), wander, np.sign(line(1) - line(0))


SHORT = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(0, 60)), min_size=2, max_size=7
).filter(lambda rows: sum(rows[0]) and sum(rows[-1]))


@settings(max_examples=60, deadline=None)
@given(SHORT)
def test_no_story_of_a_short_series_is_better_than_the_one_told(counts):
    story = story_of(counts)
    best, second = sorted(every_story(counts, story.data.critical))[:2]
    assert story.fit.criterion == pytest.approx(best[0], abs=1e-6)
    if second[0] - best[0] > 1e-6:
        assert (story.fit.kind, story.fit.starts, story.fit.wander) == best[1:4]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(4, 30), st.integers(0, 60)), min_size=6, max_size=7)
)
def test_the_state_of_each_period_is_that_of_the_best_story_known_by_then(counts):
    # Of less than two years, so that no season is taken off.
    states = story_of(counts, "quarter").states
    for end in range(6, len(counts) + 1):
        best, *others = sorted(every_story(counts[:end], 2.5))
        _, kind, starts, _, way = best
        state = way if kind == "slide" or end - 1 - starts[-1] < 4 else 0
        close = [one for one in others if one[0] - best[0] < 1e-6]
        assert states[end - 1] == state or close
    assert not states[:5].any()


def test_warnings_are_the_runs_of_states():
    found = find_warnings(np.array([0, -1, -1, 0, 1, -1, -1]))
    assert [(one.state, one.since, one.until) for one in found] == [(-1, 1, 3), (1, 4, 5), (-1, 5, None)]
    assert find_warnings(np.zeros(4)) == find_warnings(np.zeros(0)) == ()


def test_a_warning_begins_with_a_fall_ends_with_the_recovery_and_else_after_a_year():
    recovered = story_of(exactly([40] * 14 + [10] * 5 + [40] * 6, 200))
    falls = [one for one in recovered.warnings if one.state == -1]
    assert [(one.since, one.until) for one in falls] == [(14, 19)]
    stays = story_of(exactly([40] * 14 + [10] * 20, 200))
    assert [(one.since, one.until) for one in stays.warnings] == [(14, 14 + 12)]
    assert stays.standing is None
    standing = story_of(exactly([40] * 14 + [10] * 4, 200)).standing
    assert (standing.state, standing.since) == (-1, 14)


def test_a_period_without_responses_keeps_the_state():
    counts = exactly([40] * 14 + [10] * 6, 200)
    counts[16:18] = 0
    assert story_of(counts).states.tolist() == [0] * 14 + [-1] * 6


def test_the_stated_rate_is_that_of_the_file_and_the_same_each_time():
    story = story_of(exactly([40] * 24))
    began, watched = story.false_alarms
    assert (began, watched) == story_of(exactly([40] * 24)).false_alarms
    assert watched >= 5900
    assert 50 <= watched / began <= 110  # once in 60 to 75 months, with a year's luck
    said = re.fullmatch(r"By chance .* about once in (\d+) months here \((\d+) to (\d+)\)\.", story.rate)
    every, least, most = map(int, said.groups())
    assert every == round(watched / began)
    # The exact interval of a Poisson count (Garwood 1936).
    assert watched / chdtri(2 * began + 2, 0.025) * 2 == pytest.approx(least, rel=0.05)
    assert watched / chdtri(2 * began, 0.975) * 2 == pytest.approx(most, rel=0.05)
    assert story_of(exactly([40] * 5)).rate == ""


def test_who_could_not_have_seen_a_fall_says_so():
    assert story_of(exactly([40] * 24)).watches
    few = story_of(exactly([40] * 24, 3))
    assert not few.watches
    assert "Too few responses for an early warning." in few.sentences
    assert (
        "An early warning takes 6 months with responses; there are 5."
        in story_of(exactly([40] * 5)).sentences
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([8, 12, 24]), st.sampled_from([5, 30, 200]))
def test_promoters_and_detractors_are_treated_alike(seed, periods, n):
    counts = drawn(np.random.default_rng(seed).normal(20, 8, periods), n, seed=seed)
    one, other = story_of(counts), story_of(counts[:, ::-1])
    assert one.kind == other.kind
    assert one.levels == pytest.approx([-level for level in other.levels])
    assert one.states.tolist() == (-other.states).tolist()
    assert (one.today.low, one.today.nps) == pytest.approx((-other.today.high, -other.today.nps))
    assert one.start_range == other.start_range


def test_a_design_effect_widens_all_and_one_a_period_is_one_for_all():
    counts = exactly([40] * 8 + [20] * 8)
    plain, wide = story_of(counts), story_of(counts, deff=2.0)
    assert wide.data.sampling == pytest.approx(2 * plain.data.sampling)
    assert wide.today.high - wide.today.low > plain.today.high - plain.today.low
    assert story_of(counts, deff=[2.0] * 16).fit.criterion == pytest.approx(wide.fit.criterion)
    # Less than 1 is the same accounts coming back, which makes no single period surer.
    assert story_of(counts, deff=[math.nan, 0.5] * 8).change == plain.change
    # What the same accounts share widens the level of today, and no change.
    shared = story_of(counts, deff_all=9.0)
    assert shared.change == plain.change
    more = shared.today.error**2 - plain.today.error**2
    assert more == pytest.approx(8 * plain.data.one / counts.sum())


def test_seasons_are_told_from_two_years_on_only():
    dips = [40, 40, 40, 20]
    year_and_more, years = (
        story_of(exactly(dips * 1 + dips[:3], 300), "quarter"),
        story_of(exactly(dips * 3, 300), "quarter"),
    )
    assert year_and_more.season is None
    assert years.kind == "steady"
    assert years.season == pytest.approx(np.tile([5, 5, 5, -15], 3), abs=0.2)
    assert "Every year Q4 reads 20 below the other quarters; that is taken off." in years.sentences
    today = "Smoothed level, Q4 2025 and with the season taken off: +35"
    assert any(one.startswith(today) for one in years.sentences)


def test_a_season_needs_each_quarter_twice_and_not_only_the_calendar():
    counts = exactly([40] * 3 + [10] + [40] * 4 + [40] * 3, 300)
    counts[7] = 0  # of two fourth quarters one has no responses
    assert not story_of(counts, "quarter").data.tells_seasons
    assert story_of(exactly([40] * 11), "quarter").data.tells_seasons


def test_a_change_beside_a_season_is_told_and_beyond_chance():
    levels = np.tile([40, 40, 40, 25], 3) + np.repeat([0, 30], 6)
    story = story_of(exactly(levels, 300), "quarter")
    assert (story.kind, story.start) == ("changes", 6)
    assert story.season is not None
    assert story.change.points == pytest.approx(30, abs=0.5)
    assert story.change.beyond_chance


def december(periods, level=40, dip=20):
    return [level - dip * (month % 12 == 11) for month in range(periods)]


RECURS = "of the year before read"


def test_a_season_of_one_month_is_told_with_the_year_before():
    """Effects of quarters do not hold it: a fall that December showed before is no news."""
    story = story_of(exactly(december(24), 400))
    assert (story.kind, story.start) == ("changes", 23)
    same = "The same month of the year before reads lower too: a yearly season would look the same."
    assert same in story.sentences
    assert same in story.headline[0]
    first = story_of(exactly([40] * 23 + [20], 400))
    assert (first.kind, first.start) == ("changes", 23)
    assert not any(RECURS in one for one in first.sentences)


@pytest.mark.parametrize(
    "levels",
    [
        [40] * 18 + [15] * 6,  # a step
        [40] * 12 + [15] * 6 + [40] * 6,  # a dip of half a year, and back
        [40] * 6 + [15] * 15 + [40] * 3,
    ],
)
def test_a_change_that_was_not_there_a_year_before_has_no_such_caution(levels):
    said = [story_of(drawn(levels, 200, seed=seed)).sentences for seed in range(40)]
    assert sum(any(RECURS in one for one in sentences) for sentences in said) <= 4


def test_seasons_alone_tell_a_change_no_more_often_than_chance():
    """Three years, a fourth quarter 15 lower each: what is told of it now and then is the draw's doing."""
    levels = np.tile([48] * 9 + [33] * 3, 3)
    told = [story_of(drawn(levels, seed=seed)).kind != "steady" for seed in range(80)]
    assert sum(told) <= 9  # of 80 at .05: 10 or more in one of a hundred


# Of a survey, with its filters.


def survey_from(months, first=(2023, 1)):
    """One (promoters, passives, detractors) for each month; None for no date."""
    rows = []
    for number, counts in enumerate(months):
        month = first[1] - 1 + number
        day = dt.date(first[0] + month // 12, month % 12 + 1, 15)
        rows += [
            {"score": score, "date": day, "plan": "Pro" if copy % 2 else "Free"}
            for score, count in zip((10, 8, 3), counts, strict=True)
            for copy in range(count)
        ]
    return survey_of(pd.DataFrame(rows, columns=["score", "date", "plan"]))


STEP = exactly([40] * 12 + [10] * 6).tolist()


def test_the_sample_rises_since_the_second_quarter():
    sample = read_survey(Path("data") / "sample_survey.csv")
    story = find_story(Scope(sample), "quarter")
    # Accounts answer several times in a quarter, so that the interval only just leaves out 0.
    assert story.title == "Up 10 points (+0.3 to +19) since Q2 2026"
    assert story.sentences[0] == "Up 10 points (+0.3 to +19) since Q2 2026: +55, before +45."
    assert story.sentences[1] == "The rise began between Q2 2025 and Q3 2026."
    monthly = find_story(Scope(sample), "month")
    assert monthly.title.endswith("since Apr 2026")
    assert story.table()["responses"].sum() == monthly.table()["responses"].sum() == sample.rows.kept


def test_a_survey_tells_what_its_counts_tell():
    story = find_story(Scope(survey_from(STEP)), "month")
    assert story.title == story_of(STEP).title == "Down 30 points (−41 to −19) since Jan 2024"
    assert story.table()["warning"].tolist() == [""] * 12 + ["fall"] * 6


@pytest.mark.parametrize("groups", [("detractor",), ("promoter", "passive")])
def test_a_filter_on_groups_is_refused_in_words(groups):
    survey = survey_from(STEP)
    for scope in (
        Scope(survey, Filters(groups=groups)),
        Scope(survey, viewer=Viewer("support", "viewer", Filters(groups=groups))),
    ):
        story = find_story(scope)
        assert (story.kind, story.today, story.warnings, story.change) == ("refused", None, (), None)
        assert "no trend is told" in story.title
        assert "the filter's own doing" in story.sentences[0]
        assert len(story.table()) == 0
    assert find_story(Scope(survey, Filters(groups=("promoter", "passive", "detractor")))).kind == "changes"


def test_other_filters_are_what_is_looked_at():
    pro = Scope(survey_from(STEP), Filters(attributes=(("plan", ("Pro",)),)))
    assert find_story(pro).kind == "changes"
    with pytest.raises(FilterError):
        find_story(Scope(survey_from(STEP), Filters(attributes=(("plan", ("Gold",)),))))


def test_without_dates_there_is_no_story():
    story = find_story(Scope(survey_of(pd.DataFrame({"score": [9, 3, 7]}))))
    assert story.kind == "none"
    assert story.sentences == (
        "No dated responses to tell a trend from.",
        "Left out: 3 responses without a date.",
    )
    assert find_story(Scope(survey_of(pd.DataFrame({"score": []})))).sentences == story.sentences[:1]


def test_one_period_and_one_day():
    story = find_story(Scope(survey_from([(60, 20, 20)])), "month")
    assert story.kind == "steady"
    assert story.sentences == (
        "All responses are of Jan 2023, so no change can be told.",
        "An early warning takes 6 months with responses; there is 1.",
    )
    day = survey_of(pd.DataFrame({"score": [10] * 6 + [3], "date": [dt.date(2026, 3, 4)] * 7}))
    assert (
        find_story(Scope(day), "week").title
        == "All responses are of the week of 2 Mar 2026, so no change can be told"
    )


def test_two_periods_are_one_test():
    assert find_story(Scope(survey_from([(8, 10, 75), (36, 62, 157)])), "month").title.startswith(
        "Up 25 points"
    )
    same = find_story(Scope(survey_from([(60, 20, 20), (62, 18, 20)])), "month")
    assert same.title == "No change beyond chance since Jan 2023"
    assert (
        same.sentences[1]
        == "A lasting change of 33 points halfway through would have shown four times in five."
    )


def test_too_few_responses_are_said():
    story = find_story(Scope(survey_from([(2, 1, 0)] * 5)))
    assert story.title == "Too few responses to tell a change: it takes 20 on either side"


def test_three_responses_a_week_for_a_year():
    story = story_of(drawn([40] * 52, 3, seed=2), "week")
    assert story.title == "No change beyond chance since the week of 2 Jan 2023"
    assert "Too few responses for an early warning." in story.sentences


def test_gaps_are_no_zeros():
    counts = exactly([40] * 24)
    counts[5:15] = 0
    story = story_of(counts)
    assert story.kind == "steady"
    assert story.today.nps == pytest.approx(40)
    assert story.table()["nps"].isna().sum() == 10


def test_what_is_empty_at_either_end_is_no_part_of_it():
    padded = np.vstack([np.zeros((2, 3)), STEP, np.zeros((3, 3))])
    assert len(story_of(padded)) == len(STEP)
    assert story_of(padded).title == "Down 30 points (−41 to −19) since Mar 2024"


def test_all_promoters_have_an_interval_too():
    story = story_of([(30, 0, 0)] * 8)
    assert story.kind == "steady"
    assert (story.today.nps, story.today.high) == pytest.approx((100, 100))
    assert 90 < story.today.low < 100


def test_dates_in_the_future_are_left_out_and_said():
    survey = survey_from([*STEP, *[(0, 0, 0)] * 600, (3, 0, 0)])
    story = find_story(Scope(survey), "month", now=dt.date(2024, 7, 1))
    assert story.title == "Down 30 points (−41 to −19) since Jan 2024"
    assert story.sentences[-1] == "Left out: 3 responses dated in the future."
    assert len(story) == len(STEP)


def test_periods_that_agree_too_closely_are_said_not_to_be_drawn():
    assert any("more closely than chance" in one for one in story_of(exactly([40] * 24)).sentences)
    assert not any("more closely" in one for one in story_of(drawn([40] * 24)).sentences)


@pytest.mark.parametrize("nps", [-60, 0, 80])
@pytest.mark.parametrize("n", [3, 10, 30])
def test_few_responses_that_agree_by_chance_are_not_said_to_be_no_draws(nps, n):
    """Two periods of ten are exactly alike in one survey of eight; the chi-square distribution has one of thousands."""
    said = [story_of(drawn([nps] * 3, n, seed=seed)).too_alike for seed in range(400)]
    assert np.mean(said) <= 0.005  # .001 is stated


@pytest.mark.parametrize("period", ["day", "fortnight", "rolling"])
def test_other_periods_are_none(period):
    with pytest.raises(ValueError, match="week, month, quarter"):
        find_story(Scope(survey_from(STEP)), period)
