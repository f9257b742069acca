"""`connect`: a table of a database as a survey, whose responses stay there."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.engine.cost import Pace, Size
from nps_core.engine.counts import EngineIndex
from nps_core.engine.database import TIMEOUT_S
from nps_core.engine.opening import open_database
from nps_core.engine.sample import MOST_COMMENTS, take_sample
from nps_core.engine.source import MOST_CLUSTERS, Source
from nps_core.engine.table import NEEDS_ROWS, ONLY_COUNTS, find_meaning
from nps_core.errors import EngineError
from nps_core.formatting import format_share
from nps_core.survey import Candidate, ColumnUse, Doubt, RoleChoice

if TYPE_CHECKING:
    import collections.abc

    from nps_core.survey import Mapping, Survey


_LOOK_S = 3.0
"""Seconds that an engine has to say how large a table is."""


def connect(  # noqa: PLR0913 - what reading a file takes, and how a table is asked
    address: str,
    table: str,
    *,
    mapping: Mapping | collections.abc.Mapping[str, object] | None = None,
    scale: str | None = None,
    name: str | None = None,
    timeout: float = TIMEOUT_S,
    comments: int = MOST_COMMENTS,
    show_names: bool = False,
    most_seconds: float | None = None,
    salt: str = "",
    all_comments: bool = False,
) -> Survey:
    """A table of a database as a survey: its engine counts, and the responses stay where they are.

    What leaves it are counts; of each account (or respondent) how many promoters, passives and detractors, under a
    pseudonym; the first rows, once, to find what its columns mean; and some comments for the themes. The table is only
    read. It is taken as it is now: connect again to see what has changed.

    Parameters
    ----------
    address
        "duckdb:///file.duckdb", "duckdb:///folder" of Parquet files, "sqlite:///file", "postgresql://user@host/name",
        "spark:" for the session that the platform has, "spark:///folder" of Parquet files, another one that SQLAlchemy
        has a driver for, or "env:NAME" for a variable of the environment that holds one: the only way for one with a
        password.
    table
        The name of a table or a view, with its schema where it needs one: "public.responses".
    mapping, scale
        As `read_survey` takes them.
    name
        The name shown to people, in errors too; without one that of the table, and in errors that of the database.
    timeout
        Seconds that a statement may take.
    comments
        How many responses with a comment are taken at most, of each group and quarter as large a share; 0 for none.
    show_names
        Whether accounts and respondents leave by their names instead of pseudonyms.
    most_seconds
        What would take the engine longer, by what the table's statements took before, raises a `CostError`, before it
        is asked for; None asks for everything. Connecting itself is limited by `timeout` alone.
    salt
        A secret that pseudonyms are made with, so that they are the same at the next connection; without one they are
        others each time. Who knows it can try which name has a pseudonym.
    all_comments
        Whether themes are counted in every comment and not in those taken, where the engine runs Python: in Spark.

    Raises
    ------
    EngineError
        No such address or table, no right to read, no answer in time. It never holds the address.
    ReadError
        As `read_survey`: no recommend question in the table, or a mapping that does not fit.
    """
    database = open_database(address, timeout=timeout)
    database.name = name or database.name  # what errors say of it
    if all_comments and not database.runs_python:
        raise EngineError(
            f"“{database.name}” runs no Python, so themes cannot be counted in all comments.",
            hint="Only Spark does; elsewhere themes are of the comments taken.",
        )
    as_of = dt.datetime.now(dt.UTC)
    salt = salt or secrets.token_hex(16)
    meaning = find_meaning(database, table, mapping, scale, "" if show_names else salt)
    head = meaning.head
    source = Source(database, meaning.columns, pace=Pace(name or table, meaning.rows.read, most_seconds))
    sample, commented = take_sample(source, head, comments)
    source.pace.commented = commented / meaning.rows.kept
    index = EngineIndex(
        source,
        sample,
        meaning.mapping.attributes,
        measures=tuple(measure.column for measure in meaning.measures),
        ends=(head.scale.low, head.scale.high),
        as_of=as_of,
        share=len(sample) / commented if commented else 1.0,
        all_comments=all_comments,
    )
    whole = f"{database.name}\0{table}\0{as_of.isoformat()}\0{meaning.mapping!r}\0{head.scale.written}"
    return replace(
        head,
        name=name or table,
        digest=hashlib.sha256(whole.encode()).hexdigest(),
        responses=index.sample,
        mapping=meaning.mapping,
        rows=meaning.rows,
        left_out=head.left_out.iloc[:0],
        preview=head.preview.iloc[:0],
        layout=f"table in {database.kind}",
        doubts=(*_sampled(len(sample), commented, all_comments), *_too_many(index.many), *meaning.doubts),
        encoding="",
        choices=tuple(map(_uncounted, head.choices)),
        column_uses=tuple(map(_usable, head.column_uses)),
        looks=(),
        repeat_counts=(),
        silent=None,
        measures=meaning.measures,
        elsewhere=index,
    )


def look_at(address: str, table: str, *, name: str | None = None, timeout: float = TIMEOUT_S) -> Size:
    """How large a table is, without looking at its rows: to be asked before it is connected.

    Parameters
    ----------
    name, timeout
        As `connect` takes them. For the number of rows an engine has some seconds.

    Raises
    ------
    EngineError
        As `connect`.
    """
    database = open_database(address, timeout=timeout)
    database.name = name or database.name
    try:
        columns = database.columns(table)
        database.timeout = min(timeout, _LOOK_S)
        return Size(name or table, database.rows_about(table), len(columns))
    finally:
        database.close()


def _sampled(taken: int, commented: int, whole: bool) -> list[Doubt]:  # noqa: FBT001 - one of ours
    if not taken or taken >= commented:
        return []
    what = "Themes and comments are"
    if whole:
        what = (
            "How often each theme comes up and its NPS are of all comments; how themes were found, quotes, and themes"
            " by segment or period are"
        )
    return [
        Doubt(
            f"{what} of {taken:,} of {commented:,} comments ({format_share(taken / commented)}), as many of each group"
            " and quarter as there are among all."
        )
    ]


def _too_many(what: str) -> list[Doubt]:
    if not what:
        return []
    return [
        Doubt(
            f"There are more than {MOST_CLUSTERS:,} {what}, which is too many to make intervals by: responses"
            " count as independent of each other."
        )
    ]


def _usable(use: ColumnUse) -> ColumnUse:
    """A column without the roles that only rows could play."""
    roles = tuple(role for role in use.roles if role not in NEEDS_ROWS)
    return replace(use, roles=roles, why=use.why if roles or not use.roles else ONLY_COUNTS)


def _uncounted(choice: RoleChoice) -> RoleChoice:
    """The candidates of a role without counts, which would be of some rows only."""
    return replace(choice, candidates=tuple(Candidate(one.column, one.reason) for one in choice.candidates))
