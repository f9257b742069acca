"""Targets and benchmarks, marked on any chart with an axis of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.axes import ENDS
from nps_core.charts.spec import Mark
from nps_core.formatting import format_nps
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart
    from nps_core.targets.target import Target

_BELOW, _ABOVE = 5, 8  # points that the axis reaches beyond a target: its name stands above


def with_targets(chart: Chart, aims: Sequence[Target]) -> Chart:
    """Mark targets and benchmarks as dotted levels with their names; the axis grows to hold them."""
    if not aims:
        return chart
    names = [f"{aim.name or 'Target'} {format_nps(aim.nps)}" for aim in aims]
    return chart.with_marks(
        [Mark("aim", plain(name), aim.nps, aim.nps) for name, aim in zip(names, aims, strict=True)],
        alt=f" Dotted: {'; '.join(names)}.",
        source=" Dotted: targets and benchmarks.",
        holding=[
            min(ENDS[1], max(ENDS[0], end)) for aim in aims for end in (aim.nps - _BELOW, aim.nps + _ABOVE)
        ],
    )
