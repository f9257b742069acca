"""Comments as they are read: their order, what they are about, and what is marked in them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from surveys import survey_of

from nps_core.comments import read_comments, split_at, themes_of
from nps_core.report.builder import build_report
from nps_core.scope import Scope
from nps_core.themes import Themes


@pytest.fixture
def scope():
    return Scope(
        survey_of(
            pd.DataFrame(
                {
                    "score": [10, 2, 8, 3, 9],
                    "comment": ["a", "call +49 (0)30 901820", "c", None, "e"],
                    "account": ["One", "Two", "Two", "One", "One"],
                }
            )
        )
    )


def test_a_comment_knows_its_place_and_none_is_read_of_no_rows(scope):
    assert [(one.place, one.text) for one in read_comments(scope, [4, 3, 0])] == [(4, "e"), (0, "a")]
    assert read_comments(scope, []) == read_comments(scope, [3]) == ()


def test_every_theme_of_a_comment_is_named():
    about = csr_matrix(np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]], dtype=bool))
    said = np.array([True, True, True, False])
    names = ("A", "B", "C")
    themes = Themes(
        np.array([0, 2, -1, -1], dtype=np.int32), about, names, (("a",),) * 3, ((), (), ()), "en", said=said
    )
    assert themes_of(themes, [1, 0, 2, 3]) == [[2], [0, 1], [], []]


@given(st.text(), st.lists(st.text(), max_size=4), st.booleans())
def test_the_pieces_of_a_text_are_the_text_and_every_second_is_one_of_the_words(text, words, whole):
    pieces = split_at(text, words, whole=whole)
    assert "".join(pieces) == text
    assert len(pieces) % 2 == 1
    lower = (
        {word.casefold() for word in words}
        | {word.lower() for word in words}
        | {word.upper() for word in words}
    )
    assert all({piece.casefold(), piece.lower(), piece.upper()} & lower for piece in pieces[1::2])


def test_the_longer_of_two_words_is_marked():
    assert split_at("the price list", ("price", "price list")) == ["the ", "price list", ""]


def test_quotes_picked_by_hand_take_the_place_of_examples(scope):
    part = build_report(scope, slides=["quotes"], quotes={1: "Phone", 4: "Praise", 0: "Phone"}).parts[0]
    assert part.title == "In their words: “Phone” and “Praise”"
    assert [(one.theme, one.text, one.score) for one in part.quotes] == [
        ("Phone", "call [phone]", "2"),
        ("Phone", "a", "10"),
        ("Praise", "e", "9"),
    ]
    assert part.bullets == ("Phone: 2 comments", "Praise: 1 comment")
    assert part.subtitle == "3 comments picked by hand"
    # Some without a theme: they stand by their groups.
    part = build_report(scope, slides=["quotes"], quotes={0: "Praise", 1: "", 2: "Phone"}, mask=False).parts[
        0
    ]
    assert [(one.theme, one.text) for one in part.quotes] == [
        ("Detractors", "call +49 (0)30 901820"),
        ("Passives", "c"),
        ("Promoters", "a"),
    ]
    assert build_report(scope, slides=["quotes"], quotes={3: "Phone"}).left_out == (
        "None of the comments that were picked can be shown.",
    )
