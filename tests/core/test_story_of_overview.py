"""What an overview says of time is true of its figures, on surveys of every kind; the report compares what it tells."""

import datetime as dt
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core import (
    Filters,
    Scope,
    build_report,
    compare_groups,
    find_contributions,
    find_rolling_trend,
    find_story,
    find_trend,
    overview,
    usual_period,
)
from nps_core.__main__ import main
from nps_core.compare.groups import span_of
from nps_core.formatting import format_interval, format_nps, the, whole_points
from nps_core.report.context import PREVIOUS, STORY, ReportContext
from nps_core.trends.trend import find_segment_trends

KINDS = ("constant", "step", "slide", "dip", "season", "gaps", "tiny", "promoters", "accounts", "one day")


def levels_of(kind, months):
    """NPS by month."""
    at = np.arange(months)
    if kind == "step":
        return np.where(at < months // 2, 50, 15)
    if kind == "slide":
        return np.linspace(60, 0, months)
    if kind == "dip":
        return np.where((at >= months // 3) & (at < months // 2), 0, 45)
    if kind == "season":
        return np.where(at % 12 >= 9, 20, 45)
    return np.full(months, 100 if kind == "promoters" else 40)


def survey_with(kind, seed, months=24, n=60):
    """A survey of some months from January 2024."""
    random = np.random.default_rng(seed)
    rows = []
    n = 2 if kind == "tiny" else n
    moods = random.normal(0, 0.45, 400) if kind == "accounts" else np.zeros(400)
    for month, level in enumerate(levels_of(kind, 1 if kind == "one day" else months)):
        if kind == "gaps" and random.random() < 0.4:
            continue
        account = random.integers(0, 400, -(-n // 5)).repeat(5)[:n]
        up = np.clip(min(1.0, 0.7 + 0.3 * (level == 100)) / 2 + level / 200 + moods[account] / 2, 0, 1)
        draw = random.random(n)
        score = np.where(draw < up, 10, np.where(draw < up + 0.3, 8, 3))
        day = f"{2024 + month // 12}-{month % 12 + 1:02}"
        days = "15" if kind == "one day" else random.integers(1, 29, n)
        rows.append(
            pd.DataFrame(
                {
                    "score": score,
                    "date": [f"{day}-{int(one):02}" for one in np.broadcast_to(days, n)],
                    "account": account if kind == "accounts" else None,
                    "Plan": np.array(["Pro", "Free"])[random.integers(0, 2, n)],
                }
            )
        )
    return survey_of(pd.concat(rows) if rows else pd.DataFrame({"score": [9], "date": ["2024-01-15"]}))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.sampled_from([1, 2, 5, 12, 24, 36]))
def test_the_first_sentence_is_the_story_and_true_of_its_figures(kind, seed, months):
    found = overview(Scope(survey_with(kind, seed, months)))
    story = found.story
    said = found.sentences[0]
    told = said.startswith(("Up ", "Down "))
    assert "nan" not in " ".join(found.sentences)
    assert told == (story.change is not None)
    today = [one for one in found.sentences if "evel, " in one]
    assert bool(today) == math.isfinite(story.data.critical)
    level = f"{format_nps(story.today.nps)} ({format_interval(story.today.low, story.today.high)})"
    assert all(level in one for one in today)
    assert -100 <= story.today.low <= story.today.nps <= story.today.high <= 100
    assert ("would look the same" in said) == (told and (len(story) < 2 * story.data.year or story.recurs))
    assert any("warning since" in one for one in found.sentences) == story.warned
    if not told:
        assert said.startswith(("No change beyond chance since", "Too few responses", "All responses are of"))
        if seen := re.search(r"A lasting change of (\d+) points?", said):
            assert int(seen[1]) >= story.detectable
        return
    change = story.change
    assert said.startswith("Up ") == (change.points > 0)
    assert change.beyond_chance
    size = float(re.search(r"(?:Up|Down) ([\d.]+) point", said)[1])
    assert size == pytest.approx(abs(change.points), abs=0.5)
    if whole_points(min(change.low, change.high, key=abs)):
        assert f"({format_interval(change.low, change.high)})" in said
    start = story.labels[story.start]
    assert (f"since {the(start)}" in said) == (story.kind == "changes")
    assert (f" from {the(story.labels[0])} to {the(story.labels[-1])}" in said) == (story.kind == "slide")
    for level in re.findall(r": (\S+), before ([^\s.,]+)", said):
        assert level == (format_nps(story.levels[-1]), format_nps(story.levels[-2]))


def test_accounts_that_answer_several_times_tell_no_more_false_stories():
    """A wave of half of them looks like a change where responses are taken for strangers."""
    told = [
        overview(Scope(survey_with("accounts", seed, 24, 60))).story.kind != "steady" for seed in range(60)
    ]
    assert sum(told) <= 7  # of 60 at .05: 8 or more in one of a hundred


def test_the_large_figure_is_that_of_all_and_today_is_not():
    found = overview(Scope(survey_with("step", 3, 24, 100)))
    survey = survey_with("step", 3, 24, 100)
    score = survey.responses["score"]
    assert found.estimate.nps == pytest.approx(100 * ((score >= 9).mean() - (score <= 6).mean()))
    assert found.story.today.high < found.estimate.nps
    assert found.title.startswith(f"NPS is {format_nps(found.estimate.nps)}")


def test_a_filter_on_groups_has_no_story():
    found = overview(Scope(survey_with("step", 3), Filters(groups=("promoter",))))
    assert "the filter's own doing" in found.sentences[0]
    assert found.trend.title == "Only promoters are shown, so no trend is told"
    assert not any(mark.kind == "stretch" for mark in found.trend.chart().marks)


def test_the_usual_period_has_six_quarters_or_two_months():
    assert usual_period(Scope(survey_with("constant", 1, 24))) == "quarter"
    assert usual_period(Scope(survey_with("constant", 1, 12))) == "month"
    assert usual_period(Scope(survey_with("constant", 1, 1))) == "week"


def test_the_report_compares_the_levels_that_the_story_tells_of():
    scope = Scope(survey_with("step", 3))
    story = overview(scope).story
    found = ReportContext(scope).comparison
    assert (found.a.label, found.b.label) == ("Q1 2025 to Q4 2025", "Q1 2024 to Q4 2024")
    told = build_report(scope, slides=["answer", "change", "why"])
    assert told.part("answer").bullets[0] == story.headline[0]
    assert told.part("change").title == story.title
    assert told.part("why").bullets[0] == story.headline[0]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.sampled_from([5, 12, 24, 36]))
def test_one_change_has_one_interval(kind, seed, months):
    """Sides that the story found are as unsure as the story: a test of two given periods would be too sure of them."""
    scope = Scope(survey_with(kind, seed, months))
    story, found = overview(scope).story, ReportContext(scope).comparison
    assert (found is None) == (story.change is None)
    if found is None:
        return
    change = found.change
    assert change.points == pytest.approx(found.a.estimate.nps - found.b.estimate.nps)
    assert change.low <= change.points <= change.high
    assert bool(change.beyond_chance) == (change.low > 0 or change.high < 0)
    if story.kind == "changes" and story.season is None:
        assert (change.low, change.high) == pytest.approx((story.change.low, story.change.high))
    parts = find_contributions(found, "Plan")
    whole = parts.chart().series[0]
    assert (whole.low[-1], whole.high[-1]) == pytest.approx((change.low, change.high))
    assert format_interval(change.low, change.high) in found.verdict.replace(" and ", " to ")


def test_who_types_the_days_of_the_story_is_told_the_same():
    survey = survey_with("step", 3)
    scope = Scope(survey)
    first, last = scope.counts.span
    told = ReportContext(scope).comparison
    ends = (span_of(dt.date(2025, 1, 1), last), span_of(first, dt.date(2024, 12, 31)))
    typed = compare_groups(scope, *ends)
    assert typed.change == told.change
    assert "The story of the trend found these two stretches" in " ".join(typed.sentences)
    assert typed.chart().origin.endswith("of the difference: that of the story.")
    other = compare_groups(scope, span_of(dt.date(2025, 1, 2), last), ends[1])
    assert other.change.high - other.change.low < typed.change.high - typed.change.low
    assert "The story of the trend" not in " ".join(other.sentences)


def test_what_is_taken_apart_is_said_where_it_is_not_the_size_of_the_change():
    slide = build_report(Scope(survey_with("slide", 4, 24, 200)), slides=["why", "change"])
    story = overview(Scope(survey_with("slide", 4, 24, 200))).story
    said = f"Its last third less its first: {format_nps(story.counted.points)} ({story.counted.interval})."
    assert story.counted.points > story.change.points
    assert said in slide.part("why").bullets
    assert said in slide.part("change").bullets
    assert overview(Scope(survey_with("step", 3))).story.taken_apart == ""


def test_the_same_story_is_told_in_both_places_and_another_period_is_named():
    scope = Scope(survey_with("step", 3))
    told = overview(scope).story
    assert find_trend(scope).sentences == told.sentences == find_rolling_trend(scope).sentences
    assert find_story(scope).sentences == told.sentences == find_trend(scope, "quarter").sentences
    monthly = find_trend(scope, "month")
    own = find_story(scope, "month")
    assert monthly.title == f"By month: down{own.title.removeprefix('Down')}"
    assert monthly.sentences == (
        f"By month: down{own.sentences[0].removeprefix('Down')}",
        f"By quarter, as the summary tells it: down{told.title.removeprefix('Down')}.",
        *own.sentences[1:],
    )
    assert monthly.chart().title == monthly.title
    assert find_trend(scope, "day").sentences == told.sentences


def test_another_period_that_tells_otherwise_stands_beside_what_the_summary_tells():
    """Seen by week something changes in the first days; by quarter nothing does: neither is said alone."""
    rng = np.random.default_rng(1)
    days = np.sort(rng.integers(0, 600, 900))
    scores = np.where(days < 40, rng.choice([3, 8, 10], 900, p=[0.5, 0.3, 0.2]), rng.choice([8, 10], 900))
    scope = Scope(survey_of(pd.DataFrame({"score": scores, "date": np.datetime64("2024-01-29") + days})))
    weekly, told = find_trend(scope, "week"), overview(scope).story
    assert weekly.story.change is not None
    assert (
        weekly.sentences[1]
        == f"By quarter, as the summary tells it: {told.title[0].lower()}{told.title[1:]}."
    )
    steady = Scope(survey_with("constant", 3))
    assert find_trend(steady, "month").story.change is None
    assert not any("as the summary" in one for one in find_trend(steady, "month").sentences)


def test_a_slide_is_taken_apart_by_its_thirds():
    scope = Scope(survey_with("slide", 4, 24, 200))
    context = ReportContext(scope)
    assert overview(scope).story.kind == "slide"
    assert (context.comparison.a.label, context.comparison.b.label) == (
        "Q3 2025 to Q4 2025",
        "Q1 2024 to Q2 2024",
    )


def test_where_nothing_changed_there_is_nothing_to_take_apart_unless_somebody_asks():
    scope = Scope(survey_with("constant", 1))
    told = build_report(scope, slides=["why"])
    assert told.left_out == ("The story of the trend tells of no change, so there is none to take apart.",)
    asked = ReportContext(scope, compare=PREVIOUS).comparison
    assert (asked.a.label, asked.b.label) == ("Q4 2025", "Q3 2025")
    (why,) = build_report(Scope(survey_with("step", 1, n=200)), compare=PREVIOUS, slides=["why"]).parts
    assert (
        why.bullets[0] == "Q4 2025 and Q3 2025 do not differ by more than chance."
    )  # the story speaks of others


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.sampled_from([2, 6, 24, 36]))
def test_two_changes_that_are_told_say_what_they_compare(kind, seed, months):
    """Whatever goes up or down beside the story names its own days, and no sentence of a slide stands there twice."""
    scope = Scope(survey_with(kind, seed, months))
    told = overview(scope).story
    trends = [find_trend(scope, period) for period in ("week", "month", "quarter")]
    said = [sentence for trend in trends for sentence in trend.sentences]
    for compare in (STORY, PREVIOUS):
        for part in build_report(scope, compare=compare).parts:
            assert len(set(part.bullets)) == len(part.bullets)
            said += [part.title, *part.bullets]
    moved = [one for one in said if re.search(r"\b([Uu]p|[Dd]own) [\d.]+ points?|\b(rose|fell) by", one)]
    for one in moved:
        own = told.change is not None and one.startswith(told.title)
        assert own or re.match(r"By (week|month|quarter)\b|In the last year: ", one) or " from " in one, one
    for trend in trends:
        if trend.by_hand and told.change is not None and trend.story.data is not None:
            assert trend.sentences[1].startswith(f"By {told.period}, as the summary tells it: ")


def test_several_segments_are_told_together():
    frame = survey_with("step", 3, 24, 100).responses
    beside = find_segment_trends(Scope(survey_with("step", 3, 24, 100)), "Plan", "quarter")
    assert beside.labels == tuple(frame["Plan"].value_counts().index)
    assert {chart.axis for chart in beside.charts} == {beside.charts[0].axis}
    assert "told together" in beside.sentences[0]
    for label, trend in zip(beside.labels, beside.trends, strict=True):
        alone = find_trend(Scope(survey_with("step", 3, 24, 100)).with_attribute("Plan", (label,)), "quarter")
        assert trend.story.data.alpha == 0.025
        assert trend.story.data.critical > alone.story.data.critical


def test_summary_tells_the_story_and_a_warning_ends_a_job_with_3(tmp_path, capsys):
    for kind, months, code in (("step", 14, 3), ("constant", 24, 0)):
        file = tmp_path / f"{kind}.csv"
        survey_with(kind, 3, months, 100).responses[["score", "date"]].to_csv(file, index=False)
        assert main(["summary", str(file), "--warn"]) == code
        assert main(["summary", str(file)]) == 0
        capsys.readouterr()
        main(["summary", str(file), "--json"])
        told = json.loads(capsys.readouterr().out)
        assert told["story"]["kind"] == ("changes" if code else "steady")
        assert (told["story"]["low"] is None) == (not code)
        assert told["today"]["low"] < told["today"]["nps"] < told["today"]["high"]
        assert (told["warning"] is not None) == bool(code)
        main(["summary", str(file)])
        assert told["story"]["sentence"] in capsys.readouterr().out
