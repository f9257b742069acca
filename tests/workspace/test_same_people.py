"""The same people across waves: one line each, by id, never by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from exports import HEADS, Q1, Q2, sample, survey_of

from nps_core import Scope
from nps_core.workspace import WAVE, find_same_people


def opened(workspace, *waves):
    kept = workspace.keep(waves[0], "Customers")
    for wave in waves[1:]:
        workspace.add_wave(kept, wave)
    return workspace.open_survey(kept)


Q3 = (
    ("bo@two.example", "2026-07-02", "Two", "Team", "9", ""),
    ("BO@two.example", "2026-08-02", "Moved", "Team", "2", ""),
    ("ana@one.example", "2026-09-02", "One", "Pro", "10", ""),
)


def test_each_who_answered_twice_has_a_line_with_a_score_a_wave(workspace):
    survey = opened(workspace, survey_of(Q1), survey_of(Q2), survey_of(Q3))
    found = find_same_people(Scope(survey))
    assert found.waves == ("Q1 2026", "Q2 2026", "Q3 2026")
    assert (found.n, found.respondents) == (2, 5)
    assert found.title == "2 of 5 respondents answered in more than one wave: 1 rose, 1 fell, 0 stayed"
    expected = pd.DataFrame(
        {
            "respondent": ["bo@two.example", "ana@one.example"],
            "account": ["Moved", "One"],
            "Q1 2026": pd.array([3, 9], dtype="Int8"),
            "Q2 2026": pd.array([6, 10], dtype="Int8"),
            "Q3 2026": pd.array([2, 10], dtype="Int8"),
            "change": np.array([-1, 1], dtype=np.int8),
        }
    )
    pd.testing.assert_frame_equal(found.table(), expected)


def test_what_is_looked_at_is_what_is_counted(workspace):
    survey = opened(workspace, survey_of(Q1), survey_of(Q2), survey_of(Q3))
    found = find_same_people(Scope(survey).with_attribute(WAVE, ["Q1 2026", "Q2 2026"]))
    assert [found.people, found.changes.tolist()] == [("ana@one.example", "bo@two.example"), [1, 3]]
    assert np.isnan(found.scores[:, 2]).all()
    assert found.table()["Q3 2026"].isna().all()


def test_names_one_wave_and_group_words_have_no_same_people(workspace):
    heads = ("Name", *HEADS[1:])
    names = [
        (name, *row[1:]) for name, row in zip(("Ana Silva", "Bo Lee", "Cy Roe", "Di Fox"), Q1, strict=True)
    ]
    later = [(name, *row[1:]) for name, row in zip(("Ana Silva", "Bo Lee", "Cy Roe"), Q2, strict=True)]
    by_name = opened(workspace, survey_of(names, heads=heads), survey_of(later, heads=heads))
    one = opened(workspace, survey_of(Q1))
    for survey in (by_name, one):
        found = find_same_people(Scope(survey))
        assert (found.n, len(found.table())) == (0, 0)
        assert found.title == "Nobody is known to have answered in more than one wave"


def test_of_the_sample_every_line_is_what_pandas_counts(workspace):
    survey = opened(workspace, sample(last="2025-10"), sample("2025-10"))
    found = find_same_people(Scope(survey))
    frame = survey.responses.sort_values("date", kind="stable")
    last = frame.dropna(subset="respondent").pivot_table(
        index="respondent", columns=WAVE, values="score", aggfunc="last", observed=False
    )
    both = last.dropna()
    assert found.n == len(both) > 100
    told = found.table().set_index("respondent").loc[both.index]
    for name in found.waves:
        assert told[name].tolist() == both[name].astype(int).tolist()
    assert (np.diff(found.changes) >= 0).all()
    assert "regression to the mean" in found.sentences[1]


@pytest.mark.parametrize("rows", [Q1[:1], Q1])
def test_a_survey_that_was_never_kept_has_none(rows):
    assert find_same_people(Scope(survey_of(rows, mapping={"score": "Score"}))).n == 0
