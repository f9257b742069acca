"""What is said of themes and quotes: the comments are the base, and why there are none is told truly."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from stories import frame_of, told
from surveys import survey_of

from nps_core import build_report, read_survey
from nps_core.scope import Scope
from nps_core.themes.in_survey import count_themes, find_survey_themes


@pytest.fixture(scope="module")
def sample():
    survey = read_survey("data/sample_survey.csv")
    return Scope(survey), find_survey_themes(survey)


def parts_of(frame):
    survey = survey_of(frame)
    scope = Scope(survey)
    found = find_survey_themes(survey) if survey.has_comments else None
    return build_report(scope, themes=found, slides=["themes", "quotes"])


def test_the_base_of_themes_and_quotes_are_the_comments():
    frame = frame_of(900)
    frame["comment"] = frame["comment"].where(np.arange(900) < 300, None)
    story = told(frame)
    under = {part.key: part.subtitle for part in story.parts}
    assert under["themes"].partition(" · ")[0] == "3 themes of 300 comments from 900 responses"
    assert under["quotes"].partition(" · ")[0] == "300 comments from 900 responses"


def test_themes_in_between_that_are_left_out_are_counted(sample):
    """The first of a codebook are no row of the most frequent: so many of how many says so."""
    scope, found = sample
    rows = count_themes(scope, found)
    first = rows.presented
    assert len(first) < len(rows)
    wholes, shown = (sum(row.parent < 0 for row in part) for part in (rows, first))
    assert first.chart().subtitle.startswith(
        f"{shown} of {wholes} themes of {rows.commented:,} comments from "
    )
    assert "Shown: the first themes of the codebook" in first.chart().source
    assert rows.chart().subtitle.startswith(f"{wholes} themes of ")
    assert "Shown:" not in rows.chart().source


def test_a_file_without_a_column_of_comments_is_not_said_to_have_none():
    assert parts_of(pd.DataFrame({"score": [9, 3] * 50})).left_out == (
        "No comments were read: there are no themes and no quotes.",
    )


def test_three_sentences_said_again_and_again_have_no_theme_and_it_is_said_why():
    said = [
        "Too slow, buggy or hard to navigate.",
        "Decent but could improve.",
        "Very smooth, fast, intuitive!",
    ]
    frame = pd.DataFrame({"score": [2, 7, 10] * 100, "comment": said * 100})
    assert parts_of(frame).left_out == (
        "No theme was found in 300 comments, which are 3 texts said again and again.",
    )


def test_words_that_do_not_tell_who_wrote_them_leave_no_quote_and_it_is_said_why(sample):
    scope, found = sample
    blind = replace(found, tones=replace(found.tones, agreement=math.nan, of_all=0.55))
    story = build_report(scope, themes=blind, slides=["themes", "quotes"])
    assert [part.key for part in story.parts] == ["themes"]
    (why,) = story.left_out
    assert why.startswith("No comment is quoted: promoters and detractors write alike here")
