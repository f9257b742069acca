"""Frozen dataclasses <-> JSON. What a database holds is input: what has not the form of the dataclass is refused."""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime as dt
import json
import types
import typing
from typing import Any, TypeVar

Value = TypeVar("Value")


def to_json(value: Any) -> str:  # noqa: ANN401 - a dataclass, or lists and dicts of them
    """A value as JSON; `from_json` gives it back."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()  # halves of characters, which no database takes


def from_json(kind: type[Value], text: str) -> Value:
    """The value of a kind that a JSON text holds.

    Raises
    ------
    ValueError, TypeError
        It holds something else.
    """
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    found: Value = read(kind, told)
    return found


def read(kind: Any, told: Any) -> Any:  # noqa: ANN401 - whatever a file holds, and whatever it should be
    """What was told as a value of a kind: a dataclass, a tuple, a mapping of texts, or a plain value.

    Raises
    ------
    ValueError, TypeError
        It is something else.
    """
    of, parts = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        # What a later version knows more is left out; what is missing has its default, or is refused.
        known = {field.name for field in dataclasses.fields(kind)} & _dict(told).keys()
        found: Any = kind(**{name: read(hints[name], told[name]) for name in known})  # type: ignore[operator]
    elif of in (types.UnionType, typing.Union):
        (one,) = (part for part in parts if part is not type(None))  # nothing else is one of several here
        found = None if told is None else read(one, told)
    elif of is tuple and parts[1:] != (...,):
        found = tuple(read(part, one) for part, one in zip(parts, _list(told), strict=True))
    elif of in (tuple, list):
        found = of(read(parts[0], part) for part in _list(told))
    elif of in (dict, collections.abc.Mapping):
        found = {str(name): read(parts[1], part) for name, part in _dict(told).items()}
    else:
        found = _PLAIN[kind](told)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _exactly(*kinds: type) -> collections.abc.Callable[[Any], Any]:
    def check(told: Any) -> Any:  # noqa: ANN401 - as above
        # True is an int to Python, and none here.
        if type(told) not in kinds:
            raise TypeError(type(told).__name__)
        return kinds[0](told)

    return check


_dict, _list = _exactly(dict), _exactly(list)
_PLAIN = {
    str: _exactly(str),
    int: _exactly(int),
    float: _exactly(float, int),
    bool: _exactly(bool),
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
}
