"""Mail texts on screen: changed for a group, kept with the survey, refused where they could not be filled."""

from __future__ import annotations

from nps_core.follow_ups.mail import USUAL, MailText, mail_texts_of
from nps_core.survey import GROUPS
from nps_core.workspace import Workspace


def texts(place):
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    return mail_texts_of(workspace.settings(survey).get("mails", ()))


def write(place, **changed):
    """What somebody else keeps."""
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    told = texts(place) | changed
    lines = [told[group].to_text() for group in GROUPS]
    workspace.save_settings(survey, {**workspace.settings(survey), "mails": lines})


def field(app, kind, name):
    return next(
        one
        for one in getattr(app.at, kind)
        if (one.key or "").startswith("mails.") and one.key.endswith(name)
    )


def press(app, end):
    next(
        one for one in app.at.button if (one.key or "").startswith("mails.") and one.key.endswith(end)
    ).click().run()
    assert app.fine()
    return app


def test_a_text_is_changed_for_one_group_and_kept(calls, place):
    assert field(calls, "text_input", "subject").value == USUAL["detractor"].subject
    field(calls, "text_input", "subject").set_value("We are sorry, $name").run()
    press(calls, ".save")
    mine = MailText("We are sorry, $name", USUAL["detractor"].body)
    assert texts(place) == {**USUAL, "detractor": mine}
    calls.at.button_group(key="calls.group").set_value("promoter").run()
    assert field(calls, "text_input", "subject").value == USUAL["promoter"].subject
    assert [one.label for one in calls.at.get("download_button") if "eml" in one.label] == [
        "Mail text (.eml)"
    ]


def test_an_unknown_placeholder_is_refused_at_the_edit_and_stays_typed(calls, place):
    field(calls, "text_area", "body").set_value("Dear $nmae").run()
    press(calls, ".save")
    assert "There is no placeholder “$nmae”." in calls.html
    assert texts(place) == USUAL
    assert field(calls, "text_area", "body").value == "Dear $nmae"


def test_what_is_typed_outlasts_another_ones_text(calls, place):
    field(calls, "text_input", "subject").set_value("mine").run()
    theirs = MailText("theirs", "Hello $name")
    write(place, detractor=theirs)
    calls.at.run()
    assert "Somebody else changed this meanwhile: their subject is “theirs”." in calls.html
    assert field(calls, "text_input", "subject").value == "mine"
    press(calls, ".theirs")
    assert field(calls, "text_input", "subject").value == "theirs"
    field(calls, "text_input", "subject").set_value("mine again").run()
    write(place, detractor=MailText("once more", "Hello"))
    calls.at.run()
    press(calls, ".mine")
    assert texts(place)["detractor"] == MailText("mine again", "Hello")


def test_what_is_typed_as_save_is_pressed_outlasts_a_text_that_was_not_seen(calls, place):
    write(place, detractor=MailText("theirs", "Hello $name"))
    field(calls, "text_input", "subject").set_value("mine")
    press(calls, ".save")
    assert "Somebody else changed this meanwhile: their subject is “theirs”." in calls.html
    assert field(calls, "text_input", "subject").value == "mine"
    assert texts(place)["detractor"].subject == "theirs"
