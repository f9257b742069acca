"""Targets and benchmarks: words true of the interval, marks on the charts, texts that travel."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core.charts.draw.plotly import plotly_figure
from nps_core.errors import NPSError
from nps_core.scope import Scope
from nps_core.score.chart import interval_chart
from nps_core.score.estimate import estimate
from nps_core.segments.segments import find_segments
from nps_core.targets.target import Target, against, target_sentence, targets_of, with_targets

COUNTS = st.tuples(*[st.integers(0, 300)] * 3).filter(sum)


@settings(deadline=None)
@given(COUNTS, st.integers(-100, 100), st.none() | st.integers(1, 3000))
def test_a_distance_is_claimed_just_where_its_interval_leaves_out_none(counts, target, n):
    score = estimate(*counts)
    gap, said = against(score, target, n=n), target_sentence(score, Target("Board", target, n))
    assert ("more than chance explains" in said) == bool(gap.low > 0 or gap.high < 0)
    if gap.beyond_chance:
        assert (" above “Board”" in said) == (gap.points > 0)
    assert "nan" not in said


def test_a_target_and_a_benchmark_in_words():
    score = estimate(500, 300, 200)
    assert target_sentence(score, Target("Board", 40)).startswith(
        "10 points below “Board” (+40), more than chance explains ("
    )
    assert target_sentence(score, Target("", 31)).startswith(
        "Reads 1 point below “Target” (+31), but chance may explain"
    )
    assert target_sentence(score, Target("Them", 30, 50)).startswith(
        "Level with “Them” (+30, n 50); the difference lies"
    )
    assert (
        target_sentence(estimate(0, 0, 0), Target("Board", 40))
        == "There are no responses to set against “Board” (+40)."
    )
    with pytest.raises(NPSError):
        target_sentence(score, Target("Board", 140))


def test_aims_travel_in_a_link_and_nonsense_is_passed_over():
    board, them = Target('The "board", ü', 40.0), Target("Them", -5.0, 300)
    texts = [
        board.to_text(),
        "?",
        "[1]",
        '["x", 500, null]',
        '["x", 5, -1]',
        '["x", "nan", null]',
        them.to_text(),
    ]
    assert targets_of(texts) == (board, them)


def test_the_strip_gets_a_line_for_each():
    strip = interval_chart(estimate(50, 30, 20))
    marked = plotly_figure(with_targets(strip, [Target("a", 40), Target("b", -10)]))
    assert [shape.x0 for shape in marked.layout.shapes] == [40, -10]
    assert marked.layout.xaxis.range == plotly_figure(strip).layout.xaxis.range  # the whole range, as without
    assert len(plotly_figure(strip).layout.shapes) == 0
    assert with_targets(strip, []) is strip


def test_targets_stand_across_the_rows_of_segments_and_the_axis_holds_them():
    rows = pd.DataFrame({"score": [10, 9, 8, 3] * 50, "Plan": ["Pro", "Pro", "Free", "Free"] * 50})
    plain = find_segments(Scope(survey_of(rows)), "Plan").chart()
    marked = with_targets(plain, [Target("Board", 98.0), Target("Peers", -99.0)])
    layout = plotly_figure(marked).layout
    assert [(shape.x0, shape.line.dash) for shape in layout.shapes[-2:]] == [(98.0, "dot"), (-99.0, "dot")]
    assert layout.xaxis.range[0] < -99
    assert layout.xaxis.range[1] > 98
    names = {note.text: note for note in layout.annotations}
    assert names["Board +98"].xanchor == "right"  # towards the middle
    assert names["Peers −99"].xanchor == "left"
    assert names["Board +98"].yshift != names["Peers −99"].yshift
    assert "Dotted: Board +98; Peers −99." in marked.alt
    assert layout.margin.t > plotly_figure(plain).layout.margin.t
    assert with_targets(plain, []) is plain
    levels = [mark.name for mark in marked.marks]
    assert levels == ["all +25", "Board +98", "Peers −99"]
