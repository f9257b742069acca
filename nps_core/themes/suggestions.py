"""What a person may want to change about a codebook: merges, parts, new themes; and what a change would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.formatting import format_count, format_nps
from nps_core.themes.clusters import vote
from nps_core.themes.codebook import Codebook, Entry
from nps_core.themes.coding import Coder
from nps_core.themes.find import find_themes
from nps_core.themes.in_survey import count_themes
from nps_core.themes.language import MIXED, detect
from nps_core.themes.phrases import listen
from nps_core.themes.proposals import Material, propose
from nps_core.themes.space import one_thread
from nps_core.themes.text import clean, tokenise, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow


MOST_PAIRS = 3
"""Pairs that are suggested; the likeliest first."""

FEWEST_TO_SPLIT = 15
"""Comments that a theme must have to fall into parts."""

PARTS, PART = 4, 0.05
"""Parts that are proposed at most, and the share of the theme's comments that holds the noun of one at least."""

SPLIT_ON = 10_000
"""Comments that parts are found on."""

MOST_NEW, NEW_SHARE = 6, 0.02
"""New themes that are proposed at most, and the share of the uncoded comments that is about one at least."""


@dataclass(frozen=True)
class NewTheme:
    """A theme that a codebook does not have.

    Parameters
    ----------
    entry
        What it would be in the codebook.
    n
        Uncoded comments that are about it.
    places
        The positions of its best examples among the comments given, best first.
    """

    entry: Entry
    n: int
    places: tuple[int, ...]


def suggest_merges(themes: Themes) -> tuple[tuple[str, str], ...]:
    """Pairs of themes that may be one, since what is said with them is alike; the larger one first."""
    if not isinstance(themes.model, Coder):
        return ()
    free = [number for number in range(themes.k) if themes.parents[number] < 0]
    places = [themes.codebook.place(themes.names[number]) for number in free]
    likely = themes.model.may_be_one[np.ix_(places, places)]
    sizes = np.asarray(themes.memberships.sum(axis=0)).ravel()
    pairs = [
        (-likely[i, j], *sorted((free[i], free[j]), key=lambda t: -sizes[t]))
        for j in range(len(free))
        for i in range(j)
    ]
    best = sorted(pair for pair in pairs if pair[0] <= -1)[:MOST_PAIRS]
    return tuple((themes.names[one], themes.names[other]) for _, one, other in best)


def split_theme(themes: Themes, comments: Sequence[str | None], name: str) -> tuple[Entry, ...]:
    """The parts that a theme falls into, by the nouns that its comments hold; none where it does not fall apart."""
    model = themes.model
    number = themes.names.index(name)
    rows = themes.memberships[:, [number]].nonzero()[0]
    if not isinstance(model, Coder) or len(rows) < FEWEST_TO_SPLIT:
        return ()
    texts = [clean(comments[row]) for row in rows[:SPLIT_ON].tolist()]
    languages = detect(texts) if themes.language == MIXED else np.full(len(texts), themes.language)
    with one_thread():
        tokens = tokenise(texts, model.links)
        stem_of = np.array([model.lexicon.number(word) for word in tokens.vocabulary], dtype=np.int32)
        stem_of[stem_of >= len(model.space.stems)] = -1
        rated = (*themes.words[number][:1], *words_of(name), *themes.codebook.rated)
        material = Material(
            tokens,
            stem_of,
            model.space,
            listen(texts, languages.tolist()),
            np.zeros((1, len(texts)), np.int32),
            themes.language,
            rated,
        )
        places = model.space.place(material.counts)
        votes = vote(places, PARTS, np.random.default_rng(0))
        found = propose(replace(material, votes=votes), PARTS, PART)
    known = {entry.name.casefold() for entry in themes.codebook.entries}
    parts = tuple(entry for entry in found if entry.name.casefold() not in known)
    return parts if len(parts) > 1 else ()


def propose_new_themes(
    themes: Themes, comments: Sequence[str | None], *, progress: Callable[[str, float], None] | None = None
) -> tuple[NewTheme, ...]:
    """Themes of the comments that the codebook leaves uncoded, the most frequent first.

    None where too few comments are uncoded to propose from, or where they share nothing that a theme is named by.
    """
    places = np.flatnonzero(themes.uncoded)
    if not len(places):
        return ()
    texts = [comments[place] for place in places.tolist()]
    named = [word for entry in themes.codebook.entries for word in (entry.name, *entry.words)]
    rated = (*themes.codebook.rated, *(word.lower() for name in named for word in words_of(name)))
    found = find_themes(texts, codebook=Codebook(rated=rated), progress=progress)
    sizes = np.asarray(found.memberships.sum(axis=0)).ravel().tolist()
    new = [
        NewTheme(entry, int(n), tuple(int(places[quote]) for quote in found.quotes[number]))
        for number, n in enumerate(sizes)
        if n >= NEW_SHARE * len(places)
        and (entry := found.codebook.find(found.names[number])) is not None
        and themes.codebook.find(entry.name) is None
    ]
    return tuple(sorted(new, key=lambda one: -one.n)[:MOST_NEW])


@dataclass(frozen=True)
class CodingChange:
    """One theme, or the uncoded comments, by two codebooks; n and NPS are None where there is no such theme."""

    name: str
    n_before: int | None
    n_after: int | None
    nps_before: float | None
    nps_after: float | None

    @property
    def words(self) -> str:
        """The change in words: "Support: 156 → 191 comments, NPS +33 → +24"."""
        counts = " → ".join(format_count(n or 0) for n in (self.n_before, self.n_after))
        scores = [format_nps(nps) for nps in (self.nps_before, self.nps_after) if nps is not None]
        told = ", NPS " + " → ".join(scores) if scores and self.n_after else ""
        return f"{self.name}: {counts} comments{told}"


def preview_coding(scope: Scope, before: Themes, after: Themes) -> tuple[CodingChange, ...]:
    """The themes whose comments another codebook changes, the largest first, and the uncoded comments last."""
    rows = [count_themes(scope, themes) for themes in (before, after)]
    old, new = ({row.name: row for row in found} for found in rows)
    names = sorted(
        (name for name in {**new, **old} if _figures(old.get(name)) != _figures(new.get(name))),
        key=lambda name: -max(row.n for row in (old.get(name), new.get(name)) if row is not None),
    )
    changed = [
        CodingChange(name, *_apart(_figures(old.get(name)), _figures(new.get(name)))) for name in names
    ]
    return (*changed, CodingChange("Uncoded", rows[0].uncoded, rows[1].uncoded, None, None))


def _figures(row: ThemeRow | None) -> tuple[int | None, float | None]:
    return (None, None) if row is None else (row.n, row.nps)


def _apart(
    before: tuple[int | None, float | None], after: tuple[int | None, float | None]
) -> tuple[int | None, int | None, float | None, float | None]:
    return before[0], after[0], before[1], after[1]
