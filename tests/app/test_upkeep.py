"""What is let go of while nobody clicks."""

from __future__ import annotations

from nps_core.reading import cells
from nps_core.score import estimate
from pages.ui import upkeep


def test_no_word_of_a_file_is_remembered_after_memory_was_given_back(app, small, monkeypatch):
    give_back = upkeep.give_back
    monkeypatch.setattr(upkeep, "give_back", lambda: None)  # of the thread, which may be due meanwhile
    app.upload("words.csv", small.replace(b"support is slow", b"a word like no other"))
    assert cells.kind.cache_info().currsize
    give_back()
    assert not cells.kind.cache_info().currsize
    assert not estimate._of_one.cache_info().currsize
    app.at.run()
    assert app.answer.startswith("NPS is")


def test_it_is_begun_once():
    upkeep.begin()
    before = upkeep.begin.cache_info().currsize
    upkeep.begin()
    assert upkeep.begin.cache_info().currsize == before == 1
