"""Word vectors learned elsewhere: used where they are and where they help, and never looked for outside."""

import numpy as np
import pytest

from nps_core.themes import find_themes, vectors

# Two ways of saying each of two things, which share no word.
PRICE = [[f"the {a} is {b}" for a in ("price", "fee") for b in ("high", "steep")], [f"the {a} are {b}" for a in ("costs", "charges") for b in ("dear", "excessive")]]  # fmt: skip
HELP = [[f"the {a} is {b}" for a in ("support", "helpdesk") for b in ("rude", "curt")], [f"the {a} are {b}" for a in ("agents", "advisers") for b in ("unkind", "brusque")]]  # fmt: skip
ABOUT = {
    "price fee costs charges": (1, 0, 0), "high steep dear excessive": (0.9, 0.1, 0),
    "support helpdesk agents advisers": (0, 0, 1), "rude curt unkind brusque": (0, 0.1, 0.9),
}  # fmt: skip
MEANING = {word: vector for words, vector in ABOUT.items() for word in words.split()}


@pytest.fixture
def comments():
    return [text for way in (*PRICE, *HELP) for text in way] * 6


@pytest.fixture
def known(monkeypatch):
    """Vectors as a package would ship them: a row a piece of a word, here a word."""
    words = list(MEANING)
    table = np.array([MEANING[word] for word in words], dtype=np.float32)
    monkeypatch.setattr(
        vectors, "_loaded", lambda: (table, lambda word: [words.index(word)] if word in words else [])
    )


@pytest.mark.usefixtures("known")
def test_words_of_one_meaning_meet(comments):
    themes = find_themes(comments, k=2, language="en")
    about = np.array(
        [any(word in text for word in ("price", "fee", "costs", "charges")) for text in comments]
    )
    assert len(set(themes.labels[about])) == len(set(themes.labels[~about])) == 1
    assert themes.assign(["the fee", "rude agents", "no such word"]).tolist()[:2] == [
        themes.labels[0],
        themes.labels[-1],
    ]


@pytest.mark.usefixtures("known")
def test_without_them_and_in_other_languages_nothing_changes(comments, monkeypatch):
    spanish = find_themes(comments, k=2, language="es").labels.tolist()
    monkeypatch.setattr(vectors, "_loaded", lambda: None)
    assert find_themes(comments, k=2, language="es").labels.tolist() == spanish
    assert find_themes(comments, k=2, language="en").model.space.known is None


@pytest.mark.usefixtures("known")
def test_a_word_without_a_vector_counts_for_nothing():
    found = vectors.known_vectors({"price": 0, "prices": 0, "zzz": 1}, 2, "en")
    assert found.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert vectors.known_vectors({"price": 0}, 1, "de") is None


def test_no_package_no_vectors(monkeypatch):
    vectors._loaded.cache_clear()
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package_at_all")
    assert vectors._loaded() is None
    vectors._loaded.cache_clear()
