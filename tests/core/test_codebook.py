"""A codebook: what a person changes holds, can be taken back, and lives in a small file."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import SUBJECTS

from nps_core.errors import EditsError
from nps_core.themes import Codebook, Entry, History, find_themes, read_codebook, write_codebook
from nps_core.themes.codebook import fingerprint, name_of, words_typed

COMMENTS = [None, *(text for texts in SUBJECTS.values() for text in texts), "n/a"]
BOOK = Codebook(
    (
        Entry("Delivery", ("delivery", "parcel", "courier")),
        Entry("Support", ("support", "agent")),
        Entry("Price", ("price",)),
        Entry("Subscription", ("subscription",)),
        Entry("App", ("app", "login")),
    )
)


@pytest.fixture(scope="module")
def themes():
    return find_themes(COMMENTS, codebook=BOOK)


def members(themes, name):
    return themes.memberships.toarray()[:, themes.names.index(name)]


def test_a_comment_is_about_what_its_words_say(themes):
    assert themes.names == ("Delivery", "Support", "Price", "Subscription", "App")
    both = COMMENTS.index("the subscription price doubled")
    assert members(themes, "Price")[both]
    assert members(themes, "Subscription")[both]
    assert themes.labels[0] == themes.labels[-1] == -1
    assert not themes.uncoded[[0, -1]].any()


def test_a_merge_absorbs(themes):
    merged = themes.coded_by(BOOK.merged(("Price", "Subscription"), "Cost"), COMMENTS)
    assert merged.names == ("Delivery", "Support", "Cost", "App")
    either = members(themes, "Price") | members(themes, "Subscription")
    assert (members(merged, "Cost") == either).all()


def test_words_take_in_the_theme_that_is_named_by_them(themes):
    money = themes.coded_by(BOOK.with_words("Money", ("prices", "expensive")), COMMENTS)
    assert "Price" not in money.names
    held = [bool(text) and ("price" in text or "expensive" in text) for text in COMMENTS]
    assert members(money, "Money")[held].all()


def test_a_word_excludes(themes):
    book = BOOK.without("App", ("update",))
    less = themes.coded_by(book, COMMENTS)
    kept = members(less, "App")
    assert not any(kept[place] for place, text in enumerate(COMMENTS) if text and "update" in text)
    assert kept.any()


def test_a_hidden_theme_leaves_its_comments_uncoded(themes):
    hidden = themes.coded_by(BOOK.hide("App"), COMMENTS)
    assert "App" not in hidden.names
    only = members(themes, "App") & (themes.memberships.toarray().sum(axis=1) == 1)
    assert hidden.uncoded[only].all()
    assert themes.coded_by(BOOK.hide("App").show("App"), COMMENTS).names == themes.names


def test_a_part_counts_in_the_whole(themes):
    book = BOOK.split("App", (Entry("Login", ("login",)), Entry("Crash", ("crashes",))))
    found = themes.coded_by(book, COMMENTS)
    assert found.parents[found.names.index("Login")] == found.names.index("App")
    assert (members(found, "Login") <= members(found, "App")).all()
    assert "Login" not in {found.names[label] for label in found.labels if label >= 0}


def test_a_comment_is_moved_by_its_text(themes):
    text = "late delivery and a damaged parcel"
    moved = themes.coded_by(BOOK.moved(fingerprint(text), "Support", "Delivery"), COMMENTS)
    place = COMMENTS.index(text)
    assert members(moved, "Support")[place]
    assert not members(moved, "Delivery")[place]


def test_a_later_wave_is_coded_alike_and_new_forms_are_known(themes):
    later = themes.carried_to(["it was delivered by couriers", "The APP keeps crashing", "", "zzyzx quux"])
    assert later.names == themes.names
    assert [later.names[label] if label >= 0 else "" for label in later.labels] == ["Delivery", "App", "", ""]
    assert later.uncoded.tolist() == [False, False, False, True]
    assert (themes.assign(COMMENTS) == themes.labels).all()


def test_what_nobody_says_is_no_theme():
    book = Codebook((*BOOK.entries, Entry("Weather", ("rain", "storm"))))
    found = find_themes(COMMENTS, codebook=book)
    assert "Weather" not in found.names
    assert found.note == "No comment is about “Weather”."
    none = find_themes(COMMENTS, codebook=Codebook((Entry("Weather", ("rain",)),)))
    assert (none.k, none.note) == (0, "None of the codebook's themes comes up in these comments.")
    assert none.uncoded.sum() == len(COMMENTS) - 2


@pytest.mark.parametrize(
    "comments", [[], [None, "-"], ["too slow"], ["price", "slow", "app"], ["the price"] * 30]
)
def test_a_codebook_can_meet_any_comments(comments):
    found = find_themes(comments, codebook=BOOK)
    assert len(found.labels) == len(comments)
    assert set(found.names) <= {"Price", "App"}


names = st.sampled_from(["Delivery", "Support", "Price", "Subscription", "App", "Other", "price"])
words = st.lists(st.sampled_from(["price", "late", "login", "agent", "hold", "rain"]), min_size=1, max_size=3)


@st.composite
def changed(draw, start=BOOK):
    """A codebook after some changes, with the history of them."""
    history, book = History(), start
    for _ in range(draw(st.integers(1, 5))):
        one, other, more = draw(names), draw(names), draw(words)
        book = draw(
            st.sampled_from(
                [
                    lambda one=one, other=other, book=book: book.merged((one, other), one),
                    lambda one=one, other=other, book=book: book.renamed(one, other),
                    lambda one=one, book=book, more=more: book.with_words(one, more),
                    lambda one=one, book=book, more=more: book.without(one, more),
                    lambda one=one, book=book: book.hide(one),
                    lambda one=one, other=other, book=book: book.under(one, other),
                    lambda one=one, book=book: book.split(one, (Entry("Late", ("late",)),)),
                    lambda one=one, other=other, book=book: book.moved("1-ab", one, other),
                ]
            )
        )()
        history = history.then("a change", book)
    return history


@given(changed())
def test_undo_restores_what_was(history):
    for count in range(len(history), 0, -1):
        assert len(history) == count
        before = history.undone()
        assert before.then(*history.states[-1]) == history
        history = before
    assert history.now is None


@given(changed())
def test_names_stay_apart_and_there_are_two_levels(history):
    book = history.now
    folded = [entry.name.casefold() for entry in book.entries]
    assert len(set(folded)) == len(folded)
    for entry in book.entries:
        if entry.parent:
            above = book.find(entry.parent)
            assert above is not None
            assert not above.parent


@given(changed())
def test_a_file_gives_the_codebook_back(history):
    assert read_codebook(write_codebook(history.now)) == (history.now, ())


@settings(max_examples=25, deadline=None)
@given(history=changed())
def test_whatever_is_changed_the_result_is_sound(history, themes):
    found = themes.coded_by(history.now, COMMENTS)
    about = found.memberships.toarray()
    assert (found.said == themes.said).all()
    assert not about[~found.said].any()
    coded = found.labels >= 0
    assert about[coded, found.labels[coded]].all()
    assert (found.uncoded == (found.said & ~about.any(axis=1))).all()
    assert about.any(axis=0).all()
    assert np.isfinite(found.coverage).all()
    assert (found.assign(COMMENTS) == found.labels).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"format": "nps-codebook-1"}',
        '{"format": "other", "entries": []}',
        '{"format": "nps-codebook-1", "entries": ["a"]}',
        '{"format": "nps-codebook-1", "entries": [{"name": 3}]}',
        '{"format": "nps-codebook-1", "entries": [{"name": "a", "words": "abc"}]}',
        '{"format": "nps-codebook-1", "entries": [], "rated": 3}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "explode"}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": ["rename"]}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "pin", "name": "a", "words": []}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "merge", "name": "a", "themes": []}]}',
        "[" * 100_000,
        " " * 2_000_000,
        b"\xff\xfe\x00",
    ],
)
def test_another_file_is_refused_in_words(text):
    with pytest.raises(EditsError) as told:
        read_codebook(text, BOOK)
    assert told.value.hint


def test_a_file_holds_no_comment():
    text = write_codebook(BOOK.moved(fingerprint("the price is too high"), "Support"))
    assert "too high" not in text
    assert json.loads(text)["format"] == "nps-codebook-1"


def test_what_is_typed():
    assert words_typed("price, expensive ,cost,") == ("price", "expensive", "cost")
    assert name_of(" a\n\tb\x00\u202e c ") == "a b c"
    assert len(name_of("x" * 500)) == 60
    assert fingerprint("Too  slow ") == fingerprint("Too slow") != fingerprint("Too slow!")
