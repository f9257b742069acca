"""What adding a file to a kept survey would do: told before anything is written, and then done."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.formatting import format_day, plural, short
from nps_core.user_text import plain
from nps_core.workspace import comparison
from nps_core.workspace.files import wave_name
from nps_core.workspace.rows import with_changed, without_repeated
from nps_core.workspace.values import Part, WavePreview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from nps_core.survey import Survey
    from nps_core.workspace.values import KeptSurvey, Wave

EXAMPLES = 5
"""Examples of each kind that are shown."""

_NUMBERED_ANEW = 0.5
"""The share of ids of another account beyond which they are no ids of people across waves."""

_ENOUGH, _NARROW = 10, 0.7
"""Scores, at least, of which none is above this share of the highest possible: a scale to 5 or 7 that is none to 10."""

_DAY = pd.Timedelta(days=1)
"""How far days may lie apart for the same moment, told in another time zone."""


@dataclass(frozen=True)
class Addition:
    """What adding a file does: the wave that it becomes, and the waves whose responses it changes, by their ids."""

    preview: WavePreview
    wave: Survey
    changed: dict[int, Survey] = field(default_factory=dict)


def refusal(kept: KeptSurvey, survey: Survey, scale: str) -> str:
    """Why a file cannot become a wave at all, as a sentence; "" where it can. `scale` is that of the waves."""
    same = next((wave for wave in kept.waves if wave.digest == survey.digest), None)
    if same is not None:
        return f"“{survey.name}” is in “{kept.name}” already, as the wave “{same.name}”."
    if survey.scale.written != scale:
        return (
            f"“{survey.name}” is on the scale {survey.scale.written}, “{kept.name}” on {scale}: an NPS of both"
            " would mean nothing."
        )
    return ""


def add(
    kept: KeptSurvey, survey: Survey, open_wave: Callable[[Wave], Survey], *, replace_changed: bool
) -> Addition:
    """Compare a file with the waves of its days, and with the last one; `open_wave` opens them."""
    left = np.arange(len(survey.responses))
    repeated, changed, missing, clashing = Part(), Part(), Part(), Part()
    rewritten: dict[int, Survey] = {}
    alike, shared = 0, 0
    before: tuple[str, ...] = ()
    meets = _meeting(survey)
    for earlier in kept.waves:
        is_last = earlier is kept.waves[-1]
        if not is_last and not meets(earlier):
            continue
        opened = open_wave(earlier)
        if meets(earlier):
            match = comparison.match(opened, survey, left)
            alike += len(match.alike)
            repeated += _part(survey, match.repeated)
            changed += Part(len(match.changed), tuple(_changes(opened, survey, match)))
            missing += _part(opened, match.missing)
            if len(match.changed) and replace_changed:
                rewritten[earlier.id] = with_changed(opened, match.was, survey, match.changed)
            known = np.concatenate([match.repeated, match.changed])
            left = np.setdiff1d(left, known, assume_unique=True)
        if is_last:
            before = opened.columns
            shared, others = comparison.clashes(opened, survey)
            clashing = Part(
                len(others), tuple(f"{who}: {was} → {now}" for who, was, now in others[:EXAMPLES])
            )
    stays = np.zeros(len(survey.responses), dtype=bool)
    stays[left] = True
    untold = survey.responses["date"].isna() & survey.responses["comment"].isna()
    wave = survey if stays.all() else without_repeated(survey, stays)
    preview = WavePreview(
        n=len(stays),
        new=_part(survey, left),
        repeated=repeated,
        changed=changed,
        missing=missing,
        clashing=clashing,
        numbered_anew=clashing.count > _NUMBERED_ANEW * shared,
        alike=alike,
        untold=int(untold.sum()),
        narrow=_narrow(survey),
        columns_gone=tuple(name for name in before if name not in survey.columns),
        columns_come=tuple(name for name in survey.columns if name not in before),
        refused="" if len(left) else _nothing_new(kept, survey, changed.count),
        name=free_name(wave_name(wave), kept),
    )
    return Addition(preview, wave, rewritten)


def _narrow(survey: Survey) -> str:
    """That a file may have been asked on a narrower scale, though it has the columns of the waves."""
    scores, scale = survey.responses["score"].dropna(), survey.scale
    if scale.words or len(scores) < _ENOUGH or scores.max() > _NARROW * scale.high:
        return ""
    return f"No score of this file is above {scores.max()}, on the scale {scale.name}: was it asked on a narrower one?"


def free_name(name: str, kept: KeptSurvey) -> str:
    """A name for another wave: this one, with a number behind it where a wave has it already."""
    taken = {wave.name.casefold() for wave in kept.waves}
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if one.casefold() not in taken)


def _meeting(survey: Survey) -> Callable[[Wave], bool]:
    """Whether a wave may hold responses of a file: some are of the same days, or some of both have no date."""
    dates = survey.responses["date"]
    undated = bool((dates.isna() & survey.responses["comment"].notna()).any())
    first, last = (None, None) if dates.isna().all() else (dates.min() - _DAY, dates.max() + _DAY)

    def meets(wave: Wave) -> bool:
        of_wave = wave.figures
        if undated and of_wave.undated:
            return True
        if first is None or last is None or of_wave.first is None or of_wave.last is None:
            return False
        return bool(of_wave.first <= last.date() and of_wave.last >= first.date())

    return meets


def _nothing_new(kept: KeptSurvey, survey: Survey, changed: int) -> str:
    also = f", {plural(changed, 'one')} of them otherwise" if changed else ""
    return f"“{survey.name}” holds no response that is not in “{kept.name}” already{also}."


def _part(survey: Survey, places: NDArray[np.int64]) -> Part:
    rows = survey.responses.iloc[places[:EXAMPLES]]
    return Part(len(places), tuple(_row(row) for _, row in rows.iterrows()))


def _row(row: pd.Series) -> str:
    """A response in a few words: who, when, and the score."""
    who = row["respondent"] if isinstance(row["respondent"], str) else f"row {row['row']}"
    when = "" if row["date"] is None or row["date"] != row["date"] else f", {format_day(row['date'])}"
    said = row["group"] if pd.isna(row["score"]) else row["score"]
    return f"{short(plain(who))}{when}, {said}"


def _changes(wave: Survey, survey: Survey, match: comparison.Match) -> Iterable[str]:
    """Of the first responses that changed: what stood there, and what stands there now."""
    old, new = wave.responses.iloc[match.was[:EXAMPLES]], survey.responses.iloc[match.changed[:EXAMPLES]]
    skipped = ("row", "score" if survey.scale.words else "group")
    names = [name for name in old.columns if name in new.columns and name not in skipped]
    for (_, was), (_, now) in zip(old.iterrows(), new.iterrows(), strict=True):
        told = [(name, _value(was[name]), _value(now[name])) for name in names]
        said = "; ".join(f"{short(plain(name))} {a} → {b}" for name, a, b in told if a != b)
        yield f"{_row(was)}: {said}"


def _value(value: object) -> str:
    """A cell in words."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - as NaN and NaT are
        return "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    return f"“{short(plain(value))}”" if isinstance(value, str) else str(value)
