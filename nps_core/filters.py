"""Filters: a frozen value that says which responses are looked at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nps_core.days import span_words
from nps_core.errors import FilterError
from nps_core.formatting import capital
from nps_core.link import read_day
from nps_core.survey import GROUPS, Survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


NO_VALUE = "(no value)"
"""How a missing value of an attribute is called wherever one picks or sees it."""

ACCOUNT = "account"
"""What accounts are filtered by: the column of the responses, which no attribute can be called as."""


@dataclass(frozen=True)
class Filters:
    """Which responses are looked at; the empty value means all of them.

    Parameters
    ----------
    since, until
        First and last day, both included. A response without a date is outside any date filter.
    groups
        Any of "promoter", "passive", "detractor"; empty for all.
    attributes
        (attribute, values) pairs, sorted by attribute; a response must match each pair, by any of its
        values. `NO_VALUE` stands for missing; `ACCOUNT` is an attribute here.
    text
        Part of a comment, upper and lower case alike.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    groups: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        """True when anything is filtered."""
        return self != Filters()

    def values_of(self, attribute: str) -> tuple[str, ...]:
        """The values picked of one attribute; empty for all."""
        return dict(self.attributes).get(attribute, ())

    def with_attribute(self, attribute: str, values: Iterable[str]) -> Filters:
        """The same filters with other values picked of one attribute."""
        picked = {**dict(self.attributes), attribute: tuple(values)}
        kept = tuple(sorted((name, chosen) for name, chosen in picked.items() if chosen))
        return replace(self, attributes=kept)

    def narrowed(self, other: Filters) -> Filters:
        """What passes both, of two searches the other's; nothing where they exclude each other."""
        since = max(filter(None, (self.since, other.since)), default=None)
        until = min(filter(None, (self.until, other.until)), default=None)
        groups = [one for one in GROUPS if all(one in own for own in (self.groups, other.groups) if own)]
        both = Filters(
            since, until, tuple(groups) if len(groups) < len(GROUPS) else (), (), other.text or self.text
        )
        nothing = not groups
        for name in dict.fromkeys(name for name, _ in (*self.attributes, *other.attributes)):
            picked = [own for own in (self.values_of(name), other.values_of(name)) if own]
            left = [value for value in picked[-1] if all(value in own for own in picked)]
            nothing = nothing or not left
            both = both.with_attribute(name, left)
        return replace(both, since=None, until=dt.date.min) if nothing else both

    def words(self) -> str:
        """The filters in words: "persona: end user or champion; since 3 Mar 2026"; "all responses" for none."""
        parts = [f"{name}: {' or '.join(values)}" for name, values in self.attributes]
        if self.groups:
            parts.append(" and ".join(f"{group}s" for group in self.groups) + " only")
        if period := self.period:
            parts.append(period)
        if self.text:
            parts.append(f"comment contains “{self.text}”")
        return "; ".join(parts) or "all responses"

    @property
    def period(self) -> str:
        """The days in words: "Q2 2026", "since 3 Mar 2026"; "" for all."""
        return span_words(self.since, self.until)

    def dated(self, title: str) -> str:
        """A title with the days before it, so that nobody reads it of all: "Q2 2026: NPS is +34"."""
        days = capital(self.period)
        return title if not days or title.startswith(days) else f"{days}: {title}"

    def to_query(self) -> dict[str, list[str]]:
        """The filters as the parameters of a URL; `from_query` reads them back unchanged."""
        query = {f"by.{name}": list(values) for name, values in self.attributes}
        if self.groups:
            query["group"] = list(self.groups)
        if self.since:
            query["since"] = [self.since.isoformat()]
        if self.until:
            query["until"] = [self.until.isoformat()]
        if self.text:
            query["text"] = [self.text]
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, Iterable[str]]) -> Filters:
        """Read the parameters of a URL; what is not a filter is passed over.

        Raises
        ------
        FilterError
            A date that is none, or a group that does not exist.
        """
        given = {key: tuple(values) for key, values in query.items()}
        groups = given.get("group", ())
        if unknown := [group for group in groups if group not in GROUPS]:
            raise FilterError(
                f"There is no group “{unknown[0]}”.", hint="Groups are promoter, passive and detractor."
            )
        picked = ((key.removeprefix("by."), values) for key, values in given.items() if key.startswith("by."))
        return cls(
            since=_read_date(given.get("since", ())),
            until=_read_date(given.get("until", ())),
            groups=groups,
            attributes=tuple(sorted((name, values) for name, values in picked if values)),
            text="".join(given.get("text", ())[:1]),
        )

    def known_to(self, survey: Survey) -> Filters:
        """The same filters less the attributes and values that a survey does not have."""
        kept = []
        for name, values in self.attributes:
            if name in (*survey.attributes, ACCOUNT):
                column = survey.responses[name]
                has = {*map(str, column.cat.categories if name != ACCOUNT else column.unique()), NO_VALUE}
                if there := tuple(value for value in values if value in has):
                    kept.append((name, there))
        return replace(self, attributes=tuple(kept))


@dataclass(frozen=True)
class Choice:
    """An attribute that can be filtered by, and its values in the order to show them."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class FilterChoices:
    """What a survey can be filtered by: its attributes, and its first and last day (None without dates)."""

    attributes: tuple[Choice, ...]
    first: dt.date | None
    last: dt.date | None


def filter_choices(survey: Survey) -> FilterChoices:
    """What a survey can be filtered by; persona, phase and touchpoint come first.

    An attribute with missing values has `NO_VALUE` as its last choice, so that no response is out of reach.
    """
    if survey not in _CHOICES:  # every rerun of every page asks
        _CHOICES[survey] = _find_choices(survey)
    return _CHOICES[survey]


def _find_choices(survey: Survey) -> FilterChoices:
    first = (survey.mapping.persona, survey.mapping.phase, survey.mapping.touchpoint)
    names = sorted(survey.attributes, key=lambda name: first.index(name) if name in first else len(first))
    choices = []
    for name in names:
        column = survey.responses[name]
        values = tuple(str(value) for value in column.cat.categories)
        choices.append(Choice(name, (*values, NO_VALUE) if column.hasnans else values))
    dates = survey.responses["date"].dropna()
    if dates.empty:
        return FilterChoices(tuple(choices), None, None)
    return FilterChoices(tuple(choices), dates.min().date(), dates.max().date())


def _read_date(values: tuple[str, ...]) -> dt.date | None:
    if not values:
        return None
    try:
        return read_day(values[0])
    except ValueError:
        raise FilterError(f"“{values[0]}” is not a date.", hint="Write it as 2026-03-31.") from None


_CHOICES: WeakKeyDictionary[Survey, FilterChoices] = WeakKeyDictionary()
