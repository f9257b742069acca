"""A deck by worth: the strongest true finding first, evidence by weight, what does not differ in a line."""

import datetime as dt
import io
from functools import cache

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation
from surveys import survey_of

import nps_core
from nps_core import Filters, build_report
from nps_core.charts.draw.text_width import LINE, wrap
from nps_core.charts.spec import Mark
from nps_core.report.builder import usual_slides
from nps_core.report.context import ReportContext
from nps_core.report.deck import deck
from nps_core.report.findings import before_as_long, year_before
from nps_core.report.sections import within_chance
from nps_core.scope import Scope
from nps_core.segments.segments import is_scale, segment_attributes
from nps_core.survey import Measure

Q3 = Filters(since=dt.date(2026, 7, 1), until=dt.date(2026, 9, 30))


@cache
def risen():
    """Two years that rise by thirty points half-way, a plan that scores low, a rating, and regions that are alike."""
    rng = np.random.default_rng(3)
    n = 4000
    date = np.datetime64("2024-10-01") + rng.integers(0, 729, n)
    plan = rng.choice(["Pro", "Starter", "Team"], n)
    score = rng.integers(5, 11, n) - (plan == "Starter") * 2 + (date >= np.datetime64("2025-10-01"))
    score = np.clip(score, 0, 10)
    frame = pd.DataFrame(
        {
            "score": score,
            "date": date,
            "Plan": plan,
            "Region": rng.choice(["North", "South"], n),
            "How easy was it": np.clip(score // 2, 1, 5).astype(str),
        }
    )
    return survey_of(frame)


@cache
def level():
    """Nothing moves and nobody stands apart."""
    rng = np.random.default_rng(4)
    n = 1200
    date = np.datetime64("2025-01-01") + rng.integers(0, 700, n)
    frame = {"score": rng.integers(0, 11, n), "date": date, "Plan": rng.choice(["Pro", "Team"], n)}
    return survey_of(pd.DataFrame(frame))


def test_the_first_slide_is_the_story_as_on_screen():
    scope = Scope(risen())
    told = build_report(scope)
    first = told.parts[0]
    assert first.key == "answer"
    assert first.title == nps_core.overview(scope).story.title
    assert first.title.startswith("Up ")


def test_beside_the_score_of_all_stand_the_latest_period_the_one_before_and_a_year_before():
    trend = nps_core.find_trend(Scope(risen()))
    whole, now, before, year = build_report(Scope(risen()), slides=["answer"]).parts[0].standing
    for one, place in ((now, trend.latest), (before, trend.previous), (year, trend.latest - 4)):
        assert float(one.score.nps) == pytest.approx(float(trend.estimate.nps[place]), abs=1e-12)
        assert one.score.n == trend.estimate.n[place]
    assert (now.label, before.label, year.label) == ("Q3 2026", "Q2 2026", "Q3 2025")
    assert [one.role for one in (whole, now, before, year)] == ["over all", "", "before", "a year before"]
    assert whole.score.n == 4000


def test_a_period_with_nothing_before_it_does_not_stand_in_the_place_of_all():
    """38 responses of a week and one of the next: the large figure is that which the title has, of all."""
    days = ["2019-11-01"] * 38 + ["2019-11-04"]
    survey = nps_core.read_survey(
        "\n".join(["Date,NPS", *(f"{day},{n % 11}" for n, day in enumerate(days))]).encode(), name="two.csv"
    )
    (one,) = build_report(Scope(survey), slides=["answer"]).parts[0].standing
    assert (one.label, one.score.n) == ("all responses", 39)


def test_under_days_the_trend_keeps_its_history_and_the_days_are_marked():
    told = build_report(Scope(risen(), Q3), slides=["answer", "trend", "score"])
    answer, trend, score = told.parts
    assert answer.title.startswith("Up "), "the story of the whole span, not that of three months"
    assert [(one.role, one.label) for one in answer.standing] == [
        ("", "Q3 2026"),
        ("before", "Q2 2026"),
        ("a year before", "Q3 2025"),
    ]
    assert answer.standing[0].score.n == Scope(risen(), Q3).n
    assert trend.chart.categories[0] == "Q4 2024"
    days = [mark for mark in trend.chart.marks if mark.kind == "days"]
    assert [(mark.name, mark.since, mark.until) for mark in days] == [("Q3 2026", "2026-07-01", "2026-09-30")]
    assert isinstance(days[0], Mark)
    assert trend.subtitle.count("2026") == 1, "the period once"
    assert score.title.startswith("Q3 2026: ")


def test_at_most_five_findings_each_with_room_and_the_rest_in_a_line():
    found = build_report(Scope(risen()), slides=["summary"]).parts[0]
    assert found.table.heads == ("", "finding", "so what", "owner")
    assert 2 <= len(found.table.rows) <= 5
    assert all(row[2:] == ("", "") for row in found.table.rows)
    assert "Plan “Starter”" in found.table.rows[1][1]
    assert found.bullets == ("Looked at, and no finding: Region.",)


def test_findings_are_those_of_the_ledger_alone():
    context = ReportContext(Scope(risen()))
    apart = {one.attribute for one in context.overview.standouts}
    segments = {one.part.partition(": ")[2] for one in context.findings if one.part.startswith("segments")}
    assert segments <= apart
    assert not ReportContext(Scope(level())).findings


def test_where_nothing_stands_apart_the_score_leads_and_no_slide_repeats_that():
    scope = Scope(level())
    keys = usual_slides(scope)
    assert not {"summary", "why"} & set(keys)
    assert not [key for key in keys if key.startswith("segments")]
    told = build_report(scope, slides=keys)
    assert told.parts[0].title == nps_core.overview(scope).title
    assert any("no finding: Plan" in text for text in told.parts[0].bullets)
    assert sum("beyond chance" in part.title for part in told.parts) <= 1


@pytest.mark.parametrize(("answers", "named"), [(4, False), (40, True)])
def test_questions_that_too_few_answered_were_not_looked_at(answers, named):
    """Some at the good end and as many at the other; below five on a side nothing is tested."""
    asked = [5, 1] * answers
    frame = {"score": [10, 3, 8, 9] * 50, "Asked": asked + [np.nan] * (200 - len(asked))}
    frame["score"][: len(asked)] = [10, 10, 3, 3] * (answers // 2)
    survey = survey_of(pd.DataFrame(frame), measures=(Measure("Asked", "csat", 1, 5),))
    said = within_chance(ReportContext(Scope(survey)))
    assert said == (("Looked at, and no finding: the questions of satisfaction.",) if named else ())


def test_ratings_make_no_segments():
    """Neither on Summary nor in a report, so that both say the same; where it is asked for, it is shown."""
    scope = Scope(risen())
    assert scope.survey.attributes == ("Plan", "Region", "How easy was it")
    assert segment_attributes(scope.survey) == ["Plan", "Region"]
    assert {one.attribute for one in nps_core.overview(scope).standouts} == {"Plan"}
    assert "segments: How easy was it" not in usual_slides(scope)
    why = build_report(Scope(risen(), Q3), slides=["why"], compare="previous").parts[0]
    assert "by How easy" not in why.subtitle
    assert len(nps_core.find_segments(scope, "How easy was it")) == 5


NUMBERED = [
    ("Service", lambda score: 1 + score // 3, False),
    ("Complaints", lambda score: 10 - score, True),
    ("Branch", lambda score: 1 + np.arange(len(score)) % 4, True),
    ("Branch", lambda score: np.where(score < 5, 2, 1 + np.arange(len(score)) % 3), True),
    ("How did you like the food?", lambda score: 1 + np.arange(len(score)) % 4, False),
]


@pytest.mark.parametrize(
    ("values", "held"),
    [
        (["1", "2", "3"], True),
        (["0.0", "5.0", "10.0", "(no value)"], True),
        (["1", "2", "3", "N/A"], True),
        (["1", "2"], False),
        (["2024", "2025", "2026"], False),
        (["Pro", "Team", "3"], False),
    ],
)
def test_a_scale_is_three_or_more_answers_from_0_to_10(values, held):
    assert is_scale(values) is held


@pytest.mark.parametrize(("name", "numbers", "held"), NUMBERED)
def test_numbers_are_ratings_where_the_score_rises_with_them(name, numbers, held):
    """What a question asks is a rating anyhow; branches, quarters and counts are segments as they were."""
    score = np.tile(np.arange(11), 30)
    survey = survey_of(pd.DataFrame({"score": score, name: numbers(score).astype(str)}))
    assert (segment_attributes(survey) == [name]) is held


def test_what_sets_the_same_people_apart_twice_is_said_once():
    """A plan and its code: one finding, and the other is not said to be none."""
    survey = risen()
    frame = survey.responses[["score", "date", "Plan", "Region"]].copy()
    frame["Code"] = frame["Plan"].astype(str).str[:1]
    scope = Scope(survey_of(frame))
    assert {one.attribute for one in nps_core.find_standouts(scope)} == {"Plan", "Code"}
    found = nps_core.overview(scope).standouts
    assert {one.attribute for one in found} == {"Plan"}
    assert len(found) == len(nps_core.overview(Scope(survey)).standouts)
    part = build_report(scope, slides=["summary"]).parts[0]
    assert part.bullets == ("Looked at, and no finding: Region.",)
    assert sum("scores" in row[1] for row in part.table.rows) == 1


def test_drivers_and_satisfaction_have_slides_where_the_file_has_them(shared):
    file = shared / "surveys" / "real" / "insurer_cx_items.csv"
    if not file.exists():
        pytest.skip("needs the surveys of others")
    scope = Scope(nps_core.read_survey(file))
    keys = usual_slides(scope)
    assert {"drivers", "measures"} <= set(keys)
    title = build_report(scope, slides=["answer"]).parts[0].title
    assert "satclaims" not in title, "a question that goes against the score is no finding"


@pytest.mark.parametrize(
    ("since", "until", "label"),
    [
        ((2026, 7, 1), (2026, 9, 30), "1 Jul 2025 to 30 Sep 2025"),
        ((2024, 2, 1), (2024, 2, 29), "1 Feb 2023 to 28 Feb 2023"),
        ((2024, 2, 29), (2024, 3, 10), "28 Feb 2023 to 10 Mar 2023"),
        ((2025, 2, 1), (2025, 2, 28), "1 Feb 2024 to 29 Feb 2024"),
    ],
)
def test_the_same_days_a_year_before(since, until, label):
    assert year_before(dt.date(*since), dt.date(*until)).label == label
    now, before = before_as_long(dt.date(*since), dt.date(*until))
    assert before.until < now.since


def test_a_long_title_of_the_first_slide_stays_in_its_place():
    title = "¿Usaste el paquete tidyverse para aprender R? “No sé lo que es” scores 39 points below the others with a value"
    told = build_report(Scope(risen()), slides=["answer"], titles={"answer": title})
    shape = Presentation(io.BytesIO(deck(told).data)).slides[0].shapes.title
    size = shape.text_frame.paragraphs[0].runs[0].font.size
    assert size is not None, "the size that was measured is the size that is drawn"
    lines = wrap(shape.text_frame.text, shape.width / 12700, size.pt, bold=True)
    assert len(lines) * size.pt * LINE <= shape.height / 12700
