"""Words -> a space in which comments about the same thing lie close together.

Three views of a comment side by side. The first is latent semantic analysis: TF-IDF reduced by a truncated singular
value decomposition (Deerwester et al. 1990). The second is the mean of word vectors trained on the survey itself:
positive pointwise mutual information of words that share a comment, reduced in the same way (Levy and Goldberg
2014). The third, at half weight, is TF-IDF of the words' letter groups, reduced: it brings typos, compounds and rare
words near the words they look like. What each view brings is in docs/themes.md.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.language import stop_words
from nps_core.themes.stems import bare_word, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.themes.text import Tokens


DIMENSIONS = 50
"""Of each view. 30 to 100 do equally well; 200 brings noise."""

DECIMALS = 7
"""Of the vectors' values, which lie in -1..1."""

LETTERS = 4
"""Of a letter group: a typo spoils a few of a word's groups, never all."""

LETTERS_WEIGHT = 0.5
"""Of the third view, which knows how words look and not what they mean."""

RAREST = ((20_000, 5), (3_000, 3), (30, 2), (0, 1))
"""(from so many comments, a word must be in so many of them to count by itself)."""

RAREST_LETTERS = 3
"""A letter group must be in so many comments."""

SELDOM, OFTEN, LONG = 2, 5, 8
"""A word of so few comments may be a slip of one of so many; both have so many letters."""

COMMONEST = 0.4
"""A word in a larger share of the comments tells none apart."""


@dataclass(frozen=True, eq=False)
class Space:
    """What is needed to place a comment.

    Parameters
    ----------
    columns
        The stem (a column of the count matrix) of each known surface word.
    stems
        The stems.
    idf
        Inverse document frequency of each stem; 0 for those too rare or too common to count by themselves.
    vectors
        Stems x dimensions, for the first and for the second view.
    letters
        Stems x letter groups: which groups a stem has.
    letters_idf, letters_vectors
        The same for letter groups, for the third view.
    slips
        Of stems the stems of words that are slips of the pen for them.
    """

    columns: dict[str, int]
    stems: tuple[str, ...]
    idf: NDArray[np.float32]
    vectors: tuple[NDArray[np.float32], NDArray[np.float32]]
    letters: Any
    letters_idf: NDArray[np.float32]
    letters_vectors: NDArray[np.float32]
    slips: Mapping[int, tuple[int, ...]]

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each known word, for `tokenise`."""
        return {word: number for number, word in enumerate(self.columns)}

    def place(self, counts: Any) -> NDArray[np.float32]:  # noqa: ANN401 - a scipy sparse matrix
        """Rows of stem counts -> unit vectors; a row without known words stays 0."""
        weights = weigh(counts, self.idf)
        look = weigh(counts @ self.letters, self.letters_idf)
        views = [unit(weights @ vectors) for vectors in self.vectors]
        return unit(np.hstack([*views, LETTERS_WEIGHT * unit(look @ self.letters_vectors)]))


def stem_columns(tokens: Tokens, languages: NDArray[np.str_]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The stem of each word of the vocabulary, -1 for stop words; and the stems.

    A word belongs to the language in which it is used most.
    """
    codes, of_comment = np.unique(languages, return_inverse=True)
    used_in = np.zeros((len(tokens.vocabulary), len(codes)), dtype=np.int32)
    np.add.at(used_in, (tokens.words, of_comment[tokens.owners[tokens.clauses]]), 1)
    columns: dict[str, int] = {}
    found = np.full(len(tokens.vocabulary), -1, dtype=np.int32)
    for place, (word, best) in enumerate(zip(tokens.vocabulary, used_in.argmax(axis=1), strict=True)):
        code = str(codes[best])
        if not is_stop_word(word, code):
            found[place] = columns.setdefault(stem(word, code), len(columns))
    return found, tuple(columns)


def is_stop_word(word: str, code: str) -> bool:
    """Whether a lower-case word carries no topic: a stop word, a bare number, or too short to be a word."""
    stops = stop_words(code)
    bare = bare_word(word)
    return word in stops or bare in stops or (len(bare) < 2 and bare.isascii())  # noqa: PLR2004 - a letter


def count_matrix(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> Any:  # noqa: ANN401
    """How often each column (stem) is in each row (comment or clause); places of -1 are left out."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - with scikit-learn, only when needed

    kept = columns >= 0
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    matrix = csr_matrix((ones, (rows[kept], columns[kept])), shape=shape, dtype=np.float32)
    matrix.sum_duplicates()
    return matrix


def build_space(
    counts: Any,  # noqa: ANN401
    columns: dict[str, int],
    stems: Sequence[str],
    seed: int,
) -> Space:
    """Learn the space from comments x stems."""
    comments = counts.shape[0]
    shared = np.bincount(counts.indices, minlength=counts.shape[1])
    rarest = next(least for size, least in RAREST if comments >= size)
    idf = _idf(shared, comments, rarest)
    useful = np.flatnonzero(idf)
    vectors = []
    for learn in (_topics, _meanings):
        spread = np.zeros((len(stems), DIMENSIONS), dtype=np.float32)
        found = learn(counts[:, useful], idf[useful], seed)
        spread[useful, : found.shape[1]] = found
        vectors.append(spread)
    letters = _letter_groups(stems, shared <= max(COMMONEST * comments, rarest))
    groups = counts @ letters
    letters_idf = _idf(np.bincount(groups.indices, minlength=groups.shape[1]), comments, RAREST_LETTERS)
    kept = np.flatnonzero(letters_idf)
    letters, letters_idf = letters[:, kept], letters_idf[kept]
    look = _topics(groups[:, kept], letters_idf, seed)
    slips: dict[int, tuple[int, ...]] = {}
    for word, meant in meant_words({word: int(shared[own]) for word, own in columns.items()}).items():
        slips[columns[meant]] = (*slips.get(columns[meant], ()), columns[word])
    return Space(
        dict(columns), tuple(stems), idf, (vectors[0], vectors[1]), letters, letters_idf, look, slips
    )


def meant_words(uses: Mapping[str, int]) -> dict[str, str]:
    """Words of one or two comments that are a frequent one with a letter too many, too few or two that changed places.

    A letter in place of another one makes other words ("expensive", "expansive"), so do the first and the last letter,
    and so does any letter of a short word ("contact", "contract").

    >>> meant_words({"dashboard": 40, "dashbooard": 1, "dahsboard": 2, "dashboards": 1, "contact": 9, "contract": 1})
    {'dashbooard': 'dashboard', 'dahsboard': 'dashboard'}
    """
    frequent = [word for word, n in uses.items() if n >= OFTEN and len(word) >= LONG]
    shorter: dict[str, str] = {}
    for word in sorted(frequent, key=lambda word: uses[word]):
        shorter |= dict.fromkeys((word, *_without_a_letter(word)), word)
    found = dict[str, str]()
    for word, n in uses.items():
        if n > SELDOM or len(word) < LONG:
            continue
        for near in (word, *_without_a_letter(word)):
            meant = shorter.get(near, word)
            if len(meant) != len(word) or sorted(meant) == sorted(word):
                found |= {word: meant} if meant != word else {}
    return found


def _without_a_letter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(1, len(word) - 1)]


def has_few_words(counts: Any) -> bool:  # noqa: ANN401
    """Whether fewer than two stems are common enough to tell comments apart."""
    comments = counts.shape[0]
    rarest = next(least for size, least in RAREST if comments >= size)
    shared = np.bincount(counts.indices, minlength=counts.shape[1])
    return int(np.count_nonzero(_idf(shared, comments, rarest))) < 2  # noqa: PLR2004


def _idf(shared: NDArray[np.intp], comments: int, rarest: int) -> NDArray[np.float32]:
    """Inverse document frequency, 0 for what is in too few or too many comments."""
    idf = np.log((1 + comments) / (1 + shared)) + 1
    return np.where((shared >= rarest) & (shared <= max(COMMONEST * comments, rarest)), idf, 0).astype(
        np.float32
    )


def weigh(counts: Any, idf: NDArray[np.float32]) -> Any:  # noqa: ANN401
    """Sublinear TF-IDF, each row of length 1."""
    weights = counts.copy()
    weights.data = ((1 + np.log(weights.data)) * idf[weights.indices]).astype(np.float32)
    length = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    weights.data /= np.repeat(np.maximum(length, np.float32(1e-9)), np.diff(weights.indptr))
    return weights


def unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Rows of length 1; rows of (nearly) nothing become 0."""
    rows = np.asarray(rows, dtype=np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(length > 1e-6, rows / np.maximum(length, 1e-6), 0).astype(np.float32)  # noqa: PLR2004


def _topics(counts: Any, idf: NDArray[np.float32], seed: int) -> NDArray[np.float32]:  # noqa: ANN401
    """The rotation of latent semantic analysis: columns x dimensions."""
    if not counts.shape[1]:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    return np.asarray(_reduce(weigh(counts, idf), seed)[2])


def _meanings(counts: Any, _idf: NDArray[np.float32], seed: int) -> NDArray[np.float32]:  # noqa: ANN401
    """Word vectors from the stems that share comments: PPMI, reduced. Columns x dimensions."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    present = counts.copy()
    present.data[:] = 1
    together = (present.T @ present).tocoo()
    off = together.row != together.col
    rows, columns, pairs = together.row[off], together.col[off], together.data[off].astype(np.float64)
    size = counts.shape[1]
    if not len(pairs):
        return np.eye(size, min(size, DIMENSIONS), dtype=np.float32)
    word = np.bincount(rows, pairs, minlength=size)
    information = np.log(pairs * word.sum() / (word[rows] * word[columns]))
    kept = information > 0
    values = information[kept].astype(np.float32)
    left, strength, _ = _reduce(csr_matrix((values, (rows[kept], columns[kept])), shape=(size, size)), seed)
    return np.asarray(left * np.sqrt(strength), dtype=np.float32)


def _letter_groups(stems: Sequence[str], wanted: NDArray[np.bool_]) -> Any:  # noqa: ANN401
    """Stems x letter groups, 1 where a stem has a group; stems that are not wanted have none."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    groups: dict[str, int] = {}
    rows: list[int] = []
    places: list[int] = []
    for row in np.flatnonzero(wanted).tolist():
        word = f" {stems[row]} "
        for group in dict.fromkeys(word[i : i + LETTERS] for i in range(max(len(word) - LETTERS + 1, 1))):
            rows.append(row)
            places.append(groups.setdefault(group, len(groups)))
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_matrix((ones, (rows, places)), shape=(len(stems), max(len(groups), 1)))


def _reduce(matrix: Any, seed: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:  # noqa: ANN401
    """Truncated SVD: left vectors, singular values, right vectors as columns.

    In double precision, and rounded: where an array happens to lie in memory changes the last bits of a sum, and
    with them gone the same comments give the same themes in every process.
    """
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

    most = min(DIMENSIONS, *matrix.shape)
    left, strength, right = randomized_svd(matrix.astype(np.float64), most, n_iter=4, random_state=seed)
    real = strength > 1e-6 * max(
        strength.max(initial=0), 1e-12
    )  # the others' directions are noise of rounding
    found = (left * real, strength * real, np.ascontiguousarray((right * real[:, None]).T))
    left, strength, right = (values.round(DECIMALS).astype(np.float32) for values in found)
    return left, strength, right


_LOCK = Lock()
_BLAS = ExitStack()
_inside = 0


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread.

    Sums of several threads are added in an order that changes from run to run, which is enough to send a comment
    on the border to another theme. Measured on 2,500 comments, one thread also needs a third of the time of two.

    Two searches may go on at once: OpenMP counts for each of their threads, but BLAS for the whole process, so the
    last one to end gives its threads back.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with scikit-learn

    global _inside  # noqa: PLW0603 - BLAS has one number for the process
    with _LOCK:
        if not _inside:
            _BLAS.enter_context(threadpool_limits(limits=1, user_api="blas"))
        _inside += 1
    try:
        with threadpool_limits(limits=1, user_api="openmp"):
            yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside:
                _BLAS.close()
