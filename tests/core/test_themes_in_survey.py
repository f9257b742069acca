"""Themes of a survey under its filters: counts by hand, with comments about several themes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core.filters import NO_VALUE, Filters
from nps_core.formatting import format_interval, format_nps
from nps_core.scope import Scope
from nps_core.themes import Themes
from nps_core.themes.in_survey import count_themes, count_themes_by, theme_responses
from nps_core.themes.rows import ThemeRows, theme_by_chart

# Twelve responses: six about theme 0, six about theme 1, the first two about both; one comment says nothing.
LABELS = np.array([0] * 6 + [1] * 6 + [-1], dtype=np.int32)


@pytest.fixture
def survey():
    return survey_of(
        pd.DataFrame(
            {
                "score": [10, 9, 9, 10, 8, 3, 2, 3, 9, 7, 0, 1, 10],
                "comment": ["something"] * 12 + ["-"],
                "Plan": ["Pro"] * 8 + ["Starter"] * 4 + [None],
            }
        )
    )


@pytest.fixture
def themes():
    about = np.zeros((13, 2), dtype=bool)
    about[np.arange(12), LABELS[:12]] = True
    about[:2, 1] = True
    return Themes(LABELS, csr_matrix(about), ("One", "Two"), (("one",), ("two",)), ((2,), (7,)), "en")


def test_rows_count_each_response_under_each_of_its_themes(survey, themes):
    two, one = count_themes(Scope(survey), themes)
    assert (two.name, two.n, two.promoters, two.passives, two.detractors) == ("Two", 8, 3, 1, 4)
    assert (one.name, one.n, one.promoters, one.passives, one.detractors) == ("One", 6, 4, 1, 1)
    assert one.share == 6 / 12
    assert one.nps == 50


def test_filters_choose_the_responses_and_keep_the_themes(survey, themes):
    rows = count_themes(Scope(survey, Filters().with_attribute("Plan", ["Starter"])), themes)
    assert [(row.name, row.n) for row in rows] == [("Two", 4)]


def test_shares_by_segment_are_of_comments_and_not_of_mentions(survey, themes):
    labels, counts, commented = count_themes_by(Scope(survey), themes, "Plan")
    assert labels == ("Pro", "Starter")
    assert commented.tolist() == [8, 4]
    assert counts[0].sum(axis=1).tolist() == [6, 0]
    assert counts[1].sum(axis=1).tolist() == [4, 4]
    chart = theme_by_chart(themes.names, labels, counts, commented, attribute="Plan", subtitle="", source="")
    pro = chart.table[chart.table["Plan"] == "Pro"]
    assert pro["share_of_segment"].tolist() == [6 / 8, 4 / 8]
    # Four comments are too few to read a share from.
    assert chart.table[chart.table["Plan"] == "Starter"]["share_of_segment"].isna().all()
    assert NO_VALUE not in labels  # the response without a plan has a comment that says nothing


def test_comments_of_a_theme_begin_with_its_examples(survey, themes):
    assert theme_responses(Scope(survey), themes, 1)[0] == 7
    assert set(theme_responses(Scope(survey), themes, 1)) == {0, 1, 6, 7, 8, 9, 10, 11}
    assert theme_responses(Scope(survey), themes, 1, group="promoter").tolist() == [8, 0, 1]
    assert theme_responses(Scope(survey), themes, -1).tolist() == [12]


@pytest.mark.parametrize("group", ["", "promoter", "passive", "detractor"])
@pytest.mark.parametrize("plan", [(), ("Starter",)])
def test_the_first_comments_of_a_theme_are_those_that_all_begin_with(survey, themes, group, plan):
    near = replace(themes, near=np.linspace(0.1, 0.9, 13, dtype=np.float32))
    filters = Filters().with_attribute("Plan", plan)
    for number in (-1, 0, 1):
        every = theme_responses(Scope(survey, filters), near, number, group=group).tolist()
        for most in range(len(every) + 2):
            first = theme_responses(Scope(survey, filters), near, number, group=group, most=most)
            assert first.tolist() == every[:most]


def test_comments_of_a_theme_are_the_nearest_first_and_those_of_other_themes_last(survey, themes):
    near = replace(themes, near=np.linspace(0.1, 0.9, 13, dtype=np.float32))
    assert theme_responses(Scope(survey), near, 1).tolist() == [7, 11, 10, 9, 8, 6, 0, 1]


def test_the_title_says_what_is_beyond_chance(survey, themes):
    row = count_themes(Scope(survey), themes)[0]
    plain = replace(row, beyond_chance=False)
    low, high = (
        replace(row, name="Low", beyond_chance=True, effect=-5.0, nps_without=row.nps + 1),
        replace(row, name="High", beyond_chance=True, effect=5.0, nps_without=row.nps - 1),
    )
    assert "none stands apart" in ThemeRows([plain, plain]).title
    rest = replace(plain, name="Other comments", n=500)
    assert ThemeRows([plain, rest]).title.startswith(f"“{plain.name}” is the most frequent theme")
    assert ThemeRows([plain, high]).title.startswith("“High” goes with the highest scores")
    assert ThemeRows([high, low]).title.startswith("“Low” goes with the lowest scores")
    assert f"NPS {format_nps(low.nps)} ({format_interval(low.low, low.high)})" in ThemeRows([low, high]).title
    # What goes with lower scores beyond other themes, and with higher ones by itself, goes with neither.
    assert "none stands apart" in ThemeRows([replace(low, nps_without=low.nps - 1), plain]).title
    # The one with the greatest effect is told, and others may score lower or higher than it.
    lower, higher = (replace(plain, nps=nps) for nps in (low.nps - 1, high.nps + 1))
    assert ThemeRows([low, lower]).title.startswith("“Low” goes with lower scores")
    assert ThemeRows([high, higher]).title.startswith("“High” goes with higher scores")
    assert ThemeRows([plain]).title == "These 8 comments are read as one"
    assert ThemeRows([]).title == "No themes to draw"
