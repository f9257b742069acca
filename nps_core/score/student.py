"""Student's distribution as designs use it: with infinite degrees of freedom where responses are independent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.estimate import critical

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_NEARLY = 1 - 1e-9  # of the degrees of freedom of independent responses: the rest is rounding


def beyond(df: ArrayLike, df0: ArrayLike) -> Floats:
    """Degrees of freedom without what independent responses would cost: 1/nu = 1/df - 1/df0; infinite from df0 on."""
    held, most = np.asarray(df, dtype=np.float64), np.asarray(df0, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(held < most * _NEARLY, 1 / (1 / held - 1 / most), np.inf)


def student(level: float, nu: ArrayLike) -> Floats:
    """Student's two-sided quantiles; the normal one where the degrees of freedom are infinite."""
    freedom = np.asarray(nu, dtype=np.float64)
    found = np.full(freedom.shape, critical(level))
    finite = np.isfinite(freedom)
    if finite.any():
        from scipy.special import stdtrit  # noqa: PLC0415 - without clusters the normal quantile is all

        found[finite] = stdtrit(freedom[finite], (1 + level) / 2)
    return found


def p_of(z: ArrayLike, nu: ArrayLike) -> Floats:
    """Two-sided p-values of Student's distribution; of the normal one where the degrees of freedom are infinite."""
    far, freedom = np.broadcast_arrays(np.asarray(z, dtype=np.float64), np.asarray(nu, dtype=np.float64))
    found = np.array([math.erfc(value / math.sqrt(2)) for value in far.ravel()]).reshape(far.shape)
    finite = np.isfinite(freedom)
    if finite.any():
        from scipy.special import stdtr  # noqa: PLC0415 - as above

        found[finite] = 2 * stdtr(freedom[finite], -far[finite])
    return found
