"""Tables -> Survey: choose the table, give the roles, count every row."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.errors import MappingError, NoNPSQuestion, UnreadableFile
from nps_core.formatting import plural
from nps_core.reading.cells import plain
from nps_core.reading.coalesce import with_branches, with_one_score
from nps_core.reading.columns import choices_of, labels_of, looks_of, uses_of
from nps_core.reading.header import is_written_again, named_once
from nps_core.reading.is_response import judge, marking_columns, silent_rows, status_reasons
from nps_core.reading.overrides import (
    Options,
    as_dict,
    find_column,
    settle,
    settled_measures,
    with_chosen_reasons,
)
from nps_core.reading.related import with_comments, with_related
from nps_core.reading.repeats import apply_policy
from nps_core.reading.responses import (
    EXAMPLES,
    Scored,
    account_for,
    column_dates,
    doubts_about_rest,
    doubts_about_score,
    frame,
    groups_of,
    keep,
    read_scores,
)
from nps_core.reading.score_column import ScoreColumn, Verdict, find_score
from nps_core.reading.score_evidence import why_not
from nps_core.reading.tables import Profile, Table, profiles, text_column
from nps_core.reading.typed import some_texts
from nps_core.reading.workbook import UNVALUED
from nps_core.survey import LEFT_OUT_REASONS, LeftOut, Mapping, Measure, RowAccount, StatusWord, Survey

if TYPE_CHECKING:
    from collections.abc import Sequence


_SHORT = 60
"""Letters of a name; a longer text in a column that never changes is a notice."""

PREVIEW_ROWS = 10
"""Rows shown of a file, so that one sees what its columns hold."""


def build(
    tables: Sequence[Table], name: str, digest: str, options: Options, *, together: bool = False
) -> Survey:
    """Make a survey of the table that holds the recommend question; of all tables where they are read `together`.

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
        return build([named_once(one) for one in tables], name, digest, options, together=together)
    unread = [other for other in tables if other is not table]
    if verdict.chosen is not None:
        joined, unread = _with_others(table, seen, verdict.chosen, tables)
        if joined is table:
            joined = with_branches(table, seen, verdict.chosen, as_dict(options.mapping).get("reason"))
        seen = seen if joined is table else profiles(joined.columns, len(joined))
        table = joined
    layout = recognise(table.names)
    if layout == "plain table" and (labelled := recognise([column.label for column in table.columns])):
        layout = labelled
    mapping, chosen = settle(table, seen, verdict, options)
    if mapping.score is None or chosen is None or (together and unread):
        raise _no_question(table, seen, verdict, name)
    measures = settled_measures(seen, mapping)
    if "score" in as_dict(options.mapping):
        _check_chosen(seen, mapping.score)
    survey = _survey(
        table, mapping, chosen, measures, (name, digest, layout, options.repeats), (unread, len(tables))
    )
    skipped = status_reasons(table, mapping.status, layout)
    choices = choices_of(seen, verdict, mapping, skipped)
    uses = uses_of(table, seen, mapping, choices, marking_columns(table, mapping.status, layout))
    return replace(survey, choices=choices, labels=labels_of(table), looks=looks_of(seen), column_uses=uses)


def _with_others(
    table: Table, seen: list[Profile], chosen: ScoreColumn, tables: Sequence[Table]
) -> tuple[Table, list[Table]]:
    """The table of the scores with what belongs to it of the other tables, and the tables that were not read."""
    if len(tables) == 1:
        return table, []
    joined, unread = with_comments(table, seen, chosen, tables)
    return with_related(joined, [one for one in unread if one.title])


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
            f"{f'None of its {len(seen)} columns' if len(seen) > 1 else 'No column'} asks for a"
            " recommendation and holds scores from 0 to 10 or promoter, passive and detractor."
        )
    return NoNPSQuestion(
        f"No NPS question found in {where} ({plural(len(table), 'row')}):"
        f" {looked[0].lower() + looked[1:] if not verdict.refused else looked}",
        hint=UNVALUED if UNVALUED in table.notes else _hint(verdict),
        columns=table.names,
        preview=tuple(table.head(PREVIEW_ROWS)),
        looks=looks_of(seen),
        could_be=verdict.could_be,
    )


def _check_chosen(seen: list[Profile], score: str) -> None:
    """Refuse a column that a person chose and that holds not a single score, saying what it holds.

    Raises
    ------
    MappingError
        No cell of the column can be read as a score or a group.
    """
    answers = next(profile.answers for profile in seen if profile.name == score)
    if answers.scored or answers.grouped:
        return
    why = why_not(next(profile for profile in seen if profile.name == score))
    raise MappingError(f"{why}.", hint="Choose a column of numbers, or of promoter, passive and detractor.")


def _hint(verdict: Verdict) -> str:
    """What to do about a refusal: the columns that could hold the answers, or how to name one."""
    could_be = verdict.could_be[:3]
    if not could_be:
        return "If a column does hold 0-10 answers, choose it as the score and say its scale."
    names = ", ".join(f"“{one}”" for one in could_be)
    it = "it is the recommend question" if len(could_be) == 1 else "one of them is the recommend question"
    return (
        f"{names} {'holds' if len(could_be) == 1 else 'hold'} whole numbers from 0 to 10: if {it}, choose it"
        " as the score."
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
    scored = read_scores(table.column(chosen.name), chosen.scale, percent=chosen.percent, codes=chosen.codes)
    dates = column_dates(table, mapping)
    judged = judge(table, mapping, scored, dates, layout)
    everything = frame(table, mapping, scored, dates, measures)
    why, counted = apply_policy(everything, judged.why, repeats)
    kept = keep(everything, why, mapping) if why.any() else everything
    silent, invited_known = silent_rows(everything, why, table, mapping)
    doubts = [
        *doubts_about_score(table, mapping, chosen, scored, why),
        *judged.doubts,
        *doubts_about_rest(table, mapping, dates, kept, sheets),
    ]
    return Survey(
        name=name,
        digest=digest,
        responses=kept,
        mapping=mapping,
        scale=chosen.scale,
        rows=_row_account(table, why, chosen, scored, judged.status_words),
        left_out=_left_out(table, why),
        preview=pd.DataFrame(table.head(PREVIEW_ROWS), columns=list(table.names), dtype="str"),
        layout=f"{layout} ({table.origin}{', sheet ' + table.title if sheets[1] > 1 else ''})",
        doubts=tuple(sorted(doubts, key=lambda doubt: -doubt.moves)),
        measures=measures,
        repeats=repeats,
        columns=tuple(column.name for column in table.columns if column.name != table.added),
        encoding=table.encoding,
        repeat_counts=counted,
        silent=silent,
        invited_known=invited_known,
    )


def _row_account(
    table: Table,
    why: np.ndarray,
    chosen: ScoreColumn,
    scored: Scored,
    status_words: tuple[StatusWord, ...],
) -> RowAccount:
    """Rows of the table and records that could not become rows, each reason with the groups that its rows would be."""
    parts = {
        part.reason: replace(part, groups=groups_of(scored.group[why == code]))
        for code, part in account_for(why, table.numbers, table.column(chosen.name))
    }
    place = table.names.index(chosen.name)
    for reason in dict.fromkeys(problem.reason for problem in table.problems):
        of_reason = [problem for problem in table.problems if problem.reason == reason]
        examples = tuple((problem.record, problem.what) for problem in of_reason[:EXAMPLES])
        old = parts.get(reason, LeftOut(reason, 0))
        cells = [problem.cells[place] for problem in of_reason if place < len(problem.cells)]
        more = groups_of(_groups_in(cells, chosen)) if reason in _WOULD_COUNT else (0, 0, 0)
        detractors, passives, promoters = (a + b for a, b in zip(old.groups, more, strict=True))
        parts[reason] = LeftOut(
            reason,
            old.count + len(of_reason),
            (*examples, *old.examples)[:EXAMPLES],
            (detractors, passives, promoters),
        )
    return RowAccount(
        len(table) + len(table.problems),
        int((why == 0).sum()),
        tuple(parts.values()),
        status_words,
        groups_of(scored.group[why == 0]),
    )


_WOULD_COUNT = ("total", "repeated")
"""Reasons of records that a table does not hold, whose cells stand in its columns."""


def _groups_in(cells: Sequence[str], chosen: ScoreColumn) -> np.ndarray:
    """The groups of those cells that are scores."""
    column = text_column(chosen.name, cells)
    read = read_scores(column, chosen.scale, percent=chosen.percent, codes=chosen.codes)
    return read.group


def _left_out(table: Table, why: np.ndarray) -> pd.DataFrame:
    """The rows that are not among the responses, with the reason and the file's own cells."""
    gone = np.flatnonzero(why)
    width = len(table.columns)
    lost = [
        problem.cells[:width] + ("",) * (width - len(problem.cells[:width])) for problem in table.problems
    ]
    reasons = np.array(LEFT_OUT_REASONS, dtype=object)[why[gone] - 1]
    found: dict[str, object] = {
        "row": (
            np.append(table.numbers[gone], [problem.record for problem in table.problems]).astype(np.int64)
        ),
        "why": pd.Series([*reasons, *(problem.reason for problem in table.problems)], dtype="str"),
    }
    for place, column in enumerate(table.columns):
        key = column.name if column.name not in ("row", "why") else f"{column.name} (column)"
        found[key] = some_texts(column, gone, [cells[place] for cells in lost])
    return pd.DataFrame(found)


PLAIN = "plain table"
"""The name of a layout that no tool is known for."""


_FILE = Path(__file__).parent / "vocabulary" / "_layouts.toml"


_LAYOUTS: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["layout"]


NPS_TOOLS = frozenset(layout["name"] for layout in _LAYOUTS if layout.get("nps"))
"""Tools whose lists of scores are NPS unless they say otherwise."""


def recognise(names: Sequence[str]) -> str:
    """The name of the tool whose export has these columns; "plain table" for none that is known.

    >>> recognise(["Respondent ID", "Collector ID", "Start Date"]), recognise(["Score", "Comment"])
    ('SurveyMonkey', 'plain table')
    """
    headers = [plain(name).strip(" .:") for name in names]
    # LimeSurvey can write "submitdate. Date submitted".
    codes = [name.split(". ")[0].strip().lower() for name in names if ". " in name]
    have = {*(header.strip("_") for header in headers), *headers, *codes}
    return next((layout["name"] for layout in _LAYOUTS if _fits(layout, headers, have)), PLAIN)


def _fits(layout: dict[str, Any], headers: Sequence[str], have: set[str]) -> bool:
    first = layout.get("first")
    return (
        have.issuperset(layout.get("all", ()))
        and len(have.intersection(layout.get("some", ()))) >= layout.get("count", 0)
        and all(not have.isdisjoint(names) for names in layout.get("one_of", ()))
        and (first is None or (bool(headers) and headers[0] in first))
    )
