"""The ledger: what an overview and a report claim by themselves is one family, each question with a share of the risk.

A *finding* passes the ledger and may stand in titles and on slides. A *sign* passes among its own page's comparisons
only, and is said there alone. What somebody picks by hand is one question, asked by itself. The story of the trend is
a family of its own, beside this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

QUESTIONS = {"segments": 0.5, "parts": 0.2, "themes": 0.2, "drivers": 0.1}
"""How the risk of one false claim is shared: who stands out, where a change stood, which themes go with the score, and
which questions do."""


def weighted_holm(p_values: ArrayLike, weights: ArrayLike, *, left: float = 0.0) -> NDArray[np.float64]:
    """P-values adjusted for a family whose members have unequal shares of the risk.

    In the order of p / w each is p / w times the sum of the weights not yet claimed, held at 1 and made not to fall;
    claiming those below .05 then claims anything that is not so in at most one family of twenty. Equal weights give
    `holm`. NaN is no comparison and has no part.

    Parameters
    ----------
    left
        The weight of questions that are asked elsewhere: it is never claimed here.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> [bool(p < 0.05) for p in weighted_holm([0.019, 0.026, 0.011, 0.5], [0.4, 0.4, 0.1, 0.1])]
    [True, True, True, False]
    """
    given, share = np.broadcast_arrays(
        np.asarray(p_values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    )
    adjusted = np.full(given.shape, np.nan)
    known = ~np.isnan(given) & (share > 0)
    p, w = given[known], share[known]
    order = np.argsort(p / w, kind="stable")
    still = left + np.cumsum(w[order][::-1])[::-1]
    stepped = np.maximum.accumulate(p[order] / w[order] * still)
    back = np.empty_like(p)
    back[order] = np.minimum(stepped, 1.0)
    adjusted[known] = back
    return adjusted


def sign_sentence(names: Sequence[str], among: str) -> str:
    """Signs in words: what would stand apart if `among` alone were looked at ("this attribute"); "" without a name."""
    if not names:
        return ""
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return (
        f"A sign, no finding: {told} would stand apart if {among} alone were looked at; among all that is looked at,"
        " chance could do as much."
    )


def adjust(p_values: ArrayLike, question: str, *, looks: int = 1) -> NDArray[np.float64]:
    """P-values of one question, adjusted for all that an overview and a report claim by themselves.

    A question's share is split equally among its members and keeps to it: what is found is the same wherever it is
    read, on the overview, which looks at no theme and no question, and in the report, which may.

    Parameters
    ----------
    p_values
        NaN for what is not tested.
    question
        One of `QUESTIONS`.
    looks
        How many such sets this one was chosen among, such as attributes.

    Examples
    --------
    >>> [bool(p < 0.05) for p in adjust([0.001, 0.2, 0.03], "segments")]
    [True, False, False]
    """
    given = np.asarray(p_values, dtype=np.float64)
    members = int((~np.isnan(given)).sum())
    weight = QUESTIONS[question] / max(members * looks, 1)
    return weighted_holm(given, weight, left=1 - members * weight)
