"""Deletion that deletes: a respondent, a wave, a survey, what is too old; each with a receipt that names nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import WaveError
from nps_core.identities import key_of
from nps_core.workspace import follow_ups, register, relationship, store, tables
from nps_core.workspace.audit import write_down
from nps_core.workspace.database import purge, reading, writing
from nps_core.workspace.erasing import without_old, without_respondent
from nps_core.workspace.values import Found, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nps_core.survey import Survey
    from nps_core.workspace.values import KeptSurvey, Retention, Wave

    Progress = Callable[[str, float], None]
    Less = tuple[Wave, Counter[str]]  # a wave from which something goes, and how much of each part

PARTS = ("responses", "comments", "left_out", "silent", "mentions")
"""What is counted of what goes; see `Receipt`."""


def find_respondent(engine: sa.Engine, kept: KeptSurvey, text: str, progress: Progress) -> Found:
    """What a survey holds of a respondent."""
    _, found, _ = _look_through(engine, kept, _without_respondent(key_of(text)), progress)
    waves = tuple((wave.name, counts["responses"]) for wave, counts in found)
    counts = _counts(found)
    return Found(waves, counts["left_out"], counts["silent"], counts["mentions"])


def erase_respondent(engine: sa.Engine, kept: KeptSurvey, text: str, by: str, progress: Progress) -> Receipt:
    """Delete all that a survey holds of a respondent.

    Raises
    ------
    WaveError
        There is nothing of them.
    """
    key = key_of(text)
    while True:
        now, found, told = _look_through(engine, kept, _without_respondent(key), progress, pack=True)
        if not found:
            raise WaveError(
                f"Nobody in “{now.name}” has this id or e-mail address; nothing was deleted.",
                hint="Respondents are found by their whole id or address, never by a name.",
            )
        receipt = _receipt("respondent", now, by, [wave for wave, _ in found], **_counts(found))
        if done := _rewrite(engine, now, told, receipt, key):
            return done


def delete_wave(engine: sa.Engine, kept: KeptSurvey, wave: Wave, by: str) -> Receipt:
    """Delete a wave of several.

    Raises
    ------
    WaveError
        It is the only one.
    """
    with writing(engine) as connection:
        now = store.load_one(connection, kept.id)
        own = next((one for one in now.waves if one.id == wave.id), None)
        if own is None:
            raise store.gone("wave")
        if len(now.waves) == 1:
            raise WaveError(
                f"“{own.name}” is the only wave of “{now.name}”.", hint="Delete the whole survey instead."
            )
        counts = {"responses": own.figures.n, "left_out": own.figures.left_out}
        counts["follow_ups"] = follow_ups.count(connection, now.id, own.id)
        store.bump(connection, now, "revision")
        store.forget_before(connection, now.id)
        connection.execute(sa.delete(tables.wave).where(tables.wave.c.id == own.id))
        left = [one for one in now.waves if one.id != own.id]
        counts["relationships"] = relationship.drop_without_responses(connection, now.id, left)
        receipt = _receipt("wave", now, by, [own], **counts)
        store.insert_receipt(connection, now.link, receipt)
        write_down(connection, "deleted", now.name)
    purge(engine)
    return receipt


def delete_survey(engine: sa.Engine, kept: KeptSurvey, by: str) -> Receipt:
    """Delete a survey and all that lives with it."""
    with writing(engine) as connection:
        now = store.load_one(connection, kept.id)
        left_out = sum(wave.figures.left_out for wave in now.waves)
        counts = {
            "left_out": left_out,
            "follow_ups": follow_ups.count(connection, now.id),
            "relationships": relationship.count(connection, now.id),
        }
        receipt = _receipt("survey", now, by, now.waves, responses=now.n, **counts)
        connection.execute(sa.delete(tables.survey).where(tables.survey.c.id == now.id))
        store.insert_receipt(connection, now.link, receipt)
        write_down(connection, "deleted", now.name)
    purge(engine)
    return receipt


def due(
    engine: sa.Engine, kept: KeptSurvey, rule: Retention, today: dt.date, progress: Progress
) -> Receipt | None:
    """What a rule would take out of a survey; None for nothing."""
    now, found, _ = _look_through(engine, kept, _without_old(rule, today), progress)
    return _receipt_of_old(now, found, "")


def delete_old(
    engine: sa.Engine, kept: KeptSurvey, rule: Retention, today: dt.date, by: str, progress: Progress
) -> Receipt | None:
    """Take out of a survey what a rule does; None where that is nothing."""
    while True:
        now, found, told = _look_through(engine, kept, _without_old(rule, today), progress, pack=True)
        receipt = _receipt_of_old(now, found, by)
        if receipt is None:
            return None
        if done := _rewrite(engine, now, told, receipt):
            return done


def _without_respondent(key: str) -> Callable[[Wave, Survey], tuple[Survey, Counter[str]]]:
    return lambda _, survey: without_respondent(survey, key) if key else (survey, Counter())


def _without_old(rule: Retention, today: dt.date) -> Callable[[Wave, Survey], tuple[Survey, Counter[str]]]:
    return lambda wave, survey: without_old(survey, rule, today, wave.added.date())


def _look_through(
    engine: sa.Engine,
    kept: KeptSurvey,
    without: Callable[[Wave, Survey], tuple[Survey, Counter[str]]],
    progress: Progress,
    *,
    pack: bool = False,
) -> tuple[KeptSurvey, list[Less], dict[int, store.Told]]:
    """The survey as it is now; its waves in which there is something to take out; and these without it, packed.

    One wave is in memory at a time, besides the packed ones.
    """
    found, told = [], {}
    with reading(engine) as connection:
        now = store.load_one(connection, kept.id)
        for place, wave in enumerate(now.waves):
            progress(f"Looking through {wave.name}", place / len(now.waves))
            survey, counts = without(wave, store.open_wave(connection, wave))
            if counts.total():
                found.append((wave, counts))
            if counts.total() and pack:
                told[wave.id] = store.told_of(survey)
    return now, found, told


def _rewrite(
    engine: sa.Engine, now: KeptSurvey, told: Mapping[int, store.Told], receipt: Receipt, key: str = ""
) -> Receipt | None:
    """Store waves anew, with less in them; None where others changed the survey meanwhile, and nothing is done.

    The receipt counts the follow-ups and relationship scores that go with it.
    """
    with writing(engine) as connection:
        if store.load_one(connection, now.id).revision != now.revision:
            return None
        store.bump(connection, now, "revision")
        store.forget_before(connection, now.id)
        for wave_id, one in told.items():
            store.rewrite_wave(connection, wave_id, one)
        if key:
            store.mask_in_settings(connection, now.id, key)
            follow_ups.mask(connection, now.id, key)
            register.mask(connection, now.id, key)
            relationship.mask(connection, now.id, key)
        gone = follow_ups.drop_without_responses(connection, [wave for wave in now.waves if wave.id in told])
        apart = relationship.drop_without_responses(connection, now.id, now.waves)
        receipt = replace(receipt, follow_ups=gone, relationships=apart)
        store.insert_receipt(connection, now.link, receipt)
        write_down(connection, "deleted", now.name)
    purge(engine)
    return receipt


def _counts(found: Sequence[Less]) -> dict[str, int]:
    return {part: sum(counts[part] for _, counts in found) for part in PARTS}


def _receipt(what: str, kept: KeptSurvey, by: str, waves: Sequence[Wave], **counts: int) -> Receipt:
    moment = dt.datetime.now(tz=dt.UTC).replace(microsecond=0)
    names = tuple(wave.name for wave in waves)
    return Receipt(moment, store.clean_name(by), what, kept.name, names, **counts)


def _receipt_of_old(kept: KeptSurvey, found: Sequence[Less], by: str) -> Receipt | None:
    if not found:
        return None
    counts = _counts(found)
    what = "responses" if counts["responses"] else "comments"
    return _receipt(what, kept, by, [wave for wave, _ in found], **counts)
