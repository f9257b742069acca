"""What a story says against its figures: each sentence where it is true, and nowhere else."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import drawn, exactly, story_of

from nps_core.formatting import format_interval, format_nps, the
from nps_core.trends.story_result import Change, Story

CAUSE = re.compile(r"\b(caus\w*|because|due to|thanks to|led to|leads to|made it|impact)\b", re.IGNORECASE)
YEAR = {"week": 52, "month": 12, "quarter": 4}


def constant(rng, periods):
    return np.full(periods, rng.uniform(-60, 85))


def stepping(rng, periods):
    at = np.sort(rng.integers(0, periods, rng.integers(1, 4)))
    return rng.uniform(-40, 60) + (np.arange(periods)[:, None] >= at) @ rng.uniform(-30, 30, len(at))


def sliding(rng, periods):
    return np.linspace(*rng.uniform(-60, 70, 2), periods)


def seasonal(rng, periods):
    return rng.uniform(-20, 50) + rng.uniform(5, 25) * (np.arange(periods) % 4 == 3)


def wandering(rng, periods):
    return 20 + np.cumsum(rng.normal(0, rng.uniform(1, 6), periods))


KINDS = [constant, stepping, sliding, seasonal, wandering]
SURVEYS = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 10**6),
    st.sampled_from(["week", "month", "quarter"]),
    st.sampled_from([1, 2, 3, 7, 12, 16, 30]),
    st.sampled_from([1, 4, 30, 100, 1000, 20_000]),
    st.sampled_from([0.0, 0.0, 0.4]),
    st.sampled_from([1.0, 1.8]),
)


def made(kind, seed, period, periods, n, missing, deff):
    rng = np.random.default_rng(seed)
    counts = drawn(kind(rng, periods), n, seed=seed)
    counts[rng.random(periods) < missing] = 0
    return story_of(counts, period, deff=deff)


def written(points):
    """As people round it: away from 0."""
    return int(math.copysign(math.floor(abs(points) + 0.5), points))


@settings(max_examples=150)
@given(SURVEYS)
def test_what_is_said_is_what_was_found(survey):
    story = made(*survey)
    said = story.sentences
    for sentence in (story.title, *said):
        assert not re.search(r"\b(nan|inf|None)\b", sentence)
        assert not CAUSE.search(sentence)
        assert "  " not in sentence
    assert len(set(said)) == len(said)
    if story.kind == "none":
        return
    check_headline(story)
    check_company(story, said)
    check_today(story, said)
    check_warning(story, " ".join(said))


def check_headline(story):
    title = story.title
    moved = re.match(r"(Up|Down) ", title)
    assert bool(moved) == (story.kind in ("changes", "slide")) == (story.change is not None)
    assert title.startswith("No change beyond chance") == (
        story.kind == "steady" and math.isfinite(story.data.critical)
    )
    assert story.sentences[0].startswith(title)
    if not moved:
        return
    change = story.change
    assert change.beyond_chance
    assert (moved[1] == "Up") == (change.points > 0)
    size = re.match(r"\w+ ([\d.]+) point", title)
    shown = float(size[1]) if size else 0.0
    assert abs(shown - abs(change.points)) <= (0.05 if size and "." in size[1] else 0.5) + 1e-9
    assert ("since" in title) == (story.kind == "changes")
    assert (" from " in title) == (story.kind == "slide")
    between = re.search(r"\(([^)]*)\)", title)
    if between:
        assert between[1] == format_interval(change.low, change.high)
        assert "0" not in between[1].split(" to ")


def check_company(story, said):
    """The sentences that stand beside a change, and no other."""
    all_ = " ".join(said)
    year = YEAR[story.period]
    told = story.change is not None
    assert ("less than two years of data a yearly season would" in all_) == (told and len(story) < 2 * year)
    assert ("in steps or steadily, the data cannot tell" in all_) == story.doubtful
    assert (" began between " in all_) <= (not story.doubtful)
    assert (" a year." in all_) <= (story.kind == "slide" and not story.doubtful)
    check_year(story, said)
    assert ("of the year before" in all_) == story.recurs
    if story.recurs:
        assert len(story) >= 2 * year
        assert f" {'higher' if story.change.points > 0 else 'lower'} too" in all_
    assert ("would have shown four times in five" in all_) == (not told and story.detectable < 200)
    three = told and len(story.fit.starts) > 2
    levels = re.search(r": (\S+), before (\S+), and (\S+) before the (fall|rise) in ([^;]+); (.+)$", said[0])
    assert bool(levels) == three
    if three:
        beside = story.since_before
        assert levels.groups()[:3] == tuple(format_nps(level) for level in story.levels[:-4:-1])
        assert (levels[4] == "fall") == (story.levels[-2] < story.levels[-3])
        above, below = levels[6].endswith(" above that."), levels[6].endswith(" below that.")
        assert above <= (beside.low > 0)
        assert below <= (beside.high < 0)
        assert (levels[6] == "now and then may be one level.") == (not above and not below)
        assert not re.search(r"\blow(est)?\b", all_)
    if told and story.kind == "changes":
        assert story.start_range[0] <= story.start <= story.start_range[1]
    assert ("that is taken off" in all_) <= (story.season is not None)
    assert ("with the season taken off" in all_) == (story.season is not None)


def check_year(story, said):
    """The last year, where it is not what is told already."""
    year = next((one for one in said if one.startswith("In the last year: ")), "")
    other = story.change is not None and story.in_a_year not in (None, story.change)
    assert bool(year) == (other and " a year." not in said[0])
    other = bool(year)
    if other:
        moved = story.in_a_year
        assert ("no change beyond chance" in year) == (not moved.beyond_chance)
        assert (format_interval(moved.low, moved.high) in year) == (moved.points != 0)
        assert not moved.beyond_chance or (": up " in year) == (moved.points > 0)


def check_today(story, said):
    today = story.today
    assert -100 - 1e-9 <= today.low <= today.nps <= today.high <= 100 + 1e-9
    assert today.low < today.high
    if not math.isfinite(story.data.critical):  # it is that of all responses, and the page says that
        assert not any("evel, " in one for one in said)
        return
    sentence = next(one for one in said if "evel, " in one)
    assert f": {format_nps(today.nps)} ({format_interval(today.low, today.high)})" in sentence
    assert f"evel, {the(story.labels[-1])}" in sentence
    promoters, _, detractors = story.data.counts.sum(axis=0)
    whole = 100 * (promoters - detractors) / story.data.n.sum()
    beside = re.search(r": (above|below) the (\S+) of all", sentence)
    assert bool(beside) == (not today.low <= whole <= today.high)
    if beside:
        assert (beside[1] == "above") == (today.low > whole)
        assert beside[2] == format_nps(whole)


def check_warning(story, all_):
    standing = story.standing
    fall = standing is not None and standing.state == -1
    assert ("Early warning since" in all_) == fall
    way = np.sign(story.change.points) if story.change else 0
    assert ("not yet beyond chance" in all_) == (standing is not None and way != standing.state)
    if " ended in " in all_:
        last = [one for one in story.warnings if one.state == -1][-1]
        assert last.until is not None
        assert story.labels[last.until] in all_
        assert not fall
    if "Too few responses for an early warning" in all_:
        assert standing is None
        assert not story.watches
    assert list(story.table()["warning"]).count("fall") == int((story.states == -1).sum())


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.7, 18.4, "+1 to +18"),
        (0.3, 18.4, "+0.3 to +18"),
        (-18.4, -0.3, "−18 to −0.3"),
        (-18.4, -0.7, "−18 to −1"),
        (0.1, 0.4, "+0.1 to +0.4"),
        (-0.3, 18.4, "−0.3 to +18"),
    ],
)
def test_an_end_beyond_0_is_not_written_0(low, high, words):
    assert Change((low + high) / 2, low, high).interval == words


def test_up_down_and_back():
    back = story_of(exactly([40] * 8 + [15] * 6 + [40] * 8, 300))
    assert back.sentences[0] == (
        "Up 25 points (+17 to +32) since Mar 2024: +40, before +15, and +40 before the fall in Sep 2023; now and"
        " then may be one level."
    )
    assert "In the last year: up 25 points (+17 to +32)." not in back.sentences
    higher = story_of(exactly([40] * 8 + [15] * 6 + [60] * 8, 300)).sentences[0]
    assert higher.endswith(": +60, before +15, and +40 before the fall in Sep 2023; 20 above that.")
    lower = story_of(exactly([40] * 8 + [60] * 6 + [15] * 8, 300)).sentences[0]
    assert lower.endswith(": +15, before +60, and +40 before the rise in Sep 2023; 25 below that.")


def test_a_slide_is_from_and_to_and_so_much_a_year():
    down = story_of(exactly(np.linspace(60, 29, 12), 300), "quarter")
    assert down.sentences[0] == "Down 31 points (−43 to −20) from Q1 2023 to Q4 2025, about 11 a year."
    short = story_of(exactly(np.linspace(60, 20, 9), 300))
    assert short.kind == "slide"
    assert "a year" not in short.sentences[0]


def test_warnings_in_words():
    early = story_of(exactly([40] * 9 + [26] * 3))
    assert early.kind == "steady"
    assert (
        "Early warning since Dec 2023: the latest responses read lower, not yet beyond chance."
        in early.sentences
    )
    told = story_of(exactly([40] * 12 + [10] * 6))
    assert "Early warning since Jan 2024." in told.sentences
    over = story_of(exactly([40] * 14 + [10] * 5 + [40] * 6, 200))
    assert "The early warning of Mar 2024 ended in Aug 2024." in over.sentences


def test_a_story_of_nothing_says_nothing_else():
    story = Story("none", "month")
    assert story.sentences == ("No dated responses to tell a trend from.",)
    assert (story.levels, story.warnings, story.standing, story.rate, story.watches) == (
        (),
        (),
        None,
        "",
        False,
    )
    assert list(story.table().columns)[:3] == ["period", "starts", "nps"]
