"""Alerts and interventions: words true of their figures, and marks on the chart."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core.charts.draw.plotly import EXPORT_SIZE, picture, plotly_figure
from nps_core.compare.difference import difference
from nps_core.scope import Scope
from nps_core.score.estimate import estimate
from nps_core.targets.marks import with_targets
from nps_core.targets.target import Target
from nps_core.trends.alerts import Action, actions_of
from nps_core.trends.interventions import (
    BeforeAfter,
    Intervention,
    compare_before_after,
    difference_in_differences,
    who_of,
)
from nps_core.trends.marks import with_actions, with_alerts
from nps_core.trends.trend import find_trend
from nps_core.trends.watch import watch_trend

COUNTS = st.tuples(*[st.integers(0, 200)] * 3)
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


def test_a_quiet_trend_has_no_alert_and_says_since_when():
    quiet = watch_trend(Scope(monthly([40] * 24)))
    assert (
        " ".join(quiet.sentences)
        == "No alert: no lasting fall below the baseline of +40, learned from the first 12 months, in the 12"
        " months since Jan 2025."
    )


def test_an_alert_that_stands_says_since_when_and_how_deep():
    falling = watch_trend(Scope(monthly([40] * 20 + [10] * 4)))
    said = " ".join(falling.sentences)
    assert said.startswith(("Early warning: since Sep 2025 (raised in ", "Early warning: in Sep 2025"))
    assert "30 points below the baseline of +40" in said
    assert "The alert stands. By chance one comes about once in 60 months" in said


def test_an_alert_that_is_over_is_told_with_its_end():
    over = watch_trend(Scope(monthly([40] * 14 + [0] * 2 + [80] * 8)))
    said = " ".join(over.sentences)
    assert said.startswith("No alert stands. The last one is over:")
    assert said.endswith(f"until {over.trend.labels[over.alerts[-1].ended]}.")


@pytest.mark.parametrize("levels", [[], [40], [40] * 5, [40] * 11])
def test_too_little_to_watch_is_said(levels):
    said = " ".join(
        watch_trend(Scope(monthly(levels) if levels else survey_of(pd.DataFrame({"score": [9]})))).sentences
    )
    assert said.startswith("No early warning yet")
    assert "nan" not in said


def made(before, after, others=None, *, touched=("Plan", ("Pro",))):
    def side(a, b):
        first, second = estimate(*a), estimate(*b)
        return BeforeAfter(first, second, difference(second, first))

    own = side(before, after)
    rest = side(*others) if others else None
    beyond = difference_in_differences(own, rest) if rest else None
    return Intervention(DAY, 90, own, rest, beyond, who_of(touched))


@settings(deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_no_sentence_claims_what_its_interval_does_not_show(a, b, c, d):
    found = made(a, b, (c, d))
    said = found.sentences
    change = found.touched.change
    assert ("more than chance explains" in said[0]) == bool(change.low > 0 or change.high < 0)
    if len(said) > 1:
        assert ("beyond chance (" not in said[1] and "(" in said[1]) == bool(
            found.others.change.beyond_chance
        )
        assert ("beyond chance." in said[2]) == bool(found.beyond_others.beyond_chance)
    text = " ".join(said)
    assert "nan" not in text
    assert not any(word in text for word in ("because", "caused", "thanks to"))


def test_before_and_after_in_words():
    found = made((40, 30, 30), (70, 20, 10), ((50, 30, 20), (50, 30, 20)))
    own, others, beyond = found.sentences
    assert own.startswith(
        "Pro: +10 in the 90 days before, +60 in as many from then on (n 100 and 100). Up 50 points"
    )
    assert others.startswith("The others, over the same days: no change beyond chance (0, ")
    assert beyond.startswith("With the change of the others taken out, +50 remains (")
    empty = made((0, 0, 0), (70, 20, 10)).sentences
    assert empty == ("There are no responses of Pro in the 90 days before 1 Apr 2026: nothing to compare.",)


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


def test_marks_are_drawn_on_a_copy_and_only_inside_the_dates():
    survey = monthly([40] * 20 + [10] * 4)
    found, watch = find_trend(Scope(survey), "month"), watch_trend(Scope(survey))
    plain = found.chart(subtitle="s", source="Source.")
    inside, outside = Action(dt.date(2025, 3, 10), "<b>Launch</b>"), Action(dt.date(2031, 1, 1), "Later")
    marked = with_targets(with_actions(with_alerts(plain, watch), [inside, outside]), [Target("Target", 95)])
    before, after = (plotly_figure(one).layout for one in (plain, marked))
    kinds = [(shape.type, shape.x0) for shape in after.shapes[len(before.shapes) :]]
    assert ("line", "2025-03-10") in kinds
    assert not any("2031" in str(x) for _, x in kinds)
    assert [x for kind, x in kinds if kind == "rect"] == [str(found.starts[watch.alerts[0].since])]
    texts = [note.text for note in after.annotations]
    assert "&lt;b&gt;Launch&lt;/b&gt;" in texts
    assert "alert since Sep 2025" in texts
    assert after.yaxis.range[1] > 95
    assert "Launch" in marked.alt
    assert (picture(marked).layout.width, picture(marked).layout.height) == EXPORT_SIZE
    assert with_actions(plain, [outside]) is plain
    assert np.isfinite(watch.baseline)


def test_an_intervention_of_nobody_in_reach_is_said():
    survey = monthly([40] * 3)
    said = compare_before_after(Scope(survey), DAY).sentences
    assert said == ("There are no responses in the 90 days before 1 Apr 2026: nothing to compare.",)
