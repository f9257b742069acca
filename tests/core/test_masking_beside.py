"""Masking is quick because it looks only where something can be; beside the plain way it comes to the same."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_masks import plain_emails, plain_names, plain_phones
from surveys import survey_of
from test_names import PEOPLE, WITH, WITHOUT, labelled

from nps_core.masking import mask_emails, mask_phones, name_masker
from nps_core.seen import seen_by
from nps_core.viewer import Viewer

PIECES = (
    "@", "＠", "(at)", "[AT]", "(dot)", "[dot]", ".", "x.example", "jo", "+", "00", "(", ")", "4", "07", "415", "5552671",
    "٤١٥", "५५५", "-", " ", "  ", "\n", "\u00a0", "/", "#", "order", "call", "Tel.", "é", "ß", "İ", "\x00", "☎", "9️⃣",
)  # fmt: skip
WORDS = ("Will", "will", "the", "Der", "Anna", "annas", "Annas", "MÜLLER", "mueller", "José", "jose", "Jean", "Luc", "M.",
         "-", "!", "\n", " ", ", ", "Mark", "the mark", "x", "[name]", "ﬁ", "İ", "ſ")  # fmt: skip
PERSONS = (
    "anna.mueller@x.example",
    "José Lopez",
    "Jean-Luc Moreau",
    "Will Young",
    "mark@x.example",
    "4711",
    "",
    "İbo Efe",
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_addresses_are_those_of_the_plain_way(text):
    assert mask_emails(text) == plain_emails(text)
    assert mask_phones(text) == plain_phones(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed(text):
    assert mask_emails(text) == plain_emails(text)
    assert mask_phones(text) == plain_phones(text)
    assert name_masker([text, "Jo Doe"], [text])(text) == plain_names([text, "Jo Doe"], [text])(text)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PERSONS), max_size=5),
    st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=6),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)
def test_names_are_those_of_the_plain_way(people, texts, other):
    quick, plain = name_masker(people, texts), plain_names(people, texts)
    for text in (*texts, other):
        assert quick(text) == plain(text)


@pytest.mark.parametrize("language", list(PEOPLE))
def test_all_that_is_labelled_comes_to_the_same(language):
    named, unnamed = labelled(language)
    texts = [*named, *unnamed]
    quick, plain = name_masker(PEOPLE[language], texts), plain_names(PEOPLE[language], texts)
    assert [*map(quick, texts)] == [*map(plain, texts)]
    assert len({*map(quick, texts)}) > 1


def test_columns_hold_row_by_row_what_the_plain_way_gives():
    """Texts that repeat, texts that become alike, and missing ones."""
    texts = (
        [way.format("Anna Müller") for way in WITH["de"]]
        + WITHOUT["de"]
        + ["a@x.example", "b@x.example", None] * 9
    )
    people = ["anna.mueller@x.example", None, "José Lopez"]
    n = 3 * len(texts)
    frame = pd.DataFrame(
        {
            "score": [place % 11 for place in range(n)],
            "date": pd.Timestamp("2026-01-01"),
            "comment": texts * 3,
            "respondent": [people[place % 3] for place in range(n)],
            "account": [("Müller KG", "call 415-555-2671", None)[place % 3] for place in range(n)],
        }
    )
    seen = seen_by(survey_of(frame), Viewer("Vic", "viewer", masks=("e-mails", "phones", "names"))).responses
    comments = [text for text in dict.fromkeys(texts) if text]
    hide_name = plain_names([person for person in people if person], comments)

    def hide(text):
        return None if pd.isna(text) else hide_name(plain_phones(plain_emails(text)))

    for name in ("comment", "account"):
        assert [None if pd.isna(text) else text for text in seen[name]] == [
            hide(text) for text in frame[name]
        ], name
    number = {"anna.mueller@x.example": "respondent 1", None: None, "José Lopez": "respondent 2"}
    shown = [None if pd.isna(person) else person for person in seen["respondent"]]
    assert shown == [number[people[place % 3]] for place in range(n)]
    assert seen["comment"].dtype == seen["respondent"].dtype == survey_of(frame).responses["comment"].dtype


def test_columns_without_any_text_stay_so():
    frame = pd.DataFrame(
        {"score": [9, 1], "date": pd.Timestamp("2026-01-01"), "comment": None, "respondent": None}
    )
    seen = seen_by(
        survey_of(frame.astype({"comment": "str", "respondent": "str"})),
        Viewer("V", "viewer", masks=("names",)),
    )
    assert seen.responses[["comment", "respondent", "account"]].isna().all(axis=None)
