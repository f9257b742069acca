"""Tables -> Survey: choose the table, give the roles, count every row."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.errors import MappingError, NoNPSQuestion
from nps_core.reading import responses as rows_of
from nps_core.reading.cells import plain
from nps_core.reading.find_score import ScoreColumn, Verdict, find_score, scale_of
from nps_core.reading.layouts import NPS_TOOLS, recognise
from nps_core.reading.profiles import Profile, profiles
from nps_core.reading.repeats import repeated
from nps_core.reading.roles import find_measures, find_roles
from nps_core.reading.scores import parse_scale
from nps_core.survey import LEFT_OUT_REASONS, LeftOut, Mapping, Measure, RowAccount, Scale, Survey

if TYPE_CHECKING:
    import collections.abc as abc
    from collections.abc import Sequence

    from nps_core.reading.tables import Table

PREVIEW_ROWS = 10
"""Rows shown of a file, so that one sees what its columns hold."""

_ROLE_LISTS = ("attributes", "csat", "ces")
Wanted = "Mapping | abc.Mapping[str, object] | None"


@dataclass(frozen=True)
class Options:
    """What the caller said about a file."""

    mapping: Mapping | abc.Mapping[str, object] | None = None
    scale: str | None = None
    repeats: str = "all"


def build(tables: Sequence[Table], name: str, digest: str, options: Options) -> Survey:
    """Make a survey of the table that holds the recommend question.

    Raises
    ------
    NoNPSQuestion
        No table holds one, and the mapping names none.
    MappingError
        The mapping names a column that is not there.
    """
    table, seen, verdict = _choose_table(tables, name, options)
    layout = recognise(table.names)
    if layout == "plain table" and (labelled := recognise([column.label for column in table.columns])):
        layout = labelled
    mapping, chosen = _mapping(table, seen, verdict, layout, options)
    if mapping.score is None or chosen is None:
        raise _no_question(table, seen, verdict, name)
    measures = _measures(seen, mapping)
    return _survey(table, mapping, chosen, measures, (name, digest, layout, options.repeats), tables)


def _choose_table(tables: Sequence[Table], name: str, options: Options) -> tuple[Table, list[Profile], Verdict]:
    """The table with the best score column; the first one where none has any."""
    best = None
    wanted = _as_dict(options.mapping).get("score")
    for table in tables:
        seen = profiles(table.columns, len(table))
        context = _context(table, seen, name)
        verdict = find_score(seen, context=context, headers=table.header_rows > 0)
        points = verdict.chosen.strength if verdict.chosen else -1.0
        points += 1000.0 * (isinstance(wanted, str) and _find(table, wanted) is not None)
        if best is None or points > best[0]:
            best = points, table, seen, verdict
    assert best is not None  # noqa: S101 - a file has at least one table by now
    return best[1:]


def _context(table: Table, seen: list[Profile], name: str) -> str:
    """What the file says about itself beside its headers: names, titles, and columns that never change."""
    constant = [next(iter(profile.cells)) for profile in seen if len(profile.cells) == 1 and profile.filled > 1]
    tool = "nps" if recognise(table.names) in NPS_TOOLS else ""
    return plain(" ".join((name, table.title, *table.preamble, *(text for text in constant if len(text) < 60), tool)))  # noqa: PLR2004


def _as_dict(mapping: Mapping | abc.Mapping[str, object] | None) -> dict[str, object]:
    if mapping is None:
        return {}
    if isinstance(mapping, Mapping):
        return {role.name: getattr(mapping, role.name) for role in fields(mapping)}
    return dict(mapping)


def _find(table: Table, wanted: str) -> str | None:
    """The column that a person means: by its name, else by its question text, else regardless of case and spaces."""
    if wanted in table.names:
        return wanted
    bare = rows_of.column_name(wanted)
    if bare in table.names:
        return bare
    for text in (lambda column: column.label, lambda column: plain(column.name), lambda column: plain(column.label)):
        for column in table.columns:
            if text(column) in (wanted, plain(wanted)):
                return column.name
    return None


def _mapping(
    table: Table, seen: list[Profile], verdict: Verdict, layout: str, options: Options
) -> tuple[Mapping, ScoreColumn | None]:
    """The roles found, changed by what the caller said; and the score column with its scale."""
    said = _checked(table, _as_dict(options.mapping))
    chosen = verdict.chosen
    if "score" in said and (chosen is None or said["score"] != chosen.name):
        chosen = _forced(seen, said["score"])
    if chosen is not None and options.scale:
        chosen = replace(chosen, scale=_asked_scale(options.scale, chosen), percent=False, doubts=())
    found = find_roles(seen, chosen.name if chosen else None, chosen.group if chosen else None, layout)
    attributes = tuple(rows_of.stored_name(name, found) for name in found.attributes)
    mapping = replace(found, attributes=attributes)
    return _changed(mapping, said), chosen


def _asked_scale(text: str, chosen: ScoreColumn) -> Scale:
    return chosen.scale if text == chosen.scale.name and not chosen.percent else parse_scale(text)


def _forced(seen: list[Profile], name: object) -> ScoreColumn | None:
    """A score column that a person chose: whatever it holds is read, and what cannot be read is counted."""
    for profile in seen:
        if profile.name == name:
            answers = profile.answers
            if answers.grouped > answers.scored:
                return ScoreColumn(profile.name, Scale(words=True), 100.0)
            scale, doubts = scale_of(profile)
            return ScoreColumn(profile.name, scale, 100.0, doubts=tuple(doubts))
    return None


def _checked(table: Table, said: dict[str, object]) -> dict[str, object]:
    """The caller's mapping with each column under its own name.

    Raises
    ------
    MappingError
        A role or a column that does not exist.
    """
    roles = {role.name for role in fields(Mapping)}
    found: dict[str, object] = {}
    for role, value in said.items():
        if role not in roles:
            raise MappingError(f"There is no role “{role}”.", hint=f"Roles are {', '.join(sorted(roles))}.")
        if role in _ROLE_LISTS:
            several = [value] if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]
            found[role] = tuple(_column(table, str(one), role) for one in several)
        else:
            found[role] = None if value is None else _column(table, str(value), role)
    return found


def _column(table: Table, wanted: str, role: str) -> str:
    if (name := _find(table, wanted)) is not None:
        return rows_of.stored_name(name, Mapping()) if role == "attributes" else name
    close = [name for name in table.names if plain(wanted) in plain(name) or plain(name) in plain(wanted)]
    shown = close or list(table.names)
    raise MappingError(
        f"The mapping names “{wanted}” as {role}, but the file has no such column.",
        hint="It has " + ", ".join(f"“{name}”" for name in shown[:8]) + ("…" if len(shown) > 8 else "."),  # noqa: PLR2004
    )


def _changed(mapping: Mapping, said: dict[str, object]) -> Mapping:
    """A mapping with roles overridden; a column that got a new role loses the one it was found for."""
    claimed = {value for value in said.values() if isinstance(value, str)}
    claimed |= {one for role in ("csat", "ces") for one in said.get(role, ())}  # type: ignore[attr-defined]
    kept = {
        role.name: None
        for role in fields(Mapping)
        if role.name not in _ROLE_LISTS and getattr(mapping, role.name) in claimed
    }
    specials = {"persona", "phase", "touchpoint"}
    claimed_by_main = {said[role] for role in said if role not in specials and isinstance(said[role], str)}
    stored = {rows_of.stored_name(str(name), mapping) for name in claimed_by_main}
    lists = {
        role: tuple(one for one in getattr(mapping, role) if one not in stored and one not in claimed_by_main)
        for role in _ROLE_LISTS
    }
    merged = replace(mapping, **kept, **lists)
    merged = replace(merged, **said)  # type: ignore[arg-type]
    extra = tuple(
        one for role in sorted(specials) if (one := getattr(merged, role)) and one not in merged.attributes and role in said
    )
    gone = {role: None for role in specials if (one := getattr(merged, role)) and one not in (*merged.attributes, *extra)}
    return replace(merged, attributes=(*merged.attributes, *extra), **gone)


def _measures(seen: list[Profile], mapping: Mapping) -> tuple[Measure, ...]:
    found = {measure.column: measure for measure in find_measures(seen)}
    measures = []
    for kind, names in (("csat", mapping.csat), ("ces", mapping.ces)):
        for name in names:
            known = found.get(name)
            low, high = (known.low, known.high) if known else (1, 5)
            measures.append(Measure(name, kind, low, high))
    return tuple(measures)


def _no_question(table: Table, seen: list[Profile], verdict: Verdict, name: str) -> NoNPSQuestion:
    """The refusal, with what was looked at."""
    where = f"“{name}”" + (f", sheet “{table.title}”," if table.title else "")
    if verdict.refused:
        looked = "; ".join(verdict.refused[:3]) + "."
    else:
        looked = (
            f"None of its {len(seen)} columns asks for a recommendation and holds scores from 0 to 10 or "
            "promoter, passive and detractor."
        )
    return NoNPSQuestion(
        f"No NPS question found in {where} ({len(table):,} rows): {looked[0].lower() + looked[1:] if not verdict.refused else looked}",
        hint="If a column does hold 0-10 answers, choose it as the score and say its scale.",
        columns=table.names,
        preview=tuple(table.head(PREVIEW_ROWS)),
    )


def _survey(
    table: Table,
    mapping: Mapping,
    chosen: ScoreColumn,
    measures: tuple[Measure, ...],
    told: tuple[str, str, str, str],
    tables: Sequence[Table],
) -> Survey:
    name, digest, layout, repeats = told
    scored = rows_of.read_scores(table.column(chosen.name), chosen.scale, percent=chosen.percent)
    status = rows_of.status_reasons(table, mapping.status, layout)
    why = np.where(status > 0, status, scored.why)
    dates = rows_of.column_dates(table, mapping)
    everything = rows_of.frame(table, mapping, scored, dates, measures)
    why = repeated(everything, why, repeats)
    kept = everything[why == 0].reset_index(drop=True) if why.any() else everything
    kept["group"] = kept["group"].astype(everything["group"].dtype)
    shown = replace(mapping, attributes=tuple(name for name in mapping.attributes))
    return Survey(
        name=name,
        digest=digest,
        responses=kept,
        mapping=shown,
        scale=chosen.scale,
        rows=_row_account(table, why, chosen.name),
        left_out=_left_out(table, why),
        preview=pd.DataFrame(table.head(PREVIEW_ROWS), columns=list(table.names), dtype="str"),
        layout=f"{layout} ({table.origin}{', sheet ' + table.title if len(tables) > 1 else ''})",
        doubts=tuple(_doubts(table, chosen, mapping, dates, kept, tables)),
        measures=measures,
        repeats=repeats,
        columns=table.names,
    )


def _row_account(table: Table, why: np.ndarray, score: str) -> RowAccount:
    """Rows of the table and records that could not become rows, each with its reason."""
    gone = np.flatnonzero(why)
    cells = rows_of.take_text(table.column(score), gone)
    parts = list(rows_of.account_for(why[gone], table.numbers[gone], cells))
    lost = table.problems
    for reason in dict.fromkeys(problem.reason for problem in lost):
        of_reason = [problem for problem in lost if problem.reason == reason]
        examples = tuple((problem.record, problem.what) for problem in of_reason[: rows_of.EXAMPLES])
        old = next((part for part in parts if part.reason == reason), LeftOut(reason, 0))
        parts = [part for part in parts if part.reason != reason]
        parts.append(LeftOut(reason, old.count + len(of_reason), (*examples, *old.examples)[: rows_of.EXAMPLES]))
    return RowAccount(len(table) + len(lost), int((why == 0).sum()), tuple(parts))


def _left_out(table: Table, why: np.ndarray) -> pd.DataFrame:
    """The rows that are not among the responses, with the reason and the file's own cells."""
    gone = np.flatnonzero(why)
    width = len(table.columns)
    lost = [problem.cells[:width] + ("",) * (width - len(problem.cells[:width])) for problem in table.problems]
    found: dict[str, object] = {
        "row": [*table.numbers[gone].tolist(), *(problem.record for problem in table.problems)],
        "why": [*(LEFT_OUT_REASONS[code - 1] for code in why[gone]), *(problem.reason for problem in table.problems)],
    }
    for place, column in enumerate(table.columns):
        key = column.name if column.name not in ("row", "why") else f"{column.name} (column)"
        found[key] = pd.Series([*rows_of.take_text(column, gone), *(cells[place] for cells in lost)], dtype="str")
    return pd.DataFrame(found)


def _doubts(
    table: Table, chosen: ScoreColumn, mapping: Mapping, dates: rows_of.Dates | None, kept: pd.DataFrame, tables: Sequence[Table]
) -> list[str]:
    """Sentences about what could have been read otherwise."""
    found = [*table.notes, *chosen.doubts]
    if dates is not None:
        found += [dates.doubt] if dates.doubt else []
        unread = dates.unread[np.isin(table.numbers[dates.unread], kept["row"].to_numpy())]
        found += [_unread_dates(table, mapping, unread, len(kept))] if len(unread) else []
    if mapping.reason is not None and len(kept) and kept["comment"].isna().all():
        found.append(f"No response has a comment: “{mapping.reason}” is blank throughout.")
    others = [other.title for other in tables if other is not table]
    if others:
        found.append(f"Only the sheet “{table.title}” was read; the workbook also has {', '.join(f'“{one}”' for one in others)}.")
    return found


def _unread_dates(table: Table, mapping: Mapping, unread: np.ndarray, kept: int) -> str:
    example = rows_of.take_text(table.column(str(mapping.date)), unread[:1])[0]
    return (
        f"{len(unread):,} of {kept:,} dates in “{mapping.date}” could not be read, such as “{example[:40]}” "
        f"in row {int(table.numbers[unread[0]])}; those responses are kept, without a date."
    )
