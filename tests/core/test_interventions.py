import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nps_core.errors import FilterError
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.difference import difference
from nps_core.trends.interventions import compare_before_after
from tests.core.surveys import survey_of

DAY = dt.date(2026, 3, 1)


def survey_from(cells):
    """{(plan, day): (promoters, passives, detractors)}."""
    rows = [
        {"score": score, "date": day, "plan": plan}
        for (plan, day), counts in cells.items()
        for score, count in zip((10, 8, 3), counts, strict=True)
        for _ in range(count)
    ]
    return survey_of(pd.DataFrame(rows))


CELLS = {
    ("Pro", "2026-02-28"): (50, 30, 20),
    ("Pro", "2026-03-01"): (70, 20, 10),
    ("Free", "2026-02-01"): (40, 40, 20),
    ("Free", "2026-04-01"): (45, 35, 20),
    ("Free", "2025-01-01"): (0, 0, 50),  # outside of both windows
}


def test_the_day_itself_is_after():
    found = compare_before_after(Scope(survey_from(CELLS)), DAY, touched=("plan", ("Pro",)))
    assert found.touched.before.groups == CELLS["Pro", "2026-02-28"]
    assert found.touched.after.groups == CELLS["Pro", "2026-03-01"]
    assert found.others.before.groups == CELLS["Free", "2026-02-01"]
    assert found.touched.change.points == 30
    assert found.beyond_others.points == pytest.approx(25)


def test_for_everybody_there_are_no_others():
    found = compare_before_after(Scope(survey_from(CELLS)), DAY)
    assert found.touched.before.groups == (90, 70, 40)
    assert found.others is found.beyond_others is None
    all_plans = compare_before_after(
        Scope(survey_from(CELLS)), DAY, touched=("plan", ("Pro", "Free", "(no value)"))
    )
    assert all_plans.others is None


def test_filters_hold_and_their_dates_give_way():
    filters = Filters(dt.date(2020, 1, 1), dt.date(2020, 2, 1), attributes=(("plan", ("Free",)),))
    found = compare_before_after(Scope(survey_from(CELLS), filters), DAY)
    assert found.touched.after.groups == CELLS["Free", "2026-04-01"]


def test_those_it_was_meant_for_are_those_that_the_filters_leave():
    """Under "plan: Pro" no response of another plan is counted, whomever the action was meant for."""
    survey = survey_from({**CELLS, ("Team", "2026-02-20"): (9, 0, 0), ("Team", "2026-03-20"): (0, 0, 9)})
    pro = Filters().with_attribute("plan", ["Pro", "Free"])
    both = compare_before_after(Scope(survey, pro), DAY, touched=("plan", ("Pro", "Team")))
    assert both.touched.before.groups == CELLS["Pro", "2026-02-28"]
    assert both.touched.after.groups == CELLS["Pro", "2026-03-01"]
    assert both.others.after.groups == CELLS["Free", "2026-04-01"]
    nobody = compare_before_after(Scope(survey, pro), DAY, touched=("plan", ("Team",)))
    assert nobody.touched.before.n == nobody.touched.after.n == 0
    assert nobody.others.before.n == 200
    (said,) = nobody.sentences
    assert said.startswith("There are no responses of Team")


def test_windows_have_their_days():
    survey = survey_from({("Pro", "2026-02-27"): (1, 0, 0), ("Pro", "2026-03-03"): (0, 0, 1)})
    near, far = (compare_before_after(Scope(survey), DAY, days=days).touched for days in (2, 3))
    assert (near.before.n, near.after.n) == (1, 0)
    assert (far.before.n, far.after.n) == (1, 1)
    assert np.isnan(near.change.points)


def test_difference_in_differences_of_no_others_to_speak_of_is_the_change():
    # With many steady others, what is left is the change itself.
    cells = CELLS | {("Free", "2026-02-01"): (20_000, 20_000, 10_000)}
    cells["Free", "2026-04-01"] = cells["Free", "2026-02-01"]
    found = compare_before_after(Scope(survey_from(cells)), DAY, touched=("plan", ("Pro",)))
    alone = difference(CELLS["Pro", "2026-03-01"], CELLS["Pro", "2026-02-28"])
    assert found.beyond_others.low == pytest.approx(alone.low, abs=0.2)
    assert found.beyond_others.p_value == pytest.approx(alone.p_value, rel=0.2)


def test_p_value_and_interval_agree():
    found = compare_before_after(Scope(survey_from(CELLS)), DAY, touched=("plan", ("Pro",)))
    p_value = found.beyond_others.p_value
    edge = compare_before_after(
        Scope(survey_from(CELLS)), DAY, touched=("plan", ("Pro",)), level=1 - p_value
    ).beyond_others
    assert edge.low == pytest.approx(0, abs=1e-5)
    swapped = compare_before_after(Scope(survey_from(CELLS)), DAY, touched=("plan", ("Free",))).beyond_others
    assert swapped.p_value == pytest.approx(p_value, rel=1e-6)
    assert swapped.high == pytest.approx(-found.beyond_others.low, abs=1e-9)


def test_no_others_in_the_windows_is_an_answer():
    cells = {key: counts for key, counts in CELLS.items() if key[0] == "Pro" or key[1] < "2026"}
    found = compare_before_after(Scope(survey_from(cells)), DAY, touched=("plan", ("Pro",)))
    assert np.isnan(found.beyond_others.points)
    assert not found.beyond_others.beyond_chance


def test_what_the_survey_does_not_have_is_named():
    with pytest.raises(FilterError, match="“Gold”"):
        compare_before_after(Scope(survey_from(CELLS)), DAY, touched=("plan", ("Gold",)))
    with pytest.raises(ValueError, match="at least one day"):
        compare_before_after(Scope(survey_from(CELLS)), DAY, days=0)
