"""The smallest group: responses made so coarse that no filter, and no two or three of them together, tell fewer apart.

Statistical offices do the same with what they give out (global recoding, then local suppression, until each class has k
members). Here a class is what has the same period and the same value of each attribute. Filters choose whole classes,
so what they choose, what two choices share, and by what they differ, is nobody or a whole class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from nps_core.formatting import format_count, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

LOST = 0.05
"""The share of responses that one more attribute may cost their own values; an attribute that costs more is left out."""

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
"""The periods that dates are made coarse to, the finest that holds; what pandas calls them."""


class Coarse(NamedTuple):
    """Responses in classes of the smallest group at least, the attributes that they still have, and what was done."""

    responses: pd.DataFrame
    attributes: tuple[str, ...]
    notes: tuple[str, ...]


def with_smallest(responses: pd.DataFrame, attributes: Sequence[str], smallest: int) -> Coarse:
    """Make responses so coarse that each has the date and the attributes of `smallest` - 1 others at least.

    Small values of an attribute are combined. Dates become the first day of their month, quarter or year. Attributes
    are kept in the order given as long as few responses are in smaller classes; the others are dropped, and those few
    lose their date and their attributes. Comments, accounts and amounts go, since each may tell one response from all
    others, and rows are numbered anew. Responses that an account, or else a respondent, gave stay together under one
    number, so that intervals know of it.

    Parameters
    ----------
    smallest
        At most as many as there are responses.
    """
    found = responses.assign(row=np.arange(1, len(responses) + 1), respondent=_numbered(responses))
    for name in ("comment", "account"):
        found[name] = pd.Series([None] * len(found), dtype=found[name].dtype)
    combined = {name: _combined(found[name], smallest) for name in attributes}
    # The finest period with which most attributes stay.
    choices = [
        (period, starts, *_kept(starts, combined, smallest))
        for period, starts in _periods(found["date"], smallest)
    ]
    period, found["date"], kept, classes = max(choices, key=lambda choice: len(choice[2]))
    for name in kept:
        found[name] = combined[name]
    dropped = [name for name in attributes if name not in kept]
    hidden = _to_hide(classes, smallest)
    found.loc[hidden, "date"] = pd.NaT
    for name in kept:
        found[name] = found[name].where(~hidden).cat.remove_unused_categories()
    notes = [
        (
            f"Groups of fewer than {smallest} responses are not shown: small values are combined, and there are no"
            " comments and accounts."
        ),
        *([f"Dates are told by the {period}."] if period else []),
        *([f"Left out, since groups would be smaller: {', '.join(dropped)}."] if dropped else []),
    ]
    if hidden.any():
        count = int(hidden.sum())
        notes.append(
            f"{format_count(count)} of {plural(len(found), 'response')} count without date and attributes."
        )
    return Coarse(found.drop(columns=dropped), tuple(kept), tuple(notes))


def _numbered(responses: pd.DataFrame) -> pd.Series:
    """A number for each account, and each respondent without one, in the order in which they come."""
    who = responses["account"].fillna(responses["respondent"])
    codes, _ = pd.factorize(who)
    numbers = [None if code < 0 else f"respondent {code + 1}" for code in codes]
    return pd.Series(numbers, index=responses.index, dtype=object).astype(responses["respondent"].dtype)


def _periods(dates: pd.Series, smallest: int) -> list[tuple[str, pd.Series]]:
    """Dates by each period in which few responses are alone, the finest first; and no dates, which always holds."""
    known = PERIODS.items() if dates.notna().any() else ()
    found = [(name, dates.dt.to_period(code).dt.start_time.astype(dates.dtype)) for name, code in known]
    held = [(name, starts) for name, starts in found if _lost(_classes(starts), smallest) <= LOST]
    return [*held, ("", pd.Series(pd.NaT, index=dates.index, dtype=dates.dtype))]


def _kept(starts: pd.Series, attributes: Mapping[str, pd.Series], smallest: int) -> tuple[list[str], Codes]:
    """The attributes that can be told apart beside these dates, in their order, and the classes that there are then."""
    kept: list[str] = []
    classes = _classes(starts)
    for name, values in attributes.items():
        joined = _joined(classes, values.cat.codes.to_numpy())
        if len(values.cat.categories) > 1 and _lost(joined, smallest) <= LOST:
            kept, classes = [*kept, name], joined
    return kept, classes


def _combined(values: pd.Series, smallest: int) -> pd.Series:
    """An attribute whose values of fewer responses are one, with the next larger ones until it has enough."""
    counts = np.bincount(values.cat.codes[values.cat.codes >= 0], minlength=len(values.cat.categories))
    order = np.argsort(counts, kind="stable")
    small = int((counts < smallest).sum())
    while 0 < small < len(counts) and counts[order[:small]].sum() < smallest:
        small += 1
    if not small:
        return values
    names = [str(name) for name in values.cat.categories]
    combined = set(order[:small].tolist())
    left = [name for place, name in enumerate(names) if place not in combined]
    other = _free(f"Other ({small} small)", left)
    now = np.array(
        [*(other if place in combined else name for place, name in enumerate(names)), None], dtype=object
    )
    # The order of the others stays; what was combined has no place in it.
    made = pd.Categorical(now[values.cat.codes.to_numpy()], categories=[*left, other])
    return pd.Series(made, index=values.index, name=values.name)


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "…"
    return name


def _to_hide(classes: Codes, smallest: int) -> NDArray[np.bool_]:
    """The responses in small classes; with the next larger class where these alone would be few."""
    sizes = np.bincount(classes)
    hidden = sizes < smallest
    for place in np.argsort(sizes, kind="stable"):
        if sizes[hidden].sum() >= smallest or not sizes[hidden].sum():
            break
        hidden[place] = True
    return np.asarray(hidden[classes])


def _joined(classes: Codes, codes: NDArray[Any]) -> Codes:
    """The classes of two ways to tell responses apart; a missing value is a value."""
    together = classes * (int(codes.max(initial=-1)) + 2) + codes.astype(np.int64) + 1
    return np.asarray(np.unique(together, return_inverse=True)[1], dtype=np.int64)


def _classes(starts: pd.Series) -> Codes:
    return _joined(np.zeros(len(starts), dtype=np.int64), pd.factorize(starts)[0])


def _lost(classes: Codes, smallest: int) -> float:
    """The share (0..1) of responses in classes of fewer."""
    return float((np.bincount(classes)[classes] < smallest).mean())
