"""Names beside dots: each on a side where it meets no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.draw.text_width import LINE, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart

_DOT, _WIDER = 7.0, 1.1  # points around the middle of a dot; how much wider the widest font runs


def names_beside_dots(
    chart: Chart, names: Sequence[str], room: tuple[float, float], size: float
) -> tuple[list[str], set[int]]:
    """On which side of its dot each name stands, and which names have room: no two meet, nor a name a dot."""
    up, right = chart.series
    across, axis = chart.across or chart.axis, chart.axis
    dots = [
        (
            room[0] * ((x or 0.0) - across.low) / (across.high - across.low),
            room[1] * (axis.high - (y or 0.0)) / (axis.high - axis.low),
        )
        for x, y in zip(right.values, up.values, strict=True)
    ]
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]
    sides, named = ["r"] * len(names), set[int]()
    for place, (name, (x, y)) in enumerate(zip(names, dots, strict=True)):
        wide, high = width(name, size) * _WIDER, size * LINE
        boxes = {
            "r": (x + _DOT, y - high / 2, x + _DOT + wide, y + high / 2),
            "l": (x - _DOT - wide, y - high / 2, x - _DOT, y + high / 2),
            "t": (x - wide / 2, y - _DOT - high, x + wide / 2, y - _DOT),
            "b": (x - wide / 2, y + _DOT, x + wide / 2, y + _DOT + high),
        }
        first = ["l", "r"] if x > room[0] / 2 else ["r", "l"]
        for side in (*first, "t", "b"):
            box = boxes[side]
            inside = box[0] >= 0 and box[2] <= room[0] and box[1] >= 0 and box[3] <= room[1]
            if inside and not any(_meet(box, other) for other in taken):
                sides[place] = side
                named.add(place)
                taken.append(box)
                break
    return sides, named


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
