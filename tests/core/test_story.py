"""The story of a report: its parts, in order, with the app's own numbers."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

import nps_core
from nps_core import Filters, ReportError, build_report
from nps_core.report.builder import slide_choices
from nps_core.report.context import PREVIOUS, before_as_long
from nps_core.report.quotes import in_proportion
from nps_core.scope import Scope
from nps_core.themes import find_themes
from nps_core.themes.result import Themes

WORDS = {
    0: ["the price is far too high for us", "price too high, we may leave because of the price"],
    1: ["support answers quickly and helps", "great support, quick answers every time"],
}


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(11)
    n = 900
    plan = rng.choice(["Pro", "Starter", "Team"], n)
    score = np.where(plan == "Starter", rng.integers(0, 9, n), rng.integers(6, 11, n))
    frame = pd.DataFrame(
        {
            "score": score,
            "date": np.datetime64("2024-10-01") + rng.integers(0, 720, n),
            "Plan": plan,
            "Persona": rng.choice(["Decision maker", "End user", "Champion"], n),
            "comment": [f"{WORDS[int(one > 7)][place % 2]} {place}" for place, one in enumerate(score)],
        }
    )
    frame.loc[:3, "comment"] = "write to jo.doe@example.com or call +49 170 1234567 about the price"
    made = survey_of(frame)
    mapping = nps_core.Mapping(
        score="score", reason="comment", attributes=("Plan", "Persona"), persona="Persona"
    )
    return nps_core.Survey(**{**made.__dict__, "mapping": mapping})


@pytest.fixture(scope="module")
def themes(survey) -> Themes:
    return find_themes(survey.responses["comment"].tolist(), k=3)


@pytest.fixture(scope="module")
def told(survey, themes):
    return build_report(Scope(survey), themes=themes, compare=PREVIOUS)  # nothing changed in these responses


def test_the_usual_parts_stand_in_order(told):
    keys = [part.key for part in told.parts]
    assert keys == [
        "answer",
        "summary",
        "score",
        "trend",
        "why",
        "segments: Plan",
        "themes",
        "quotes",
        "distribution",
        "rows",
    ]
    assert told.left_out == ()


def test_every_part_says_what_n_and_when(told):
    for part in told.parts:
        assert part.title
        assert part.alt
        assert part.source.startswith("Source: test.csv.")
        assert re.search(r"\d", part.subtitle)
        assert re.search(r"20\d\d", part.subtitle), part.key


def test_titles_and_figures_are_those_of_the_pages(survey, themes, told):
    found = nps_core.overview(nps_core.Scope(survey))
    assert told.part("answer").title == told.part("summary").table.rows[0][1].rstrip(".")
    assert told.part("trend").title == found.trend.title
    assert told.part("segments: Plan").title == nps_core.find_segments(nps_core.Scope(survey), "Plan").title
    assert told.part("themes").title == nps_core.count_themes(nps_core.Scope(survey), themes).title
    nps = told.part("trend").chart.series[0]
    np.testing.assert_array_equal(nps.values, found.trend.estimate.nps)
    np.testing.assert_array_equal(nps.low, found.trend.estimate.low)
    np.testing.assert_array_equal(nps.high, found.trend.estimate.high)
    for row, value in zip(
        nps_core.find_segments(nps_core.Scope(survey), "Plan").rows(),
        told.part("segments: Plan").chart.series[0].values,
        strict=True,
    ):
        assert row.estimate.nps == value


def test_each_chart_has_a_value_of_each_series_for_each_category(told):
    for part in told.parts:
        if part.chart is None:
            continue
        size = len(part.chart.categories)
        for series in part.chart.series:
            assert len(series.values) == size
            assert len(series.low) in (0, size)
            assert len(series.high) in (0, size)
            assert len(series.labels) in (0, size)
            assert len(series.colours) in (0, 1, size)
            for value in (*series.values, *series.low, *series.high):  # noqa: PD011 - no frame
                low, high = part.chart.axis.low, part.chart.axis.high
                assert (
                    value is None
                    or series.name in {"responses", "promoters", "passives", "detractors"}
                    or low <= value <= high
                )
        assert all(len(cells) == size for _, cells in part.chart.columns)


def test_steps_add_up_to_the_difference(told):
    *steps, whole = told.part("why").chart.series[0].values  # noqa: PD011 - no frame
    assert sum(steps) == whole


def test_what_is_marked_on_a_trend_stands_where_its_day_is(survey):
    action = nps_core.Action(dt.date(2025, 2, 15), "New onboarding")
    chart = (
        build_report(Scope(survey), slides=["trend"], actions=[action], aims=[nps_core.Target("Board", 30.0)])
        .parts[0]
        .chart
    )
    marks = {mark.kind: mark for mark in chart.marks}
    # 45 of the 90 days of Q1 2025, which is the second period: half a place from its start, which is its middle.
    assert marks["action"].first == pytest.approx(1.0, abs=0.01)
    assert (marks["aim"].first, marks["aim"].name) == (30.0, "Board +30")


def test_slides_are_chosen_ordered_and_titled(survey):
    told = build_report(Scope(survey), slides=["rows", "score"], titles={"score": "  Our score\nthis year "})
    assert [part.key for part in told.parts] == ["rows", "score"]
    assert told.parts[1].title == "Our score this year"
    for key in ("colours", "segments", "segments: Colour"):
        with pytest.raises(ReportError):
            build_report(Scope(survey), slides=[key])


def test_what_cannot_be_told_is_said(survey):
    bare = survey_of(pd.DataFrame({"score": [10, 9, 3, 8] * 5}))
    told = build_report(Scope(bare))
    assert [part.key for part in told.parts] == ["answer", "score", "distribution", "rows"]
    assert any("no dates" in text for text in told.left_out)
    assert any("No comments were read" in text for text in told.left_out)
    nobody = build_report(Scope(survey, Filters(text="no comment says this")), slides=["score", "rows"])
    assert [part.key for part in nobody.parts] == ["rows"]
    assert nobody.left_out == ("No response matches these filters.",)


def test_every_choice_of_a_survey_can_be_told(survey, themes):
    keys = [choice.key for choice in slide_choices(survey)]
    assert {"segments: Plan", "segments: Persona", "change"} <= set(keys)
    did = nps_core.Action(dt.date(2026, 4, 1), "New desk")
    told = build_report(Scope(survey), themes=themes, slides=keys, compare=PREVIOUS, actions=[did])
    assert [part.key for part in told.parts] == keys


def test_quotes_are_masked_unless_asked_for(survey, themes):
    own = Filters(text="jo.doe")
    hidden, open_ = (
        build_report(Scope(survey, own), themes=themes, slides=["quotes"], mask=how).parts[0]
        for how in (True, False)
    )
    assert "[e-mail]" in hidden.quotes[0].text
    assert "[phone]" in hidden.quotes[0].text
    assert "jo.doe@example.com" in open_.quotes[0].text


def test_quotes_come_from_the_groupsin_proportion():
    assert in_proportion({"detractor": 47, "passive": 24, "promoter": 55}, 2) == {
        "detractor": 1,
        "promoter": 1,
    }
    assert in_proportion({"detractor": 8, "passive": 17, "promoter": 83}, 2) == {"promoter": 2}


def test_any_chart_of_a_page_can_be_told(survey):
    page = nps_core.find_attribute_effects(nps_core.Scope(survey)).chart()
    told = build_report(Scope(survey), slides=["chart: 1", "score"], more=[(page, "Plan: Pro")])
    assert told.parts[0].title == page.title
    assert told.parts[0].subtitle == f"{page.subtitle} · Plan: Pro"
    assert told.parts[0].table.heads[0] == "attribute"
    assert told.parts[0].chart is not None


def test_days_before_are_as_many_or_as_many_months():
    day = dt.date
    for since, until, first, last in (
        (day(2026, 4, 1), day(2026, 6, 30), day(2026, 1, 1), day(2026, 3, 31)),
        (day(2026, 1, 1), day(2026, 12, 31), day(2025, 1, 1), day(2025, 12, 31)),
        (day(2026, 1, 1), day(2026, 1, 31), day(2025, 12, 1), day(2025, 12, 31)),
        (day(2026, 3, 5), day(2026, 3, 14), day(2026, 2, 23), day(2026, 3, 4)),
    ):
        now, before = before_as_long(since, until)
        assert (now.since, now.until, before.since, before.until) == (since, until, first, last)


def test_no_character_that_xml_cannot_hold_is_told():
    odd = "\x00\x1b[31m\u202eevil\ufffe name"
    survey = survey_of(pd.DataFrame({"score": [10, 9, 3, 8] * 20, "Plan": [odd, "Pro"] * 40}))
    told = build_report(Scope(survey), slides=["segments: Plan"])
    assert told.parts[0].chart.categories[0] in {"[31mevil name", "Pro"}


def test_what_is_compared_is_inside_a_single_day_that_was_given(survey):
    """Words under a chart say "since 15 Aug": no response before that day may be in its figures."""
    days = survey.responses["date"]
    last = days.max()
    for filters, inside in (
        (
            Filters(since=(last - pd.Timedelta(days=100)).date()),
            days >= last.normalize() - pd.Timedelta(days=100),
        ),
        (Filters(until=dt.date(2025, 8, 10)), days < pd.Timestamp("2025-08-11")),
    ):
        told = build_report(Scope(survey, filters), slides=["trend", "change", "why"], compare=PREVIOUS)
        _, change, why = told.parts
        sides = [dict(zip(change.table.heads, row, strict=True)) for row in change.table.rows[:2]]
        assert filters.words() in change.subtitle
        assert sum(side["responses"] for side in sides) <= int(inside.sum())
        seen = nps_core.find_trend(Scope(survey, filters))  # the report's own keeps its history
        shown = [seen.estimate.n[place] for place in (seen.previous, seen.latest)]
        assert sorted(side["responses"] for side in sides) == sorted(shown)
        assert f"n {sides[0]['responses']:.0f} " in why.subtitle


def test_days_of_one_side_are_not_said_of_both(survey):
    filters = Filters(since=dt.date(2026, 4, 1), until=dt.date(2026, 6, 30), text="price")
    subtitle = build_report(Scope(survey, filters), slides=["change"], compare=PREVIOUS).parts[0].subtitle
    assert subtitle.startswith("1 Apr 2026 to 30 Jun 2026, n ")
    assert "1 Jan 2026 to 31 Mar 2026, n " in subtitle
    assert subtitle.endswith(" · comment contains “price”")


def test_the_table_of_a_theme_through_time_is_in_shares_and_counts(survey, themes):
    trend = nps_core.find_theme_trend(nps_core.Scope(survey), themes, "quarter")
    page = trend.chart(0, "Zero")
    table = build_report(Scope(survey), slides=["chart: 1"], more=[(page, "all responses")]).parts[0].table
    first = dict(zip(table.heads, table.words()[0], strict=True))
    n, of = int(trend.counts[0][0].sum()), int(trend.commented[0])
    low, high = (trend.estimate(0).low[0] / 2 + 50, trend.estimate(0).high[0] / 2 + 50)
    assert first["comments"] == str(n)
    assert first["of comments"] == str(of)
    assert first["share"] == f"{100 * n / of:.0f}%"
    assert [first["share from"], first["share to"]] == [f"{low:.0f}%", f"{high:.0f}%"]
