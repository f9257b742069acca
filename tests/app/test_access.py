"""Who may see what, on screen: the login, the role that is read at each run, and pages cut to what somebody may see."""

from __future__ import annotations

import os
import random
import time

import pytest
import streamlit as st
from firms import ISSUER, PROVIDER, told

from nps_core.errors import AccessError
from nps_core.filters import Filters
from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.relationship import Relationship
from nps_core.follow_ups.room import room_ref
from nps_core.viewer import Viewer
from nps_core.workspace import audit, follow_ups, relationship, roles
from pages.ui import downloads, kept, login

PRO = Filters().with_attribute("Plan", ["Pro"])
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused
PAGES = ("overview", "trends", "segments", "compare", "themes", "drivers", "accounts", "report", "data")


@pytest.fixture
def kept_survey(firm, open_app, small):
    """A survey that an editor kept; its link."""
    firm.give("eda", Viewer("Eda", "editor"))
    firm.come("eda")
    app = open_app().upload("q1.csv", small)
    app.at.text_input(key=next(f.key for f in app.at.text_input if f.key.startswith("kept.name."))).set_value(
        "Customers"
    )
    app.at.button(key="kept.keep").click().run()
    assert app.fine()
    return app.at.session_state["opened"].link


def test_nobody_sees_anything_before_they_sign_in(firm, open_app, small):
    app = open_app()
    assert app.answer == "Sign in to see the surveys of this server"
    assert not app.at.file_uploader
    firm.come("eve")
    app.at.run()
    assert app.answer == "Access refused"
    assert "have no role here yet" in app.html
    assert not app.at.file_uploader
    firm.give("eve", Viewer("Eve", "viewer"))
    app.at.run()
    assert app.at.file_uploader
    assert app.upload("q1.csv", small).fine()
    assert firm.events()[-1] == ("Eve", "signed in", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"exp": time.time() - 3600}, "too old"),
        ({"iat": time.time() - 3600 * 24, "exp": time.time() + 3600 * 24 * 30}, "too old"),
        ({"iat": time.time() + 3600, "exp": time.time() + 7200}, "in the future"),
        ({"iss": "https://other.example"}, "does not know"),
        ({"aud": "another app"}, "another app"),
        ({"aud": None}, "another app"),
        ({"sub": None}, "whose it is"),
        ({"sub": ""}, "whose it is"),
        ({"sub": ["ana"]}, "whose it is"),
        ({"iss": None}, "whose it is"),
        ({"exp": None}, "how old"),
        ({"exp": "never"}, "how old"),
        ({"exp": True}, "how old"),
        ({"iat": float("nan")}, "how old"),
        ({"exp": float("inf")}, "how old"),
        ({"exp": 10**400}, "how old"),
    ],
)
def test_a_login_that_lies_or_lacks_something_is_refused_in_words(firm, open_app, changes, words, caplog):
    firm.give("ana", Viewer("Ana", "admin"))
    firm.come("ana", **changes)
    app = open_app()
    assert app.answer == "Access refused"
    assert words in app.html
    assert not app.at.file_uploader
    # The log says which check it was, and nothing of what the login says.
    assert words in caplog.text
    assert "ana" not in caplog.text.lower()


@pytest.mark.usefixtures("firm")
def test_clocks_may_differ_a_little_and_a_login_of_several_audiences_is_one():
    now = time.time()
    assert login.read_claims(told(iat=now + 20, exp=now + 60), now).subject == "ana"
    assert login.read_claims(told(exp=now - 20), now)
    assert login.read_claims(told(aud=["x", "nps"]), now)
    assert login.read_claims(told(iss=f"{ISSUER}/"), now).issuer == ISSUER


def test_the_same_subject_of_two_providers_is_two_people(firm, open_app, monkeypatch):
    other = "https://second.example"
    second = {"client_id": "nps", "server_metadata_url": f"{other}/.well-known/openid-configuration"}
    monkeypatch.setattr(login, "_providers", lambda: {"one": PROVIDER, "two": second})
    app = open_app()
    assert [button.label for button in app.at.button] == ["Sign in with one", "Sign in with two"]
    firm.come("root", iss=other)
    app.at.run()
    assert app.answer == "Access refused"


def test_a_role_that_is_taken_holds_at_the_next_click(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer"))
    firm.come("vic")
    app = open_app({"survey": [kept_survey]})
    assert "NPS is" in app.answer
    firm.take("vic")
    app.at.run()
    assert app.answer == "Access refused"
    assert "opened" not in app.at.session_state
    assert "Customers" not in app.html


def test_a_sign_out_ends_the_login_whatever_the_cookie_says(firm, open_app):
    firm.give("ana", Viewer("Ana", "admin"))
    firm.come("ana")
    app = open_app()
    assert app.at.file_uploader
    old = firm.claims
    # As the button does; AppTest has no cookie to take away.
    roles.end_login(firm.engine, login.read_claims(old, time.time()).digest, later())
    app.at.run()
    assert app.answer == "Access refused"
    assert open_app().answer == "Access refused"
    # Who signs in anew comes in, with what is another login; and the old cookie stays what it is.
    firm.come("ana", iat=time.time())
    assert open_app().at.file_uploader
    firm.claims = old
    assert open_app().answer == "Access refused"


def later():
    import datetime as dt

    return dt.datetime.now(tz=dt.UTC) + dt.timedelta(hours=12)


def test_a_viewer_sees_the_part_that_is_theirs_on_every_page(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer", PRO, ("e-mails", "names")))
    firm.come("vic")
    app = open_app({"survey": [kept_survey]})
    assert "35 responses" in app.html
    assert "60" not in app.answer
    for page in PAGES:
        assert app.go(page).fine(), page
        shown = app.html + "".join(str(frame.value) for frame in app.at.dataframe)
        assert "Starter" not in shown, page
        assert "example.org" not in shown, page
        assert not [
            key for key in ("kept.keep", "kept.rename", "erase", "recipe.keep") if key in keys(app)
        ], page
    assert app.answer == "35 responses, a part of the survey"
    assert "rows in the file" not in app.html
    # A link for what they may not see shows what they may.
    aimed = open_app({"survey": [kept_survey], "by.Plan": ["Starter"]})
    assert "35 responses" in aimed.html
    assert "Starter" not in aimed.html
    # The list names the survey, and nothing of its figures.
    listed = open_app()
    assert "Customers" in " ".join(button.label for button in listed.at.button)
    assert "60 responses" not in listed.html


def test_a_room_shows_a_viewer_their_part_and_no_notes(firm, open_app, kept_survey):
    survey = firm.workspace.find(kept_survey)
    whole, told = firm.workspace.open_survey(survey), {"note": "canary"}
    who = "u0@example.org"
    promise = FollowUp("respondent", who, survey.waves[0].id)
    relationship.save(firm.engine, survey, Relationship("respondent", who), {"score": 2, **told}, "Eda")
    follow_ups.save(firm.engine, survey, [(promise, told)], "Eda")

    def room(key, viewer):
        firm.give("vic", viewer)
        firm.come("vic")
        app = open_app(
            {"survey": [kept_survey], "see.room": [room_ref(whole, kept_survey, "respondent", key)]}
        )
        app.at.switch_page("pages/room_page.py").run()
        assert app.fine()
        return app

    seen = room(who, Viewer("Vic", "viewer", PRO))
    assert "2 of 5, strained" in seen.html
    assert "canary" not in seen.html
    assert "relationship.save" not in keys(seen)
    assert "canary" in room(who, Viewer("Vic", "viewer")).html
    assert room("u59@example.org", Viewer("Vic", "viewer", PRO)).answer == "No customer is picked"
    for kept_from in (Viewer("Vic", "viewer", masks=("names",)), Viewer("Vic", "viewer", smallest=5)):
        assert "example.org" not in room(who, kept_from).html


def test_no_page_tells_fewer_apart_than_the_smallest_group(firm, open_app, make_csv):
    cities = ["Ulm", "Bonn", "Kiel", "Hof"]
    rows = [
        {
            "Date": f"2026-0{1 + n % 2}-{1 + n % 28:02}",
            "Email": f"u{n}@x.example",
            "Score": n % 11,
            "Comment": f"canary{n} is slow",
            "Plan": "Pro" if n % 2 else "Starter",
            "City": cities[n] if n < 4 else ("Berlin", "Hamburg")[n // 2 % 2],
        }
        for n in range(200)
    ]
    firm.give("vic", Viewer("Vic", "viewer", smallest=5))
    firm.come("vic")
    app = open_app().upload("all.csv", make_csv(rows))
    assert "200 responses" in app.html
    for page in PAGES:
        assert app.go(page).fine(), page
        shown = app.html + "".join(str(frame.value) for frame in app.at.dataframe)
        assert not [word for word in ("canary", "x.example", *cities) if word in shown], page
    assert "Groups of fewer than 5 responses are not shown" in app.html
    found = app.go("segments")
    assert (
        "Other (4 small)" not in found.html
    )  # four responses are fewer than five: with the next larger value
    assert set(app.at.session_state["opened"].survey.attributes) == {"Plan", "City"}


REGIONS, PLANS = ("North", "South", "East"), ("Pro", "Team")
LOOKED_AT = (
    *("overview", "trends", "segments", "compare", "accounts", "report", "data", "drivers"),
    *("themes", "themes: Edit themes", "themes: By segment", "themes: Changes"),
)
TRIES = int(os.environ.get("NPS_TRIES", "24"))


def numbered(n=150):
    """Responses whose comments and accounts name themselves, in segments that do so too."""
    draw = random.Random(5)  # noqa: S311 - no secret
    return [
        {
            "Date": f"2026-0{1 + place % 9}-{1 + place % 28:02}",
            "Email": f"person{place:03}@x.example",
            "Company": f"Company {region} {place % 7}",
            "Score": draw.randint(0, 10),
            "Comment": f"{draw.choice(('slow', 'great', 'expensive'))} support canary{place:03}",
            "Region": region,
            "Plan": draw.choice(PLANS),
            "Team": f"{region} team {place % 3}",
        }
        for place, region in ((place, draw.choice(REGIONS)) for place in range(n))
    ]


@pytest.fixture
def given(monkeypatch):
    """All files that pages give away, made as soon as their buttons are drawn; every chart offers its own."""
    files = {}

    def take(_label, data, file, _mime, key, *_, **__):
        made = data() if callable(data) else data
        files[key] = file + (made if isinstance(made, str) else made.decode("utf-8", "replace"))

    popover = st.popover

    def opened(label, **looks):
        if str(looks.get("key")).startswith("take."):
            st.session_state.setdefault(looks["key"], True)
        return popover(label, **looks)

    monkeypatch.setattr(downloads, "button", take)
    monkeypatch.setattr(st, "popover", opened)
    return files


def test_random_viewers_links_and_pages_show_what_a_file_cut_before_holds(firm, open_app, make_csv, given):
    """What is allowed is worked out from the rows themselves; nothing of the others is on the page or in its files."""
    rows = numbered()
    firm.come("root")
    whole = open_app().upload("all.csv", make_csv(rows)).go("themes")
    link = whole.at.session_state["opened"].link
    assert (
        sum(row["Comment"].split()[-1] in everything_sent(whole) for row in rows) == 50
    )  # so it would be seen
    whole.go("data")
    assert all(row["Comment"].split()[-1] in given["rows.shown"] for row in rows)
    draw = random.Random(11)  # noqa: S311 - no secret
    kinds = set()
    for attempt in range(TRIES):
        regions, plans = draw.sample(REGIONS, draw.randint(1, 2)), draw.sample(PLANS, draw.randint(1, 2))
        filters = Filters().with_attribute("Region", regions).with_attribute("Plan", plans)
        masks = ("e-mails", "names") if attempt % 3 == 0 else ()
        firm.give("vic", Viewer("Vic", "viewer", filters, masks))
        firm.come("vic")
        visible = [row for row in rows if row["Region"] in regions and row["Plan"] in plans]
        asked = {"by.Region": draw.sample(REGIONS, 1), "by.Plan": draw.sample(PLANS, 1)}
        held = {name: values for name, values in asked.items() if draw.random() < 0.6}
        # Of what a link asks for, values that are out of sight are left out, as those that do not exist.
        known = {
            name: [value for value in values if any(row[name[3:]] == value for row in visible)]
            for name, values in held.items()
        }
        shown = [
            row for row in visible if all(not own or row[name[3:]] in own for name, own in known.items())
        ]
        given.clear()
        app = open_app({"survey": [link], **held})
        page = LOOKED_AT[attempt % len(LOOKED_AT)]
        app.go(page)
        if page == "report" and shown:
            app.at.button_group(key="report.format").set_value("html").run()
            if not (build := app.at.button(key="report.build")).disabled:
                build.click().run()
            for _ in range(300):
                if "report.download" in given:
                    break
                time.sleep(0.1)
                app.at.run()
            assert "report.download" in given
        assert app.fine(), (page, filters, held)
        n = f"{len(shown)} " + ("" if len(shown) == len(visible) else f"of {len(visible)} ") + "response"
        assert n in app.html or not shown, (n, page, filters, held)
        files = " ".join(given.values())
        kinds |= set(given)
        told = (
            app.html + "".join(str(frame.value) for frame in app.at.dataframe) + everything_sent(app) + files
        )
        gone = [row for row in rows if row not in visible]
        secrets = {row["Comment"].split()[-1] for row in gone} | {
            row[name] for row in gone for name in ("Company", "Team")
        } - {row[name] for row in visible for name in ("Company", "Team")}
        assert not [word for word in secrets if word in told], (page, filters, held)
        if page == "data":  # and what they may see is whole
            assert all((row["Comment"].split()[-1] in given["rows.shown"]) == (row in shown) for row in rows)
        if masks:
            assert "@x.example" not in told
    assert {"rows.shown", "report.download", "hand.save", "rows.accounts"} <= kinds
    assert len([kind for kind in kinds if kind.startswith("take.table")]) >= 6, kinds


def everything_sent(app):
    """All that the browser gets, options of lists and data of components too."""
    return " ".join(str(element.proto) for element in app.at.main) + " ".join(
        str(element.proto)
        for kind in ("multiselect", "selectbox", "button", "button_group")
        for element in app.at.get(kind)
    )


def keys(app):
    return {element.key for kind in (app.at.button, app.at.text_input) for element in kind}


def test_two_at_once_see_each_their_own(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer", PRO))
    firm.give("wil", Viewer("Wil", "viewer", Filters().with_attribute("Plan", ["Starter"])))
    apps = {}
    for who, n in (("vic", 35), ("wil", 25), ("eda", 60)):
        firm.come(who)
        apps[who] = open_app({"survey": [kept_survey]})
        assert f"{n} responses" in apps[who].html
    for who, n in (("eda", 60), ("wil", 25), ("vic", 35)):
        firm.come(who)
        apps[who].at.run()
        assert f"{n} responses" in apps[who].html


def test_another_role_shows_another_part_at_the_next_click(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer"))
    firm.come("vic")
    app = open_app({"survey": [kept_survey]})
    assert "60 responses" in app.html
    firm.give("vic", Viewer("Vic", "viewer", PRO))
    app.at.run()
    assert app.fine()
    assert "35 responses" in app.html
    firm.give("vic", Viewer("Vic", "editor"))
    app.at.run()
    assert "60 responses" in app.html


def test_a_role_for_a_segment_that_is_no_longer_there_is_refused_in_words(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer", Filters().with_attribute("Plan", ["Gold"])))
    firm.come("vic")
    app = open_app({"survey": [kept_survey]})
    assert "You may not see this survey" in app.html
    assert "Plan: Gold" in app.html
    assert "Starter" not in app.html


def test_a_link_to_a_file_that_is_held_is_cut_as_well(firm, open_app, small):
    firm.come("root")
    mine = open_app().upload("q1.csv", small)
    link = mine.at.session_state["opened"].link
    firm.give("vic", Viewer("Vic", "viewer", PRO))
    firm.come("vic")
    app = open_app({"survey": [link]})
    assert "35 responses" in app.html
    assert app.at.session_state["opened"].files is None
    app.at.run()
    assert "35 responses" in app.html


def test_who_may_look_cannot_write_even_with_the_page_of_an_editor(firm, kept_survey):
    found = firm.workspace.find(kept_survey)
    firm.give("vic", Viewer("Vic", "viewer"))
    from dataclasses import replace

    by_vic = replace(firm.workspace, engine=audit.acting(firm.engine, audit.Actor("Vic", ISSUER, "vic")))
    for change in (
        lambda: by_vic.rename(found, "Mine"),
        lambda: by_vic.delete_survey(found),
        lambda: by_vic.save_settings(found, {"aim": ["x"]}),
        lambda: by_vic.delete_recipe(found, "x"),
        lambda: by_vic.delete_wave(found, found.waves[0]),
    ):
        with pytest.raises(Exception, match=r"not change it|only wave"):
            change()
    assert firm.workspace.find(kept_survey).name == "Customers"


def test_what_runs_by_itself_needs_nobody_to_be_signed_in(firm, kept_survey):
    """The rules of retention, and letting go of what was changed elsewhere, run outside of any session."""
    firm.claims = None
    kept.end_retention()
    kept.let_go_of_past()
    assert kept.find(kept_survey).name == "Customers"


def test_the_audit_says_who_did_what_and_nothing_of_the_survey(firm, open_app, kept_survey):
    firm.give("vic", Viewer("Vic", "viewer"))
    firm.come("vic")
    app = open_app({"survey": [kept_survey]})
    app.go("themes")
    events = firm.events()
    assert ("Eda", "kept", "Customers") in events
    assert ("Vic", "signed in", "") in events
    assert ("Vic", "opened", "Customers") in events
    assert ("Vic", "read comments", "Customers") in events
    told_all = repr(audit.entries(firm.engine))
    assert not [
        cell for cell in ("example.org", "support is slow", "Starter", "Pro", "q1.csv") if cell in told_all
    ]


def test_what_a_page_gives_away_later_is_checked_when_it_is_given(firm, monkeypatch):
    firm.give("vic", Viewer("Vic", "viewer", PRO))
    firm.come("vic")
    monkeypatch.setattr(login.st, "session_state", {"viewer": Viewer("Vic", "viewer", PRO)})
    check = login.checker("Customers")
    check("exported")
    assert firm.events()[-1] == ("Vic", "exported", "Customers")
    firm.give("vic", Viewer("Vic", "viewer"))
    with pytest.raises(AccessError):
        check("exported")
    firm.give("vic", Viewer("Vic", "viewer", PRO))
    check("exported")
    roles.end_login(firm.engine, login.current().digest, later())
    with pytest.raises(AccessError):
        check("exported")
    monkeypatch.undo()


def open_page(app):
    page = next(one for one in app.at.session_state["pages"] if one.url_path == "roles")
    app.at._page_hash = page._script_hash
    app.at.run()
    return app


def test_admins_give_roles_to_who_was_refused(firm, open_app):
    firm.come("vic", name="Vic")
    assert open_app().answer == "Access refused"
    firm.come("root")
    app = open_page(open_app())
    assert app.answer == "1 person has a role"
    assert "Signed in, without a role" in app.html
    app.at.session_state["access.give.0"] = True
    app.at.run()
    key = f"access.give.{ISSUER}.vic"
    app.at.text_area(key=f"{key}.filters").set_value("Plan=Pro")
    app.at.multiselect(key=f"{key}.masks").set_value(["names"])
    app.at.number_input(key=f"{key}.smallest").set_value(5)
    app.at.button(key=f"{key}.do").click().run()
    assert app.answer == "2 people have a role"
    assert roles.viewer_of(firm.engine, ISSUER, "vic") == Viewer("Vic", "viewer", PRO, ("names",), 5)
    assert firm.events()[-1] == ("Root", "gave a role", "Vic")
    assert "Root gave a role to “Vic”" in str(app.at.dataframe[0].value)


def test_only_admins_see_roles_and_audit(firm, open_app):
    for role in ("viewer", "editor"):
        firm.give("vic", Viewer("Vic", role))
        firm.come("vic")
        app = open_page(open_app())
        assert app.answer == "Roles are given by admins"
        assert not app.at.dataframe


def test_without_a_login_there_is_nothing_to_see_of_all_this(open_app, small):
    app = open_app().upload("q1.csv", small)
    assert "account" not in {popover.key for popover in app.at.get("popover") if hasattr(popover, "key")}
    assert "Sign out" not in [button.label for button in app.at.button]
    assert open_page(app).answer == "There is no login, and everybody sees everything"


@pytest.mark.parametrize(
    ("address", "variable", "starts"),
    [("localhost", "", True), ("127.0.0.1", "", True), (EVERYWHERE, "", False), (None, "", False), ("", "", False),
     (EVERYWHERE, "1", True), ("192.0.2.7", "", False)],
)  # fmt: skip
def test_a_server_without_a_login_listens_to_this_machine_alone(address, variable, starts, monkeypatch):
    monkeypatch.setattr(login.st, "get_option", {"server.address": address}.get)
    monkeypatch.setenv(login.WITHOUT, variable)
    if starts:
        login.check_address()
    else:
        with pytest.raises(SystemExit, match="without a login"):
            login.check_address()
    monkeypatch.setattr(login, "is_on", lambda: True)
    login.check_address()
