"""Kept surveys: kept by a button, opened by their link and from the list, with what lives with them."""

from __future__ import annotations

import pytest

from nps_core.workspace import Workspace
from pages.ui import kept, open_surveys

HELD = "Held in memory only"

FIRST, SECOND = "Jan to Jun 2026", "Jan to Sep 2026"  # what the waves are called by their days


@pytest.fixture
def keep(place):
    """Keep the survey that is open, under a name, signed."""
    assert not place.exists()

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


def test_every_page_draws_a_kept_survey(app, small, keep):
    keep(app.upload("q1.csv", small))
    for page in (
        "overview",
        "trends",
        "segments",
        "compare",
        "themes",
        "drivers",
        "accounts",
        "report",
        "data",
    ):
        assert app.go(page).fine(), page


def test_the_sample_is_kept_under_a_link_of_its_own(app, keep):
    keep(app.open_sample())
    assert link_of(app) not in {"sample", ""}
    assert address(app)["survey"] == [link_of(app)]


def test_nothing_of_the_upload_is_held_once_it_is_kept(app, small, keep):
    app.upload("q1.csv", small.replace(b"too expensive", b"far too expensive"))
    digest = app.at.session_state["opened"].digest
    keep(app)
    held = [key for kind in ("survey", "files") for key in open_surveys.SHELF.keys(kind)]
    assert not [key for key in held if key[1] == digest]


def test_a_colleague_who_has_the_link_sees_it_kept(open_app, small, keep):
    mine = open_app().upload("q1.csv", small)
    theirs = open_app(address(mine))
    keep(mine)
    theirs.at.run()
    assert theirs.answer.startswith("NPS is")
    assert "Kept on" in theirs.html


def test_the_first_screen_lists_what_is_kept(open_app, small, keep):
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
    if where != "off":  # who has the link alone looks at it, and changes nothing
        assert not {"erase", "kept.rename.do"} & buttons(opened.go("data"))
        aim(opened.go("overview"), "In my link")
        assert "aim" in address(opened)
        assert not settings(folder / "workspace.sqlite")
        opened.upload("q3.csv", wave_two(small))
        assert opened.at.session_state["opened"].kept is None


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
def waves(small, keep, open_app):
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


def test_a_wave_is_added_its_change_said_and_taken_back(waves):
    waves.at.button(key="wave.add").click().run()
    assert waves.fine()
    assert names(waves) == [FIRST, SECOND]
    assert waves.at.session_state["opened"].survey.rows.kept == 90
    assert "was added" in waves.html
    assert "+33" in waves.html
    waves.at.button(key="wave.undo").click().run()
    assert waves.fine()
    assert names(waves) == [FIRST]
    assert waves.at.session_state["opened"].survey.rows.kept == 60
    assert "taken back" in waves.html


def press(app, key):
    app.at.button(key=key).click().run()
    assert app.fine()
    return app


def test_a_wave_is_an_attribute_in_the_order_of_the_waves(waves):
    press(waves, "wave.add").pick("Wave", SECOND)
    assert "30 of 90 responses" in waves.html
    waves.go("segments").at.selectbox(key="segments.by").set_value("Wave").run()
    assert waves.fine()
    assert list(waves.at.session_state["opened"].survey.responses["Wave"].cat.categories) == [FIRST, SECOND]


def test_a_file_dropped_on_a_kept_survey_can_be_opened_by_itself(waves, place):
    press(waves, "wave.alone")
    assert waves.at.session_state["opened"].kept is None
    assert waves.at.session_state["opened"].survey.rows.kept == 40
    assert HELD in waves.html
    assert "arrived" not in waves.at.session_state
    (survey,) = Workspace.open(place).surveys()
    assert len(survey.waves) == 1


def test_the_same_file_again_is_refused_in_words(small, keep, open_app):
    app = keep(open_app().upload("q1.csv", small)).upload("again.csv", small)
    assert "already" in app.html
    assert "wave.add" not in buttons(app)
    press(app, "wave.cancel")
    assert "arrived" not in app.at.session_state
    assert app.at.session_state["opened"].survey.rows.kept == 60


@pytest.mark.usefixtures("place")
def test_several_files_become_the_waves_of_a_new_survey(app, small):
    files = [("b.csv", wave_two(small), "text/csv"), ("a.csv", small, "text/csv")]
    app.at.file_uploader[0].set_value(files).run()
    field = next(one for one in app.at.text_input if (one.key or "").startswith("kept.name."))
    field.set_value("Both")
    press(app, "kept.keep")
    assert [place for place in (app.html.find("a.csv"), app.html.find("b.csv")) if place < 0] == []
    press(app, "wave.add")
    assert names(app) == [FIRST, SECOND]
    assert app.at.session_state["opened"].survey.rows.kept == 90


def test_an_open_survey_is_kept_as_the_next_wave_of_another(small, place, keep, open_app):
    keep(open_app().upload("q1.csv", small))
    app = open_app().upload("q3.csv", wave_two(small))
    (survey,) = Workspace.open(place).surveys()
    app.at.selectbox(key="kept.as").set_value(survey.link).run()
    press(press(app, "kept.keep"), "wave.add")
    assert names(app) == [FIRST, SECOND]
    assert address(app)["survey"] == [survey.link]


def test_a_colleague_sees_the_wave_at_their_next_click(waves, open_app):
    colleague = open_app({"survey": [link_of(waves)]})
    press(waves, "wave.add")
    colleague.at.run()
    assert colleague.at.session_state["opened"].survey.rows.kept == 90


def test_the_waves_stand_on_the_page_of_the_data_and_are_renamed(waves):
    press(waves, "wave.add").go("data")
    for said in (FIRST, SECOND, "30 responses", "by Ann"):
        assert said in waves.html
    wave = waves.at.session_state["opened"].kept.waves[1]
    kept_now = waves.at.session_state["opened"].kept
    waves.at.session_state[f"wave.change.{wave.id}.{kept_now.revision}"] = True
    waves.at.run()
    waves.at.text_input(key=f"wave.rename.{wave.id}").set_value("Autumn")
    press(waves, f"wave.rename.{wave.id}.do")
    assert names(waves) == [FIRST, "Autumn"]
    assert list(waves.at.session_state["opened"].survey.responses["Wave"].cat.categories)[1] == "Autumn"


def settings(place) -> dict[str, list[str]]:
    workspace = Workspace.open(place)
    return workspace.settings(workspace.surveys()[0])


def aim(app, name, nps=50):
    app.at.session_state["aims.open"] = True
    app.at.run()
    app.at.text_input(key="aims.name").set_value(name)
    app.at.number_input(key="aims.nps").set_value(nps).run()
    return press(app, "aims.add")


def take_off(app, place=0):
    app.at.session_state["aims.open"] = True
    app.at.run()
    return press(app, f"aims.remove.{place}")


def test_what_was_typed_in_lives_with_the_survey_and_not_in_its_link(app, open_app, small, place, keep):
    keep(aim(app.upload("q1.csv", small), "Before"))
    aim(app, "Later")
    asked = address(app)
    assert "aim" not in asked
    forget_all()
    again = open_app({"survey": asked["survey"]})
    assert "Before" in again.html
    assert "Later" in again.html
    assert len(settings(place)["aim"]) == 2


def test_what_was_emptied_stays_empty(app, open_app, small, place, keep):
    keep(aim(app.upload("q1.csv", small), "Gone soon"))
    take_off(app)
    assert "aim" not in settings(place)
    again = open_app({"survey": [link_of(app)]})
    assert "Gone soon" not in again.html


def test_what_an_address_says_holds_and_changes_nothing_of_what_is_kept(app, open_app, small, place, keep):
    keep(aim(app.upload("q1.csv", small), "Kept"))
    other = open_app().upload("q1.csv", small)
    aim(other, "Of a link")
    asked = {**address(other), "survey": [link_of(app)]}
    before = settings(place)
    again = open_app(asked)
    assert "Of a link" in again.html
    assert settings(place) == before


def test_two_who_change_different_things_lose_nothing(open_app, small, place, keep):
    mine = keep(open_app().upload("q1.csv", small))
    theirs = open_app({"survey": [link_of(mine)]})
    aim(mine, "Mine")
    theirs.at.session_state["link.typed"] = {"weigh": ["?"]}
    theirs.at.run()
    assert theirs.fine()
    assert set(settings(place)) == {"aim", "weigh"}


def test_two_who_change_the_same_are_asked(open_app, small, place, keep):
    mine = keep(open_app().upload("q1.csv", small))
    theirs, third = (open_app({"survey": [link_of(mine)]}) for _ in range(2))
    aim(mine, "Mine")
    aim(theirs, "Theirs")
    assert "Somebody else changed the targets of this survey meanwhile" in theirs.html
    assert len(settings(place)["aim"]) == 1
    press(theirs, "stale.theirs")
    assert "meanwhile" not in theirs.html
    assert "Mine" in theirs.html
    aim(third, "Third")
    press(third, "stale.mine")
    theirs.at.run()
    assert "Third" in open_app({"survey": [link_of(mine)]}).html
    assert "meanwhile" not in third.html


def test_changes_to_themes_live_with_the_survey(app, open_app, small, place, keep):
    from nps_core import find_survey_themes
    from nps_core.themes.codebook_file import write_codebook

    keep(app.upload("q1.csv", small)).wait()
    survey = app.at.session_state["opened"].survey
    book = find_survey_themes(survey).codebook
    renamed = type(book)((*book.entries[1:], type(book.entries[0])(name="Nothing but speed")), book.rated)
    from nps_core.themes.codebook import History

    app.at.session_state["themes.history"] = {survey.digest: History().then("Renamed", renamed)}
    from pages.ui import theme_state

    app.at.session_state["link.typed"] = {"hand": [theme_state.held(renamed)]}
    app.at.run()
    assert settings(place)["codebook"] == [write_codebook(renamed)]
    forget_all()
    theme_state._HELD.clear()
    again = open_app({"survey": [link_of(app)]}).go("themes: changes")
    assert again.fine()
    assert again.at.session_state["link.typed"]["hand"]
    assert theme_state._HELD[again.at.session_state["link.typed"]["hand"][0]] == renamed


def test_what_cannot_be_saved_is_said_kept_in_the_window_and_saved_later(
    app, small, place, keep, monkeypatch
):
    from nps_core.errors import WorkspaceError

    keep(app.upload("q1.csv", small))

    def locked(*_args, **_more):
        raise WorkspaceError("Somebody else is writing to the workspace.", hint="Try again in a moment.")

    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "save_settings", locked)
        aim(app, "Not lost")
        assert "Somebody else is writing to the workspace" in app.html
        assert "Not lost" in app.html
        assert "aim" in address(app)
    app.at.run()
    assert "writing to the workspace" not in app.html
    assert len(settings(place)["aim"]) == 1


@pytest.mark.parametrize("method", ["find", "open_survey", "surveys"])
def test_a_workspace_that_cannot_be_read_is_said_and_what_is_open_stays(
    app, open_app, small, keep, monkeypatch, method
):
    from nps_core.errors import WorkspaceError

    keep(app.upload("q1.csv", small))

    def lost(*_args, **_more):
        raise WorkspaceError("The connection to the workspace was lost.", hint="Try again.")

    forget_all()
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, method, lost)
        if method == "find":
            app.at.run()
            assert app.answer.startswith("NPS is")
            assert "connection to the workspace was lost" in app.html
        other = open_app({} if method == "surveys" else {"survey": [link_of(app)]})
        assert "connection to the workspace was lost" in other.html
        assert other.at.file_uploader
        assert "no longer held here" not in other.html
    other.at.run()
    assert "connection to the workspace was lost" not in other.html


def find_person(app, text):
    app.at.session_state["erase.open"] = True
    app.go("data")
    app.at.text_input(key="erase.text").set_value(text).run()
    assert app.fine()
    return app


def erase(app, key):
    app.at.checkbox(key=f"{key}.sure").set_value(True).run()
    return press(app, key)


def test_a_person_is_erased_everywhere_with_a_receipt_that_does_not_name_them(waves, open_app):
    press(waves, "wave.add")
    colleague = open_app({"survey": [link_of(waves)]}).go("themes")
    assert colleague.fine()
    find_person(waves, "U5@example.org")
    assert f"Found: 2 responses in {FIRST}, {SECOND}" in waves.html
    assert waves.at.button(key="erase.person").disabled
    topic = waves.at.session_state["opened"].survey.digest
    erase(waves, "erase.person")
    assert "erased one respondent" in waves.html
    assert "u5@example.org" not in waves.html.lower()
    assert waves.at.session_state["opened"].survey.rows.kept == 88
    held = [item for item in open_surveys.SHELF._items.values() if item.topic == topic]
    assert not held
    colleague.at.run()
    assert colleague.at.session_state["opened"].survey.rows.kept == 88
    left = colleague.at.session_state["opened"].survey.responses["respondent"].str.lower()
    assert "u5@example.org" not in set(left.dropna())
    press(waves, "receipt.read")
    assert "erased one respondent" not in waves.html


def test_somebody_who_is_not_there_cannot_be_erased(waves):
    press(waves, "wave.add")
    find_person(waves, "Ann")
    assert "No wave has this id or address" in waves.html
    assert "erase.person" not in buttons(waves)


def test_a_wave_is_deleted_once_one_is_sure(waves):
    press(waves, "wave.add").go("data")
    survey = waves.at.session_state["opened"].kept
    wave = survey.waves[0]
    waves.at.session_state[f"wave.change.{wave.id}.{survey.revision}"] = True
    waves.at.run()
    assert waves.at.button(key=f"wave.delete.{wave.id}").disabled
    erase(waves, f"wave.delete.{wave.id}")
    assert names(waves) == [SECOND]
    assert "deleted a wave of" in waves.html


def test_a_survey_is_deleted_for_all_who_have_it_open(waves, open_app, place):
    link = link_of(waves)
    colleague = open_app({"survey": [link]})
    press(waves, "wave.cancel").at.session_state["erase.open"] = True
    erase(waves.go("data"), "erase.survey")
    assert "deleted “Customers”" in waves.html
    assert waves.at.file_uploader
    assert not Workspace.open(place).surveys()
    colleague.at.run()
    assert "no longer held here" in colleague.html
    assert not [key for key in open_surveys.SHELF.keys("survey") if str(key[1]).startswith(link)]


def test_a_rule_says_what_goes_before_it_is_set(waves):
    press(waves, "wave.add")
    waves.at.session_state["erase.open"] = True
    waves.go("data").at.number_input(key="retention.comments").set_value(4).run()
    assert "Comments go after 4 months" in waves.html
    assert "To be deleted now: " in waves.html
    before = waves.at.session_state["opened"].survey.responses["comment"].notna().sum()
    erase(waves, "erase.rule")
    assert "took old comments out" in waves.html
    after = waves.at.session_state["opened"].survey.responses["comment"].notna().sum()
    assert after < before
    assert waves.at.session_state["opened"].survey.rows.kept == 90


def test_what_was_erased_elsewhere_is_let_go_of_without_a_click(waves, place):
    press(waves, "wave.add")
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    workspace.erase_respondent(survey, "u5@example.org")
    kept.let_go_of_past()
    assert not [key for key in open_surveys.SHELF.keys("survey") if str(key[1]).startswith(survey.link)]
    waves.at.run()
    assert waves.at.session_state["opened"].survey.rows.kept == 88


def test_the_same_people_stand_in_one_line_each(waves):
    press(waves, "wave.add").go("accounts")
    waves.at.session_state["people.open"] = True
    waves.at.run()
    assert waves.fine()
    assert "answered in more than one wave" in waves.html
    table = next(frame.value for frame in waves.at.dataframe if "change" in frame.value)
    assert list(table) == ["respondent", FIRST, SECOND, "change"]


def test_recipes_are_kept_with_the_survey(waves, open_app, place):
    press(waves, "wave.add").go("report")
    waves.at.session_state["recipe.save.open"] = True
    waves.at.run()
    waves.at.text_input(key="recipe.name").set_value("Board").run()
    press(waves, "recipe.keep")
    again = open_app({"survey": [link_of(waves)]}).go("report")
    again.at.session_state["recipe.load.open"] = True
    again.at.run()
    press(again, "recipe.of.0")
    assert "Recipe: Board" in again.html
    press(again, "recipe.drop.0")
    workspace = Workspace.open(place)
    assert not workspace.recipes(workspace.surveys()[0])


def test_of_a_large_survey_the_waves_that_are_looked_at_are_picked(waves, open_app, monkeypatch):
    from pages.ui import history

    press(waves, "wave.add")
    first, second = waves.at.session_state["opened"].waves
    monkeypatch.setattr(history, "_MANY", 0)
    waves.go("data").at.multiselect(key="waves.open").set_value([str(first)]).run()
    assert waves.fine()
    assert waves.at.session_state["opened"].survey.rows.kept == 60
    assert f"{SECOND} (not open)" in waves.html
    again = open_app(address(waves))
    assert again.at.session_state["opened"].waves == (first,)
    waves.at.multiselect(key="waves.open").set_value([str(first), str(second)]).run()
    assert waves.at.session_state["opened"].survey.rows.kept == 90
    # Where there is no room for all, the latest are open.
    monkeypatch.setattr(open_surveys.memory_budget, "RESPONSE_BYTES", open_surveys.SHELF.own // 100)
    survey = waves.at.session_state["opened"].kept
    assert kept.usual_waves(survey) == (second,)


def test_a_name_that_another_wave_has_is_refused_in_words_that_stay(waves):
    press(waves, "wave.add").go("data")
    first, second = waves.at.session_state["opened"].kept.waves
    waves.at.session_state[f"wave.change.{second.id}.{waves.at.session_state['opened'].kept.revision}"] = True
    waves.at.run()
    waves.at.text_input(key=f"wave.rename.{second.id}").set_value(first.name)
    press(waves, f"wave.rename.{second.id}.do")
    assert "already" in waves.html
    waves.at.run()
    assert "already" in waves.html
    press(waves, "refused.read")
    assert "already" not in waves.html
    assert names(waves) == [FIRST, SECOND]


def rename(app, _small):
    app.at.session_state["kept.rename"] = True
    return press(app.go("data"), "kept.rename.do")


WAYS = {
    "keep": lambda app, _: press(app, "kept.keep"),
    "preview": lambda app, small: app.upload("q3.csv", wave_two(small)),
    "add_wave": lambda app, _: press(app, "wave.add"),
    "undo": lambda app, _: press(app, "wave.undo"),
    "erase_respondent": lambda app, _: erase(find_person(app, "u5@example.org"), "erase.person"),
    "rename": rename,
}
"""What somebody does, by the method of the workspace that fails."""


@pytest.mark.parametrize("method", WAYS)
def test_what_cannot_be_written_is_said_and_nothing_is_lost(open_app, small, keep, monkeypatch, method):
    from nps_core.errors import WorkspaceError

    def full(*_args, **_more):
        raise WorkspaceError(
            "The disk of the workspace is full; nothing was written.", hint="Free some space."
        )

    app = open_app().upload("q1.csv", small)
    if method != "keep":
        keep(app)
    if method in {"undo", "add_wave"}:
        app.upload("q3.csv", wave_two(small))
    if method == "undo":
        press(app, "wave.add")
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, method, full)
        WAYS[method](app, small)
    assert app.fine()
    assert "The disk of the workspace is full" in app.html
    assert app.at.session_state["opened"].survey.rows.kept == (90 if method == "undo" else 60)
    if method == "add_wave":  # the file still waits there
        press(app, "wave.add")
        assert names(app) == [FIRST, SECOND]
        assert "disk" not in app.html


def test_nothing_in_the_process_holds_a_survey_from_which_somebody_was_erased(waves, open_app):
    """Neither a session nor a cache: themes, reports, words, selections; of a colleague once their page is drawn."""
    import gc
    import weakref

    press(waves, "wave.add")
    colleague = open_app({"survey": [link_of(waves)]})
    for app in (waves, colleague):
        for page in ("themes", "segments", "accounts", "report", "data"):
            assert app.go(page).fine()
    survey = weakref.ref(waves.at.session_state["opened"].survey)
    assert colleague.at.session_state["opened"].survey is survey()
    erase(find_person(waves, "u5@example.org"), "erase.person")
    colleague.at.run()
    gc.collect()
    assert survey() is None


def test_what_is_too_old_goes_by_its_rule_without_a_click(waves, place):
    from nps_core.workspace import Retention

    press(waves, "wave.add")
    workspace = Workspace.open(place)
    workspace.set_retention(workspace.surveys()[0], Retention(responses=1))
    kept.end_retention()
    kept.let_go_of_past()
    waves.at.run()
    assert waves.at.session_state["opened"].survey.rows.kept < 90
    assert workspace.receipts()[0].what == "responses"
