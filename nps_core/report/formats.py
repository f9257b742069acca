"""The formats of a report: what each is called, and what makes its bytes from a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.report.story import Story


@dataclass(frozen=True)
class Format:
    """One format: its name where one chooses, its MIME type, and what makes it."""

    name: str
    mime: str
    make: Callable[[Story], bytes]


# Each maker imports what it needs when it is first asked: a visitor who takes nothing away pays for none of it.
def _workbook(story: Story) -> bytes:
    from nps_core.report.workbook import workbook  # noqa: PLC0415

    return workbook(story)


FORMATS = {
    "xlsx": Format(
        "Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook
    ),
}
"""By the ending of the file."""
