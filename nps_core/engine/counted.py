"""Responses made of counts, for who may not tell a few apart: all that a table says of them but comments and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from nps_core.engine.columns import NO_DAY
from nps_core.errors import AccessError
from nps_core.reading.typed import int8
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nps_core.counts.index import Index
    from nps_core.engine.columns import Codes, Key
    from nps_core.engine.responses import TableResponses

MOST_COUNTED = 1_000_000
"""Responses up to which they are made here: as many as a file may well have."""

_BEST_FIRST = (2, 1, 0)
_WHO = ("unit", "account")


@dataclass(frozen=True, eq=False)
class Counted:
    """Responses that were made of the counts of a table; they are here, and nothing more is asked of its engine."""

    as_of: dt.datetime
    sample: pd.DataFrame
    index: Index
    share: float = 1.0
    has_names: bool = False
    all_comments: bool = False

    @property
    def select(self) -> Callable[..., Any]:
        """The counts of those that pass some filters."""
        return self.index.select

    def seconds(self, filters: tuple[Any, ...]) -> float:  # noqa: ARG002 - as the protocol has it
        """None: all is here."""
        return 0.0

    def allow(self, filters: tuple[Any, ...]) -> None:
        """Nothing: all is allowed."""

    def allow_all(self) -> None:
        """Nothing, as above."""

    def narrowed(self, *_: object, **__: object) -> NoReturn:
        """Nothing: what was made for one viewer is for nobody else.

        Raises
        ------
        AccessError
            Always.
        """
        raise AccessError("This part of a table was made for another viewer.", hint="Open the table anew.")

    counted = held = narrowed


def counted_responses(index: TableResponses) -> pd.DataFrame:
    """All responses of a table as `Survey.responses` has them, without comments, accounts and amounts.

    They are made of one answer: how many there are of each group with each day, score and value of all attributes and
    measures, by account (or respondent), which stands as a number in the place of the respondent.

    Raises
    ------
    AccessError
        There are more than `MOST_COUNTED`.
    EngineError
        The engine could not answer, or with too many cells.
    """
    n = int(index.cells((), ()).counts.sum())
    if n > MOST_COUNTED:
        raise AccessError(
            f"A smallest group is made of up to {MOST_COUNTED:,} responses, and of this table you see {n:,}.",
            hint="Give this viewer filters that leave fewer, or open an export.",
        )
    coded = index.source.columns.coded
    keys: list[Key] = ["date", *coded, *_others(index)]
    codes, counts = index.cells((), tuple(keys))
    place = np.repeat(np.repeat(np.arange(len(counts)), len(GROUPS)), counts.ravel())
    group = np.repeat(np.tile(np.array(_BEST_FIRST, dtype=np.int8), len(counts)), counts.ravel())
    each = {key: code[place] for key, code in zip(keys, codes, strict=True)}
    frame = _bare(index, each, group)
    for name, (_, values) in coded.items():
        labels = values.labels[:-1]
        frame[name] = (
            np.array([*map(float, labels), np.nan])[each[name]]
            if name in index.measures
            else pd.Categorical.from_codes(
                np.where(each[name] == len(labels), -1, each[name]), dtype=pd.CategoricalDtype(list(labels))
            )
        )
    return frame


def _others(index: TableResponses) -> list[Key]:
    """What the responses are counted by besides dates and values; of group words there are no scores."""
    found: list[Key] = ["score"] if index.source.columns.scores else []
    # By too many accounts nothing is counted: responses count as independent then, whoever looks.
    return found if index.many else [*found, _WHO]


def _bare(index: TableResponses, each: dict[Key, Codes], group: NDArray[np.int8]) -> pd.DataFrame:
    """The columns that all surveys have."""
    days = np.where(each["date"] == NO_DAY, np.datetime64("NaT"), each["date"].astype("datetime64[D]"))
    score = each["score"] + float(index.ends[0]) if "score" in each else np.full(len(group), np.nan)
    none = pd.Series([None] * len(group), dtype="str")
    return pd.DataFrame(
        {
            "row": np.arange(1, len(group) + 1, dtype=np.int64),
            "score": int8(score),
            "group": pd.Categorical.from_codes(group, dtype=pd.CategoricalDtype(list(GROUPS), ordered=True)),
            "date": days.astype("datetime64[us]"),
            "comment": none,
            "respondent": _numbers(each[_WHO]) if _WHO in each else none,
            "account": none,
        }
    )


def _numbers(codes: Codes) -> pd.Series:
    """The numbers of clusters as texts; none for one of its own."""
    names: NDArray[Any] = np.array([*map(str, range(int(codes.max(initial=-1)) + 1)), None], dtype=object)
    return pd.Series(names[codes], dtype="str")
