"""A survey as a viewer may see it: cut once, so that nothing that follows can forget it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np
import pandas as pd

from nps_core.counts.index import index_of
from nps_core.errors import AccessError
from nps_core.masking import NAME, mask_emails, mask_phones, name_masker
from nps_core.smallest import with_smallest
from nps_core.survey import Part, RowAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.counts import Counts
    from nps_core.filters import Filters
    from nps_core.survey import Elsewhere, Mapping, Survey
    from nps_core.viewer import Viewer


def seen_by(survey: Survey, viewer: Viewer) -> Survey:
    """A survey as a viewer may see it: the survey itself for who sees all.

    What is left are the responses that pass the filters, with the values that occur among them and with masks in their
    texts: in comments, in attributes and accounts; respondents become "respondent 1", "respondent 2" and so on. Rows
    left out, first rows, what columns hold, doubts and people who did not answer are of the whole file and are gone.
    The digest is another one, so that nothing worked out of the whole is found by it. Of a survey that is seen by this
    viewer already nothing is changed.

    Raises
    ------
    AccessError
        The survey has none of what the viewer may see. The sentence names no value of the survey.
    """
    if not viewer.is_restricted:
        return survey
    key = (viewer.filters, viewer.masks, viewer.smallest)
    if survey.seen is not None and survey.seen.key == key:
        return survey
    with _LOCK:
        if (found := _SEEN.setdefault(survey, WeakValueDictionary()).get(key)) is not None:
            return found
    made = _cut(survey, viewer)
    with _LOCK:
        return _SEEN[survey].setdefault(key, made)


def _cut(survey: Survey, viewer: Viewer) -> Survey:
    here, elsewhere = _here(survey, viewer), survey.elsewhere
    if elsewhere is not None:
        elsewhere = _narrowed(elsewhere, viewer, here)
        selected: Counts = elsewhere.select()
        responses = elsewhere.sample
    else:
        selected = index_of(survey).select(*here)
        responses = survey.responses.iloc[selected.rows].reset_index(drop=True)
        for name in survey.attributes:
            responses[name] = responses[name].cat.remove_unused_categories()
    n, (promoters, passives, detractors) = selected.n, selected.groups()
    if not n:
        raise _nothing(survey, viewer)
    if viewer.masks:
        responses = _masked(responses, survey.attributes, viewer.masks)
    key = (viewer.filters, viewer.masks, viewer.smallest)
    mapping = survey.mapping
    notes: tuple[str, ...] = (survey.sampled,) if survey.sampled else ()
    if viewer.smallest:
        if n < viewer.smallest:
            raise _nothing(survey, viewer)
        if elsewhere is not None:
            responses = elsewhere.counted()
        responses, attributes, notes = with_smallest(
            _without_amounts(responses, mapping), _in_order(mapping), viewer.smallest
        )
        mapping = _less(mapping, attributes)
        if elsewhere is not None:
            elsewhere = elsewhere.held(responses, mapping.attributes)
    return replace(
        survey,
        digest=hashlib.sha256(f"{survey.digest}\0{key!r}".encode()).hexdigest(),
        mapping=mapping,
        responses=responses,
        rows=RowAccount(n, n, groups=(int(detractors), int(passives), int(promoters))),
        left_out=survey.left_out.iloc[:0],
        preview=survey.preview.iloc[:0],
        doubts=(),
        choices=(),
        looks=(),
        column_uses=(),
        repeat_counts=(),
        silent=None,
        invited_known=False,
        seen=Part(key, notes),
        elsewhere=elsewhere,
    )


def _narrowed(elsewhere: Elsewhere, viewer: Viewer, here: list[Filters]) -> Elsewhere:
    """A table that stays where it is, with the filters of a viewer in every statement."""
    if viewer.masks:
        raise AccessError(
            "Masks need the comments and names themselves, and those of a table stay where they are.",
            hint="Give this viewer filters or a smallest group, with which there are no comments; or open an export.",
        )
    for filters in here:
        elsewhere = elsewhere.narrowed(filters)
    return elsewhere


def _in_order(mapping: Mapping) -> list[str]:
    """The attributes, those that most is asked of first."""
    first = [name for name in (mapping.persona, mapping.phase, mapping.touchpoint) if name]
    return list(dict.fromkeys((*first, *mapping.attributes)))


def _less(mapping: Mapping, attributes: tuple[str, ...]) -> Mapping:
    """The roles of the columns, less attributes, comments, accounts and amounts that are not there any more."""

    def still(name: str | None) -> str | None:
        return name if name in attributes else None

    return replace(
        mapping,
        attributes=tuple(name for name in mapping.attributes if name in attributes),
        persona=still(mapping.persona),
        phase=still(mapping.phase),
        touchpoint=still(mapping.touchpoint),
        reason=None,
        account=None,
        weight=None,
        revenue=None,
    )


def _without_amounts(responses: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    amounts = {mapping.weight, mapping.revenue} - {*mapping.attributes, None}
    return responses.drop(columns=[name for name in amounts if name in responses])


def _here(survey: Survey, viewer: Viewer) -> list[Filters]:
    """The filters of a viewer as a survey has them: less values that do not occur, but never one filter less."""
    if not viewer.filters:
        return []
    here = viewer.filters.known_to(survey)
    if len(here.attributes) < len(viewer.filters.attributes):
        raise _nothing(survey, viewer)
    return [here]


def _nothing(survey: Survey, viewer: Viewer) -> AccessError:
    return AccessError(
        f"“{survey.name}” holds nothing that you may see: you see {viewer.words}, and it has no such responses.",
        hint="Open another survey, or ask whoever gives out the roles.",
    )


def _masked(responses: pd.DataFrame, attributes: tuple[str, ...], masks: tuple[str, ...]) -> pd.DataFrame:
    """The responses with masks in their texts, and with numbers in the place of respondents."""
    # Each text is looked at once, however often it stands there.
    codes, distinct = {}, {}
    for name in ("comment", "account", "respondent"):
        codes[name], found = pd.factorize(responses[name])
        distinct[name] = found.tolist()
    # Addresses before names: what is left of one must not be taken for a name.
    steps: list[Callable[[str], str]] = [own for name, own in _CONTACTS.items() if name in masks]
    of_people = [name for name in attributes if "names" in masks and _PEOPLE.search(name)]
    if "names" in masks:
        values = [str(value) for name in of_people for value in responses[name].cat.categories]
        steps.append(name_masker([*distinct["respondent"], *values], distinct["comment"]))

    def hide(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    now = {name: [*map(hide, distinct[name])] for name in ("comment", "account")}
    now["respondent"] = [f"respondent {place}" for place, _ in enumerate(distinct["respondent"], 1)]
    for name, texts in now.items():
        changed = pd.Series(texts, dtype=responses[name].dtype).array
        responses[name] = pd.api.extensions.take(changed, codes[name], allow_fill=True)  # -1 is missing
    for name in attributes:
        was = [str(value) for value in responses[name].cat.categories]
        numbered = [f"{NAME} {place}" for place, _ in enumerate(was, 1)]
        responses[name] = _renamed(responses[name], numbered if name in of_people else [*map(hide, was)])
    return responses


def _renamed(values: pd.Series, now: list[str]) -> pd.Series:
    """An attribute with other names for its values; what is called alike then is one value."""
    if now == [str(value) for value in values.cat.categories]:
        return values
    names = list(dict.fromkeys(now))
    place = np.array([*map(names.index, now), -1])  # -1, missing, reads the last entry
    made = pd.Categorical.from_codes(
        place[values.cat.codes.to_numpy()], categories=pd.Index(names), ordered=bool(values.cat.ordered)
    )
    return pd.Series(made, index=values.index, name=values.name)


_CONTACTS = {"e-mails": mask_emails, "phones": mask_phones}

_PEOPLE = re.compile(
    r"^(?:(?:first|last|full|given|family|contact|respondent|user|customer)[ _-]?)?name$|^surname$"
    r"|^(?:vor|nach|familien)name$|^(?:pré)?nom(?: de famille)?$|^nombre$|^apellidos?$"
    r"|\b(?:contact|owner|manager|csm)\b",
    re.IGNORECASE,
)
"""What attributes are called whose values are people, in four languages."""

_LOCK = Lock()
_SEEN: WeakKeyDictionary[Survey, WeakValueDictionary[object, Survey]] = WeakKeyDictionary()
