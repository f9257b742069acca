"""How Alembic runs the steps: on a connection that is open, within its transaction."""

from __future__ import annotations

from alembic import context

from nps_core.workspace.tables import metadata

if hasattr(context, "config"):  # Alembic runs this file; to whoever else imports it, it does nothing
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a column by making its table anew
    )
    with context.begin_transaction():
        context.run_migrations()
