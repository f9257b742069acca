"""The formats of a report: what each is called, and what makes its bytes from a story."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from nps_core.errors import ReportError
from nps_core.report.model import Made, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.report.deck import TemplateFacts


@dataclass(frozen=True)
class Format:
    """One format: its name where one chooses, and its MIME type."""

    name: str
    mime: str


FORMATS = {
    "pptx": Format("Deck", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "xlsx": Format("Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "html": Format("Page", "text/html"),
    "pdf": Format("PDF", "application/pdf"),
}
"""By the ending of the file."""

_MAKERS = {"xlsx": "workbook", "html": "page", "pdf": "pdf"}
"""The module that makes the bytes, by a function of its own name; a deck takes a template as well."""


def write_report(
    story: Report,
    ending: str,
    template: bytes | None = None,
    *,
    progress: Callable[[str, float], None] | None = None,
) -> Made:
    """A story as a file of one of the `FORMATS`, and what could not be done as asked.

    Parameters
    ----------
    ending
        Such as "pptx".
    template
        A .pptx or .potx to draw a deck on; the other formats have none.
    progress
        Called with what is being made and the share (0..1) that is done.

    Raises
    ------
    ReportError
        A format that does not exist, a template for a format that has none, or one that cannot be used.
    """
    if ending not in FORMATS:
        raise ReportError(
            f"There is no report of the kind “.{ending}”.", hint=f"There are .{', .'.join(FORMATS)}."
        )
    if ending == "pptx":
        from nps_core.report.deck import deck  # noqa: PLC0415

        return deck(story, template, progress=progress)
    if template is not None:
        raise ReportError(
            "A template is for decks alone.", hint="Ask for a .pptx, or leave the template out."
        )
    if progress:
        progress(FORMATS[ending].name, 0.0)
    # Imported when it is first asked for: a visitor who takes nothing away pays for nothing.
    maker = _MAKERS[ending]
    return Made(getattr(import_module(f"nps_core.report.{maker}"), maker)(story))


def read_template(template: bytes) -> TemplateFacts:
    """What a template does not have, and the parts that its named places ask for; opened in the sandbox.

    Raises
    ------
    ReportError
        Not a PowerPoint file, damaged, locked, with macros, or larger than one may be.
    """
    from nps_core.report import deck  # noqa: PLC0415

    return deck.read_template(template)
