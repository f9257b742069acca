"""Whom to call first: what follows from the responses alone, whatever was promised to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.accounts.roles import likely_roles
from nps_core.follow_ups.follow_up import ACCOUNT, RESPONDENT
from nps_core.identities import has_ids, known_by
from nps_core.score.weighting import amounts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nps_core.identities import Known
    from nps_core.scope import Scope
    from nps_core.survey import Survey
    from nps_core.themes.result import Themes

    Places = NDArray[np.integer]

LATE = 90
"""Days after a response from which on a call does not come first: a quarter, and often another survey, has passed."""

_ELSEWHERE = "The responses of a table stay where they are: nobody can be looked into or called from here."
MASKED = "Who answered is masked for you, so that nobody can be followed up from here."
_NOBODY = "The file does not say who answered: a follow-up needs an id or e-mail address, or an account."
_NO_IDS = "Respondents have no ids or e-mail addresses: they can be followed up by account."
_NO_ACCOUNTS = "The file names no accounts: follow up by respondent."


@dataclass(frozen=True)
class OpenWave:
    """A wave that is open: its id and name, and when its responses came in (UTC)."""

    id: int
    name: str
    added: dt.datetime


@dataclass(frozen=True, eq=False)
class Ranking:
    """Respondents or accounts, those with the most at stake first. It holds no survey, so that it can be kept.

    Parameters
    ----------
    known
        Who gave the responses.
    waves
        The waves that are open, in their order.
    places, codes, groups, wave
        Of each respondent or account the response that counts, as a position (from 0) of `Survey.responses`; the place
        of its key in `known`; the group, by its place in GROUPS; and the wave, by its place; shape (n,).
    number
        Of each key its number among these, from 0; -1 for one that is not looked at; shape (keys,).
    decides, worth, waiting, theme
        Whether it is a decision maker's, the revenue of the account (NaN for unknown), days since the response, and
        whether its comment speaks of the theme that most detractors speak of, which is called `theme_name`.
    rows, order, wave_of
        The responses that are looked at and whose key is known, their order (rising with the moment), and their waves.
    """

    kind: str
    known: Known
    waves: Sequence[OpenWave]
    places: Places
    codes: Places
    groups: NDArray[np.integer]
    wave: Places
    number: Places
    decides: NDArray[np.bool_]
    worth: NDArray[np.float64]
    waiting: Places
    theme: NDArray[np.bool_]
    theme_name: str
    rows: Places
    order: Places
    wave_of: Places

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.places)

    @property
    def bytes(self) -> int:
        """What it holds in memory, besides the keys, which live with the survey."""
        return sum(own.nbytes for own in vars(self).values() if isinstance(own, np.ndarray))

    def key(self, number: int) -> str:
        """The key of one, by its number."""
        return str(self.known.keys[int(self.codes[number])].as_py())

    def number_of(self, key: str) -> int | None:
        """The number of the one of a key; None for none."""
        place = self.known.place(key)
        return None if place < 0 or self.number[place] < 0 else int(self.number[place])

    def responses_of(self, number: int) -> Places:
        """All responses of one, as far as they are looked at, the latest first."""
        own = np.flatnonzero(self.known.codes[self.rows] == self.codes[number])
        return self.rows[own[np.argsort(self.order[own], kind="stable")[::-1]]]


def rank(
    scope: Scope,
    waves: Sequence[OpenWave],
    *,
    today: dt.date,
    kind: str = RESPONDENT,
    wave_attribute: str = "",
    themes: Themes | None = None,
) -> Ranking:
    """Whom to call among the responses looked at, those with the most at stake first.

    In this order weigh: detractors before passives before promoters; those who answered in the last 90 days, whom a
    call still reaches with what they said in mind; decision makers; the revenue of the account; days since the
    response; and whether the comment speaks of the theme that most detractors speak of.

    Parameters
    ----------
    scope
        Of a survey that has respondents (or accounts) to tell apart: see `refusal`. A respondent counts by the latest
        response, an account by the lowest score of its latest wave.
    waves
        The waves that are open, in their order; `wave_attribute` tells which a response is of, where they are several.
    themes
        Of the same survey; without them no theme weighs.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    frame, rows = scope.survey.responses, scope.counts.rows
    known = known_by(scope.survey, kind)
    rows = rows[known.codes[rows] >= 0]
    codes = known.codes[rows]
    groups = frame["group"].cat.codes.to_numpy()[rows]
    wave = waves_of(frame, rows, waves, wave_attribute)
    days = frame["date"].to_numpy(dtype="datetime64[s]")[rows]
    moment = np.where(np.isnat(days), np.iinfo(np.int64).min, days.view(np.int64))
    # Of what is sorted the last one of each counts: the latest; of an account the lowest of its latest wave.
    by = (moment, wave) if kind == RESPONDENT else (moment, -scores_of(frame, rows), wave)
    sort = np.lexsort((np.arange(len(rows)), *by))
    order = np.empty(len(rows), dtype=np.int32)
    order[sort] = np.arange(len(rows))
    last = np.full(len(known.keys), -1, dtype=np.intp)
    last[codes[sort]] = sort
    last = last[last >= 0]  # keys that nobody looked at has
    decides, worth = deciders(scope.survey, rows[last]), revenue(scope.survey, rows[last])
    waiting = _waiting(days[last], wave[last], waves, today)
    about, name = _about_worst(themes, rows, groups)
    weighs = (~about[last], -waiting, -np.nan_to_num(worth), ~decides, waiting > LATE, groups[last])
    best = np.lexsort((rows[last], *weighs))
    last = last[best]
    number = np.full(len(known.keys), -1, dtype=np.int32)
    number[codes[last]] = np.arange(len(last))
    return Ranking(
        kind,
        known,
        waves,
        places=rows[last],
        codes=codes[last],
        groups=groups[last],
        wave=wave[last],
        number=number,
        decides=decides[best],
        worth=worth[best],
        waiting=waiting[best],
        theme=about[last],
        theme_name=name,
        rows=rows,
        order=order,
        wave_of=wave,
    )


def kinds_of(scope: Scope) -> tuple[str, ...]:
    """By what can be followed up: "respondent", "account", both or none."""
    return tuple(kind for kind in (RESPONDENT, ACCOUNT) if not refusal(scope, kind))


def refusal(scope: Scope, kind: str) -> str:
    """Why nobody can be followed up by "respondent" or "account", as a sentence; "" where they can."""
    survey = scope.survey
    has = {RESPONDENT: has_ids(survey), ACCOUNT: survey.mapping.account is not None}
    if scope.viewer.masks or scope.viewer.smallest:  # one respondent is the smallest group of all
        return MASKED
    if survey.elsewhere is not None:
        return _ELSEWHERE
    if has[kind]:
        return ""
    return _NOBODY if not any(has.values()) else _NO_IDS if kind == RESPONDENT else _NO_ACCOUNTS


def scores_of(frame: pd.DataFrame, rows: Places) -> NDArray[np.float64]:
    """The scores of some responses; of a file of group words, which holds none, the places of the groups in GROUPS."""
    given = frame["score"].iloc[rows].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(given), frame["group"].cat.codes.to_numpy()[rows], given)


def deciding_roles(survey: Survey) -> tuple[str, ...]:
    """The values of the persona that read like decision makers."""
    persona = survey.mapping.persona
    if persona is None or persona not in survey.attributes:
        return ()
    return tuple(likely_roles([str(value) for value in survey.responses[persona].cat.categories])[0])


def deciders(survey: Survey, rows: Places) -> NDArray[np.bool_]:
    """Whether each of some responses is of somebody who reads like a decision maker."""
    roles = deciding_roles(survey)
    if not roles:
        return np.zeros(len(rows), dtype=np.bool_)
    values = survey.responses[survey.mapping.persona].cat
    return np.array([*(str(value) in roles for value in values.categories), False])[
        values.codes.to_numpy()[rows]
    ]


def revenue(survey: Survey, rows: Places) -> NDArray[np.float64]:
    """The revenue of the account of each of some responses; NaN where it is not known."""
    column = survey.mapping.revenue
    if column is None or column not in survey.responses:
        return np.full(len(rows), np.nan)
    return amounts(survey, column)[rows]


def waves_of(frame: pd.DataFrame, rows: Places, waves: Sequence[OpenWave], attribute: str) -> Places:
    """The wave of each of some responses, by its place."""
    if not attribute or attribute not in frame or len(waves) == 1:
        return np.zeros(len(rows), dtype=np.intp)
    places = {one.name: place for place, one in enumerate(waves)}
    of = np.array([*(places.get(str(name), 0) for name in frame[attribute].cat.categories), 0], dtype=np.intp)
    return of[frame[attribute].cat.codes.to_numpy()[rows]]


def _waiting(days: NDArray[np.datetime64], wave: Places, waves: Sequence[OpenWave], today: dt.date) -> Places:
    """Days since each response; without a date since its wave came in."""
    added = np.array([one.added.date() for one in waves], dtype="datetime64[D]")[wave]
    since = np.where(np.isnat(days), added, days.astype("datetime64[D]"))
    return np.maximum((np.datetime64(today, "D") - since).astype(np.intp), 0)


def _about_worst(
    themes: Themes | None, rows: Places, groups: NDArray[np.integer]
) -> tuple[NDArray[np.bool_], str]:
    """Which responses speak of the theme that most detractors speak of, and its name."""
    nothing = np.zeros(len(rows), dtype=np.bool_)
    if themes is None or not themes.k:
        return nothing, ""
    kinds, of_each = themes.kinds
    own = of_each[rows]
    spoken = np.bincount(own[(own >= 0) & (groups == 0)], minlength=len(kinds)) @ kinds
    if not spoken.any():
        return nothing, ""
    worst = int(spoken.argmax())
    return (own >= 0) & kinds[own, worst], themes.titles[worst]
