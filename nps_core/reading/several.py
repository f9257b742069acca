"""Several surveys -> one, with the file that each response came from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.errors import MappingError
from nps_core.reading.order import ordered
from nps_core.reading.repeats import policy_counts, repeated
from nps_core.reading.responses import REPEATED
from nps_core.survey import LEFT_OUT_REASONS, RESERVED, LeftOut, RowAccount, Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.overrule import Options
    from nps_core.survey import RoleChoice

SOURCE = "source"
"""The attribute that says which file a response came from."""


def join(surveys: Sequence[Survey], options: Options) -> Survey:
    """Put surveys under one another; roles meet by role, attributes by name.

    Raises
    ------
    MappingError
        No file was given, or the files are on different scales.
    """
    if not surveys:
        raise MappingError("No file was given.", hint="Choose at least one survey export.")
    first = surveys[0]
    for other in surveys[1:]:
        if other.scale != first.scale:
            raise MappingError(
                f"“{first.name}” is on the scale {first.scale.name}, “{other.name}” on {other.scale.name}.",
                hint="Read them apart, or say the scale that all of them share.",
            )
    responses = _stack(surveys)
    nothing = np.zeros(len(responses), np.int8)
    why = repeated(responses, nothing, options.repeats)
    gone = int((why == REPEATED).sum())
    attributes = tuple(name for name in responses.columns if name in _attributes(surveys) or name == SOURCE)
    measures = {measure.column: measure for survey in surveys for measure in survey.measures}
    return replace(
        first,
        name=", ".join(survey.name for survey in surveys),
        digest=hashlib.sha256(
            "".join(survey.digest for survey in surveys).encode() + options.repeats.encode()
        ).hexdigest(),
        responses=responses[why == 0].reset_index(drop=True),
        mapping=replace(first.mapping, attributes=attributes),
        rows=_sum(surveys, gone),
        left_out=pd.concat(
            [survey.left_out.assign(**{SOURCE: survey.name}) for survey in surveys], ignore_index=True
        ),
        layout="; ".join(dict.fromkeys(survey.layout for survey in surveys)),
        doubts=tuple(f"{survey.name}: {doubt}" for survey in surveys for doubt in survey.doubts),
        measures=tuple(measures.values()),
        repeats=options.repeats,
        repeat_counts=policy_counts(responses, nothing) if options.repeats != "all" else (),
        choices=tuple(_without_counts(choice) for choice in first.choices),
        columns=tuple(dict.fromkeys(name for survey in surveys for name in survey.columns)),
        silent=pd.concat(
            [
                survey.silent.assign(**{SOURCE: survey.name})
                for survey in surveys
                if survey.silent is not None
            ],
            ignore_index=True,
        ),
        invited_known=all(survey.invited_known for survey in surveys),
        labels={name: text for survey in reversed(surveys) for name, text in survey.labels.items()},
    )


def _without_counts(choice: RoleChoice) -> RoleChoice:
    """The candidates of the first file without its counts, which are not those of all files."""
    return replace(choice, candidates=tuple(replace(one, counts=None) for one in choice.candidates))


def _attributes(surveys: Sequence[Survey]) -> set[str]:
    return {name for survey in surveys for name in survey.attributes}


def _stack(surveys: Sequence[Survey]) -> pd.DataFrame:
    """The responses under one another, each attribute with the categories of all files."""
    frames = []
    for survey in surveys:
        old = survey.responses.drop(columns=[SOURCE], errors="ignore")
        frames.append(old.assign(**{SOURCE: survey.name}))
    stacked = pd.concat(frames, ignore_index=True)
    stacked["group"] = stacked["group"].astype(surveys[0].responses["group"].dtype)
    for name in (*_attributes(surveys), SOURCE):
        if name in RESERVED or name not in stacked:
            continue
        text = stacked[name].astype("object")
        counts = text.value_counts()
        categories = ordered({str(value): int(count) for value, count in counts.items()})
        if name == SOURCE:
            categories = list(dict.fromkeys(survey.name for survey in surveys))
        stacked[name] = pd.Categorical(text, categories=categories)
    return stacked


def _sum(surveys: Sequence[Survey], repeated_across: int) -> RowAccount:
    parts = []
    for reason in LEFT_OUT_REASONS:
        of_reason = [part for survey in surveys for part in survey.rows.left_out if part.reason == reason]
        count = sum(part.count for part in of_reason) + (repeated_across if reason == "repeated" else 0)
        if count:
            examples = tuple(example for part in of_reason for example in part.examples)[:5]
            parts.append(LeftOut(reason, count, examples))
    kept = sum(survey.rows.kept for survey in surveys) - repeated_across
    return RowAccount(sum(survey.rows.read for survey in surveys), kept, tuple(parts))
