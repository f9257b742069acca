"""How small a difference could show, and small segments drawn towards the mean: in words that are true."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from surveys import survey_of

from nps_core import build_report, overview
from nps_core.charts.draw.plotly import plotly_figure
from nps_core.report.builder import slide_choices
from nps_core.scope import Scope
from nps_core.segments.result import visible_differences
from nps_core.segments.segments import find_segments, shrink_segments, shrinkage_sentence
from nps_core.survey import Measure


def plans(**counts):
    rows = [
        {"score": score, "plan": None if label == "none" else label}
        for label, groups in counts.items()
        for score, count in zip((10, 8, 2), groups, strict=True)
        for _ in range(count)
    ]
    return find_segments(Scope(survey_of(pd.DataFrame(rows))), "plan")


def test_what_each_segment_could_show():
    found = plans(small=(10, 5, 5), large=(300, 200, 100), none=(5, 5, 5))
    smallest = dict(zip(found.labels, visible_differences(found), strict=True))
    # Either value against the other is one test with .5 of the risk, so it is held to 2.5 %; each side has
    # its own spread.
    error = np.sqrt((15 / 20 - (5 / 20) ** 2) / 19 + (400 / 600 - (200 / 600) ** 2) / 599)
    expected = 100 * (norm.isf(0.05 * 0.5 / 2) + norm.isf(0.2)) * error
    assert smallest["small"] == pytest.approx(expected)
    assert np.isnan(smallest["(no value)"])
    said = found.detectable
    assert said.startswith(
        f"Each would show a difference of {int(np.ceil(expected))} points from the others with a value four times"
        " in five."
    )
    assert said.endswith(" A difference of less than seven tenths of that would more often be missed.")
    three = plans(small=(10, 5, 5), middle=(60, 40, 20), large=(300, 200, 100)).detectable
    assert three.startswith("“small” (n 20) would show a difference of ")
    assert ", “large” (n 600) one of " in three


def test_more_without_a_value_than_with_one():
    smallest = visible_differences(plans(small=(3, 1, 1), large=(4, 2, 1), none=(40, 20, 10)))
    assert np.isnan(smallest[2])
    assert np.isfinite(smallest[:2]).all()


def test_too_few_and_one_alone_have_words():
    assert "None of these segments" in plans(a=(1, 0, 0), b=(0, 0, 1)).detectable
    one_small = plans(a=(1, 0, 0), b=(40, 20, 20), c=(30, 20, 30))
    assert "“a” (n 1) could show no difference at all" in one_small.detectable
    assert "nothing that could differ" in plans(a=(5, 5, 5)).detectable


def test_small_segments_are_drawn_further():
    found = plans(a=(60, 20, 20), b=(20, 40, 40), c=(4, 1, 0), none=(3, 0, 0))
    calmed = shrink_segments(found)
    at = dict(zip(found.labels, range(4), strict=True))
    assert calmed.weight[at["c"]] < min(calmed.weight[at["a"]], calmed.weight[at["b"]])
    assert calmed.mean < calmed.nps[at["c"]] < found.estimate.nps[at["c"]]
    assert np.isnan(calmed.nps[at["(no value)"]])
    assert "“c” (n 5) keeps" in shrinkage_sentence(found, calmed)
    chart = found.chart(calmed=calmed)
    assert plotly_figure(chart).data[-1].marker.symbol == "diamond-open"
    assert chart.table["towards_mean"].dropna().is_monotonic_decreasing
    assert "towards_mean" not in found.chart().table


def test_where_chance_explains_all_it_is_said():
    found = plans(a=(50, 30, 20), b=(5, 3, 2))
    assert shrinkage_sentence(found, shrink_segments(found)).startswith(
        "Diamonds: chance explains all that these segments differ by"
    )


def test_the_name_of_a_column_stands_in_a_title_as_people_read_it():
    """Filters keep the column's own name, and so does what follows a click on them."""
    rng = np.random.default_rng(1)
    n = 1200
    admin, date = rng.choice(["yes", "no"], n), np.datetime64("2024-10-01") + rng.integers(0, 729, n)
    score = rng.integers(5, 11, n) - 2 * (admin == "no") + (date >= np.datetime64("2025-10-01"))
    columns = {"is_admin": admin, "Customer_Type": rng.choice(["A", "B"], n), "ease_of_use": score // 2}
    frame = pd.DataFrame({"score": np.clip(score, 0, 10), "date": date, **columns})
    scope = Scope(survey_of(frame, measures=(Measure("ease_of_use", "csat", 1, 5),)))
    found = overview(scope)
    assert found.sentences[-1].startswith("Is admin “no” scores ")
    assert {one.attribute for one in found.standouts} == {"is_admin"}
    story = build_report(scope, slides=[choice.key for choice in slide_choices(scope.survey)])
    for part in story.parts:
        said = (part.title, part.subtitle, *part.bullets, *part.notes)
        assert not [
            text for text in said if any(name in text.casefold() for name in ("is_ad", "mer_ty", "se_of"))
        ]
    part = build_report(scope.with_filters(attributes=(("is_admin", ("no",)),)), slides=["score"]).parts[0]
    assert "is_admin: no" in part.subtitle
