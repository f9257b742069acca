"""The themes of a survey as rows: what they say, and their charts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import Axis, counts_axis, largest
from nps_core.charts.spec import (
    GROUP_ORDER,
    MOST_COLUMNS,
    NO_CAPTION,
    Caption,
    Captioned,
    Cell,
    Chart,
    Panel,
    Series,
    names_of,
    values_of,
)
from nps_core.formatting import (
    as_read,
    format_count,
    format_nps,
    format_share,
    lowered,
    reads_as_name,
    short,
    with_interval,
)
from nps_core.score.estimate import MIN_READABLE
from nps_core.score.ledger import sign_sentence
from nps_core.segments.result import columns_left_out
from nps_core.themes.effect import FEWEST_RESPONSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from numpy.typing import NDArray

    from nps_core.segments.lately import Lately
    from nps_core.themes.changes import ThemeChange, ThemeTrend

GROUP_PARTS = ("detractors", "passives", "promoters")
_FIRST = (
    "Shown: the first themes of the codebook, which as proposed begins with frequent ones and small ones that score"
    " far from the rest."
)

TONE_PARTS = ("complaints", "neutral", "praise")
"""What bars fall into, from the left."""

_HOVER_LENGTH = 60
_STATES = {"new": "new", "growing": "▲", "fading": "▼", "gone": "gone", "": ""}
_LEAST_EFFECT, _EFFECT_ROOM = 1.0, 0.08  # points around 0 that are always shown; free at either end
_NONE_AND_MOST = (("accent", 0.03), ("accent", 0.5))  # of a segment's comments
_LEAST_SHARE = 0.01  # that full colour stands for


@dataclass(frozen=True)
class ThemeRow:
    """One theme under the filters.

    Parameters
    ----------
    number
        Its number in the `Themes`.
    name, words
        As in the `Themes`.
    coverage
        Share (0..1) of its comments, in the whole survey, that say the name or one of its words.
    parent
        The number of the theme that it is a part of; -1 for none.
    first
        Whether it is among those that are presented first.
    n
        Responses shown whose comment is about it; one comment can be about several themes.
    share
        The same as a share (0..1) of the responses shown that have a comment.
    promoters, passives, detractors
        Those responses by group.
    nps, low, high
        Their NPS with its interval, in points.
    effect, effect_low, effect_high
        Points by which the theme goes with the NPS of all commented responses; never a cause. NaN bounds
        where there are too few responses.
    beyond_chance
        Whether the effect is, among all that an overview and a report look at (the ledger).
    sign
        Whether it is not, but would be if themes alone were looked at.
    nps_without
        NPS of the commented responses that are not about it.
    accounts
        Of how many accounts (respondents, where only these repeat) its responses are.
    tones
        Its complaints, mentions that are neither, and praise; None where the tone of comments is not known well enough.
    lately
        What it is since the NPS of all last changed; None while it still differs, and where that is not known.
    """

    number: int
    name: str
    words: tuple[str, ...]
    n: int
    share: float
    promoters: int
    passives: int
    detractors: int
    nps: float
    low: float
    high: float
    effect: float
    effect_low: float
    effect_high: float
    beyond_chance: bool
    nps_without: float
    coverage: float = 1.0
    parent: int = -1
    first: bool = True
    sign: bool = False
    accounts: int | None = None
    tones: tuple[int, int, int] | None = None
    lately: Lately | None = None

    @property
    def tone(self) -> int:
        """What its quotes should say first: -1, complaints, where it goes with lower scores beyond chance; 1, praise.

        Within chance they say what most comments say of it: by their tones, else by its own NPS.
        """
        apart = self.nps - self.nps_without
        told = apart if self.stands_apart else self.tones[2] - self.tones[0] if self.tones else self.nps
        return -1 if (told or apart) < 0 else 1

    @property
    def may_lead(self) -> bool:
        """Whether a headline may name it: enough responses, of enough accounts, and no part of another theme."""
        voices = self.n if self.accounts is None else min(self.n, self.accounts)
        return self.parent < 0 and voices >= MIN_READABLE

    @property
    def stands_apart(self) -> bool:
        """Whether a headline may say so: beyond chance, and those who speak of it do score so."""
        return self.may_lead and self.beyond_chance and self.agrees

    @property
    def agrees(self) -> bool:
        """Whether effect and scores have one direction: beyond what other themes go with, they need not."""
        return self.effect * (self.nps - self.nps_without) > 0

    @property
    def ended(self) -> str:
        """What follows a claim that no longer holds: ", but not since Q2 2026 (+83 against ...)"; "" while it does."""
        return f", {self.lately.words}" if self.lately else ""

    @property
    def beside(self) -> str:
        """Its words beside the name: "cost, renewal"."""
        return ", ".join(word for word in self.words if word.casefold() != self.name.casefold())

    @property
    def said(self) -> str:
        """How many of its comments say it, unless all do, and its words beside the name: "said by 61%; with cost"."""
        share = f"said by {format_share(self.coverage)}" if self.coverage < 1 else ""
        return "; ".join(filter(None, (share, self.beside and f"with {self.beside}")))


class ThemeRows(Captioned[ThemeRow]):
    """Themes under the filters, the most frequent first, each with its parts behind it.

    `uncoded` of the `commented` responses are about no theme.
    """

    uncoded: int = 0
    commented: int = 0

    def __new__(
        cls,
        results: Iterable[ThemeRow] = (),
        caption: Caption = NO_CAPTION,
        *,
        uncoded: int = 0,
        commented: int = 0,
    ) -> Self:
        """The results in this order."""
        made = super().__new__(cls, results, caption)
        made.uncoded, made.commented = uncoded, commented
        return made

    @property
    def presented(self) -> ThemeRows:
        """Those that are presented first: a dozen, and what a person pinned."""
        kept = [row for row in self if row.first]
        caption = self.caption
        if len(kept) < len(self):
            number = sum(row.parent < 0 for row in kept)
            caption = replace(
                caption, subtitle=f"{number} of {caption.subtitle}", source=f"{caption.source} {_FIRST}"
            )
        return ThemeRows(kept, caption, uncoded=self.uncoded, commented=self.commented)

    def chart(
        self,
        *,
        trend: ThemeTrend | None = None,
        changes: Sequence[ThemeChange] = (),
    ) -> Chart:
        """A bar a theme, as long as its number of comments, with its NPS; its effect; its trend.

        Bars fall into complaints, neutral and praise; into the three groups where tones are not known well enough.

        Parameters
        ----------
        trend
            Their shares through time, drawn small, each to its own height; None leaves them out.
        changes
            What changed between the last two waves: "new", "growing", "fading" stands beside the trend.
        """
        over_time = trend is not None and len(trend.labels) > 1
        states = {one.number: one.state for one in changes if one.state} if over_time else {}
        scores = tuple(format_nps(row.nps) for row in self)
        title = self.title
        return Chart(
            kind="bars",
            name="themes",
            title=title,
            subtitle=(
                f"{self.caption.subtitle}"
                f" · comments by {self.parts_words}, NPS and n; effect in points with 95% interval"
            ),
            origin=(
                f"{self.caption.source}"
                " Themes: entries of a codebook, proposed by TF-IDF and k-means; a comment can be about"
                f" several. {self.tone_words}{self.left}What goes with a score need not cause it."
            )
            + (
                " ▲▼: more or less often in the last period than in the one before, beyond chance."
                if states
                else ""
            ),
            alt=f"{title}. "
            + "; ".join(
                f"{row.name}: {format_count(row.n)} comments, NPS {format_nps(row.nps)}" for row in self
            ),
            rows=self.table,
            n=float(sum(row.n for row in self)),
            categories=names_of(_indented(row) for row in self),
            series=tuple(
                _counts(self, name, group, counts, labels=scores if group == GROUP_ORDER[-1] else ())
                for name, group, counts in zip(self.parts, GROUP_ORDER, self.counts, strict=True)
            ),
            axis=counts_axis([1.0, *(float(row.n) for row in self)], "responses"),
            columns=(
                ("said by; words", tuple(row.said for row in self)),
                ("NPS", scores),
                ("comments", tuple(format_count(row.n) for row in self)),
                ("effect (95% interval)", tuple(map(_effect_words, self))),
            ),
            asides=tuple(format_count(row.n) for row in self),
            panels=(
                *_effects(self),
                *(
                    [
                        Panel(
                            "Trend",
                            _lines(self, trend),
                            ends=tuple(_STATES[states.get(row.number, "")] for row in self),
                        )
                    ]
                    if over_time and trend
                    else []
                ),
            ),
            rows_are="themes",
        )

    @property
    def toned(self) -> bool:
        """Whether the tone of what they say is known well enough."""
        return bool(self) and all(row.tones is not None for row in self)

    @property
    def tone_words(self) -> str:
        """Where the tones come from; empty where there are none."""
        return "The tone of comments is learnt from the scores. " if self.toned else ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """What the comments of a theme fall into: what they say of it where that is known, else who wrote them."""
        return TONE_PARTS if self.toned else GROUP_PARTS

    @property
    def parts_words(self) -> str:
        """The same in words."""
        first, second, third = self.parts
        return f"{first}, {second} and {third}"

    @property
    def counts(self) -> tuple[tuple[int, ...], ...]:
        """The comments of each theme in each of these parts."""
        of_each = [row.tones if self.toned else (row.detractors, row.passives, row.promoters) for row in self]
        return tuple(zip(*of_each, strict=True)) if of_each else ((), (), ())

    @property
    def left(self) -> str:
        """How many comments are about no theme, in words; empty for none."""
        return (
            f"{format_share(self.uncoded / self.commented)} of the comments are uncoded. "
            if self.uncoded
            else ""
        )

    @property
    def title(self) -> str:
        """The finding: the theme that goes with the lowest scores, or the highest, beyond chance.

        Without such a theme, the most frequent one. Uncoded comments are no theme, and one that fewer than five
        responses or accounts speak of leads nothing.
        """
        if not self:
            return "No theme comes up in these comments"
        leading = [row for row in self if row.may_lead]
        if not leading:
            return f"No theme comes up in {MIN_READABLE} of these comments"
        apart = [row for row in leading if row.stands_apart]
        told = min(apart, key=lambda row: (row.effect > 0, -abs(row.effect)), default=None)
        if told is not None:
            # The greatest effect may be that of a frequent theme, while those of a rare one score lower still.
            ends = [row.nps for row in self if row.n >= MIN_READABLE or row is told]
            if told.effect < 0:
                words = "the lowest" if told.nps <= min(ends) else "lower"
            else:
                words = "the highest" if told.nps >= max(ends) else "higher"
            score = f"NPS {with_interval(told.nps, told.low, told.high)}"
            return f"“{told.name}” goes with {words} scores{told.ended or f': {score}'}"
        often = f"“{max(leading, key=lambda row: row.n).name}” is the most frequent theme"
        which = f" of those {self.which}" if self.which else ""
        return f"{often}; none{which} stands apart beyond chance" if self.tested else often

    @property
    def tested(self) -> list[ThemeRow]:
        """Those of which it is known whether they stand apart; a part is spoken for by its theme."""
        return [row for row in self if row.parent < 0 and np.isfinite(row.effect_low)]

    @property
    def which(self) -> str:
        """Which of them are `tested`: "with 10 comments or more"; "" where all are."""
        left = [row for row in self if row.parent < 0 and not np.isfinite(row.effect_low)]
        if all(row.n < FEWEST_RESPONSES for row in left):
            return f"with {FEWEST_RESPONSES} comments or more" if left else ""
        return "that could be tested"

    @property
    def signs(self) -> str:
        """What stands beside the title: themes that would stand apart among themes alone; empty for none."""
        told = [
            f"“{short(row.name)}” with {'lower' if row.effect < 0 else 'higher'} scores"
            for row in sorted(self, key=lambda row: row.effect)
            if row.sign and row.may_lead and row.agrees
        ]
        return sign_sentence(told, "themes")

    def table(self) -> pd.DataFrame:
        """The themes as a table, one row each; `share` and `said_by` in 0..1 of comments, the rest in points.

        Where tones are known, `complaints`, `neutral` and `praise` count the comments by what they say of the theme.
        """
        named = {row.number: row.name for row in self}
        return pd.DataFrame(
            {
                "theme": [row.name for row in self],
                "comments": [row.n for row in self],
                "share": [row.share for row in self],
                "nps": [row.nps for row in self],
                "low": [row.low for row in self],
                "high": [row.high for row in self],
                "effect": [row.effect for row in self],
                "effect_low": [row.effect_low for row in self],
                "effect_high": [row.effect_high for row in self],
                "nps_without": [row.nps_without for row in self],
                "promoters": [row.promoters for row in self],
                "passives": [row.passives for row in self],
                "detractors": [row.detractors for row in self],
                **(dict(zip(TONE_PARTS, self.counts, strict=True)) if self.toned else {}),
                "words": [", ".join(row.words) for row in self],
                "said_by": [row.coverage for row in self],
                "part_of": [named.get(row.parent, "") for row in self],
            }
        )


def theme_by_chart(
    names: Sequence[str],
    labels: Sequence[str],
    counts: NDArray[np.int64],
    commented: NDArray[np.int64],
    *,
    attribute: str,
    subtitle: str,
    source: str,
) -> Chart:
    """How often each segment speaks of each theme: the share of its comments.

    The shares of a segment can add up to more than 100 percent, since a comment can be about several
    themes. Segments of fewer than 5 comments are too few to read and left blank.

    Parameters
    ----------
    counts
        Comments, (themes, segments, 3) in the order promoters, passives, detractors.
    commented
        Comments of each segment.
    """
    total = counts.sum(axis=2)
    share = np.where(commented >= MIN_READABLE, total / np.maximum(commented, 1), np.nan)
    columns = largest(commented.tolist(), MOST_COLUMNS)
    top = max(_LEAST_SHARE, float(np.nanmax(share[:, columns], initial=0)))
    blank = any(commented[j] < MIN_READABLE for j in columns)
    few = f" Segments of fewer than {MIN_READABLE} comments are left blank." if blank else ""
    title = (
        f"What each {lowered(attribute)} speaks of"
        if reads_as_name(attribute)
        else f"Themes by “{short(as_read(attribute))}”"
    )
    return Chart(
        kind="cells",
        name="themes-by-segment",
        title=title,
        subtitle=subtitle,
        origin=(
            f"{source} Cells: share of the segment's comments; one comment can be about several themes."
            f"{few}{columns_left_out(columns, labels)}"
        ),
        alt=f"{title}: a table of {len(names)} themes by {len(labels)} segments.",
        rows=partial(_by_table, names, labels, counts, share, attribute),
        n=float(commented.sum()),
        categories=names_of(names),
        heads=tuple(
            f"{label}\nn {format_count(float(commented[j]))}"
            for j, label in zip(columns, names_of(labels[j] for j in columns), strict=True)
        ),
        cells=tuple(tuple(_share_cell(float(share[i, j]), top) for j in columns) for i in range(len(names))),
        shades=_NONE_AND_MOST,
        rows_are="themes",
    )


def _indented(row: ThemeRow) -> str:
    return f"– {row.name}" if row.parent >= 0 else row.name


def _counts(
    rows: Sequence[ThemeRow], name: str, colour: str, counts: Sequence[int], labels: tuple[str, ...]
) -> Series:
    hover = tuple(
        f"{short(row.name, _HOVER_LENGTH)}: {format_count(count)} {name}"
        f"\nNPS {with_interval(row.nps, row.low, row.high)}, n {format_count(row.n)}\n{row.said}"
        for row, count in zip(rows, counts, strict=True)
    )
    return Series(name, tuple(map(float, counts)), colours=(colour,), labels=labels, hover=hover)


def _effects(rows: Sequence[ThemeRow]) -> tuple[Panel, ...]:
    """The effect of each theme with its interval; those within chance are grey, those without one not drawn.

    Nothing where no theme has one: too few responses.
    """
    known = [row if np.isfinite(row.effect_low) else None for row in rows]
    points, low, high = (
        tuple(float(getattr(row, part)) if row else None for row in known)
        for part in ("effect", "effect_low", "effect_high")
    )
    ends = [end for end in (*low, *high) if end is not None]
    if not ends:
        return ()
    reach = min([-_LEAST_EFFECT, *ends]), max([_LEAST_EFFECT, *ends])
    room = _EFFECT_ROOM * (reach[1] - reach[0])
    hover = tuple(
        f"{short(row.name, _HOVER_LENGTH)}: {_effect_words(row)}; NPS without these "
        f"comments {format_nps(row.nps_without)}"
        for row in rows
    )
    colours = tuple("accent" if row.beyond_chance else "quiet" for row in rows) or ("quiet",)
    series = Series("effect", points, low, high, colours, hover=hover)
    return (Panel("Effect", (series,), Axis(reach[0] - room, reach[1] + room)),)


def _effect_words(row: ThemeRow) -> str:
    if not np.isfinite(row.effect_low):
        return ""
    return with_interval(row.effect, row.effect_low, row.effect_high)


def _lines(rows: Sequence[ThemeRow], trend: ThemeTrend) -> tuple[Series, ...]:
    """The share of each theme through time."""
    return tuple(
        Series(
            row.name,
            values_of(trend.share[row.number].tolist()),
            colours=("quiet",),
            hover=tuple(
                f"{short(row.name, _HOVER_LENGTH)}, {label}: {format_share(value)} of the comments"
                for label, value in zip(trend.labels, trend.share[row.number].tolist(), strict=True)
            ),
        )
        for row in rows
    )


def _share_cell(share: float, top: float) -> Cell:
    return Cell(format_share(share), shade=share / top) if np.isfinite(share) else Cell()


def _by_table(
    names: Sequence[str],
    labels: Sequence[str],
    counts: NDArray[np.int64],
    share: NDArray[np.float64],
    attribute: str,
) -> pd.DataFrame:
    places = [(i, j) for i in range(len(names)) for j in range(len(labels))]
    return pd.DataFrame(
        {
            "theme": [names[i] for i, _ in places],
            attribute: [labels[j] for _, j in places],
            "comments": [counts[i, j].sum() for i, j in places],
            "share_of_segment": [share[i, j] for i, j in places],
            "promoters": [counts[i, j, 0] for i, j in places],
            "passives": [counts[i, j, 1] for i, j in places],
            "detractors": [counts[i, j, 2] for i, j in places],
        }
    )
