"""What counting people who answered more than once does to the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.responses import policy_counts
from nps_core.score.estimate import Estimate, estimate

if TYPE_CHECKING:
    from nps_core.survey import Survey


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
