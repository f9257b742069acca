"""Comments in, themes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.clusters import RUNS, agreed, centres, choose_k, vote
from nps_core.themes.codebook import Codebook
from nps_core.themes.coding import make_coder
from nps_core.themes.company import groups_of
from nps_core.themes.language import ENGLISH, detect, links_of, main_language
from nps_core.themes.phrases import listen
from nps_core.themes.proposals import COMMON, FAR, PRESENTED, SHARP, Material, name_clusters, propose
from nps_core.themes.result import Clusters, Themes, of_clusters, of_coder, without_themes
from nps_core.themes.space import build_space, count_matrix, has_few_words, one_thread, stem_columns
from nps_core.themes.text import clean, has_content, tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.themes.coding import Coder
    from nps_core.themes.space import Space
    from nps_core.themes.text import Tokens

    Progress = Callable[[str, float], None]

FIT_ON = 10_000
"""Comments that themes are proposed from; the others are coded. More change neither themes nor names."""

TOO_FEW = 15
"""Comments with content below which nothing is proposed: any grouping would be the analyst's, not the data's."""


def find_themes(
    comments: Iterable[str | None],
    scores: ArrayLike | None = None,
    k: int | None = None,
    seed: int = 0,
    language: str | None = None,
    *,
    codebook: Codebook | None = None,
    progress: Progress | None = None,
) -> Themes:
    """Find what comments are about.

    Parameters
    ----------
    comments
        Texts; None and NaN are blanks.
    scores
        One a comment (0 to 10, or any other measure of liking; NaN where there is none), or None. They only
        choose which small themes are presented among the first: themes that knew the score would only repeat
        it.
    k
        So many clusters, each comment with content in one of them; fewer come back when the comments do not hold so
        many. None finds themes: a comment is then about several or none.
    seed
        Where the searches begin. The same seed gives the same result on any machine with the same packages.
    language
        ISO 639 code of all comments; None tells the language of each.
    codebook
        The themes, to be looked for in these comments; none is added. One without entries (but with words for what was
        rated) is filled with what the comments suggest, as is None.
    progress
        Called with what is being done and how far it is (0..1).

    Returns
    -------
    Themes
        Without a theme, and with a note, when fewer than 15 comments have content or hardly a word is shared.

    Raises
    ------
    ValueError
        Not as many scores as comments; or both `k` and a codebook with entries.

    Notes
    -----
    Comments and their clauses are placed by three views side by side: latent semantics (TF-IDF, reduced), word vectors
    trained on the survey itself (PPMI, reduced), and groups of four letters. Twenty-four runs of k-means
    vote; words that keep to few clusters are grouped by their company, and the nouns that cover most of a
    group name its themes. A clause is about a theme by its words, or by their company; what no theme says is
    uncoded. How well this does, and where it falls short, stands in docs/themes.md.

    Examples
    --------
    >>> themes = find_themes(["Slow", "n/a", "Good value"])
    >>> themes.names, themes.labels.tolist(), themes.uncoded.tolist(), themes.note
    ((), [-1, -1, -1], [True, False, True], '2 comments are too few to propose themes from.')
    """
    told = list(comments)
    liking = None if scores is None else np.asarray(scores, dtype=np.float64)
    if liking is not None and liking.shape != (len(told),):
        raise ValueError(f"{liking.size} scores for {len(told)} comments")
    if k is not None and codebook:
        raise ValueError("Give a number of clusters or a codebook, not both.")
    # An empty codebook is false, and can still say what was rated.
    book = Codebook() if codebook is None else codebook
    with one_thread():
        return _find(_Known(told, liking), k, seed, language, book, progress or (lambda _text, _share: None))


def find_toned(
    comments: Sequence[str | None],
    scores: NDArray[np.float64],
    groups: NDArray[np.integer],
    codebook: Codebook,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Themes:
    """`find_themes` with the tone of each mention, taught by the groups of the comments: 0, 1, 2, or -1 for unknown."""
    known = _Known(comments, scores, groups)
    with one_thread():
        return _find(known, None, seed, None, codebook, progress or (lambda _text, _share: None))


@dataclass(frozen=True, eq=False)
class _Known:
    """Comments, and what is known of who wrote them."""

    comments: Sequence[str | None]
    scores: NDArray[np.float64] | None = None
    groups: NDArray[np.integer] | None = None


@dataclass(frozen=True, eq=False)
class _Sample:
    """The comments that themes are found on: their places, texts and languages, words and space."""

    places: NDArray[np.intp]
    texts: list[str]
    languages: NDArray[np.str_]
    language: str
    tokens: Tokens
    stem_of: NDArray[np.int32]
    space: Space

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages there are."""
        return tuple(np.unique(self.languages).tolist())

    def material(self, votes: NDArray[np.int32], rated: tuple[str, ...] = ()) -> Material:
        """What names are made from."""
        said = listen(self.texts, self.languages.tolist())
        return Material(self.tokens, self.stem_of, self.space, said, votes, self.language, rated)


def _find(
    known: _Known,
    k: int | None,
    seed: int,
    language: str | None,
    codebook: Codebook,
    report: Progress,
) -> Themes:
    report("Reading the comments", 0.0)
    texts = [clean(comment) for comment in known.comments]
    said = np.array([has_content(text) for text in texts], dtype=bool)
    count = int(said.sum())
    if not count:
        return without_themes(said, language or ENGLISH, "No comment has any content.", codebook)
    report("Telling languages", 0.15)
    sample = _sample(texts, said, seed, language, report)
    few = has_few_words(_counts(sample))
    if k is None and not codebook and (count < TOO_FEW or few):
        number = f"{count:,} comment{'' if count == 1 else 's'}"
        note = f"The {number} share too few words to propose themes from."
        if count < TOO_FEW:
            note = f"{number} {'is' if count == 1 else 'are'} too few to propose themes from."
        return without_themes(said, sample.language, note, codebook)
    report("Grouping comments", 0.4)
    if codebook:
        coder = make_coder(sample.space, links_of(sample.codes), sample.codes, codebook, sample.texts)
    elif k is not None:
        return _clusters(texts, said, sample, k, seed, report)
    else:
        coder = _proposed(sample, known.scores, seed, codebook.rated, report)
    found = of_coder(
        coder,
        texts,
        said,
        sample.language,
        groups=known.groups,
        report=lambda done: report("Coding every comment", 0.6 + 0.4 * done),
    )
    report("Done", 1.0)
    return found if found.k or codebook else replace(found, note=_why_none(texts, said))


def _why_none(texts: Sequence[str], said: NDArray[np.bool_]) -> str:
    """What is true where no theme was found: of how many comments, and that they say the same where most do."""
    spoken = [texts[place].lower() for place in np.flatnonzero(said).tolist()]
    count, unlike = len(spoken), len(set(spoken))
    of = f", which are {unlike:,} texts said again and again" if 2 * unlike <= count else ""
    return f"No theme was found in {count:,} comments{of}."


def _sample(
    texts: Sequence[str], said: NDArray[np.bool_], seed: int, language: str | None, report: Progress
) -> _Sample:
    places = np.flatnonzero(said)
    if len(places) > FIT_ON:
        places = np.sort(np.random.default_rng(seed).choice(places, FIT_ON, replace=False))
    chosen = [texts[place] for place in places.tolist()]
    languages = np.full(len(chosen), language) if language else detect(chosen)
    report("Learning what words mean", 0.25)
    tokens = tokenise(chosen, links_of(np.unique(languages).tolist()))
    stem_of, stems = stem_columns(tokens, languages)
    shape = (len(chosen), max(len(stems), 1))
    counts = count_matrix(tokens.owners[tokens.clauses], stem_of[tokens.words], shape)
    columns = {word: int(c) for word, c in zip(tokens.vocabulary, stem_of, strict=True) if c >= 0}
    space = build_space(counts, columns, stems or ("",), seed)
    return _Sample(places, chosen, languages, main_language(languages), tokens, stem_of, space)


def _counts(sample: _Sample) -> Any:  # noqa: ANN401 - a scipy sparse matrix
    owners = sample.tokens.owners[sample.tokens.clauses]
    shape = (len(sample.texts), len(sample.space.stems))
    return count_matrix(owners, sample.stem_of[sample.tokens.words], shape)


def _votes(sample: _Sample, k: int | None, seed: int) -> tuple[NDArray[np.int32], NDArray[np.float32], int]:
    """The runs of k-means (-1: no known word), where the comments lie, and the number of clusters."""
    rows = sample.space.place(_counts(sample))
    placed = np.flatnonzero(np.abs(rows).sum(axis=1) > 0)
    distinct = len(np.unique(rows[placed].round(4), axis=0))
    number = max(min(choose_k(rows[placed]) if k is None else k, distinct), 1)
    votes = np.full((1, len(rows)), -1, dtype=np.int32)
    if len(placed):
        votes = np.repeat(votes, RUNS, axis=0)
        votes[:, placed] = vote(rows[placed], number, np.random.default_rng(seed))
    return votes, rows, number


def _proposed(
    sample: _Sample, scores: NDArray[np.float64] | None, seed: int, rated: tuple[str, ...], report: Progress
) -> Coder:
    votes, _, _ = _votes(sample, None, seed)
    report("Proposing themes", 0.5)
    entries = propose(sample.material(votes, rated))
    coder = make_coder(
        sample.space, links_of(sample.codes), sample.codes, Codebook(entries, rated), sample.texts
    )
    members = coder.code(sample.texts, sample.tokens, np.ones(len(sample.texts), dtype=bool)).members
    order = _by_matter(members, coder.may_be_one, None if scores is None else scores[sample.places])
    return replace(
        coder,
        codebook=Codebook(tuple(entries[place] for place in order), rated),
        middles=coder.middles[order],
        cuts=coder.cuts[order],
        may_be_one=coder.may_be_one[np.ix_(order, order)],
    )


def _by_matter(
    members: NDArray[np.bool_], may_be_one: NDArray[np.float64], scores: NDArray[np.float64] | None
) -> list[int]:
    """The entries that matter first: the most frequent, and the small ones that score farthest from the others, if far.

    Of several that may be one only the most frequent is among the first: the others would take places twice. What
    many say is not passed over for that.
    """
    sizes = members.sum(axis=0)
    by_size: list[int] = np.argsort(-sizes, kind="stable").tolist()
    group = groups_of(may_be_one, 1).tolist()
    leads = set({group[place]: place for place in reversed(by_size)}.values())
    leads.update(np.flatnonzero(sizes >= COMMON * max(len(members), 1)).tolist())
    by_size = [place for place in by_size if place in leads] + [p for p in by_size if p not in leads]
    if scores is None:
        return by_size
    known = ~np.isnan(scores)
    values, mine = scores[known], members[known]
    n = np.maximum(mine.sum(axis=0), 1)
    spread = values.std() if len(values) else 0.0
    apart = np.abs(mine.T @ values / n - values.mean()) * np.sqrt(n) / spread if spread else np.zeros(len(n))
    first, rest = by_size[: PRESENTED - SHARP], by_size[PRESENTED - SHARP :]
    far = [place for place in rest if place in leads and apart[place] >= FAR]
    sharp = sorted(far, key=lambda place: -apart[place])[:SHARP]
    return [*first, *sharp, *(place for place in rest if place not in sharp)]


def _clusters(
    texts: Sequence[str], said: NDArray[np.bool_], sample: _Sample, k: int, seed: int, report: Progress
) -> Themes:
    """So many clusters, larger ones first."""
    votes, rows, number = _votes(sample, k, seed)
    placed = np.flatnonzero(votes[0] >= 0)
    middle = np.zeros((1, rows.shape[1]), dtype=np.float32)
    if len(placed) and number > 1:
        rng = np.random.default_rng([seed, 1])
        labels = agreed(votes[:, placed], number, seed, rng)
        sizes = np.bincount(labels, minlength=number)
        kept = sorted(np.flatnonzero(sizes).tolist(), key=lambda cluster: (-sizes[cluster], cluster))
        middle = centres(rows[placed], labels, number)[kept]
    model = Clusters(sample.space, links_of(sample.codes), sample.codes, middle)
    labels, members, near = model.place(
        texts, said, lambda done: report("Placing every comment", 0.6 + 0.3 * done)
    )
    report("Naming the clusters", 0.9)
    names, words = name_clusters(sample.material(votes), labels[sample.places], len(middle))
    report("Done", 1.0)
    return of_clusters(model, (labels, members, near), texts, said, names, words, sample.language)
