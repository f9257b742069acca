"""What a report says of CSAT and CES: the figures of the page about drivers."""

from dataclasses import replace

import numpy as np
from stories import frame_of
from surveys import survey_of

from nps_core import build_report, find_drivers
from nps_core.drivers.result import drivers_title
from nps_core.report.formats import write_report
from nps_core.scope import Scope
from nps_core.survey import Measure


def measured():
    frame = frame_of(400, comment=None)
    rng = np.random.default_rng(3)
    frame["Ease"] = np.clip(frame["score"] // 2 + rng.integers(0, 2, len(frame)), 1, 5)
    frame["Help"] = rng.integers(1, 6, len(frame))
    return survey_of(frame, measures=(Measure("Ease", "csat", 1, 5), Measure("Help", "ces", 1, 5)))


def test_what_goes_with_the_score():
    survey = measured()
    part = build_report(Scope(survey), slides=["drivers"]).parts[0]
    found = find_drivers(Scope(survey))
    assert part.title == drivers_title(found, ())
    expected = sorted((float(one.effect.points) for one in found), reverse=True)
    assert list(part.chart.series[0].values) == expected
    assert part.chart.categories[0] == "Ease"
    assert "cause" in " ".join(part.notes)
    # The slide shows the chart of the page, under its own words.
    assert part.subtitle == found.chart().subtitle


def test_every_format_can_draw_it():
    told = build_report(Scope(measured()), slides=["drivers", "measures"])
    for ending in ("pptx", "xlsx", "html", "pdf"):
        assert write_report(told, ending).data


def test_where_all_answer_alike_there_is_nothing_to_compare_and_the_file_is_still_made():
    """As under a filter that leaves few responses: an effect needs somebody at the good end and somebody who is not."""
    survey = measured()
    alike = survey.responses["Ease"].notna() & (survey.responses["score"] >= 9)
    few = survey.responses[alike].iloc[:3].assign(Ease=5.0, Help=5.0)
    survey = replace(survey, responses=few.reset_index(drop=True), digest="1" * 64)
    told = build_report(Scope(survey), slides=["drivers", "measures"])
    assert [part.key for part in told.parts] == ["measures"]
    assert "nothing can be said about what goes with the score" in told.left_out[0]
    page = find_drivers(Scope(survey)).chart()
    collected = build_report(Scope(survey), slides=["chart: 1"], more=[(page, "all responses")])
    for ending in ("pptx", "xlsx", "html", "pdf"):
        assert write_report(collected, ending).data


def test_without_such_a_question_it_is_said():
    told = build_report(Scope(survey_of(frame_of(60, comment=None))), slides=["drivers"])
    assert told.parts == ()
    assert told.left_out == (
        "No CSAT or CES question was read, so nothing can be said about what goes with the score.",
    )
