"""Themes over time: counts by hand, changes beyond chance, and what emerges."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core.charts.draw.plotly import plotly_figure
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.difference import difference, holm
from nps_core.themes import Themes, find_themes
from nps_core.themes.changes import theme_changes_title
from nps_core.themes.comparison import compare_themes_by_group
from nps_core.themes.in_survey import count_themes
from nps_core.themes.waves import (
    emerging_among,
    find_emerging_themes,
    find_theme_changes,
    find_theme_trend,
    find_waves,
)

# Two quarters of 200 responses. Theme 0 is in 60 of the first and 20 of the second, theme 1 in none and in 40,
# theme 2 in all others. Detractors speak of theme 0, promoters of the rest.
FIRST, SECOND = (
    Filters(until=pd.Timestamp("2026-03-31").date()),
    Filters(since=pd.Timestamp("2026-04-01").date()),
)


def labels_of():
    first = np.repeat([0, 2], [60, 140])
    second = np.repeat([0, 1, 2], [20, 40, 140])
    return np.concatenate([first, second]).astype(np.int32)


@pytest.fixture
def survey():
    labels = labels_of()
    return survey_of(
        pd.DataFrame(
            {
                "date": pd.to_datetime(["2026-02-10"] * 200 + ["2026-05-10"] * 200),
                "score": np.where(labels == 0, 2, 10),
                "comment": [f"about {('zero', 'one', 'rest')[label]}" for label in labels],
                "Plan": ["Pro", "Starter"] * 200,
            }
        )
    )


@pytest.fixture
def themes():
    labels = labels_of()
    members = np.eye(3, dtype=bool)[labels]
    return Themes(
        labels,
        csr_matrix(members),
        ("Zero", "One", "Rest"),
        (("zero",), ("one",), ()),
        ((0, 1), (220,), (60,)),
        "en",
    )


def test_shares_by_period_are_of_the_comments_of_the_period(themes, survey):
    trend = find_theme_trend(Scope(survey), themes, "quarter")
    assert trend.labels == ("Q1 2026", "Q2 2026")
    assert trend.commented.tolist() == [200, 200]
    assert trend.share.tolist() == [[0.3, 0.1], [0.0, 0.2], [0.7, 0.7]]
    assert trend.counts[0, 0].tolist() == [60, 0, 0]
    months = find_theme_trend(Scope(survey), themes, "month")
    assert months.labels == ("Feb 2026", "Mar 2026", "Apr 2026", "May 2026")
    assert np.isnan(months.share[:, 1:3]).all()
    only = find_theme_trend(Scope(survey, Filters().with_attribute("Plan", ["Pro"])), themes, "quarter")
    assert only.commented.tolist() == [100, 100]


def test_changes_are_those_of_the_shares_with_their_test(themes, survey):
    changes = {one.name: one for one in find_theme_changes(Scope(survey), themes, FIRST, SECOND)}
    zero, one, rest = changes["Zero"], changes["One"], changes["Rest"]
    assert (zero.n_before, zero.n_after, zero.share_before, zero.share_after) == (60, 20, 0.3, 0.1)
    assert zero.change == pytest.approx(-20)
    assert (zero.state, one.state, rest.state) == ("fading", "new", "")
    reference = difference(
        (np.array([20, 40, 140]), np.zeros(3), np.array([180, 160, 60])),
        (np.array([60, 0, 140]), np.zeros(3), np.array([140, 200, 60])),
    )
    assert zero.low == pytest.approx(reference.low[0] / 2)
    assert rest.beyond_chance == (holm(reference.p_value)[2] < 0.05)
    assert np.isnan(one.nps_before)
    assert one.nps_after == 100
    # Beyond chance first, and of those the largest.
    assert [one.name for one in find_theme_changes(Scope(survey), themes, FIRST, SECOND)][2] == "Rest"


def test_backwards_what_was_new_is_gone(themes, survey):
    changes = {one.name: one.state for one in find_theme_changes(Scope(survey), themes, SECOND, FIRST)}
    assert changes == {"Zero": "growing", "One": "gone", "Rest": ""}


def test_waves_are_periods_or_files(survey):
    assert [wave.name for wave in find_waves(Scope(survey), "quarter")][-1] == "Q1 2026"
    files = survey_of(
        pd.DataFrame({"score": [9] * 4, "comment": ["x"] * 4, "source": ["a.csv"] * 2 + ["b.csv"] * 2})
    )
    assert [wave.name for wave in find_waves(Scope(files), "quarter")] == ["b.csv", "a.csv"]
    assert (
        find_theme_trend(
            Scope(files),
            Themes(
                np.zeros(4, dtype=np.int32),
                csr_matrix(np.ones((4, 1), dtype=bool)),
                ("A",),
                ((),),
                ((),),
                "en",
            ),
            "quarter",
        )
        is None
    )


def test_titles_claim_only_what_is_beyond_chance(themes, survey):
    changes = find_theme_changes(Scope(survey), themes, FIRST, SECOND)
    title = theme_changes_title(changes, before="Q1", after="Q2")
    assert title in {
        "“Zero” is fading: 10% of the comments in Q2, 30% in Q1",
        "“One” is new: 20% of the comments in Q2, 0% in Q1",
    }
    same = find_theme_changes(
        Scope(survey),
        themes,
        Filters().with_attribute("Plan", ["Pro"]),
        Filters().with_attribute("Plan", ["Starter"]),
    )
    assert theme_changes_title(same, before="Pro", after="Starter").startswith(
        "No theme came up more or less often"
    )


def test_waves_that_share_responses_are_no_waves(themes, survey):
    with pytest.raises(ValueError, match="share responses"):
        find_theme_changes(Scope(survey), themes, FIRST, Filters())


def test_dates_picked_beside_the_waves_leave_neither_empty(themes, survey):
    both = find_theme_changes(Scope(survey), themes, FIRST, SECOND)
    assert repr(find_theme_changes(Scope(survey, SECOND), themes, FIRST, SECOND)) == repr(
        both
    )  # some figures are NaN


def test_charts_tell_chance_from_more_and_never_colour_it_as_news(themes, survey):
    changes = find_theme_changes(Scope(survey), themes, FIRST, SECOND)
    chart = changes.chart(before="Q1", after="Q2")
    dots = next(trace for trace in plotly_figure(chart).data if trace.mode == "markers")
    assert list(dots.marker.color) == ["#3b76d6", "#3b76d6", "#8b95a1"]  # the last, Rest, is within chance
    trend = find_theme_trend(Scope(survey), themes, "quarter")
    rows = count_themes(Scope(survey), themes)
    drawn = rows.chart(trend=trend, changes=changes)
    used = str(plotly_figure(drawn).to_dict())
    assert "▼" in used
    assert "new" in used
    assert {trace.marker.color for trace in plotly_figure(drawn).data if trace.type == "bar"} == set(
        GROUP_COLOURS.values()
    )
    line = trend.chart(0, "Zero")
    assert line.table["share"].tolist() == [0.3, 0.1]
    assert line.alt == "How often “Zero” comes up, by quarter: 30% in Q1 2026, 10% in Q2 2026."


def test_sides_speak_of_what_sets_them_apart(themes, survey):
    sides = compare_themes_by_group(Scope(survey), themes)
    assert {one.name for one in sides} == {"One", "Zero", "Rest"}
    one, zero = (next(side for side in sides if side.name == name) for name in ("One", "Zero"))
    assert (one.promoters, one.detractors) == (40 / 320, 0)
    assert (zero.promoters, zero.detractors) == (0, 1)
    assert zero.more == pytest.approx(-100)
    assert zero.beyond_chance
    assert zero.detractor_places == (0,)
    assert zero.promoter_places == ()
    assert compare_themes_by_group(Scope(survey, Filters(groups=("promoter",))), themes) == ()


# What emerges.

KNOWN = {
    "price": [
        "the price is too high",
        "a high price for the plan",
        "the plan is too expensive",
        "expensive plan, high price",
    ],
    "support": [
        "support never answers the phone",
        "the support agent was rude",
        "nobody in support answers",
        "rude agent on the phone",
    ],
    "reports": [
        "the reports are clear",
        "clear reports and charts",
        "charts in the reports export well",
        "export of charts is clear",
    ],
}
OUTAGE = [
    "the outage lasted a day",
    "servers down all day",
    "outage again, servers down",
    "down for a day, an outage",
]


def waves(new):
    said = [text for texts in KNOWN.values() for text in texts] * 25
    return [*said, *said, *(OUTAGE * new)], np.repeat([False, True], [len(said), len(said) + 4 * new])


def test_a_theme_of_the_later_wave_alone_emerges():
    comments, later = waves(25)
    known = find_themes([c for c, late in zip(comments, later, strict=True) if not late], k=3)
    found = emerging_among(known.carried_to(comments), comments, ~later, later)
    assert found
    for one in found:
        assert one.n_before == 0
        assert one.z > 6
        assert one.places
        assert all(comments[place] in OUTAGE for place in one.places)


@pytest.mark.parametrize("new", [0, 2])
def test_nothing_emerges_from_more_of_the_same_or_from_a_handful(new):
    comments, later = waves(new)
    known = find_themes([c for c, late in zip(comments, later, strict=True) if not late], k=3)
    assert emerging_among(known.carried_to(comments), comments, ~later, later) == ()


def test_two_small_waves_show_none(themes, survey):
    few = Filters(text="about one")
    assert find_emerging_themes(Scope(survey, few), themes, FIRST, SECOND) == ()


def test_waves_inside_the_days_of_the_filters(survey):
    names = ["Q2 2026 (up to 10 May)", "Q1 2026"]
    day = pd.Timestamp
    for filters, kept in (
        (Filters(), names),
        (Filters(groups=("detractor",)), names),
        (Filters(since=day("2026-01-01").date(), until=day("2026-05-10").date()), names),
        (Filters(since=day("2026-01-02").date()), names[:1]),
        (Filters(until=day("2026-05-09").date()), names[1:]),
    ):
        assert [wave.name for wave in find_waves(Scope(survey, filters), "quarter")] == kept


def test_the_chart_of_changes_says_of_how_many_comments(themes, survey):
    changes = find_theme_changes(Scope(survey), themes, FIRST, SECOND)
    assert {(one.commented_before, one.commented_after) for one in changes} == {(200, 200)}
    chart = changes.chart(before="Q1", after="Q2")
    assert "share of the comments, Q2 (n 200) against Q1 (n 200)" in chart.subtitle


def test_files_are_waves_in_the_order_of_their_names_and_not_as_they_were_opened():
    """Opened the newest first, a theme that grew would be said to fade."""
    for names in (
        ["nps 2025-Q3.csv", "nps 2025-Q4.csv", "nps 2026-Q1.csv"],
        ["Q4 2025.csv", "Q1 2026.csv", "Q2 2026.csv"],
        ["wave 1.csv", "wave 2.csv", "wave 10.csv"],
    ):
        for opened in (names, names[::-1]):
            files = survey_of(
                pd.DataFrame(
                    {
                        "score": [9] * 3,
                        "comment": ["x"] * 3,
                        "source": pd.Categorical(opened, categories=opened),
                    }
                )
            )
            assert [wave.name for wave in find_waves(Scope(files), "quarter")] == names[::-1]


def test_waves_without_comments_are_not_said_to_be_alike(themes, survey):
    """As under a filter that leaves one response: that nothing was found is no finding."""
    changes = find_theme_changes(
        Scope(survey, Filters(text="about one")), themes, FIRST, SECOND
    )  # which the first wave has none of
    assert theme_changes_title(changes, before="Q1", after="Q2") == "There are no comments in Q1 to compare"
    none = find_theme_changes(Scope(survey, Filters(text="no such words")), themes, FIRST, SECOND)
    assert (
        theme_changes_title(none, before="Q1", after="Q2") == "There are no comments in Q2 or Q1 to compare"
    )
