"""The command `workspace`: what is kept, from a terminal or for a job that runs every night."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nps_core.column_profile import doubt_words
from nps_core.days import today
from nps_core.errors import AccessError, WaveError, WorkspaceError
from nps_core.formatting import format_count, format_day, plural, with_interval
from nps_core.link import read_day
from nps_core.masking import MASKS
from nps_core.viewer import ROLES, Viewer
from nps_core.workspace.place import VARIABLE, is_there, usual_place

# What brings SQLAlchemy is imported where it is needed: other commands have no use for it.

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from nps_core.workspace.files import WaveFile
    from nps_core.workspace.values import Figures, KeptSurvey
    from nps_core.workspace.workspace import Workspace

_ABOUT = f"""\
Keep surveys and their waves, delete what has to go, and look after the place where they are.

The workspace is a SQLite file or a PostgreSQL database: --workspace, else what {VARIABLE} names, else
~/.nps-dashboard/workspace.sqlite. A survey is named by its link or its name. What deletes something says what it
would delete, and does so with --yes.
"""
_EXAMPLES = """\
examples:
  nps workspace keep q1.csv q2.csv --name Customers
  nps workspace keep q3.csv --to Customers --by Ana
  nps workspace import exports/ --name Customers
  nps workspace erase Customers ana@firm.example --yes
  nps workspace retention Customers --comments 24 --responses 60
  nps workspace retention --apply
  nps workspace backup friday.sqlite
  nps workspace restore friday.sqlite --workspace postgresql://nps@localhost/nps
  nps workspace roles --issuer https://login.firm.example --subject 8f3a --role admin --name Ana
  nps workspace roles --issuer https://login.firm.example --subject 11c2 --role viewer --filter Region=EU --mask names
"""
_NONE = 2
"""The exit code where something is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command to a parser."""
    parser.description, parser.epilog = _ABOUT, _EXAMPLES
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--workspace", metavar="WHERE", help="a path, or postgresql://user@host/database")
    sure = argparse.ArgumentParser(add_help=False, parents=[where])
    sure.add_argument("--yes", action="store_true", help="delete; without it only say what would be deleted")
    sure.add_argument("--by", default="", metavar="NAME", help="who does it, for the receipt")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def add(name: str, does: str, of: argparse.ArgumentParser = where) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.", parents=[of])

    add("list", "list the kept surveys")
    waves = add("waves", "list the waves of a survey")
    keep = add("keep", "keep files as the waves of a survey, the oldest first")
    keep.add_argument("files", metavar="FILE", nargs="+", type=Path)
    from_folder = add("import", "keep every file of a folder as the waves of one survey, the oldest first")
    from_folder.add_argument("folder", metavar="FOLDER", type=Path)
    for one in (keep, from_folder):
        one.add_argument("--name", default="", help="what the survey is called (default: as its first file)")
        one.add_argument("--to", metavar="SURVEY", help="the kept survey to add them to")
        one.add_argument("--by", default="", metavar="NAME", help="who keeps them")
        one.add_argument("--look", action="store_true", help="say how each file is read, and keep nothing")
    erase = add("erase", "delete all that a survey holds of a respondent, by id or e-mail address", sure)
    delete = add("delete", "delete a survey, or one of its waves", sure)
    retention = add("retention", "say or set for how long a survey is kept, or delete what is too old")
    for one in (waves, erase, delete):
        one.add_argument("survey", metavar="SURVEY")
    erase.add_argument("respondent", metavar="WHO", help="the whole id or e-mail address, never a name")
    delete.add_argument("--wave", metavar="NAME", help="only this wave")
    retention.add_argument("survey", metavar="SURVEY", nargs="?")
    retention.add_argument("--comments", type=int, metavar="MONTHS", help="take comments out after so long")
    retention.add_argument("--responses", type=int, metavar="MONTHS", help="delete responses after so long")
    retention.add_argument("--by", default="", metavar="NAME", help="who does it, for the receipt")
    retention.add_argument("--none", action="store_true", help="keep the survey for ever")
    retention.add_argument(
        "--apply", action="store_true", help="carry out the rules of all surveys, for cron"
    )
    retention.add_argument(
        "--today", metavar="D", help="the day to count from, as 2026-03-31 (default: today)"
    )
    backup = add("backup", "copy the workspace into a new file")
    backup.add_argument("file", metavar="FILE", type=Path)
    restore = add("restore", "copy a backup into a workspace that is empty")
    restore.add_argument("file", metavar="FILE", type=Path)
    add("check", "read everything, and say what is damaged")
    roles = add("roles", "list who may see what, give somebody a role, or take it")
    roles.add_argument("--issuer", default="", help="of the login, such as https://login.firm.example")
    roles.add_argument(
        "--subject", default="", help="whom the issuer calls so; it stands on the page that refused them"
    )
    roles.add_argument("--role", choices=ROLES, help="the role to give; with --none take the one they have")
    roles.add_argument("--name", default="", help="who it is, to be read by people")
    roles.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="all that they see; may be repeated",
    )
    roles.add_argument(
        "--mask", action="append", default=[], choices=MASKS, help="what is masked; may be repeated"
    )
    roles.add_argument(
        "--smallest",
        type=int,
        default=0,
        metavar="N",
        help="tell no group of fewer responses apart; 5 is usual",
    )
    roles.add_argument("--none", action="store_true", help="take their role")
    audit = add("audit", "list who did what")
    audit.add_argument("--most", type=int, default=200, metavar="N", help="the last N lines (default: 200)")


def run(asked: argparse.Namespace) -> int:
    """Carry out one action; returns the exit code.

    Raises
    ------
    NPSError
        What is wrong, in words.
    """
    from nps_core.workspace.workspace import Workspace  # noqa: PLC0415 - see the imports

    where = asked.workspace or usual_place()
    if where is None:
        raise WorkspaceError(f"{VARIABLE} turns the workspace off.", hint="Name one with --workspace.")
    if asked.action == "restore":
        print(f"Restored into “{Workspace.restore(asked.file, where).name}”.")
        return 0
    if asked.action not in ("keep", "import", "roles") and not is_there(where):
        raise WorkspaceError(f"There is no workspace at {where}.", hint="`nps workspace keep` makes one.")
    return _ACTIONS[asked.action](asked, Workspace.open(where))


def viewer_named(who: str, workspace: str | None = None) -> Viewer:
    """The role of somebody, by their name or subject.

    Raises
    ------
    AccessError
        Nobody has it, or several have.
    WorkspaceError
        It cannot be read.
    """
    from nps_core.workspace import roles  # noqa: PLC0415 - see the imports
    from nps_core.workspace.workspace import Workspace  # noqa: PLC0415 - see the imports

    where = workspace or usual_place()
    people = roles.people(Workspace.open(where).engine) if where and is_there(where) else ()
    found = [one.viewer for one in people if who in (one.subject, one.viewer.name)]
    if len(found) != 1:
        raise AccessError(
            f"{'Several people have' if found else 'Nobody has'} a role under the name or subject “{who}”.",
            hint="`nps workspace roles` lists who has one.",
        )
    return found[0]


def _list(_: argparse.Namespace, workspace: Workspace) -> int:
    rows = [
        (kept.name, plural(len(kept.waves), "wave"), plural(kept.n, "response"), _day(kept.last), kept.link)
        for kept in workspace.surveys()
    ]
    _print_table(rows)
    return 0


def _waves(asked: argparse.Namespace, workspace: Workspace) -> int:
    rows = [
        (
            wave.name,
            f"NPS {_nps(wave.figures)}",
            plural(wave.figures.n, "response"),
            f"{_day(wave.figures.first)} to {_day(wave.figures.last)}" if wave.figures.first else "no dates",
            f"added {format_day(wave.added.date())} by {wave.by or 'somebody'}",
        )
        for wave in _named(workspace, asked.survey).waves
    ]
    _print_table(rows)
    return 0


def _keep(asked: argparse.Namespace, workspace: Workspace) -> int:
    return _keep_files(asked, workspace, asked.files)


def _import(asked: argparse.Namespace, workspace: Workspace) -> int:
    files = sorted(
        path for path in asked.folder.iterdir() if path.is_file() and not path.name.startswith(".")
    )
    if not files:
        raise WorkspaceError(f"There is no file in {asked.folder}.", hint="Name the folder with the exports.")
    return _keep_files(asked, workspace, files)


def _keep_files(asked: argparse.Namespace, workspace: Workspace, paths: Sequence[Path]) -> int:
    """Read all, tell how, doubts first; then keep what can be, each file in a transaction of its own."""
    from nps_core.workspace.files import read_waves  # noqa: PLC0415 - see the imports

    kept = _named(workspace, asked.to) if asked.to else None
    like = partial(workspace.corrections, kept) if kept else None
    files = read_waves([(path.name, path.read_bytes()) for path in paths], like)
    for file in sorted(files, key=_to_look_at):
        print(_as_read(file))
    if asked.look:
        return 0
    troubles = sum(file.survey is None for file in files)
    for file in files:
        if file.survey is None:
            continue
        try:
            if kept is None:
                kept = workspace.keep(file.survey, asked.name, asked.by)
                told = [f"{plural(kept.n, 'response')} kept."]
            else:
                told = list(workspace.preview(kept, file.survey).sentences)
                workspace.add_wave(kept, file.survey, by=asked.by)
            print(f"{file.file}: {' '.join(told)}")
        except WaveError as error:
            # The others are kept nevertheless; and an import that was broken off can be started again.
            print(f"{file.file}: {error}", file=sys.stderr)
            troubles += 1
    if kept is not None:
        print(f"{kept.name}: {kept.link}")
    return _NONE if troubles else 0


def _as_read(file: WaveFile) -> str:
    """How a file was read: the doubts, then what is in it."""
    if file.survey is None:
        return f"{file.file}: not read. {file.error}"
    survey = file.survey
    doubts = [f"  Doubt: {doubt_words(doubt)}" for doubt in survey.doubts]
    score = f"score “{survey.mapping.score}” ({survey.scale.name})"
    rows = f"{format_count(survey.rows.read)} rows read, {format_count(survey.rows.kept)} kept"
    return "\n".join([f"{file.file}: {file.name}; {score}; {rows}", *doubts])


def _to_look_at(file: WaveFile) -> tuple[bool, float]:
    """What is to be looked at first: what could not be read, then what hangs most on how it was read."""
    doubts = file.survey.doubts if file.survey is not None else ()
    return file.survey is not None, -max((doubt.moves for doubt in doubts), default=-1.0)


def _erase(asked: argparse.Namespace, workspace: Workspace) -> int:
    kept = _named(workspace, asked.survey)
    if asked.yes:
        print(workspace.erase_respondent(kept, asked.respondent, asked.by).text(), end="")
        return 0
    return _would(f"“{kept.name}” holds: {workspace.find_respondent(kept, asked.respondent).sentence}")


def _delete(asked: argparse.Namespace, workspace: Workspace) -> int:
    kept = _named(workspace, asked.survey)
    if asked.wave is None:
        if asked.yes:
            print(workspace.delete_survey(kept, asked.by).text(), end="")
            return 0
        return _would(
            f"“{kept.name}” holds {plural(kept.n, 'response')} in {plural(len(kept.waves), 'wave')}."
        )
    wave = next((one for one in kept.waves if one.name.casefold() == asked.wave.casefold()), None)
    if wave is None:
        names = ", ".join(f"“{one.name}”" for one in kept.waves)
        raise WaveError(f"“{kept.name}” has no wave “{asked.wave}”.", hint=f"Its waves are {names}.")
    if asked.yes:
        print(workspace.delete_wave(kept, wave, asked.by).text(), end="")
        return 0
    return _would(f"“{wave.name}” of “{kept.name}” holds {plural(wave.figures.n, 'response')}.")


def _would(what: str) -> int:
    print(what)
    print("Nothing was deleted; add --yes to delete it.")
    return 0


def _retention(asked: argparse.Namespace, workspace: Workspace) -> int:
    from nps_core.workspace.values import Retention  # noqa: PLC0415 - see the imports

    today = _today(asked.today)
    if asked.survey is not None:
        kept = _named(workspace, asked.survey)
        months = (None, None) if asked.none else (asked.comments, asked.responses)
        if asked.none or months != (None, None):
            workspace.set_retention(kept, Retention(*months))
        rule = workspace.retention(kept)
        due = workspace.due(kept, rule, today)
        print(f"{kept.name}: {rule.sentence} {'Too old today: ' + due.counted + '.' if due else ''}".rstrip())
    if asked.apply:
        for receipt in workspace.apply_retention(today, asked.by):
            print(receipt.sentence)
    return 0


def _backup(asked: argparse.Namespace, workspace: Workspace) -> int:
    workspace.backup(asked.file)
    print(asked.file)
    return 0


def _check(_: argparse.Namespace, workspace: Workspace) -> int:
    problems = workspace.check()
    print("\n".join(problems) or f"“{workspace.name}” is sound.")
    return _NONE if problems else 0


def _roles(asked: argparse.Namespace, workspace: Workspace) -> int:
    from nps_core.workspace import roles  # noqa: PLC0415 - see the imports

    if asked.none:
        roles.take_role(workspace.engine, asked.issuer, asked.subject)
    elif asked.role:
        filters = roles.read_filters(asked.filter)
        viewer = Viewer(asked.name, asked.role, filters, tuple(dict.fromkeys(asked.mask)), asked.smallest)
        roles.give_role(workspace.engine, roles.Person(asked.issuer, asked.subject, viewer))
    _print_table(
        (one.viewer.name, one.viewer.role, one.viewer.words or "all", one.subject, one.issuer)
        for one in roles.people(workspace.engine)
    )
    return 0


def _audit(asked: argparse.Namespace, workspace: Workspace) -> int:
    from nps_core.workspace import audit  # noqa: PLC0415 - see the imports

    for entry in audit.entries(workspace.engine, asked.most):
        print(f"{entry.when:%Y-%m-%d %H:%M:%S} UTC  {entry.sentence}")
    return 0


_ACTIONS: dict[str, Callable[[argparse.Namespace, Workspace], int]] = {
    "list": _list,
    "waves": _waves,
    "keep": _keep,
    "import": _import,
    "erase": _erase,
    "delete": _delete,
    "retention": _retention,
    "backup": _backup,
    "check": _check,
    "roles": _roles,
    "audit": _audit,
}


def _named(workspace: Workspace, named: str) -> KeptSurvey:
    """The kept survey of a link or a name.

    Raises
    ------
    WorkspaceError
        There is none, or several have this name.
    """
    surveys = workspace.surveys()
    found = [kept for kept in surveys if named == kept.link or named.casefold() == kept.name.casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{kept.name}”" for kept in surveys) or "none yet"
    what = "Several surveys have" if found else "No kept survey has"
    raise WorkspaceError(
        f"{what} the link or name “{named}”.",
        hint="Use the link, which `nps workspace list` tells." if found else f"There are: {names}.",
    )


def _today(text: str | None) -> dt.date:
    if text is None:
        return today()
    try:
        return read_day(text)
    except ValueError as error:
        raise WorkspaceError(f"“{text}” is no day.", hint="Write it as 2026-03-31.") from error


def _nps(figures: Figures) -> str:
    if not figures.n:
        return "none"
    return with_interval(figures.nps, figures.low, figures.high)


def _day(day: dt.date | None) -> str:
    return format_day(day) if day else "no dates"


def _print_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Rows with their columns under one another."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
