"""The themes of a survey under its filters: who says what, and how they score.

Themes are found once, in all comments of the survey; filters choose among the responses. So a theme
keeps its name and its comments whatever is filtered, and a filter answers at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.filters import NO_VALUE
from nps_core.survey import GROUPS
from nps_core.themes.edits import Move, Pointer, fingerprint
from nps_core.themes.effect import Spoken, ThemeEffects, effects_of, spoken_of, theme_table
from nps_core.themes.find import find_themes
from nps_core.themes.language import ENGLISH, stem
from nps_core.themes.overrides import apply_edits, split_theme
from nps_core.themes.rows import ThemeRow, ThemeRows
from nps_core.themes.space import is_stop_word
from nps_core.themes.text import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.survey import Survey
    from nps_core.themes.edits import Split, ThemeEdits
    from nps_core.themes.result import Themes


def find_survey_themes(
    survey: Survey,
    k: int | None = None,
    *,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Themes:
    """Find the themes of all comments of a survey; positions are those of `Survey.responses`."""
    codes = survey.responses["group"].cat.codes.to_numpy().astype(np.float64)
    liking = np.where(codes < 0, np.nan, codes)
    return find_themes(comments_of(survey), liking, k=k, seed=seed, progress=progress)


def comments_of(survey: Survey) -> list[str | None]:
    """The comment of each response, None for blanks, in the order of `Survey.responses`."""
    column = survey.responses["comment"]
    return column.astype(object).where(column.notna(), None).tolist()


def themes_as_in(before: Themes, survey: Survey) -> Themes:
    """The themes of an earlier survey, found again in another one: its next wave compares theme by theme."""
    return before.carried_to(comments_of(survey))


def edit_themes(themes: Themes, survey: Survey, edits: ThemeEdits) -> Themes:
    """The themes of a survey as a person changed them (`apply_edits`)."""
    return apply_edits(themes, comments_of(survey), edits)


def split_in(themes: Themes, survey: Survey, number: int) -> Split | None:
    """The change that parts a theme of a survey in two; None when it does not fall apart (`split_theme`)."""
    return split_theme(themes, comments_of(survey), number)


def move_of(themes: Themes, survey: Survey, place: int, number: int) -> Move:
    """The change that puts the comment at a position of `Survey.responses` under a theme."""
    return Move(fingerprint(str(survey.responses["comment"].iloc[place])), Pointer.to(themes, number))


def count_themes(scope: Scope, themes: Themes) -> ThemeRows:
    """Each theme under the filters, the most frequent first, the mixed remainder last.

    Themes that no response shown is about are left out.
    """
    effects = effects_of(themes, spoken(scope, themes))
    rows = [_row(themes, effects, number) for number in range(themes.k) if effects.n[number]]
    caption = replace(scope.caption, subtitle=f"Themes of the comments · {scope.words}")
    return ThemeRows(sorted(rows, key=lambda row: (row.number == themes.remainder, -row.n)), caption)


def count_themes_by(
    scope: Scope, themes: Themes, attribute: str
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Responses by theme, value of an attribute and group.

    Returns
    -------
    The values (`NO_VALUE` last, when some are missing); counts, themes x values x 3 in the order promoters,
    passives, detractors; and for each value the commented responses, of which one can be about several
    themes. Values that no commented response shown has are left out.
    """
    column = scope.survey.responses[attribute].cat
    codes, labels = column.codes.to_numpy(), [str(value) for value in column.categories]
    missing = np.array(len(labels), dtype=np.min_scalar_type(-len(labels) - 1))
    codes = np.where(codes < 0, missing, codes)
    counts, groups = theme_table(themes, spoken(scope, themes), codes, len(labels) + 1)
    commented = groups.sum(axis=1)
    there = np.flatnonzero(commented)
    return tuple([*labels, NO_VALUE][place] for place in there), counts[:, there, ::-1], commented[there]


def theme_responses(
    scope: Scope, themes: Themes, number: int, *, group: str = "", most: int | None = None
) -> NDArray[np.intp]:
    """Positions of the responses shown whose comment is about a theme, the best examples first.

    Parameters
    ----------
    number
        The theme; -1 for responses whose comment says nothing.
    group
        "promoter", "passive", "detractor", or empty for all.
    most
        So many of them; None for all.
    """
    rows, groups = scope.counts.commented
    if group:
        wanted = np.flatnonzero(groups == GROUPS.index(group))
        rows, groups = rows[wanted], groups[wanted]
    if number < 0:
        return rows[themes.labels[rows] < 0][:most]
    best = np.array(themes.quotes[number], dtype=np.intp)
    at = np.minimum(np.searchsorted(rows, best), max(len(rows) - 1, 0))
    best = best[rows[at] == best] if len(rows) else best[:0]
    if most is not None and len(best) >= most:
        return best[:most]
    said = spoken_of(themes, rows, groups)
    mine = said.rows[themes.kinds[0][said.kinds, number]]
    main = themes.labels[mine] == number
    ranked = mine[main]
    if themes.near is not None:
        ranked = ranked[np.argsort(-themes.near[ranked], kind="stable")]
    return np.concatenate([best, ranked[~np.isin(ranked, best)], mine[~main]])[:most]


def spoken(scope: Scope, themes: Themes) -> Spoken:
    """The responses that are looked at and whose comment says something."""
    return spoken_of(themes, *scope.counts.commented)


def theme_words(themes: Themes, number: int) -> tuple[str, ...]:
    """The words that say that a comment is about a theme, in every form, to be marked where they stand.

    Only words of the theme's terms: of all words that go with it most say little by themselves.
    """
    if number < 0:
        return ()
    codes = (themes.model.languages if themes.model else ()) or (ENGLISH,)
    told = [word for term in (themes.names[number], *themes.terms[number]) for word in words_of(term.lower())]
    stems = {stem(word, code) for word in told for code in codes if not is_stop_word(word, code)}
    return tuple(
        word for word in themes.matched_words(number) if any(stem(word, code) in stems for code in codes)
    )


def _row(themes: Themes, effects: ThemeEffects, number: int) -> ThemeRow:
    score = effects.nps[number]
    return ThemeRow(
        number=number,
        name=themes.names[number],
        terms=themes.terms[number],
        n=int(effects.n[number]),
        share=float(effects.share[number]),
        detractors=int(score.detractors),
        passives=int(score.passives),
        promoters=int(score.promoters),
        nps=float(score.nps),
        low=float(score.low),
        high=float(score.high),
        effect=float(effects.contribution[number]),
        effect_low=float(effects.low[number]),
        effect_high=float(effects.high[number]),
        beyond_chance=bool(effects.beyond_chance[number]),
        nps_without=float(effects.without.nps[number]),
    )
