"""Comments in, themes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.clusters import centres, choose_k, consensus
from nps_core.themes.language import ENGLISH, MIXED, detect, links_of, main_language
from nps_core.themes.names import ALL, name_themes
from nps_core.themes.space import Space, build_space, count_matrix, stem_columns, has_few_words
from nps_core.themes.text import clean, has_content, tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Progress = Callable[[str, float], None]

FIT_ON = 10_000
"""Comments that the themes are found on; the others are assigned. More change neither themes nor names."""

TOO_FEW = 15
"""Comments with content below which nothing is clustered: any grouping would be the analyst's, not the data's."""

BLOCK = 20_000
"""Comments that are placed at a time, which bounds the memory."""

CLAUSE_NEAR, CLAUSE_AHEAD = 0.2, 0.1
"""A clause adds a theme when its cosine with the theme reaches the first, and the next theme's by the second."""

QUOTES = 6
"""Best examples kept for each theme."""

QUOTE_WORDS = (6, 30)
"""Words of a good example: enough to say something, few enough to be read."""


@dataclass(frozen=True, eq=False)
class Themes:
    """Themes found in comments; a theme is a number from 0, larger themes first, the remainder last.

    Parameters
    ----------
    labels
        The main theme of each comment; -1 for comments without content.
    memberships
        Comments x themes, boolean, sparse: every theme that a comment or one of its clauses is about.
    names
        One readable, distinct name a theme.
    terms
        The words that set each theme apart, best first, as people write them.
    quotes
        The positions of each theme's best examples among the comments given, best first.
    language
        ISO 639 code, or "mixed".
    note
        A sentence when there was too little to cluster; empty otherwise.
    remainder
        The theme that gathers what fits no other, if there is one.
    """

    labels: NDArray[np.int32]
    memberships: Any
    names: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    quotes: tuple[tuple[int, ...], ...]
    language: str
    note: str = ""
    remainder: int | None = None
    model: _Model | None = field(default=None, repr=False)

    @property
    def k(self) -> int:
        """How many themes there are."""
        return len(self.names)

    def assign(self, comments: Sequence[str | None]) -> NDArray[np.int32]:
        """The main theme of each of other comments, such as a later wave's; -1 without content."""
        return self.assign_all(comments)[0]

    def assign_all(self, comments: Sequence[str | None]) -> tuple[NDArray[np.int32], Any]:
        """Labels and memberships of other comments."""
        texts = [clean(comment) for comment in comments]
        said = np.array([has_content(text) for text in texts], dtype=bool)
        return _assign(texts, said, self.model, self.k, None)

    def matched_words(self, theme: int) -> tuple[str, ...]:
        """The lower-case words, in every form people used, that belong to a theme."""
        return self.model.matched[theme] if self.model else ()


@dataclass(frozen=True, eq=False)
class _Model:
    space: Space
    centres: NDArray[np.float32]
    links: frozenset[str]
    remainder: int | None
    matched: tuple[tuple[str, ...], ...] = ()


def find_themes(
    comments: Sequence[str | None],
    scores: ArrayLike | None = None,
    k: int | None = None,
    seed: int = 0,
    language: str | None = None,
    *,
    progress: Progress | None = None,
) -> Themes:
    """Find what comments are about.

    Parameters
    ----------
    comments
        Texts; None and NaN are blanks.
    scores
        Not used for finding themes, which would otherwise echo the score.
    k
        How many themes; None chooses 6 to 12. Fewer are returned when the comments do not hold that many.
    seed
        Where the searches begin. The same seed gives the same result.
    language
        ISO 639 code of all comments; None tells each comment's language.
    progress
        Called with what is being done and how far it is (0..1).
    """
    del scores
    report = progress or (lambda _text, _share: None)
    report("Reading the comments", 0.0)
    texts = [clean(comment) for comment in comments]
    said = np.array([has_content(text) for text in texts], dtype=bool)
    places = np.flatnonzero(said)
    if not len(places):
        return _none(len(texts))
    fit_on = places
    if len(places) > FIT_ON:
        fit_on = np.sort(np.random.default_rng(seed).choice(places, FIT_ON, replace=False))
    sample = [texts[i] for i in fit_on]
    report("Telling languages", 0.1)
    languages = np.full(len(sample), language) if language else detect(sample)
    code = main_language(languages)
    wanted = len(places) if k is None and len(places) < TOO_FEW else None
    tokens = tokenise(sample, links_of(sorted(set(languages.tolist()))))
    stems_of_words, stems = stem_columns(tokens, languages)
    rows = tokens.owners[tokens.clauses]
    counts = count_matrix(rows, stems_of_words[tokens.words], (len(sample), max(len(stems), 1)))
    if wanted is not None or has_few_words(counts) or k == 1:  # noqa: PLR2004
        return _one(texts, said, code)
    report("Learning what words mean", 0.2)
    columns = {w: int(c) for w, c in zip(tokens.vocabulary, stems_of_words, strict=True) if c >= 0}
    space = build_space(counts, columns, stems, seed)
    vectors = space.place(counts)
    placed = np.flatnonzero(np.abs(vectors).sum(axis=1) > 0)
    distinct = len(np.unique(np.round(vectors[placed], 5), axis=0))
    report("Grouping comments", 0.4)
    number = choose_k(vectors[placed], seed) if k is None else k
    number = min(number, distinct)
    if number < 2:  # noqa: PLR2004
        return _one(texts, said, code)
    labels = consensus(vectors[placed], number, seed)
    labels, centre = _ordered(vectors[placed], labels, number)
    number = len(centre)
    remainder = number - 1 if number > 2 else None  # noqa: PLR2004
    model = _Model(space, centre, tokens_links(languages), remainder)
    report("Placing every comment", 0.7)
    all_labels, memberships = _assign(texts, said, model, number, report)
    report("Naming the themes", 0.9)
    naming = name_themes(sample, all_labels[fit_on], languages, number, remainder, code)
    quotes = _quotes(sample, vectors, all_labels[fit_on], centre, fit_on)
    matched = _matched(space, counts, all_labels[fit_on], number)
    model = _Model(space, centre, model.links, remainder, matched)
    report("Done", 1.0)
    return Themes(all_labels, memberships, naming.names, naming.terms, quotes, code, "", remainder, model)


def tokens_links(languages: NDArray[np.str_]) -> frozenset[str]:
    """The words that part clauses in the languages found."""
    return links_of(sorted(set(languages.tolist())))


def _none(size: int) -> Themes:
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    labels = np.full(size, -1, dtype=np.int32)
    empty = csr_matrix((size, 0), dtype=bool)
    return Themes(labels, empty, (), (), (), ENGLISH, "There are no comments with content.")


def _one(texts: Sequence[str], said: NDArray[np.bool_], code: str) -> Themes:
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    labels = np.where(said, 0, -1).astype(np.int32)
    count = int(said.sum())
    number = f"{count:,} comment{'' if count == 1 else 's'}"
    if count < TOO_FEW:
        note = f"{number} {'is' if count == 1 else 'are'} too few for themes; all are shown under one."
    else:
        note = f"The {number} hold too few different words for themes; all are shown under one."
    quotes = tuple(int(i) for i in np.flatnonzero(said)[:QUOTES])
    name = ALL.get(code, ALL[ENGLISH])
    return Themes(labels, csr_matrix((labels >= 0)[:, None]), (name,), ((),), (quotes,), code, note)


def _ordered(
    vectors: NDArray[np.float32], labels: NDArray[np.int32], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Larger themes first; the least coherent one, the remainder, last; empty ones gone."""
    sizes = np.bincount(labels, minlength=k)
    kept = np.flatnonzero(sizes)
    centre = centres(vectors, labels, k)
    closeness = np.bincount(labels, np.einsum("ij,ij->i", vectors, centre[labels]), minlength=k) / np.maximum(sizes, 1)
    order = sorted(kept, key=lambda t: (-sizes[t], t))
    loosest = min(kept, key=lambda t: (closeness[t], t))
    if len(kept) > 2:  # noqa: PLR2004
        order.remove(loosest)
        order.append(loosest)
    place = np.full(k, -1, dtype=np.int32)
    place[order] = np.arange(len(order))
    return place[labels], centre[order]


def _assign(
    texts: Sequence[str],
    said: NDArray[np.bool_],
    model: _Model | None,
    k: int,
    report: Progress | None,
) -> tuple[NDArray[np.int32], Any]:
    from scipy.sparse import csr_matrix, vstack  # noqa: PLC0415

    labels = np.where(said, 0, -1).astype(np.int32)
    if model is None:
        return labels, csr_matrix((labels >= 0)[:, None]) if k else csr_matrix((len(labels), 0), dtype=bool)
    parts = []
    for start in range(0, len(texts), BLOCK):
        if report:
            report("Placing every comment", 0.7 + 0.2 * start / len(texts))
        block = slice(start, start + BLOCK)
        labels[block], part = _assign_block(texts[block], said[block], model)
        parts.append(part)
    return labels, vstack(parts, format="csr") if parts else csr_matrix((0, k), dtype=bool)


def _assign_block(texts: Sequence[str], said: NDArray[np.bool_], model: _Model) -> tuple[NDArray[np.int32], Any]:
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    k = len(model.centres)
    tokens = tokenise(texts, model.links, model.space.numbers)
    size = len(model.space.stems)
    stems = model.space.stem_of_number[tokens.words]
    comments = count_matrix(tokens.owners[tokens.clauses], stems, (len(texts), size))
    near = model.space.place(comments) @ model.centres.T
    labels = near.argmax(axis=1).astype(np.int32)
    rest = model.remainder if model.remainder is not None else 0
    labels[np.abs(near).max(axis=1) == 0] = rest
    labels[~said] = -1
    clauses = count_matrix(tokens.clauses, stems, (len(tokens.owners), size))
    close = model.space.place(clauses) @ model.centres.T
    best = close.argmax(axis=1)
    top = close[np.arange(len(best)), best]
    close[np.arange(len(best)), best] = -np.inf
    sure = (top >= CLAUSE_NEAR) & (top - close.max(axis=1, initial=-1) >= CLAUSE_AHEAD) & said[tokens.owners]
    if model.remainder is not None:
        sure &= best != model.remainder
    rows = np.concatenate([np.flatnonzero(said), tokens.owners[sure]])
    columns = np.concatenate([labels[said], best[sure]])
    members = csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(texts), k))
    return labels, members.astype(bool)


def _quotes(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    labels: NDArray[np.int32],
    centre: NDArray[np.float32],
    places: NDArray[np.intp],
) -> tuple[tuple[int, ...], ...]:
    lengths = np.array([len(text.split()) for text in texts])
    good = (lengths >= QUOTE_WORDS[0]) & (lengths <= QUOTE_WORDS[1])
    found = []
    for theme, middle in enumerate(centre):
        mine = np.flatnonzero(labels == theme)
        near = vectors[mine] @ middle + good[mine]
        chosen: list[int] = []
        seen: set[str] = set()
        for i in mine[np.argsort(-near, kind="stable")]:
            if texts[i].lower() not in seen:
                seen.add(texts[i].lower())
                chosen.append(int(places[i]))
            if len(chosen) == QUOTES:
                break
        found.append(tuple(chosen))
    return tuple(found)


def _matched(space: Space, counts: Any, labels: NDArray[np.int32], k: int) -> tuple[tuple[str, ...], ...]:  # noqa: ANN401
    """Every form of the stems that are at least twice as common in a theme as elsewhere."""
    present = counts.copy()
    present.data[:] = 1
    inside = np.vstack([np.asarray(present[labels == theme].sum(axis=0)).ravel() for theme in range(k)])
    sizes = np.maximum(np.bincount(labels[labels >= 0], minlength=k), 1)[:, None]
    share = (inside + 0.5) / sizes
    outside = (inside.sum(axis=0) - inside + 0.5) / np.maximum(sizes.sum() - sizes, 1)
    ours = (share >= 2 * outside) & (inside >= 2)  # noqa: PLR2004
    return tuple(
        tuple(sorted(word for word, column in space.columns.items() if ours[theme, column])) for theme in range(k)
    )
