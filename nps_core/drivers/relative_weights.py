"""Relative weights: how much of what the questions explain together belongs to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import counts_axis
from nps_core.charts.spec import NO_CAPTION, Caption, Chart, Series, names_of, values_of
from nps_core.drivers.measures import asked
from nps_core.drivers.result import NAME_LENGTH
from nps_core.formatting import (
    as_read,
    format_count,
    format_interval,
    format_nps,
    format_share,
    format_shares,
    short,
)
from nps_core.score.estimate import LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nps_core.counts.patterns import Patterns
    from nps_core.drivers.like_for_like import LikeForLikeEffect
    from nps_core.scope import Scope

    Floats = NDArray[np.float64]


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
        share, low, high = (float(part[0]) for part in (self.share, self.low, self.high))
        asked = f"all {len(self.names)} questions" if len(self.names) > 2 else "both questions"  # noqa: PLR2004
        said = (
            f"Of what the questions explain of the score together ({format_share(self.explained)} of its variance),"
            f" {format_share(share)} belongs to {_quoted(self.names[0])} ({format_shares(low, high)});"
            f" from the {format_count(self.n)} of {format_count(self.total)} responses that answered {asked}."
        )
        return (said,)

    def chart(
        self,
        steps: Mapping[str, LikeForLikeEffect] | None = None,
    ) -> Chart:
        """A bar and its interval a question.

        Parameters
        ----------
        steps
            `LikeForLike.steps`: points for one step more of each question, written beside the bars.
        """
        share, low, high = (values_of((100 * part).tolist()) for part in (self.share, self.low, self.high))
        words = tuple(format_share(value) for value in self.share.tolist())
        ends = tuple(map(format_shares, self.low.tolist(), self.high.tolist()))
        beside = (
            tuple(_step_words(steps[name]) if name in steps else "" for name in self.names) if steps else ()
        )
        title = self.title
        return Chart(
            kind="lengths",
            name="drivers-weights",
            title=title,
            subtitle=f"Share of what the questions explain together · {self.caption.subtitle}",
            origin=(
                f"{self.caption.source}"
                " Relative weights (Johnson); lines: 95% intervals from resampled accounts."
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
                        f"{short(as_read(name), _HOVER_LENGTH)}: {own} ({end})"
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
    return f"“{short(as_read(name), NAME_LENGTH)}”"


def _step_words(one: LikeForLikeEffect) -> str:
    return f"{format_nps(one.points)} a step ({format_interval(one.low, one.high)})"


FEWEST_ANSWERS, FEWEST_CLUSTERS = 100, 30
"""Complete answers, and accounts, from which the intervals have been tried."""

RESAMPLES, BLOCKS = 400, 1_000
"""How often accounts are drawn again, and into how many blocks they are put at random where there are more of them."""

_SEED = 20  # of the blocks and of what is drawn again: the same survey has the same intervals
_NOTHING = 1e-9


def find_relative_weights(scope: Scope, *, level: float = LEVEL) -> RelativeWeights | None:
    """The share that each CSAT and CES question has of what they explain of the score together, the largest first.

    Of those who answered all of the questions that half of the responses answered. None where there are fewer than two
    such questions, fewer than 100 complete answers, fewer than 30 accounts, or only some of the groups.

    Notes
    -----
    Questions that people answer alike share what they explain: relative weights split it by way of the uncorrelated
    variables that are nearest to the questions (Johnson 2000). Intervals are percentiles over 400 samples of accounts.
    A share is never 0, so there is no test of one; that one question counts for more than another is said where the
    resampled difference leaves out 0.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35. Tonidandel, LeBreton and Johnson (2009), Psychological Methods
    14.
    """
    names = asked(scope)
    if len(names) < 2 or scope.picks_by_score:  # noqa: PLR2004 - one question has all of it
        return None
    counts = scope.counts
    patterns = counts.patterns(counts.unit_here, names)
    unanswered = np.array([len(labels) - 1 for labels in patterns.labels])
    patterns = patterns.among(np.asarray((patterns.codes < unanswered).all(axis=1)))
    moments, clusters = _moments(patterns)
    n = int(patterns.counts.sum())
    if n < FEWEST_ANSWERS or clusters < FEWEST_CLUSTERS:
        return None
    found = relative_weights(*_correlations(moments.sum(axis=0)[None]))[0]
    if found.sum() < _NOTHING:
        return None
    drawn = np.random.default_rng(_SEED).multinomial(
        len(moments), np.full(len(moments), 1 / len(moments)), RESAMPLES
    )
    again = relative_weights(*_correlations(np.tensordot(drawn, moments, axes=1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.nan_to_num(again / again.sum(axis=1, keepdims=True))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(shares, tails, axis=0)
    apart = np.quantile(shares[:, :, None] - shares[:, None, :], tails[0], axis=0) > 0
    order = np.argsort(-found, kind="stable")
    return RelativeWeights(
        names=tuple(names[place] for place in order),
        share=(found / found.sum())[order],
        low=low[order],
        high=high[order],
        more_than=apart[np.ix_(order, order)],
        explained=float(found.sum()),
        n=n,
        total=counts.n,
        caption=scope.caption,
    )


def relative_weights(of_items: Floats, with_score: Floats) -> Floats:
    """Johnson's relative weights; their sum is R squared.

    Parameters
    ----------
    of_items
        Correlations of the items, shape (samples, items, items).
    with_score
        Their correlations with the score, shape (samples, items).
    """
    values, vectors = np.linalg.eigh(of_items)
    roots = np.sqrt(np.maximum(values, 0.0))
    # Of items that say the same, each has half of it.
    back = np.where(values > _NOTHING, 1 / np.sqrt(np.maximum(values, _NOTHING)), 0.0)
    between = np.einsum("sij,sj,skj->sik", vectors, roots, vectors)
    slopes = np.einsum("sij,sj,skj,sk->si", vectors, back, vectors, with_score)
    return np.asarray(np.einsum("sij,sj->si", between**2, slopes**2))


def _moments(patterns: Patterns) -> tuple[Floats, int]:
    """Sums of 1, answers, score and products by block of accounts (blocks, size, size); and the accounts."""
    random = np.random.default_rng(_SEED)
    shared = patterns.cluster >= 0
    alone = int(patterns.counts[~shared].sum())
    _, account = np.unique(patterns.cluster[shared], return_inverse=True)
    accounts = int(account.max(initial=-1)) + 1
    units = accounts + alone
    blocks = min(units, BLOCKS)
    block = random.permutation(units) % max(blocks, 1)
    # Single responses one by one: each may be in another block.
    cells, groups = np.nonzero(patterns.counts)
    times = patterns.counts[cells, groups]
    single = ~shared[cells]
    repeated = np.where(single, times, 1)
    cells, groups = np.repeat(cells, repeated), np.repeat(groups, repeated)
    times = np.where(~shared[cells], 1, np.repeat(times, repeated))
    of = np.empty(len(cells), dtype=np.intp)
    number = np.cumsum(shared) - 1
    mine = shared[cells]
    of[mine] = block[account[number[cells[mine]]]]
    of[~mine] = block[accounts:]
    answers = [np.array([float(label) for label in labels[:-1]]) for labels in patterns.labels]
    values: list[Floats] = [np.ones(len(cells))]
    pattern = patterns.pattern[cells]
    values += [own[patterns.codes[pattern, place]] for place, own in enumerate(answers)]
    values.append(np.asarray(1.0 - groups, dtype=np.float64))
    found = np.zeros((blocks, len(values), len(values)))
    for one in range(len(values)):
        for other in range(one, len(values)):
            found[:, one, other] = found[:, other, one] = np.bincount(
                of, times * values[one] * values[other], blocks
            )
    return found, units


def _correlations(moments: Floats) -> tuple[Floats, Floats]:
    """Correlations of the items and with the score, of samples of sums; 0 where one does not vary."""
    n = np.maximum(moments[:, :1, :1], 1.0)
    means = moments[:, :1, 1:] / n
    covariances = moments[:, 1:, 1:] / n - means * np.swapaxes(means, 1, 2)
    spread = np.sqrt(np.maximum(np.einsum("sii->si", covariances), 0.0))
    scale = np.where(spread > _NOTHING, 1 / np.maximum(spread, _NOTHING), 0.0)
    found = covariances * scale[:, :, None] * scale[:, None, :]
    return found[:, :-1, :-1], found[:, :-1, -1]
