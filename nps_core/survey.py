"""Survey: the frozen value that flows through the house."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from nps_core.formatting import format_share

if TYPE_CHECKING:
    import collections.abc
    import datetime as dt

    import pandas as pd

GROUPS = ("detractor", "passive", "promoter")
"""The three groups, in the order of the score. A group's code is its place here."""

RESERVED = ("row", "score", "group", "date", "comment", "respondent", "account")
"""The columns of `Survey.responses` that every survey has."""

LEFT_OUT_REASONS = (
    "no score",
    "out of range",
    "unreadable",
    "partial",
    "preview or test",
    "excluded by the source",
    "repeated",
    "total",
)
"""Why a row of the file is not among the responses; no other reason exists."""


@dataclass(frozen=True)
class Scale:
    """The scale that the question was asked on, with the cut-offs of the groups.

    Parameters
    ----------
    low, high
        The ends of the scale, both included.
    detractor_to
        The highest score of a detractor.
    promoter_from
        The lowest score of a promoter.
    words
        True when the file holds group words ("Promoter") and no scores.
    """

    low: int = 0
    high: int = 10
    detractor_to: int = 6
    promoter_from: int = 9
    words: bool = False

    @property
    def name(self) -> str:
        """Such as 0-10 or 1-7; "groups" for a file that holds group words only."""
        return "groups" if self.words else f"{self.low}-{self.high}"

    @property
    def written(self) -> str:
        """With its cut-offs, as `read_survey` takes it: 1-7:3/6 for detractors to 3 and promoters from 6."""
        return self.name if self.words else f"{self.name}:{self.detractor_to}/{self.promoter_from}"

    def group_of(self, score: int) -> str:
        """Whether who gives a score is a promoter, a passive or a detractor."""
        if score >= self.promoter_from:
            return "promoter"
        return "detractor" if score <= self.detractor_to else "passive"


@dataclass(frozen=True)
class Mapping:
    """Which column of the file plays which role; None where no column does.

    `persona`, `phase` and `touchpoint` name columns that are also in `attributes`.
    `status` is the column that tells partial, preview and test responses.
    `csat` and `ces` may be several (one survey often asks for satisfaction with several things).
    `weight` counts a response as more or less than one, `revenue` says what its account is worth (money, seats);
    neither is used unless somebody asks for it. `invited` tells who was asked among those without a score.
    """

    score: str | None = None
    reason: str | None = None
    date: str | None = None
    respondent: str | None = None
    account: str | None = None
    attributes: tuple[str, ...] = ()
    persona: str | None = None
    phase: str | None = None
    touchpoint: str | None = None
    csat: tuple[str, ...] = ()
    ces: tuple[str, ...] = ()
    status: str | None = None
    weight: str | None = None
    revenue: str | None = None
    invited: str | None = None

    def roles_of(self, column: str) -> tuple[str, ...]:
        """The roles that a column of the file plays, in the order above; empty for none."""
        found = []
        for role in fields(self):
            value = getattr(self, role.name)
            if value == column or (isinstance(value, tuple) and column in value):
                found.append(role.name)
        return tuple(found)


@dataclass(frozen=True)
class LeftOut:
    """Rows of the file that are not among the responses, for one reason.

    `examples` holds up to five (row of the file, what stood there) pairs; `groups` the detractors, passives and
    promoters that these rows would be, had they counted.
    """

    reason: str
    count: int
    examples: tuple[tuple[int, str], ...] = ()
    groups: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class StatusWord:
    """A word of a column that tells responses from other rows, and how the rows with it count.

    `counts_as` is "response" or one of LEFT_OUT_REASONS; `known` is False for a word that the reader does not
    know, whose rows count because nothing is known against them.
    """

    column: str
    word: str
    count: int
    counts_as: str
    known: bool = True


@dataclass(frozen=True)
class Doubt:
    """What could have been read otherwise, in one sentence.

    Parameters
    ----------
    text
        The sentence.
    nps_could_be
        The NPS (points) that the other reading gives; None where it gives none, or none that can be computed.
    moves
        By how many points the other reading moves the NPS, at most: 0 where the NPS does not hang on it, inf
        where the file may hold no NPS at all.
    """

    text: str
    nps_could_be: float | None = None
    moves: float = 0.0


@dataclass(frozen=True)
class RowAccount:
    """Every data row of the file: read = kept + the sum of those left out.

    `status_words` holds each word of the columns that tell responses from other rows; `groups` the detractors,
    passives and promoters that are kept.
    """

    read: int
    kept: int
    left_out: tuple[LeftOut, ...] = ()
    status_words: tuple[StatusWord, ...] = ()
    groups: tuple[int, int, int] = (0, 0, 0)

    def nps_with(self, part: LeftOut) -> float | None:
        """What the NPS would be (points) had the rows of a part counted; None where none of them has a score."""
        if not any(part.groups):
            return None
        detractors, _, promoters = counts = [a + b for a, b in zip(self.groups, part.groups, strict=True)]
        return 100 * (promoters - detractors) / sum(counts)

    def __post_init__(self) -> None:
        """Hold the sum: a row account that does not add up is a defect, never a result."""
        gone = sum(part.count for part in self.left_out)
        if self.read != self.kept + gone:
            msg = f"row account does not add up: {self.read} read, {self.kept} kept, {gone} left out"
            raise AssertionError(msg)


@dataclass(frozen=True)
class Measure:
    """A CSAT or CES column: its name in `responses`, its kind and the ends of its scale."""

    column: str
    kind: str  # "csat" or "ces"
    low: int
    high: int


@dataclass(frozen=True)
class Candidate:
    """A column that could play a role, and one sentence on what speaks for it or against it.

    `counts` holds, of a candidate for the score, the detractors, passives and promoters that it would give,
    every response counted; None where it holds no scores, or where several files were read.
    """

    column: str
    reason: str
    counts: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class ColumnProfile:
    """What a column of the file holds, from a sample of its rows.

    Parameters
    ----------
    name, label
        Its name, and its question text; "" where there is none besides the name.
    looked, filled, distinct
        Rows looked at, how many of them are filled, and how many different values stand in them.
    scores
        (score, count) of each whole number from 0 to 10 among them, rising.
    common
        Its most frequent values.
    """

    name: str
    label: str
    looked: int
    filled: int
    distinct: int
    scores: tuple[tuple[int, int], ...] = ()
    common: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnUse:
    """What became of a column of the file.

    Parameters
    ----------
    column
        Its name.
    roles
        The roles that it plays, as in `Mapping`; "shape" for one that says how the rows of the file belong together.
    could_be
        The roles that it could play instead, where it plays none.
    part_of
        The column that it was put together into, with others; "" for one that was read by itself.
    why
        What proves the first role, as a sentence; or why it plays none, as the end of one.
    """

    column: str
    roles: tuple[str, ...] = ()
    could_be: tuple[str, ...] = ()
    why: str = ""
    part_of: str = ""

    @property
    def state(self) -> str:
        """One of "used", "could be used" and "not used"."""
        return "used" if self.roles else "could be used" if self.could_be else "not used"

    @property
    def sentence(self) -> str:
        """In words: "Used as date. ...", "Could be used as date; not used because ...", "Not used because ..."."""
        if self.roles:
            return f"Used as {_listed(self.roles)}. {self.why}"
        if self.could_be:
            return f"Could be used as {_listed(self.could_be)}; not used because {self.why}."
        return f"Not used because {self.why}."


_SPOKEN = {
    "attributes": "attribute",
    "csat": "CSAT",
    "ces": "CES",
    "invited": "invitation",
    "shape": "the shape of the table",
}


def _listed(roles: tuple[str, ...]) -> str:
    """Roles in words; a persona is an attribute anyway."""
    named = [role for role in roles if role != "attributes" or len(roles) == 1]
    return " and ".join(_SPOKEN.get(role, role) for role in named)


@dataclass(frozen=True)
class RoleChoice:
    """Which columns could play a role.

    Parameters
    ----------
    role
        "score", "date" or "reason", as in `Mapping`.
    chosen
        The column that plays it; None where none does.
    candidates
        The column chosen first, then the others, the likeliest first.
    """

    role: str
    chosen: str | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Part:
    """What tells that a survey is a part of another: whom it was cut for, and what was done besides, as sentences."""

    key: collections.abc.Hashable
    notes: tuple[str, ...] = ()


ASK_SECONDS = 20.0
"""What a table is asked for longer is asked only after somebody has said so, unless another limit is set."""


class Elsewhere(Protocol):
    """Responses that are not here but counted where they are."""

    @property
    def as_of(self) -> dt.datetime:
        """When they were looked at."""
        ...

    @property
    def all_comments(self) -> bool:
        """Whether themes are counted in every comment of them."""
        ...

    @property
    def sample(self) -> pd.DataFrame:
        """Some of them that have a comment, as `Survey.responses` has them."""
        ...

    @property
    def share(self) -> float:
        """How large a share (0..1) of all with a comment the sample is."""
        ...

    @property
    def has_names(self) -> bool:
        """Whether accounts and respondents are told by their names, and not by pseudonyms."""
        ...

    @property
    def select(self) -> collections.abc.Callable[..., Any]:
        """The counts of those that pass some filters."""
        ...

    def seconds(self, filters: tuple[Any, ...]) -> float:
        """About how long a page of those that pass some filters asks for; 0 where all of it is known here."""
        ...

    def allow(self, filters: tuple[Any, ...]) -> None:
        """Raise a `CostError` where that is longer than is allowed."""
        ...

    def allow_all(self) -> None:
        """Allow everything from now on."""
        ...

    def narrowed(self, filters: Any) -> Elsewhere:  # noqa: ANN401 - filters stand to the right
        """Those that pass filters which nobody can take off."""
        ...

    def counted(self) -> pd.DataFrame:
        """All of them as `Survey.responses` has them, but without comments, accounts and amounts."""
        ...

    def held(self, responses: pd.DataFrame, attributes: tuple[str, ...]) -> Elsewhere:
        """What was made of them for somebody, in their place: it is here, and looked at when they were."""
        ...


@dataclass(frozen=True, eq=False)
class Survey:
    """One or several survey files, read: the responses and how they came to be.

    Two surveys are told apart by `digest`, never by comparing frames.

    Parameters
    ----------
    name
        The file's name as shown to people; never used as a key or a path.
    digest
        sha256 (hex) of the bytes, the mapping, the scale and the repeats policy.
    responses
        One row a response: `row` (the record's number in the file, from 1; int64), `score` (Int8; on
        the scale asked; missing in a file of group words), `group` (categorical over GROUPS, never
        missing), `date` (datetime64, NaT when missing), `comment`, `respondent`, `account` (text,
        missing when blank), then each attribute (categorical, missing when blank; categories in the
        order to show them), each CSAT or CES measure (float), and the weight and the revenue (float)
        where a column plays that role and is no attribute.
    mapping
        Which column plays which role.
    scale
        The scale and its cut-offs.
    rows
        The row account.
    left_out
        The rows that are not among the responses: `row`, `why`, then the file's own columns as text.
    preview
        The first rows of the file as text, under the file's own headers.
    layout
        The layout recognised, such as "Qualtrics" or "plain table", with encoding and delimiter.
    doubts
        What could have been read otherwise, what moves the NPS furthest first.
    measures
        The CSAT and CES columns.
    repeats
        What was done with several responses of one respondent: "all", "latest".
    columns
        The columns of the file, in its order.
    encoding
        The name of the encoding that a text was read in; "" for a workbook, and where files differ.
    choices
        For the score, the date and the reason: the columns that could play the role, each with its reason.
    labels
        The question text of each column that the file gives one besides its name ("Q1" -> "How likely ...").
    looks
        What each column of the file holds, in its order.
    column_uses
        What became of each column of the file, in its order, each exactly once.
    repeat_counts
        Detractors, passives and promoters under each policy for repeats; empty for "all", where
        `responses` still holds every one.
    silent
        `date` and the attributes of each row without a score that an invitation may have reached; None when
        nobody looked.
    invited_known
        Whether the file says that these people were invited; otherwise a person has to.
    seen
        That it was cut for a viewer, see `nps_core.seen.seen_by`; None for all of it.
    elsewhere
        What counts the responses of a table that stays where it is, see `nps_core.engine`; None for a file. With it,
        `responses` are a sample of those with a comment, and every attribute has all categories of the table.
    """

    name: str
    digest: str
    responses: pd.DataFrame
    mapping: Mapping
    scale: Scale
    rows: RowAccount
    left_out: pd.DataFrame
    preview: pd.DataFrame
    layout: str
    doubts: tuple[Doubt, ...] = ()
    measures: tuple[Measure, ...] = ()
    repeats: str = "all"
    columns: tuple[str, ...] = field(default=())
    encoding: str = ""
    choices: tuple[RoleChoice, ...] = ()
    labels: collections.abc.Mapping[str, str] = field(default_factory=dict)
    looks: tuple[ColumnProfile, ...] = ()
    column_uses: tuple[ColumnUse, ...] = ()
    repeat_counts: tuple[tuple[str, tuple[int, int, int]], ...] = ()
    silent: pd.DataFrame | None = None
    invited_known: bool = False
    seen: Part | None = None
    elsewhere: Elsewhere | None = None

    @property
    def doubt_texts(self) -> tuple[str, ...]:
        """The doubts as sentences."""
        return tuple(doubt.text for doubt in self.doubts)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute columns of `responses`, in the order of the file."""
        return self.mapping.attributes

    @property
    def source_kind(self) -> str:
        """What its rows stand in: "table" of one that stays where it is, else "file"."""
        return "file" if self.elsewhere is None else "table"

    @property
    def sampled(self) -> str:
        """Which comments are here, as a sentence; "" where all of them are."""
        if self.elsewhere is None or self.elsewhere.share >= 1 or not self.has_comments:
            return ""
        share = format_share(self.elsewhere.share)
        return f"Comments and themes are of a sample: {share} of all comments, as much of each group and quarter."

    @cached_property
    def has_comments(self) -> bool:
        """Whether anybody wrote anything; looked up once, as each page asks."""
        return bool(self.responses["comment"].notna().any())
