"""Whom to ask for a reference: promoters heard lately, with nothing open at their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.follow_ups.follow_up import ACCOUNT, RESPONDENT
from nps_core.formatting import format_count, plural
from nps_core.identities import known_by
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.items import Items

    Places = NDArray[np.integer]

LATELY = 180
"""Days within which somebody has answered who is asked for a reference; longer ago, a promoter may be none any more."""

_AGREED, _DECLINED = "agreed to be a reference", "declined"


@dataclass(frozen=True, eq=False)
class References:
    """Whom to ask for a reference, as numbers of items: who agreed before first, then as the items stand.

    Parameters
    ----------
    numbers
        Of the items, from 0; shape (n,).
    agreed
        Whether each has agreed to be a reference; shape (n,).
    busy
        Promoters heard lately who are left out because something is open with them or at their account, or because
        they declined.
    """

    items: Items
    numbers: Places
    agreed: NDArray[np.bool_]
    busy: int = 0

    @property
    def title(self) -> str:
        """How many there are, and who is left out."""
        left = f"; {format_count(self.busy)} more left out: something is open there, or they declined"
        return f"{plural(len(self.numbers), 'promoter')} to ask for a reference{left if self.busy else ''}"

    def table(self, most: int | None = None) -> pd.DataFrame:
        """The first of them as a table: who, account, score, day, days since, role, and whether they agreed before."""
        items, own = self.items, self.numbers[:most]
        assert items.ranking is not None or not len(own)  # noqa: S101 - there are no numbers without
        frame, persona = items.scope.survey.responses, items.scope.survey.mapping.persona
        rows = items.ranking.places[own] if items.ranking is not None else own
        role = {} if persona is None else {"role": _texts(frame[persona].iloc[rows])}
        return pd.DataFrame(
            {
                "respondent": _texts(frame["respondent"].iloc[rows]),
                "account": _texts(frame["account"].iloc[rows]),
                **role,
                "score": [
                    str(group) if pd.isna(score) else str(score)
                    for score, group in zip(frame["score"].iloc[rows], frame["group"].iloc[rows], strict=True)
                ],
                "answered": [None if pd.isna(day) else day.date() for day in frame["date"].iloc[rows]],
                "agreed before": ["yes" if one else "" for one in self.agreed[:most]],
            }
        )


def find_references(items: Items, kept: Sequence[FollowUp]) -> References:
    """Promoters by their last answer, of the last 180 days, with nothing open and who have not declined.

    Parameters
    ----------
    items
        By respondent: see `find_items`.
    kept
        All that was promised, to respondents and to accounts. Something is open where a follow-up of the respondent, of
        a colleague or of their account is not closed.
    """
    ranking, survey = items.ranking, items.scope.survey
    if ranking is None or items.kind != RESPONDENT:
        return References(items, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.bool_))
    lately = np.flatnonzero((ranking.groups == GROUPS.index("promoter")) & (ranking.waiting <= LATELY))
    codes, places = ranking.codes[lately], ranking.places[lately]
    open_ = {one.who for one in kept if one.kind == RESPONDENT and not one.is_closed}
    told = {one.who: one.outcome for one in kept if one.kind == RESPONDENT and one.is_closed}
    people = ranking.known
    declined = people.places((who for who, outcome in told.items() if outcome == _DECLINED))
    out = np.isin(codes, np.concatenate([people.places(open_), declined]))
    if survey.mapping.account is not None:
        accounts = known_by(survey, ACCOUNT)
        busy = accounts.places({one.who for one in kept if one.kind == ACCOUNT and not one.is_closed})
        theirs = accounts.codes[np.isin(people.codes, people.places(open_))] if open_ else busy
        out |= np.isin(accounts.codes[places], np.concatenate([busy, theirs[theirs >= 0]]))
    found = lately[~out]
    agreed = np.isin(
        ranking.codes[found], people.places((who for who, outcome in told.items() if outcome == _AGREED))
    )
    first = np.argsort(~agreed, kind="stable")
    return References(items, found[first], agreed[first], int(out.sum()))


def _texts(values: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in values]
