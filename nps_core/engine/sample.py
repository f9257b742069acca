"""A sample of comments: the only rows that leave a table, at most so many, and how large a share of all they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from nps_core.engine.days import first_of, numbers_of_days
from nps_core.filters import ACCOUNT, Filters
from nps_core.reading.typed import LONGEST_COMMENT, int8
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.engine.columns import Values
    from nps_core.engine.source import Source
    from nps_core.survey import Survey

MOST_COMMENTS = 10_000
"""Comments that are taken: themes of as many differ from those of all by a point or so."""

_SPARE = 3
"""How many times as many are put in order as are taken, so that the engine need not order all comments."""

_MUCH = 0.1
"""A share of all comments above which an engine may as well order all of them."""

_HEX = 16**4


def take_sample(source: Source, head: Survey, most: int) -> tuple[pd.DataFrame, int]:
    """Some responses with a comment, at most so many, in an order that stays the same.

    Of each group and quarter it is as large a share, as near as whole comments come to it by Webster's method.

    Returns
    -------
    frame, total
        The rows as `Survey.responses` has them (`row` counts them), and how many responses have a comment.
    """
    comment = source.comment
    total = 0
    if comment is not None and source.columns.comment is not None:
        told = source.columns.table.c[source.columns.comment].is_not(None)  # the rest is not looked at closer
        total = int(
            source.database.all(sa.select(sa.func.count(comment)).where(told, *source.where(())))[0][0]
        )
    rows = source.database.all(_statement(source, most, total)) if total and most else []
    rows.sort(key=itemgetter(-1))  # engines know several alphabets, and several places for what has no day
    names = ["score", "date", "comment", "respondent", "account", *source.columns.coded, "order"]
    columns: list[Sequence[Any]] = [*zip(*rows, strict=True)] or [()] * len(names)
    frame = _frame(source, head, dict(zip(names, columns, strict=True))).sort_values("date", kind="stable")
    frame.insert(0, "row", np.arange(1, len(frame) + 1, dtype=np.int64))
    return frame.reset_index(drop=True), total


def of_sample(filters: Filters, accounts: frozenset[str]) -> Filters:
    """The same filters for a sample that has some of the accounts; nothing passes where it has none of those picked."""
    picked = filters.values_of(ACCOUNT)
    here = tuple(account for account in picked if account in accounts)
    if len(here) == len(picked):
        return filters
    return (
        filters.with_attribute(ACCOUNT, here)
        if here
        else replace(Filters(), groups=filters.groups, until=dt.date.min)
    )


def _statement(source: Source, most: int, total: int) -> sa.Select[Any]:
    """The comments whose places in their group and quarter come first, in proportion to how many there are.

    Parameters
    ----------
    total
        How many comments there are.
    """
    columns, comment = source.columns, source.comment
    assert comment is not None  # noqa: S101 - asked only where there are some
    score = columns.table.c[columns.score]
    day = sa.null() if source.day is None else source.day
    people = [source.shown(role) for role in ("respondent", "account")]
    values = [columns.table.c[column] for column, _ in columns.coded.values()]
    told = [sa.func.coalesce(who, "") for who in people]
    order = sa.func.md5(told[0] + "|" + told[1] + "|" + comment)
    if source.database.kind == "bigquery":
        order = sa.func.to_hex(order)
    text = sa.func.substr(comment, 1, LONGEST_COMMENT)
    group = sa.case(*((score.in_(source.raw_scores(name)), code) for code, name in enumerate(GROUPS)))
    quarter = sa.null() if source.day is None else first_of(source.database.kind, source.day, "quarter")
    shown = [score, day, text, *people, *values]
    found = sa.select(
        *(one.label(f"v{n}") for n, one in enumerate(shown)),
        order.label("o"),
        group.label("g"),
        quarter.label("q"),
    ).where(*source.where(()), comment.is_not(None))
    inner = found.subquery()
    ranked = sa.select(
        inner,
        sa.func.row_number().over(partition_by=(inner.c.g, inner.c.q), order_by=inner.c.o).label("place"),
        sa.func.count().over(partition_by=(inner.c.g, inner.c.q)).label("size"),
    )
    if (thin := most * _SPARE / total) < _MUCH:
        ranked = ranked.where(sa.func.substr(inner.c.o, 1, 4) < f"{int(thin * _HEX):04x}")
    table = ranked.subquery()
    nearest = sa.cast(table.c.place * 2 - 1, sa.Double) / sa.cast(table.c.size, sa.Double)
    kept = sa.select(*(table.c[f"v{n}"] for n in range(len(shown))), table.c.o)
    return kept.order_by(nearest, table.c.o).limit(most)


def _frame(source: Source, head: Survey, raw: dict[str, Sequence[Any]]) -> pd.DataFrame:
    """Raw values as `Survey.responses` has them."""
    columns = source.columns
    days = numbers_of_days(raw["date"]).astype("datetime64[D]")
    scores = np.array([columns.scores.get(score, np.nan) for score in raw["score"]], dtype=np.float64)
    groups = np.array([columns.groups[score] for score in raw["score"]], dtype=np.int8)
    kind = pd.CategoricalDtype(list(GROUPS), ordered=True)
    found: dict[str, Any] = {
        "score": int8(scores + head.scale.low),
        "group": pd.Categorical.from_codes(groups, dtype=kind),
        "date": days.astype("datetime64[us]"),
        **{name: _texts(raw[name]) for name in ("comment", "respondent", "account")},
    }
    measures = {measure.column for measure in head.measures}
    for name, (_, values) in columns.coded.items():
        found[name] = _measured(values, raw[name]) if name in measures else _named(values, raw[name])
    return pd.DataFrame(found)


def _texts(raw: Sequence[Any]) -> pd.Series:
    cells = [None if cell is None else str(cell).replace("\x00", "") for cell in raw]
    return pd.Series(cells, dtype="str")


def _named(values: Values, raw: Sequence[Any]) -> pd.api.extensions.ExtensionArray:
    missing = len(values.labels) - 1
    codes = [values.codes.get(one, missing) for one in raw]
    shown = np.array([-1 if code == missing else code for code in codes], dtype=np.int64)
    return pd.Categorical.from_codes(shown, dtype=pd.CategoricalDtype(list(values.labels[:-1])))


def _measured(values: Values, raw: Sequence[Any]) -> np.ndarray:
    numbers = [*map(float, values.labels[:-1]), np.nan]
    return np.array([numbers[values.codes.get(one, len(numbers) - 1)] for one in raw], dtype=np.float64)
