"""The command `report`: from a survey file to a deck, a workbook, a page or a PDF, for a job that runs every month."""

from __future__ import annotations

import datetime as dt
import difflib
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nps_core.errors import FilterError, NPSError, ReportError
from nps_core.filters import Filters, filter_choices
from nps_core.formatting import short
from nps_core.report.builder import build_report, slide_choices, usual_slides
from nps_core.report.context import PREVIOUS, STORY
from nps_core.report.formats import FORMATS, read_template, write_report
from nps_core.report.recipe import Recipe, fit_recipe, read_recipe
from nps_core.scope import Scope

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from nps_core.report.recipe import Fitted
    from nps_core.survey import Survey
    from nps_core.themes.codebook import Codebook
    from nps_core.themes.result import Themes
    from nps_core.trends.actions import Action

_ROLES = ("persona", "phase", "touchpoint")
_NONE = Filters()
_ABOUT = """\
Read a survey export and write a report: the answer, score and groups, all answers, trend, where the NPS moved,
segments, themes with their effect and quotes, decision makers against end users, method and row account.

The ending of OUT says what is written: {formats}.
Progress goes to stderr, the name of the file written to stdout. Exit code 0 when it was written, 2 with the error.
"""
_EXAMPLES = """\
examples:
  nps report export.csv --to review.pptx --template firm.potx
  nps report export.csv --to q2.pptx --from 2026-04-01 --to-date 2026-06-30 --compare previous
  nps report export.csv --to eu.pptx --filter "persona=Decision maker" --filter Region=EMEA --filter Region=NA
  nps report export.csv --to two.pptx --slide score --slide "segments: Plan" --title "score=Where we stand"

  nps report q3.csv --to q3.pptx --template q2.pptx --changes q3.txt
  nps report q3.csv --to q3.pptx --recipe quarterly.json

A template with shapes named nps:score, nps:trend and the like is filled in place. Last quarter's deck is updated: what
somebody changed in it stays, and the list of changes says first what may no longer be true.

A recipe, saved under Slides, holds filters, targets, slides, titles, themes and template. What else is asked
for comes before it. Of its filters and days each must be in the file; what else does not fit is left out and
told.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command to a parser."""
    names = ", ".join(f".{ending} ({one.name.lower()})" for ending, one in FORMATS.items())
    parser.description, parser.epilog = _ABOUT.format(formats=names), _EXAMPLES
    parser.add_argument("file", metavar="FILE", help="the export of a survey tool")
    parser.add_argument(
        "--to",
        metavar="OUT",
        type=Path,
        help=f"the file to write: OUT.{', OUT.'.join(FORMATS)}",
    )
    parser.add_argument(
        "--template",
        metavar="T",
        type=Path,
        help="a .pptx or .potx whose colours, fonts and layouts the deck takes",
    )
    parser.add_argument(
        "--recipe",
        metavar="R",
        type=Path,
        help="a .json that “Save recipe” under Slides wrote: how the report is made",
    )
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help=(
            "only responses with this value; the same column again adds a value, another column narrows;"
            " persona, phase and touchpoint may stand for the columns that play these roles"
        ),
    )
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        choices=["promoter", "passive", "detractor"],
        help="only responses of this group; may be repeated",
    )
    parser.add_argument("--from", dest="since", metavar="D", help="first day, as 2026-04-01")
    parser.add_argument("--to-date", dest="until", metavar="D", help="last day, as 2026-06-30")
    parser.add_argument(
        "--compare",
        choices=[STORY, PREVIOUS, "none"],
        default=STORY,
        help=(
            "what the slide about where the NPS moved compares: the levels before and after the change that the"
            " trend tells of (default); the latest period with the one before, or, with both days given, those days"
            " with as many before them; or nothing"
        ),
    )
    parser.add_argument(
        "--slide",
        action="append",
        default=[],
        metavar="KEY",
        help=(
            "a part of the report, in this order; may be repeated (default: the usual ones). --slide list"
            " names them"
        ),
    )
    parser.add_argument(
        "--title", action="append", default=[], metavar="KEY=TEXT", help="a title of your own for a part"
    )
    parser.add_argument(
        "--changes",
        metavar="FILE",
        type=Path,
        help="a text file to write what became of the slides of --template: first what may no longer be true",
    )
    parser.add_argument(
        "--no-themes", action="store_true", help="do not look for themes, which takes longest"
    )
    parser.add_argument(
        "--unmasked",
        action="store_true",
        help="leave e-mail addresses and phone numbers in comments as they are",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def run(asked: argparse.Namespace, survey: Survey) -> int:
    """Write the report of a survey as asked.

    Raises
    ------
    FilterError
        A column or a value that the survey does not have, or a day that is none.
    ReportError
        A slide, a format or a template that cannot be.
    EditsError
        A recipe that cannot be read.
    CostError
        A table would be asked for longer than is allowed.
    OSError
        A template or a recipe that cannot be read, or a file that cannot be written.
    """
    say = _teller(quiet=asked.quiet)
    if asked.slide == ["list"]:
        print("\n".join(f"{choice.key:<28} {choice.name}" for choice in slide_choices(survey)))
        return 0
    if asked.to is None:
        raise ReportError(
            "No file to write the report to.", hint="Add --to with its name, such as --to q2.pptx."
        )
    ending = asked.to.suffix.lower().lstrip(".")
    if ending not in FORMATS:  # before anything long is begun
        raise ReportError(
            f"“{asked.to.name}” does not say which kind of report.",
            hint=f"Endings are .{', .'.join(FORMATS)}.",
        )
    with _about(asked.recipe):
        recipe = read_recipe(asked.recipe.read_bytes()) if asked.recipe else Recipe()
        fitted = _fitted(recipe, survey)
    own = recipe.template[1] if recipe.template and ending == "pptx" else None
    template = asked.template.read_bytes() if asked.template else own
    scope = Scope(survey, filters_of(survey, asked, fitted.filters))
    scope.allow()
    with _about(asked.template or asked.recipe):
        slides = _slides(scope, asked.slide or fitted.slides, template, fitted.actions)
    wanted = None if any(action.theme for action in fitted.actions) else slides
    themes = None if asked.no_themes else _themes(survey, recipe.codebook, wanted, say)
    say("Counting", 0.0)
    told = build_report(
        scope,
        themes=themes,
        compare=None if asked.compare == "none" else asked.compare,
        slides=slides,
        titles={**fitted.titles, **_titles(asked.title)},
        aims=fitted.aims,
        actions=fitted.actions,
        mask=recipe.mask and not asked.unmasked,
    )
    with _about(asked.template or asked.recipe):
        made = write_report(told, ending, template, progress=say)
    _write(asked.to, made.data)
    left_out = (*fitted.left_out, *told.left_out, *made.doubts)
    if asked.changes:
        _write(asked.changes, "".join(f"{line}\n" for line in left_out).encode())
    _tell(left_out, quiet=asked.quiet)
    print(asked.to)
    return 0


def filters_of(survey: Survey, asked: argparse.Namespace, held: Filters = _NONE) -> Filters:
    """The filters that somebody typed, checked against the survey, in the place of those that are held.

    Raises
    ------
    FilterError
        A column or a value that is not there, with those that are; a day that is none.
    """
    filters = replace(held, groups=tuple(dict.fromkeys(asked.group)) or held.groups)
    if asked.since or asked.until:
        filters = replace(filters, since=_day(asked.since), until=_day(asked.until))
    picked: dict[str, list[str]] = {}
    choices = {choice.name: choice.values for choice in filter_choices(survey).attributes}
    for pair in asked.filter:
        column, equals, value = pair.partition("=")
        if not equals:
            raise FilterError(
                f"--filter wants COLUMN=VALUE, not “{pair}”.", hint="Such as --filter Plan=Pro."
            )
        name = _column(column.strip(), survey, tuple(choices))
        found = _one_of(value.strip(), choices[name], f"The column “{short(name)}” has no value")
        picked[name] = list(dict.fromkeys((*picked.get(name, ()), found)))
        filters = filters.with_attribute(name, picked[name])
    return filters


def _column(asked: str, survey: Survey, names: Sequence[str]) -> str:
    if asked.lower() in _ROLES and asked not in names:
        role = getattr(survey.mapping, asked.lower())
        if role in names:
            return str(role)
    return _one_of(asked, names, "The survey cannot be filtered by")


def _one_of(asked: str, known: Sequence[str], otherwise: str) -> str:
    exact = [name for name in known if name == asked] or [
        name for name in known if name.lower() == asked.lower()
    ]
    if exact:
        return exact[0]
    near = difflib.get_close_matches(asked, known, n=3) or list(known[:12])
    listed = ", ".join(f"“{short(name)}”" for name in near) or "none"
    raise FilterError(f"{otherwise} “{short(asked)}”.", hint=f"There is {listed}.")


def _day(text: str | None) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise FilterError(f"“{text}” is not a date.", hint="Write it as 2026-03-31.") from None


def _fitted(recipe: Recipe, survey: Survey) -> Fitted:
    """What of a recipe holds for a survey.

    Raises
    ------
    FilterError
        Without a filter of the recipe the report would be of more responses than it says.
    """
    fitted = fit_recipe(recipe, survey)
    if fitted.widened:
        raise FilterError(
            " ".join(fitted.widened),
            hint="Take it out of the recipe: the report would be of other responses.",
        )
    return fitted


def _slides(
    scope: Scope, asked: Sequence[str] | None, template: bytes | None, actions: Sequence[Action]
) -> list[str] | None:
    """The parts asked for; where nobody asked, those that a template has places for.

    Of a deck that was made here, the usual ones as well: what is new in the report is then told.
    """
    if asked or template is None:
        return list(asked) if asked else None
    facts = read_template(template)
    found = facts.slides(scope.survey)
    return (
        list(dict.fromkeys((*found, *(usual_slides(scope, actions=actions) if facts.updates else ()))))
        or None
    )


@contextmanager
def _about(file: Path | None) -> Iterator[None]:
    """Errors in here are about another file, where there is one."""
    try:
        yield
    except NPSError as error:
        error.file = str(file or "")
        raise


def _titles(pairs: Sequence[str]) -> dict[str, str]:
    titles = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ReportError(
                f"--title wants KEY=TEXT, not “{short(pair)}”.", hint="Such as --title score=Where we stand."
            )
        titles[key.strip()] = text
    return titles


def _themes(
    survey: Survey, codebook: Codebook | None, slides: Sequence[str] | None, say: Callable[[str, float], None]
) -> Themes | None:
    if slides is not None and not {"themes", "quotes"} & set(slides):
        return None
    if not survey.has_comments:
        return None
    from nps_core.themes.in_survey import find_survey_themes  # noqa: PLC0415 - scikit-learn takes seconds

    return find_survey_themes(survey, codebook, progress=say)


def _write(to: Path, data: bytes) -> None:
    """Write beside the place and move there: a job that is ended leaves no half a report."""
    beside = to.with_name(f".{to.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)


def _tell(left_out: Sequence[str], *, quiet: bool) -> None:
    if not quiet:
        for sentence in left_out:
            print(f"Note: {sentence}", file=sys.stderr)


def _teller(*, quiet: bool) -> Callable[[str, float], None]:
    """What says on stderr how far it is: a line a stage."""
    last: list[str] = []

    def say(stage: str, share: float) -> None:
        if not quiet and last != [stage]:
            last[:] = [stage]
            print(f"{share:4.0%} {short(stage, 90)}", file=sys.stderr, flush=True)

    return say
