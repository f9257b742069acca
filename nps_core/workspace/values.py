"""What a workspace tells: kept surveys and their waves, as frozen values."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the types are read at run time, see `coded`
from dataclasses import dataclass

from nps_core.formatting import capital, format_count, format_day, plural, short
from nps_core.user_text import plain


@dataclass(frozen=True)
class Figures:
    """What is known of a wave without reading its responses.

    Parameters
    ----------
    n, detractors, passives, promoters
        Its responses.
    nps, low, high
        Its NPS (points) with the 95 % interval, as every page shows it; NaN without responses.
    left_out
        Rows of its file that are kept beside the responses, to look at.
    respondents
        Different respondents by id or e-mail; 0 where the file names none.
    undated
        Responses without a date.
    first, last
        The days of its first and last dated response; None where none is dated.
    """

    n: int
    detractors: int
    passives: int
    promoters: int
    nps: float
    low: float
    high: float
    left_out: int = 0
    respondents: int = 0
    undated: int = 0
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Wave:
    """One wave of a kept survey.

    Parameters
    ----------
    id
        Never given twice in a workspace.
    name, by, added
        What it is called, who added it as they typed it, and when (UTC).
    digest
        That of the file, by which it is known when it comes again.
    figures
        What is known without reading its responses.
    """

    id: int
    name: str
    by: str
    added: dt.datetime
    digest: str
    figures: Figures


@dataclass(frozen=True)
class KeptSurvey:
    """A survey that stays.

    Parameters
    ----------
    id, link
        The link is random and lasts; whoever has it can open the survey.
    name, by, made
        What it is called, who kept it as they typed it, and when (UTC).
    version
        Rises with each change of the settings, which are saved for this version only.
    revision
        Rises with each change of the responses: what was opened at another one is out of date.
    waves
        By their days, the oldest first; as they were added, where some have no days.
    undoable
        The id of the wave that `Workspace.undo` would take back; None where nothing can be.
    """

    id: int
    link: str
    name: str
    by: str
    made: dt.datetime
    version: int
    revision: int
    waves: tuple[Wave, ...] = ()
    undoable: int | None = None

    @property
    def n(self) -> int:
        """Responses of all waves."""
        return sum(wave.figures.n for wave in self.waves)

    @property
    def last(self) -> dt.date | None:
        """The day of the last dated response; None where none is dated."""
        return max((wave.figures.last for wave in self.waves if wave.figures.last), default=None)


@dataclass(frozen=True)
class Part:
    """Some responses of a file: how many, and up to five of them in words."""

    count: int = 0
    examples: tuple[str, ...] = ()

    def __add__(self, other: Part) -> Part:
        """Both together, with the examples of the first as far as there are five."""
        return Part(self.count + other.count, (*self.examples, *other.examples)[:5])


@dataclass(frozen=True)
class WavePreview:
    """What adding a file to a kept survey would do; nothing is written yet.

    Parameters
    ----------
    n
        Responses of the file: those that are new, repeated or changed.
    new
        They become the wave.
    repeated
        They are kept already, word for word, and are not stored twice.
    changed
        They are kept already and read otherwise now: such as `score 9 → 7`.
    missing
        Kept responses of the days of the file that it does not have; they stay.
    clashing
        Ids that are of another account than in the last wave.
    numbered_anew
        Whether that are most of the ids that both have: then the same id is not the same person.
    alike
        New ones that have the person, the score and the comment of a kept one, at another moment.
    untold
        Responses without a date and a comment: whether they are kept already cannot be told, and they count as new.
    narrow
        A sentence where the scores would all fit a narrower scale than that of the waves; "" where they do not.
    columns_gone, columns_come
        Columns of the file of the last wave that this one does not have, and the other way round.
    refused
        Why it cannot be added, as a sentence; "" where it can.
    name
        What the wave is called where nobody says.
    """

    n: int = 0
    new: Part = Part()
    repeated: Part = Part()
    changed: Part = Part()
    missing: Part = Part()
    clashing: Part = Part()
    numbered_anew: bool = False
    alike: int = 0
    untold: int = 0
    narrow: str = ""
    columns_gone: tuple[str, ...] = ()
    columns_come: tuple[str, ...] = ()
    refused: str = ""
    name: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in words, what may be wrong behind what will be done."""
        new, repeated, changed, missing = (
            part.count for part in (self.new, self.repeated, self.changed, self.missing)
        )
        said = [
            (new, f"{_are(new, 'new')}."),
            (repeated, f"{_are(repeated, 'kept already')} and will not be stored twice."),
            (
                changed,
                f"{_are(changed, 'kept already')}, with something else in {'it' if changed == 1 else 'them'}.",
            ),
            (
                missing,
                (
                    f"{plural(missing, 'kept response')} from these days {_is(missing)} not in this file; nothing is"
                    " taken away."
                ),
            ),
            (
                self.untold,
                (
                    f"{plural(self.untold, 'response')} {_have(self.untold)} neither a date nor a comment: whether"
                    " they are kept already cannot be told, and they count as new."
                ),
            ),
            (
                self.alike,
                (
                    f"{plural(self.alike, 'new response')} {_have(self.alike)} the person, the score and the comment"
                    " of a kept one, at another moment: perhaps the same answers in another time zone."
                ),
            ),
        ]
        return (
            *filter(None, [self.refused, self.narrow]),
            *(text for count, text in said if count),
            *self._ids,
            *self._columns,
        )

    @property
    def _ids(self) -> tuple[str, ...]:
        if not self.clashing.count:
            return ()
        count = self.clashing.count
        of = f"{plural(count, 'id')} {_is(count)} of another account than in the last wave"
        if self.numbered_anew:
            why = ", which are most: people seem to be numbered anew, and the same id is not the same person."
        else:
            why = ": people who moved, or ids that stand for somebody else now."
        return (of + why,)

    @property
    def _columns(self) -> tuple[str, ...]:
        listed = (
            ("Columns that the last wave had and this file has not", self.columns_gone),
            ("Columns that the last wave did not have", self.columns_come),
        )
        return tuple(f"{what}: {_named(names)}." for what, names in listed if names)


def _are(count: int, what: str) -> str:
    return f"{plural(count, 'response')} {_is(count)} {what}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


_NAMED = 5


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{short(plain(name))}”" for name in names[:_NAMED])
    return f"{shown} and {format_count(len(names) - _NAMED)} more" if len(names) > _NAMED else shown


@dataclass(frozen=True)
class Retention:
    """For how long a survey is kept, in months from each response; None for ever.

    Parameters
    ----------
    comments
        After which comments are taken out; scores stay.
    responses
        After which whole responses go.
    """

    comments: int | None = None
    responses: int | None = None

    def __bool__(self) -> bool:
        """Whether anything goes."""
        return self != Retention()

    @property
    def sentence(self) -> str:
        """Such as: Comments go after 24 months, whole responses after 60 months."""
        said = [
            f"{what} go after {plural(months, 'month')}"
            for what, months in (("comments", self.comments), ("whole responses", self.responses))
            if months is not None
        ]
        return f"{capital(', '.join(said))}." if said else "All is kept for ever."


@dataclass(frozen=True)
class Found:
    """What a survey holds of one respondent.

    Parameters
    ----------
    waves
        (name of the wave, responses) of each wave that has any of it.
    left_out, silent
        Rows that are no responses: left out, or invited without an answer.
    mentions
        Cells of others that have the e-mail address in their text.
    """

    waves: tuple[tuple[str, int], ...] = ()
    left_out: int = 0
    silent: int = 0
    mentions: int = 0

    @property
    def n(self) -> int:
        """Responses in all waves."""
        return sum(count for _, count in self.waves)

    def __bool__(self) -> bool:
        """Whether there is anything of them."""
        return bool(self.n or self.left_out or self.silent or self.mentions)

    @property
    def sentence(self) -> str:
        """Such as: 3 responses in Q1 2026, Q2 2026; 1 row that was left out."""
        return _counted(self.n, tuple(name for name, count in self.waves if count), self) or "Nothing."


@dataclass(frozen=True)
class Receipt:
    """What was deleted: when, by whom, how much; never whose.

    Parameters
    ----------
    when, by
        The moment (UTC), and who did it as they typed it.
    what
        "respondent", "wave", "survey", "comments" or "responses"; the last two went by a rule.
    survey, waves
        The names of the survey and of the waves it was in.
    responses, comments, left_out, silent, mentions
        How much went; see `Found`. Comments are counted where they went without their response.
    follow_ups
        Follow-ups that went with the responses they answered.
    relationships
        Relationship scores of those of whom no response is left.
    """

    when: dt.datetime
    by: str
    what: str
    survey: str
    waves: tuple[str, ...] = ()
    responses: int = 0
    comments: int = 0
    left_out: int = 0
    silent: int = 0
    mentions: int = 0
    follow_ups: int = 0
    relationships: int = 0

    @property
    def sentence(self) -> str:
        """Such as: On 3 Mar 2026, Ana erased one respondent from “Customers”: 3 responses in Q1 2026."""
        who, what = self.by or "somebody", _DELETED[self.what].format(self.survey)
        return (
            f"On {format_day(self.when.date())}, {who} {what}{': ' + self.counted if self.counted else ''}."
        )

    @property
    def counted(self) -> str:
        """How much it was, such as: 3 responses in Q1 2026; 1 row that was left out."""
        return _counted(self.responses, self.waves, self)

    def text(self) -> str:
        """The receipt as a small text file."""
        lines = [
            "Receipt of a deletion",
            "",
            self.sentence,
            "",
            f"When: {self.when.isoformat(timespec='seconds')}",
            f"By: {self.by or 'not said'}",
            f"Survey: {self.survey}",
            f"Waves: {', '.join(self.waves) or 'none'}",
            *(f"{label}: {getattr(self, name):,}" for name, label in _COUNTS.items()),
            "",
            "It is gone from the workspace, its log, and every backup that is made from now on.",
            "Backups and files that were made before may still hold it.",
        ]
        return "\n".join(lines) + "\n"


_COUNTS = {
    "responses": "Responses, with their comments",
    "comments": "Comments of responses that stay",
    "left_out": "Rows that were left out",
    "silent": "Rows of people who did not answer",
    "mentions": "Mentions of the address in what others wrote",
    "follow_ups": "Follow-ups",
    "relationships": "Relationship scores",
}
"""What a receipt counts, and what it is called on it."""

_DELETED = {
    "respondent": "erased one respondent from “{}”",
    "wave": "deleted a wave of “{}”",
    "survey": "deleted “{}”",
    "comments": "took old comments out of “{}” by its retention rule",
    "responses": "deleted old responses of “{}” by its retention rule",
}


def _counted(responses: int, waves: tuple[str, ...], counts: Found | Receipt) -> str:
    """What there was, in words."""
    where = f" in {', '.join(waves)}" if waves else ""
    comments, follow_ups, relationships = (
        getattr(counts, name, 0) for name in ("comments", "follow_ups", "relationships")
    )
    said = [
        (responses, f"{plural(responses, 'response')}{where}"),
        (comments, f"{plural(comments, 'comment')}{' of other responses' if responses else where}"),
        (counts.left_out, f"{plural(counts.left_out, 'row')} that {_was(counts.left_out)} left out"),
        (counts.silent, f"{plural(counts.silent, 'row')} of people who did not answer"),
        (counts.mentions, f"{plural(counts.mentions, 'mention')} of the address in what others wrote"),
        (follow_ups, plural(follow_ups, "follow-up")),
        (relationships, plural(relationships, "relationship score")),
    ]
    return "; ".join(text for count, text in said if count)


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
