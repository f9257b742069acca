"""The themes of a survey under its filters: who says what, and how they score.

Themes are found once, in all comments of the survey; filters choose among the responses. So a theme
keeps its name and its comments whatever is filtered, and a filter answers at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise, takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.filters import NO_VALUE
from nps_core.formatting import plural
from nps_core.segments.lately import from_day, lately_of
from nps_core.survey import GROUPS
from nps_core.themes.codebook import Codebook
from nps_core.themes.coding import Coder
from nps_core.themes.effect import Spoken, ThemeEffects, effects_of, sides_of, spoken_of, theme_table
from nps_core.themes.find import find_toned
from nps_core.themes.proposals import PRESENTED
from nps_core.themes.result import LOOK_AT, QUOTES
from nps_core.themes.rows import ThemeRow, ThemeRows
from nps_core.themes.stems import stem
from nps_core.themes.text import BREAK, words_of
from nps_core.themes.tone import EVEN, NEUTRAL
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.segments.lately import Lately
    from nps_core.survey import Survey
    from nps_core.themes.result import Themes


TONES = {-1: "complaint", 0: "neutral", 1: "praise"}
"""What the tone of a mention is called."""

SHORT = 60
"""Words of a comment that is likely to be about one thing; longer reviews praise here and complain there."""

UNCODED, WORDLESS = -1, -2
"""Stand for no theme: comments that no theme says, and those that say nothing."""


def find_survey_themes(
    survey: Survey,
    codebook: Codebook | None = None,
    *,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Themes:
    """Find the themes of all comments of a survey; positions are those of `Survey.responses`.

    Parameters
    ----------
    codebook
        The themes, to be looked for; None proposes them. What was rated, by the survey's question and the file's name,
        names none then.
    """
    codes, comments = _groups(survey), comments_of(survey)
    liking = np.where(codes < 0, np.nan, codes)
    book = codebook if codebook is not None else Codebook(rated=rated_in(survey))
    return find_toned(comments, liking, codes, book, seed=seed, progress=progress)


def _groups(survey: Survey) -> NDArray[np.integer]:
    return survey.responses["group"].cat.codes.to_numpy()


def rated_in(survey: Survey) -> tuple[str, ...]:
    """Words for what was rated: those of the survey's question, and of the file's name."""
    return _words_in(f"{survey.mapping.score or ''} {PurePath(survey.name).stem}")


def _words_in(told: str) -> tuple[str, ...]:
    """The words of a question or of a name, in lower case.

    >>> _words_in("Would you recommend Kestwick? kestwick_Q3-export")
    ('would', 'you', 'recommend', 'kestwick', 'export')
    """
    return tuple(dict.fromkeys(word.lower() for word in _WORD.findall(told)))


_WORD = re.compile(r"[^\W\d_]{2,}")


def comments_of(survey: Survey) -> list[str | None]:
    """The comment of each response, None for blanks, in the order of `Survey.responses`."""
    column = survey.responses["comment"]
    return column.astype(object).where(column.notna(), None).tolist()


def code_survey(themes: Themes, survey: Survey, codebook: Codebook) -> Themes:
    """The themes of a survey by a changed codebook."""
    if not isinstance(themes.model, Coder):
        return find_survey_themes(survey, codebook)
    return themes.coded_by(codebook, comments_of(survey), _groups(survey))


def names_of_each(themes: Themes) -> list[str]:
    """The names of the themes of each comment, with "; " between; empty for none."""
    kinds, of_each = themes.kinds
    named = ["; ".join(themes.titles[t] for t in np.flatnonzero(about).tolist()) for about in kinds]
    return [named[kind] if kind >= 0 else "" for kind in of_each.tolist()]


def tones_of_each(themes: Themes) -> list[str] | None:
    """The tone of each of these, in the same order, with "; " between; None where tones are not shown."""
    if themes.tones is None or not themes.tones.shown:
        return None
    ends, tones = themes.memberships.indptr.tolist(), themes.tones.of_each.tolist()
    return ["; ".join(TONES[tone] for tone in tones[start:end]) for start, end in pairwise(ends)]


def count_themes(scope: Scope, themes: Themes) -> ThemeRows:
    """Each theme under the filters, the most frequent first, each with its parts behind it.

    Themes that no response shown is about are left out. One that stands apart and no longer does since the story of
    the trend tells of a change says so. Of a table that was connected with all comments, its engine tells each comment
    what it is about, and what is counted are all of them, without tones.

    Raises
    ------
    EngineError
        The engine could not tell, or in time.
    """
    heard_in = _heard(scope, themes, scope.counts.unit_here)
    effects = effects_of(themes, heard_in, certain=not scope.picks_by_score)
    accounts = _accounts(scope, themes)
    shown: NDArray[np.bool_] | None = None
    if not _is_of_all(scope, themes):  # tones are of comments that are here
        shown = np.zeros(len(themes.labels), dtype=np.bool_)
        shown[heard_in.rows] = True
    rows = {
        number: _row(themes, effects, number, accounts[number], shown)
        for number in range(themes.k)
        if effects.n[number]
    }
    whole = sorted((row for row in rows.values() if row.parent < 0), key=lambda row: -row.n)
    parts = sorted((row for row in rows.values() if row.parent >= 0), key=lambda row: -row.n)
    ordered = [one for row in whole for one in (row, *(part for part in parts if part.parent == row.number))]
    heard = int(effects.overall.n)
    uncoded = int((~np.asarray(heard_in.members.any(axis=1)))[heard_in.kinds].sum())
    caption = replace(
        scope.caption, subtitle=f"{plural(len(whole), 'theme')} of {comments_words(heard, scope)}"
    )
    return ThemeRows(_with_lately(ordered, scope, themes), caption, uncoded=uncoded, commented=heard)


def _with_lately(rows: list[ThemeRow], scope: Scope, themes: Themes) -> list[ThemeRow]:
    """The same; those that stand apart and no longer differ since the story's last change say what they are."""
    began = find_trend(scope).story.began if any(row.stands_apart for row in rows) else None
    if began is None:
        return rows
    since, called = began
    late = from_day(scope, since)
    said = _heard(late, themes, late.counts.unit)

    def lately(row: ThemeRow) -> Lately | None:
        points = row.nps - row.nps_without
        return lately_of(points, sides_of(said, row.number), called, of="of the other comments")

    return [replace(row, lately=lately(row)) if row.stands_apart else row for row in rows]


def comments_words(heard: int, scope: Scope) -> str:
    """So many comments of a scope, such as: 282 comments from 1,204 responses · Q3 2026."""
    return f"{plural(heard, 'comment')} from {scope.words}"


def _accounts(scope: Scope, themes: Themes) -> list[int | None]:
    """Of how many accounts (else respondents) the responses of each theme are; None where unknown."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - with scikit-learn, only when needed

    unit = scope.counts.unit
    if unit is None:
        return [None] * themes.k
    said = _heard(scope, themes, unit)
    codes, about = said.clusters, said.members
    shared = codes >= 0
    at = csr_array(
        (np.ones(int(shared.sum()), dtype=np.int32), (said.kinds[shared], codes[shared])),
        shape=(len(about), int(codes.max(initial=-1)) + 1),
    )
    together = (csr_array(about.T.astype(np.int32)) @ at) > 0
    alone = np.bincount(said.kinds[~shared], minlength=len(about)) @ about
    counts: list[int | None] = (np.asarray(together.sum(axis=1)).ravel() + alone).tolist()
    return counts


def _heard(scope: Scope, themes: Themes, unit: str | None) -> Spoken:
    """The responses looked at whose comment says something, by some clusters: of a table all, where that was asked."""
    counts: Any = scope.counts
    if not _is_of_all(scope, themes):
        rows, groups = counts.commented
        return spoken_of(themes, rows, groups, counts.cluster_codes(unit))
    labels, kinds, clusters, table = counts.kinds(unit, KindsOf(themes))
    members = np.zeros((len(labels), themes.k), dtype=np.bool_)
    for place, label in enumerate(labels):
        members[place, [int(number) for number in label.split()]] = True
    times, of_group = table.ravel(), np.tile(np.array([2, 1, 0], dtype=np.int8), len(table))

    def each(values: NDArray[np.int64]) -> NDArray[np.int32]:
        return np.repeat(np.repeat(values.astype(np.int32), len(GROUPS)), times)

    nowhere = np.zeros(0, dtype=np.intp)
    return Spoken(nowhere, np.repeat(of_group, times), each(kinds), each(clusters), members)


def _is_of_all(scope: Scope, themes: Themes) -> bool:
    table = scope.survey.elsewhere
    return table is not None and table.all_comments and isinstance(themes.model, Coder)


@dataclass(frozen=True)
class KindsOf:
    """Tells comments what they are about: the numbers of their themes, "" for none, None where they say nothing.

    The same for the same themes, so that an engine is sent it once.
    """

    themes: Themes

    def __call__(self, comments: Sequence[str | None]) -> list[str | None]:
        """Of each comment."""
        members, of_each = self.themes.carried_to(comments).kinds
        named = [" ".join(map(str, np.flatnonzero(about).tolist())) for about in members]
        return [named[kind] if kind >= 0 else None for kind in of_each.tolist()]


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
    scope: Scope, themes: Themes, number: int, *, group: str = "", tone: int = 0, most: int | None = None
) -> NDArray[np.intp]:
    """Positions of the responses shown whose comment is about a theme, the best examples first.

    Parameters
    ----------
    number
        The theme; `UNCODED` for comments without one, `WORDLESS` for those that say nothing.
    group
        "promoter", "passive", "detractor", or empty for all.
    tone
        -1 for complaints first and praise last, of either those by detractors first; 1 the other way round; 0 for
        neither. Where no tones are shown it goes by the group alone. Before all stand the `theme_quotes`.
    most
        So many of them; None for all.
    """
    found, groups = _about(scope, themes, number, group)
    if tone and number >= 0:
        own = groups.astype(np.int8) - 1
        told = tones_in(themes, number, found)
        ranked = np.argsort(-tone * (own if told is None else 2 * told + own), kind="stable")
        quotes = _fitting(scope, themes, number, found, own, tone)[:QUOTES]
        found = np.concatenate([quotes, (ordered := found[ranked])[~np.isin(ordered, quotes)]])
    return found[:most]


def theme_quotes(
    scope: Scope, themes: Themes, number: int, *, group: str = "", tone: int, most: int = 1
) -> NDArray[np.intp]:
    """Positions of comments that may stand beside a claim about a theme, best first; none rather than doubtful.

    Where tones are known, those of this tone that the other end of the scale did not write; first the short ones that
    say a word of the theme, of these those whose own score is on that side, of these those that say all of its name,
    of these those whose first clause says some of it, and of these those about it alone. Where tones are not known,
    such short ones alone, by the group whose scores are near: of this tone as far as the words tell, none where the
    words do not tell the groups apart, and those about this theme alone where nothing could be learnt.

    Parameters
    ----------
    group, most
        As in `theme_responses`.
    tone
        -1 for a claim of low scores or complaints, 1 for one of high scores or praise.
    """
    found, groups = _about(scope, themes, number, group)
    return _fitting(scope, themes, number, found, groups.astype(np.int8) - 1, tone)[:most]


def _about(
    scope: Scope, themes: Themes, number: int, group: str
) -> tuple[NDArray[np.intp], NDArray[np.integer]]:
    """The responses shown that are about a theme, or about none, the best examples first; and the group of each."""
    rows, groups = scope.counts.commented
    if group:
        wanted = np.flatnonzero(groups == GROUPS.index(group))
        rows, groups = rows[wanted], groups[wanted]
    if number < 0:
        kept = themes.uncoded[rows] if number == UNCODED else ~themes.said[rows]
        return rows[kept], groups[kept]
    best = np.array(themes.quotes[number], dtype=np.intp)
    at = np.minimum(np.searchsorted(rows, best), max(len(rows) - 1, 0))
    best = best[rows[at] == best] if len(rows) else best[:0]
    said = spoken_of(themes, rows, groups)
    mine = said.rows[themes.kinds[0][said.kinds, number]]
    mine = mine[~np.isin(mine, best)]
    main = themes.labels[mine] == number
    ranked = mine[main]
    if themes.near is not None:
        ranked = ranked[np.argsort(-themes.near[ranked], kind="stable")]
    found = np.concatenate([best, ranked, mine[~main]])
    return found, groups[np.searchsorted(rows, found)]


def _fitting(
    scope: Scope,
    themes: Themes,
    number: int,
    found: NDArray[np.intp],
    own: NDArray[np.int8],
    tone: int,
) -> NDArray[np.intp]:
    """Those of some comments about a theme, each by a group (-1, 0, 1), that fit a tone; the surest first."""
    tones = themes.tones
    if not len(found) or (tones is not None and tones.blind):
        return found[:0]
    lean = tone * (tones.shares(number, found) - EVEN) if tones is not None else np.zeros(len(found))
    whole = np.array(themes.parents, dtype=int) < 0
    alone = (themes.kinds[0][:, whole].sum(axis=1) <= 1)[themes.kinds[1][found]]
    known = tones is not None and tones.shown
    if known:
        fits = (lean >= NEUTRAL) & (tone * own >= 0)
    elif tones is not None and not np.isnan(tones.of_all):
        fits = (lean >= NEUTRAL) & (own == tone)
    else:
        fits = (own == tone) & alone
    ranked = np.flatnonzero(fits)
    ranked = ranked[np.lexsort((-lean[ranked].round(1), ~alone[ranked]))][:LOOK_AT]
    comments, forms = scope.survey.responses["comment"], set(themes.forms[number])
    words = [words_of(str(comments.iloc[place]).lower()) for place in found[ranked].tolist()]
    plain = np.array([1 < len(one) <= SHORT and not forms.isdisjoint(one) for one in words], dtype=bool)
    named = {form for form in forms if _stems(form, themes) & _stems(themes.names[number], themes)}
    opens = np.array([not named.isdisjoint(_first_clause(one)) for one in words], dtype=bool)
    name = _stems(themes.names[number], themes)
    whole_name = np.array(
        [name <= {stem(word, themes.language) for word in one} for one in words], dtype=bool
    )
    # Of those that read as well the ones whose own score is on that side, of these those that say all of the name, and
    # of these those that open on the theme.
    order = np.lexsort((~opens, ~whole_name, own[ranked] != tone, ~plain))
    chosen: NDArray[np.intp] = found[ranked[order if known else order[plain[order]]]]
    return chosen


def _stems(text: str, themes: Themes) -> set[str]:
    return {stem(word, themes.language) for word in words_of(text.lower())}


def _first_clause(words: Sequence[str]) -> Iterator[str]:
    return takewhile(lambda word: word != BREAK, dropwhile(lambda word: word == BREAK, words))


def tones_in(themes: Themes, number: int, places: NDArray[np.integer]) -> NDArray[np.int8] | None:
    """What some comments say of a theme: 1 for praise, -1 for complaint; None where it is not known well enough."""
    if number < 0 or themes.tones is None or not themes.tones.shown:
        return None
    return themes.tones.of(number, places)


def tone_word(themes: Themes | None, number: int, place: int) -> str:
    """What one comment says of a theme: "praise" or "complaint"; "" for neither, and where it is not known."""
    tones = None if themes is None else tones_in(themes, number, np.array([place]))
    return TONES[int(tones[0])] if tones is not None and tones[0] else ""


def spoken(scope: Scope, themes: Themes) -> Spoken:
    """The responses that are looked at and whose comment says something."""
    counts = scope.counts
    return spoken_of(themes, *counts.commented, counts.cluster_codes(counts.unit_here))


def theme_words(themes: Themes, number: int) -> tuple[str, ...]:
    """The words that say that a comment is about a theme, in every form, to be marked where they stand."""
    return themes.forms[number] if number >= 0 else ()


def _row(
    themes: Themes, effects: ThemeEffects, number: int, accounts: int | None, shown: NDArray[np.bool_] | None
) -> ThemeRow:
    score, tones = effects.nps[number], themes.tones
    return ThemeRow(
        number=number,
        name=themes.titles[number],
        words=themes.words[number],
        coverage=float(themes.coverage[number]),
        parent=themes.parents[number],
        first=_is_first(themes, number),
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
        sign=bool(effects.signs[number]),
        accounts=accounts,
        nps_without=float(effects.without.nps[number]),
        tones=tones.counts(number, shown)
        if shown is not None and tones is not None and tones.shown
        else None,
    )


def _is_first(themes: Themes, number: int) -> bool:
    """Whether a theme is among those that are presented first: pinned, or among the first of the codebook."""
    entry = themes.codebook.find(themes.names[number])
    shown = [one.name for one in themes.codebook.shown if not one.parent][:PRESENTED]
    return (
        entry is None or entry.pinned or entry.name in shown or (entry.parent in shown and bool(entry.parent))
    )
