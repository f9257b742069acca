"""What a report says of CSAT and CES: the figures of the page about drivers."""

import numpy as np
from stories import frame_of
from surveys import survey_of

from nps_core import Filters, drivers, drivers_title, story
from nps_core.report import build
from nps_core.survey import Measure


def measured():
    frame = frame_of(400, comment=None)
    rng = np.random.default_rng(3)
    frame["Ease"] = np.clip(frame["score"] // 2 + rng.integers(0, 2, len(frame)), 1, 5)
    frame["Help"] = rng.integers(1, 6, len(frame))
    return survey_of(frame, measures=(Measure("Ease", "csat", 1, 5), Measure("Help", "ces", 1, 5)))


def test_what_goes_with_the_score():
    survey = measured()
    part = story(survey, Filters(), slides=["drivers"]).parts[0]
    found = drivers(survey, Filters())
    assert part.title == drivers_title(found, ())
    expected = sorted((float(one.effect.points) for one in found), reverse=True)
    assert list(part.plot.series[0].values) == expected
    assert part.plot.categories[0] == "Ease"
    assert "cause" in " ".join(part.notes)


def test_every_format_can_draw_it():
    told = story(measured(), Filters(), slides=["drivers", "measures"])
    for ending in ("pptx", "xlsx", "html", "pdf"):
        assert build(told, ending).data


def test_without_such_a_question_it_is_said():
    told = story(survey_of(frame_of(60, comment=None)), Filters(), slides=["drivers"])
    assert told.parts == ()
    assert told.left_out == (
        "The file has no CSAT or CES question, so nothing can be said about what goes with the score.",
    )
