"""Tables of figures as people read them: each column by its kind, under a head in words."""

import pandas as pd
from stories import frame_of, told, usual

from nps_core.charts.table import table_of_frame
from nps_core.formatting import apart, in_title


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


def test_names_that_are_cut_stay_apart():
    """A column that is called as another is has a number behind it, which no cut takes away."""
    asked = "Do you feel that we reached out to gather what your project needs most of all?"
    columns = [asked, f"{asked} (2)", f"{asked} (3)"]
    for cut in (in_title, lambda name: apart(columns)[name]):
        assert len({cut(name) for name in columns}) == 3
        assert [cut(name)[-4:] for name in columns[1:]] == [" (2)", " (3)"]
    frame = frame_of(
        300, Plan="one", Persona="one", comment=None, **dict.fromkeys(columns[:2], ["Yes", "No"] * 150)
    )
    lines = {part.key: part for part in told(frame).parts}
    first, second = (lines[f"segments: {name}"].title for name in columns[:2])
    assert first != second


def test_findings_are_said_to_stand_in_the_order_in_which_they_stand():
    """Neither a change nor a question of satisfaction stands where its weight would have it."""
    part = next(part for part in usual().parts if part.key == "summary")
    assert "weigh" not in part.title
    assert "A change of the trend stands first and a question of satisfaction last" in part.notes[0]
