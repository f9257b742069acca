"""Recipes: how a report is made, under a name, as one file that makes the next one from other responses.

A recipe holds no response and names no file: what it needs of a template or of a codebook stands in it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nps_core.days import day_presets
from nps_core.errors import EditsError, FilterError
from nps_core.filters import ACCOUNT, Filters, filter_choices
from nps_core.formatting import short
from nps_core.report.builder import slide_choices
from nps_core.report.model import LONGEST_OWN, LONGEST_TITLE, is_own
from nps_core.score.weighting import weighting_of
from nps_core.targets.target import Target, targets_of
from nps_core.themes.codebook import Codebook, name_of
from nps_core.themes.codebook_file import read_codebook, read_saved, write_codebook
from nps_core.trends.interventions import Action, actions_of
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nps_core.survey import Survey

FORMAT = "nps-recipe-1"
"""Stands in every file of a recipe; another format would have another name."""

LARGEST_TEMPLATE = 40_000_000
"""Bytes of a template that a recipe takes along."""

LONGEST_FILE = 2 * LARGEST_TEMPLATE
"""Bytes of a file: a template is a third longer in it."""

_MOST = 1_000
_HINT = "Take the file that “Save recipe” under Slides wrote."
_TYPED = ("aim", "did", "weigh")  # lists of values in an address; see nps_core.link
_DAYS, _BY, _PICKED = ("since", "until"), "by.", "see."


@dataclass(frozen=True)
class Recipe:
    """How a report is made.

    Parameters
    ----------
    name
        What it is called.
    days
        The name of the days that are looked at, such as "Last quarter", counted from the last day of each survey; empty
        for none, or for days of the calendar, which stand in `view`.
    view
        The parameters of an address: filters, targets ("aim"), interventions ("did"), weights ("weigh"), and what is
        picked on the pages ("see.").
    slides
        The keys of the parts, in order; None for the usual ones of each survey.
    titles
        Titles that somebody wrote, by key; and the words of slides of one's own.
    codebook
        The themes; None for those that each survey proposes.
    template
        The name of a template, which nothing opens, and its bytes; None for the built-in one.
    mask
        Whether e-mail addresses and phone numbers in comments are masked.
    """

    name: str = ""
    days: str = ""
    view: Mapping[str, Sequence[str]] = field(default_factory=dict)
    slides: tuple[str, ...] | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    codebook: Codebook | None = None
    template: tuple[str, bytes] | None = None
    mask: bool = True


@dataclass(frozen=True)
class Fitted:
    """What of a recipe holds for a survey.

    Parameters
    ----------
    filters, aims, actions
        As `build_report` takes them.
    view
        What else stands in an address, by parameter: targets, interventions, weights, and what is picked on the pages.
    slides, titles
        As `build_report` takes them.
    widened
        Sentences about filters and days of which nothing is in the survey: without them more responses are
        looked at than the recipe means.
    left_out
        Sentences about all else that does not fit.
    """

    filters: Filters
    aims: tuple[Target, ...]
    actions: tuple[Action, ...]
    view: dict[str, list[str]]
    slides: tuple[str, ...] | None
    titles: dict[str, str]
    widened: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def days_and_view(survey: Survey, filters: Filters, more: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a recipe holds of what is looked at, as its `days` and `view`: days by their name where they have one."""
    choices = filter_choices(survey)
    presets = day_presets(choices.first, choices.last) if choices.first and choices.last else ()
    asked = filters.since, filters.until
    name = next((one.name for one in presets if (one.since, one.until) == asked), "")
    view = {key: tuple(texts) for key, texts in {**filters.to_query(), **more}.items()}
    return {"days": name, "view": {key: view[key] for key in view if not name or key not in _DAYS}}


def write_recipe(recipe: Recipe) -> str:
    """A recipe as text; `read_recipe` gives it back."""
    told: dict[str, Any] = {"format": FORMAT, "name": recipe.name, "masked": recipe.mask}
    told["view"] = {key: list(recipe.view[key]) for key in sorted(recipe.view)}
    if recipe.days:
        told["days"] = recipe.days
    if recipe.slides is not None:
        told["slides"] = list(recipe.slides)
    if recipe.titles:
        told["titles"] = dict(recipe.titles)
    if recipe.codebook is not None:
        told["codebook"] = json.loads(write_codebook(recipe.codebook))
    if recipe.template is not None:
        name, data = recipe.template
        told["template"] = {"name": name, "data": base64.b64encode(data).decode()}
    return json.dumps(told, ensure_ascii=False, indent=1)


def read_recipe(text: str | bytes) -> Recipe:
    """Read a recipe. No part of it is ever taken for the name of a file.

    Raises
    ------
    EditsError
        The text is no such file, or a part of it cannot be read: none of it is taken then.
    """
    told = read_saved(text, "recipe", (FORMAT,), LONGEST_FILE, _HINT)
    found = {}
    for key, read in _PARTS.items():
        if key in told:
            try:
                found["mask" if key == "masked" else key] = read(told[key])
            except (TypeError, ValueError) as error:
                raise EditsError(f"“{key}” of the recipe cannot be read.", hint=_HINT) from error
    return Recipe(**found)


def fit_recipe(recipe: Recipe, survey: Survey) -> Fitted:
    """What of a recipe holds for a survey; what does not is left out and said, and nothing is put in its place."""
    widened: list[str] = []
    left_out = [
        f"“{short(plain(key))}” is nothing that a recipe holds."
        for key in recipe.view
        if not key.startswith((_BY, _PICKED)) and key not in {*_DAYS, "group", "text", *_TYPED}
    ]
    filters = _filters(recipe, survey, widened, left_out)
    aims = _read(recipe, "aim", targets_of, "A target of the recipe cannot be read.", left_out)
    here = partial(actions_of, survey=survey)
    none = "An intervention of the recipe cannot be read, or was for some whom this survey does not have."
    actions = sorted(_read(recipe, "did", here, none, left_out), key=lambda action: action.day)
    weights = [text for text in recipe.view.get("weigh", ())[:1] if weighting_of(text, survey) is not None]
    if recipe.view.get("weigh") and not weights:
        left_out.append("The weights of the recipe are of what this survey does not have.")
    known = {choice.key for choice in slide_choices(survey)} | {key for key in recipe.titles if is_own(key)}
    slides = recipe.slides
    if slides is not None:
        left_out += [f"There is no slide “{short(plain(key))}” here." for key in slides if key not in known]
        slides = tuple(key for key in slides if key in known)
    typed = {"aim": [one.to_text() for one in aims], "did": [one.to_text() for one in actions]}
    picked = {key: list(texts) for key, texts in recipe.view.items() if key.startswith(_PICKED)}
    return Fitted(
        filters,
        tuple(aims),
        tuple(actions),
        {key: texts for key, texts in {**typed, "weigh": weights, **picked}.items() if texts},
        slides,
        {key: text for key, text in recipe.titles.items() if key in known},
        tuple(widened),
        tuple(left_out),
    )


def _filters(recipe: Recipe, survey: Survey, widened: list[str], left_out: list[str]) -> Filters:
    """The filters that hold; what nothing is left of goes to `widened`, what less is left of to `left_out`."""
    query = {}
    for key, texts in recipe.view.items():
        try:
            Filters.from_query({key: texts})
            query[key] = texts
        except FilterError as error:
            widened.append(error.message)
    asked = Filters.from_query(query)
    here = asked.known_to(survey)
    for name, values in asked.attributes:
        gone = [value for value in values if value not in here.values_of(name)]
        listed = " or ".join(f"“{short(plain(value))}”" for value in gone)
        what = "account" if name == ACCOUNT else f"“{short(plain(name))}”"
        if gone and here.values_of(name):
            left_out.append(f"No response here has {what} {listed}.")
        elif gone:
            widened.append(f"The filter by {what} holds no more: no response here has {listed}.")
    if not recipe.days:
        return here
    choices = filter_choices(survey)
    presets = day_presets(choices.first, choices.last) if choices.first and choices.last else ()
    span = next((one for one in presets if one.name == recipe.days), None)
    if span is None:
        widened.append(f"The days “{short(plain(recipe.days))}” are all days of this survey, or none.")
        return here
    return replace(here, since=span.since, until=span.until)


def _read(
    recipe: Recipe, key: str, read: Callable[[list[str]], tuple[Any, ...]], none: str, left_out: list[str]
) -> list[Any]:
    found = [read([text]) for text in recipe.view.get(key, ())]
    left_out += [none for one in found if not one]
    return [value for one in found for value in one]


# How the parts of a file are read; each raises TypeError or ValueError where it is no such part.


def _text(told: object, most: int = LONGEST_TITLE) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told[:most]


def _texts(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or len(told) > _MOST:
        raise TypeError
    return tuple(_text(one, LONGEST_FILE) for one in told)


def _object(told: object) -> dict[str, Any]:
    if not isinstance(told, dict) or len(told) > _MOST:
        raise TypeError
    return told


def _template(told: object) -> tuple[str, bytes]:
    own = _object(told)
    return name_of(_text(own.get("name"))), base64.b64decode(
        _text(own.get("data"), LONGEST_FILE), validate=True
    )


_PARTS: dict[str, Callable[[Any], Any]] = {
    "name": lambda told: name_of(_text(told)),
    "days": _text,
    "view": lambda told: {key: _texts(texts) for key, texts in _object(told).items()},
    "slides": _texts,
    "titles": lambda told: {
        key: _text(text, LONGEST_OWN if is_own(key) else LONGEST_TITLE) for key, text in _object(told).items()
    },
    "codebook": lambda told: read_codebook(json.dumps(_object(told)))[0],
    "template": _template,
    "masked": lambda told: told is not False,
}
