"""Themes of a survey under its filters: counts by hand, with comments about several themes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core.filters import NO_VALUE, Filters
from nps_core.formatting import format_interval, format_nps
from nps_core.report.context import ReportContext
from nps_core.report.sections import within_chance
from nps_core.scope import Scope
from nps_core.themes import Themes
from nps_core.themes.in_survey import UNCODED, WORDLESS, count_themes, count_themes_by, theme_responses
from nps_core.themes.rows import ThemeRow, ThemeRows, theme_by_chart

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


def test_no_comment_of_a_theme_comes_twice(survey, themes):
    """An example may be about another theme first."""
    shared = replace(themes, quotes=((2,), (0, 7)))
    assert theme_responses(Scope(survey), shared, 1).tolist() == [0, 7, 6, 8, 9, 10, 11, 1]


def test_comments_of_a_theme_begin_with_its_examples(survey, themes):
    assert theme_responses(Scope(survey), themes, 1)[0] == 7
    assert set(theme_responses(Scope(survey), themes, 1)) == {0, 1, 6, 7, 8, 9, 10, 11}
    assert theme_responses(Scope(survey), themes, 1, group="promoter").tolist() == [8, 0, 1]
    assert theme_responses(Scope(survey), themes, WORDLESS).tolist() == [12]
    assert theme_responses(Scope(survey), themes, UNCODED).tolist() == []


@pytest.mark.parametrize("group", ["", "promoter", "passive", "detractor"])
@pytest.mark.parametrize("plan", [(), ("Starter",)])
def test_the_first_comments_of_a_theme_are_those_that_all_begin_with(survey, themes, group, plan):
    near = replace(themes, near=np.linspace(0.1, 0.9, 13, dtype=np.float32))
    filters = Filters().with_attribute("Plan", plan)
    for number in (WORDLESS, UNCODED, 0, 1):
        every = theme_responses(Scope(survey, filters), near, number, group=group).tolist()
        for most in range(len(every) + 2):
            first = theme_responses(Scope(survey, filters), near, number, group=group, most=most)
            assert first.tolist() == every[:most]


def test_comments_of_a_theme_are_the_nearest_first_and_those_of_other_themes_last(survey, themes):
    near = replace(themes, near=np.linspace(0.1, 0.9, 13, dtype=np.float32))
    assert theme_responses(Scope(survey), near, 1).tolist() == [7, 11, 10, 9, 8, 6, 0, 1]


def test_the_title_says_what_is_beyond_chance(survey, themes):
    row = count_themes(Scope(survey), themes)[0]
    plain = replace(row, beyond_chance=False, effect_low=-9.0, effect_high=9.0)
    low, high = (
        replace(plain, name="Low", beyond_chance=True, effect=-5.0, nps_without=row.nps + 1),
        replace(plain, name="High", beyond_chance=True, effect=5.0, nps_without=row.nps - 1),
    )
    assert "none stands apart" in ThemeRows([plain, plain]).title
    part = replace(low, parent=7)
    assert "none stands apart" in ThemeRows([plain, part]).title
    assert ThemeRows([plain, high]).title.startswith("“High” goes with the highest scores")
    assert ThemeRows([high, low]).title.startswith("“Low” goes with the lowest scores")
    assert f"NPS {format_nps(low.nps)} ({format_interval(low.low, low.high)})" in ThemeRows([low, high]).title
    # What goes with lower scores beyond other themes, and with higher ones by itself, goes with neither.
    assert "none stands apart" in ThemeRows([replace(low, nps_without=low.nps - 1), plain]).title
    # The one with the greatest effect is told, and others may score lower or higher than it.
    lower, higher = (replace(plain, nps=nps) for nps in (low.nps - 1, high.nps + 1))
    assert ThemeRows([low, lower]).title.startswith("“Low” goes with lower scores")
    assert ThemeRows([high, higher]).title.startswith("“High” goes with higher scores")
    assert ThemeRows([], uncoded=12, commented=12).title == "No theme comes up in these comments"


def test_none_is_said_to_stand_apart_that_was_not_looked_at(survey, themes):
    """Fewer than ten comments tell nothing; a part is spoken for by its theme."""
    row = replace(count_themes(Scope(survey), themes)[0], n=40, effect_low=-9.0, effect_high=9.0)
    unknown = replace(row, name="Few", n=9, effect_low=np.nan, effect_high=np.nan)
    often = f"“{row.name}” is the most frequent theme"
    assert ThemeRows([row, replace(unknown, parent=0)]).title == f"{often}; none stands apart beyond chance"
    of_some = "none of those with 10 comments or more stands apart beyond chance"
    assert ThemeRows([row, unknown]).title == f"{often}; {of_some}"
    # Nearly all comments are about it, or all score alike.
    of_others = "none of those that could be tested stands apart beyond chance"
    assert ThemeRows([row, unknown, replace(unknown, n=30)]).title == f"{often}; {of_others}"
    assert ThemeRows([replace(unknown, name=row.name)]).title == often


@pytest.mark.parametrize(
    ("small", "large", "said"),
    [(9, 40, "the themes with 10 comments or more"), (10, 40, "the themes of the comments"), (3, 9, "")],
)
def test_a_report_names_the_themes_that_it_looked_at(small, large, said):
    scores = [10, 0, 8, 10] * 50
    about = np.arange(len(scores))[:, None] < np.array([small, large])
    themes = Themes(
        np.where(about[:, 0], 0, np.where(about[:, 1], 1, -1)).astype(np.int32),
        csr_matrix(about),
        ("Fees", "Speed"),
        ((), ()),
        ((), ()),
        "en",
        said=np.ones(len(scores), dtype=bool),
    )
    frame = pd.DataFrame({"score": scores, "comment": "something"})
    told = within_chance(ReportContext(Scope(survey_of(frame)), themes))
    assert told == ((f"Looked at, and no finding: {said}.",) if said else ())


@st.composite
def some_rows(draw):
    """Themes of any figures: few and many responses and accounts, effects and scores of one direction and of two."""
    points, sizes = st.floats(-100, 100), st.integers(1, 12)
    rows = [
        ThemeRow(
            number=number,
            name=f"Theme {number}",
            words=(),
            n=draw(sizes),
            share=0.1,
            promoters=1,
            passives=1,
            detractors=1,
            nps=draw(points),
            low=-100.0,
            high=100.0,
            effect=draw(points),
            effect_low=draw(st.sampled_from([-100.0, np.nan])),
            effect_high=100.0,
            beyond_chance=draw(st.booleans()),
            nps_without=draw(points),
            parent=draw(st.sampled_from([-1, -1, 0])),
            sign=draw(st.booleans()),
            accounts=draw(st.none() | sizes),
        )
        for number in range(draw(st.integers(0, 5)))
    ]
    return ThemeRows(rows, uncoded=draw(sizes), commented=20)


@given(some_rows())
def test_a_headline_names_only_what_enough_people_say_and_what_scores_as_it_says(rows):
    named = [row for row in rows if f"“{row.name}”" in rows.title]
    for row in named:
        assert row.parent < 0
        assert row.n >= 5
        assert row.accounts is None or row.accounts >= 5
        if "goes with" in rows.title:
            assert row.beyond_chance
            lower = "lower scores" in rows.title or "lowest scores" in rows.title
            assert (row.effect < 0) == (row.nps < row.nps_without) == lower
    if not named:
        assert not any(
            row.parent < 0 and row.n >= 5 and (row.accounts is None or row.accounts >= 5) for row in rows
        )
    for word in (rows.title, rows.signs):
        assert "uncoded" not in word.lower()
    assert all(row.sign for row in rows if f"“{row.name}”" in rows.signs)


@given(st.integers(1, 9), st.integers(1, 9))
def test_uncoded_comments_lead_nothing_and_a_theme_needs_five_accounts(uncoded, accounts):
    """However many comments are uncoded, and however many responses an account gives to a theme."""
    said = 4 * accounts
    frame = pd.DataFrame(
        {
            "score": [10, 0] * (said // 2) + [0] * uncoded * 10,
            "comment": ["something"] * (said + uncoded * 10),
            "account": [f"Firm {number % accounts}" for number in range(said)]
            + [f"Other {number % 7}" for number in range(uncoded * 10)],
        }
    )
    about = np.arange(len(frame)) < said
    labels = np.where(about, 0, -1).astype(np.int32)
    themes = Themes(
        labels, csr_matrix(about[:, None]), ("Fees",), ((),), ((),), "en", said=np.ones(len(frame), bool)
    )
    rows = count_themes(Scope(survey_of(frame)), themes)
    assert (rows[0].n, rows.uncoded) == (said, uncoded * 10)
    assert rows[0].accounts == accounts
    assert ("Fees" in rows.title) == (accounts >= 5)
    assert "uncoded" not in rows.title.lower()


def test_of_those_picked_by_their_score_nothing_is_said_to_be_beyond_chance_or_within(survey, themes):
    rows = count_themes(Scope(survey, Filters(groups=("promoter",))), themes)
    assert not any(row.beyond_chance or row.sign for row in rows)
    assert "chance" not in rows.title


def test_a_sign_stands_beside_the_title_and_not_in_it(survey, themes):
    row = count_themes(Scope(survey), themes)[0]
    sign = replace(row, name="Late", sign=True, effect=-4.0, nps_without=row.nps + 9, effect_low=-9.0)
    assert "“Late” with lower scores" in ThemeRows([sign]).signs
    assert "goes with" not in ThemeRows([sign]).title
    assert not ThemeRows([replace(sign, accounts=4)]).signs
    assert not ThemeRows([row]).signs
