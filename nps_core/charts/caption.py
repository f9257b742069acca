"""What a result knows of what it was computed from: the words under the title of its chart, and under the chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

T = TypeVar("T")


@dataclass(frozen=True)
class Caption:
    """What was looked at, in words; empty for a result that was made from no scope.

    Parameters
    ----------
    subtitle
        What is drawn: "1,204 of 3,012 responses · persona: End user".
    source
        Where the numbers come from: "Source: export.csv.".
    """

    subtitle: str = ""
    source: str = ""

    def unless(self, subtitle: str | None, source: str | None) -> tuple[str, str]:
        """Subtitle and source as they are given, and else these."""
        return self.subtitle if subtitle is None else subtitle, self.source if source is None else source


NO_CAPTION = Caption()
"""Of a result that was made from counts alone."""


class Captioned(tuple[T, ...]):  # noqa: SLOT001 - a tuple with slots of its own cannot be
    """Several results of one scope, with its caption."""

    caption: Caption

    def __new__(cls, results: Iterable[T] = (), caption: Caption = NO_CAPTION) -> Self:
        """The results in this order."""
        made = super().__new__(cls, tuple(results))
        made.caption = caption
        return made
