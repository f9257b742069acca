"""What a person says about how a file is to be read: as options, in words, as it is kept, and what came of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.formatting import format_count, format_nps, plural, short
from nps_core.reading.repeats import policy_counts
from nps_core.reading.typed import column_name, stored_name
from nps_core.scope import Scope
from nps_core.score.estimate import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.survey import Survey

ROLES = (
    "score",
    "reason",
    "date",
    "respondent",
    "account",
    "persona",
    "phase",
    "touchpoint",
    "attributes",
    "csat",
    "ces",
    "status",
    "weight",
    "revenue",
    "invited",
)
"""Every role that a column can play, in the order of their weight."""

LISTS = ("attributes", "csat", "ces")
"""The roles that several columns can play."""

_KINDS = ("persona", "phase", "touchpoint")
_BESIDE = ("weight", "revenue", "invited")
_OF_ATTRIBUTES = ("attributes", *_KINDS, *_BESIDE)  # an attribute that gets one of these stays one
_REPEATS = {
    "latest": "the latest response of each respondent",
    "latest per period": "the latest response of each respondent and quarter",
}

Columns = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Corrections:
    """How a file is to be read otherwise than it was found to be; nothing for as detected.

    Parameters
    ----------
    roles
        (role, column) pairs; several columns for attributes, csat and ces; None where no column plays it.
    scale
        Such as "1-7" or "1-7:3/6"; None for as detected.
    repeats
        "all", "latest" or "latest per period".
    encoding
        Of a text, such as "Windows-1250"; None for as detected.
    """

    roles: tuple[tuple[str, Columns], ...] = ()
    scale: str | None = None
    repeats: str = "all"
    encoding: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is to be read otherwise."""
        return self != Corrections()

    def options(self) -> dict[str, Any]:
        """The parameters for `read_survey` and `read_surveys`."""
        mapping = {role: list(value) if isinstance(value, tuple) else value for role, value in self.roles}
        return {
            "mapping": mapping or None,
            "scale": self.scale,
            "repeats": self.repeats,
            "encoding": self.encoding,
        }

    def with_role(self, survey: Survey, column: str, role: str | None) -> Corrections:
        """Let a column of a survey play a role and no other; None for no role at all."""
        said = self._without(column, role)
        old = column_roles(survey, column)
        if role is None:
            # What is given another role is let go by the reader; what is given none is not, and what had one
            # by hand might be found an attribute.
            by_hand = any(
                column == value or (isinstance(value, tuple) and column in value) for _, value in self.roles
            )
            for gone in {*old, *(("attributes",) if by_hand else ())}:
                if gone in LISTS:
                    now = said.get(gone, _listed(survey, gone)) or ()
                    said[gone] = tuple(name for name in now if name != column)
                elif gone not in _KINDS:
                    said[gone] = None
        else:
            kept = _BESIDE if role not in _OF_ATTRIBUTES else (*_KINDS, *_BESIDE)
            said.update({gone: None for gone in kept if gone in old and gone != role})
        if role in LISTS:
            said[role] = tuple(dict.fromkeys((*(said.get(role, _listed(survey, role)) or ()), column)))
        elif role is not None:
            said[role] = column
        # Another question has another scale, until told otherwise.
        return replace(self, roles=_ordered(said), scale=None if role == "score" else self.scale)

    def _without(self, column: str, role: str | None) -> dict[str, Columns]:
        """What was said so far, less what was said of a column that gets another role."""
        said: dict[str, Columns] = {}
        for old, value in self.roles:
            stays = old == role or (old == "attributes" and role in _OF_ATTRIBUTES)
            if isinstance(value, tuple) and not stays:
                said[old] = tuple(name for name in value if name != column)
            elif value != column or stays:
                said[old] = value
        return said

    def with_reasons(self, columns: Sequence[str]) -> Corrections:
        """Read several columns of comments as one reason."""
        said: dict[str, Columns] = {**dict(self.roles), "reason": tuple(columns)}
        if len(columns) == 1:
            said["reason"] = columns[0]
        return replace(self, roles=_ordered(said))

    def with_scale(self, scale: str | None) -> Corrections:
        """Read the answers on another scale; None for as detected."""
        return replace(self, scale=scale)

    def with_repeats(self, repeats: str) -> Corrections:
        """Count people who answered more than once in another way."""
        return replace(self, repeats=repeats)

    def with_encoding(self, encoding: str | None) -> Corrections:
        """Read a text in another encoding; None for as detected."""
        return replace(self, encoding=encoding)

    def words(self) -> tuple[str, ...]:
        """Each correction in words, such as: score “Q7”; no date; scale 1-7:3/6."""
        said = [_role_words(role, value) for role, value in self.roles]
        said += [f"scale {self.scale}"] if self.scale else []
        said += [_REPEATS[self.repeats]] if self.repeats in _REPEATS else []
        said += [f"encoding {self.encoding}"] if self.encoding else []
        return tuple(said)

    def to_places(self, columns: Sequence[str]) -> dict[str, Any]:
        """The corrections with each column as its place among `columns`, so that they hold no word of a file.

        Raises
        ------
        ValueError
            A column is not there.
        """
        places = list(columns)
        roles = {
            role: (
                [places.index(name) for name in value]
                if isinstance(value, tuple)
                else None
                if value is None
                else places.index(value)
            )
            for role, value in self.roles
        }
        return {"roles": roles, "scale": self.scale, "repeats": self.repeats, "encoding": self.encoding}

    @classmethod
    def from_places(cls, told: dict[str, Any], columns: Sequence[str]) -> Corrections:
        """What `to_places` gave, for a file of these columns.

        Raises
        ------
        ValueError, TypeError, LookupError, AttributeError
            It was something else.
        """
        roles: dict[str, Columns] = {}
        for role, value in told["roles"].items():
            if role not in ROLES:
                raise ValueError(role)
            if isinstance(value, list):
                roles[role] = tuple(columns[place] for place in value)
            else:
                roles[role] = None if value is None else columns[value]
        return cls(_ordered(roles), told["scale"], told["repeats"], told.get("encoding"))


def column_roles(survey: Survey, column: str) -> tuple[str, ...]:
    """The roles that a column of the file plays, the weightiest first; empty for none."""
    mapping = survey.mapping
    whole = next((use.part_of for use in survey.column_uses if use.column == column), "")
    found = {*mapping.roles_of(whole or column)} - {"attributes"}
    if stored_name(column, mapping) in mapping.attributes:
        found.add("attributes")
    ranks = {role: place for place, role in enumerate(ROLES)}
    return tuple(sorted(found, key=lambda role: (role == "attributes", ranks[role])))


@dataclass(frozen=True)
class ReadingFigures:
    """What changes with the reading: the NPS and n, and how many responses are dated and commented."""

    nps: float
    n: int
    comments: int
    dated: int
    attributes: int


def reading_figures(survey: Survey) -> ReadingFigures:
    """The figures of a whole survey, to be set beside those of another reading of it."""
    promoters, passives, detractors = Scope(survey).counts.groups()
    n = promoters + passives + detractors
    nps = (promoters - detractors) / n * 100 if n else float("nan")
    comments, dated = (int(survey.responses[name].notna().sum()) for name in ("comment", "date"))
    return ReadingFigures(nps, n, comments, dated, len(survey.attributes))


def reading_change(before: ReadingFigures, after: ReadingFigures) -> str:
    """Two readings beside each other: "NPS +34 → +31, n 1,204 → 1,180".

    >>> one = ReadingFigures(34.2, 1204, 300, 1204, 4)
    >>> reading_change(one, ReadingFigures(31.1, 1180, 290, 1180, 4))
    'NPS +34 → +31, n 1,204 → 1,180, comments 300 → 290, dated 1,204 → 1,180'
    >>> reading_change(one, one)
    'NPS +34, n 1,204, as before'
    """
    digits = int(before.nps != after.nps and format_nps(before.nps) == format_nps(after.nps))
    named = (
        ("NPS", format_nps(before.nps, digits=digits), format_nps(after.nps, digits=digits)),
        *(
            (name, format_count(getattr(before, name)), format_count(getattr(after, name)))
            for name in ("n", "comments", "dated", "attributes")
        ),
    )
    said = [f"{name} {now}" if was == now else f"{name} {was} → {now}" for name, was, now in named]
    if before == after:
        return f"{', '.join(said[:2])}, as before"
    return ", ".join([*said[:2], *(part for part in said[2:] if "→" in part)])


def _listed(survey: Survey, role: str) -> tuple[str, ...]:
    """The columns of the file that play a role of several, under their own names."""
    value = getattr(survey.mapping, role)
    names = (column_name(name) if role == "attributes" else name for name in value)
    return tuple(name for name in names if name in survey.columns)


def _ordered(said: dict[str, Columns]) -> tuple[tuple[str, Columns], ...]:
    return tuple((role, said[role]) for role in ROLES if role in said)


def _role_words(role: str, value: Columns) -> str:
    if role == "reason" and isinstance(value, tuple):
        return f"reason {' and '.join(f'“{short(name)}”' for name in value)}"
    if isinstance(value, tuple):
        many = "attribute" if role == "attributes" else f"{role.upper()} column"
        return plural(len(value), many) if value else f"no {many}"
    return f"{role} “{short(value)}”" if value else f"no {role}"


FILE = "readings.json"


MOST = 500
"""Shapes kept; the one longest unused goes first."""


def recall(folder: Path, columns: Sequence[str]) -> Corrections | None:
    """How a file of these columns is to be read; None where nothing is kept of its shape."""
    told = _load(folder).get(shape_of(columns))
    try:
        return Corrections.from_places(told, columns) if told else None
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def remember(folder: Path, columns: Sequence[str], corrections: Corrections) -> bool:
    """Keep how files of these columns are to be read; corrections that say nothing are forgotten.

    Returns whether it could be written.
    """
    kept = _load(folder)
    shape = shape_of(columns)
    kept.pop(shape, None)
    try:
        if corrections:
            today = dt.datetime.now(tz=dt.UTC).date().isoformat()
            kept[shape] = {**corrections.to_places(columns), "day": today}
        _write(folder, dict(list(kept.items())[-MOST:]))
    except (OSError, ValueError):
        logging.getLogger("nps_core").warning("a reading could not be kept in %s", folder)
        return False
    return True


def shape_of(columns: Sequence[str]) -> str:
    """The digest of column names in their order."""
    return hashlib.sha256(json.dumps(list(columns)).encode()).hexdigest()


def _load(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, kept: dict[str, Any]) -> None:
    """Write beside the old file and put it in its place, so that nobody reads half of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(kept, out, indent=1)
        Path(name).replace(folder / FILE)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


@dataclass(frozen=True)
class RepeatPolicy:
    """One way to treat several responses of one respondent, with the NPS that it gives."""

    policy: str
    estimate: Estimate


def repeat_policies(survey: Survey) -> tuple[RepeatPolicy, ...]:
    """The NPS under each policy: "all", "latest" of each respondent, "latest per period" (quarter).

    Responses without a respondent count under every policy. Empty where nobody answered twice.
    """
    counted = survey.repeat_counts
    if survey.elsewhere is not None:
        return ()  # it takes the rows of each respondent
    if not counted:
        if survey.repeats != "all" or not survey.responses["respondent"].dropna().duplicated().any():
            return ()
        counted = policy_counts(survey.responses, np.zeros(len(survey.responses), dtype=np.int8))
    elif len({counts for _, counts in counted}) == 1:
        return ()
    return tuple(
        RepeatPolicy(policy, estimate(promoters, passives, detractors))
        for policy, (detractors, passives, promoters) in counted
    )
