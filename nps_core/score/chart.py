"""Charts of one score: its three groups, all answers, and the strip of its interval."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import ENDS, Axis, counts_axis
from nps_core.charts.spec import GROUP_ORDER, Chart, Mark, Series, values_of
from nps_core.formatting import (
    capital,
    format_count,
    format_interval,
    format_nps,
    format_share,
    listed,
    with_interval,
)
from nps_core.score.estimate import shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.estimate import Estimate
    from nps_core.survey import Scale

METHOD = "NPS = % promoters − % detractors."
_OVER_BARS = 1.12  # of the highest bar: room for its label


def groups_chart(score: Estimate, *, subtitle: str, source: str) -> Chart:
    """The three groups as one bar of whole percents that add up to 100, in the order of the score.

    Parameters
    ----------
    score
        The score of all that is shown; its interval is that of the accounts or respondents who answered.
    subtitle, source
        What is shown (filters, n, dates) and where it comes from.
    """
    groups = score.groups
    percents, counts = percents_of(groups), dict(zip(reversed(GROUP_ORDER), groups, strict=True))
    words = ", ".join(f"{percents[group]}% {group}s" for group in reversed(GROUP_ORDER))
    title = f"NPS {format_nps(float(score.nps))}: {words}" if score.n else "No responses"
    between = score.between.removesuffix(" with 95% certainty")
    interval = f"95% interval {between}" if score.low == score.low else between
    return Chart(
        kind="groups",
        name="groups",
        title=title,
        subtitle=f"{subtitle} · {interval}",
        origin=f"{source} {METHOD} Interval: 95% (SCAS).",
        alt=f"{title}. {capital(interval)}.",
        rows=partial(_groups_table, percents, counts),
        n=float(score.n),
        categories=("All responses",),
        series=group_series([percents], [counts]),
        axis=Axis(0.0, 100.0, "percent"),
    )


def distribution_chart(counts: Sequence[float], scale: Scale, *, subtitle: str, source: str) -> Chart:
    """The answers from the lowest to the highest score, each bar in the colour of its group.

    Parameters
    ----------
    counts
        Responses per score, from scale.low to scale.high.
    """
    scores = list(range(scale.low, scale.high + 1))
    groups = [scale.group_of(score) for score in scores]
    total = sum(counts)
    labels = tuple(format_share(count / total) if count else "" for count in counts)
    hover = tuple(
        f"score {score}: {format_count(count)} responses" for score, count in zip(scores, counts, strict=True)
    )
    peaks = [str(score) for score, count in zip(scores, counts, strict=True) if count == max(counts)]
    often = f"answer is {peaks[0]}" if len(peaks) == 1 else f"answers are {listed(peaks)}"
    title = f"The most frequent {often}" if total else "No scores to draw"
    return Chart(
        kind="columns",
        name="distribution",
        title=title,
        subtitle=subtitle,
        origin=f"{source} {METHOD}",
        alt=f"{title}. " + ", ".join(f"{s}: {format_count(c)}" for s, c in zip(scores, counts, strict=True)),
        rows=partial(pd.DataFrame, {"score": scores, "group": groups, "responses": list(counts)}),
        n=float(total),
        categories=tuple(map(str, scores)),
        series=(
            Series("responses", tuple(map(float, counts)), colours=tuple(groups), labels=labels, hover=hover),
        ),
        axis=counts_axis(counts, "responses", headroom=_OVER_BARS),
        marks=_group_marks(counts, groups),
    )


def interval_chart(score: Estimate) -> Chart:
    """The score on its whole range from -100 to +100, with its interval: a strip under the large figure."""
    nps, low, high = float(score.nps), float(score.low), float(score.high)
    said = with_interval(nps, low, high)
    there = bool(score.n)
    ends = ((nps if there else None,), (low if there else None,), (high if there else None,))
    return Chart(
        kind="strip",
        name="interval",
        title="",
        subtitle="",
        origin="",
        alt=f"The score with its 95% interval on the whole range: {said}.",
        rows=partial(
            pd.DataFrame, {"nps": [nps], "low": [low], "high": [high], "responses": [float(score.n)]}
        ),
        n=float(score.n),
        categories=("All responses",),
        series=(Series("NPS", *ends, hover=(said,)),),
        axis=Axis(*ENDS, reach=ENDS),
    )


def score_series(
    scores: Sequence[Estimate], *, colours: Sequence[str] = ("accent",), hover: Sequence[str] = ()
) -> Series:
    """Scores with their intervals as the series of a chart of rows, each with the score written at it."""
    nps, low, high = (values_of(getattr(score, part) for score in scores) for part in ("nps", "low", "high"))
    labels = tuple(format_nps(float(score.nps)) for score in scores)
    return Series("NPS", nps, low, high, tuple(colours) or ("quiet",), labels, tuple(hover))


def score_columns(scores: Sequence[Estimate]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands beside rows of scores: the NPS, its interval, and n."""
    return (
        ("NPS", tuple(format_nps(float(score.nps)) for score in scores)),
        ("95% interval", tuple(format_interval(float(score.low), float(score.high)) for score in scores)),
        ("n", tuple(format_count(float(score.n)) for score in scores)),
    )


def percents_of(groups: Sequence[float]) -> dict[str, int]:
    """Promoters, passives, detractors as whole percents that add up to 100, by group."""
    return dict(zip(reversed(GROUP_ORDER), shares(*groups), strict=True))


def group_series(
    percents: Sequence[dict[str, int]], counts: Sequence[dict[str, float]]
) -> tuple[Series, ...]:
    """The three groups of each row as series of whole percents."""
    return tuple(
        Series(
            f"{group}s",
            tuple(float(row[group]) for row in percents),
            colours=(group,),
            labels=tuple(f"{row[group]}%" for row in percents),
            hover=tuple(f"{group.title()}s: {format_count(row[group])}" for row in counts),
        )
        for group in GROUP_ORDER
    )


def _groups_table(percents: dict[str, int], counts: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": list(GROUP_ORDER),
            "responses": [counts[group] for group in GROUP_ORDER],
            "percent": [percents[group] for group in GROUP_ORDER],
        }
    )


def _group_marks(counts: Sequence[float], groups: Sequence[str]) -> tuple[Mark, ...]:
    """Over which scores each group stands, with its whole percent: "Detractors 15%"."""
    sums = [
        sum(count for count, own in zip(counts, groups, strict=True) if own == group)
        for group in reversed(GROUP_ORDER)
    ]
    percents = percents_of(sums)
    places = {
        group: [place for place, own in enumerate(groups) if own == group] for group in reversed(GROUP_ORDER)
    }
    return tuple(
        Mark(group, f"{group.title()}s {percents[group]}%", own[0], own[-1])
        for group, own in places.items()
        if own
    )
