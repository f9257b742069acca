"""A customer room: who answered what, how the customer is and why, and whom to ask for a reference."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest

from nps_core import Filters, Scope, read_survey
from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.health import LEVELS, RULES, HealthRules, find_health, health_rules_of
from nps_core.follow_ups.items import find_items
from nps_core.follow_ups.ranking import OpenWave
from nps_core.follow_ups.references import LATELY, find_references
from nps_core.follow_ups.relationship import Relationship
from nps_core.follow_ups.room import COLUMNS, find_room, promised_to, room_of, room_ref
from nps_core.formatting import format_nps
from nps_core.link import to_link
from nps_core.viewer import Viewer

NOW = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
HEADS = ("Respondent ID", "Date", "Account", "Persona", "Revenue", "Score", "Comment")
ROWS = (
    ("ann-1", "2025-03-10", "Able", "Decision maker", "100", "9", "Good"),
    ("ann-1", "2026-02-10", "Able", "Decision maker", "100", "4", "No longer good"),
    ("Bob-2", "2026-02-12", " able ", "End user", "100", "10", ""),
    ("cyd-3", "2025-08-01", "Baker", "End user", "", "8", ""),
    ("dee-4", "2026-02-20", "Cable", "Champion", "", "9", "Fine"),
    ("", "2026-02-21", "Cable", "Champion", "", "2", ""),
)


def survey_of(rows=ROWS):
    return read_survey(
        pd.DataFrame(rows, columns=list(HEADS)).to_csv(index=False).encode(),
        name="q1.csv",
        mapping={"respondent": "Respondent ID"},
    )


@pytest.fixture(scope="module")
def scope():
    return Scope(survey_of())


def health(room, promised=(), relationship=None, rules=None, now=NOW):
    return find_health(room, promised, relationship, rules or HealthRules(), now)


def only(name, number=None):
    """The rules with one of them alone, which makes red."""
    place = next(place for place, rule in enumerate(RULES) if rule.name == name)
    usual = HealthRules()
    numbers = list(usual.numbers)
    numbers[place] = number or numbers[place]
    return HealthRules(tuple("red" if own == place else "off" for own in range(len(RULES))), tuple(numbers))


def test_an_account_has_its_people_scores_roles_and_revenue(scope):
    room = find_room(scope, "account", "able")
    assert (room.refused, room.hidden, len(room.places), room.n_people) == ("", 0, 3, 2)
    assert room.columns == ("Q1 2025", "Q1 2026")
    assert not room.by_wave
    ann, bob = room.people  # the decision maker first
    assert [cell and (cell.score, cell.group) for cell in ann.cells] == [
        ("9", "promoter"),
        ("4", "detractor"),
    ]
    assert [cell and cell.score for cell in bob.cells] == [None, "10"]
    assert (ann.key, ann.name, ann.decides, ann.fall, bob.key, bob.name) == (
        "ann-1",
        "ann-1",
        True,
        5.0,
        "bob-2",
        "Bob-2",
    )
    assert room.last_groups == (1, 0, 1)
    assert (room.heard, room.silent, room.worth) == (("Decision maker", "End user"), ("Champion",), 100.0)
    assert (room.last_day, room.last_decider) == (dt.date(2026, 2, 12), dt.date(2026, 2, 10))
    assert room.score.nps == pytest.approx(100 / 3)
    assert room.score_words == "scores, the latest first: 10, 4, 9"  # an NPS of three says nothing
    assert [scope.survey.responses["comment"].iloc[place] for place in room.commented] == [
        "No longer good",
        "Good",
    ]


def test_a_person_has_an_account_and_no_roles(scope):
    room = find_room(scope, "respondent", "bob-2")
    assert (room.name, room.account_key, room.heard, room.silent) == ("Bob-2", "able", (), ())
    assert [one.key for one in room.people] == ["bob-2"]


def test_who_has_no_id_stands_last_in_one_row_and_counts(scope):
    room = find_room(scope, "account", "cable")
    assert [one.name for one in room.people] == ["dee-4", ""]
    assert room.last_groups == (1, 0, 1)
    assert room.fallen is None  # nobody without an id has an answer before


def test_filters_and_viewers_hold_in_a_room(scope):
    part = Scope(scope.survey, Filters(since=dt.date(2026, 2, 11)))
    room = find_room(part, "account", "able")
    assert (len(room.places), room.hidden, room.last_decider) == (1, 2, None)
    assert "1 response" in find_room(part, "respondent", "cyd-3").refused
    users = Viewer(role="viewer", filters=Filters().with_attribute("Persona", ["End user"]))
    seen = Scope(scope.survey, viewer=users)
    assert [one.key for one in find_room(seen, "account", "able").people] == ["bob-2"]
    assert "whom you can see" in find_room(seen, "respondent", "ann-1").refused
    for kept_from in (Viewer(role="viewer", masks=("names",)), Viewer(role="viewer", smallest=2)):
        room = find_room(Scope(scope.survey, viewer=kept_from), "account", "able")
        assert "masked" in room.refused
        assert (room.name, len(room.places)) == ("", 0)


def test_an_address_names_nobody_and_leads_back(scope):
    for kind, key in (("account", "able"), ("respondent", "bob-2")):
        ref = room_ref(scope.survey, "link", kind, key)
        assert key not in ref
        assert room_of(scope.survey, "link", ref) == (kind, key)
        assert room_ref(scope.survey, "other", kind, key) != ref
        assert room_of(scope.survey, "other", ref) is None
    assert room_ref(scope.survey, "link", "account", "nobody") == ""
    for wrong in (
        "",
        "account",
        "account-",
        "account-xyz",
        "person-0000000000000000",
        "account-00000000000000000",
        "account-²²²²²²²²²²²²²²²²",
    ):
        assert room_of(scope.survey, "link", wrong) is None


def test_waves_are_columns_the_oldest_first_and_the_last_eight():
    rows = [
        ("ann-1", "2025-01-01", "Able", "End user", "", str(number % 11), f"w{number}")
        for number in range(12)
    ]
    heads = [*HEADS[:-1], "Wave"]
    data = pd.DataFrame(rows, columns=heads).to_csv(index=False).encode()
    survey = read_survey(
        data,
        name="q.csv",
        mapping={"attributes": ["Persona", "Wave"], "respondent": "Respondent ID", "account": "Account"},
    )
    waves = [OpenWave(number, f"w{number}", NOW) for number in range(12)]
    room = find_room(Scope(survey), "account", "able", waves, "Wave")
    assert room.columns == tuple(f"w{number}" for number in range(12 - COLUMNS, 12))
    assert [cell and cell.score for cell in room.people[0].cells] == ["4", "5", "6", "7", "8", "9", "10", "0"]


@pytest.mark.parametrize(
    ("name", "kind", "key", "words"),
    [
        ("detractors", "respondent", "ann-1", "The last answer is a detractor's: a 4 on 10 Feb 2026."),
        ("detractors", "account", "able", ""),  # one of each
        ("decider", "account", "able", "A decision maker is a detractor: ann-1 with a 4 on 10 Feb 2026."),
        ("mixed", "account", "able", "Last answers: 1 promoter, 1 detractor."),
        ("mixed", "respondent", "cyd-3", "The last answer is a passive's: an 8 on 1 Aug 2025."),
        ("mixed", "respondent", "bob-2", ""),
        ("fall", "account", "able", "The score of ann-1 fell from 9 to 4 on 10 Feb 2026."),
        ("fall", "respondent", "ann-1", "The score fell from 9 to 4 on 10 Feb 2026."),
        ("silent", "account", "baker", "No decision maker has answered."),
        ("silent", "account", "able", ""),
        ("silent", "respondent", "bob-2", ""),
        ("quiet", "account", "able", ""),
    ],
)
def test_each_rule_says_why(scope, name, kind, key, words):
    found = health(find_room(scope, kind, key), rules=only(name))
    assert found.colour == ("red" if words else "green")
    if words:
        assert found.reasons == (("red", words),)


def test_answers_without_an_id_are_not_said_to_be_of_so_many_people():
    rows = [
        ("", f"2026-02-{day:02}", "Able", "End user", "", score, "") for day, score in enumerate("2398", 1)
    ]
    named = [
        ("ann-1", "2026-02-10", "Baker", "End user", "", "4", ""),
        *((*row[:2], "Baker", *row[3:]) for row in rows),
    ]
    scope = Scope(survey_of([*rows, *named]))
    able, baker = find_room(scope, "account", "able"), find_room(scope, "account", "baker")
    assert (able.n_people, able.n_nameless, baker.n_people, baker.n_nameless) == (1, 4, 2, 4)
    assert (
        health(able).reasons[0][1] == "Answers, of people without an id: 1 promoter, 1 passive, 2 detractors."
    )
    assert health(baker).reasons[0][1] == "Last answers: 1 promoter, 1 passive, 3 detractors."


def test_rules_have_numbers_of_ones_own(scope):
    able = find_room(scope, "account", "able")
    assert health(able, rules=only("fall", 5)).colour == "red"
    assert health(able, rules=only("fall", 6)).colour == "green"
    later = NOW + dt.timedelta(days=400)
    assert health(able, rules=only("silent"), now=later).reasons == (
        ("red", "No decision maker has answered since 10 Feb 2026."),
    )
    assert (
        health(able, rules=only("quiet"), now=later).reasons[0][1] == "Nobody has answered since 12 Feb 2026."
    )
    assert health(able, rules=only("quiet", 500), now=later).colour == "green"


def test_overdue_promises_and_relationships_speak_against_a_customer(scope):
    bob = find_room(scope, "respondent", "bob-2")
    late = FollowUp("respondent", "bob-2", 1, due=NOW - dt.timedelta(days=1), version=1)
    assert health(bob, [late]).colour == "amber"
    assert "overdue since" in health(bob, [late]).reasons[0][1]
    done = FollowUp("respondent", "bob-2", 1, "closed", due=NOW - dt.timedelta(days=1), version=1)
    assert health(bob, [done]).colour == "green"
    for score, colour in ((None, "green"), (5, "green"), (4, "green"), (3, "amber"), (2, "red"), (1, "red")):
        found = health(bob, relationship=Relationship("respondent", "bob-2", score))
        assert found.colour == colour
    assert found.reasons[0] == ("red", "The relationship score is 1 of 5, at risk.")
    assert len([why for _, why in found.reasons if "relationship" in why]) == 1  # said once


def test_every_colour_has_its_reason_and_the_worst_stands_first(scope):
    for kind, key in (
        ("account", "able"),
        ("account", "baker"),
        ("account", "cable"),
        ("respondent", "bob-2"),
    ):
        found = health(find_room(scope, kind, key), relationship=Relationship(kind, key, 3))
        assert found.reasons
        assert found.reasons[0][0] == found.colour
        assert all(why.endswith(".") for _, why in found.reasons)
    green = health(find_room(scope, "respondent", "bob-2"))
    assert green.reasons == (
        ("green", "The last answer on 12 Feb 2026 is a promoter's, and no rule speaks against it."),
    )
    part = Scope(scope.survey, Filters(groups=("promoter",)))
    assert health(find_room(part, "respondent", "bob-2")).colour == ""


def test_rules_come_back_from_their_line_and_what_is_none_is_the_usual():
    own = HealthRules(tuple("off" for _ in RULES), HealthRules().numbers)
    assert health_rules_of(own.to_text()) == own
    usual = HealthRules()
    for wrong in (
        "",
        "?",
        "[]",
        "[1]",
        "[[1,2]]",
        to_link([["fall", "red", 99]]),
        to_link([["fall", "purple", 3]]),
        to_link([["fall", "red", "3"]]),
    ):
        assert health_rules_of(wrong) == usual
    assert health_rules_of(to_link([["fall", "red", 4], ["gone", "red", 1]])).levels[3] == "red"
    assert {rule.level for rule in RULES} <= {*LEVELS}


def test_promises_of_an_account_are_those_of_its_people_too_and_bare_to_who_sees_a_part(scope):
    kept = (
        FollowUp("respondent", "ann-1", 1, note="secret", version=1),
        FollowUp("respondent", "cyd-3", 1, version=1),
        FollowUp("account", "able", 1, note="secret", version=1),
    )
    found = promised_to(find_room(scope, "account", "able"), kept)
    assert {(one.kind, one.who) for one in found} == {("account", "able"), ("respondent", "ann-1")}
    assert [one.who for one in promised_to(find_room(scope, "respondent", "ann-1"), kept)] == ["ann-1"]
    users = Viewer(role="viewer", filters=Filters().with_attribute("Persona", ["Decision maker"]))
    seen = promised_to(find_room(Scope(scope.survey, viewer=users), "account", "able"), kept)
    assert len(seen) == 2
    assert not any(one.note for one in seen)


def test_references_are_those_of_plain_pandas():
    draw = random.Random(7)  # noqa: S311 - a draw
    rows = []
    for number in range(400):
        person = draw.randrange(150)
        day = TODAY - dt.timedelta(days=draw.randrange(400), hours=0)
        persona, score = draw.choice(["Decision maker", "End user"]), draw.choice([3, 8, 9, 10, 10])
        account = f"Account {person % 40}"
        rows.append((f"p-{person}", day.isoformat(), account, persona, "", str(score), f"n{number}"))
    people = draw.sample(range(150), 30)
    outcomes = ["declined"] * 10 + ["agreed to be a reference"] * 15
    kept = [
        *(FollowUp("respondent", f"p-{person}", 1, "open", version=1) for person in people[:5]),
        *(
            FollowUp("respondent", f"p-{person}", 1, "closed", note="x", outcome=outcome, version=1)
            for person, outcome in zip(people[5:], outcomes, strict=True)
        ),
        FollowUp("account", "account 7", 1, "waiting", version=1),
        FollowUp("account", "account 8", 1, "closed", note="x", version=1),
        FollowUp("respondent", "gone-1", 1, "open", version=1),
    ]
    survey = survey_of(rows)
    items = find_items(Scope(survey), (OpenWave(1, "Q1", NOW),), kept, today=TODAY)
    found = find_references(items, kept)

    frame = pd.DataFrame(rows, columns=list(HEADS))
    last = frame.sort_values("Date", kind="stable").groupby("Respondent ID").tail(1)
    day = pd.to_datetime(last["Date"])
    last = last[(last["Score"].astype(int) >= 9) & ((pd.Timestamp(TODAY) - day).dt.days <= LATELY)]
    open_people = {f"p-{person}" for person in people[:5]}
    open_accounts = {*frame[frame["Respondent ID"].isin(open_people)]["Account"], "Account 7"}
    declined = {f"p-{person}" for person in people[5:15]}
    free = last[~last["Account"].isin(open_accounts) & ~last["Respondent ID"].isin(declined)]
    keys = [items.follow_up(int(number)).who for number in found.numbers]
    assert sorted(keys) == sorted(free["Respondent ID"])
    assert found.busy == len(last) - len(free) > 0
    agreed = {f"p-{person}" for person in people[15:]}
    assert (
        [key in agreed for key in keys]
        == found.agreed.tolist()
        == sorted(found.agreed.tolist(), reverse=True)
    )
    assert found.agreed.any()
    table = found.table()
    assert table["respondent"].tolist() == keys
    assert set(table["agreed before"]) == {"yes", ""}
    assert len(found.table(3)) == 3
    assert found.title.startswith(f"{len(keys)} promoters to ask for a reference; {found.busy} more left out")


def test_nobody_is_a_reference_where_nobody_may_be_known(scope):
    masked = Scope(scope.survey, viewer=Viewer(role="viewer", masks=("names",)))
    found = find_references(find_items(masked, (OpenWave(1, "Q1", NOW),), today=TODAY), ())
    assert len(found.numbers) == len(found.table()) == 0


def test_rooms_agree_with_plain_pandas():
    draw = random.Random(3)  # noqa: S311 - a draw
    rows = [
        (
            f"p-{draw.randrange(60)}",
            (TODAY - dt.timedelta(days=draw.randrange(900))).isoformat(),
            f"Account {draw.randrange(9)}",
            draw.choice(["Decision maker", "End user", "Champion"]),
            "",
            str(draw.randrange(11)),
            f"n{number}",
        )
        for number in range(500)
    ]
    frame = pd.DataFrame(rows, columns=list(HEADS))
    frame["score"] = frame["Score"].astype(int)
    scope = Scope(survey_of(rows))
    for account, own in frame.groupby("Account"):
        room = find_room(scope, "account", account.lower())
        assert len(room.places) == len(own)
        by_person = own.sort_values("Date", kind="stable").groupby("Respondent ID")["score"]
        last = by_person.last()
        cuts = pd.cut(last, [-1, 6, 8, 10], labels=["d", "p", "r"]).value_counts()
        assert room.last_groups == tuple(cuts[one] for one in "dpr")
        falls = by_person.apply(
            lambda scores: max(0, scores.iloc[-2] - scores.iloc[-1]) if len(scores) > 1 else 0
        )
        assert (room.fallen.fall if room.fallen else 0) == falls.max()
        nps = 100 * ((own["score"] >= 9).mean() - (own["score"] <= 6).mean())
        assert room.score.nps == pytest.approx(nps)
        few = len(room.places) < 5
        assert room.score_words.startswith("score" if few else f"NPS {format_nps(nps)} (")
        assert np.isnan(room.worth)
