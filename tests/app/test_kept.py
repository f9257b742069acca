"""Kept surveys: kept by a button, opened by their link and from the list, with what lives with them."""

from __future__ import annotations

import pytest

from nps_core.workspace import Workspace
from pages.ui import kept, open_surveys

HELD = "Held in memory only"


@pytest.fixture
def keep():
    """Keep the survey that is open, under a name, signed."""

    def keep(app, name="Customers", by="Ann"):
        field = next(one for one in app.at.text_input if (one.key or "").startswith("kept.name."))
        field.set_value(name)
        app.at.text_input(key="kept.by.keep").set_value(by)
        app.at.button(key="kept.keep").click().run()
        assert app.fine()
        return app

    return keep


def link_of(app) -> str:
    return app.at.session_state["opened"].link


def address(app) -> dict[str, list[str]]:
    """The query of the page, which AppTest sees one run late."""
    app.at.run()
    return {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }


def forget_all():
    """As a server that was started again: it holds nothing."""
    for kind in ("survey", "files", "themes"):
        for key in open_surveys.SHELF.keys(kind):
            open_surveys.SHELF.drop(key)
    open_surveys._LINKS.clear()
    kept._OPENED.clear()


def buttons(app) -> set[str]:
    return {button.key for button in app.at.button}


def test_an_upload_stays_in_memory_until_somebody_keeps_it(app, small, place):
    app.upload("q1.csv", small)
    assert HELD in app.html
    assert not place.exists()


def test_a_kept_survey_has_the_link_it_had_and_opens_after_a_restart(app, open_app, small, place, keep):
    app.upload("q1.csv", small)
    link = link_of(app)
    keep(app.pick("Plan", "Starter"))
    assert link_of(app) == link
    assert HELD not in app.html
    assert "Kept on" in app.html
    assert "by Ann" in app.html
    assert app.answer.startswith("NPS is")
    asked = address(app)
    forget_all()
    again = open_app(asked)
    assert "25 of 60 responses" in again.html
    assert again.at.session_state["opened"].survey.name == "Customers"
    (survey,) = Workspace.open(place).surveys()
    assert (survey.name, survey.by, survey.n, survey.link) == ("Customers", "Ann", 60, link)


def test_every_page_draws_a_kept_survey(app, small, place, keep):
    keep(app.upload("q1.csv", small))
    for page in ("overview", "trends", "segments", "compare", "themes", "drivers", "accounts", "report", "data"):
        assert app.go(page).fine(), page


def test_the_sample_is_kept_under_a_link_of_its_own(app, place, keep):
    keep(app.open_sample())
    assert link_of(app) not in {"sample", ""}
    assert address(app)["survey"] == [link_of(app)]


def test_nothing_of_the_upload_is_held_once_it_is_kept(app, small, place, keep):
    app.upload("q1.csv", small.replace(b"too expensive", b"far too expensive"))
    digest = app.at.session_state["opened"].digest
    keep(app)
    held = [key for kind in ("survey", "files") for key in open_surveys.SHELF.keys(kind)]
    assert not [key for key in held if key[1] == digest]


def test_a_colleague_who_has_the_link_sees_it_kept(open_app, small, place, keep):
    mine = open_app().upload("q1.csv", small)
    theirs = open_app(address(mine))
    keep(mine)
    theirs.at.run()
    assert theirs.answer.startswith("NPS is")
    assert "Kept on" in theirs.html


def test_the_first_screen_lists_what_is_kept(open_app, small, place, keep):
    assert "Kept surveys" not in open_app().html
    keep(open_app().upload("q1.csv", small), "Customers & friends")
    start = open_app()
    assert "Kept surveys" in start.html
    assert "1 wave, 60 responses" in start.html
    assert "NPS +33 (+13 to +51)" in start.html
    opener = next(button for button in start.at.button if (button.key or "").startswith("kept.open."))
    opener.click().run()
    assert start.answer.startswith("NPS is")


@pytest.mark.parametrize("where", ["", "off"])
def test_who_does_not_sit_at_this_machine_keeps_and_sees_nothing(
    open_app, small, place, keep, where, monkeypatch
):
    """Only whoever runs the server decides to share what is kept; a link opens all the same."""
    mine = keep(open_app().upload("q1.csv", small))
    asked = address(mine)
    if where == "off":
        monkeypatch.setenv("NPS_WORKSPACE", "off")
    else:
        monkeypatch.delenv("NPS_WORKSPACE")
        monkeypatch.setattr("nps_core.workspace.place.Path.home", lambda: place.parent)
        folder = place.parent / ".nps-dashboard"
        folder.mkdir()
        place.rename(folder / "workspace.sqlite")
    start = open_app()
    assert "Kept surveys" not in start.html
    assert "kept.keep" not in buttons(start.upload("q2.csv", small))
    opened = open_app(asked)
    assert ("opened" in opened.at.session_state) == (where != "off")


def wave_two(small: bytes) -> bytes:
    """The next wave: its first ten responses are of the first one, thirty are new, ten of them detractors."""
    head, *rows = small.decode().splitlines()
    new = [
        f"2026-0{7 + number % 3}-{1 + number % 28:02},U{number}@Example.org,{2 if number < 10 else 9},"
        "still slow,Pro,End user"
        for number in range(30)
    ]
    return "\n".join([head, *rows[:10], *new]).encode()


@pytest.fixture
def waves(small, place, keep, open_app):
    """A kept survey with its first wave, and the second one dropped on it."""
    app = keep(open_app().upload("q1.csv", small))
    return app.upload("q3.csv", wave_two(small))


def names(app) -> list[str]:
    return [wave.name for wave in app.at.session_state["opened"].kept.waves]


def test_a_file_dropped_on_a_kept_survey_is_looked_at_before_anything_is_written(waves, place):
    assert waves.fine()
    assert "30 responses are new" in waves.html
    assert "10 responses are kept already" in waves.html
    (survey,) = Workspace.open(place).surveys()
    assert len(survey.waves) == 1


def test_a_wave_is_added_its_change_said_and_taken_back(waves, place):
    waves.at.button(key="wave.add").click().run()
    assert waves.fine()
    assert names(waves) == ["2026", "q3"]
    assert waves.at.session_state["opened"].survey.rows.kept == 90
    assert "was added" in waves.html
    assert "+33" in waves.html
    waves.at.button(key="wave.undo").click().run()
    assert waves.fine()
    assert names(waves) == ["2026"]
    assert waves.at.session_state["opened"].survey.rows.kept == 60
    assert "taken back" in waves.html


def press(app, key):
    app.at.button(key=key).click().run()
    assert app.fine()
    return app


def test_a_wave_is_an_attribute_in_the_order_of_the_waves(waves):
    press(waves, "wave.add").pick("Wave", "q3")
    assert "30 of 90 responses" in waves.html
    waves.go("segments").at.selectbox(key="segments.by").set_value("Wave").run()
    assert waves.fine()
    assert list(waves.at.session_state["opened"].survey.responses["Wave"].cat.categories) == ["2026", "q3"]


def test_a_file_dropped_on_a_kept_survey_can_be_opened_by_itself(waves, place):
    press(waves, "wave.alone")
    assert waves.at.session_state["opened"].kept is None
    assert waves.at.session_state["opened"].survey.rows.kept == 40
    assert HELD in waves.html
    assert "arrived" not in waves.at.session_state
    (survey,) = Workspace.open(place).surveys()
    assert len(survey.waves) == 1


def test_the_same_file_again_is_refused_in_words(small, place, keep, open_app):
    app = keep(open_app().upload("q1.csv", small)).upload("again.csv", small)
    assert "already" in app.html
    assert "wave.add" not in buttons(app)
    press(app, "wave.cancel")
    assert "arrived" not in app.at.session_state
    assert app.at.session_state["opened"].survey.rows.kept == 60


def test_several_files_become_the_waves_of_a_new_survey(app, small, place):
    files = [("b.csv", wave_two(small), "text/csv"), ("a.csv", small, "text/csv")]
    app.at.file_uploader[0].set_value(files).run()
    field = next(one for one in app.at.text_input if (one.key or "").startswith("kept.name."))
    field.set_value("Both")
    press(app, "kept.keep")
    assert [place for place in (app.html.find("a.csv"), app.html.find("b.csv")) if place < 0] == []
    press(app, "wave.add")
    assert names(app) == ["2026", "b"]
    assert app.at.session_state["opened"].survey.rows.kept == 90


def test_an_open_survey_is_kept_as_the_next_wave_of_another(small, place, keep, open_app):
    keep(open_app().upload("q1.csv", small))
    app = open_app().upload("q3.csv", wave_two(small))
    (survey,) = Workspace.open(place).surveys()
    app.at.selectbox(key="kept.as").set_value(survey.link).run()
    press(press(app, "kept.keep"), "wave.add")
    assert names(app) == ["2026", "q3"]
    assert address(app)["survey"] == [survey.link]


def test_a_colleague_sees_the_wave_at_their_next_click(waves, open_app):
    colleague = open_app({"survey": [link_of(waves)]})
    press(waves, "wave.add")
    colleague.at.run()
    assert colleague.at.session_state["opened"].survey.rows.kept == 90


def test_the_waves_stand_on_the_page_of_the_data_and_are_renamed(waves, place):
    press(waves, "wave.add").go("data")
    for said in ("2026", "q3", "30 responses", "by Ann"):
        assert said in waves.html
    wave = waves.at.session_state["opened"].kept.waves[1]
    kept_now = waves.at.session_state["opened"].kept
    waves.at.session_state[f"wave.change.{wave.id}.{kept_now.revision}"] = True
    waves.at.run()
    waves.at.text_input(key=f"wave.rename.{wave.id}").set_value("Autumn")
    press(waves, f"wave.rename.{wave.id}.do")
    assert names(waves) == ["2026", "Autumn"]
    assert list(waves.at.session_state["opened"].survey.responses["Wave"].cat.categories)[1] == "Autumn"
