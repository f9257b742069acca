"""Viewer: who looks, what they may do, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from nps_core.errors import AccessError
from nps_core.filters import Filters
from nps_core.masking import MASKS

VIEWER, EDITOR, ADMIN = ROLES = ("viewer", "editor", "admin")
"""What somebody may do: look; keep, change and delete as well; and say who may do what."""


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

    Raises
    ------
    AccessError
        There is no such role or mask; or an editor or admin is to be kept from something.
    """

    name: str = ""
    role: str = ADMIN
    filters: Filters = field(default_factory=Filters)
    masks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """See that it is a viewer at all."""
        if self.role not in ROLES:
            raise AccessError(f"There is no role “{self.role}”.", hint=f"Roles are {', '.join(ROLES)}.")
        if unknown := [mask for mask in self.masks if mask not in MASKS]:
            raise AccessError(f"“{unknown[0]}” cannot be masked.", hint=f"Masks are {', '.join(MASKS)}.")
        if self.role != VIEWER and self.is_restricted:
            raise AccessError(
                "Filters and masks are for viewers alone: who may change everything sees everything.",
                hint="Give the role viewer.",
            )

    @property
    def is_restricted(self) -> bool:
        """Whether something of a survey is kept from them."""
        return bool(self.filters or self.masks)

    @property
    def words(self) -> str:
        """What they see, in words: "Region: EU; e-mails and names masked"; "" for all."""
        parts = [self.filters.words()] if self.filters else []
        parts += [f"{' and '.join(self.masks)} masked"] if self.masks else []
        return "; ".join(parts)


EVERYONE = Viewer()
"""Somebody who sees all and may change all."""
