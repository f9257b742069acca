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

SECANTS = 8
"""Steps from a good guess; four are the rule, and what is not there by then had a bad one."""

CLOSE = 1e-8
"""So near to 0, for its usual slope, the next secant step lands within rounding: its error is a product of two."""

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


def root_near(
    function: Callable[..., NDArray[np.float64]],
    parameters: tuple[NDArray[np.float64], ...],
    bracket: tuple[NDArray[np.float64], NDArray[np.float64]],
    guess: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Like `root`, for smooth functions of which a good guess is known: a third of the work.

    Secant steps, held inside the bracket. The few functions on which they do not arrive are left to `root`.

    Parameters
    ----------
    function
        Takes values, any number for each function (shape (..., functions)), and the parameters; gives as many.
    parameters
        Arrays whose last axis has one entry a function.
    bracket
        Two ends, as for `root`.
    guess, slope
        Where it is about 0, and about how steep it is there.
    """
    left, right = bracket
    with np.errstate(all="ignore"):
        f_left, f_right, fx = function(np.stack([left, right, guess]), *parameters)
        there = np.sign(f_left) * np.sign(f_right) > 0
        x, newer = guess, _inside(guess - fx / slope, guess, bracket)
        newer = np.where(there, np.where(np.abs(f_left) < np.abs(f_right), left, right), newer)
        for _ in range(SECANTS):
            f_newer = function(newer, *parameters)
            step = np.where(there, 0.0, f_newer * (newer - x) / (f_newer - fx))
            x, fx, newer = newer, f_newer, np.where(there, newer, _inside(newer - step, newer, bracket))
            there |= np.maximum(np.abs(fx), np.abs((newer - x) * slope)) < CLOSE
            if there.all():
                return newer
    far = ~there
    rest = tuple(parameter[..., far] for parameter in parameters)
    with np.errstate(all="ignore"):
        newer[far] = root(lambda x: function(x, *rest), left[far], right[far])
    return newer


def _inside(
    x: NDArray[np.float64],
    before: NDArray[np.float64],
    bracket: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """A step that leaves the bracket goes half way to its end."""
    left, right = bracket
    within = (x > left) & (x < right)
    return x if within.all() else np.where(within, x, (before + np.where(x >= right, right, left)) / 2)


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
