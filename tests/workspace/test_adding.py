"""The next wave: what is new, repeated, changed and missing is told first; then it is one transaction, and undone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from exports import HEADS, Q1, Q2, export, sample, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.workspace import WaveError, Workspace, read_waves, wave_name
from nps_core.workspace.comparison import match

LATE = ("ana@one.example", "2026-07-01 10:00:00", "One", "Pro", "8", "Fine")


def counts(preview) -> tuple[int, int, int, int]:
    return tuple(getattr(preview, part).count for part in ("new", "repeated", "changed", "missing"))


def test_a_file_of_later_responses_is_new(workspace):
    kept = workspace.keep(survey_of(Q1), "Customers")
    preview = workspace.preview(kept, survey_of(Q2))
    assert counts(preview) == (3, 0, 0, 0)
    assert (preview.n, preview.name, preview.refused) == (3, "Q2 2026", "")
    assert preview.new.examples[0] == "ana@one.example, 2 Apr 2026, 10"
    assert preview.sentences == ("3 responses are new.",)
    assert workspace.find(kept.link) == kept


def test_an_export_from_the_beginning_on_stores_nothing_twice(workspace):
    """Most tools export all there is: of the second file only what came since becomes a wave."""
    changed = (Q1[0], (*Q1[1][:4], "5", Q1[1][5]), *Q1[3:])  # the second otherwise, the third deleted since
    survey = survey_of((*changed, *Q2), "second.csv")
    kept = workspace.keep(survey_of(Q1), "Customers")
    preview = workspace.preview(kept, survey)
    assert counts(preview) == (3, 2, 1, 1)
    assert preview.changed.examples == ("bo@two.example, 17 Jan 2026, 3: score 3 → 5",)
    assert preview.missing.examples == ("cy@two.example, 11 Feb 2026, 7",)
    assert preview.sentences == (
        "3 responses are new.",
        "2 responses are kept already and will not be stored twice.",
        "1 response is kept already, with something else in it.",
        "1 kept response from these days is not in this file; nothing is taken away.",
    )
    wave = workspace.add_wave(kept, survey, by="Bo")
    kept = workspace.find(kept.link)
    assert (wave.name, wave.by, wave.figures.n) == ("Q2 2026", "Bo", 3)
    opened = workspace.open_survey(kept)
    assert len(opened.responses) == 7
    assert opened.responses["score"].tolist() == [9, 5, 7, 10, 10, 6, 8]
    own = workspace.open_survey(kept, [wave.id])
    assert (own.rows.read, own.rows.kept) == (6, 3)
    assert [(part.reason, part.count, part.groups) for part in own.rows.left_out] == [
        ("repeated", 3, (1, 0, 2))
    ]


def test_what_changed_may_stay_as_it_was(workspace):
    kept = workspace.keep(survey_of(Q1))
    survey = survey_of(((*Q1[1][:4], "5", Q1[1][5]), *Q2))
    workspace.add_wave(kept, survey, replace_changed=False)
    assert workspace.open_survey(kept).responses["score"].tolist() == [9, 3, 7, 10, 10, 6, 8]


def test_a_change_of_an_attribute_or_a_comment_is_taken_over(workspace):
    moved = ("bo@two.example", "2026-01-17 10:00:00", "Bigger", "Enterprise", "3", "")
    kept = workspace.keep(survey_of(Q1))
    workspace.add_wave(kept, survey_of((moved, LATE)))
    row = workspace.open_survey(kept).responses.iloc[1]
    assert (row["account"], row["Plan"], row["row"]) == ("Bigger", "Enterprise", 3)
    assert pd.isna(row["comment"])


def test_undo_takes_back_the_wave_and_what_it_changed(workspace):
    first = survey_of(Q1)
    kept = workspace.keep(first)
    wave = workspace.add_wave(kept, survey_of(((*Q1[1][:4], "5", Q1[1][5]), *Q2)))
    now = workspace.find(kept.link)
    assert now.undoable == wave.id
    assert workspace.undo(now) == wave
    after = workspace.find(kept.link)
    assert after.waves == kept.waves
    assert after.undoable is None
    pd.testing.assert_frame_equal(workspace.open_survey(after).responses, first.responses)
    with pytest.raises(WaveError, match="can be taken back"):
        workspace.undo(after)
    assert workspace.check() == ()


def test_undo_is_of_the_last_wave_until_something_else_is_written(workspace):
    kept = workspace.keep(survey_of(Q1))
    workspace.add_wave(kept, survey_of(Q2))
    later = workspace.add_wave(kept, survey_of([LATE]))
    assert workspace.undo(kept) == later
    with pytest.raises(WaveError):
        workspace.undo(kept)
    workspace.add_wave(kept, survey_of([LATE]))
    workspace.erase_respondent(kept, "bo@two.example")
    with pytest.raises(WaveError):
        workspace.undo(kept)


def test_the_same_file_twice_is_refused(workspace):
    kept = workspace.keep(survey_of(Q1, "q1.csv"), "Customers")
    again = survey_of(Q1, "q1 (copy).csv")
    assert workspace.preview(kept, again).refused == (
        "“q1 (copy).csv” is in “Customers” already, as the wave “Q1 2026”."
    )
    with pytest.raises(WaveError, match="already, as the wave"):
        workspace.add_wave(kept, again)
    # Saved once more by a spreadsheet it is another file with nothing new in it.
    assert "holds no response that is not" in workspace.preview(kept, survey_of(reversed(Q1))).refused
    assert workspace.find(kept.link) == kept


@pytest.mark.parametrize("scale", ["1-10", "0-10:5/8"])
def test_another_scale_is_refused(workspace, scale):
    kept = workspace.keep(survey_of(Q1), "Customers")
    other = survey_of(Q2, "q2.csv", scale=scale)
    with pytest.raises(WaveError, match="would mean nothing"):
        workspace.add_wave(kept, other)
    assert scale in workspace.preview(kept, other).refused
    assert workspace.find(kept.link) == kept


def test_scores_that_look_like_those_of_a_narrower_scale_are_told(workspace):
    low = [(f"p{place}@x.example", "2026-05-03", "One", "Pro", str(place % 5 + 1), "") for place in range(12)]
    kept = workspace.keep(survey_of(Q1))
    asked = {"mapping": {"score": "Score"}, "scale": "0-10"}
    preview = workspace.preview(kept, survey_of(low, **asked))
    assert (
        preview.sentences[0]
        == "No score of this file is above 5, on the scale 0-10: was it asked on a narrower one?"
    )
    assert workspace.preview(kept, survey_of(low[:9], **asked)).narrow == ""


def test_other_columns_are_told_and_do_not_stop_it(workspace):
    heads = ("Respondent", "Submitted at", "Account", "Region", "Score", "Comment")
    kept = workspace.keep(survey_of(Q1))
    preview = workspace.preview(kept, survey_of(Q2, heads=heads))
    assert (preview.columns_gone, preview.columns_come) == (("Plan",), ("Region",))
    assert preview.sentences[1:] == (
        "Columns that the last wave had and this file has not: “Plan”.",
        "Columns that the last wave did not have: “Region”.",
    )
    workspace.add_wave(kept, survey_of(Q2, heads=heads))
    opened = workspace.open_survey(kept)
    assert opened.attributes == ("Plan", "Region", "Wave")
    assert opened.responses["Plan"].isna().tolist() == [False] * 4 + [True] * 3


def test_a_column_more_is_no_change_of_what_was_there(workspace):
    heads = (*HEADS, "Region")
    kept = workspace.keep(survey_of(Q1))
    survey = survey_of([(*row, "EMEA") for row in (*Q1, *Q2)], heads=heads)
    assert counts(workspace.preview(kept, survey)) == (3, 4, 0, 0)


def test_ids_that_are_of_another_account_now_are_told(workspace):
    first = [
        (f"id-{place}", f"2026-01-{place + 1:02}", f"Firm {place}", "Pro", "9", "") for place in range(9)
    ]
    anew = [
        (f"id-{place}", f"2026-04-{place + 1:02}", f"Firm {place + 1}", "Pro", "8", "") for place in range(9)
    ]
    moved = [
        *anew[:1],
        *((row[0], *row_new[1:2], *row[2:]) for row, row_new in zip(first, anew, strict=True)),
    ][:9]
    kept = workspace.keep(survey_of(first))
    all_other = workspace.preview(kept, survey_of(anew))
    assert (all_other.clashing.count, all_other.numbered_anew) == (9, True)
    assert all_other.clashing.examples[0] == "id-0: Firm 0 → Firm 1"
    assert "numbered anew" in " ".join(all_other.sentences)
    one_other = workspace.preview(kept, survey_of([*moved[1:], (*anew[8][:2], "Elsewhere", "Pro", "8", "")]))
    assert (one_other.clashing.count, one_other.numbered_anew) == (1, False)
    assert "1 id is of another account" in " ".join(one_other.sentences)


def test_names_are_no_ids(workspace):
    """Two people are called Ana Silva: rows are compared as a whole, and nobody is told to have moved."""
    first = [
        ("Ana Silva", "2026-01-05", "One", "Pro", "9", "Fine"),
        ("Bo Lee", "2026-01-06", "Two", "Pro", "2", "Bad"),
    ]
    later = [("Ana Silva", "2026-01-05", "Six", "Pro", "3", "Slow"), first[1]]
    kept = workspace.keep(survey_of(first, heads=("Name", *HEADS[1:])))
    preview = workspace.preview(kept, survey_of(later, heads=("Name", *HEADS[1:])))
    assert counts(preview) == (1, 1, 0, 1)
    assert preview.clashing.count == 0


def test_without_ids_the_whole_row_is_compared_as_often_as_it_stands_there(workspace):
    heads = ("Submitted at", "Score", "Comment")
    same = ("2026-01-05", "9", "")
    kept = workspace.keep(survey_of([same] * 3 + [("2026-01-06", "2", "Slow")], heads=heads))
    preview = workspace.preview(kept, survey_of([same] * 5 + [("2026-01-07", "4", "Hm")], heads=heads))
    assert counts(preview) == (3, 3, 0, 1)


def test_without_dates_only_what_was_said_is_known_again(workspace):
    """Everybody who gave a 9 and said nothing is not one and the same."""
    heads = ("Respondent", "Score", "Comment")
    first = [("a-1", "9", ""), ("a-2", "3", "The import fails"), ("a-3", "10", "")]
    kept = workspace.keep(survey_of(first, heads=heads))
    preview = workspace.preview(kept, survey_of([*first, ("a-4", "8", "New here")], heads=heads))
    assert counts(preview) == (3, 1, 0, 0)
    assert preview.untold == 2
    assert "2 responses have neither a date nor a comment" in " ".join(preview.sentences)


def test_group_words_are_compared_as_scores_are(workspace):
    heads = ("Respondent", "Submitted at", "Group")
    first = [
        ("a-1", "2026-01-05", "Promoter"),
        ("a-2", "2026-01-06", "Detractor"),
        ("a-3", "2026-01-07", "Passive"),
    ]
    later = [first[0], (*first[1][:2], "Passive"), *first[2:], ("a-4", "2026-04-01", "Promoter")]
    options = {"heads": heads, "mapping": {"score": "Group", "respondent": "Respondent"}}
    kept = workspace.keep(survey_of(first, **options))
    preview = workspace.preview(kept, survey_of(later, **options))
    assert counts(preview) == (1, 2, 1, 0)
    assert preview.changed.examples == ("a-2, 6 Jan 2026, detractor: group “detractor” → “passive”",)
    workspace.add_wave(kept, survey_of(later, **options))
    opened = workspace.open_survey(kept)
    assert opened.rows.groups == (0, 2, 2)


def test_answers_at_another_hour_are_told_to_be_perhaps_the_same(workspace):
    later = [(row[0], row[1].replace(" 0", " 1", 1), *row[2:]) for row in Q1]  # ten hours ahead
    kept = workspace.keep(survey_of(Q1))
    preview = workspace.preview(kept, survey_of(later))
    assert preview.alike == 2
    assert "time zone" in " ".join(preview.sentences)


def test_an_older_file_is_the_first_wave(workspace):
    kept = workspace.keep(survey_of(Q2))
    workspace.add_wave(kept, survey_of(Q1))
    assert [wave.name for wave in workspace.find(kept.link).waves] == ["Q1 2026", "Q2 2026"]


def test_two_waves_of_the_same_days_get_different_names(workspace):
    other = [("zoe@x.example", *row[1:]) for row in Q1]
    kept = workspace.keep(survey_of(Q1))
    assert workspace.preview(kept, survey_of(other)).name == "Q1 2026 (2)"
    assert workspace.add_wave(kept, survey_of(other)).name == "Q1 2026 (2)"
    with pytest.raises(WaveError, match="There is a wave “Q1 2026”"):
        workspace.add_wave(kept, survey_of(Q2), "Q1 2026")


def test_somebody_elses_wave_meanwhile_is_compared_with_as_well(where, workspace):
    """Both saw three new responses; the second to add them stores none of them twice."""
    kept = workspace.keep(survey_of(Q1))
    survey = survey_of((*Q2, LATE))
    told = []

    def meanwhile(step: str, _: float) -> None:
        if step == "Packing the responses" and not told:
            told.append(step)
            Workspace.open(where).add_wave(kept, survey_of(Q2))

    wave = workspace.add_wave(kept, survey, progress=meanwhile)
    assert told
    assert wave.figures.n == 1
    assert workspace.find(kept.link).n == 8


def test_progress_is_told_and_ends(workspace):
    shares: dict[str, list[float]] = {"keep": [], "add": [], "open": []}
    kept = workspace.keep(survey_of(Q1), progress=lambda _, share: shares["keep"].append(share))
    workspace.add_wave(kept, survey_of(Q2), progress=lambda _, share: shares["add"].append(share))
    workspace.open_survey(kept, progress=lambda _, share: shares["open"].append(share))
    assert all(told == sorted(told) for told in shares.values())
    assert shares["keep"][-1] == shares["add"][-1] == 1.0
    assert 0 < shares["open"][-1] < 1


def test_the_next_file_is_read_as_the_last_wave_was(workspace):
    """Its mapping, scale and policy are taken over as far as the columns are there."""
    heads = (*HEADS[:4], "Overall", "Comment")
    kept = workspace.keep(
        survey_of(Q1, heads=heads, mapping={"score": "Overall", "account": None}, scale="0-10:5/8")
    )
    as_found = survey_of(Q2, heads=heads, mapping={"score": "Overall"})
    asked = workspace.corrections(kept, as_found)
    assert dict(asked.roles) == {"account": None}
    assert asked.scale == "0-10:5/8"
    again = survey_of(Q2, heads=heads, **asked.options() | {"mapping": {"score": "Overall", "account": None}})
    assert not workspace.corrections(kept, again)
    by_columns = workspace.corrections(kept, ("Overall", "Comment", "Something"))
    assert dict(by_columns.roles)["score"] == "Overall"
    assert "account" not in dict(by_columns.roles)


def test_files_are_read_as_waves_the_oldest_first_and_troubles_last():
    files = [
        ("b.csv", export(Q2)),
        ("notes.txt", b"nothing of the kind"),
        ("a.csv", export(Q1)),
        ("c.csv", b""),
    ]
    found = read_waves(files)
    assert [(one.file, one.name) for one in found] == [
        ("a.csv", "Q1 2026"),
        ("b.csv", "Q2 2026"),
        ("notes.txt", "notes"),
        ("c.csv", "c"),
    ]
    assert [one.error is None for one in found] == [True, True, False, False]


def test_files_without_dates_are_in_the_order_of_their_names():
    heads = ("Respondent", "Score", "Comment")
    files = [(f"wave {place}.csv", export([("a-1", "9", "x")], heads)) for place in (10, 9, 1)]
    assert [one.file for one in read_waves(files)] == ["wave 1.csv", "wave 9.csv", "wave 10.csv"]


def test_files_are_read_like_the_waves_of_a_kept_survey(workspace):
    heads = (*HEADS[:4], "How likely are you to recommend us?", "Comment")
    low = [(*row[:4], str(place % 5 + 1), row[5]) for place, row in enumerate(Q2 * 4)]
    kept = workspace.keep(survey_of(Q1, heads=heads))
    (alone,) = read_waves([("q2.csv", export(low, heads))])
    (alike,) = read_waves([("q2.csv", export(low, heads))], partial(workspace.corrections, kept))
    assert alone.survey.scale.name != "0-10"
    assert alike.survey.scale.name == "0-10"
    # What cannot be read that way stays as it was found.
    (other,) = read_waves(
        [("x.csv", export([("1", "9")], ("a", "NPS")))], partial(workspace.corrections, kept)
    )
    assert other.survey.mapping.score == "NPS"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a-1", "b-2", "c-3", ""]),
        st.sampled_from(["2026-01-05", "2026-02-06", ""]),
        st.sampled_from(["One", "Two", ""]),
        st.sampled_from(["Pro", "Team", ""]),
        st.sampled_from(["0", "6", "7", "9", "10"]),
        st.sampled_from(["Good", "Slow", ""]),
    ),
    min_size=1,
    max_size=12,
)
COLUMNS = dict(zip(("respondent", "date", "account", "reason"), (*HEADS[:3], HEADS[5]), strict=True))


def read(rows):
    return survey_of(rows, mapping={"score": "Score", "attributes": ["Plan"], **COLUMNS}, scale="0-10")


@settings(max_examples=40)
@given(ROWS, ROWS)
def test_every_response_is_one_of_new_repeated_and_changed(first, second):
    old, new = read(first), read(second)
    places = np.arange(len(new.responses))
    found = match(old, new, places)
    known = [*found.repeated, *found.changed]
    assert len(set(known)) == len(known)
    assert set(known) <= set(places)
    assert len(found.was) == len(found.changed)
    assert not set(found.was) & set(found.missing)
    assert len(set(found.missing)) + len(known) <= len(old.responses)


@settings(max_examples=25)
@given(ROWS)
def test_a_file_beside_itself_is_repeated_as_far_as_it_can_be_known_again(rows):
    survey = read(rows)
    frame = survey.responses
    found = match(survey, survey, np.arange(len(frame)))
    known = frame["date"].notna() | frame["comment"].notna()
    assert sorted(found.repeated) == np.flatnonzero(known).tolist()
    assert not len(found.changed)
    assert not len(found.missing)


def test_the_sample_in_overlapping_halves_is_the_sample(workspace):
    whole = sample()
    kept = workspace.keep(sample(last="2025-10"))
    workspace.add_wave(kept, sample("2025-04"))
    opened = workspace.open_survey(kept)
    assert opened.rows.kept == 3000
    assert opened.rows.groups == whole.rows.groups
    both = [
        frame.sort_values(["date", "respondent"])["score"].tolist()
        for frame in (opened.responses, whole.responses)
    ]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Wave 12.csv", "Wave 12"),
        ("kunden_welle_3.csv", "Welle 3"),
        # None of these says which wave it is, or says less than its responses.
        ("q3.csv", "Jan to Sep 2026"),
        ("Wave 1 to wave 3.csv", "Jan to Sep 2026"),
        ("export.csv", "Jan to Sep 2026"),
        ("responses (3).csv", "Jan to Sep 2026"),
        ("data.csv", "Jan to Sep 2026"),
        ("Customer survey 2026.csv", "Jan to Sep 2026"),
        ("export 30 Sep 2026.csv", "Jan to Sep 2026"),
        ("export_2026-09-30.csv", "Jan to Sep 2026"),
        ("Marketing wavelength12.csv", "Jan to Sep 2026"),
    ],
)
def test_a_wave_of_many_months_is_called_as_its_file_says(file, name):
    rows = [(f"a-{month}", "9", f"2026-0{month}-15") for month in range(1, 10)]
    assert wave_name(survey_of(rows, file, ("id", "score", "date"))) == name


def test_a_wave_of_one_quarter_is_called_by_it_unless_its_file_has_its_number():
    assert wave_name(survey_of(Q1, "january.csv")) == "Q1 2026"
    assert wave_name(survey_of(Q1, "round 7.csv")) == "Round 7"
