"""What counting people who answered more than once does to the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.repeats import POLICIES, repeated
from nps_core.score.estimate import Estimate, estimate
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from nps_core.survey import Survey


@dataclass(frozen=True)
class RepeatPolicy:
    """One way to treat several responses of one respondent, with the NPS that it gives."""

    policy: str
    estimate: Estimate


def repeat_policies(survey: Survey) -> tuple[RepeatPolicy, ...]:
    """The NPS under each policy: "all", "latest" of each respondent, "latest per period" (quarter).

    Responses without a respondent count under every policy. Empty where nobody answered twice, and for a
    survey that was read under another policy than "all", which no longer holds the repeated responses.
    """
    known = survey.responses["respondent"].dropna()
    if survey.repeats != "all" or not known.duplicated().any():
        return ()
    kept = np.zeros(len(survey.responses), dtype=np.int8)
    return tuple(
        RepeatPolicy(policy, _score(survey, repeated(survey.responses, kept, policy) == 0))
        for policy in POLICIES
    )


def _score(survey: Survey, rows: np.ndarray) -> Estimate:
    counts = np.bincount(survey.responses["group"].cat.codes.to_numpy()[rows], minlength=len(GROUPS))
    detractors, passives, promoters = counts.tolist()
    return estimate(promoters, passives, detractors)
