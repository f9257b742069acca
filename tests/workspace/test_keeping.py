"""What is kept is there again: in another process, under its link, with all that a survey holds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from exports import Q1, Q2, sample, survey_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps_core import Scope, nps_of
from nps_core.errors import EditsError
from nps_core.report.recipe import Recipe, write_recipe
from nps_core.survey import Survey
from nps_core.workspace import WAVE, StaleError, WaveError, Workspace, WorkspaceError, tables
from nps_core.workspace.packing import _SAME, PARTS, pack, unpack
from nps_core.workspace.store import told_of

ROOT = Path(__file__).resolve().parents[2]


def assert_same(one: Survey, other: Survey) -> None:
    """The same in all that is stored: everything but what quotes cells of the file."""
    for part in fields(Survey):
        a, b = getattr(one, part.name), getattr(other, part.name)
        if isinstance(a, pd.DataFrame) and part.name != "preview":
            pd.testing.assert_frame_equal(a, b)
        elif part.name not in {"preview", "digest", "looks", "rows", "name"}:
            assert a == b, part.name
    bare = tuple(replace(left_out, examples=()) for left_out in one.rows.left_out)
    assert replace(one.rows, left_out=bare) == other.rows
    assert tuple(replace(look, common=()) for look in one.looks) == other.looks


def test_a_survey_that_is_kept_opens_as_it_was(workspace):
    survey = sample()
    kept = workspace.keep(survey, "Customers", "Ana")
    opened = workspace.open_survey(kept)
    assert_same(survey, opened)
    assert opened.name == "Customers"
    assert (kept.name, kept.by, kept.n, len(kept.waves)) == ("Customers", "Ana", 3000, 1)
    assert not opened.preview.size
    assert list(opened.preview.columns) == list(survey.columns)


def test_every_part_of_a_survey_is_stored_or_left_out_on_purpose():
    frames = {*PARTS, "preview"}
    # What was cut for a viewer is never kept: who sees a part of a survey keeps none; nor what is counted elsewhere.
    assert {part.name for part in fields(Survey)} == {*_SAME, *frames, "seen", "elsewhere"}


def test_halves_of_characters_are_stored_as_question_marks(workspace):
    kept = workspace.keep(survey_of(Q1), "A \ud800 name", settings={"aim": ["\udc00 x \x00"]})
    assert workspace.settings(kept) == {"aim": ["? x \x00"]}
    assert kept.name == "A name"


def test_the_figures_of_a_wave_are_those_of_its_pages(workspace):
    survey = sample()
    (wave,) = workspace.keep(survey).waves
    score = nps_of(Scope(survey))
    figures = wave.figures
    assert (figures.n, figures.promoters, figures.detractors) == (score.n, score.promoters, score.detractors)
    assert (figures.nps, figures.low, figures.high) == pytest.approx(
        (score.nps, score.low, score.high), abs=1e-6
    )
    assert (figures.left_out, figures.undated) == (len(survey.left_out), 0)
    assert figures.first.isoformat() == "2024-10-01"
    assert figures.last.isoformat() == "2026-09-30"


def test_a_link_lasts_and_cannot_be_guessed(where, workspace):
    kept = workspace.keep(survey_of(Q1), "Customers")
    assert len(kept.link) >= 20
    again = Workspace.open(where)
    assert again.find(kept.link) == kept
    assert again.find("another") is None
    assert workspace.keep(survey_of(Q1)).link != kept.link
    assert workspace.keep(survey_of(Q1), link="of-my-own").link == "of-my-own"
    with pytest.raises(WorkspaceError, match="kept already"):
        workspace.keep(survey_of(Q2), link="of-my-own")


def test_what_one_process_keeps_another_one_opens(where, workspace):
    code = (
        "import sys; from nps_core.workspace import Workspace; w = Workspace.open(sys.argv[1]);"
        "print([(k.name, w.open_survey(k).rows.kept) for k in w.surveys()])"
    )
    workspace.keep(survey_of(Q1), "Customers")
    workspace.keep(survey_of(Q2), "Partners")
    out = subprocess.run(
        [sys.executable, "-c", code, where], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert out.stdout.strip() == "[('Partners', 3), ('Customers', 4)]"


def test_a_survey_without_a_name_is_called_by_its_file_and_its_wave_by_its_days(workspace):
    kept = workspace.keep(survey_of(Q1, "export.csv"))
    assert (kept.name, kept.waves[0].name, kept.waves[0].by) == ("export.csv", "Q1 2026", "")
    kept = workspace.rename(kept, "  Customers\n of ours ")
    assert kept.name == "Customers of ours"
    assert workspace.rename(kept, "  ").name == "Customers of ours"
    assert len(workspace.rename(kept, "x" * 5000).name) == 200


def test_waves_are_one_survey_with_an_attribute_in_their_order(workspace):
    kept = workspace.keep(survey_of(Q2), "Customers")
    workspace.add_wave(kept, survey_of(Q1))
    kept = workspace.find(kept.link)
    opened = workspace.open_survey(kept)
    assert [wave.name for wave in kept.waves] == ["Q1 2026", "Q2 2026"]
    assert WAVE in opened.attributes
    assert list(opened.responses[WAVE].cat.categories) == ["Q1 2026", "Q2 2026"]
    assert opened.rows.kept == len(opened.responses) == 7
    names, counts = np.unique(opened.responses[WAVE].astype(str), return_counts=True)
    assert dict(zip(names, counts.tolist(), strict=True)) == {"Q1 2026": 4, "Q2 2026": 3}


def test_one_wave_of_several_is_opened_alone(workspace):
    kept = workspace.keep(survey_of(Q1))
    wave = workspace.add_wave(kept, survey_of(Q2))
    opened = workspace.open_survey(workspace.find(kept.link), [wave.id])
    assert_same(survey_of(Q2), opened)
    assert WAVE not in opened.attributes
    with pytest.raises(WorkspaceError, match="no longer"):
        workspace.open_survey(kept, [wave.id, 999])


def test_waves_that_are_not_asked_for_are_not_read(workspace):
    kept = workspace.keep(survey_of(Q1))
    wave = workspace.add_wave(kept, survey_of(Q2))
    with workspace.engine.begin() as connection:
        connection.execute(sa.update(tables.chunk).where(tables.chunk.c.wave_id != wave.id).values(data=b""))
    assert workspace.open_survey(kept, [wave.id]).rows.kept == 3
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.open_survey(kept)


def test_the_digest_tells_every_change(workspace):
    """Caches go by it: what was opened before an erasure must not be found after it."""
    kept = workspace.keep(survey_of(Q1), "Customers")
    seen = [workspace.open_survey(kept).digest]

    def changed() -> None:
        seen.append(workspace.open_survey(kept).digest)
        assert len(set(seen)) == len(seen)

    wave = workspace.add_wave(kept, survey_of(Q2))
    changed()
    seen.append(workspace.open_survey(kept, [wave.id]).digest)
    workspace.rename_wave(kept, wave, "Spring")
    changed()
    workspace.rename(kept, "Clients")
    changed()
    workspace.erase_respondent(kept, "ana@one.example")
    changed()
    again = workspace.open_survey(kept)
    assert again.digest == seen[-1]
    assert again.digest != workspace.open_survey(workspace.keep(survey_of(Q1), "Customers")).digest


def test_a_wave_is_renamed_and_no_two_are_called_alike(workspace):
    kept = workspace.keep(survey_of(Q1))
    wave = workspace.add_wave(kept, survey_of(Q2))
    renamed = workspace.rename_wave(kept, wave, "Spring")
    assert [one.name for one in renamed.waves] == ["Q1 2026", "Spring"]
    assert renamed.revision > kept.revision
    with pytest.raises(WaveError, match="already"):
        workspace.rename_wave(kept, wave, "q1 2026")


def test_a_column_of_the_file_that_is_called_wave_stays(workspace):
    heads = ("Respondent", "Submitted at", "Account", "Wave", "Score", "Comment")
    kept = workspace.keep(survey_of(Q1, heads=heads))
    workspace.add_wave(kept, survey_of(Q2, heads=heads))
    opened = workspace.open_survey(kept)
    assert opened.attributes == ("Wave (column)", "Wave")
    assert set(opened.responses["Wave (column)"].dropna()) == {"Pro", "Team", "Free"}
    assert set(opened.responses["Wave"]) == {"Q1 2026", "Q2 2026"}


def test_an_address_has_one_spelling_in_all_waves(workspace):
    shouting = [(rows[0].upper() + " ", *rows[1:]) for rows in Q2]
    kept = workspace.keep(survey_of(Q1))
    workspace.add_wave(kept, survey_of(shouting))
    respondents = workspace.open_survey(kept).responses["respondent"]
    assert sorted(set(respondents)) == sorted({row[0] for row in (*Q1, *Q2)})


def test_settings_are_saved_for_the_version_that_was_looked_at(workspace):
    kept = workspace.keep(survey_of(Q1), settings={"aim": ['["Board", 40]'], "did": []})
    assert workspace.settings(kept) == {"aim": ['["Board", 40]']}
    mine = workspace.save_settings(kept, {"aim": [], "see.plan": ["Pro", "Ü “x”"]})
    assert workspace.settings(mine) == {"see.plan": ["Pro", "Ü “x”"]}
    with pytest.raises(StaleError, match="meanwhile"):
        workspace.save_settings(kept, {"aim": ["lost"]})
    assert workspace.settings(kept) == {"see.plan": ["Pro", "Ü “x”"]}
    assert workspace.save_settings(mine, {}).version == mine.version + 1
    assert workspace.settings(kept) == {}


def test_settings_beyond_what_anybody_types_are_refused(workspace):
    kept = workspace.keep(survey_of(Q1))
    with pytest.raises(WorkspaceError, match="far more"):
        workspace.save_settings(kept, {"text": ["x" * 6_000_000]})
    assert workspace.settings(kept) == {}


def test_recipes_live_with_a_survey(workspace):
    kept = workspace.keep(survey_of(Q1))
    text = write_recipe(Recipe(name="Quarterly", mask=False))
    workspace.save_recipe(kept, "Quarterly", text)
    workspace.save_recipe(kept, "Board", write_recipe(Recipe(name="Board")))
    workspace.save_recipe(kept, "Quarterly", text)
    assert list(workspace.recipes(kept)) == ["Board", "Quarterly"]
    assert workspace.recipes(kept)["Quarterly"] == text
    with pytest.raises(EditsError):
        workspace.save_recipe(kept, "Bad", "{}")
    workspace.delete_recipe(kept, "Quarterly")
    workspace.delete_recipe(kept, "never there")
    assert list(workspace.recipes(kept)) == ["Board"]


def test_what_a_deleted_survey_is_asked_for_is_refused_in_words(workspace):
    kept = workspace.keep(survey_of(Q1))
    workspace.delete_survey(kept)
    for ask in (
        lambda: workspace.open_survey(kept),
        lambda: workspace.settings(kept),
        lambda: workspace.save_settings(kept, {}),
        lambda: workspace.rename(kept, "x"),
        lambda: workspace.preview(kept, survey_of(Q2)),
        lambda: workspace.add_wave(kept, survey_of(Q2)),
        lambda: workspace.undo(kept),
        lambda: workspace.find_respondent(kept, "x"),
        lambda: workspace.delete_survey(kept),
        lambda: workspace.retention(kept),
        lambda: workspace.save_recipe(kept, "x", write_recipe(Recipe())),
    ):
        with pytest.raises(WorkspaceError, match="no longer"):
            ask()


@pytest.mark.parametrize("told", ['{"aim": "x"}', "[]", '{"aim": [1]}', "{", "null", "[" * 100_000])
def test_settings_that_are_none_are_refused(workspace, told):
    """The database is input: another program may have written to it."""
    kept = workspace.keep(survey_of(Q1))
    with workspace.engine.begin() as connection:
        connection.execute(sa.update(tables.survey).values(settings=told))
    with pytest.raises(WorkspaceError, match="cannot be read"):
        workspace.settings(kept)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.replace('"kept":4', '"kept":5'),
        lambda told: told.replace('"low":0', '"low":"0"'),
        lambda told: told.replace('"mapping"', '"mappings"'),
        lambda told: told.replace('"kind":"category"', '"kind":"date"'),
        lambda told: told[:-5],
        lambda _: "null",
    ],
)
def test_a_wave_that_is_none_is_refused(workspace, change):
    kept = workspace.keep(survey_of(Q1))
    with workspace.engine.begin() as connection:
        told = connection.execute(sa.select(tables.wave.c.about)).scalar_one()
        changed = change(told)
        assert changed != told
        connection.execute(sa.update(tables.wave).values(about=changed))
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.open_survey(kept)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10),
            st.one_of(st.none(), TEXTS),
            st.one_of(st.none(), st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2090-01-01"))),
            st.one_of(st.none(), st.sampled_from(["a", "ß", "x,y", "0"])),
            st.one_of(st.none(), st.floats(0, 1e9)),
        ),
        max_size=30,
    )
)
def test_packing_changes_nothing(rows):
    """Whatever stands in the columns: missing values, no rows at all, letters of every script."""
    base = survey_of(Q1)
    frame = pd.DataFrame(
        {
            "row": np.arange(1, len(rows) + 1),
            "score": pd.array([row[0] for row in rows], dtype="Int8"),
            "group": pd.Categorical.from_codes(
                [2 if row[0] > 8 else 0 for row in rows], dtype=base.responses["group"].dtype
            ),
            "date": pd.array([row[2] for row in rows], dtype="datetime64[us]"),
            "comment": pd.array([row[1] for row in rows], dtype="str"),
            "respondent": pd.array([None] * len(rows), dtype="str"),
            "account": pd.array([row[1] for row in rows], dtype="str"),
            "Plan": pd.Categorical([row[3] for row in rows], categories=["0", "x,y", "ß", "a"]),
            "Seats": np.array([np.nan if row[4] is None else row[4] for row in rows]),
        }
    )
    rows_kept = replace(base.rows, read=len(rows), kept=len(rows), left_out=())
    survey = replace(base, responses=frame, rows=rows_kept)
    packed = pack(survey)
    pd.testing.assert_frame_equal(unpack(packed.about, packed.chunks).responses, frame)


def test_a_large_frame_is_several_chunks(monkeypatch):
    monkeypatch.setattr("nps_core.workspace.packing._CHUNK_BYTES", 20_000)
    survey = sample()
    packed = pack(survey)
    responses = [chunk for chunk in packed.chunks if chunk.part == "responses"]
    assert len(responses) > 10
    assert sum(chunk.rows for chunk in responses) == 3000
    assert_same(survey, unpack(packed.about, reversed(packed.chunks)))
    with pytest.raises(WorkspaceError, match="damaged"):
        unpack(packed.about, [])


def test_figures_of_no_responses_are_no_numbers():
    figures = told_of(replace_responses(sample(last="2024-11"))).figures
    assert figures.n == 0
    assert np.isnan(figures.nps)
    assert figures.first is None


def replace_responses(survey: Survey) -> Survey:
    return replace(survey, responses=survey.responses.iloc[:0])
