"""Themes: agreement with people, stability, several themes per comment, intervals, time and memory.

    python benchmarks/themes.py quality [--data FOLDER] [--seeds 5]    agreement, automatic number, memberships
    python benchmarks/themes.py ablation [--data FOLDER] [--seeds 3]   what each part of the pipeline brings
    python benchmarks/themes.py effects                                coverage of the intervals
    python benchmarks/themes.py waves [--data FOLDER]                  a second wave under the first's themes,
                                                                       and what emerges
    python benchmarks/themes.py names [--surveys FOLDER]               names: said by which share of the comments,
                                                                       and what stays uncoded
    python benchmarks/themes.py sample                                 the sample and two like it against the truth
                                                                       of their script
    python benchmarks/themes.py learning [--data FOLDER]               what confirmed comments teach, and a review
    python benchmarks/themes.py quotes [--surveys FOLDER]              each theme beside the quote that is read first
    python benchmarks/themes.py scale [--sizes 1000 10000 100000]      time and memory beside naive k-means

FOLDER holds labelled comments, one JSON object a line: text, label (null for none) and labels (where several).
Agreement is adjusted mutual information (AMI); naive is TF-IDF with k-means as tutorials do it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nps_core import count_themes, find_survey_themes, read_comments, read_survey
from nps_core.errors import NPSError
from nps_core.scope import Scope
from nps_core.themes import Codebook, Entry, Themes, clusters, find_themes, language, space, theme_effects
from nps_core.themes.codebook import fingerprint
from nps_core.themes.in_survey import theme_quotes
from nps_core.themes.review import taught
from nps_core.themes.text import clean
from nps_core.themes.waves import emerging_among

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "themes"
SURVEYS = DATA.parent / "surveys" / "real"
SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample_survey.csv"
INTENTS = {"banking77", "stackoverflow"}  # many classes of questions, not comments on a few subjects


def corpora(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The labelled comments of each corpus."""
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            found[path.stem] = [json.loads(line) for line in file]
    return found


def naive(texts: list[str], k: int, seed: int) -> NDArray[np.int32]:
    """TF-IDF with k-means as tutorials do it."""
    return KMeans(k, n_init=10, random_state=seed).fit_predict(
        TfidfVectorizer(stop_words="english").fit_transform(texts)
    )


def known(rows: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Which rows have one label, and those labels."""
    has = np.array([row["label"] is not None for row in rows])
    return has, np.array([str(row["label"]) for row in rows])[has]


def agreement(rows: list[dict[str, Any]], found: list[Any]) -> tuple[float, float]:
    """Mean AMI with people's labels, and mean adjusted Rand index between seeds."""
    has, truth = known(rows)
    ami = np.mean([adjusted_mutual_info_score(truth, labels[has]) for labels in found])
    pairs = [adjusted_rand_score(found[i], found[j]) for i in range(len(found)) for j in range(i)]
    return float(ami), float(np.mean(pairs or [1.0]))


def micro_f1(rows: list[dict[str, Any]], themes: Themes) -> tuple[float, float]:
    """Micro-F1 against all labels of a comment: by its main theme, and by its memberships.

    A theme stands for the label that most of its comments with a single label have.
    """
    members = themes.memberships.toarray()
    stands = {}
    for theme in range(themes.k):
        mine = [
            r["label"]
            for r, t in zip(rows, themes.labels, strict=True)
            if t == theme and r["label"] is not None
        ]
        stands[theme] = Counter(mine).most_common(1)[0][0] if mine else ""
    true = [set(row["labels"]) for row in rows]
    hard = [{stands[label]} if label >= 0 else set() for label in themes.labels.tolist()]
    soft = [{stands[t] for t in np.flatnonzero(row)} for row in members]
    scores = []
    for given in (hard, soft):
        hits = sum(len(a & b) for a, b in zip(given, true, strict=True) if b)
        sizes = sum(len(a) + len(b) for a, b in zip(given, true, strict=True) if b)
        scores.append(2 * hits / sizes)
    return scores[0], scores[1]


def quality(folder: Path, seeds: int) -> None:
    """Print agreement at the true and at the automatic number of themes, stability and micro-F1."""
    sums: dict[str, list[tuple[float, float, float]]] = {"comments": [], "intents": []}
    print(
        "corpus          naive   ours  ratio  stability | automatic: k   AMI  of true k | micro-F1: main "
        " members"
    )
    for name, rows in corpora(folder).items():
        texts = [row["text"] for row in rows]
        k = len(set(known(rows)[1]))
        base, _ = agreement(rows, [naive(texts, k, seed) for seed in range(seeds)])
        found = [find_themes(texts, k=k, seed=seed) for seed in range(seeds)]
        ours, stable = agreement(rows, [themes.labels for themes in found])
        free = [find_themes(texts, seed=seed) for seed in range(seeds)]
        auto, _ = agreement(rows, [themes.nearest for themes in free])
        line = (
            f"{name:14s} {base:6.3f} {ours:6.3f} {ours / base:6.2f} {stable:10.2f} | {free[0].k:12d}"
            f" {auto:5.3f} {auto / ours:10.2f}"
        )
        if "labels" in rows[0]:
            main, members = np.mean([micro_f1(rows, themes) for themes in found], axis=0)
            line += f" | {main:14.3f} {members:8.3f} ({members - main:+.3f})"
        print(line, flush=True)
        sums["intents" if name in INTENTS else "comments"].append((base, ours, auto))
    for kind, values in sums.items():
        if values:
            base, ours, auto = np.mean(values, axis=0)
            print(
                f"mean of {kind}: naive {base:.3f}, ours {ours:.3f} ({ours / base:.2f}x), automatic"
                f" {auto:.3f} ({auto / ours:.2f})"
            )


def ablation(folder: Path, seeds: int) -> None:
    """Print mean agreement and stability without each part, on the corpora of comments."""
    data = {name: rows for name, rows in corpora(folder).items() if name not in INTENTS}
    everything = space.Space.place

    def views(*kept: int) -> Callable[[space.Space, csr_matrix], NDArray[np.float32]]:
        def place(self: space.Space, counts: csr_matrix) -> NDArray[np.float32]:
            return space.unit(everything(self, counts) * np.isin(np.arange(3), kept).repeat(space.DIMENSIONS))

        return place

    changes = {
        "the whole": [],
        "without the letter groups": [(space.Space, "place", views(0, 1))],
        "without the word vectors": [(space.Space, "place", views(0, 2))],
        "without latent semantics": [(space.Space, "place", views(1, 2))],
        "latent semantics alone": [(space.Space, "place", views(0))],
        "one run of k-means": [(clusters, "RUNS", 1)],
        "consensus of 8": [(clusters, "RUNS", 8)],
        "consensus of 48": [(clusters, "RUNS", 48)],
        "100 dimensions a view": [(space, "DIMENSIONS", 100)],
        "stop list as it comes": [(language, "NAMED_THINGS", frozenset())],
        "without stems": [(space, "stem", lambda word, _code: word)],
    }
    for what, patches in changes.items():
        kept = [(place, name, getattr(place, name)) for place, name, _ in patches]
        for place, name, value in patches:
            setattr(place, name, value)
        if what == "consensus of 8" or what.startswith(("one", "consensus")):
            clusters.consensus.__defaults__ = (clusters.RUNS,)
        language.stop_words.cache_clear()
        found = []
        for rows in data.values():
            k = len(set(known(rows)[1]))
            labels = [
                find_themes([row["text"] for row in rows], k=k, seed=seed).labels for seed in range(seeds)
            ]
            found.append(agreement(rows, labels))
        ami, stable = np.mean(found, axis=0)
        print(f"{what:28s} AMI {ami:.3f}  stability {stable:.2f}", flush=True)
        for place, name, value in kept:
            setattr(place, name, value)
        clusters.consensus.__defaults__ = (clusters.RUNS,)
    language.stop_words.cache_clear()


def effects() -> None:
    """Print the coverage of the 95 % intervals of contribution and leave-out change."""
    rng = np.random.default_rng(1)
    size = 400_000
    members = rng.random((size, 5)) < [0.3, 0.2, 0.1, 0.05, 0.0]
    members[:, 4] = ~members.any(axis=1)
    lift = 0.2 - 0.5 * members[:, 0] + 0.3 * members[:, 1] - 0.2 * members[:, 3]
    draw = rng.random(size)
    groups = np.where(draw < 0.4 + lift / 2, 2, np.where(draw > 0.65 + lift / 2, 0, 1))

    def themes_of(rows: NDArray[np.bool_]) -> Themes:
        labels = rows.argmax(axis=1).astype(np.int32)
        names, none = ("a", "b", "c", "d"), ((),) * 4
        labels = np.where(labels == 4, -1, labels)
        return Themes(labels, csr_matrix(rows[:, :4]), names, none, none, "en", said=np.ones(len(rows), bool))

    truth = theme_effects(themes_of(members), groups)
    rounds = 2_000
    for n in (100, 300, 1_000):
        hits, seen = np.zeros((2, 4)), np.zeros((2, 4))
        for _ in range(rounds):
            drawn = rng.integers(0, size, n)
            found = theme_effects(themes_of(members[drawn]), groups[drawn])
            ends = (
                (found.low, truth.contribution, found.high),
                (found.without_low, truth.without_change, found.without_high),
            )
            for row, (low, value, high) in enumerate(ends):
                given = ~np.isnan(low[:4])
                hits[row] += given & (low[:4] <= value[:4]) & (value[:4] <= high[:4])
                seen[row] += given
        cover = (hits / np.maximum(seen, 1)).round(3).tolist()
        print(f"n = {n}: contribution {cover[0]}, leave-out {cover[1]} (themes of 30, 20, 10 and 5 %)")


def waves(folder: Path) -> None:
    """Print AMI of a second wave assigned and fitted anew, and how often a label that only it has is flagged."""
    print(
        "corpus          assigned  fitted anew | labels hidden  found | flags that are none: with one hidden "
        " without"
    )
    sums = np.zeros(4, dtype=int)
    for name, rows in corpora(folder).items():
        if name in INTENTS:
            continue
        rng = np.random.default_rng(0)
        after = rng.random(len(rows)) < 0.5
        texts = [row["text"] for row in rows]
        has, truth = known(rows)
        labels = np.full(len(rows), "", dtype=object)
        labels[has] = truth
        first = find_themes([t for t, late in zip(texts, after, strict=True) if not late])
        second = [t for t, late in zip(texts, after, strict=True) if late]
        late = has & after
        assigned = adjusted_mutual_info_score(labels[late], first.carried_to(second).nearest[has[after]])
        anew = adjusted_mutual_info_score(labels[late], find_themes(second, k=first.k).labels[has[after]])
        common = [
            label for label, count in Counter(truth).most_common() if 0.02 <= count / len(truth) <= 0.3
        ][:4]
        found = false = 0
        for hidden in common:
            before = ~after & np.array(
                [hidden not in map(str, row.get("labels") or [row["label"]]) for row in rows]
            )
            flags = _flags(texts, before, after)
            told = np.array([hidden in map(str, row.get("labels") or [row["label"]]) for row in rows])
            # A comment of two labels has no single one: most of the examples must have the hidden one among theirs.
            hits = [told[list(places)].mean() > HALF for places in flags]
            found += any(hits)
            false += hits.count(False)
        none = len(_flags(texts, ~after, after))
        print(
            f"{name:14s} {assigned:9.3f} {anew:12.3f} | {len(common):13d} {found:6d} | {false:36d} {none:8d}",
            flush=True,
        )
        sums += [len(common), found, false, none]
    print(f"hidden {sums[0]}, found {sums[1]}, false flags {sums[2]} and {sums[3]}")


def _flags(texts: list[str], before: NDArray[np.bool_], after: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """The examples of each theme that is said to emerge, under the themes of the first wave."""
    first = find_themes([text for text, there in zip(texts, before, strict=True) if there])
    return [one.places for one in emerging_among(first.carried_to(texts), texts, before, after)]


def names(folder: Path) -> None:
    """Print each survey's themes with the share of their comments that say them, and the means."""
    found: list[tuple[float, int]] = []
    uncoded = []
    for path in [SAMPLE, *sorted(folder.iterdir())]:
        try:
            survey = read_survey(path)
        except NPSError:
            continue
        if not survey.has_comments:
            continue
        themes = find_survey_themes(survey)
        if not themes.k:
            print(f"{path.name}: {themes.note}")
            continue
        sizes = np.asarray(themes.memberships.sum(axis=0)).ravel().tolist()
        uncoded.append(themes.uncoded.sum() / themes.said.sum())
        found += zip(themes.coverage.tolist(), sizes, strict=True)
        listed = ", ".join(
            f"{name} {size} ({share:.2f})"
            for name, size, share in zip(themes.names, sizes, themes.coverage, strict=True)
        )
        print(f"{path.name}: uncoded {uncoded[-1]:.2f}; {listed}", flush=True)
    share, size = np.array(found).T
    print(
        f"{len(share)} themes of {len(uncoded)} surveys: said by {share.mean():.3f} in the mean,"
        f" {np.average(share, weights=size):.3f} weighted; {np.count_nonzero(share < HALF)} under half;"
        f" uncoded {np.mean(uncoded):.3f}"
    )


HALF = 0.5
"""A name that fewer of a theme's comments say is not earned."""


def sample() -> None:
    """Print micro-F1 against the truth of the sample's script, and of two surveys in half other words."""
    sys.path.insert(0, str(SAMPLE.parents[1] / "tests" / "core"))
    from sample_truth import marks, survey  # noqa: PLC0415 - the tests' own

    for suffix in ("", " b", " c"):
        told = survey(suffix, other_words=bool(suffix))
        themes = find_themes(told.comments, told.points.astype(float))
        reached = marks(themes.memberships.toarray(), told.truth)
        print(
            f"seed “{suffix}”: merged by the truth {reached.merged:.3f}, best single theme {reached.single:.3f}, two"
            f" topics exactly right {reached.two:.3f}, uncoded {themes.uncoded.sum() / themes.said.sum():.2f}",
            flush=True,
        )


SEEDS, SEED_SURE = 10, 0.5
"""Words a label that stand for those a person would type: the most telling of those that mostly have the label."""


def _truth(rows: list[dict[str, Any]]) -> tuple[list[str], list[str], NDArray[np.bool_]]:
    """Comments, the labels that 20 of them have at least, and comments x labels."""
    told = [set(map(str, row.get("labels") or [row["label"]])) for row in rows]
    counts = Counter(label for own in told for label in own)
    labels = sorted(label for label, count in counts.items() if count >= 20 and label != "None")
    kept = [place for place, own in enumerate(told) if own & set(labels)]
    truth = np.array([[label in told[place] for label in labels] for place in kept])
    return [rows[place]["text"] for place in kept], labels, truth


def _seeded(texts: list[str], labels: list[str], truth: NDArray[np.bool_]) -> Codebook:
    """A codebook of ten words a label, from labelled comments."""
    counter = CountVectorizer(binary=True, min_df=3)
    held = counter.fit_transform(texts)
    words, entries = counter.get_feature_names_out(), []
    for name, own in zip(labels, truth.T, strict=True):
        mine, others = (np.asarray(held[rows].sum(axis=0)).ravel() + 0.5 for rows in (own, ~own))
        share, rest = mine / (own.sum() + 1), others / ((~own).sum() + 1)
        worth = np.where(mine / (mine + others) > SEED_SURE, share * np.log(share / rest), -np.inf)
        best = [place for place in np.argsort(-worth)[:SEEDS] if np.isfinite(worth[place])]
        entries.append(Entry(name, tuple(str(words[place]) for place in best)))
    return Codebook(tuple(entries))


def _f1(themes: Themes, labels: list[str], truth: NDArray[np.bool_]) -> float:
    members = themes.memberships.toarray()
    found = np.zeros_like(truth)
    for column, name in enumerate(labels):
        if name in themes.names:
            found[:, column] = members[:, themes.names.index(name)]
    return float(2 * (found & truth).sum() / (found.sum() + truth.sum()))


def learning(folder: Path, seeds: int) -> None:
    """Print micro-F1 in odd rows: ten words a label, and 100 and 400 confirmed comments of the even rows more."""
    every = []
    for name in ("hotel_en", "hotel_es", "rest14", "airline"):
        texts, labels, truth = _truth(corpora(folder)[name])
        even = np.arange(len(texts)) % 2 == 0
        learnt_from = [text for text, own in zip(texts, even, strict=True) if own]
        first = find_themes(texts, codebook=_seeded(learnt_from, labels, truth[even]))
        others = [text for text, own in zip(texts, even, strict=True) if not own]
        looks = first.model.looks([clean(text) for text in texts[:1_000]])
        marks = {fingerprint(text): clean(text) for text in texts}
        found = [_f1(first.coded_by(first.codebook, others), labels, truth[~even])]
        for number in (100, 400):
            reached = []
            for seed in range(seeds):
                book = first.codebook
                for place in np.random.default_rng(seed).choice(np.flatnonzero(even), number, replace=False):
                    for label, own in zip(labels, truth[place], strict=True):
                        mark = fingerprint(texts[place])
                        book = book.moved(mark, label) if own else book.moved(mark, "", label)
                for label in labels:
                    book = taught(book, first.model, marks, label, looks)
                reached.append(_f1(first.coded_by(book, others), labels, truth[~even]))
            found.append(float(np.mean(reached)))
        every.append(found)
        print(f"{name:10s} ten words {found[0]:.3f}, + 100 {found[1]:.3f}, + 400 {found[2]:.3f}", flush=True)
    mean = np.mean(every, axis=0)
    print(f"mean       ten words {mean[0]:.3f}, + 100 {mean[1]:.3f}, + 400 {mean[2]:.3f}")


def quotes(folder: Path) -> None:
    """Print each theme with its NPS, that of the others, and the comment that would be quoted first."""
    shown = missing = 0
    for path in [SAMPLE, *sorted(folder.iterdir())]:
        try:
            survey = read_survey(path)
        except NPSError:
            continue
        themes, scope = find_survey_themes(survey), Scope(survey)
        print(f"{path.name}: {survey.mapping.reason}")
        for row in count_themes(scope, themes).presented:
            said = read_comments(scope, theme_quotes(scope, themes, row.number, tone=row.tone))
            shown, missing = shown + len(said), missing + (not said)
            first = f"{said[0].score}: {said[0].text!r}" if said else "no quote"
            claim = "apart" if row.stands_apart else "within chance"
            print(
                f"  {row.name} (n {row.n}, NPS {row.nps:+.0f}, others {row.nps_without:+.0f}, {claim}) {first}"
            )
    print(f"{shown} themes with a quote, {missing} without")


def scale(folder: Path, sizes: list[int]) -> None:
    """Print time and memory of each size, in a process of its own."""
    for size in sizes:
        found = {}
        for which in ("naive", "ours"):
            command = [
                sys.executable,
                __file__,
                "one",
                "--data",
                str(folder),
                "--which",
                which,
                "--sizes",
                str(size),
            ]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            found[which] = json.loads(run.stdout)
        ratio = found["ours"]["cpu"] / found["naive"]["cpu"]
        print(
            f"{size:9,d} comments: CPU {found['ours']['cpu']:.1f} s ({ratio:.1f}x naive's"
            f" {found['naive']['cpu']:.1f} s), peak {found['ours']['mb']:.0f} MB (naive"
            f" {found['naive']['mb']:.0f} MB)",
            flush=True,
        )


def one(folder: Path, which: str, size: int) -> None:
    """Run one size in this process and print what it took."""
    said = [
        row["text"].split() for name, rows in corpora(folder).items() if name not in INTENTS for row in rows
    ]
    rng = np.random.default_rng(0)
    first, second = rng.integers(len(said), size=(2, size))
    texts = [" ".join(said[a][:25] + said[b][:3]) for a, b in zip(first, second, strict=True)]
    start = time.process_time()
    if which == "ours":
        find_themes(texts)
    else:
        naive(texts, 8, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": time.process_time() - start, "mb": peak}))


def main() -> None:
    """Read the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument(
        "what",
        choices=[
            "quality",
            "ablation",
            "effects",
            "waves",
            "names",
            "sample",
            "learning",
            "quotes",
            "scale",
            "one",
        ],
    )
    ask.add_argument("--data", type=Path, default=DATA)
    ask.add_argument("--surveys", type=Path, default=SURVEYS)
    ask.add_argument("--seeds", type=int, default=3)
    ask.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    ask.add_argument("--which", default="ours")
    opt = ask.parse_args()
    if opt.what == "quality":
        quality(opt.data, opt.seeds)
    elif opt.what == "ablation":
        ablation(opt.data, opt.seeds)
    elif opt.what == "effects":
        effects()
    elif opt.what == "waves":
        waves(opt.data)
    elif opt.what == "names":
        names(opt.surveys)
    elif opt.what == "sample":
        sample()
    elif opt.what == "learning":
        learning(opt.data, opt.seeds)
    elif opt.what == "quotes":
        quotes(opt.surveys)
    elif opt.what == "scale":
        scale(opt.data, opt.sizes)
    else:
        one(opt.data, opt.which, opt.sizes[0])


if __name__ == "__main__":
    main()
