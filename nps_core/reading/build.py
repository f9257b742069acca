"""Tables -> Survey: choose the table, give the roles, count every row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.errors import NoNPSQuestion, UnreadableFile
from nps_core.reading import responses as rows_of
from nps_core.reading.cells import plain
from nps_core.reading.columns import choices_of, labels_of, looks_of, uses_of
from nps_core.reading.coalesce import with_branches, with_one_score
from nps_core.reading.header import is_written_again, named_once
from nps_core.reading.join import with_comments
from nps_core.reading.layouts import NPS_TOOLS, recognise
from nps_core.reading.non_responses import same_again
from nps_core.reading.overrides import (
    Options,
    as_dict,
    find_column,
    settle,
    settled_measures,
    with_chosen_reasons,
)
from nps_core.reading.profile import Profile, profiles
from nps_core.reading.responses import apply_policy, silent_rows
from nps_core.reading.score_column import ScoreColumn, Verdict, find_score
from nps_core.reading.typed import LONGEST_COMMENT, long_comments, some_texts
from nps_core.survey import LEFT_OUT_REASONS, LeftOut, Mapping, Measure, RowAccount, Survey
from nps_core.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.dates import Dates
    from nps_core.reading.tables import Table

_SHORT = 60
"""Letters of a name; a longer text in a column that never changes is a notice."""

PREVIEW_ROWS = 10
"""Rows shown of a file, so that one sees what its columns hold."""

Wanted = "Mapping | abc.Mapping[str, object] | None"


def build(tables: Sequence[Table], name: str, digest: str, options: Options) -> Survey:
    """Make a survey of the table that holds the recommend question.

    Raises
    ------
    NoNPSQuestion
        No table holds one, and the mapping names none.
    MappingError
        The mapping names a column that is not there.
    """
    tables = [with_one_score(one, as_dict(options.mapping).get("score")) for one in tables]
    tables, options = with_chosen_reasons(tables, options)
    table, seen, verdict = _choose_table(tables, name, options)
    if verdict.chosen is not None and any(map(is_written_again, tables)):
        # What is no survey is shown as it stands.
        return build([named_once(one) for one in tables], name, digest, options)
    unread = [other for other in tables if other is not table]
    if verdict.chosen is not None:
        joined, unread = with_comments(table, seen, verdict.chosen, tables)
        if joined is table:
            joined = with_branches(table, seen, verdict.chosen, as_dict(options.mapping).get("reason"))
        seen = seen if joined is table else profiles(joined.columns, len(joined))
        table = joined
    layout = recognise(table.names)
    if layout == "plain table" and (labelled := recognise([column.label for column in table.columns])):
        layout = labelled
    mapping, chosen = settle(table, seen, verdict, options)
    if mapping.score is None or chosen is None:
        raise _no_question(table, seen, verdict, name)
    measures = settled_measures(seen, mapping)
    survey = _survey(
        table, mapping, chosen, measures, (name, digest, layout, options.repeats), (unread, len(tables))
    )
    skipped = rows_of.status_reasons(table, mapping.status, layout)
    choices = choices_of(seen, verdict, mapping, skipped)
    uses = uses_of(table, seen, mapping, choices, rows_of.marking_columns(table, mapping.status, layout))
    return replace(survey, choices=choices, labels=labels_of(table), looks=looks_of(seen), column_uses=uses)


def _choose_table(
    tables: Sequence[Table], name: str, options: Options
) -> tuple[Table, list[Profile], Verdict]:
    """The table with the best score column; the first one where none has any."""
    best = None
    wanted = as_dict(options.mapping).get("score")
    for table in tables:
        seen = profiles(table.columns, len(table))
        context = _context(table, seen, name)
        verdict = find_score(seen, context=context, headers=table.header_rows > 0)
        points = verdict.chosen.strength if verdict.chosen else -1.0
        points += 1000.0 * (isinstance(wanted, str) and find_column(table, wanted) is not None)
        if best is None or points > best[0]:
            best = points, table, seen, verdict
    assert best is not None  # noqa: S101 - a file has at least one table by now
    return best[1:]


def _context(table: Table, seen: list[Profile], name: str) -> str:
    """What the file says about itself beside its headers: names, titles, and columns that never change."""
    constant = [
        next(iter(profile.cells)) for profile in seen if len(profile.cells) == 1 and profile.filled > 1
    ]
    tool = "nps" if recognise(table.names) in NPS_TOOLS else ""
    return plain(
        " ".join(
            (name, table.title, *table.preamble, *(text for text in constant if len(text) < _SHORT), tool)
        )
    )


def _no_question(
    table: Table, seen: list[Profile], verdict: Verdict, name: str
) -> NoNPSQuestion | UnreadableFile:
    """The refusal, with what was looked at; a table without rows holds nothing to look at."""
    if not len(table) and not table.problems:
        return UnreadableFile(
            f"“{name}” has {plural(len(seen), 'column')} and not a single row of answers.",
            hint="Export it again with responses in it: its filter or its dates may leave none.",
        )
    where = f"“{name}”" + (f", sheet “{table.title}”," if table.title else "")
    if verdict.refused:
        looked = "; ".join(verdict.refused[:3]) + "."
    else:
        looked = (
            f"{f'None of its {len(seen)} columns' if len(seen) > 1 else 'No column'} asks for a recommendation and holds"
            " scores from 0 to 10 or promoter, passive and detractor."
        )
    return NoNPSQuestion(
        f"No NPS question found in {where} ({plural(len(table), 'row')}): {looked[0].lower() + looked[1:] if not verdict.refused else looked}",
        hint="If a column does hold 0-10 answers, choose it as the score and say its scale.",
        columns=table.names,
        preview=tuple(table.head(PREVIEW_ROWS)),
        looks=looks_of(seen),
    )


def _survey(
    table: Table,
    mapping: Mapping,
    chosen: ScoreColumn,
    measures: tuple[Measure, ...],
    described: tuple[str, str, str, str],
    sheets: tuple[Sequence[Table], int],
) -> Survey:
    name, digest, layout, repeats = described
    scored = rows_of.read_scores(table.column(chosen.name), chosen.scale, percent=chosen.percent)
    status = rows_of.status_reasons(table, mapping.status, layout)
    why = np.where(status > 0, status, scored.why)
    again, repeat_doubts = same_again(table, mapping)
    why = np.where(again & (why == 0), rows_of.REPEATED, why)
    dates = rows_of.column_dates(table, mapping)
    everything = rows_of.frame(table, mapping, scored, dates, measures)
    why, counted = apply_policy(everything, why, repeats)
    kept = rows_of.keep(everything, why, mapping) if why.any() else everything
    silent, invited_known = silent_rows(everything, why, table, mapping)
    return Survey(
        name=name,
        digest=digest,
        responses=kept,
        mapping=mapping,
        scale=chosen.scale,
        rows=_row_account(table, why, chosen.name),
        left_out=_left_out(table, why),
        preview=pd.DataFrame(table.head(PREVIEW_ROWS), columns=list(table.names), dtype="str"),
        layout=f"{layout} ({table.origin}{', sheet ' + table.title if sheets[1] > 1 else ''})",
        doubts=(
            *_doubts(table, chosen, mapping, dates, kept, sheets),
            *_labels(scored, chosen.name),
            *repeat_doubts,
        ),
        measures=measures,
        repeats=repeats,
        columns=tuple(column.name for column in table.columns if column.name != table.added),
        encoding=table.encoding,
        repeat_counts=counted,
        silent=silent,
        invited_known=invited_known,
    )


def _row_account(table: Table, why: np.ndarray, score: str) -> RowAccount:
    """Rows of the table and records that could not become rows, each with its reason."""
    parts = list(rows_of.account_for(why, table.numbers, table.column(score)))
    lost = table.problems
    for reason in dict.fromkeys(problem.reason for problem in lost):
        of_reason = [problem for problem in lost if problem.reason == reason]
        examples = tuple((problem.record, problem.what) for problem in of_reason[: rows_of.EXAMPLES])
        old = next((part for part in parts if part.reason == reason), LeftOut(reason, 0))
        parts = [part for part in parts if part.reason != reason]
        parts.append(
            LeftOut(reason, old.count + len(of_reason), (*examples, *old.examples)[: rows_of.EXAMPLES])
        )
    return RowAccount(len(table) + len(lost), int((why == 0).sum()), tuple(parts))


def _left_out(table: Table, why: np.ndarray) -> pd.DataFrame:
    """The rows that are not among the responses, with the reason and the file's own cells."""
    gone = np.flatnonzero(why)
    width = len(table.columns)
    lost = [
        problem.cells[:width] + ("",) * (width - len(problem.cells[:width])) for problem in table.problems
    ]
    reasons = np.array(LEFT_OUT_REASONS, dtype=object)[why[gone] - 1]
    found: dict[str, object] = {
        "row": np.append(table.numbers[gone], [problem.record for problem in table.problems]).astype(
            np.int64
        ),
        "why": pd.Series([*reasons, *(problem.reason for problem in table.problems)], dtype="str"),
    }
    for place, column in enumerate(table.columns):
        key = column.name if column.name not in ("row", "why") else f"{column.name} (column)"
        found[key] = some_texts(column, gone, [cells[place] for cells in lost])
    return pd.DataFrame(found)


def _doubts(
    table: Table,
    chosen: ScoreColumn,
    mapping: Mapping,
    dates: Dates | None,
    kept: pd.DataFrame,
    sheets: tuple[Sequence[Table], int],
) -> list[str]:
    """Sentences about what could have been read otherwise."""
    others, joined = sheets[0], sheets[1] - len(sheets[0]) > 1
    found = [*table.notes, *chosen.doubts]
    if dates is not None:
        found += [dates.doubt] if dates.doubt else []
        unread = dates.unread
        if len(unread):
            unread = unread[np.isin(table.numbers[unread], kept["row"].to_numpy())]
        found += [_unread_dates(table, mapping, unread, len(kept))] if len(unread) else []
    if mapping.reason is not None and len(kept) and kept["comment"].isna().all():
        found.append(f"No response has a comment: “{mapping.reason}” is blank throughout.")
    if mapping.reason is not None and len(long := long_comments(table.column(mapping.reason))):
        found += _cut_comments(int(np.isin(table.numbers[long], kept["row"].to_numpy()).sum()))
    if others:
        titles = ", ".join(f"“{one.title}”" for one in others)
        found.append(
            f"Of the workbook not read: {titles}."
            if joined
            else f"Only the sheet “{table.title}” was read; the workbook also has {titles}."
        )
    return found


def _cut_comments(count: int) -> list[str]:
    """A sentence about comments that were too long."""
    if not count:
        return []
    such = "comment is" if count == 1 else "comments are"
    was = "was" if count == 1 else "were"
    return [f"{count:,} {such} longer than {LONGEST_COMMENT:,} characters and {was} cut."]


def _labels(scored: rows_of.Scored, score: str) -> list[str]:
    """A sentence about words beside the scores that were taken for labels."""
    if not scored.labelled:
        return []
    example = scored.labelled[0][:60]
    return [
        f"In “{score}” words such as “{example}” come again and again; the number in them was read as the score."
    ]


def _unread_dates(table: Table, mapping: Mapping, unread: np.ndarray, kept: int) -> str:
    example = rows_of.cell_of(table.column(str(mapping.date)), int(unread[0]))
    such, kept_too = ("", "that response is") if len(unread) == 1 else ("such as ", "those responses are")
    return (
        f"{len(unread):,} of {kept:,} dates in “{mapping.date}” could not be read, {such}“{example[:40]}” "
        f"in row {int(table.numbers[unread[0]]):,}; {kept_too} kept, without a date."
    )
