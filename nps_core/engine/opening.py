"""`open_database`: what an address leads to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.engine.database import ADDRESSES, ENVIRONMENT, TIMEOUT_S, open_duckdb, open_server
from nps_core.engine.spark import PLATFORM, open_spark
from nps_core.errors import EngineError

if TYPE_CHECKING:
    from nps_core.engine.database import Database


def open_database(address: str, *, timeout: float = TIMEOUT_S) -> Database:
    """Open a database to read from.

    Parameters
    ----------
    address
        "duckdb:///file.duckdb" or "duckdb:///folder" of Parquet files, "sqlite:///file", "postgresql://user@host/name",
        "spark:" for the session that the platform has, "spark:///folder" for Parquet files, or the address of another
        engine that SQLAlchemy has a driver for; or "env:NAME" for the variable of the environment that holds it.
    timeout
        Seconds that a statement may take.

    Raises
    ------
    EngineError
        The address is none, holds a password, or leads nowhere; or its driver is not installed.
    """
    told = address.startswith(ENVIRONMENT)
    if told and not (address := os.environ.get(variable := address.removeprefix(ENVIRONMENT), "")):
        raise EngineError(f"The environment has no variable “{variable}” with an address.")
    if address == PLATFORM:
        return open_spark(None, timeout)
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise EngineError("The address of the database cannot be read.", hint=ADDRESSES) from None
    if url.password and not told:
        raise EngineError(
            "The address of the database holds a password.",
            hint=f"Put the address into a variable of the environment and write {ENVIRONMENT}NAME.",
        )
    special = {"duckdb": open_duckdb, "spark": open_spark}
    return special.get(url.get_backend_name(), open_server)(url, timeout)
