"""What a change to a codebook would do, before it is kept: each theme's comments and NPS, now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.formatting import format_count, format_nps
from nps_core.themes.in_survey import count_themes

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow


@dataclass(frozen=True)
class CodingChange:
    """One theme, or the uncoded comments, by two codebooks; n and NPS are None where there is no such theme."""

    name: str
    n_before: int | None
    n_after: int | None
    nps_before: float | None
    nps_after: float | None

    @property
    def words(self) -> str:
        """The change in words: "Support: 156 → 191 comments, NPS +33 → +24"."""
        counts = " → ".join(format_count(n or 0) for n in (self.n_before, self.n_after))
        scores = [format_nps(nps) for nps in (self.nps_before, self.nps_after) if nps is not None]
        told = ", NPS " + " → ".join(scores) if scores and self.n_after else ""
        return f"{self.name}: {counts} comments{told}"


def preview_coding(scope: Scope, before: Themes, after: Themes) -> tuple[CodingChange, ...]:
    """The themes whose comments another codebook changes, the largest first, and the uncoded comments last."""
    rows = [count_themes(scope, themes) for themes in (before, after)]
    old, new = ({row.name: row for row in found} for found in rows)
    names = sorted(
        (name for name in {**new, **old} if _figures(old.get(name)) != _figures(new.get(name))),
        key=lambda name: -max(row.n for row in (old.get(name), new.get(name)) if row is not None),
    )
    changed = [
        CodingChange(name, *_apart(_figures(old.get(name)), _figures(new.get(name)))) for name in names
    ]
    return (*changed, CodingChange("Uncoded", rows[0].uncoded, rows[1].uncoded, None, None))


def _figures(row: ThemeRow | None) -> tuple[int | None, float | None]:
    return (None, None) if row is None else (row.n, row.nps)


def _apart(
    before: tuple[int | None, float | None], after: tuple[int | None, float | None]
) -> tuple[int | None, int | None, float | None, float | None]:
    return before[0], after[0], before[1], after[1]
