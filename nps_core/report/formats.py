"""The formats of a report: what each is called, and what makes its bytes from a story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nps_core.errors import ReportError
from nps_core.report.model import Made

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.report.deck import TemplateFacts
    from nps_core.report.model import Report


@dataclass(frozen=True)
class Format:
    """One format: its name where one chooses, its MIME type, and what makes it."""

    name: str
    mime: str
    make: Callable[[Report], bytes] = field(repr=False)


# Each maker imports what it needs when it is first asked: a visitor who takes nothing away pays for none of it.
def _deck(story: Report) -> bytes:
    return write_report(story, "pptx").data


def _workbook(story: Report) -> bytes:
    from nps_core.report.workbook import workbook  # noqa: PLC0415

    return workbook(story)


def _page(story: Report) -> bytes:
    from nps_core.report.page import page  # noqa: PLC0415

    return page(story)


def _pdf(story: Report) -> bytes:
    from nps_core.report.pdf import pdf  # noqa: PLC0415

    return pdf(story)


FORMATS = {
    "pptx": Format(
        "Deck", "application/vnd.openxmlformats-officedocument.presentationml.presentation", _deck
    ),
    "xlsx": Format(
        "Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook
    ),
    "html": Format("Page", "text/html", _page),
    "pdf": Format("PDF", "application/pdf", _pdf),
}
"""By the ending of the file."""


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
    return Made(FORMATS[ending].make(story))


def read_template(template: bytes) -> TemplateFacts:
    """What a template does not have, and the parts that its named places ask for; opened in the sandbox.

    Raises
    ------
    ReportError
        Not a PowerPoint file, damaged, locked, with macros, or larger than one may be.
    """
    from nps_core.report import deck  # noqa: PLC0415

    return deck.read_template(template)
