"""The command line: `python -m nps_core summary FILE`.

Exit code 0, or 2 with the error on stderr for a file without NPS or one that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from nps_core.errors import MappingError, NPSError
from nps_core.reading import read_survey
from nps_core.score.estimate import estimate, shares
from nps_core.words import format_count, score_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.estimate import Estimate
    from nps_core.survey import Survey

_LISTS = ("attributes", "csat", "ces")  # the roles that several columns can play


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        survey = read_survey(
            asked.file, mapping=_mapping(asked.map), scale=asked.scale, repeats=asked.repeats
        )
    except NPSError as error:
        print(f"{asked.file}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{asked.file}: {error.strerror or error}.", file=sys.stderr)
        return 2
    groups = survey.responses["group"].value_counts()
    score = estimate(*(int(groups[group]) for group in ("promoter", "passive", "detractor")))
    if asked.json:
        print(json.dumps(_as_json(survey, score), ensure_ascii=False, indent=2))
    else:
        print(_as_text(survey, score))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nps_core", description="Net Promoter Score of a survey export."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    summary = commands.add_parser(
        "summary",
        help="NPS, interval, n, groups, row account and mapping of a file",
        description="Read a survey export (csv, tsv, xlsx, ...) and print its NPS and how the file was read.",
    )
    summary.add_argument("file", metavar="FILE", help="the export of a survey tool")
    summary.add_argument("--json", action="store_true", help="print JSON instead of text")
    summary.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help="the column that plays a role: score, reason, date, respondent, account, persona, phase, touchpoint,"
        " status, attributes, csat, ces; an empty COLUMN for none; attributes, csat and ces may be given repeatedly",
    )
    summary.add_argument(
        "--scale", metavar="SCALE", help="the scale of the answers, such as 0-10, 1-10, 1-7 or 1-5"
    )
    summary.add_argument(
        "--repeats",
        choices=["all", "latest", "latest per period"],
        default="all",
        help="what to do with several responses of one respondent (default: all)",
    )
    return parser


def _mapping(pairs: Sequence[str]) -> dict[str, Any] | None:
    said: dict[str, Any] = {}
    for pair in pairs:
        role, equals, column = pair.partition("=")
        if not equals:
            raise MappingError(f"--map wants ROLE=COLUMN, not “{pair}”.")
        if role in _LISTS:
            said.setdefault(role, []).extend([column] if column else [])
        else:
            said[role] = column or None
    return said or None


def _as_json(survey: Survey, score: Estimate) -> dict[str, Any]:
    mapping, rows = survey.mapping, survey.rows
    none = not score.n
    return {
        "file": survey.name,
        "nps": None if none else round(float(score.nps), 4),
        "low": None if none else round(float(score.low), 4),
        "high": None if none else round(float(score.high), 4),
        "n": int(score.n),
        "promoters": int(score.promoters),
        "passives": int(score.passives),
        "detractors": int(score.detractors),
        "rows": {
            "read": rows.read,
            "kept": rows.kept,
            "left_out": {part.reason: part.count for part in rows.left_out},
        },
        "mapping": {
            "score": mapping.score,
            "reason": mapping.reason,
            "date": mapping.date,
            "respondent": mapping.respondent,
            "account": mapping.account,
            "attributes": list(mapping.attributes),
            "persona": mapping.persona,
            "phase": mapping.phase,
            "touchpoint": mapping.touchpoint,
            "csat": list(mapping.csat),
            "ces": list(mapping.ces),
            "status": mapping.status,
        },
        "scale": survey.scale.name,
        "layout": survey.layout,
        "doubts": list(survey.doubts),
        "choices": {
            choice.role: [{"column": one.column, "reason": one.reason} for one in choice.candidates]
            for choice in survey.choices
        },
    }


def _as_text(survey: Survey, score: Estimate) -> str:
    promoters, passives, detractors = shares(*score.groups)
    mapping = survey.mapping
    lines = [
        survey.name,
        score_sentence(score),
        f"Promoters {promoters}%, passives {passives}%, detractors {detractors}%",
        "",
        f"Layout: {survey.layout}; scale {survey.scale.name}",
        f"Rows: {format_count(survey.rows.read)} read = {format_count(survey.rows.kept)} kept"
        + "".join(f" + {format_count(part.count)} {part.reason}" for part in survey.rows.left_out),
        "Columns:",
        *(
            f"  {role}: {value if isinstance(value, str) else ', '.join(value)}"
            for role in (*_SINGLE, *_LISTS)
            if (value := getattr(mapping, role))
        ),
        *(f"Doubt: {doubt}" for doubt in survey.doubts),
    ]
    return "\n".join(lines)


_SINGLE = ("score", "reason", "date", "respondent", "account", "persona", "phase", "touchpoint", "status")


if __name__ == "__main__":
    sys.exit(main())
