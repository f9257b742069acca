"""The command line: `nps summary FILE`, `nps report FILE --to OUT.pptx`, `nps workspace ...`; or `python -m nps_core`.

Exit code 0, or 2 with the error on stderr for a file without NPS, one that cannot be read, or a report that cannot be
made as asked; 3 when a warning of a fall stands and `nps summary --warn` asked for it.
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nps_core.column_profile import doubt_words, kept_words
from nps_core.corrections import LISTS, ROLES, repeat_policies
from nps_core.errors import CostError, MappingError, NoNPSQuestion, NPSError
from nps_core.formatting import format_count, format_nps, with_interval
from nps_core.reading import read_survey
from nps_core.report import command
from nps_core.scope import Scope
from nps_core.score.estimate import shares
from nps_core.score.sample import nps_of
from nps_core.seen import seen_by
from nps_core.survey import ASK_SECONDS
from nps_core.trends.story import find_story
from nps_core.workspace import command as workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.score.estimate import Estimate
    from nps_core.survey import RowAccount, Scale, Survey
    from nps_core.trends.story_result import Story

_QUIET_SECONDS = 1.0
_WARNED = 3
_SINGLE = tuple(role for role in ROLES if role not in LISTS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "workspace":
            return workspace.run(asked)
        survey = _read(asked) if asked.table is None else _connected(asked)
        if asked.viewer is not None:
            survey = seen_by(survey, workspace.viewer_named(asked.viewer, asked.workspace))
        return _run(asked, survey)
    except NPSError as error:
        print(f"{error.file or _what(asked)}: {error}{_proposal(error)}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or _what(asked)}: {error.strerror or error}.", file=sys.stderr)
    return 2


def _run(asked: argparse.Namespace, survey: Survey) -> int:
    """Run a command; where a table would be asked for long, once somebody has said so."""
    command_ = _COMMANDS[asked.command]
    try:
        return command_(asked, survey)
    except CostError as error:
        assert survey.elsewhere is not None  # noqa: S101 - it costs only where it is
        _agree(error)
        survey.elsewhere.allow_all()
        return command_(asked, survey)


def _agree(error: CostError) -> None:
    """Ask whoever is at the terminal.

    Raises
    ------
    CostError
        They do not say yes, or nobody is there.
    """
    if sys.stdin.isatty():
        print(f"{error.message} Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise CostError(error.message, hint="Add --yes to ask all the same.", seconds=error.seconds)


def _read(asked: argparse.Namespace) -> Survey:
    return read_survey(
        asked.file,
        mapping=_mapping(asked.map),
        scale=asked.scale,
        repeats=asked.repeats.replace("-", " "),
        encoding=asked.encoding,
        progress=None if getattr(asked, "quiet", False) else _progress(),
    )


def _connected(asked: argparse.Namespace) -> Survey:
    """A table of a database; FILE is its address then.

    Raises
    ------
    CostError
        It is large, and nobody said that it may be connected.
    MappingError
        What is asked for can only be done with the rows of a file.
    """
    from nps_core.engine import connect, look_at  # noqa: PLC0415 - no file needs a database

    if asked.repeats != "all" or asked.encoding is not None:
        raise MappingError("--repeats and --encoding are for files; of a table every response counts.")
    if not asked.yes:
        size = look_at(asked.file, asked.table, timeout=asked.timeout)
        if size.is_much:
            _agree(CostError(size.words))
    return connect(
        asked.file,
        asked.table,
        mapping=_mapping(asked.map),
        scale=asked.scale,
        timeout=asked.timeout,
        show_names=asked.show_names,
        most_seconds=None if asked.yes else ASK_SECONDS,
        all_comments=asked.all_comments,
    )


def _what(asked: argparse.Namespace) -> str:
    """What a command is about; never the address of a database, which may name a user."""
    return str(getattr(asked, "table", None) or getattr(asked, "file", asked.command))


def _proposal(error: NPSError) -> str:
    """How to read the file with the only column that could be the score; "" where there is none, or several."""
    columns = error.could_be if isinstance(error, NoNPSQuestion) else ()
    return f" To do so, add --map {shlex.quote(f'score={columns[0]}')}" if len(columns) == 1 else ""


def _summary(asked: argparse.Namespace, survey: Survey) -> int:
    scope = Scope(survey)
    story = find_story(scope)
    score = nps_of(scope)
    if asked.json:
        print(json.dumps({**_as_json(survey, score), **_story_as_json(story)}, ensure_ascii=False, indent=2))
    else:
        print(_as_text(survey, score, story))
    return _WARNED if asked.warn and story.warned else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nps", description="Net Promoter Score of a survey export.")
    commands = parser.add_subparsers(dest="command", required=True)
    summary = commands.add_parser(
        "summary",
        help="NPS, interval, n, groups, the story of its trend, row account and mapping of a file",
        description=(
            "Read a survey export (csv, tsv, xlsx, ods, sav, ...) and print its NPS, what it did over time, and how"
            " the file was read."
        ),
        epilog=(
            "Exit code 0; 3 with --warn while an early warning of a fall stands; 2 with the reason on stderr:"
            " a file without NPS or one that cannot be read, a"
            " column, a role or a scale that does not exist. What takes over a second is told on stderr as it"
            " goes."
        ),
    )
    summary.add_argument("file", metavar="FILE", help="the export of a survey tool")
    summary.add_argument("--json", action="store_true", help="print JSON instead of text")
    summary.add_argument(
        "--warn",
        action="store_true",
        help="exit with code 3 while an early warning of a fall stands, for cron",
    )
    report = commands.add_parser(
        "report",
        help="a deck, a workbook, a page or a PDF of a file",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(report)
    workspace.add_arguments(
        commands.add_parser(
            "workspace",
            help="what is kept: surveys, their waves, erasing, retention, backups",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    for parser_of_one in (summary, report):
        _add_reading(parser_of_one)
        _add_table(parser_of_one)
        _add_viewer(parser_of_one)
        _add_encoding(parser_of_one)
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """How the file is to be read, the same for every command."""
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help=(
            f"the column that plays a role: {', '.join((*_SINGLE, *LISTS))}; COLUMN is its name, its"
            " question text, or how one alone of them begins; an empty COLUMN for none; attributes, csat and"
            " ces may be given repeatedly, and so may reason, for columns of comments that are read as one"
        ),
    )
    parser.add_argument(
        "--scale",
        metavar="SCALE",
        help=(
            "the scale of the answers, such as 0-10, 1-10, 1-7 or 1-5; with cut-offs as 1-7:3/6 (detractors"
            " to 3, promoters from 6)"
        ),
    )
    parser.add_argument(
        "--repeats",
        choices=["all", "latest", "latest-per-period", "latest per period"],
        metavar="{all,latest,latest-per-period}",
        default="all",
        help="which responses of one respondent count; a period is a quarter (default: all)",
    )


def _add_table(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--table",
        metavar="TABLE",
        help=(
            "a table or view of a database, which counts its responses where they are; FILE is the address of the"
            " database then, or env:NAME for the variable of the environment that holds it: see docs/engine.md"
        ),
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long one statement may take (default: 60)",
    )
    parser.add_argument(
        "--show-names",
        action="store_true",
        help="let accounts leave the database by their names, not under pseudonyms",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help=(
            f"ask a table for as long as it takes; without, what takes over {ASK_SECONDS:.0f} seconds is asked about on"
            " a terminal first, and refused elsewhere"
        ),
    )
    parser.add_argument(
        "--all-comments",
        action="store_true",
        help="count themes in every comment and not in a sample: only Spark can, and it may take long",
    )


def _add_viewer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="viewer",
        metavar="WHO",
        help="what somebody with a role sees of the file, by their name or subject: see docs/access.md",
    )
    parser.add_argument(
        "--workspace", metavar="WHERE", help="where the roles stand (default: as for `nps workspace`)"
    )


def _add_encoding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        help=(
            "the encoding of a text file, such as UTF-8, Windows-1250 or Shift-JIS (default: as the file"
            " tells)"
        ),
    )


def _progress() -> Callable[[str, float], None]:
    """Tell how far the reading is, on stderr, once it has taken over a second; each step once."""
    began = time.monotonic()
    told: set[str] = set()

    def tell(step: str, share: float) -> None:
        if time.monotonic() - began > _QUIET_SECONDS and step not in told:
            told.add(step)
            print(f"{share:4.0%} {step} ...", file=sys.stderr)

    return tell


def _mapping(pairs: Sequence[str]) -> dict[str, Any] | None:
    said: dict[str, Any] = {}
    for pair in pairs:
        role, equals, column = pair.partition("=")
        if not equals:
            raise MappingError(f"--map wants ROLE=COLUMN, not “{pair}”.")
        if role in LISTS:
            said.setdefault(role, []).extend([column] if column else [])
        elif role == "reason" and said.get(role) and column:
            before = said[role]
            said[role] = [*(before if isinstance(before, list) else [before]), column]
        else:
            said[role] = column or None
    return said or None


def _as_json(survey: Survey, score: Estimate) -> dict[str, Any]:
    mapping, rows = survey.mapping, survey.rows
    none = not score.n
    return {
        "file": survey.name,
        "as_of": None if survey.elsewhere is None else survey.elsewhere.as_of.isoformat(timespec="seconds"),
        "nps": None if none else round(float(score.nps), 4),
        "low": None if none else round(float(score.low), 4),
        "high": None if none else round(float(score.high), 4),
        "n": int(score.n),
        "promoters": int(score.promoters),
        "passives": int(score.passives),
        "detractors": int(score.detractors),
        "design": {
            "unit": score.unit,
            "clusters": int(score.clusters),
            "effective_n": _rounded(score.n_eff),
        },
        "rows": {
            "read": rows.read,
            "kept": rows.kept,
            "left_out": {part.reason: part.count for part in rows.left_out},
        },
        "nps_with": {part.reason: _rounded(rows.nps_with(part)) for part in rows.left_out},
        "status_words": [asdict(word) for word in rows.status_words],
        "mapping": {
            **{role: getattr(mapping, role) for role in _SINGLE},
            **{role: list(getattr(mapping, role)) for role in LISTS},
        },
        "scale": survey.scale.name,
        "cut_offs": (
            None
            if survey.scale.words
            else {"detractor_to": survey.scale.detractor_to, "promoter_from": survey.scale.promoter_from}
        ),
        "layout": survey.layout,
        "encoding": survey.encoding or None,
        "columns": [
            {
                "column": use.column,
                "state": use.state,
                "roles": list(use.roles),
                "could_be": list(use.could_be),
                "sentence": use.sentence,
            }
            for use in survey.column_uses
        ],
        "doubts": [
            {"text": doubt.text, "nps_could_be": _rounded(doubt.nps_could_be)} for doubt in survey.doubts
        ],
        "policies": [
            {
                "policy": one.policy,
                "nps": _rounded(one.estimate.nps),
                "low": _rounded(one.estimate.low),
                "high": _rounded(one.estimate.high),
                "n": int(one.estimate.n),
            }
            for one in repeat_policies(survey)
        ],
        "choices": {
            choice.role: [{"column": one.column, "reason": one.reason} for one in choice.candidates]
            for choice in survey.choices
        },
    }


def _story_as_json(story: Story) -> dict[str, Any]:
    """What changed and since when, the level that holds now, and the warning of a fall; null for what is not."""
    change, today, standing = story.change, story.today, story.standing
    return {
        "story": {
            "kind": story.kind,
            "period": story.period,
            "start": None if story.start is None else story.days(story.start, story.start)[0].isoformat(),
            "size": _rounded(change.points) if change else None,
            "low": _rounded(change.low) if change else None,
            "high": _rounded(change.high) if change else None,
            "sentence": story.headline[0],
        },
        "today": today
        and {"nps": _rounded(today.nps), "low": _rounded(today.low), "high": _rounded(today.high)},
        "warning": {"since": story.days(standing.since, standing.since)[0].isoformat()}
        if standing and story.warned
        else None,
    }


def _rounded(points: float | None) -> float | None:
    return None if points is None or math.isnan(points) else round(float(points), 4)


def _rows_line(survey: Survey) -> str:
    """Every row of the file accounted for; of a part of it its responses alone."""
    if survey.seen is not None:
        return f"Rows: {kept_words(survey)}"
    left_out = "".join(f" + {format_count(part.count)} {part.reason}" for part in survey.rows.left_out)
    return f"Rows: {format_count(survey.rows.read)} read = {format_count(survey.rows.kept)} kept{left_out}"


def _effects(rows: RowAccount) -> list[str]:
    """What the rows left out for each reason would make of the NPS, a line each."""
    found = [(part, rows.nps_with(part)) for part in rows.left_out]
    return [
        f"  with the {format_count(part.count)} {part.reason}: NPS {format_nps(nps)}"
        for part, nps in found
        if nps is not None
    ]


def _cut_offs(scale: Scale) -> str:
    if scale.words:
        return ""
    return f" (detractors to {scale.detractor_to}, promoters from {scale.promoter_from})"


def _as_text(survey: Survey, score: Estimate, story: Story) -> str:
    promoters, passives, detractors = shares(*score.groups)
    mapping = survey.mapping
    lines = [
        survey.name,
        *([] if survey.elsewhere is None else [Scope(survey).source]),
        score.sentence,
        *story.headline,
        f"Promoters {promoters}%, passives {passives}%, detractors {detractors}%",
        "",
        f"Layout: {survey.layout}; scale {survey.scale.name}{_cut_offs(survey.scale)}",
        _rows_line(survey),
        *_effects(survey.rows),
        "Columns:",
        *(
            f"  {role}: {value if isinstance(value, str) else ', '.join(value)}"
            for role in (*_SINGLE, *LISTS)
            if (value := getattr(mapping, role))
        ),
        *(
            f"Counting {one.policy}: "
            f"NPS {with_interval(one.estimate.nps, one.estimate.low, one.estimate.high)}, n"
            f" {format_count(one.estimate.n)}"
            for one in repeat_policies(survey)
        ),
        *(f"Doubt: {doubt_words(doubt)}" for doubt in survey.doubts),
    ]
    return "\n".join(lines)


_COMMANDS = {"summary": _summary, "report": command.run}


if __name__ == "__main__":
    sys.exit(main())
