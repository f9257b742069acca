"""The customer room: reached from where somebody stands, with one click back; what is set there is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.health import RULES, HealthRules, health_rules_of
from nps_core.follow_ups.relationship import Relationship
from nps_core.follow_ups.room import room_ref
from nps_core.workspace import Workspace, follow_ups, relationship


@pytest.fixture
def small(make_csv) -> bytes:
    """60 responses of 30 people at 6 accounts; the first of them are detractors."""
    rows = []
    for number in range(60):
        person = number % 30
        rows.append(
            {
                "Date": f"2026-0{1 + number // 12}-{1 + number % 28:02}",
                "Email": f"u{person}@example.org",
                "Account": f"Firm {person % 6}" if person % 6 else "=<b>Firm</b> `0`",
                "Score": 2 if person < 5 else 8 if person < 10 else 10,
                "Comment": ("support is slow", "love the reports", "too expensive", "")[number % 4],
                "Persona": ("Decision maker", "End user")[person % 2],
            }
        )
    return make_csv(rows)


@pytest.fixture
def room(calls):
    """The room of the first who is to be called."""
    calls.at.button(key="call.room.respondent").click().run()
    assert calls.fine()
    calls.at.switch_page("pages/room_page.py").run()  # AppTest does not notice where a run has led to
    return calls.wait()


def store(place):
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    return workspace, survey


def who(app):
    """Kind and key of who is looked at."""
    return app.at.session_state["room.found"][-1]


def kept_score(place, kind, key):
    workspace, survey = store(place)
    return relationship.relationship(workspace.engine, survey, kind, key)


def field(app, kind, name):
    return next(
        one
        for one in getattr(app.at, kind)
        if (one.key or "").startswith("relationship.") and one.key.endswith(name)
    )


def test_a_person_leads_to_the_account_and_back_to_where_one_came_from(room):
    kind, key = who(room)
    assert (kind, room.answer) == ("respondent", f"{key}: red")
    assert "The last answer is a detractor&#x27;s: a 2 on" in room.html
    ref = room.at.query_params["see.room"]
    assert "@" not in str(dict(room.at.query_params))
    room.at.button(key="room.account").click().run()
    assert who(room)[0] == "account"
    assert "Firm" in room.answer
    assert room.at.query_params["see.room"] != ref
    assert "heard: Decision maker" in room.html
    room.at.button(key="room.back").click().run()
    assert "detractors to follow up" in room.answer  # not the person: one click back


def test_whatever_a_customer_is_called_stands_as_it_is(room):
    opened = room.at.session_state["opened"]
    ref = room_ref(opened.survey, opened.link, "account", "=<b>firm</b> `0`")
    room.at.session_state["link.typed"] = {"see.room": [ref]}  # as an address has it
    room.at.run()
    assert room.answer.startswith("=&lt;b&gt;Firm&lt;/b&gt; `0`: ")
    assert "<b>Firm" not in room.html
    assert room.fine()


def test_an_address_opens_the_room_again_and_a_wrong_one_says_so(room, open_app):
    query = {name: room.at.query_params[name] for name in ("survey", "see.room")}
    again = open_app(query)
    again.at.switch_page("pages/room_page.py").run()
    assert again.answer == room.answer
    assert again.fine()
    lost = open_app({**query, "see.room": ["account-0000000000000000"]})
    lost.at.switch_page("pages/room_page.py").run()
    assert lost.answer == "No customer is picked"


def test_a_relationship_is_set_with_its_history_and_counts(room, place):
    kind, key = who(room)
    field(room, "button_group", ".score").set_value(4).run()
    field(room, "text_area", ".note").set_value("Renewed <b>early</b>").run()
    room.at.button(key="relationship.save").click().run()
    assert kept_score(place, kind, key) == Relationship(kind, key, 4, "Renewed <b>early</b>", 1)
    assert "beside what they answer: 4 of 5, good" in room.html
    assert "relationship 4 of 5, good; note: Renewed &lt;b&gt;early&lt;/b&gt;" in room.html
    field(room, "button_group", ".score").set_value(1).run()
    room.at.button(key="relationship.save").click().run()
    assert "The relationship score is 1 of 5, at risk." in room.html


@pytest.mark.parametrize("whose", ["mine", "theirs"])
def test_what_is_typed_outlasts_another_ones_score(room, place, whose):
    kind, key = who(room)
    workspace, survey = store(place)
    field(room, "text_area", ".note").set_value("mine").run()
    relationship.save(workspace.engine, survey, Relationship(kind, key), {"score": 2, "note": "theirs"}, "Bo")
    room.at.run()
    assert "Somebody else changed this meanwhile: relationship 2 of 5, strained; note: theirs." in room.html
    assert field(room, "text_area", ".note").value == "mine"
    assert kept_score(place, kind, key).note == "theirs"
    room.at.button(key=f"relationship.{whose}").click().run()
    now = kept_score(place, kind, key)
    assert (now.note, now.score) == (whose, 2)  # what was not typed here is theirs
    assert "meanwhile" not in room.html
    assert field(room, "text_area", ".note").value == whose


def test_who_saves_over_a_change_that_was_not_seen_is_told(room, place):
    kind, key = who(room)
    workspace, survey = store(place)
    field(room, "text_area", ".note").set_value("mine").run()
    relationship.save(workspace.engine, survey, Relationship(kind, key), {"note": "theirs"}, "Bo")
    room.at.button(key="relationship.save").click().run()
    assert kept_score(place, kind, key).note == "theirs"
    assert "Somebody else changed this meanwhile: note: theirs." in room.html
    assert field(room, "text_area", ".note").value == "mine"


def test_what_is_typed_as_save_is_pressed_outlasts_a_score_that_was_not_seen(room, place):
    kind, key = who(room)
    workspace, survey = store(place)
    relationship.save(workspace.engine, survey, Relationship(kind, key), {"note": "theirs"}, "Bo")
    field(room, "text_area", ".note").set_value("mine")
    room.at.button(key="relationship.save").click().run()
    assert "Somebody else changed this meanwhile: note: theirs." in room.html
    assert field(room, "text_area", ".note").value == "mine"
    assert kept_score(place, kind, key).note == "theirs"


def test_follow_ups_stand_in_the_room_and_an_overdue_one_counts(room, place):
    workspace, survey = store(place)
    _, key = who(room)
    own = FollowUp("respondent", key, survey.waves[0].id)
    due = dt.datetime.now(tz=dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=1)
    follow_ups.save(workspace.engine, survey, [(own, {"owner": "Ann", "due": due})], "Ann")
    until = due + dt.timedelta(seconds=1)
    while dt.datetime.now(tz=dt.UTC) < until:
        pass
    room.at.run()
    assert "A follow-up has been overdue since" in room.html
    assert "open · Ann · overdue since" in room.html
    room.at.button(key="room.account").click().run()
    assert "A follow-up has been overdue since" in room.html  # of one of its people


def test_rules_of_health_are_set_and_live_with_the_survey(room, place):
    numbers = [one for one in room.at.number_input if (one.key or "").startswith("health.")]
    assert len(numbers) == sum(bool(rule.number) for rule in RULES)
    for box in [one for one in room.at.selectbox if (one.key or "").startswith("health.")]:
        box.set_value("off")
    room.at.button(key="health.set").click().run()
    assert room.answer.endswith(": green")
    assert "no rule speaks against it" in room.html
    workspace, survey = store(place)
    (text,) = workspace.settings(survey)["health"]
    assert set(health_rules_of(text).levels) == {"off"}
    room.at.button(key="health.usual").click().run()
    assert room.answer.endswith(": red")
    assert workspace.settings(workspace.find(survey.link))["health"] == [HealthRules().to_text()]


def test_filters_hold_and_say_what_they_hide(room):
    room.filter("groups", ["promoter"])
    assert "The filters leave none of their 2 responses." in room.html
    room.filter("groups", [])
    room.filter("since", dt.date(2026, 3, 1))
    assert "1 more filtered out" in room.html or "The filters leave none" in room.html


def test_a_survey_that_is_not_kept_has_rooms_without_promises(app, small, place):
    app.upload("q1.csv", small).go("accounts")
    assert not place.exists()
    app.at.switch_page("pages/room_page.py").run()
    assert app.answer == "No customer is picked"
    opened = app.at.session_state["opened"]
    app.at.query_params["see.room"] = [room_ref(opened.survey, opened.link, "account", "firm 1")]
    fresh = type(app)({name: app.at.query_params[name] for name in ("survey", "see.room")})
    fresh.at.switch_page("pages/room_page.py").run()
    assert fresh.answer.startswith("Firm 1: ")
    assert "live with a kept survey" in fresh.html
    assert fresh.fine()


def test_references_are_listed_once_they_are_asked_for(calls):
    assert "to ask for a reference" not in calls.html
    calls.at.toggle(key="calls.references").set_value(True).run()
    assert calls.fine()
    assert "promoters to ask for a reference" in calls.html


def test_people_beyond_those_shown_and_answers_without_an_id_are_counted(app, make_csv):
    rows = [
        {
            "Date": f"2026-02-{1 + number % 28:02}",
            "Email": f"u{number}@example.org",
            "Account": "Able" if number < 60 else f"Firm {number % 7}",
            "Score": (10, 8, 3)[number % 3],
            "Comment": ("support is slow", "love the reports")[number % 2],
        }
        for number in range(90)
    ]
    rows += [{**rows[0], "Email": ""}] * 3
    app.upload("q1.csv", make_csv(rows))
    opened = app.at.session_state["opened"]
    query = {"survey": app.at.query_params["survey"]}
    query["see.room"] = [room_ref(opened.survey, opened.link, "account", "able")]
    fresh = type(app)(query)
    fresh.at.switch_page("pages/room_page.py").run()
    assert "63 responses of 60 people, 3 without an id" in fresh.html
    assert "11 more not shown" in fresh.html
