"""What goes with the score: words that are true of the figures and name no cause."""

from dataclasses import replace

import numpy as np
import pandas as pd
from surveys import survey_of

from nps_core.charts.draw.plotly import picture, plotly_figure
from nps_core.charts.draw.plotly_parts import lines_of
from nps_core.charts.spec import ACCENT, QUIET
from nps_core.drivers.drivers import find_attribute_effects, find_drivers
from nps_core.drivers.result import AttributeEffects, Drivers, drivers_title
from nps_core.scope import Scope
from nps_core.survey import Measure

MEASURES = (Measure("Overall", "csat", 1, 5), Measure("Noise", "csat", 1, 5), Measure("Nobody", "ces", 1, 7))


def survey(effect):
    rng = np.random.default_rng(11)
    n = 800
    score = rng.choice([10, 8, 3], n)
    told = np.where(score == 10, 5, 2) if effect else rng.integers(1, 6, n)
    plan = np.where(score == 10, "Pro", "Starter") if effect else rng.choice(["Pro", "Starter"], n)
    frame = pd.DataFrame(
        {
            "score": score,
            "Overall": told,
            "Noise": rng.integers(1, 6, n),
            "Nobody": [np.nan] * n,
            "Plan": plan,
        }
    )
    return survey_of(frame, measures=MEASURES)


def test_what_goes_with_the_score_is_named_with_its_figures():
    found, spreads = (
        find_drivers(Scope(survey(effect=True))),
        find_attribute_effects(Scope(survey(effect=True))),
    )
    assert drivers_title(found, spreads) == "“Overall” goes with the score most"
    said = found.sentences
    assert said[0].startswith("“Overall”: those at its good end score ")
    assert drivers_title((), spreads) == "The score differs most by “Plan”"
    assert "“Starter” lowest, “Pro” highest" in " ".join(spreads.sentences)


def test_what_chance_explains_is_not_named():
    found, spreads = (
        find_drivers(Scope(survey(effect=False))),
        find_attribute_effects(Scope(survey(effect=False))),
    )
    assert drivers_title(found, spreads) == "Nothing that was asked goes with the score beyond chance"
    assert found.sentences == ("None of the questions goes with the score by more than chance explains.",)
    assert " ".join(spreads.sentences).startswith("The segments of no attribute differ")
    colours = plotly_figure(found.chart()).data[-1].marker.color
    assert QUIET in colours
    assert ACCENT not in colours


def test_no_word_of_cause_and_no_nan():
    for effect in (True, False):
        found, spreads = (
            find_drivers(Scope(survey(effect=effect))),
            find_attribute_effects(Scope(survey(effect=effect))),
        )
        charts = found.chart(), spreads.chart()
        notes = " ".join(note.text for chart in charts for note in plotly_figure(chart).layout.annotations)
        text = " ".join([drivers_title(found, spreads), *found.sentences, *spreads.sentences, notes])
        assert not any(word in text for word in ("cause", "because", "lift", "improve", "due to", "nan"))


def test_a_question_that_nobody_answered_is_in_the_table_and_not_on_the_chart():
    chart = find_drivers(Scope(survey(effect=True))).chart()
    assert set(chart.table["question"]) == {"Overall", "Noise", "Nobody"}
    *lines, dots = plotly_figure(chart).data
    assert len(dots.x) == 2
    # Each dot has its upright interval.
    for trace, points in zip(lines, dots.y, strict=True):
        assert trace.y[0] < points < trace.y[1]
    assert picture(chart).layout.title.text == "“Overall” goes with the score most"


def test_nothing_to_set_beside_the_score():
    bare = survey_of(pd.DataFrame({"score": [10, 9, 3]}))
    assert (
        drivers_title(find_drivers(Scope(bare)), find_attribute_effects(Scope(bare)))
        == "This file has nothing to set beside the score"
    )
    assert Drivers().sentences == ()
    assert " ".join(AttributeEffects().sentences) == ""
    assert plotly_figure(Drivers().chart()).layout.height
    assert plotly_figure(AttributeEffects().chart()).layout.height


def test_a_question_of_hostile_words_is_inert():
    assert "<b>" not in lines_of("<b>bold</b> & <a href='x'>link</a>", 17)
    assert len(lines_of("How satisfied are you with our support team overall", 17).split("<br>")) == 2


def test_a_name_does_not_stand_on_the_interval_of_another_question():
    found = find_drivers(Scope(survey(effect=True)))
    base = next(one for one in found if one.column == "Overall")
    low, high = base.effect.low, base.effect.high

    def at(name, place):
        return replace(base, column=name, performance=place)

    chart = Drivers([at("First", 80.0), at("Second", 84.0)]).chart()
    notes = plotly_figure(chart).layout.annotations
    sides = {note.text: note.xanchor for note in notes}
    # Both lie in the right half, where names go to the left; that of the second would cross the line of the first.
    assert low < high
    assert sides["First"] == "right"
    assert sides["Second"] == "left"


def test_of_many_attributes_those_furthest_apart_are_drawn_and_the_table_keeps_all():
    rng = np.random.default_rng(5)
    score = rng.choice([10, 8, 3], 300)
    told = {f"Question {place}": rng.choice(["a", "b"], 300) for place in range(40)}
    frame = pd.DataFrame(
        {"score": score, "Which plan are you on at the moment?": np.where(score == 10, "Pro", "Free"), **told}
    )
    chart = find_attribute_effects(Scope(survey_of(frame))).chart()
    names = list(plotly_figure(chart).layout.yaxis.ticktext)
    assert len(names) == 30
    assert names[0] == "Which plan are you on <br>at the moment? "
    assert "The first 30 of 41 attributes are drawn." in chart.source
    assert len(chart.table) == 41
