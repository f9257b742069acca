"""Whom to call: the clock, what may be changed, the order with its reasons, and the figures per owner."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core import Filters, Scope, read_survey
from nps_core.errors import FollowUpError
from nps_core.follow_ups.clock import Clock, clock_of, in_utc, local
from nps_core.follow_ups.follow_up import FollowUp, change_words, changed, difference
from nps_core.follow_ups.items import find_items
from nps_core.follow_ups.owners import count_owners
from nps_core.follow_ups.ranking import OpenWave, kinds_of
from nps_core.viewer import Viewer


def clock_at(*parts):
    """What a clock on the wall shows."""
    return dt.datetime(*parts)  # noqa: DTZ001 - such a clock has no zone


NOW = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
WAVES = (
    OpenWave(1, "Q4 2025", NOW - dt.timedelta(days=90)),
    OpenWave(2, "Q1 2026", NOW - dt.timedelta(days=3)),
)

MOMENTS = st.datetimes(clock_at(1990, 1, 1), clock_at(2060, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
CLOCKS = st.builds(
    lambda days, start, length: Clock(tuple(sorted(days)), start, min(24, start + length)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 23),
    st.integers(1, 24),
)


def test_working_hours_go_over_the_night_and_the_weekend():
    clock = Clock()
    friday = clock_at(2026, 3, 6, 16)
    assert clock.after(friday, 1) == clock_at(2026, 3, 6, 17)  # the end of a day, not the next morning
    assert clock.after(friday, 9) == clock_at(2026, 3, 9, 17)
    assert clock.after(clock_at(2026, 3, 7, 12), 1) == clock_at(2026, 3, 9, 10)
    assert clock.between(friday, clock_at(2026, 3, 9, 9, 30)) == 1.5
    assert clock.between(clock_at(2026, 3, 7), clock_at(2026, 3, 8, 23)) == 0


@given(CLOCKS, MOMENTS, st.integers(1, 500))
def test_what_is_due_after_so_many_hours_lies_so_many_hours_away(clock, moment, hours):
    due = clock.after(moment, hours)
    assert clock.between(moment, due) == pytest.approx(hours, abs=1e-3)
    assert due.weekday() in clock.days or due.time() == dt.time()  # midnight ends the day before
    assert due > moment


@given(CLOCKS, MOMENTS, MOMENTS, MOMENTS)
def test_hours_add_up(clock, one, two, three):
    assert clock.between(one, three) == pytest.approx(
        clock.between(one, two) + clock.between(two, three), abs=1e-6
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "?", "[]", "[[],9,17,[1,1,1]]", "[[0],17,9,[1,1,1]]", "[[0],9,17,[0,1,1]]"),
        *("[[7],9,17,[1,1,1]]", "[[0,0],9,17,[1,1,1]]", '[["0"],9,17,[1,1,1]]', "[1,9,17,2]"),
    ],
)
def test_what_is_no_clock_is_the_usual_one(text):
    assert clock_of(text) == Clock()


@given(CLOCKS)
def test_a_clock_comes_back_from_its_text(clock):
    assert clock_of(clock.to_text()) == clock


def test_a_follow_up_is_closed_with_a_note_alone():
    one = FollowUp("respondent", "ann", 1)
    with pytest.raises(FollowUpError, match="closed with a note"):
        changed(one, {"status": "closed", "note": " \n "}, NOW)
    done = changed(one, {"status": "closed", "note": "Called.\nAll well", "outcome": "solved"}, NOW)
    assert (done.contacted, done.closed, done.note) == (NOW, NOW, "Called.\nAll well")
    again = changed(done, {"status": "waiting"}, NOW + dt.timedelta(hours=1))
    assert (again.contacted, again.closed) == (NOW, None)


def test_nothing_is_due_in_the_past_and_no_field_is_made_up():
    one = FollowUp("respondent", "ann", 1)
    with pytest.raises(FollowUpError, match="which is past"):
        changed(one, {"due": NOW - dt.timedelta(minutes=1)}, NOW)
    late = changed(one, {"due": NOW}, NOW)
    assert changed(late, {"owner": "Bo"}, NOW + dt.timedelta(days=9)).is_overdue(NOW + dt.timedelta(days=9))
    for wrong in ({"status": "done"}, {"outcome": "?"}, {"who": "bo"}):
        with pytest.raises(FollowUpError):
            changed(one, wrong, NOW)


def test_what_changed_is_said_in_words():
    one = FollowUp("respondent", "ann", 1, owner="Bo")
    two = changed(one, {"status": "waiting", "owner": "", "due": NOW, "note": "a\nb"}, NOW)
    assert difference(one, two) == ("status", "owner", "due", "note")
    assert change_words(one, two) == (
        f"status open → waiting; owner taken away; due 2 Mar 2026, {local(NOW):%H:%M}; note: a b"
    )


HEADS = ("Respondent", "Date", "Account", "Persona", "Revenue", "Score", "Comment", "Wave")
ROWS = (
    ("old@a.example", "2025-12-01", "Able", "End user", "100", "3", "The import is slow", "Q4 2025"),
    ("new@a.example", "2026-02-20", "Able", "End user", "100", "3", "", "Q1 2026"),
    ("rich@b.example", "2026-02-20", "Baker", "End user", "9000", "6", "", "Q1 2026"),
    ("boss@a.example", "2026-02-27", "Able", "Decision maker", "100", "0", "No", "Q1 2026"),
    ("so@c.example", "2026-02-27", "Cable", "End user", "", "7", "", "Q1 2026"),
    ("so@c.example", "2025-12-05", "Cable", "End user", "", "1", "", "Q4 2025"),
    ("yes@c.example", "2026-02-27", "Cable", "End user", "", "10", "", "Q1 2026"),
)


def survey_of(rows=ROWS, heads=HEADS):
    roles = {"account": "Account", "revenue": "Revenue", "attributes": ("Persona", "Wave")}
    text = pd.DataFrame(list(rows), columns=list(heads)).to_csv(index=False)
    mapping = {role: told for role, told in roles.items() if "Wave" in heads or told in heads}
    return read_survey(text.encode(), name="x.csv", mapping=mapping)


def find(survey, *, viewer=None, filters=None, kept=(), kind="respondent", waves=WAVES):
    scope = Scope(survey, filters or Filters(), viewer or Viewer())
    return find_items(scope, waves, kept, today=TODAY, kind=kind, wave_attribute="Wave")


def names(items, group="detractor", **options):
    return [item.follow_up.who for item in items.read(items.of(group, **options))]


def test_what_weighs_most_comes_first_and_is_said():
    items = find(survey_of())
    assert names(items) == ["boss@a.example", "rich@b.example", "new@a.example", "old@a.example"]
    assert names(items, "passive") == ["so@c.example"]  # the latest response counts
    assert names(items, "promoter") == ["yes@c.example"]
    boss, rich, _, old = items.read(items.of("detractor"))  # who answered more than 90 days ago comes last
    assert boss.reasons == (
        "detractor with a 0",
        "decision maker",
        "revenue 100",
        "3 days since the response",
    )
    assert rich.reasons == ("detractor with a 6", "revenue 9,000", "10 days since the response")
    assert old.follow_up == FollowUp("respondent", "old@a.example", 1)
    (number,) = items.of("passive")
    assert items.scores_of(number) == ("7 on 27 Feb 2026", "1 on 5 Dec 2025")
    assert items.number_of("so@c.example") == number


def test_an_account_is_followed_up_for_the_lowest_score_of_its_latest_wave():
    items = find(survey_of(), kind="account")
    told = {item.name: (item.score, item.follow_up.wave) for item in items.read(range(items.n))}
    assert told == {"Able": ("0", 2), "Baker": ("6", 2), "Cable": ("7", 2)}


def passive(kept):
    items = find(survey_of(), kept=kept)
    (item,) = items.read(items.of("passive"))
    return item.follow_up


def test_an_open_promise_holds_when_they_answer_again_and_a_closed_one_gives_way():
    promised = FollowUp("respondent", "so@c.example", 1, "waiting", version=1)
    assert passive(kept=[promised]) == promised
    closed = FollowUp("respondent", "so@c.example", 1, "closed", note="Called", version=2)
    assert passive(kept=[closed]) == FollowUp("respondent", "so@c.example", 2)
    items = find(survey_of(), kept=[FollowUp("respondent", "so@c.example", 2, "closed", note="x", version=2)])
    assert (names(items, "passive"), names(items, "passive", closed=True)) == ([], ["so@c.example"])


def test_filters_and_viewers_hold():
    survey = survey_of()
    some = find(survey, filters=Filters().with_attribute("Persona", ["End user"]))
    assert "boss@a.example" not in names(some)
    promised = FollowUp("respondent", "old@a.example", 1, "waiting", "Ann", note="Boss said no", version=1)
    other = FollowUp("respondent", "boss@a.example", 2, "waiting", "Ann", version=1)
    viewer = Viewer("Vi", "viewer", Filters().with_attribute("Persona", ["End user"]))
    items = find(survey, viewer=viewer, kept=[promised, other])
    assert "boss@a.example" not in names(items)
    assert [one.who for one in items.held()] == ["old@a.example"]
    assert all(not one.note for one in items.held())
    for viewer in (Viewer("Vi", "viewer", masks=("names",)), Viewer("Vi", "viewer", smallest=2)):
        masked = find(survey, viewer=viewer)
        assert masked.n == 0
        assert "masked for you" in masked.refused


def test_who_cannot_be_told_apart_is_not_followed_up():
    heads = ("Date", "Score", "Comment")
    survey = survey_of([("2026-01-01", "3", "slow")] * 3, heads)
    assert kinds_of(Scope(survey)) == ()
    assert "an id or e-mail address" in find(survey).refused
    by_name = survey_of(
        [("Ann Lee", "Able", "3"), ("Bo Ray", "Able", "9")], ("Respondent", "Account", "Score")
    )
    assert kinds_of(Scope(by_name)) == ("account",)
    assert "by account" in find(by_name).refused


def test_ids_name_nobody_and_are_those_of_one_survey():
    one = FollowUp("respondent", "ann@a.example", 7)
    assert one.ref("link") == one.ref("link") != one.ref("other")
    assert one.ref("link") != FollowUp("account", "ann@a.example", 7).ref("link")
    assert one.ref("link").startswith("7-")
    assert "ann" not in one.ref("link")


def test_owners_are_counted_by_the_clock():
    came = in_utc(clock_at(2026, 3, 6, 16))  # a Friday
    ten, noon = (in_utc(clock_at(2026, 3, 9, hour)) for hour in (10, 12))
    held = [
        FollowUp("respondent", "a", 1, "closed", "Ann", note="x", contacted=ten, version=1),
        FollowUp("respondent", "b", 1, "waiting", "Ann", contacted=noon, version=1),
        FollowUp("respondent", "c", 1, "open", "Ann", due=NOW - dt.timedelta(hours=1), version=1),
        FollowUp("respondent", "d", 1, version=1),
    ]
    ann, nobody = count_owners(held, {1: came}, Clock(), NOW)
    assert (ann.owner, ann.n, ann.open, ann.overdue, ann.closed, ann.hours) == ("Ann", 3, 2, 1, 1, 3.0)
    assert ann.share_closed == pytest.approx(1 / 3)
    assert (nobody.owner, nobody.open, nobody.hours) == ("nobody", 1, None)
