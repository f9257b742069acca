"""Comments in, themes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.clusters import centres, choose_k, consensus
from nps_core.themes.language import ENGLISH, detect, links_of, main_language
from nps_core.themes.model import Model, under_one
from nps_core.themes.names import name_themes
from nps_core.themes.result import QUOTE_WORDS, QUOTES, Themes, best_first
from nps_core.themes.space import build_space, count_matrix, has_few_words, stem_columns
from nps_core.themes.text import clean, has_content, tokenise, words_of
from nps_core.themes.threads import one_thread
from nps_core.themes.wording import all_comments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Progress = Callable[[str, float], None]

FIT_ON = 10_000
"""Comments that the themes are found on; the others are assigned. More change neither themes nor names."""

TOO_FEW = 15
"""Comments with content below which nothing is clustered: any grouping would be the analyst's, not the data's."""

MATCH_LIFT, MATCH_COMMENTS = 2, 2
"""A word belongs to a theme when it is so many times as common there as elsewhere, in so many comments."""


def find_themes(
    comments: Iterable[str | None],
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
        One a comment (0 to 10, or any other measure of liking; NaN where there is none), or None. Only names look
        at them, so that none holds an opinion that its theme does not share; themes that knew the score would
        only repeat it.
    k
        How many themes, the remainder included; None chooses. Fewer come back when the comments do not hold
        so many.
    seed
        Where the searches begin. The same seed gives the same result on any machine with the same packages.
    language
        ISO 639 code of all comments; None tells the language of each.
    progress
        Called with what is being done and how far it is (0..1).

    Returns
    -------
    Themes
        One theme with a note when there are fewer than 15 comments with content (and no `k`) or hardly a word
        is shared; none when no comment has content.

    Notes
    -----
    Comments and their clauses are placed by three views side by side: latent semantics (TF-IDF, reduced), word vectors
    trained on the survey itself (PPMI, reduced), and groups of four letters. Twenty-four runs of k-means vote, and one
    k-means over their votes gives the themes; their number, 6 to 12, is the one on which subsamples agree best. The
    score is not looked at, but by names. How well this does, and where it falls short, stands in docs/themes.md.

    Examples
    --------
    >>> themes = find_themes(["Slow", "n/a", "Good value"])
    >>> themes.names, themes.labels.tolist(), themes.note
    (('All comments',), [0, -1, 0], '2 comments are too few for themes; all are shown under one.')
    """
    told = list(comments)
    liking = None if scores is None else np.asarray(scores, dtype=np.float64)
    if liking is not None and liking.shape != (len(told),):
        raise ValueError(f"{liking.size} scores for {len(told)} comments")
    with one_thread():
        return _find(told, liking, k, seed, language, progress or (lambda _text, _share: None))


@dataclass(frozen=True, eq=False)
class _Sample:
    """The comments that themes are found on: their places, texts and languages."""

    places: NDArray[np.intp]
    texts: list[str]
    languages: NDArray[np.str_]
    language: str


def _find(
    comments: Sequence[str | None],
    scores: NDArray[np.float64] | None,
    k: int | None,
    seed: int,
    language: str | None,
    report: Progress,
) -> Themes:
    report("Reading the comments", 0.0)
    texts = [clean(comment) for comment in comments]
    said = np.array([has_content(text) for text in texts], dtype=bool)
    if not said.any():
        labels, members = under_one(said, 0)
        return Themes(labels, members, (), (), (), language or ENGLISH, "No comment has any content.")
    report("Telling languages", 0.15)
    sample = _sample(texts, said, seed, language)
    report("Learning what words mean", 0.25)
    tokens = tokenise(sample.texts, links_of(np.unique(sample.languages).tolist()))
    stem_of, stems = stem_columns(tokens, sample.languages)
    shape = (len(sample.texts), max(len(stems), 1))
    counts = count_matrix(tokens.owners[tokens.clauses], stem_of[tokens.words], shape)
    if k == 1 or (k is None and said.sum() < TOO_FEW) or has_few_words(counts):
        return _one(texts, said, sample.language, k)
    columns = {w: int(c) for w, c in zip(tokens.vocabulary, stem_of, strict=True) if c >= 0}
    space = build_space(counts, columns, stems, seed)
    vectors = space.place(counts)
    report("Grouping comments", 0.4)
    centre = _centres(vectors, k, seed)
    if len(centre) < 2:  # noqa: PLR2004 - one group is none
        return _one(texts, said, sample.language, k)
    remainder = len(centre) - 1 if len(centre) > 2 else None  # noqa: PLR2004
    codes = tuple(np.unique(sample.languages).tolist())
    model = Model(space, centre, links_of(codes), remainder, languages=codes)
    labels, members, near = model.assign(
        texts, said, lambda done: report("Placing every comment", 0.6 + 0.3 * done)
    )
    report("Naming the themes", 0.9)
    mine = labels[sample.places]
    liking = None if scores is None else scores[sample.places]
    naming = name_themes(
        sample.texts, mine, sample.languages, len(centre), remainder, sample.language, liking
    )
    told = _told(columns, counts, naming.names)
    quotes = _quotes(sample, vectors @ centre.T + told, mine)
    model = replace(model, matched=_matched(columns, counts, mine, len(centre)))
    report("Done", 1.0)
    return Themes(
        labels, members, naming.names, naming.terms, quotes, sample.language, "", remainder, model, near
    )


def _sample(texts: Sequence[str], said: NDArray[np.bool_], seed: int, language: str | None) -> _Sample:
    places = np.flatnonzero(said)
    if len(places) > FIT_ON:
        places = np.sort(np.random.default_rng(seed).choice(places, FIT_ON, replace=False))
    chosen = [texts[place] for place in places.tolist()]
    languages = np.full(len(chosen), language) if language else detect(chosen)
    return _Sample(places, chosen, languages, main_language(languages))


def _one(texts: Sequence[str], said: NDArray[np.bool_], language: str, k: int | None) -> Themes:
    """All comments under one theme, and why."""
    labels, members = under_one(said)
    count = int(said.sum())
    number = f"{count:,} comment{'' if count == 1 else 's'}"
    note = f"The {number} share too few words for themes; all are shown under one."
    if count < TOO_FEW:
        note = f"{number} {'is' if count == 1 else 'are'} too few for themes; all are shown under one."
    places = np.flatnonzero(said)
    best = best_first(
        [texts[i] for i in places.tolist()], np.zeros(count, dtype=np.float32), QUOTE_WORDS, QUOTES
    )
    quotes = (tuple(int(places[i]) for i in best),)
    return Themes(labels, members, (all_comments(language),), ((),), quotes, language, "" if k == 1 else note)


def _centres(vectors: NDArray[np.float32], k: int | None, seed: int) -> NDArray[np.float32]:
    """Where the themes lie: larger ones first, the loosest, which is the remainder, last."""
    placed = vectors[np.abs(vectors).sum(axis=1) > 0]
    distinct = len(np.unique(placed.round(4), axis=0)) if len(placed) else 0
    number = min(choose_k(placed) if k is None else k, distinct)
    if number < 2:  # noqa: PLR2004 - one group is none
        return np.zeros((0, vectors.shape[1]), dtype=np.float32)
    labels = consensus(placed, number, seed)
    sizes = np.bincount(labels, minlength=number)
    middle = centres(placed, labels, number)
    ahead = _ahead(placed, labels, middle)
    kept = [t for t in range(number) if sizes[t]]
    kept.sort(key=lambda t: (-sizes[t], t))
    if len(kept) > 2:  # noqa: PLR2004 - of two neither is a remainder
        loosest = min(kept, key=lambda t: (ahead[t], t))
        kept.append(kept.pop(kept.index(loosest)))
    return middle[kept]


def _ahead(
    vectors: NDArray[np.float32], labels: NDArray[np.int32], middle: NDArray[np.float32]
) -> NDArray[np.float64]:
    """By how much each theme's comments are nearer to it than to the next theme, on average."""
    near = vectors @ middle.T
    rows = np.arange(len(near))
    own = near[rows, labels]
    near[rows, labels] = -np.inf
    return np.bincount(labels, own - near.max(axis=1), minlength=len(middle)) / np.maximum(
        np.bincount(labels, minlength=len(middle)), 1
    )


def _told(
    columns: dict[str, int],
    counts: Any,  # noqa: ANN401 - a scipy sparse matrix
    names: Sequence[str],
) -> NDArray[np.float32]:
    """The share (0..1) of the words of each theme's name that each comment holds: comments x themes.

    An example that does not speak of what its theme is called misleads, however near to the middle it is.
    """
    told = np.zeros((counts.shape[0], len(names)), dtype=np.float32)
    for theme, name in enumerate(names):
        wanted = sorted({columns[word] for word in words_of(name.lower()) if word in columns})
        if wanted:
            told[:, theme] = (counts[:, wanted] > 0).mean(axis=1).ravel()
    return told


def _quotes(
    sample: _Sample, worth: NDArray[np.float32], labels: NDArray[np.int32]
) -> tuple[tuple[int, ...], ...]:
    """The best examples of each theme; `worth` says how good a one each comment is for each: comments x themes."""
    found = []
    for theme in range(worth.shape[1]):
        mine = np.flatnonzero(labels == theme)
        best = best_first([sample.texts[i] for i in mine], worth[mine, theme], QUOTE_WORDS, QUOTES)
        found.append(tuple(int(sample.places[mine[i]]) for i in best))
    return tuple(found)


def _matched(
    columns: dict[str, int],
    counts: Any,  # noqa: ANN401 - a scipy sparse matrix
    labels: NDArray[np.int32],
    k: int,
) -> tuple[tuple[str, ...], ...]:
    """Every form of the words that belong to each theme."""
    present = counts.copy()
    present.data[:] = 1
    inside = np.vstack([np.asarray(present[labels == theme].sum(axis=0)).ravel() for theme in range(k)])
    sizes = np.maximum(np.bincount(labels, minlength=k), 1)[:, None]
    outside = (inside.sum(axis=0) - inside) / np.maximum(sizes.sum() - sizes, 1)
    ours = (inside / sizes >= MATCH_LIFT * outside) & (inside >= MATCH_COMMENTS)
    return tuple(tuple(sorted(w for w, c in columns.items() if ours[theme, c])) for theme in range(k))
