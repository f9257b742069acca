"""Tables of figures as people read them: each column by its kind, under a head in words."""

import pandas as pd
from stories import usual

from nps_core.charts.table import table_of_frame


def test_each_column_behind_a_chart_is_written_by_its_kind_under_a_head_in_words():
    """Counts as counts, shares as shares: a count that reads "+69" is one with which something is wrong."""
    themes = pd.DataFrame(
        {
            "theme": ["Price"],
            "comments": [1204],
            "complaints": [69],
            "neutral": [0],
            "praise": [12],
            "said_by": [0.82],
            "part_of": [""],
            "effect": [-6.5],
            "nps_without": [12.2],
        }
    )
    heads = (
        "theme",
        "comments",
        "complaints",
        "neutral",
        "praise",
        "said by",
        "part of",
        "effect",
        "NPS without",
    )
    cells = ["Price", "1,204", "69", "0", "12", "82%", "", "−7", "+12"]
    table = table_of_frame(themes)
    assert table.heads == heads
    assert table.words() == [cells]
    segments = table_of_frame(pd.DataFrame({"is_admin": ["yes"], "could_show": [12.4], "warning": ["no"]}))
    assert (segments.heads, segments.words()) == (
        ("is admin", "could show from", "warning"),
        [["yes", "±13", "no"]],
    )


def test_no_count_of_any_part_has_a_sign_and_no_head_is_a_machine_s():
    whole = 0
    for part in usual().parts:
        if part.chart is None:
            continue
        frame = part.chart.table
        for place, name in enumerate(frame):
            assert "_" not in part.table.heads[place], (part.key, name)
            if frame[name].dtype.kind in "iu" and name != "within_shown":
                assert part.table.kinds[place] in {"count", "percent"}, (part.key, name)
                whole += 1
            if part.table.kinds[place] == "points":
                assert frame[name].dtype.kind == "f" or name == "within_shown", (part.key, name)
    assert whole > 10
