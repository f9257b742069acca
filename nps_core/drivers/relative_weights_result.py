"""Relative weights of questions, as data, in words and as a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import counts_axis
from nps_core.charts.caption import NO_CAPTION, Caption
from nps_core.charts.spec import Chart, Series, names_of, values_of
from nps_core.drivers.sentences import NAME_LENGTH
from nps_core.formatting import format_count, format_interval, format_nps, format_share, short
from nps_core.score.estimate import LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nps_core.drivers.like_for_like_result import LikeForLikeEffect

_HOVER_LENGTH = 34
_OVER_BARS = 1.02


@dataclass(frozen=True, eq=False)
class RelativeWeights:
    """How much of what the questions explain together belongs to each, the largest first.

    Parameters
    ----------
    names
        The questions.
    share, low, high
        Their shares (0..1, together 1) and the ends of their intervals.
    more_than
        Whether a question (row) counts for more than another (column), beyond chance.
    explained
        What they explain together, of the variance of the score (R squared, 0..1).
    n, total
        Complete answers, and responses looked at.
    """

    names: tuple[str, ...]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    more_than: NDArray[np.bool_]
    explained: float
    n: int
    total: int
    level: float = LEVEL
    caption: Caption = NO_CAPTION

    @property
    def title(self) -> str:
        """Which question counts for more than all others, or than some, or that they cannot be told apart."""
        less = np.flatnonzero(self.more_than[0])
        first = _quoted(self.names[0])
        if len(less) == len(self.names) - 1:
            others = "the other questions" if len(less) > 1 else _quoted(self.names[1])
            return f"{first} counts for more than {others}"
        if len(less):
            return f"{first} counts for more than {_quoted(self.names[less[0]])}"
        return "Which question counts for more cannot be told apart"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The largest share, what it is a share of, and of whom."""
        share, low, high = (format_share(float(part[0])) for part in (self.share, self.low, self.high))
        asked = f"all {len(self.names)} questions" if len(self.names) > 2 else "both questions"  # noqa: PLR2004
        said = (
            f"Of what the questions explain of the score together ({format_share(self.explained)} of its variance),"
            f" {share} belongs to {_quoted(self.names[0])} ({low} to {high}); from the {format_count(self.n)} of"
            f" {format_count(self.total)} responses that answered {asked}."
        )
        return (said,)

    def chart(
        self,
        steps: Mapping[str, LikeForLikeEffect] | None = None,
        *,
        subtitle: str | None = None,
        source: str | None = None,
    ) -> Chart:
        """A bar and its interval a question.

        Parameters
        ----------
        steps
            `LikeForLike.steps`: points for one step more of each question, written beside the bars.
        """
        subtitle, source = self.caption.unless(subtitle, source)
        share, low, high = (values_of((100 * part).tolist()) for part in (self.share, self.low, self.high))
        words = tuple(format_share(value) for value in self.share.tolist())
        ends = tuple(
            f"{format_share(a)} to {format_share(b)}"
            for a, b in zip(self.low.tolist(), self.high.tolist(), strict=True)
        )
        beside = (
            tuple(_step_words(steps[name]) if name in steps else "" for name in self.names) if steps else ()
        )
        title = self.title
        return Chart(
            kind="lengths",
            name="drivers-weights",
            title=title,
            subtitle=f"Share of what the questions explain together · {subtitle}",
            origin=(
                f"{source} Relative weights (Johnson); lines: 95% intervals from resampled accounts."
                " Blue: counts for more than"
                f" another, beyond chance."
                f"{' A step: points for one answer higher, the rest alike.' if beside else ''}"
            ),
            alt=f"{title}. {' '.join(self.sentences)}",
            rows=self.table,
            n=float(self.n),
            categories=names_of(self.names),
            series=(
                Series(
                    "share",
                    share,
                    low,
                    high,
                    tuple("accent" if row.any() else "quiet" for row in self.more_than),
                    words,
                    tuple(
                        f"{short(name, _HOVER_LENGTH)}: {own} ({end})"
                        for name, own, end in zip(self.names, words, ends, strict=True)
                    ),
                ),
            ),
            axis=counts_axis(high, "percent", headroom=_OVER_BARS),
            columns=(
                ("share", words),
                ("95% interval", ends),
                *((("points a step", beside),) if beside else ()),
            ),
            asides=tuple(
                "\n".join(filter(None, parts))
                for parts in zip(ends, beside or ("",) * len(ends), strict=True)
            ),
            rows_are="questions",
        )

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        return pd.DataFrame(
            {
                "question": self.names,
                "share": self.share,
                "share_low": self.low,
                "share_high": self.high,
                "counts_for_more_than": [
                    "; ".join(self.names[other] for other in np.flatnonzero(row)) for row in self.more_than
                ],
                "responses": [self.n] * len(self.names),
            }
        )


def _quoted(name: str) -> str:
    return f"“{short(name, NAME_LENGTH)}”"


def _step_words(one: LikeForLikeEffect) -> str:
    return f"{format_nps(one.points)} a step ({format_interval(one.low, one.high)})"
