"""Viewer: who looks, what they may do, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from nps_core.errors import AccessError
from nps_core.filters import Filters
from nps_core.formatting import listed
from nps_core.masking import MASKS

VIEWER, EDITOR, ADMIN = ROLES = ("viewer", "editor", "admin")
"""What somebody may do: look; keep, change and delete as well; and say who may do what."""

LEAST, MOST = 2, 1_000
"""The smallest group has so many responses; of more, nothing would be left of most surveys."""


@dataclass(frozen=True)
class Viewer:
    """Who looks.

    Parameters
    ----------
    name
        Who it is, to be read by people.
    role
        "viewer", "editor" or "admin". Only a viewer can be kept from anything: who may change all sees all.
    filters
        Filters that cannot be taken off.
    masks
        What is masked in texts: any of "e-mails", "phones" and "names".
    smallest
        Responses of the smallest group that may be told apart, 2 to 1,000; 0 where any may.

    Raises
    ------
    AccessError
        There is no such role, mask or smallest group; or an editor or admin is to be kept from something.
    """

    name: str = ""
    role: str = ADMIN
    filters: Filters = field(default_factory=Filters)
    masks: tuple[str, ...] = ()
    smallest: int = 0

    def __post_init__(self) -> None:
        """See that it is a viewer at all."""
        if self.role not in ROLES:
            raise AccessError(f"There is no role “{self.role}”.", hint=f"Roles are {', '.join(ROLES)}.")
        if unknown := [mask for mask in self.masks if mask not in MASKS]:
            raise AccessError(f"“{unknown[0]}” cannot be masked.", hint=f"Masks are {', '.join(MASKS)}.")
        if self.smallest and not LEAST <= self.smallest <= MOST:
            raise AccessError(
                f"{self.smallest} is no smallest group.",
                hint=f"It has {LEAST} to {MOST:,} responses; 5 is usual.",
            )
        if self.role != VIEWER and self.is_restricted:
            raise AccessError(
                "Filters, masks and a smallest group are for viewers alone: who may change everything sees everything.",
                hint="Give the role viewer.",
            )

    @property
    def is_restricted(self) -> bool:
        """Whether something of a survey is kept from them."""
        return bool(self.filters or self.masks or self.smallest)

    @property
    def words(self) -> str:
        """What they see, in words: "Region: EU; e-mails and names masked"; "" for all."""
        parts = [self.filters.words()] if self.filters else []
        parts += [f"{listed(self.masks)} masked"] if self.masks else []
        parts += [f"no group smaller than {self.smallest}"] if self.smallest else []
        return "; ".join(parts)


EVERYONE = Viewer()
"""Somebody who sees all and may change all."""
