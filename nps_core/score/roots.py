"""Zeros of functions of one variable: of one, of many at once, and of many of which a good guess is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SECANTS = 8
"""Steps from a good guess; four are the rule, and what is not there by then had a bad one."""

CLOSE = 1e-8
"""So near to 0, for its usual slope, the next secant step lands within rounding: its error is a product of two."""

SPACING = 4 * float(np.finfo(np.float64).eps)
"""Ends that are this close, or this close for their size, are one number."""


def root(function: Callable[[float], float], left: float, right: float) -> float:
    """Where a continuous function is 0, inside a bracket over which it changes sign: Brent's method.

    Where it has one sign at both ends, the end at which it is nearer to 0.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - takes half a second, and few pages need it

    f_left, f_right = function(left), function(right)
    if f_left * f_right > 0:
        return left if abs(f_left) < abs(f_right) else right
    return float(brentq(function, left, right, xtol=SPACING, rtol=SPACING))


def roots(
    function: Callable[..., NDArray[np.float64]],
    parameters: tuple[NDArray[np.float64], ...],
    bracket: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Where each of many functions is 0, as `root` has it for one: Chandrupatla's method.

    Parameters
    ----------
    function
        Takes one value for each function and the parameters; gives one value for each.
    parameters
        Arrays whose last axis has one entry a function.
    bracket
        The left and the right ends.
    """
    from scipy.optimize.elementwise import find_root  # noqa: PLC0415 - as above

    def of_some(x: NDArray[np.float64], which: NDArray[np.intp]) -> NDArray[np.float64]:
        return function(x, *(parameter[..., which] for parameter in parameters))

    found = find_root(
        of_some,
        bracket,
        args=(np.arange(len(bracket[0])),),
        tolerances={"xatol": SPACING, "xrtol": SPACING},
    )
    f_left, f_right = np.abs(found.f_bracket)
    nearer = np.where(f_left < f_right, *found.bracket)
    return np.asarray(np.where(np.isnan(found.x), nearer, found.x), dtype=np.float64)


def root_near(
    function: Callable[..., NDArray[np.float64]],
    parameters: tuple[NDArray[np.float64], ...],
    bracket: tuple[NDArray[np.float64], NDArray[np.float64]],
    guess: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Like `roots`, for smooth functions of which a good guess is known: a tenth of the work.

    Secant steps, held inside the bracket. The few functions on which they do not arrive are left to `roots`.

    Parameters
    ----------
    function
        Takes values, any number for each function (shape (..., functions)), and the parameters; gives as many.
    parameters
        Arrays whose last axis has one entry a function.
    bracket
        Two ends, as for `roots`.
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
        newer[far] = roots(function, rest, (left[far], right[far]))
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
