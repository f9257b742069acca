"""Actions: there once a survey is kept; who may do what; what is typed is never lost."""

from __future__ import annotations

import datetime as dt

from nps_core import Scope
from nps_core.follow_ups.clock import Clock
from nps_core.follow_ups.crm import crm_table
from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.items import find_items
from nps_core.follow_ups.ranking import OpenWave
from nps_core.report.tables import safe_csv
from nps_core.workspace import Workspace, follow_ups

LATER = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=30)


def store(place):
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    return workspace, survey


def held(place):
    workspace, survey = store(place)
    return follow_ups.follow_ups(workspace.engine, survey)


def field(app, kind, name):
    return next(
        one for one in getattr(app.at, kind) if (one.key or "").startswith("call.") and one.key.endswith(name)
    )


def shown(app):
    return {page.title: page.visibility for page in app.at.session_state["pages"]}["Actions"]


def reading(app):
    """Who stands on the right."""
    return next(iter(app.at.session_state["calls.held"]["reading"][1:]))


def test_the_page_stands_in_the_navigation_once_a_survey_is_kept(app, small, place):
    assert not place.exists()
    app.upload("q1.csv", small)
    assert shown(app) == "hidden"
    app.at.switch_page("pages/actions_page.py").run()
    assert app.answer == "Whom to call stands here once this survey is kept"
    app.at.button(key="kept.keep").click().run()
    assert shown(app) == "visible"
    assert app.answer.startswith("10 detractors to follow up")


def test_the_first_is_read_with_reasons_and_scores(calls):
    assert "detractor with a 3, decision maker" in calls.html
    assert "Scores: 3 on " in calls.html
    calls.at.button_group(key="calls.group").set_value("promoter").run()
    assert calls.answer.startswith("30 promoters to follow up")


def test_a_follow_up_is_saved_closed_and_counted(calls, place):
    field(calls, "text_input", "owner").set_value("Ann").run()
    field(calls, "date_input", "due").set_value(LATER).run()
    calls.at.button(key="call.save").click().run()
    (one,) = held(place)
    assert (one.owner, one.due) == ("Ann", Clock().end_of(LATER))
    assert "By owner" in calls.html
    field(calls, "button_group", "status").set_value("closed").run()
    calls.at.button(key="call.save").click().run()
    assert "It is closed with a note." in calls.html
    field(calls, "text_area", "note").set_value("Called <b>them</b>").run()
    calls.at.button(key="call.save").click().run()
    assert held(place)[0].status == "closed"
    assert calls.answer.startswith("9 detractors to follow up")
    calls.at.button_group(key="calls.done").set_value("closed").run()
    assert "Called &lt;b&gt;them&lt;/b&gt;" in calls.html  # in the history
    assert "<b>them" not in calls.html


def test_a_date_that_is_past_is_refused_and_stays_typed(calls, place):
    field(calls, "date_input", "due").set_value(dt.date(2020, 1, 6)).run()
    calls.at.button(key="call.save").click().run()
    assert "which is past" in calls.html
    assert held(place) == ()
    assert field(calls, "date_input", "due").value == dt.date(2020, 1, 6)


def test_what_is_typed_outlasts_another_ones_change(calls, place):
    workspace, survey = store(place)
    field(calls, "text_area", "note").set_value("mine").run()
    seen = FollowUp("respondent", reading(calls), survey.waves[0].id)
    follow_ups.save(workspace.engine, survey, [(seen, {"note": "theirs", "owner": "Bo"})], "Bo")
    calls.at.run()
    assert "Somebody else changed this meanwhile: owner Bo; note: theirs." in calls.html
    assert field(calls, "text_area", "note").value == "mine"
    calls.at.button(key="call.mine").click().run()
    (one,) = held(place)
    assert (one.note, one.owner, one.version) == ("mine", "Bo", 2)  # what was not typed here is theirs
    assert "meanwhile" not in calls.html


def test_what_is_typed_as_save_is_pressed_outlasts_a_change_that_was_not_seen(calls, place):
    workspace, survey = store(place)
    seen = FollowUp("respondent", reading(calls), survey.waves[0].id)
    follow_ups.save(workspace.engine, survey, [(seen, {"note": "theirs"})], "Bo")
    field(calls, "text_area", "note").set_value("mine")
    calls.at.button(key="call.save").click().run()
    assert "Somebody else changed this meanwhile: note: theirs." in calls.html
    assert field(calls, "text_area", "note").value == "mine"
    assert held(place)[0].note == "theirs"


def test_theirs_are_taken(calls, place):
    workspace, survey = store(place)
    field(calls, "text_area", "note").set_value("mine").run()
    seen = FollowUp("respondent", reading(calls), survey.waves[0].id)
    follow_ups.save(workspace.engine, survey, [(seen, {"note": "theirs"})], "Bo")
    calls.at.run()
    calls.at.button(key="call.theirs").click().run()
    assert field(calls, "text_area", "note").value == "theirs"
    assert held(place)[0].note == "theirs"


def test_working_hours_are_set_once_and_live_with_the_survey(calls, place):
    calls.at.multiselect(key="clock.days").set_value(["Sunday", "Monday"]).run()
    calls.at.number_input(key="clock.detractor").set_value(8).run()
    calls.at.button(key="clock.set").click().run()
    assert "Monday, Sunday, 9:00 to 17:00; detractors within 8" in calls.html
    calls.at.number_input(key="clock.end").set_value(1).run()
    calls.at.button(key="clock.set").click().run()
    assert "no working hours" in calls.html
    workspace, survey = store(place)
    assert workspace.settings(survey)["clock"] == [Clock((0, 6), within=(8, 40, 80)).to_text()]


def bring(app, data):
    uploader = next(one for one in app.at.file_uploader if one.key and one.key.startswith("calls.file"))
    uploader.set_value(("back.csv", data, "text/csv")).run()
    return app


def test_a_list_comes_back_from_a_crm_with_a_preview(calls, place):
    workspace, survey = store(place)
    opened = calls.at.session_state["opened"]
    waves = [OpenWave(wave.id, wave.name, wave.added) for wave in survey.waves]
    items = find_items(Scope(opened.survey), waves, today=LATER)
    table = crm_table(items, items.of("detractor"), survey.link).assign(owner="Ann")
    table.loc[0, "status"] = "done"
    bring(calls, safe_csv(table))
    assert "9 follow-ups will change: owner of 9." in calls.html
    assert "1 row cannot be read, and left out: row 1: There is no status “done”." in calls.html
    assert held(place) == ()
    calls.at.button(key="calls.bring").click().run()
    assert [one.owner for one in held(place)] == ["Ann"] * 9
    assert "will change" not in calls.html  # the file is done with
    bring(calls, b"name;score\nAnn;3\n")
    assert "This is no list of follow-ups" in calls.html
    assert workspace.check() == ()


def test_whether_it_helps_is_told_once_it_is_asked_for(calls):
    assert "Nothing can be compared yet" not in calls.html
    calls.at.toggle(key="calls.proof").set_value(True).run()
    assert calls.fine()
    assert "Nothing can be compared yet" in calls.html


def test_who_cannot_be_told_apart_is_said(app, make_csv, place):
    app.upload("q1.csv", make_csv([{"Date": "2026-01-01", "Score": number % 11} for number in range(40)]))
    app.at.button(key="kept.keep").click().run()
    app.at.switch_page("pages/actions_page.py").run()
    assert app.answer == "None of these can be followed up"
    assert "an id or e-mail address" in app.html
    assert place.exists()
