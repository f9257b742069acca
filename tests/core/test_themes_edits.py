"""A person's changes to themes: they win, find their themes again, can be undone, and live in a small file."""

import json
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subjects import SUBJECTS

from nps_core.errors import EditsError
from nps_core.themes import (
    Hide,
    Merge,
    Move,
    Pin,
    Pointer,
    Rename,
    Split,
    ThemeEdits,
    apply_edits,
    find_themes,
    split_theme,
    theme_effects,
)
from nps_core.themes.edits import fingerprint, name_of, pin_of
from nps_core.themes.examples import holding


@pytest.fixture(scope="module")
def comments():
    rng = np.random.default_rng(1)
    said = [text for texts in SUBJECTS.values() for text in texts for _ in range(10)]
    return [None, *(said[i] for i in rng.permutation(len(said))), "n/a"]


@pytest.fixture(scope="module")
def themes(comments):
    return find_themes(comments, k=5)


@pytest.fixture(scope="module")
def refit(comments):
    """Another seed and another number of themes: other theme numbers, other sizes."""
    return find_themes(comments, k=6, seed=3)


def theme_of(themes, comments, text):
    return int(themes.labels[comments.index(text)])


def named(themes, name):
    assert name in themes.names
    return themes.names.index(name)


def sound(themes, comments):
    """What holds for every result, changed or not."""
    members = themes.memberships.toarray()
    said = np.flatnonzero(themes.labels >= 0)
    assert len(themes.names) == len(set(themes.names)) == len(themes.terms) == len(themes.quotes) == themes.k
    assert members.shape == (len(comments), themes.k)
    assert members[said, themes.labels[said]].all()
    assert not members[themes.labels < 0].any()
    for number, quotes in enumerate(themes.quotes):
        assert all(themes.labels[row] == number for row in quotes)


def edits_for(themes, comments):
    """Support renamed, delivery and price merged, the app split, one comment moved, and a theme pinned."""
    to = [
        Pointer.to(themes, theme_of(themes, comments, SUBJECTS[subject][0]))
        for subject in ("delivery", "price")
    ]
    support = Pointer.to(themes, theme_of(themes, comments, "waiting on hold for support"))
    return (
        ThemeEdits()
        .then(Rename(support, "Help when it is needed"))
        .then(Merge(tuple(to), "What it costs and when it comes"))
        .then(Pin("Crashes", ("crash", "freezes")))
        .then(Move(fingerprint("the price is too high"), Pointer("Help when it is needed", support.terms)))
    )


@pytest.mark.parametrize("which", ["themes", "refit"])
def test_changes_win_and_survive_a_refit(which, themes, comments, request):
    found = request.getfixturevalue(which)
    changed = apply_edits(found, comments, edits_for(themes, comments))
    sound(changed, comments)
    support = named(changed, "Help when it is needed")
    both = named(changed, "What it costs and when it comes")
    crashes = named(changed, "Crashes")
    assert theme_of(changed, comments, "waiting on hold for support") == support
    assert theme_of(changed, comments, "the delivery came late") == both
    assert theme_of(changed, comments, "price increase without notice") == both
    assert theme_of(changed, comments, "the price is too high") == support  # moved
    for text in ("the app crashes on login", "app crashes after the update", "the app freezes on my screen"):
        assert theme_of(changed, comments, text) == crashes
    assert theme_of(changed, comments, "login fails in the app") != crashes
    assert changed.note == ""


def test_a_later_wave_follows_the_changes(themes, comments):
    changed = apply_edits(themes, comments, edits_for(themes, comments))
    wave = [
        "it keeps crashing",
        "The price is too high",
        "the price is too high",
        "late again, the delivery",
        None,
        "n/a",
    ]
    labels, members = changed.assign_all(wave)
    assert [changed.names[n] if n >= 0 else "" for n in labels.tolist()] == [
        "Crashes",
        "What it costs and when it comes",
        "Help when it is needed",
        "What it costs and when it comes",
        "",
        "",
    ]
    assert members.toarray()[np.arange(4), labels[:4]].all()
    carried = changed.carried_to(wave)
    assert carried.names == changed.names
    assert carried.labels.tolist() == labels.tolist()
    assert carried.quotes[named(carried, "Crashes")] == (0,)


def test_figures_follow_the_changes_and_still_add_up(themes, comments):
    changed = apply_edits(themes, comments, edits_for(themes, comments))
    groups = np.random.default_rng(2).integers(0, 3, len(comments))
    effects = theme_effects(changed, groups)
    assert effects.names == changed.names
    assert effects.n.tolist() == changed.memberships.toarray().sum(axis=0).tolist()
    assert effects.base + effects.contribution.sum() == pytest.approx(effects.overall.nps, abs=1e-9)


def test_undo_takes_back_the_last_change_only(themes, comments):
    edits = edits_for(themes, comments)
    assert edits.undone().edits == edits.edits[:-1]
    back = apply_edits(themes, comments, edits.undone())
    assert theme_of(back, comments, "the price is too high") == named(back, "What it costs and when it comes")
    for _ in range(len(edits)):
        edits = edits.undone()
    assert apply_edits(themes, comments, edits) is themes
    assert edits.undone() == edits


def test_a_hidden_theme_leaves_its_comments_to_the_others(themes, comments):
    number = theme_of(themes, comments, "the app crashes on login")
    changed = apply_edits(themes, comments, ThemeEdits((Hide(Pointer.to(themes, number)),)))
    sound(changed, comments)
    assert changed.k == themes.k - 1
    assert themes.names[number] not in changed.names
    assert changed.remainder == changed.k - 1
    assert np.count_nonzero(changed.labels >= 0) == np.count_nonzero(themes.labels >= 0)
    only = themes.memberships.toarray()[:, number] & (themes.memberships.toarray().sum(axis=1) == 1)
    assert (changed.labels[only] == changed.remainder).all()


def test_hiding_one_of_two_themes_makes_a_remainder(comments):
    two = find_themes(comments, k=2)
    changed = apply_edits(two, comments, ThemeEdits((Hide(Pointer.to(two, 0)),)))
    sound(changed, comments)
    assert changed.names == (two.names[1], "Other comments")
    assert changed.remainder == 1


@pytest.mark.parametrize("which", ["themes", "refit"])
def test_a_split_parts_a_theme_by_what_it_holds(which, themes, comments, request):
    to = [theme_of(themes, comments, SUBJECTS[subject][0]) for subject in ("delivery", "app")]
    merged = ThemeEdits((Merge(tuple(Pointer.to(themes, number) for number in to), "Both"),))
    whole = apply_edits(themes, comments, merged)
    split = split_theme(whole, comments, named(whole, "Both"))
    found = request.getfixturevalue(which)
    before = apply_edits(found, comments, merged)
    changed = apply_edits(found, comments, merged.then(split))
    sound(changed, comments)
    assert changed.k == before.k + 1
    # No comment is lost or won: the parts hold together what the theme held.
    parts = [named(changed, part.name) for part in split.parts]
    assert (np.isin(changed.labels, parts) == (before.labels == named(before, "Both"))).all()
    assert theme_of(changed, comments, "the delivery came late") != theme_of(
        changed, comments, "login fails in the app"
    )


def test_what_cannot_be_split_is_not():
    assert split_theme(find_themes(["slow", "slow"]), ["slow", "slow"], 0) is None
    same = ["the parcel was late"] * 60 + ["the app crashed again"] * 60
    found = find_themes(same, k=2)
    assert split_theme(found, same, 0) is None


def test_words_of_an_existing_theme_are_added_to_it(themes, comments):
    number = theme_of(themes, comments, "the price is too high")
    changed = apply_edits(
        themes, comments, ThemeEdits((Pin(themes.names[number].upper(), ("joke", "update")),))
    )
    sound(changed, comments)
    assert changed.k == themes.k
    assert changed.names[number] == themes.names[number]
    assert theme_of(changed, comments, "cannot login since the update") == number
    assert theme_of(changed, comments, "the price is too high") == number


def test_a_comment_that_says_more_keeps_what_else_it_is_about(comments):
    more = [*comments, "the parcel arrived damaged. the app crashes on login."]
    found = find_themes(more, k=5)
    changed = apply_edits(found, more, ThemeEdits((Pin("Crashes", ("crashes",)),)))
    assert changed.labels[-1] == named(changed, "Crashes")
    assert changed.memberships.toarray()[-1].sum() >= 2


def test_a_theme_can_be_pinned_where_there_was_too_little_to_cluster():
    comments = ["Too expensive", "Slow", "the prices went up", None]
    changed = apply_edits(
        find_themes(comments), comments, ThemeEdits((Pin("Pricing", ("price", "expensive")),))
    )
    assert changed.names == ("Pricing", "All comments")
    assert changed.labels.tolist() == [0, 1, 0, -1]
    assert changed.assign(["pricey", "my price", ""]).tolist() == [1, 0, -1]


def test_a_pin_that_nothing_holds_makes_no_theme(themes, comments):
    changed = apply_edits(themes, comments, ThemeEdits((Pin("Weather", ("rain",)),)))
    assert changed.names == themes.names
    assert (changed.labels == themes.labels).all()


def test_a_change_whose_theme_is_not_there_says_so_and_does_nothing(themes, comments):
    gone = Rename(Pointer("Breakfast", ("breakfast", "buffet", "eggs")), "Food")
    changed = apply_edits(themes, comments, ThemeEdits((gone,)))
    assert changed.names == themes.names
    assert (
        changed.note == "1 change finds no such theme here and had no effect: “Breakfast” renamed to “Food”."
    )


def test_the_remainder_can_be_renamed_but_not_hidden(themes, comments):
    rest = Pointer.to(themes, themes.remainder)
    changed = apply_edits(themes, comments, ThemeEdits((Rename(rest, "The rest"),)))
    assert changed.names[changed.remainder] == "The rest"
    kept = apply_edits(themes, comments, ThemeEdits((Hide(rest),)))
    assert kept.names == themes.names
    assert "no such theme" in kept.note


def test_no_comments_no_change():
    none = find_themes([None, "-"])
    assert apply_edits(none, [None, "-"], ThemeEdits((Pin("A", ("b",)),))) is none
    with pytest.raises(ValueError, match="1 comments for 2 labels"):
        apply_edits(none, [None], ThemeEdits((Pin("A", ("b",)),)))


# The file.


def test_a_file_brings_back_the_same_changes_and_holds_no_comment(themes, comments):
    number = theme_of(themes, comments, "the app crashes on login")
    edits = (
        edits_for(themes, comments)
        .then(split_theme(themes, comments, number))
        .then(Hide(Pointer("x", ("y",))))
    )
    text = edits.to_json()
    assert ThemeEdits.from_json(text) == edits
    assert ThemeEdits.from_json(text.encode()) == edits
    assert "the price is too high" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"format": "nps-theme-edits-1"}',
        '{"format": "other", "changes": []}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "explode"}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": ["rename"]}]}',
        '{"format": "nps-theme-edits-1", "changes": ["rename"]}',
        (
            '{"format": "nps-theme-edits-1", "changes": [{"change": "rename", "theme": {"name": "a", "terms":'
            ' []}, "name": 3}]}'
        ),
        (
            '{"format": "nps-theme-edits-1", "changes": [{"change": "rename", "theme": {"name": "a", "terms":'
            ' "abc"}, "name": "b"}]}'
        ),
        '{"format": "nps-theme-edits-1", "changes": [{"change": "pin", "name": "a", "words": []}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "pin", "name": "  ", "words": ["a"]}]}',
        '{"format": "nps-theme-edits-1", "changes": [{"change": "merge", "name": "a", "themes": []}]}',
        "[" * 100_000,
        " " * 2_000_000,
        b"\xff\xfe\x00",
    ],
)
def test_another_file_is_refused_in_words(text):
    with pytest.raises(EditsError) as told:
        ThemeEdits.from_json(text)
    assert told.value.hint


words = st.text(string.ascii_letters + " äé<>&$*", min_size=1, max_size=20).map(name_of).filter(bool)
pointers = st.builds(Pointer, words, st.lists(words, max_size=4).map(tuple))
several = st.lists(pointers, min_size=2, max_size=4).map(tuple)
changes = st.one_of(
    st.builds(Rename, pointers, words),
    st.builds(Merge, several, words),
    st.builds(Split, pointers, several),
    st.builds(Hide, pointers),
    st.builds(Move, words.map(fingerprint), pointers),
    st.builds(Pin, words, st.lists(words, min_size=1, max_size=4).map(tuple)),
)


@given(st.lists(changes, max_size=6))
def test_any_changes_come_back_from_their_file(listed):
    edits = ThemeEdits(tuple(listed))
    assert ThemeEdits.from_json(edits.to_json()) == edits
    assert len(edits.said()) == len(edits)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_changed_every_comment_keeps_a_theme(data, themes, comments):
    edits = ThemeEdits()
    for _ in range(data.draw(st.integers(1, 5))):
        now = apply_edits(themes, comments, edits)
        here = [Pointer.to(now, number) for number in range(now.k)]
        one = data.draw(st.sampled_from(here))
        edits = edits.then(
            data.draw(
                st.sampled_from(
                    [
                        Rename(one, data.draw(words)),
                        Hide(one),
                        Merge((one, here[0]), "Together"),
                        Pin(
                            data.draw(st.sampled_from(["Together", "Late", one.name])),
                            ("late", "login", "price"),
                        ),
                        Move(fingerprint(data.draw(st.sampled_from(comments[1:-1]))), one),
                        split_theme(now, comments, data.draw(st.integers(0, now.k - 1))) or Hide(one),
                    ]
                )
            )
        )
    changed = apply_edits(themes, comments, edits)
    sound(changed, comments)
    assert ((changed.labels < 0) == (themes.labels < 0)).all()
    labels, members = changed.assign_all(comments)
    assert labels.tolist() == changed.labels.tolist()
    assert (members.toarray() == changed.memberships.toarray()).all()


# What is typed.


def test_a_pin_as_it_is_typed():
    assert pin_of("pricing: price, expensive ,cost,") == Pin("pricing", ("price", "expensive", "cost"))
    assert [pin_of(text) for text in ("", "pricing", "pricing:", ": price", "a: , ,")] == [None] * 5


def test_names_are_one_line_that_can_be_shown():
    assert name_of(" a\n\tb\x00\u202e c ") == "a b c"
    assert len(name_of("x" * 500)) == 60
    assert name_of("\u200b \n") == ""


@pytest.mark.parametrize(
    ("example", "code", "held", "not_held"),
    [
        ("price", "en", ["Prices went up", "overpriced? the price!"], ["precious", "a prize"]),
        ("waiting on hold", "en", ["we waited on hold"], ["hold on, waiting"]),
        ("delivery", "en", ["late deliveries"], ["deliberate"]),
        ("atención", "es", ["Buena atencion", "las atenciones"], ["atentos"]),
        ("preis", "de", ["Die Preise sind hoch"], ["prima"]),
        ("価格", "ja", ["価格が高い"], ["配送が遅い"]),
        ("价格", "zh", ["价格太高"], ["服务很好"]),
    ],
)
def test_an_example_is_held_in_every_form(example, code, held, not_held):
    found, forms = holding([*held, *not_held, None], [example], [code])
    assert found.tolist() == [True] * len(held) + [False] * (len(not_held) + 1)
    assert forms


def test_an_example_of_marks_alone_is_held_by_nothing():
    assert not holding(["anything", "!!!"], ["!!!", "", "\\"], ["en"])[0].any()


def test_a_comment_is_known_by_its_text_and_not_told():
    assert fingerprint("Too  slow ") == fingerprint("Too slow") != fingerprint("Too slow!")
    assert json.dumps(fingerprint("Too slow")).isascii()
    assert "slow" not in fingerprint("Too slow")
