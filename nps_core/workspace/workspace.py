"""The workspace: what people keep, open again, add to and delete."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import EditsError, WaveError, WorkspaceError
from nps_core.workspace import deleting, relationship, store, tables, upkeep
from nps_core.workspace.adding import Addition, add, refusal
from nps_core.workspace.audit import write_down
from nps_core.workspace.coded import from_json, to_json
from nps_core.workspace.database import engine_of, migrate, name_of, purge, reading, writing
from nps_core.workspace.erasing import without_old
from nps_core.workspace.files import wave_name
from nps_core.workspace.joining import join_waves, reading_of
from nps_core.workspace.packing import read_about
from nps_core.workspace.rows import with_plain_emails
from nps_core.workspace.values import WavePreview

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from nps_core.corrections import Corrections
    from nps_core.survey import Survey
    from nps_core.workspace.values import Found, KeptSurvey, Receipt, Retention, Wave

    Progress = Callable[[str, float], None]


def silent(step: str, share: float) -> None:
    """Report progress to nobody."""


_COMPARED, _PACKED = 0.5, 0.8
"""The shares of the work that are done when a file is compared, and when it is packed."""

MOST_SETTINGS, LONGEST_SETTINGS = 1_000, 5_000_000
"""Names, and characters in all, of what is saved with a survey; what people type in is far less."""


@dataclass(frozen=True)
class Workspace:
    """What stays between visits; `Workspace.open` gives one, which threads may share."""

    engine: sa.Engine

    @classmethod
    def open(cls, where: str | os.PathLike[str]) -> Workspace:
        """Open a workspace, which is made where there is none.

        Parameters
        ----------
        where
            The path of a SQLite file, or postgresql://user:password@host/database.

        Raises
        ------
        WorkspaceError
            It cannot be reached, read or written; it is of a newer version of this program; it is something else.
        """
        workspace = cls(engine_of(where))
        weakref.finalize(workspace, workspace.engine.dispose)
        migrate(workspace.engine)
        return workspace

    @property
    def name(self) -> str:
        """The name of its file, or its address without a password."""
        return name_of(self.engine)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the workspace, as it is at this moment, into a new SQLite file; others may go on writing.

        Raises
        ------
        WorkspaceError
            The file is there already, or cannot be written.
        """
        upkeep.back_up(self.engine, Path(path))

    @classmethod
    def restore(cls, path: str | os.PathLike[str], where: str | os.PathLike[str]) -> Workspace:
        """Copy a backup into a workspace that is new or empty, of either kind; the backup stays as it is.

        Raises
        ------
        WorkspaceError
            There is no such backup, or the workspace holds something already; nothing is written then.
        """
        workspace = cls.open(where)
        upkeep.restore(Path(path), workspace.engine)
        return workspace

    def check(self) -> tuple[str, ...]:
        """What is wrong with the workspace, in sentences; empty where it is sound. Every wave is read."""
        return upkeep.check(self.engine)

    # Surveys and their waves.

    def surveys(self) -> tuple[KeptSurvey, ...]:
        """The kept surveys, the newest first."""
        with reading(self.engine) as connection:
            return store.load(connection)

    def find(self, link: str) -> KeptSurvey | None:
        """The survey that a link opens, as it is now; None where it opens none. Quick enough to ask at each run."""
        with reading(self.engine) as connection:
            found = store.load(connection, tables.survey.c.link == link)
        return found[0] if found else None

    def keep(
        self,
        survey: Survey,
        name: str = "",
        by: str = "",
        settings: Mapping[str, Sequence[str]] | None = None,
        *,
        link: str | None = None,
        wave: str = "",
        progress: Progress = silent,
    ) -> KeptSurvey:
        """Keep a survey as the first wave of a new one, in one transaction.

        Parameters
        ----------
        survey
            As it was read; the file itself is not kept.
        name, wave
            What the survey and its first wave are called; by its file, and by its days, where nothing is said.
        by
            Who keeps it, as they type it.
        settings
            As `save_settings` takes them.
        link
            The link that will open it; a new one that nobody can guess, where none is given.
        progress
            Called with a step in words and the share done, 0 to 1; so for all methods that take one.

        Raises
        ------
        WorkspaceError
            It could not be written, or the link opens another survey; nothing is kept then.
        """
        link = link or secrets.token_urlsafe(16)
        text = _settings_text(settings or {})
        progress("Packing the responses", 0.0)
        told = store.told_of(with_plain_emails(survey))
        progress("Writing", _PACKED)
        with writing(self.engine) as connection:
            if store.load(connection, tables.survey.c.link == link):
                raise WorkspaceError("This survey is kept already.", hint="Add the file as a wave instead.")
            named = store.clean_name(name, store.clean_name(survey.name, "Survey"))
            survey_id = store.insert_survey(connection, link, named, store.clean_name(by), text)
            called = store.clean_name(wave, wave_name(survey))
            store.insert_wave(connection, survey_id, called, store.clean_name(by), told)
            write_down(connection, "kept", named)
            kept = store.load_one(connection, survey_id)
        progress("Done", 1.0)
        return kept

    def open_survey(
        self, kept: KeptSurvey, waves: Sequence[int] | None = None, progress: Progress = silent
    ) -> Survey:
        """A kept survey, or some of its waves by their ids, as one `Survey`.

        Of several waves each response has an attribute `WAVE` with the name of its wave, in the order of the waves.
        Waves that are not asked for are not read. The digest is that of the content: it changes with every change.

        Raises
        ------
        WorkspaceError
            The survey or a wave is there no longer, or is stored damaged.
        """
        opened, content = [], hashlib.sha256()
        with reading(self.engine) as connection:
            now = store.load_one(connection, kept.id)
            asked = [wave for wave in now.waves if waves is None or wave.id in waves]
            if not asked or (waves is not None and len(asked) < len(set(waves))):
                raise store.gone("wave")
            for place, wave in enumerate(asked):
                progress(f"Opening {wave.name}", place / (len(asked) + 1))
                content.update(f"{wave.name}\0{store.digest_of(connection, wave.id)}\0".encode())
                opened.append(store.open_wave(connection, wave))
        progress("Putting the waves together", len(asked) / (len(asked) + 1))
        digest = hashlib.sha256(f"{now.link}\0{now.name}\0".encode() + content.digest()).hexdigest()
        return replace(join_waves(opened), name=now.name, digest=digest)

    # Another wave.

    def corrections(self, kept: KeptSurvey, survey: Survey | Sequence[str]) -> Corrections:
        """How a file has to be read to be read as the last wave was, as far as it has its columns.

        Nothing where it was read that way. Of a file that could not be read its columns are enough.
        `Corrections.options()` are the parameters of `read_surveys`.
        """
        with reading(self.engine) as connection:
            last = store.load_one(connection, kept.id).waves[-1]
            return reading_of(read_about(store.about_of(connection, last.id)), survey)

    def preview(self, kept: KeptSurvey, survey: Survey, progress: Progress = silent) -> WavePreview:
        """What adding a file would do; nothing is written.

        Raises
        ------
        WorkspaceError
            The survey is there no longer, or is stored damaged. What speaks against the file stands in `refused`.
        """
        _, addition = self._addition(kept, survey, replace_changed=False, progress=progress)
        return addition.preview

    def add_wave(
        self,
        kept: KeptSurvey,
        survey: Survey,
        name: str = "",
        by: str = "",
        *,
        replace_changed: bool = True,
        progress: Progress = silent,
    ) -> Wave:
        """Add a file as the next wave: the responses that are kept already are not stored twice.

        All of it is one transaction, which `undo` takes back.

        Parameters
        ----------
        name
            What the wave is called; by its days where nothing is said.
        replace_changed
            Whether what the file has of a kept response, where it is something else, takes the place of what is kept.

        Raises
        ------
        WaveError
            The file cannot be added (see `WavePreview.refused`), or another wave has this name.
        WorkspaceError
            It could not be written; nothing is added then.
        """
        while True:
            now, addition = self._addition(kept, survey, replace_changed=replace_changed, progress=progress)
            if addition.preview.refused:
                raise WaveError(addition.preview.refused, hint="Open it by itself, or choose another file.")
            named = store.clean_name(name, addition.preview.name)
            check_wave_name(now, named)
            progress("Packing the responses", _COMPARED)
            told = store.told_of(addition.wave)
            others = {wave_id: store.told_of(changed) for wave_id, changed in addition.changed.items()}
            progress("Writing", _PACKED)
            with writing(self.engine) as connection:
                if store.load_one(connection, kept.id).revision != now.revision:
                    continue  # somebody added a wave meanwhile: what is new is another question now
                store.bump(connection, now, "revision")
                store.forget_before(connection, now.id)
                added = store.insert_wave(connection, now.id, named, store.clean_name(by), told)
                store.keep_before(connection, now.id, added, others)
                for wave_id, changed in others.items():
                    store.rewrite_wave(connection, wave_id, changed)
                write_down(connection, "kept", now.name)
                waves = store.load_one(connection, now.id).waves
            progress("Done", 1.0)
            return next(wave for wave in waves if wave.id == added)

    def undo(self, kept: KeptSurvey) -> Wave:
        """Take back the wave that was added last, as long as nothing else was written since; what it was.

        Raises
        ------
        WaveError
            There is none.
        """
        with writing(self.engine) as connection:
            now = store.load_one(connection, kept.id)
            wave = next((wave for wave in now.waves if wave.id == now.undoable), None)
            if wave is None:
                raise WaveError(
                    f"Nothing in “{now.name}” can be taken back any more.", hint="Delete the wave instead."
                )
            store.bump(connection, now, "revision")
            store.take_back(connection, wave.id)
            left = store.load_one(connection, now.id).waves
            relationship.drop_without_responses(connection, now.id, left)
            write_down(connection, "deleted", now.name)
        purge(self.engine)
        return wave

    def _addition(
        self, kept: KeptSurvey, survey: Survey, *, replace_changed: bool, progress: Progress
    ) -> tuple[KeptSurvey, Addition]:
        """What adding a file would do to the survey as it is now."""
        survey = with_plain_emails(survey)
        with reading(self.engine) as connection:
            now = store.load_one(connection, kept.id)
            survey, _ = without_old(survey, store.rule_of(connection, now.id), _today(), _today())
            last = read_about(store.about_of(connection, now.waves[-1].id))
            if refused := refusal(now, survey, last.scale.written):
                return now, Addition(WavePreview(len(survey.responses), refused=refused), survey)

            def open_wave(wave: Wave) -> Survey:
                progress(f"Comparing with {wave.name}", now.waves.index(wave) / len(now.waves) * _COMPARED)
                return store.open_wave(connection, wave)

            return now, add(now, survey, open_wave, replace_changed=replace_changed)

    def rename(self, kept: KeptSurvey, name: str) -> KeptSurvey:
        """Call a survey otherwise; a name of blanks changes nothing."""
        with writing(self.engine) as connection:
            store.load_one(connection, kept.id)
            if named := store.clean_name(name):
                connection.execute(
                    sa.update(tables.survey).where(tables.survey.c.id == kept.id).values(name=named)
                )
                write_down(connection, "changed", named)
            return store.load_one(connection, kept.id)

    def rename_wave(self, kept: KeptSurvey, wave: Wave, name: str) -> KeptSurvey:
        """Call a wave otherwise; a name of blanks changes nothing.

        Raises
        ------
        WaveError
            Another wave of the survey has this name.
        """
        with writing(self.engine) as connection:
            now = store.load_one(connection, kept.id)
            if wave.id not in {one.id for one in now.waves}:
                raise store.gone("wave")
            if named := store.clean_name(name):
                check_wave_name(
                    replace(now, waves=tuple(one for one in now.waves if one.id != wave.id)), named
                )
                store.bump(connection, now, "revision")
                connection.execute(
                    sa.update(tables.wave).where(tables.wave.c.id == wave.id).values(name=named)
                )
                write_down(connection, "changed", now.name)
            return store.load_one(connection, kept.id)

    # What lives with a survey.

    def settings(self, kept: KeptSurvey) -> dict[str, list[str]]:
        """What was typed in or picked, by name, as `save_settings` took it.

        Raises
        ------
        WorkspaceError
            The survey is there no longer, or something else is stored.
        """
        table = tables.survey
        with reading(self.engine) as connection:
            text = connection.execute(sa.select(table.c.settings).where(table.c.id == kept.id)).scalar()
        if text is None:
            raise store.gone("survey")
        try:
            return from_json(dict[str, list[str]], text)
        except (TypeError, ValueError) as error:
            raise WorkspaceError(
                f"The settings of “{kept.name}” cannot be read.", hint="Restore a backup."
            ) from error

    def save_settings(self, kept: KeptSurvey, settings: Mapping[str, Sequence[str]]) -> KeptSurvey:
        """Save what was typed in or picked, in the place of what was saved before; empty lists are left out.

        Returns
        -------
        KeptSurvey
            With its new version, for the next change.

        Raises
        ------
        StaleError
            Somebody else saved settings since `kept` was looked up; nothing is written.
        """
        text = _settings_text(settings)
        with writing(self.engine) as connection:
            store.bump(connection, kept, "version", settings=text)
            write_down(connection, "changed", kept.name)
            return store.load_one(connection, kept.id)

    def recipes(self, kept: KeptSurvey) -> dict[str, str]:
        """The recipes of a survey by their names, each as the text that `nps_core.report.recipe.read_recipe` reads."""
        table = tables.recipe
        asked = (
            sa.select(table.c.name, table.c.text).where(table.c.survey_id == kept.id).order_by(table.c.name)
        )
        with reading(self.engine) as connection:
            return {row.name: row.text for row in connection.execute(asked)}

    def save_recipe(self, kept: KeptSurvey, name: str, text: str) -> None:
        """Save a recipe under a name, in the place of the one that had it.

        Raises
        ------
        EditsError
            The text is no recipe.
        WorkspaceError
            The survey is there no longer.
        """
        from nps_core.report.recipe import read_recipe  # noqa: PLC0415 - brings all that draws

        read_recipe(text)
        named = store.clean_name(name)
        if not named:
            raise EditsError("A recipe needs a name.", hint="Type one.")
        with writing(self.engine) as connection:
            store.load_one(connection, kept.id)
            connection.execute(_recipe(kept, named))
            connection.execute(sa.insert(tables.recipe).values(survey_id=kept.id, name=named, text=text))
            write_down(connection, "changed", kept.name)

    def delete_recipe(self, kept: KeptSurvey, name: str) -> None:
        """Delete a recipe; nothing is done where there is none."""
        with writing(self.engine) as connection:
            connection.execute(_recipe(kept, name))
            write_down(connection, "changed", kept.name)

    # Deletion that deletes.

    def find_respondent(self, kept: KeptSurvey, text: str, progress: Progress = silent) -> Found:
        """What a survey holds of a respondent, by id or e-mail address; never by a name."""
        return deleting.find_respondent(self.engine, kept, text, progress)

    def erase_respondent(
        self, kept: KeptSurvey, text: str, by: str = "", progress: Progress = silent
    ) -> Receipt:
        """Delete all that a survey holds of a respondent, by id or e-mail address, from the disk as well.

        Their rows go; their address is masked in what others wrote, and in settings and recipes. Adding a wave can no
        longer be taken back.

        Raises
        ------
        WaveError
            There is nothing of them.
        """
        return deleting.erase_respondent(self.engine, kept, text, by, progress)

    def delete_wave(self, kept: KeptSurvey, wave: Wave, by: str = "") -> Receipt:
        """Delete a wave; what it changed in others stays.

        Raises
        ------
        WaveError
            It is the only one: then the survey is to be deleted.
        """
        return deleting.delete_wave(self.engine, kept, wave, by)

    def delete_survey(self, kept: KeptSurvey, by: str = "") -> Receipt:
        """Delete a survey with all its waves, settings and recipes; its receipts stay."""
        return deleting.delete_survey(self.engine, kept, by)

    def retention(self, kept: KeptSurvey) -> Retention:
        """The rule by which a survey ends."""
        with reading(self.engine) as connection:
            store.load_one(connection, kept.id)
            return store.rule_of(connection, kept.id)

    def set_retention(self, kept: KeptSurvey, rule: Retention) -> None:
        """Set the rule by which a survey ends; `apply_retention` carries it out.

        Raises
        ------
        WorkspaceError
            A number of months is less than 1.
        """
        if any(months is not None and months < 1 for months in (rule.comments, rule.responses)):
            raise WorkspaceError(
                "A rule of retention takes whole months, at least one.", hint="Type a number from 1."
            )
        table = tables.survey
        with writing(self.engine) as connection:
            store.load_one(connection, kept.id)
            connection.execute(sa.update(table).where(table.c.id == kept.id).values(retention=to_json(rule)))
            write_down(connection, "changed", kept.name)

    def due(
        self, kept: KeptSurvey, rule: Retention, today: dt.date, progress: Progress = silent
    ) -> Receipt | None:
        """What a rule would take out of a survey on a day, as its receipt would count it; None for nothing."""
        return deleting.due(self.engine, kept, rule, today, progress)

    def apply_retention(
        self, today: dt.date, by: str = "", progress: Progress = silent
    ) -> tuple[Receipt, ...]:
        """Carry out the rules of all surveys: what is too old on a day is deleted, from the disk as well."""
        receipts = [
            deleting.delete_old(self.engine, kept, rule, today, by, progress)
            for kept in self.surveys()
            if (rule := self.retention(kept))
        ]
        return tuple(receipt for receipt in receipts if receipt is not None)

    def receipts(self, kept: KeptSurvey | None = None) -> tuple[Receipt, ...]:
        """What was deleted of a survey, or in all, the newest first."""
        with reading(self.engine) as connection:
            return store.receipts(connection, None if kept is None else kept.link)


def _recipe(kept: KeptSurvey, name: str) -> sa.Delete:
    return sa.delete(tables.recipe).where(tables.recipe.c.survey_id == kept.id, tables.recipe.c.name == name)


def check_wave_name(kept: KeptSurvey, name: str) -> None:
    """See that no other wave has this name.

    Raises
    ------
    WaveError
        One has.
    """
    if name.casefold() in {wave.name.casefold() for wave in kept.waves}:
        raise WaveError(
            f"There is a wave “{name}” in “{kept.name}” already.", hint="Call this one otherwise."
        )


def _settings_text(settings: Mapping[str, Sequence[str]]) -> str:
    """Settings as they are stored; what was emptied is left out, and so is emptied when they are opened."""
    told = {str(name): list(map(str, texts)) for name, texts in settings.items() if texts}
    text = to_json(told)
    if len(told) > MOST_SETTINGS or len(text) > LONGEST_SETTINGS:
        raise WorkspaceError("These settings are far more than anybody types in.", hint="Take some out.")
    return text


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()
