"""Follow-ups to a CRM and back: nothing lost, nothing doubled, and what cannot be is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest

from nps_core import Scope, read_survey
from nps_core.errors import FollowUpError
from nps_core.follow_ups.crm import COLUMNS, crm_table, read_crm
from nps_core.follow_ups.follow_up import FollowUp, changed
from nps_core.follow_ups.items import find_items
from nps_core.follow_ups.ranking import OpenWave
from nps_core.report.tables import safe_csv

NOW = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
LINK = "a-link-that-nobody-guesses"
WAVES = (OpenWave(1, "Q1", NOW - dt.timedelta(days=3)),)
HOSTILE = (
    "=1+1",
    "@sum",
    "-2",
    "'=x",
    "a\nb",
    '"q",;',
    "<b>x</b>",
    "${x} {{y}} %s",
    "Zoë ✓ 漢字",
    "+49 30 1234567",
)


def items_of(kept=(), n=1_000):
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Email", "Date", "Score", "Comment"])
    for number in range(n):
        rows.writerow(
            [f"u{number}@example.org", "2026-02-01", number % 11, f"call u{number}@example.org at once"]
        )
    survey = read_survey(out.getvalue().encode(), name="x.csv")
    return find_items(Scope(survey), WAVES, kept, today=NOW.date())


def rows_of(items, numbers=None, link=LINK):
    table = crm_table(items, range(items.n) if numbers is None else numbers, link)
    return list(csv.DictReader(io.StringIO(safe_csv(table).decode("utf-8-sig"), newline="")))


def written(rows, *, delimiter=",", encoding="utf-8-sig", heads=None):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, heads or list(rows[0]), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def read(rows, items, **options):
    return read_crm(written(rows, **options), items, LINK, NOW)


def apply(preview):
    return tuple(replace(changed(own, told, NOW), version=own.version + 1) for own, told in preview.changes)


def test_a_thousand_rows_go_out_and_come_back_none_lost_none_doubled():
    items = items_of()
    rows = rows_of(items)
    assert len({row["id"] for row in rows}) == len(rows) == 1_000
    unchanged = read(rows, items)
    assert (unchanged.changes, unchanged.rows, unchanged.same) == ((), 1_000, 1_000)
    for number, row in enumerate(rows):
        row |= {"owner": f"Ann {number}", "status": "Closed", "outcome": "solved"}
        row |= {"note": HOSTILE[number % len(HOSTILE)], "due": "2026-03-05 17:00"}
    found = read(rows, items)
    assert len(found.changes) == 1_000
    assert found.sentences == (
        (
            "1,000 follow-ups will change: status of 1,000, owner of 1,000, due of 1,000, note of 1,000,"
            " outcome of 1,000."
        ),
    )
    kept = apply(found)
    assert {one.who for one in kept} == {f"u{number}@example.org" for number in range(1_000)}
    # And once more: what came in goes out as it is, whatever a spreadsheet could take it for.
    again = items_of(kept)
    assert read(rows_of(again), again).same == 1_000
    held = {item.follow_up.who: item.follow_up for item in again.read(range(again.n))}
    notes = {row["id"]: row["note"] for row in rows}
    wanted = {one.ref(LINK): one.note for one in held.values()}
    # An apostrophe before a formula is the guard of the file, and is taken off.
    assert {ref: note.replace("'=x", "=x") for ref, note in notes.items()} == wanted


def test_no_cell_of_the_file_can_become_a_formula_and_comments_are_masked():
    one = FollowUp("respondent", "u3@example.org", 1, owner="=cmd|' /C calc'!A0", note="@x", version=1)
    items = items_of([one])
    raw = safe_csv(crm_table(items, range(items.n), LINK)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(raw)) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "@", "-"))]
    rows = rows_of(items)
    assert all(row["comment"] == "call [e-mail] at once" for row in rows)
    bare = crm_table(items, [0], LINK, bare=True)["comment"].iloc[0]
    assert "@example.org" in bare


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8-sig", ";"), ("utf-16-le", ",")],
)
def test_other_encodings_and_delimiters_are_read(encoding, delimiter):
    items = items_of(n=60)
    rows = rows_of(items)
    for row in rows:
        row["owner"] = "Zoë Müller-Groß"
    found = read(rows, items, encoding=encoding, delimiter=delimiter)
    assert {told["owner"] for _, told in found.changes} == {"Zoë Müller-Groß"}
    assert len(found.changes) == 60


def test_unknown_foreign_and_doubled_ids_are_told_and_the_others_go():
    items = items_of(n=60)
    rows = [{**row, "owner": "Ann"} for row in rows_of(items)]
    foreign = [{**row, "owner": "Ann"} for row in rows_of(items, [0], link="another survey")]
    twice = [{**rows[0], "owner": "Bo"}, dict(rows[1])]
    found = read([*rows, *foreign, {**rows[2], "id": ""}, {**rows[2], "id": "=1+1"}, *twice], items)
    assert len(found.changes) == 59  # one id says two things; another one says the same twice
    assert found.doubled == (rows[0]["id"],)
    assert found.unknown == (foreign[0]["id"], "no id", "=1+1")
    told = " ".join(found.sentences)
    assert "3 ids are not in this list" in told
    assert "1 id is in the file more than once" in told
    assert found.rows == 65


def test_what_was_changed_here_since_is_left_as_it_is():
    before = items_of(n=30)
    rows = [{**row, "owner": "Ann"} for row in rows_of(before)]
    here = FollowUp("respondent", before.read([0])[0].follow_up.who, 1, owner="Bo", version=1)
    found = read(rows, items_of([here], n=30))
    assert found.stale == (here.ref(LINK),)
    assert len(found.changes) == 29


def test_rows_that_cannot_be_are_told_with_their_number():
    items = items_of(n=30)
    rows = rows_of(items)
    rows[0]["status"], rows[1]["due"], rows[2]["due"], rows[3]["status"] = (
        "done",
        "03/04/2026",
        "2020-01-01",
        "closed",
    )
    rows[4]["due"], rows[5]["due"] = "2026-03-05", "05.03.2026 17:00"
    found = read(rows, items)
    assert [text.split(":")[0] for text in found.wrong] == ["row 1", "row 2", "row 3", "row 4"]
    for words in ("no status “done”", "“03/04/2026” is no day", "which is past", "closed with a note"):
        assert any(words in text for text in found.wrong), words
    assert len(found.changes) == 2


def test_an_empty_cell_and_a_missing_column_take_nothing_away():
    one = FollowUp("respondent", "u3@example.org", 1, "waiting", "Ann", NOW, "Called", "explained", version=4)
    items = items_of([one])
    rows = [
        {**row, "owner": "", "note": "", "due": "", "status": "", "outcome": ""} for row in rows_of(items)
    ]
    assert read(rows, items).changes == ()
    assert read(rows_of(items), items, heads=["id", "owner"]).changes == ()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x00\x00", b"\xff\xfe", b"PK\x03\x04" + b"\0" * 99),
        *(b"a,b\n1,2\n", b"id,id\n1,2\n", b"id,owner,owner\n1,2,3\n"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data):
    with pytest.raises(FollowUpError, match="one column “id”"):
        read_crm(data, items_of(n=30), LINK, NOW)


def test_a_file_that_is_far_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("nps_core.follow_ups.crm.MOST_ROWS", 10)
    items = items_of(n=30)
    with pytest.raises(FollowUpError, match="more than 10 rows"):
        read(rows_of(items), items)
    monkeypatch.setattr("nps_core.follow_ups.crm.LARGEST", 10)
    with pytest.raises(FollowUpError, match="far larger"):
        read(rows_of(items), items)


def test_the_columns_that_come_back_are_those_that_went_out():
    assert tuple(rows_of(items_of(n=30))[0])[: len(COLUMNS)] == COLUMNS
