"""Follow-ups that are kept: by several people at once, and gone with what they answer, from the disk as well."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from nps_core import Scope
from nps_core.errors import AccessError, FollowUpError, WorkspaceError
from nps_core.filters import Filters
from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.items import find_items
from nps_core.follow_ups.ranking import OpenWave
from nps_core.viewer import Viewer
from nps_core.workspace import WAVE, Workspace, follow_ups, roles
from nps_core.workspace.audit import Actor, acting
from nps_core.workspace.values import Retention

BO = "bo@two.example"


def one_of(kept, who=BO, wave=0, kind="respondent"):
    return FollowUp(kind, who, kept.waves[wave].id)


def save(workspace, kept, *changes, by="Ann"):
    return follow_ups.save(workspace.engine, kept, changes, by)


def all_of(workspace, kept):
    return follow_ups.follow_ups(workspace.engine, kept)


def test_what_is_saved_is_read_with_its_history(workspace, kept):
    due = dt.datetime(2100, 1, 4, 17, tzinfo=dt.UTC)
    (first,) = save(workspace, kept, (one_of(kept), {"owner": "Ann", "due": due})).done
    (second,) = save(workspace, kept, (first, {"status": "closed", "note": "Called"}), by="Bo").done
    assert all_of(workspace, kept) == (second,)
    assert (second.owner, second.due, second.note, second.version) == ("Ann", due, "Called", 2)
    assert second.contacted == second.closed is not None
    told = follow_ups.history(workspace.engine, kept, "respondent", BO)
    assert [(one.by, one.words.split(";")[0]) for one in told] == [
        ("Bo", "status open → closed"),
        ("Ann", "owner Ann"),
    ]
    assert save(workspace, kept, (second, {"owner": "Ann"})).done == (
        second,
    )  # nothing is changed, and nothing is written
    assert len(follow_ups.history(workspace.engine, kept, "respondent", BO)) == 2


def test_a_mistake_among_many_changes_writes_none_of_them(workspace, kept):
    with pytest.raises(FollowUpError):
        save(
            workspace,
            kept,
            (one_of(kept), {"owner": "Ann"}),
            (one_of(kept, "ana@one.example"), {"status": "closed"}),
        )
    assert all_of(workspace, kept) == ()


def test_the_second_of_two_sees_what_the_first_changed_and_overwrites_nothing(workspace, kept):
    seen = one_of(kept)
    (first,) = save(workspace, kept, (seen, {"note": "I called"})).done
    found = save(
        workspace, kept, (seen, {"note": "No, I"}), (one_of(kept, "cy@two.example"), {"owner": "Bo"}), by="Bo"
    )
    assert found.stale == ((seen, first),)
    assert [one.who for one in found.done] == ["cy@two.example"]
    assert first in all_of(workspace, kept)


def test_of_many_that_change_one_at_once_each_is_written_or_told(workspace, kept):
    other = (
        Workspace.open(workspace.engine.url.database) if "sqlite" in str(workspace.engine.url) else workspace
    )

    def change(number):
        return save((workspace, other)[number % 2], kept, (one_of(kept), {"owner": f"owner {number}"}))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(change, range(16)))
    done = [saved.done[0] for saved in found if saved.done]
    assert len(done) == 1
    assert all(saved.stale[0][1] == done[0] for saved in found if not saved.done)


def test_what_is_of_another_survey_or_of_no_wave_is_not_written(workspace, kept):
    gone = FollowUp("respondent", BO, 999)
    assert save(workspace, kept, (gone, {"owner": "Ann"})).gone == (gone,)
    workspace.delete_survey(kept)
    with pytest.raises(WorkspaceError, match="no longer"):
        save(workspace, kept, (one_of(kept), {"owner": "Ann"}))


def test_an_undone_wave_takes_its_follow_ups_with_it(workspace, kept):
    save(workspace, kept, (one_of(kept), {"owner": "Ann"}), (one_of(kept, wave=1), {"owner": "Ann"}))
    workspace.undo(kept)
    assert all_of(workspace, kept) == (replace(one_of(kept), owner="Ann", version=1),)
    assert save(workspace, kept, (one_of(kept, wave=1), {"owner": "Bo"})).gone


def test_a_deleted_wave_and_survey_say_how_many_follow_ups_went(workspace, kept):
    save(workspace, kept, (one_of(kept), {"owner": "Ann"}), (one_of(kept, wave=1), {"owner": "Ann"}))
    receipt = workspace.delete_wave(kept, kept.waves[1])
    assert receipt.follow_ups == 1
    assert "1 follow-up" in receipt.sentence
    assert "Follow-ups: 1" in receipt.text()
    assert workspace.delete_survey(kept).follow_ups == 1


def test_an_erased_respondent_takes_follow_ups_along_and_is_masked_in_those_of_others(workspace, kept):
    account = one_of(kept, "two", kind="account")
    save(workspace, kept, (one_of(kept), {"note": "Mailed"}), (one_of(kept, wave=1), {"owner": "Ann"}))
    save(
        workspace, kept, (account, {"note": f"Wrote to {BO.upper()} and to bo@two.example.org", "owner": BO})
    )
    save(workspace, kept, (one_of(kept, "cy@two.example"), {"owner": "Ann"}))
    receipt = workspace.erase_respondent(kept, BO)
    assert receipt.follow_ups == 2
    assert "2 follow-ups" in receipt.sentence
    left = {one.who: one for one in all_of(workspace, kept)}
    assert set(left) == {"two", "cy@two.example"}
    assert left["two"].note == "Wrote to [erased] and to bo@two.example.org"
    assert left["two"].owner == "[erased]"
    told = follow_ups.history(workspace.engine, kept, "account", "two")
    assert BO not in told[0].words.lower().replace("bo@two.example.org", "")
    with workspace.engine.connect() as connection:
        for table in ("follow_up", "follow_up_event"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - our own names
            assert BO not in str(rows).lower().replace("bo@two.example.org", "")


def test_the_last_of_an_account_takes_its_follow_up_along(workspace, kept):
    save(workspace, kept, (one_of(kept, "six", wave=1, kind="account"), {"owner": "Ann"}))
    assert workspace.erase_respondent(kept, "eve@six.example").follow_ups == 1
    assert all_of(workspace, kept) == ()


def test_what_goes_by_retention_takes_follow_ups_along(workspace, kept):
    save(workspace, kept, (one_of(kept), {"owner": "Ann"}), (one_of(kept, wave=1), {"owner": "Ann"}))
    workspace.set_retention(kept, Retention(responses=1))
    (receipt,) = workspace.apply_retention(dt.date(2026, 6, 1))
    assert receipt.follow_ups == 1
    assert [one.wave for one in all_of(workspace, kept)] == [kept.waves[1].id]


def test_who_may_only_look_changes_nothing(workspace, kept):
    engine = acting(workspace.engine, Actor("Vi", "issuer", "vi"))
    roles.give_role(workspace.engine, roles.Person("issuer", "root", Viewer("Root")))
    roles.give_role(workspace.engine, roles.Person("issuer", "vi", Viewer("Vi", "viewer", Filters())))
    with pytest.raises(AccessError):
        follow_ups.save(engine, kept, [(one_of(kept), {"owner": "Vi"})], "Vi")
    assert all_of(workspace, kept) == ()


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "${owner} %(x)s {{7*7}}", "a\r\nBcc: x"]
)
def test_hostile_text_is_kept_as_it_stands_on_one_line(workspace, kept, text):
    (one,) = save(workspace, kept, (one_of(kept), {"owner": text, "note": text})).done
    assert one.owner == " ".join(text.split())
    assert one.note == "\n".join(text.splitlines())


def test_items_of_a_kept_survey_know_their_waves(workspace, kept):
    survey = workspace.open_survey(kept)
    waves = [OpenWave(wave.id, wave.name, wave.added) for wave in kept.waves]
    (done,) = save(workspace, kept, (one_of(kept), {"status": "waiting"})).done
    found = find_items(
        Scope(survey), waves, all_of(workspace, kept), today=dt.date(2026, 7, 1), wave_attribute=WAVE
    )
    told = {item.follow_up.who: item.follow_up for item in found.read(range(found.n))}
    assert told[BO] == done  # the open promise of the first wave holds
    assert told["ana@one.example"].wave == kept.waves[1].id
    assert told["cy@two.example"].wave == kept.waves[0].id


def test_backups_have_follow_ups(workspace, kept, tmp_path):
    save(workspace, kept, (one_of(kept), {"owner": "Ann"}))
    workspace.backup(tmp_path / "backup.sqlite")
    again = Workspace.open(tmp_path / "backup.sqlite")
    assert all_of(again, kept) == all_of(workspace, kept)
