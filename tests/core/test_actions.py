"""Interventions and stories beside a trend: words true of their figures, and marks on its chart."""

import datetime as dt

import pandas as pd
import pytest
from surveys import survey_of

from nps_core.charts.draw.plotly import EXPORT_SIZE, picture, plotly_figure
from nps_core.scope import Scope
from nps_core.targets.target import Target, with_targets
from nps_core.trends.actions import Action, actions_of
from nps_core.trends.interventions import compare_before_after
from nps_core.trends.result import with_actions
from nps_core.trends.trend import find_trend

DAY = dt.date(2026, 4, 1)


def monthly(levels, n=100):
    """A survey with n responses in each month from January 2024, with these NPS."""
    days, scores = [], []
    for place, nps in enumerate(levels):
        happy = round(n * (1 + nps / 100) / 2)
        days += [f"{2024 + place // 12}-{place % 12 + 1:02}-15"] * n
        scores += [10] * happy + [0] * (n - happy)
    return survey_of(
        pd.DataFrame({"date": days, "score": scores, "Plan": ["Pro", "Starter"] * (len(days) // 2)})
    )


def test_before_and_after_in_words():
    days = {"2026-03-01": ("Pro", (40, 30, 30)), "2026-05-01": ("Pro", (70, 20, 10))}
    rest = {"2026-03-02": ("Starter", (50, 30, 20)), "2026-05-02": ("Starter", (50, 30, 20))}
    rows = [
        {"date": day, "Plan": plan, "score": score}
        for day, (plan, counts) in (days | rest).items()
        for score, count in zip((10, 8, 3), counts, strict=True)
        for _ in range(count)
    ]
    survey = survey_of(pd.DataFrame(rows))
    own, others, beyond = compare_before_after(Scope(survey), DAY, touched=("Plan", ("Pro",))).sentences
    assert own.startswith(
        "Pro: +10 in the 90 days before 1 Apr 2026, +60 in the 32 days from then to the last response (n 100 and 100), a change of"
        " +50 (+"
    )
    assert others.startswith("The others, over the same days: 0 (−")
    assert beyond.startswith("With the change of the others taken out, +50 remains (")


def test_actions_travel_in_a_link_and_nonsense_is_passed_over():
    survey = monthly([40] * 3)
    did = Action(DAY, 'A "new" | name, ü', ("Plan", ("Pro", "Starter")))
    early = Action(dt.date(2024, 1, 5), "")
    texts = [
        did.to_text(),
        early.to_text(),
        "[",
        "[1,2]",
        '["2026-13-01","x"]',
        Action(DAY, "x", ("Nothing", ("y",))).to_text(),
        Action(DAY, "x", ("Plan", ("Gold",))).to_text(),
        "{}",
        "3",
    ]
    assert actions_of(texts, survey) == (early, did)


def test_a_story_is_marked_with_its_levels_its_start_and_its_warnings():
    survey = monthly([40] * 20 + [0] * 2 + [40] * 8)
    chart = find_trend(Scope(survey), "month").chart()
    levels = [mark for mark in chart.marks if mark.kind == "stretch"]
    assert [(mark.name, mark.first, mark.last) for mark in levels] == [
        ("+40", 0.0, 19.5),
        ("0", 19.5, 21.5),
        ("+40", 21.5, 29.0),
    ]
    # Each point of a line stands on its first day; a level reaches half a month beyond those of its ends.
    assert [(mark.since, mark.until) for mark in levels[1:2]] == [("2025-08-17", "2025-10-16")]
    warned = [mark for mark in chart.marks if mark.kind == "alert"]
    assert [mark.name for mark in warned] == ["warning since Sep 2025"]
    assert levels[1].along(30) == (*[None] * 20, 0.0, 0.0, *[None] * 8)


def test_a_slide_is_marked_as_one_line():
    chart = find_trend(Scope(monthly([60 - 2 * place for place in range(24)], n=400)), "month").chart()
    (slide,) = (mark for mark in chart.marks if mark.kind == "stretch")
    assert slide.name == "+60 to +14"
    assert slide.along(24)[::23] == pytest.approx((60, 14), abs=1)


def test_marks_are_drawn_on_a_copy_and_only_inside_the_dates():
    survey = monthly([40] * 20 + [10] * 4)
    scope = Scope(survey)
    plain = find_trend(scope, "month").chart()
    inside, outside = Action(dt.date(2025, 3, 10), "<b>Launch</b>"), Action(dt.date(2031, 1, 1), "Later")
    went = [compare_before_after(scope, action.day) for action in (inside, outside)]
    marked = with_targets(with_actions(plain, [inside, outside], went), [Target("Target", 95)])
    before, after = (plotly_figure(one).layout for one in (plain, marked))
    kinds = [(shape.type, shape.x0) for shape in after.shapes[len(before.shapes) :]]
    assert ("line", "2025-03-10") in kinds
    assert not any("2031" in str(x) for _, x in kinds)
    sides = [mark for mark in marked.marks if mark.kind == "window"]
    assert [(mark.since, mark.until, mark.name) for mark in sides] == [
        ("2024-12-10", "2025-03-09", "+40"),
        ("2025-03-10", "2025-06-07", "+40"),
    ]
    assert [shape.x0 for shape in after.shapes if shape.type == "rect"] == ["2025-08-17"]
    texts = [note.text for note in after.annotations]
    assert "&lt;b&gt;Launch&lt;/b&gt;" in texts
    assert "warning since Sep 2025" in texts
    assert after.yaxis.range[1] > 95
    assert "Launch" in marked.alt
    assert (picture(marked).layout.width, picture(marked).layout.height) == EXPORT_SIZE
    assert with_actions(plain, [outside]) is plain


def test_an_intervention_of_nobody_in_reach_is_said():
    survey = monthly([40] * 3)
    said = compare_before_after(Scope(survey), DAY).sentences
    assert said == ("There are no responses in the 90 days before 1 Apr 2026: nothing to compare.",)
