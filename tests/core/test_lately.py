"""A segment that no longer differs since the NPS changed is said to: what was mended is told as mended."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

from nps_core import Filters, Scope, build_report, find_standouts, overview, read_survey
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import with_lately

SAMPLE = Path(__file__).parents[2] / "data" / "sample_survey.csv"
MONTHS, EACH, MENDED = 20, 120, 12


def frame(after, seed=3):
    """A third of the responses are of plan A, 60 points below the others until it was mended, or not."""
    random = np.random.default_rng(seed)
    months = np.repeat(np.arange(MONTHS), EACH)
    plan = np.where(random.random(len(months)) < 1 / 3, "A", "B")
    up = np.where(plan == "B", 0.7, np.where(months < MENDED, 0.3, after))
    dates = [dt.date(2024 + m // 12, m % 12 + 1, 5 + i % 20) for i, m in enumerate(months)]
    return pd.DataFrame(
        {"score": np.where(random.random(len(months)) < up, 10, 3), "date": dates, "Plan": plan}
    )


def nps_by_plan(rows):
    return {
        plan: 100 * ((own >= 9).mean() - (own <= 6).mean()) for plan, own in rows.groupby("Plan")["score"]
    }


def test_what_was_mended_is_said_with_the_figures_of_both_since():
    data = frame(0.72)
    (one,) = overview(Scope(survey_of(data))).standouts
    assert (one.attribute, one.label) == ("Plan", "A")
    began = dt.date(2025, 1, 1)
    since = nps_by_plan(data[data["date"] >= began])
    assert one.lately is not None
    assert one.lately.since in ("Q1 2025", "January 2025", "Jan 2025")
    assert one.lately.nps == pytest.approx(since["A"], abs=1e-9)
    assert one.lately.others == pytest.approx(since["B"], abs=1e-9)
    assert standout_sentence(one).endswith(
        f", but not since {one.lately.since} ({since['A']:+.0f} against {since['B']:+.0f})."
    )


def test_what_still_differs_is_not_said_to_have_ended():
    assert all(one.lately is None for one in overview(Scope(survey_of(frame(0.45)))).standouts)


def test_of_few_responses_since_nothing_is_said_to_have_ended():
    survey = survey_of(frame(0.3))
    found = find_standouts(Scope(survey))
    (one,) = with_lately(
        [one for one in found if one.label == "A"], Scope(survey), dt.date(2025, 8, 24), "then"
    )
    assert one.lately is None


def test_filters_hold_and_days_before_them_do_not_come_back():
    data = frame(0.72)
    scope = Scope(survey_of(data), Filters(since=dt.date(2025, 3, 1)))
    found = find_standouts(Scope(survey_of(data)))
    (one,) = with_lately([one for one in found if one.label == "A"], scope, dt.date(2025, 1, 1), "then")
    since = nps_by_plan(data[data["date"] >= dt.date(2025, 3, 1)])
    assert one.lately is not None
    assert (one.lately.nps, one.lately.others) == pytest.approx((since["A"], since["B"]), abs=1e-9)


def test_the_sample_tells_that_the_young_are_no_longer_below():
    scope = Scope(read_survey(SAMPLE))
    report = build_report(scope)
    titles = {part.key: part.title for part in report.parts}
    below = "Age group “25-34” scores 24 points below the others with a value"
    assert titles["segments: Age group"] == f"{below}, but not since Q2 2026"
    assert titles["segments: Plan"] == "Plan “Starter” scores 15 points below the rest"
    said = [text for part in report.parts for text in part.bullets]
    assert (
        "Age group “25-34” scores 24 points below the others with a value (−30 to −17), but not since Q2 2026"
        " (+57 against +54)." in said
    )
