"""Several surveys -> one, with the file that each response came from."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.errors import MappingError, NoNPSQuestion, ReadError
from nps_core.formatting import format_nps
from nps_core.reading.overrides import Options, as_dict
from nps_core.reading.repeats import policy_counts, repeated
from nps_core.reading.responses import REPEATED, groups_of
from nps_core.reading.typed import ordered
from nps_core.survey import (
    LEFT_OUT_REASONS,
    RESERVED,
    ColumnUse,
    Doubt,
    LeftOut,
    Mapping,
    RoleChoice,
    RowAccount,
    Survey,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


SOURCE = "source"
"""The attribute that says which file a response came from."""


Readings = tuple[dict[int, Survey], dict[int, ReadError]]
"""Of several files by their places: what was read of them, and why others could not be read."""


def read_alike(count: int, read: Callable[[int, Options], Survey], options: Options) -> list[Survey]:
    """Read each of several files, one of the same columns as another as that one was read.

    Raises
    ------
    ReadError
        A file cannot be read, and no other has its columns.
    """
    found, troubles = read_each(count, read, options)
    # One without a recommend question may belong to another; one that is damaged never does.
    for trouble in sorted(troubles.values(), key=lambda error: isinstance(error, NoNPSQuestion)):
        raise trouble
    return [found[place] for place in range(count)]


def read_each(count: int, read: Callable[[int, Options], Survey], options: Options) -> Readings:
    """Read each of several files, one of the same columns as another as that one was read.

    A file whose answers all happen to be low tells less than its neighbour: its score may not be found, or be
    taken for 1-5. Where the columns are the same, the question and its scale are, too.
    """
    found: dict[int, Survey] = {}
    troubles: dict[int, ReadError] = {}
    for place in range(count):
        try:
            found[place] = read(place, options)
        except ReadError as error:
            troubles[place] = error
    if options.scale is not None or "score" in as_dict(options.mapping):
        return found, troubles
    for place in range(count):
        trouble = troubles.get(place)
        if trouble is not None and not isinstance(trouble, NoNPSQuestion):
            continue
        widest = _widest(found, found[place].columns if trouble is None else trouble.columns)
        if widest is None or (trouble is None and found[place].scale == widest.scale):
            continue
        if trouble is not None or found[place].mapping.score == widest.mapping.score:
            found[place] = _read_as(widest, place, read, options)
            troubles.pop(place, None)
    return found, troubles


def _widest(found: dict[int, Survey], columns: tuple[str, ...]) -> Survey | None:
    """Of the surveys with these columns and scores, the one whose scale reaches furthest."""
    alike = [survey for survey in found.values() if survey.columns == columns and not survey.scale.words]
    return max(alike, key=lambda survey: survey.scale.high, default=None)


def _read_as(other: Survey, place: int, read: Callable[[int, Options], Survey], options: Options) -> Survey:
    """A file read with the question and the scale of another one, which is said."""
    scale = other.scale
    asked = replace(
        options,
        mapping={**as_dict(options.mapping), "score": other.mapping.score},
        scale=f"{scale.low}-{scale.high}:{scale.detractor_to}/{scale.promoter_from}",
    )
    survey = read(place, asked)
    doubt = (
        f"“{survey.mapping.score}” was read on the scale {scale.name}, as in “{other.name}”, which has the"
        " same columns."
    )
    return replace(survey, doubts=(*survey.doubts, Doubt(doubt)))


def join(surveys: Sequence[Survey], options: Options, by: str = SOURCE) -> Survey:
    """Put surveys under one another; roles meet by role, attributes by name.

    Parameters
    ----------
    by
        The attribute that says which survey a response is of, by its name; it takes the place of one of this name.

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
    responses = _stack(surveys, by)
    nothing = np.zeros(len(responses), np.int8)
    why = repeated(responses, nothing, options.repeats)
    gone = int((why == REPEATED).sum())
    attributes = tuple(name for name in responses.columns if name in _attributes(surveys) or name == by)
    # What one survey has as an attribute and another as a measure is an attribute of all.
    measures = {
        measure.column: measure
        for survey in surveys
        for measure in survey.measures
        if measure.column not in attributes
    }
    return replace(
        first,
        name=", ".join(survey.name for survey in surveys),
        digest=hashlib.sha256(
            "".join(survey.digest for survey in surveys).encode() + options.repeats.encode()
        ).hexdigest(),
        responses=responses[why == 0].reset_index(drop=True),
        mapping=_mapping(surveys, attributes),
        rows=_sum(surveys, gone, responses[why == 0]),
        left_out=pd.concat(
            [survey.left_out.assign(**{by: survey.name}) for survey in surveys], ignore_index=True
        ),
        layout="; ".join(dict.fromkeys(survey.layout for survey in surveys)),
        doubts=_doubts(surveys),
        measures=tuple(measures.values()),
        repeats=options.repeats,
        repeat_counts=policy_counts(responses, nothing) if options.repeats != "all" else (),
        choices=tuple(_without_counts(choice) for choice in first.choices),
        encoding=first.encoding if len({survey.encoding for survey in surveys}) == 1 else "",
        column_uses=_uses(surveys),
        columns=tuple(dict.fromkeys(name for survey in surveys for name in survey.columns)),
        silent=pd.concat(
            [survey.silent.assign(**{by: survey.name}) for survey in surveys if survey.silent is not None],
            ignore_index=True,
        ),
        invited_known=all(survey.invited_known for survey in surveys),
        labels={name: text for survey in reversed(surveys) for name, text in survey.labels.items()},
    )


def _doubts(surveys: Sequence[Survey]) -> tuple[Doubt, ...]:
    """The doubts of all files; what one could be moves the whole by its file's share of the responses."""
    every = max(sum(survey.rows.kept for survey in surveys), 1)
    found = [
        Doubt(
            _of_file(survey, doubt), moves=doubt.moves * survey.rows.kept / every if survey.rows.kept else 0.0
        )
        for survey in surveys
        for doubt in survey.doubts
    ]
    return tuple(sorted(found, key=lambda doubt: -doubt.moves))


def _of_file(survey: Survey, doubt: Doubt) -> str:
    could_be = (
        ""
        if doubt.nps_could_be is None
        else f" The NPS of this file could be {format_nps(doubt.nps_could_be)}."
    )
    return f"{survey.name}: {doubt.text}{could_be}"


def _uses(surveys: Sequence[Survey]) -> tuple[ColumnUse, ...]:
    """What became of the columns of all files; of those that several have, in the first one."""
    found: dict[str, ColumnUse] = {}
    for survey in surveys:
        for use in survey.column_uses:
            found.setdefault(use.column, use)
    return tuple(found.values())


def _without_counts(choice: RoleChoice) -> RoleChoice:
    """The candidates of the first file without its counts, which are not those of all files."""
    return replace(choice, candidates=tuple(replace(one, counts=None) for one in choice.candidates))


def _attributes(surveys: Sequence[Survey]) -> set[str]:
    return {name for survey in surveys for name in survey.attributes}


def _mapping(surveys: Sequence[Survey], attributes: tuple[str, ...]) -> Mapping:
    """Each role as the first survey has it that has it; of roles that several columns play, all of them."""
    found: dict[str, Any] = {}
    for role in fields(Mapping):
        values = [getattr(survey.mapping, role.name) for survey in surveys]
        if isinstance(values[0], tuple):
            names = dict.fromkeys(name for value in values for name in value)
            found[role.name] = tuple(name for name in names if name not in attributes)
        else:
            found[role.name] = next((value for value in values if value is not None), None)
    return Mapping(**{**found, "attributes": attributes})


def _stack(surveys: Sequence[Survey], by: str) -> pd.DataFrame:
    """The responses under one another, each attribute with the categories of all surveys."""
    frames = [survey.responses.drop(columns=[by], errors="ignore") for survey in surveys]
    for name in _attributes(surveys) - {by, *RESERVED}:
        # By their codes: a million values are spelled out once each.
        columns = [_as_category(frame[name]) if name in frame else None for frame in frames]
        counts: dict[str, int] = {}
        for column in columns:
            if column is not None:
                codes = column.codes
                found = np.bincount(codes[codes >= 0], minlength=len(column.categories)).tolist()
                for value, count in zip(column.categories, found, strict=True):
                    counts[str(value)] = counts.get(str(value), 0) + count
        kind = pd.CategoricalDtype(ordered({value: count for value, count in counts.items() if count}))
        frames = [
            frame.assign(
                **{name: _nothing(frame, kind) if column is None else column.set_categories(kind.categories)}
            )
            for frame, column in zip(frames, columns, strict=True)
        ]
    stacked = pd.concat(frames, ignore_index=True)
    names = list(dict.fromkeys(survey.name for survey in surveys))
    places = [names.index(survey.name) for survey in surveys]
    codes = np.repeat(places, [len(frame) for frame in frames])
    stacked[by] = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names))
    return stacked


def _as_category(values: pd.Series) -> pd.Categorical:
    """An attribute as a categorical without an order; in one of the surveys it may be a measure."""
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.map("{:g}".format, na_action="ignore").astype("category")
    found: pd.Categorical = values.array
    return found.as_unordered()


def _nothing(frame: pd.DataFrame, kind: pd.CategoricalDtype) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(len(frame), -1), dtype=kind)


def _sum(surveys: Sequence[Survey], repeated_across: int, responses: pd.DataFrame) -> RowAccount:
    parts = []
    for reason in LEFT_OUT_REASONS:
        of_reason = [part for survey in surveys for part in survey.rows.left_out if part.reason == reason]
        count = sum(part.count for part in of_reason) + (repeated_across if reason == "repeated" else 0)
        if count:
            examples = tuple(example for part in of_reason for example in part.examples)[:5]
            detractors, passives, promoters = (
                sum(part.groups[place] for part in of_reason) for place in range(3)
            )
            parts.append(LeftOut(reason, count, examples, (detractors, passives, promoters)))
    kept = sum(survey.rows.kept for survey in surveys) - repeated_across
    words = tuple(word for survey in surveys for word in survey.rows.status_words)
    groups = groups_of(responses["group"].cat.codes.to_numpy())
    return RowAccount(sum(survey.rows.read for survey in surveys), kept, tuple(parts), words, groups)
