"""Names beside dots keep clear of each other, of the dots, and of the edge."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from nps_core.charts.axes import Axis
from nps_core.charts.draw.pptx import names_beside_dots
from nps_core.charts.draw.text_width import LINE, width
from nps_core.charts.spec import Chart, Series, names_of

ROOM, SIZE = (800.0, 220.0), 11.0
AXIS, ACROSS = Axis(-100.0, 100.0, "points"), Axis(0.0, 1.0, "share")


def plane(dots):
    names = names_of([f"Q{place}_Servicio" for place in range(len(dots))])
    up = Series("NPS", tuple(y for _, y in dots), colours=("accent",))
    right = Series("share", tuple(x for x, _ in dots), colours=("accent",))
    return Chart(
        kind="plane",
        name="plane",
        title="",
        subtitle="",
        origin="",
        alt="",
        n=1.0,
        categories=names,
        series=(up, right),
        axis=AXIS,
        across=ACROSS,
        rows=pd.DataFrame(),
    )


def boxes(dots, chart, sides, named):
    for place in named:
        x, y = dots[place][0] * ROOM[0], (100 - dots[place][1]) / 200 * ROOM[1]
        wide, high = width(chart.categories[place], SIZE), SIZE * LINE
        left = {"r": x + 7, "l": x - 7 - wide, "t": x - wide / 2, "b": x - wide / 2}[sides[place]]
        top = {"r": y - high / 2, "l": y - high / 2, "t": y - 7 - high, "b": y + 7}[sides[place]]
        yield left, top, left + wide, top + high


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-100, 100)), min_size=1, max_size=12))
def test_no_two_names_meet_and_none_leaves_the_chart(dots):
    chart = plane(dots)
    sides, named = names_beside_dots(chart, chart.categories, ROOM, SIZE)
    drawn = list(boxes(dots, chart, sides, sorted(named)))
    for place, one in enumerate(drawn):
        assert one[0] >= -1 < one[1]
        assert one[2] <= ROOM[0] + 1
        assert one[3] <= ROOM[1] + 1
        for other in drawn[place + 1 :]:
            assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_dots_apart_all_have_their_names():
    chart = plane([(0.1, 50), (0.5, 0), (0.9, -50), (0.9, 50)])
    sides, named = names_beside_dots(chart, chart.categories, ROOM, SIZE)
    assert named == {0, 1, 2, 3}
    assert sides == ["r", "r", "l", "l"]
