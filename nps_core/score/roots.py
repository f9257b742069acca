"""Zeros of many functions of one variable at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

STEPS = 120
"""More than bisection alone needs from any bracket used here; some ten steps is what it takes."""

HALF = 0.5
"""Bisection."""

SPACING = 4 * float(np.finfo(np.float64).eps)
"""Ends that are this close, for their size or that of 1, are one number."""


def root(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where each of many continuous functions is 0, inside brackets over which they change sign.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, bisection where it is not, so
    the bracket always shrinks. Ten steps do what bisection does in fifty.

    Parameters
    ----------
    function
        Takes one value for each function and gives one value for each.
    left, right
        The ends of the brackets. Where a function has one sign at both ends, the end at which it is nearer
        to 0 is given.

    References
    ----------
    Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
    function without using derivatives, Advances in Engineering Software 28.
    """
    b, a = left.copy(), right.copy()  # a is always the newest point, b the other end of the bracket
    fb, fa = function(b), function(a)
    share = np.full(a.shape, HALF)
    done = np.sign(fa) * np.sign(fb) > 0
    for _ in range(STEPS):
        x = np.where(done, a, a + share * (b - a))
        fx = function(x)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        with np.errstate(all="ignore"):
            near = SPACING * np.maximum(np.abs(best), 1) / np.abs(b - a)
            share = np.clip(_share(a, b, c, fa, fb, fc), near, 1 - near)
        done |= (near > HALF) | (fa == 0) | (b == a)
        if done.all():
            break
    return np.where(np.abs(fa) <= np.abs(fb), a, b)


def _share(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    c: NDArray[np.float64],
    fa: NDArray[np.float64],
    fb: NDArray[np.float64],
    fc: NDArray[np.float64],
) -> NDArray[np.float64]:
    """How far from a to b the next point lies: by the parabola through all three, or half way."""
    xi = (a - b) / (c - b)
    phi = (fa - fb) / (fc - fb)
    safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    parabola = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(safe & np.isfinite(parabola), parabola, HALF)
