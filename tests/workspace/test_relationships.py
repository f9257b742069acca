"""Relationship scores that are kept: set by several people at once, and gone with the responses they stand beside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from nps_core.errors import FollowUpError, WorkspaceError
from nps_core.follow_ups.relationship import Relationship, judged, judged_words
from nps_core.workspace import relationship

BO = "bo@two.example"


def of(workspace, kept, who=BO, kind="respondent"):
    return relationship.relationship(workspace.engine, kept, kind, who)


def save(workspace, kept, seen, by="Ann", **changes):
    return relationship.save(workspace.engine, kept, seen, changes, by)


def test_a_score_is_set_changed_and_told_with_its_history(workspace, kept):
    seen = of(workspace, kept)
    assert (seen.score, seen.version, seen.words) == (None, 0, "not set")
    first = save(workspace, kept, seen, score=2, note="They are quiet\nsince May")
    second = save(workspace, kept, first, by="Bo", score=4)
    assert of(workspace, kept) == second == Relationship("respondent", BO, 4, "They are quiet\nsince May", 2)
    told = relationship.history(workspace.engine, kept, "respondent", BO)
    assert [(one.by, one.words) for one in told] == [
        ("Bo", "relationship 4 of 5, good"),
        ("Ann", "relationship 2 of 5, strained; note: They are quiet since May"),
    ]
    assert save(workspace, kept, second, score=4) == second  # nothing is changed, and nothing is written
    assert len(relationship.history(workspace.engine, kept, "respondent", BO)) == 2
    assert save(workspace, kept, second, score=None).words == "not set"


@pytest.mark.parametrize(
    "changes", [{"score": 0}, {"score": 6}, {"score": True}, {"score": "4"}, {"score": 4.0}, {"who": "x"}]
)
def test_there_is_no_other_score(changes):
    with pytest.raises(FollowUpError, match="nothing that a relationship has"):
        judged(Relationship("account", "two"), changes)


def test_what_changed_is_said_in_words():
    was = Relationship("account", "two", 4, "x")
    assert (
        judged_words(was, judged(was, {"score": None, "note": " "}))
        == "relationship not set; note taken away"
    )
    assert judged_words(was, was) == ""


def test_of_many_that_set_one_at_once_one_is_written_and_the_others_see_it(workspace, kept):
    seen = of(workspace, kept)

    def change(number):
        return save(workspace, kept, seen, score=1 + number % 5, note=str(number))

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(change, range(16)))
    assert found == {of(workspace, kept), None}
    assert len(relationship.history(workspace.engine, kept, "respondent", BO)) == 1


def test_it_goes_with_the_last_response_by_whatever_way_that_goes(workspace, kept):
    for kind, who in (
        ("respondent", BO),
        ("account", "two"),
        ("account", "six"),
        ("respondent", "ana@one.example"),
    ):
        save(
            workspace,
            kept,
            of(workspace, kept, who, kind),
            score=3,
            note=f"{BO} told us, bo@two.example.org too",
            by=BO,
        )
    receipt = workspace.erase_respondent(kept, BO)
    assert receipt.relationships == 1
    assert "1 relationship score" in receipt.sentence
    assert of(workspace, kept).version == 0
    assert of(workspace, kept, "two", "account").note == "[erased] told us, bo@two.example.org too"
    with workspace.engine.connect() as connection:
        for table in ("relationship", "relationship_event"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - our own names
            assert BO not in str(rows).lower().replace("bo@two.example.org", "")
    assert (
        workspace.delete_wave(kept, kept.waves[1]).relationships == 1
    )  # six answered in the second wave alone
    assert of(workspace, kept, "six", "account").version == 0
    assert of(workspace, kept, "ana@one.example").version == 1
    assert workspace.delete_survey(kept).relationships == 2
    with pytest.raises(WorkspaceError, match="no longer"):
        save(workspace, kept, Relationship("account", "two"), score=3)


def test_a_wave_that_is_taken_back_takes_those_along_who_answered_in_it_alone(workspace, kept):
    for who in ("six", "two"):
        save(workspace, kept, of(workspace, kept, who, "account"), score=5)
    workspace.undo(kept)
    assert [of(workspace, kept, who, "account").score for who in ("six", "two")] == [None, 5]
