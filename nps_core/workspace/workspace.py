"""The workspace: what people keep, open again, add to and delete."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import EditsError, WaveError, WorkspaceError
from nps_core.report.recipe import read_recipe
from nps_core.workspace import store, tables
from nps_core.workspace.coded import from_json
from nps_core.workspace.database import engine_of, migrate, name_of, reading, writing
from nps_core.workspace.files import wave_name
from nps_core.workspace.identity import with_plain_emails
from nps_core.workspace.joining import join_waves
from nps_core.workspace.packing import pack

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from nps_core.survey import Survey
    from nps_core.workspace.values import KeptSurvey, Wave

MOST_SETTINGS, LONGEST_SETTINGS = 1_000, 5_000_000
"""Names, and characters in all, of what is saved with a survey; what people type in is far less."""


@dataclass(frozen=True)
class Workspace:
    """What stays between visits; `Workspace.open` gives one. It holds no connection and may be shared by threads."""

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
        migrate(workspace.engine)
        return workspace

    @property
    def name(self) -> str:
        """The name of its file, or its address without a password."""
        return name_of(self.engine)

    # Surveys and their waves.

    def surveys(self) -> tuple[KeptSurvey, ...]:
        """The kept surveys, the newest first."""
        with reading(self.engine) as connection:
            return store.load(connection)

    def find(self, link: str) -> KeptSurvey | None:
        """The survey that a link opens, as it is now; None where it opens none."""
        with reading(self.engine) as connection:
            found = store.load(connection, tables.survey.c.link == link)
        return found[0] if found else None

    def keep(
        self,
        survey: Survey,
        name: str = "",
        by: str = "",
        settings: Mapping[str, Sequence[str]] | None = None,
        link: str | None = None,
        wave: str = "",
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

        Raises
        ------
        WorkspaceError
            It could not be written, or the link opens another survey; nothing is kept then.
        """
        told = _told(survey)
        link = link or secrets.token_urlsafe(16)
        text = _settings_text(settings or {})
        with writing(self.engine) as connection:
            if store.load(connection, tables.survey.c.link == link):
                raise WorkspaceError("This survey is kept already.", hint="Add the file as a wave instead.")
            by, named = store.clean_name(by), store.clean_name(name, store.clean_name(survey.name, "Survey"))
            survey_id = store.insert_survey(connection, link, named, by, text)
            called = store.clean_name(wave, wave_name(survey))
            store.insert_wave(connection, survey_id, called, by, told)
            return store.load_one(connection, survey_id)

    def open_survey(self, kept: KeptSurvey, waves: Sequence[int] | None = None) -> Survey:
        """A kept survey, or some of its waves by their ids, as one `Survey`.

        Of several waves each response has an attribute `WAVE` with the name of its wave, in the order of the waves.
        Waves that are not asked for are not read. The digest is that of the content: it changes with every change.

        Raises
        ------
        WorkspaceError
            The survey or a wave is there no longer, or is stored damaged.
        """
        with reading(self.engine) as connection:
            now = store.load_one(connection, kept.id)
            asked = [wave for wave in now.waves if waves is None or wave.id in waves]
            if not asked or (waves is not None and len(asked) < len(set(waves))):
                raise store.gone("wave")
            read = [
                (wave, store.about_of(connection, wave.id), store.chunks_of(connection, wave.id))
                for wave in asked
            ]
        return join_waves(now, [(wave, about, chunks) for wave, about, chunks in read])

    def rename(self, kept: KeptSurvey, name: str) -> KeptSurvey:
        """Call a survey otherwise; a name of blanks changes nothing."""
        with writing(self.engine) as connection:
            store.load_one(connection, kept.id)
            if named := store.clean_name(name):
                connection.execute(
                    sa.update(tables.survey).where(tables.survey.c.id == kept.id).values(name=named)
                )
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
        read_recipe(text)
        named = store.clean_name(name)
        if not named:
            raise EditsError("A recipe needs a name.", hint="Type one.")
        with writing(self.engine) as connection:
            store.load_one(connection, kept.id)
            connection.execute(_recipe(kept, named))
            connection.execute(sa.insert(tables.recipe).values(survey_id=kept.id, name=named, text=text))

    def delete_recipe(self, kept: KeptSurvey, name: str) -> None:
        """Delete a recipe; nothing is done where there is none."""
        with writing(self.engine) as connection:
            connection.execute(_recipe(kept, name))


def _recipe(kept: KeptSurvey, name: str) -> sa.Delete:
    return sa.delete(tables.recipe).where(tables.recipe.c.survey_id == kept.id, tables.recipe.c.name == name)


def _told(survey: Survey) -> tuple[str, store.Figures, store.Packed]:
    """A wave as it is stored: the digest of its file, its figures, and all of it packed."""
    survey = with_plain_emails(survey)
    return survey.digest, store.figures_of(survey), pack(survey)


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
    text = json.dumps(told, ensure_ascii=False)
    if len(told) > MOST_SETTINGS or len(text) > LONGEST_SETTINGS:
        raise WorkspaceError("These settings are far more than anybody types in.", hint="Take some out.")
    return text
