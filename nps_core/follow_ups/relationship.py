"""The relationship score: how somebody who knows a customer judges it, beside what the customer answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.errors import FollowUpError
from nps_core.follow_ups.follow_up import clean_note
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = {1: "at risk", 2: "strained", 3: "neutral", 4: "good", 5: "strong"}
"""The relationship scores, and what each means."""


@dataclass(frozen=True)
class Relationship:
    """The relationship with a respondent or an account.

    Parameters
    ----------
    kind, who
        "respondent" or "account", and the id, e-mail address or account as `identities.key_of` has it.
    score
        One of `LEVELS`; None where nobody has set one.
    note
        Why, as it was typed in.
    version
        Rises with each change; 0 as long as nobody changed anything.
    """

    kind: str
    who: str
    score: int | None = None
    note: str = ""
    version: int = 0

    @property
    def words(self) -> str:
        """Such as: 4 of 5, good."""
        return "not set" if self.score is None else f"{self.score} of {len(LEVELS)}, {LEVELS[self.score]}"


def judged(was: Relationship, changes: Mapping[str, object]) -> Relationship:
    """A relationship with another `score` or `note`.

    Raises
    ------
    FollowUpError
        There is no such score, or something else is to be changed.
    """
    told: dict[str, object] = {}
    for name, value in changes.items():
        match name, value:
            case "score", None:
                told[name] = value
            case "score", int() if type(value) is int and value in LEVELS:  # True is none
                told[name] = value
            case "note", str():
                told[name] = clean_note(value)
            case _:
                raise FollowUpError(
                    f"{name} {value!r} is nothing that a relationship has.",
                    hint=f"The score is a whole number from 1 to {len(LEVELS)}, or none.",
                )
    return replace(was, **told)  # type: ignore[arg-type]  # each is what the match lets through


def judged_words(was: Relationship, now: Relationship) -> str:
    """What is something else, in words: relationship 4 of 5, good; note: renewed early."""
    said = [
        (was.score != now.score, f"relationship {now.words}"),
        (was.note != now.note, f"note: {plain(now.note)}" if now.note else "note taken away"),
    ]
    return "; ".join(text for is_new, text in said if is_new)
