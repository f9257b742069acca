"""Cells -> amounts: weights, revenue, seats, as people and spreadsheets write them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nps_core.reading.tables import Column

_NOISE = re.compile(r"[\s\u00a0\u202f'’_]|[$€£¥]|\b(usd|eur|gbp|chf|brl|jpy)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}([.,])\d{3}(?:\1\d{3})*$")
_SHORT = {"k": 1e3, "m": 1e6}


def read_amount(cell: str) -> float:
    """Read one cell as a number; NaN for what is none.

    Of "1.204" and "1,204" the mark parts thousands; of "0,85", "12,5" and "1.204,50" the last one is the decimal.

    Examples
    --------
    >>> [read_amount(cell) for cell in ("0.85", "0,85", "€ 1.204,50", "12,000", "3.5k", "-1")]
    [0.85, 0.85, 1204.5, 12000.0, 3500.0, -1.0]
    >>> read_amount("many")
    nan
    """
    text = _NOISE.sub("", cell).replace("−", "-").lower()
    factor = _SHORT.get(text[-1:], 1.0)
    text = text[:-1] if factor > 1 else text
    if _THOUSANDS.match(text) and not text.lstrip("+-").startswith("0"):
        text = re.sub("[.,]", "", text)
    elif text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        value = float(text) * factor
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def amounts_of(column: Column) -> np.ndarray:
    """A column as numbers, NaN where blank or none; each distinct cell is read once."""
    codes, distinct = column.encoded
    values: np.ndarray = np.array([read_amount(cell) for cell in distinct] or [math.nan])[codes]
    return values
