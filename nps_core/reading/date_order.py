"""Whether day or month comes first, told by the whole column."""

from __future__ import annotations

import numpy as np

from nps_core.reading.days import Parts

Order = str

DMY, MDY = "day first", "month first"


def value_of(part: Parts | np.datetime64 | None, order: Order) -> np.datetime64:
    """The moment that one value means, given the order; NaT for none."""
    if part is None:
        return np.datetime64("NaT", "us")
    if isinstance(part, np.datetime64):
        return part
    year, month, day = part.fixed or _ordered(part, order)
    try:
        return np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "us") + np.timedelta64(part.time, "us")
    except ValueError:
        return np.datetime64("NaT", "us")


def _ordered(part: Parts, order: Order) -> tuple[int, int, int]:
    first, second, year = part.open or (1, 1, 1)
    if first > 12:  # noqa: PLR2004 - no such month
        return year, second, first
    if second > 12:  # noqa: PLR2004
        return year, first, second
    return (year, second, first) if order == DMY else (year, first, second)


def find_order(
    codes: np.ndarray, parts: list[Parts | np.datetime64 | None], ambiguous: list[int], hint: Order
) -> tuple[Order, str, np.ndarray | None]:
    """The order of day and month, a doubt, and (for mixed columns) the rows that are in the other order."""
    if not ambiguous:
        return "", "", None
    pairs = {place: part.open for place in ambiguous if isinstance(part := parts[place], Parts) and part.open}
    counts = np.bincount(codes, minlength=len(parts))
    day_first = sum(int(counts[place]) for place, pair in pairs.items() if pair[0] > 12)  # noqa: PLR2004
    month_first = sum(int(counts[place]) for place, pair in pairs.items() if pair[1] > 12)  # noqa: PLR2004
    if day_first and month_first:
        return _mixed(codes, len(parts), pairs, day_first, month_first)
    if day_first or month_first:
        return (DMY if day_first else MDY), "", None
    return _undecided(codes, parts, pairs, hint)


def _mixed(
    codes: np.ndarray, size: int, pairs: dict[int, tuple[int, int, int]], day_first: int, month_first: int
) -> tuple[Order, str, np.ndarray]:
    """Both orders occur: each open row goes with the nearest row above or below that tells."""
    sign = np.zeros(size, dtype=np.int8)
    for place, pair in pairs.items():
        sign[place] = 1 if pair[0] > 12 else -1 if pair[1] > 12 else 0  # noqa: PLR2004
    by_row = sign[codes]
    telling = np.flatnonzero(by_row)
    after = np.searchsorted(telling, np.arange(len(codes))).clip(0, len(telling) - 1)
    before = (after - 1).clip(0)
    rows = np.arange(len(codes))
    nearer = np.where(np.abs(telling[after] - rows) <= np.abs(rows - telling[before]), after, before)
    style = by_row[telling[nearer]]
    order = DMY if day_first >= month_first else MDY
    doubt = (
        f"The dates mix two styles: {day_first:,} can only be day first, {month_first:,} only month first; "
        "the others follow the nearest row that tells."
    )
    return order, doubt, style == (-1 if order == DMY else 1)


def _undecided(
    codes: np.ndarray,
    parts: list[Parts | np.datetime64 | None],
    pairs: dict[int, tuple[int, int, int]],
    hint: Order,
) -> tuple[Order, str, None]:
    """No row tells: months without days, then the order that the rows themselves are sorted in, then the hint."""
    firsts, seconds = {pair[0] for pair in pairs.values()}, {pair[1] for pair in pairs.values()}
    if len(pairs) > 1 and len(firsts) == 1 and firsts == {1}:
        return DMY, "", None
    if len(pairs) > 1 and len(seconds) == 1 and seconds == {1}:
        return MDY, "", None
    if all(pair[0] == pair[1] for pair in pairs.values()):
        return DMY, "", None
    steps = {}
    for order in (DMY, MDY):
        column = np.array([value_of(part, order) for part in parts], dtype="datetime64[us]")[codes]
        column = column[~np.isnat(column)]
        moves = np.diff(column.astype(np.int64))
        steps[order] = max((moves >= 0).mean(), (moves <= 0).mean()) if len(moves) else 0.0
    sorted_by = max(steps, key=lambda order: steps[order])
    if steps[sorted_by] == 1.0 and steps[DMY] != steps[MDY]:
        return sorted_by, "", None
    order = hint or MDY
    example = next(iter(pairs.values()))
    doubt = (
        f"No date tells whether day or month comes first ({example[0]}/{example[1]}/{example[2]} could be either); "
        f"read {order}."
    )
    return order, doubt, None
