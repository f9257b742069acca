"""Links: random, one an opening; closed for all who have them; the last one frees what it opened. And their budget."""

from __future__ import annotations

import gc
import re
import weakref

import pytest

from nps_core.counts.index import index_of
from pages.ui import memory_budget, open_surveys, theme_state, upkeep

GONE = "This link opens a survey that is no longer held here"


def link_of(app) -> str:
    return app.at.session_state["opened"].link


def address(app) -> dict[str, list[str]]:
    """The query of the page, which AppTest sees one run late."""
    app.at.run()
    return {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }


def role(app, column: str):
    return app.at.selectbox(key=f"role.{app.at.session_state['opened'].survey.columns.index(column)}")


def close(app):
    next(button for button in app.at.button if button.label == "Close this survey").click().run()
    return app


def test_a_link_is_random_and_names_one_opening(open_app, small):
    first, second = (open_app().upload("same.csv", small) for _ in range(2))
    assert address(first)["survey"] == [link_of(first)]
    assert re.fullmatch(r"[\w-]{22}", link_of(first))
    assert link_of(first) != link_of(second)
    # What was read is shared all the same.
    assert first.at.session_state["opened"].survey is second.at.session_state["opened"].survey
    digest = first.at.session_state["opened"].digest
    assert digest[:8] not in link_of(first)
    assert GONE in open_app({"survey": [digest]}).html


def test_a_reload_opens_the_link_again_with_its_filters(open_app, small):
    first = open_app().upload("reload.csv", small).pick("Plan", "Starter")
    link = address(first)
    again = open_app(link)
    assert "25 of 60 responses" in again.html
    assert address(again) == link


def test_closing_kills_the_link_for_whoever_has_it_and_no_other(open_app, small):
    mine, theirs = (open_app().upload("closed.csv", small) for _ in range(2))
    link = address(mine.pick("Plan", "Starter"))
    colleague = open_app(link)
    close(mine)
    assert GONE not in mine.html
    assert mine.at.file_uploader
    assert GONE in open_app(link).html
    colleague.at.run()
    assert GONE in colleague.html
    assert "opened" not in colleague.at.session_state
    theirs.at.run()
    assert theirs.answer.startswith("NPS is")
    assert open_app(address(theirs)).answer.startswith("NPS is")


def test_the_last_link_frees_the_survey_its_files_and_its_themes_at_once(open_app, small):
    mine = small.replace(b"support is slow", b"support was slow")  # of which no other test holds the themes
    apps = [open_app().upload("freed.csv", mine) for _ in range(2)]
    for app in apps:
        for page in ("themes", "report", "data", "overview"):
            assert app.go(page).fine()
    opened = apps[0].at.session_state["opened"]
    digest, survey, index = opened.digest, weakref.ref(opened.survey), weakref.ref(index_of(opened.survey))
    kinds, about = ("survey", "files", "themes"), {opened.digest, opened.survey.digest}
    del opened

    def held_of(kinds):
        return [key for kind in kinds for key in open_surveys.SHELF.keys(kind) if key[1] in about]

    assert len(held_of(kinds)) == 3
    close(apps[0])
    assert len(held_of(kinds)) == 3
    assert apps[1].go("themes").fine()
    close(apps[1])
    assert not held_of(kinds)
    assert digest not in {opening.digest for opening in open_surveys._LINKS.values()}
    gc.collect()
    assert survey() is None  # although both sessions go on
    gc.collect()  # an index and its selections hold each other, and are free only once the survey is
    assert index() is None


def test_another_reading_keeps_the_link_and_its_filters(app, open_app, small):
    app.upload("reading.csv", small).pick("Plan", "Starter")
    link, before = link_of(app), app.at.session_state["opened"].survey
    app.go("data")
    role(app, "Persona").set_value("none").run()
    assert app.at.session_state["opened"].survey is not before
    assert link_of(app) == link
    assert app.go("overview").fine()
    assert "25 of 60 responses" in app.html
    again = open_app(address(app))
    assert again.at.session_state["opened"].survey is app.at.session_state["opened"].survey
    app.go("data").at.button(key="reading.undo").click().run()
    assert link_of(app) == link
    assert app.at.session_state["opened"].survey is before
    assert "25 of 60 responses" in app.go("overview").html


def test_the_same_file_dropped_again_is_the_same_opening(app, small):
    app.upload("again.csv", small).pick("Plan", "Starter")
    link = link_of(app)
    app.upload("again.csv", small)
    assert link_of(app) == link
    assert "25 of 60 responses" in app.html


def test_the_sample_has_the_link_that_everybody_knows_and_nobody_closes_it_for_others(open_app):
    first, second = (open_app({"survey": ["sample"]}) for _ in range(2))
    assert link_of(first) == "sample"
    close(first)
    second.at.run()
    assert second.answer.startswith("NPS is")
    # Read otherwise it is no longer the sample that others open.
    role(second.go("data"), "Persona").set_value("none").run()
    assert link_of(second) != "sample"
    assert "Persona" in open_app({"survey": ["sample"]}).at.session_state["opened"].survey.attributes


@pytest.mark.parametrize("link", ["0" * 64, "0" * 64 + ".1a2b3c4d", "A" * 22, "", "../../x", "é" * 5_000])
def test_filters_of_a_link_that_is_gone_hold_once_the_file_is_opened(open_app, small, link):
    app = open_app({"survey": [link], "by.Plan": ["Starter"], "by.Country": ["Peru"]})
    assert (GONE in app.html) == bool(link)
    app.upload("old link.csv", small)
    assert app.fine()
    assert ("25 of 60 responses" in app.html) == bool(link)
    assert ("Some filters of this link are not in this survey" in app.html) == bool(link)
    if link:
        assert address(app)["survey"] == [link_of(app)]
        # They are of that one link: the next file has its own.
        app.upload("next.csv", small.replace(b"Starter", b"Basic"))
        assert "60 responses" in app.html
        assert "Some filters" not in app.html


def test_filters_of_a_link_that_is_gone_wait_until_a_file_can_be_read(open_app, small):
    app = open_app({"survey": ["0" * 64], "by.Plan": ["Starter"]})
    app.upload("no survey.csv", b"a,b\n1,2\n")
    app.upload("survey.csv", small)
    assert "25 of 60 responses" in app.html


@pytest.fixture
def shelf(monkeypatch):
    """A shelf of our own, with room for few small surveys."""
    monkeypatch.setattr(open_surveys, "_LEAST_BYTES", 1_000_000)
    made = open_surveys.Shelf(4_500_000, 3_500_000, 100_000, 3600)
    monkeypatch.setattr(open_surveys, "SHELF", made)
    return made


def padded(small: bytes, mark: str, size: int = 100_000) -> bytes:
    """The small survey with a long comment."""
    row = f"2026-01-01,{mark}@example.org,10,{{}},Pro,End user\r\n"
    return small + "".join(row.format("x" * 9_000) for _ in range(size // 9_000)).encode()


def test_an_upload_for_which_there_is_no_room_is_refused_in_words(open_app, small, shelf):
    shelf.most = 3_500_000
    first, second = (open_app().upload(f"{number}.csv", padded(small, str(number))) for number in range(2))
    third = open_app().upload("third.csv", padded(small, "3", 300_000))
    assert third.answer == "There is no room for this survey now"
    assert "To read “third.csv” takes 2 MB of memory, and this server holds as much as it can" in third.html
    assert "Try again later, or close a survey that you no longer need." in third.html
    for app in (first, second):
        app.at.run()
        assert app.answer.startswith("NPS is")  # what somebody looks at stays
    close(first)
    third.upload("third.csv", padded(small, "3", 300_000))
    assert third.answer.startswith("NPS is")


def test_an_upload_too_large_for_one_visitor_is_refused_in_words(open_app, small, shelf):
    shelf.own = 3_000_000
    app = open_app().upload("large.csv", padded(small, "1", 1_300_000))
    assert "To read “large.csv” takes 4 MB of memory, and one visitor may use 3 MB" in app.html
    assert memory_budget.VARIABLE in app.html
    shelf.own = 2_500_000
    app.upload("fits.csv", padded(small, "1"))
    assert app.answer.startswith("NPS is")
    app.upload("second.csv", padded(small, "2", 400_000))
    assert "beside the survey that is open" in app.html
    assert next(button for button in app.at.button if button.key == "start.back")


def test_who_uploads_again_and_again_holds_the_last_one(open_app, small, shelf):
    app, other = open_app(), open_app().upload("other.csv", padded(small, "other"))
    for number in range(5):
        app.upload(f"{number}.csv", padded(small, str(number)))
        assert app.answer.startswith("NPS is"), number
        assert shelf.bytes <= shelf.most
    upkeep.turn()
    assert len(shelf.keys("survey")) == 3  # the other's, the last one, and the one before for its link
    other.at.run()
    assert other.answer.startswith("NPS is")


def test_a_reading_that_fails_gives_its_room_back(open_app, shelf):
    app = open_app()
    for number in range(5):
        app.upload(f"{number}.csv", b"a,b\n" + b"1,2\n" * 20_000)
        assert app.answer == "This file could not be read as an NPS survey"
        assert shelf.bytes < 200_000
    app.at.run()


def test_links_whose_survey_is_held_no_longer_are_forgotten(open_app, small, shelf):
    link = link_of(open_app().upload("left.csv", small))
    gc.collect()
    shelf.seconds = 0
    upkeep.turn()
    assert link not in open_surveys._LINKS


def test_themes_as_edited_by_hand_go_with_the_survey(app, make_csv):
    texts = ("support is slow", "love the reports", "too expensive", "easy to set up")
    app.upload("edited.csv", make_csv([{"Score": i % 11, "Comment": texts[i % 4]} for i in range(80)]))
    app.go("themes")
    app.control("comments.view").set_value("edit").run()
    app.at.text_input(key="hand.words").set_value("Money: expensive")
    app.at.button(key="hand.words.do").click().run()
    app.at.button(key="hand.keep").click().run()
    digest = session_digest(app)
    assert [key for key in open_surveys.SHELF.keys("coded themes") if key[1] == digest]
    close(app)
    assert not [key for key in open_surveys.SHELF.keys("coded themes") if key[1] == digest]
    assert "themes.waves" not in app.at.session_state


def session_digest(app) -> str:
    return app.at.session_state["opened"].survey.digest


def test_few_waves_are_kept_in_a_session(app, make_csv):
    for number in range(theme_state._SHAPES + 2):
        rows = [{"Score": i % 11, "Comment": "support is slow", f"Column {number}": "x"} for i in range(40)]
        app.upload(f"{number}.csv", make_csv(rows)).go("themes")
    assert len(app.at.session_state["themes.waves"]) == theme_state._SHAPES
