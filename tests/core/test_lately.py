"""A segment or a theme that no longer differs since the NPS changed is said to: what was mended is told as mended."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core import Filters, Scope, build_report, count_themes, find_standouts, overview, read_survey
from nps_core.report.context import ReportContext
from nps_core.score.design import Samples
from nps_core.segments.lately import lately_of
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import with_lately
from nps_core.themes.effect import Spoken, sides_of
from nps_core.themes.result import Themes

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


def test_what_has_turned_round_is_not_said_to_differ_as_it_did():
    """Above the rest since then, beyond chance, where it lay below."""
    data = frame(0.95)
    (one,) = overview(Scope(survey_of(data))).standouts
    since = nps_by_plan(data[data["date"] >= dt.date(2025, 1, 1)])
    assert one.label == "A"
    assert one.difference.points < 0 < since["A"] - since["B"]
    assert one.lately is not None
    assert (one.lately.nps, one.lately.others) == pytest.approx((since["A"], since["B"]), abs=1e-9)


def themes_of(data, *, about=None):
    """Comments of plan A are about fees, and a quarter of all, whoever wrote them, about speed."""
    fees = (data["Plan"] == "A").to_numpy() if about is None else about
    speed = np.random.default_rng(8).random(len(data)) < 1 / 4
    return Themes(
        np.where(fees, 0, np.where(speed, 1, -1)).astype(np.int32),
        csr_matrix(np.column_stack([fees, speed])),
        ("Fees", "Speed"),
        ((), ()),
        ((), ()),
        "en",
        said=np.ones(len(data), dtype=bool),
    )


def with_comments(data):
    return survey_of(data.assign(comment="something is said"))


def told(data, themes):
    """What is claimed of the themes: the title, and the findings of the report."""
    scope = Scope(with_comments(data))
    return count_themes(scope, themes).title, [
        one for one in ReportContext(scope, themes).findings if one.part == "themes"
    ]


@pytest.mark.parametrize("after", [0.72, 0.95], ids=["as the others", "above them"])
def test_a_theme_that_no_longer_goes_with_lower_scores_is_said_to_wherever_it_is_claimed(after):
    data = frame(after)
    title, (found,) = told(data, themes_of(data))
    since = nps_by_plan(data[data["date"] >= dt.date(2025, 1, 1)])
    ended = f", but not since Q1 2025 ({since['A']:+.0f} against {since['B']:+.0f} of the other comments)"
    assert title == f"“Fees” goes with the lowest scores{ended}"
    assert found.title == f"“Fees” goes with lower scores{ended}"
    assert found.text.startswith(f"{found.title}: ")


def test_a_theme_that_still_goes_with_lower_scores_is_not_said_to_have_ended():
    data = frame(0.45)
    title, (found,) = told(data, themes_of(data))
    assert title.startswith("“Fees” goes with the lowest scores: NPS ")
    assert found.title == "“Fees” goes with lower scores"


def test_of_few_comments_since_no_theme_is_said_to_have_ended():
    """Four promoters speak of it since; of five it would be said."""
    data = frame(0.72)
    late, own = (data["date"] >= dt.date(2025, 1, 1)).to_numpy(), (data["Plan"] == "A").to_numpy()
    happy = np.flatnonzero(late & own & (data["score"] == 10).to_numpy())
    for few in (4, 5):
        about = own & ~late
        about[happy[:few]] = True
        title, (found,) = told(data, themes_of(data, about=about))
        assert ("not since" in title, "not since" in found.title) == (few == 5, few == 5)


def test_without_a_change_of_the_whole_nothing_is_looked_at_since():
    data = frame(0.72).drop(columns="date")
    title, (found,) = told(data, themes_of(data))
    assert title.startswith("“Fees” goes with the lowest scores: NPS ")
    assert "not since" not in found.text


counts = st.tuples(*[st.integers(0, 40)] * 3)


@given(counts, counts, st.floats(-150, 150).filter(bool))
def test_what_has_ended_is_told_by_the_interval_since_then(own, others, points):
    """One rule for whatever differs: too few, still on its side of 0, and as far off as before tell nothing."""
    samples = Samples.of_singles([own, others])
    found = lately_of(points, samples, "then")
    if min(sum(own), sum(others)) < 5:
        assert found is None
        return
    away = samples.from_rest()[0]
    still = away.low > 0 if points > 0 else away.high < 0
    assert (found is None) == (still or away.low <= points <= away.high)
    if found is not None:
        assert found.nps == pytest.approx(100 * (own[0] - own[2]) / sum(own))
        assert found.others == pytest.approx(100 * (others[0] - others[2]) / sum(others))


@pytest.mark.parametrize(("accounts", "ended"), [(4, False), (5, True)])
def test_of_few_accounts_since_nothing_is_said_to_have_ended(accounts, ended):
    """Forty promoters of a theme beside forty of the others: how they differ is not known of four accounts."""
    about = np.arange(80) < 40
    said = Spoken(
        np.arange(80),
        np.full(80, 2, dtype=np.int8),
        np.where(about, 0, 1).astype(np.int32),
        np.where(about, np.arange(80) % accounts, accounts + np.arange(80) % 20).astype(np.int32),
        np.array([[True], [False]]),
    )
    sides = sides_of(said, 0)
    assert (sides.n.tolist(), sides.clusters.tolist()) == ([40, 40], [accounts, 20])
    assert (lately_of(-150.0, sides, "then") is not None) == ended
