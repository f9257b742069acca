"""Responses that stay where they are: a table of a database, which is asked for counts.

`connect` gives a survey like any other. Its counts are those of `EngineIndex`; what is asked are the statements of
`Source`.
"""

from nps_core.engine.connection import connect, look_at

__all__ = ["connect", "look_at"]
