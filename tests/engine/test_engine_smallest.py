"""A smallest group of a table: made of its counts, and the same as of its export."""

from __future__ import annotations

import numpy as np
import pytest

from nps_core import Filters, Scope, Viewer, nps_of, overview
from nps_core.engine import connect, counted
from nps_core.errors import AccessError
from nps_core.filters import ACCOUNT
from nps_core.seen import seen_by
from tests.engine.tables import as_survey, in_duckdb, in_sqlite, responses

VIEWERS = [
    Viewer("Vic", "viewer", smallest=5),
    Viewer("Vic", "viewer", smallest=30),
    Viewer("Vic", "viewer", Filters(attributes=(("Plan", ("Pro", "Team")),)), smallest=5),
    Viewer("Vic", "viewer", Filters(groups=("detractor", "passive")), smallest=12),
]


def told(survey):
    """Every response that a viewer has, in an order that stays the same."""
    names = [name for name in survey.responses if name not in {"row", "respondent"}]
    rows = survey.responses[names].astype(object).where(survey.responses[names].notna(), None)
    return sorted(tuple(map(str, row)) for row in rows.itertuples(index=False)), names


def sizes(survey):
    """How many responses share date and attributes, of each that does."""
    keys = (
        survey.responses[["date", *survey.attributes]].astype(object).where(lambda own: own.notna(), "none")
    )
    return keys.groupby([*keys]).size()


def same(table, file, viewer):
    of_table, of_file = seen_by(table, viewer), seen_by(file, viewer)
    assert told(of_table) == told(of_file)
    assert of_table.attributes == of_file.attributes
    assert of_table.seen.notes == of_file.seen.notes
    assert of_table.rows == of_file.rows
    here, there = Scope(of_file), Scope(of_table)
    assert nps_of(there).sentence == nps_of(here).sentence  # clusters, too
    assert overview(there).sentences == overview(here).sentences
    assert not of_table.has_comments
    assert of_table.mapping == of_file.mapping
    assert of_table.elsewhere.as_of == table.elsewhere.as_of
    assert sizes(of_table).min() >= viewer.smallest
    return of_table


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_smallest_group_of_a_table_is_that_of_its_export(of_table, of_file, viewer):
    same(of_table, of_file, viewer)


@pytest.mark.parametrize("seed", range(8))
def test_a_smallest_group_holds_of_any_table(tmp_path, seed):
    draw = np.random.default_rng(seed)
    frame = responses(int(draw.integers(60, 900)), seed)
    if seed % 3 == 1:
        frame = frame.drop(columns=["Date"])
    if seed % 3 == 2:
        frame = frame.drop(columns=["Account", "Respondent"])
    table = connect((in_sqlite if seed % 2 else in_duckdb)(frame, tmp_path).address, "responses")
    viewer = Viewer("Vic", "viewer", smallest=int(draw.integers(2, 15)))
    same(table, as_survey(frame), viewer)
    table.elsewhere.source.database.close()


def test_nothing_of_one_response_leaves_and_the_engine_is_asked_no_more(of_table):
    viewer = VIEWERS[0]
    found = seen_by(of_table, viewer)
    for name in ("comment", "account"):
        assert found.responses[name].isna().all()
    assert found.responses["respondent"].dropna().str.fullmatch(r"respondent \d+").all()
    assert found.digest != of_table.digest
    assert not found.doubts
    assert set(Scope(found).counts.by(ACCOUNT).labels) == {"(no value)"}
    assert not hasattr(found.elsewhere, "source")
    with pytest.raises(AccessError):
        seen_by(found, VIEWERS[1])


def test_a_table_that_is_too_large_or_too_small_for_it_is_refused(of_table, monkeypatch):
    monkeypatch.setattr(counted, "MOST_COUNTED", 100)
    with pytest.raises(AccessError, match="up to 100 responses"):
        seen_by(of_table, Viewer("Vic", "viewer", smallest=6))
    with pytest.raises(AccessError, match="nothing that you may see"):
        seen_by(
            of_table,
            Viewer("Vic", "viewer", VIEWERS[2].filters.with_attribute("Plan", ["Pro"]), smallest=1000),
        )
