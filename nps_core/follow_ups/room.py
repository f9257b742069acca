"""A customer room: all that the responses say of one respondent or account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nps_core.counts.periods import label_of, starts_of
from nps_core.follow_ups.follow_up import ACCOUNT, KINDS, RESPONDENT, bare
from nps_core.follow_ups.ranking import deciders, deciding_roles, refusal, revenue, scores_of, waves_of
from nps_core.formatting import format_count, format_nps, plural
from nps_core.identities import has_ids, key_of, known_by
from nps_core.score.estimate import MIN_READABLE, estimate
from nps_core.survey import GROUPS
from nps_core.themes.in_survey import tones_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.ranking import OpenWave
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.survey import Survey
    from nps_core.themes.result import Themes

    Places = NDArray[np.intp]

COLUMNS, PEOPLE = 8, 50
"""Waves (or quarters) and people of a room that are told apart: the latest; those that matter most."""

_NOBODY = "This link leads to nobody whom you can see in this survey."


@dataclass(frozen=True)
class Cell:
    """What somebody answered last in a wave: score as given, group and day, and how often they answered in it."""

    score: str
    group: str
    day: dt.date | None
    n: int = 1


@dataclass(frozen=True)
class Person:
    """A respondent of a room.

    Parameters
    ----------
    key, name
        As `identities.key_of` has it, and as the file writes it; both "" for all those together who have no id.
    persona, decides
        Their role, and whether it reads like that of a decision maker.
    cells
        What they answered in each of the room's columns; None for nothing.
    last, before, fall
        Their last answer, the one before, and by how much the score fell from that; 0 where it did not.
    """

    key: str
    name: str
    persona: str
    decides: bool
    cells: tuple[Cell | None, ...]
    last: Cell
    before: Cell | None
    fall: float


@dataclass(frozen=True, eq=False)
class Room:
    """All that the responses that are looked at say of a respondent or an account.

    Parameters
    ----------
    refused
        Why there is nothing, as a sentence; "" where there is.
    places
        Their responses, as positions (from 0) of `Survey.responses`, the latest first; shape (n,).
    hidden
        How many responses of theirs do not pass the filters.
    name, account
        As the file writes them; the account of a respondent is that of the last response, "" for none.
    columns, by_wave
        Waves, the oldest first, or quarters where not `by_wave`; "" for responses without a day.
    people
        Decision makers first, then the lowest last score; at most 50 of `n_people`, of which all without an id are one.
    n_nameless
        Responses without an id: of how many people, nobody knows.
    last_groups
        Of the last answers, one a person, how many are of detractors, passives and promoters.
    fallen, unhappy
        Whose score fell most from the answer before, and the decision maker whose last score is the lowest of those who
        are detractors; None for nobody.
    heard, silent
        The roles that answered, and those of the survey that did not; of an account alone.
    worth
        Its revenue; NaN for unknown.
    last_day, last_decider
        The day of the last answer, and of the last one of a decision maker; None for none with a day.
    deciding
        The roles of the survey that read like decision makers.
    """

    scope: Scope
    kind: str
    key: str
    refused: str = ""
    places: Places = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    hidden: int = 0
    name: str = ""
    account: str = ""
    columns: tuple[str, ...] = ()
    by_wave: bool = False
    people: tuple[Person, ...] = ()
    n_people: int = 0
    n_nameless: int = 0
    last_groups: tuple[int, int, int] = (0, 0, 0)
    fallen: Person | None = None
    unhappy: Person | None = None
    heard: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    worth: float = float("nan")
    last_day: dt.date | None = None
    last_decider: dt.date | None = None
    deciding: tuple[str, ...] = ()

    @property
    def account_key(self) -> str:
        """The key of the account; "" for none."""
        return key_of(self.account)

    @property
    def commented(self) -> Places:
        """Those of the responses that have a comment, the latest first."""
        texts = self.scope.survey.responses["comment"].array.take(self.places)
        found: Places = self.places[~np.asarray(pd.isna(texts), dtype=np.bool_)]
        return found

    @property
    def score(self) -> Estimate:
        """The NPS of all their responses, with its interval as in the list of accounts."""
        codes = self.scope.survey.responses["group"].cat.codes.to_numpy()[self.places]
        detractors, passives, promoters = np.bincount(codes, minlength=len(GROUPS)).tolist()
        return estimate(promoters, passives, detractors)

    @property
    def score_words(self) -> str:
        """Their NPS with its interval; of too few for one to be read the scores themselves, the latest first."""
        if len(self.places) >= MIN_READABLE:
            return f"NPS {format_nps(self.score.nps)} ({self.score.between})"
        frame = self.scope.survey.responses.iloc[self.places]
        told = [
            _text(score) or str(group) for score, group in zip(frame["score"], frame["group"], strict=True)
        ]
        return f"{'scores, the latest first' if len(told) > 1 else 'score'}: {', '.join(told)}"


@dataclass(frozen=True)
class Spoken:
    """A theme that a customer speaks of: in how many responses, as a complaint or as praise in how many."""

    title: str
    n: int
    complaints: int
    praises: int

    @property
    def words(self) -> str:
        """Such as: in 3 comments: 2 complaints, 1 praise."""
        said = [(self.complaints, "complaint"), (self.praises, "praise")]
        tones = [
            plural(count, name) if name == "complaint" else f"{format_count(count)} {name}"
            for count, name in said
            if count
        ]
        return f"in {plural(self.n, 'comment')}{': ' if tones else ''}{', '.join(tones)}"


def room_ref(survey: Survey, link: str, kind: str, key: str) -> str:
    """What stands in the address of a room: the same whenever it is asked for, and no name."""
    known = known_by(survey, kind)
    place = known.place(key)
    return "" if place < 0 else f"{kind}-{known.ref(link, place):016x}"


def room_of(survey: Survey, link: str, ref: str) -> tuple[str, str] | None:
    """Kind and key of the room that an address names; None for none in this survey."""
    kind, _, told = ref.partition("-")
    if kind not in KINDS or len(told) != 16 or not set(told) <= set("0123456789abcdef"):  # noqa: PLR2004 - 64 bits
        return None
    known = known_by(survey, kind)
    place = known.place_of_ref(link, int(told, 16))
    return None if place < 0 else (kind, str(known.keys[place].as_py()))


def find_room(scope: Scope, kind: str, key: str, waves: Sequence[OpenWave] = (), attribute: str = "") -> Room:
    """All that the responses that are looked at say of a respondent or an account.

    Parameters
    ----------
    kind, key
        "respondent" or "account", and who it is, as `identities.key_of` has it.
    waves
        The waves that are open, in their order; `attribute` tells which a response is of, where they are several.

    Returns
    -------
    Room
        With the reason in `refused` where the viewer may not know who answered, or where nothing of theirs is looked
        at.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    survey = scope.survey
    if refused := refusal(scope, kind):
        return Room(scope, kind, key, refused)
    known = known_by(survey, kind)
    place = known.place(key)
    own = np.flatnonzero(known.codes == place) if place >= 0 else np.empty(0, dtype=np.intp)
    rows = own[scope.counts.mask[own]]
    if not len(rows):
        hidden = f"The filters leave none of their {plural(len(own), 'response')}." if len(own) else _NOBODY
        return Room(scope, kind, key, hidden, hidden=len(own))
    frame = survey.responses
    days = frame["date"].array.take(rows).to_numpy(dtype="datetime64[s]")
    moment = np.where(np.isnat(days), np.iinfo(np.int64).min, days.view(np.int64))
    wave = waves_of(frame, rows, waves, attribute)
    sort = np.lexsort((rows, moment, wave))[::-1]
    rows, days, wave = rows[sort], days[sort], wave[sort]
    by_wave = bool(attribute) and attribute in frame and len(waves) > 1
    columns, of = ([one.name for one in waves], wave) if by_wave else _quarters(days)
    answers = _Answers(
        survey, rows, days, of.astype(np.intp) - max(0, len(columns) - COLUMNS), min(len(columns), COLUMNS)
    )
    heard, silent = _roles(survey, rows) if kind == ACCOUNT else ((), ())
    worth = revenue(survey, rows)
    return Room(
        scope,
        kind,
        key,
        places=rows,
        hidden=len(own) - len(rows),
        name=_text(frame[kind].iloc[rows[0]]),
        account=_text(frame["account"].iloc[rows[0]]),
        columns=tuple(columns[-COLUMNS:]),
        by_wave=by_wave,
        people=tuple(answers.person(place) for place in answers.people[:PEOPLE].tolist()),
        n_people=len(answers.people),
        n_nameless=int((answers.codes < 0).sum()),
        last_groups=answers.last_groups,
        fallen=answers.fallen,
        unhappy=answers.unhappy,
        heard=heard,
        silent=silent,
        worth=float(np.nanmean(worth)) if np.isfinite(worth).any() else float("nan"),
        last_day=_last(days),
        last_decider=_last(days[answers.decides]),
        deciding=deciding_roles(survey),
    )


def promised_to(room: Room, kept: Sequence[FollowUp]) -> tuple[FollowUp, ...]:
    """The follow-ups of a room, of an account those of its people too; without notes for who sees a part only."""
    own = [one for one in kept if one.kind == room.kind and one.who == room.key]
    told = {one.who for one in kept if one.kind == RESPONDENT}
    if room.kind == ACCOUNT and told and has_ids(room.scope.survey):
        known = known_by(room.scope.survey, RESPONDENT)
        there = known.places(told)
        there = there[np.isin(there, known.codes[room.places])]
        people = {*known.keys.take(pa.array(there)).to_pylist()}
        own += [one for one in kept if one.kind == RESPONDENT and one.who in people]
    return tuple(bare(one) if room.scope.viewer.is_restricted else one for one in own)


def spoken_in(room: Room, themes: Themes, most: int = 5) -> tuple[Spoken, ...]:
    """What the comments of a room are about, the most frequent themes first, with their tones where these are known."""
    kinds, of_each = themes.kinds
    own = room.places[of_each[room.places] >= 0]
    about = kinds[of_each[own]]
    counts = about.sum(axis=0)
    found = []
    for number in np.argsort(-counts, kind="stable")[:most].tolist():
        if not counts[number]:
            break
        tones = tones_in(themes, number, own[about[:, number]])
        complaints, praises = (0, 0) if tones is None else ((tones < 0).sum(), (tones > 0).sum())
        found.append(Spoken(themes.titles[number], int(counts[number]), int(complaints), int(praises)))
    return tuple(found)


class _Answers:
    """Some responses, the latest first, by who gave them; people by the place of their last answer among these."""

    def __init__(
        self, survey: Survey, rows: Places, days: NDArray[np.datetime64], columns: Places, width: int
    ) -> None:
        self.frame, self.persona = survey.responses, survey.mapping.persona
        self.rows, self.days, self.columns, self.width = rows, days, columns, width
        self.known = known_by(survey, RESPONDENT) if has_ids(survey) else None
        self.codes = np.full(len(rows), -1) if self.known is None else self.known.codes[rows]
        self.groups = self.frame["group"].cat.codes.to_numpy()[rows]
        self.scores, self.decides = scores_of(self.frame, rows), deciders(survey, rows)
        # One after the other by who gave them, still the latest first.
        self.sort = np.argsort(self.codes, kind="stable")
        self.sorted = self.codes[self.sort]
        same = self.sorted[1:] == self.sorted[:-1]
        firsts = self.sort[np.append(True, ~same)]
        unknown = self.codes[firsts] < 0
        # Who has no id is one row, and counts as many as they are.
        lasts = np.concatenate([firsts[~unknown], np.flatnonzero(self.codes < 0)])
        detractors, passives, promoters = np.bincount(self.groups[lasts], minlength=len(GROUPS)).tolist()
        self.last_groups = (detractors, passives, promoters)
        self.people = firsts[np.lexsort((self.scores[firsts], ~self.decides[firsts], unknown))]
        same &= self.sorted[1:] >= 0
        self.before = np.full(len(rows), -1, dtype=np.intp)
        self.before[self.sort[:-1][same]] = self.sort[1:][same]

    @property
    def falls(self) -> NDArray[np.float64]:
        """By how much the score of each of the people fell."""
        before = self.before[self.people]
        falls = self.scores[before] - self.scores[self.people]
        return np.where(before >= 0, np.maximum(falls, 0.0), 0.0)

    @property
    def fallen(self) -> Person | None:
        falls = self.falls
        worst = int(falls.argmax())
        return self.person(int(self.people[worst])) if falls[worst] else None

    @property
    def unhappy(self) -> Person | None:
        there = self.people[self.decides[self.people] & (self.groups[self.people] == 0)]
        return self.person(int(there[0])) if len(there) else None

    def person(self, place: int) -> Person:
        code, known = self.codes[place], self.known
        row, before = self.rows[place], int(self.before[place])
        mine = self.sort[slice(*np.searchsorted(self.sorted, [code, code + 1]))]
        columns, firsts, counts = np.unique(self.columns[mine], return_index=True, return_counts=True)
        cells = {
            column: self.cell(int(mine[first]), count)
            for column, first, count in zip(*map(np.ndarray.tolist, (columns, firsts, counts)), strict=True)
        }
        is_known = known is not None and code >= 0
        return Person(
            str(known.keys[int(code)].as_py()) if known is not None and is_known else "",
            _text(self.frame["respondent"].iloc[row]) if is_known else "",
            _text(self.frame[self.persona].iloc[row]) if self.persona and is_known else "",
            bool(self.decides[place]),
            tuple(map(cells.get, range(self.width))),
            self.cell(place),
            self.cell(before) if before >= 0 else None,
            max(0.0, float(self.scores[before] - self.scores[place])) if before >= 0 else 0.0,
        )

    def cell(self, place: int, n: int = 1) -> Cell:
        group, day = GROUPS[self.groups[place]], self.days[place]
        score = _text(self.frame["score"].iloc[self.rows[place]])
        return Cell(score or group, group, None if np.isnat(day) else day.item().date(), n)


def _quarters(days: NDArray[np.datetime64]) -> tuple[list[str], Places]:
    """The quarters of some days, oldest first, and the place of each day among them; missing days stand first."""
    there, of = np.unique(starts_of(days, "quarter"), return_inverse=True)
    names = ["" if np.isnat(start) else label_of(start, "quarter") for start in there]
    if not names[-1]:  # what is missing is sorted last
        return ["", *names[:-1]], (of + 1) % len(names)
    return names, of


def _roles(survey: Survey, rows: Places) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles of those who gave some responses, and the other roles of the survey."""
    persona = survey.mapping.persona
    if persona is None or persona not in survey.attributes:
        return (), ()
    roles = survey.responses[persona].cat
    there = {*np.unique(roles.codes.to_numpy()[rows]).tolist()}
    names = [(code in there, str(role)) for code, role in enumerate(roles.categories)]
    return tuple(role for is_heard, role in names if is_heard), tuple(
        role for is_heard, role in names if not is_heard
    )


def _last(days: NDArray[np.datetime64]) -> dt.date | None:
    there = days[~np.isnat(days)]
    found: dt.date | None = there.max().astype("datetime64[D]").item() if len(there) else None
    return found


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]  # any cell
