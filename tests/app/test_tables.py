"""Tables of figures as a user reads them: a true minus, thousands apart, dates in words; sorted as numbers."""

from __future__ import annotations

import pandas as pd

from pages.ui import tables


def written(frame, heads):
    """What stands in the cells."""
    found = {name: write for name in frame if (write := tables._writer(frame, name, heads))}
    return {name: [write(value) for value in frame[name]] for name, write in found.items()}


def test_figures_are_written_as_everywhere_else():
    frame = pd.DataFrame(
        {
            "period": ["Q1 2026"],
            "starts": ["2026-01-01"],
            "nps": [-6.6],
            "low": [-0.3],
            "high": [4.2],
            "responses": [12345],
            "share": [0.123],
            "p_adjusted": [0.00001],
            "beyond_chance": [True],
            "could_show": [12.4],
        }
    )
    assert written(frame, tables.NPS) == {
        "starts": ["1 Jan 2026"],
        "nps": ["−7"],
        "low": ["0"],
        "high": ["+4"],
        "responses": ["12,345"],
        "share": ["12%"],
        "p_adjusted": ["<0.001"],
        "beyond_chance": ["yes"],
        "could_show": ["±13"],
    }
    parts = pd.DataFrame({"within": [-1.25], "n_a": [1200], "within_shown": [-1]})
    assert written(parts, tables.PARTS) == {"within": ["−1.3"], "n_a": ["1,200"], "within_shown": ["−1"]}


def test_the_numbers_stay_numbers_to_sort_by(app):
    app.open_sample().go("trends")
    app.at.session_state["figures.trend"] = True
    app.at.run()
    table = app.at.dataframe[0].value
    assert table["period"].iloc[0] == "Q3 2026"  # the latest first
    assert table["nps"].dtype.kind == "f"
    assert table["responses"].dtype.kind in "if"


def test_a_folded_table_is_drawn_once_it_is_opened(app):
    app.open_sample().go("segments")
    assert not app.at.dataframe
    app.at.session_state["figures.segments"] = True
    app.at.run()
    assert app.fine()
    assert len(app.at.dataframe) == 1
