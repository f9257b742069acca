"""Targets and benchmarks: words true of the interval, marks on the charts, texts that travel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.charts import interval_chart, strip_with_aims
from nps_core.errors import NPSError
from nps_core.score.estimate import estimate
from nps_core.targets.aims import Aim, aim_sentence, aims_of
from nps_core.targets.targets import against

COUNTS = st.tuples(*[st.integers(0, 300)] * 3).filter(sum)


@settings(deadline=None)
@given(COUNTS, st.integers(-100, 100), st.none() | st.integers(1, 3000))
def test_a_distance_is_claimed_just_where_its_interval_leaves_out_none(counts, target, n):
    score = estimate(*counts)
    gap, said = against(score, target, n=n), aim_sentence(score, Aim("Board", target, n))
    assert ("more than chance explains" in said) == bool(gap.low > 0 or gap.high < 0)
    if gap.beyond_chance:
        assert (" above “Board”" in said) == (gap.points > 0)
    assert "nan" not in said


def test_a_target_and_a_benchmark_in_words():
    score = estimate(500, 300, 200)
    assert aim_sentence(score, Aim("Board", 40)).startswith(
        "10 points below “Board” (+40), more than chance explains ("
    )
    assert aim_sentence(score, Aim("", 31)).startswith(
        "Reads 1 point below “Target” (+31), but chance may explain"
    )
    assert aim_sentence(score, Aim("Them", 30, 50)).startswith(
        "Level with “Them” (+30, n 50); the difference lies"
    )
    assert (
        aim_sentence(estimate(0, 0, 0), Aim("Board", 40))
        == "There are no responses to set against “Board” (+40)."
    )
    with pytest.raises(NPSError):
        aim_sentence(score, Aim("Board", 140))


def test_aims_travel_in_a_link_and_nonsense_is_passed_over():
    board, them = Aim('The "board", ü', 40.0), Aim("Them", -5.0, 300)
    texts = [
        board.to_text(),
        "?",
        "[1]",
        '["x", 500, null]',
        '["x", 5, -1]',
        '["x", "nan", null]',
        them.to_text(),
    ]
    assert aims_of(texts) == (board, them)


def test_the_strip_gets_a_line_for_each():
    strip = interval_chart(30, 20, 40)
    marked = strip_with_aims(strip, [Aim("a", 40), Aim("b", -10)])
    assert [shape.x0 for shape in marked.layout.shapes] == [40, -10]
    assert len(strip.layout.shapes) == 0
    assert strip_with_aims(strip, []) is strip
