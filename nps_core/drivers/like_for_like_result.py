"""Like for like, as data, in words and as a chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.caption import NO_CAPTION, Caption
from nps_core.charts.spec import MOST_ROWS, Chart, Series, names_of, values_of
from nps_core.drivers.sentences import NAME_LENGTH
from nps_core.formatting import apart, format_count, format_interval, format_nps, plural, short, size_words
from nps_core.score.estimate import LEVEL
from nps_core.score.ledger import sign_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.score.difference import Difference

_HOVER_LENGTH, _NAME = (
    34,
    32,
)  # characters: of a name where one points at it, and of an attribute before a segment
_NAMED = 4  # attributes that a sentence names
_MOVED = 10.0  # points between raw and like for like that are worth a sentence


@dataclass(frozen=True)
class LikeForLikeEffect:
    """A segment beside the others of its attribute, or a step of a question's answers.

    Parameters
    ----------
    name, label
        The attribute and the segment; of a question its name, and "".
    n
        Responses of the segment; of a question, of those who answered all of them.
    raw
        Its difference from the rest as counted, of all responses; None for a question.
    points, low, high
        Like for like, in points: of a segment less the others, or of one step more of an answer. NaN where it cannot be
        told apart from another attribute.
    p_adjusted
        Adjusted (Holm) for all segments and questions; NaN where nothing was tested.
    beyond_chance
        True where `p_adjusted` is below 1 - level and the ledger holds the segment (or question) as counted too.
    sign
        True where it is below 1 - level only: said here, in no title.
    """

    name: str
    label: str
    n: int
    raw: Difference | None
    points: float
    low: float
    high: float
    p_adjusted: float
    beyond_chance: bool
    sign: bool = False

    @property
    def is_question(self) -> bool:
        """Whether it is a step of a question, and no segment."""
        return self.raw is None


@dataclass(frozen=True, eq=False)
class LikeForLike:
    """What the model of all attributes and questions tells, segments first, the largest first.

    Parameters
    ----------
    effects
        Segments and questions; none where there are too few responses for a model.
    n
        Responses in the model of the attributes.
    attributes
        What it holds.
    tied
        Attributes and questions that cannot be told apart, together: each follows from others.
    left_out
        Attributes and questions of too many values for so many responses.
    """

    effects: tuple[LikeForLikeEffect, ...] = ()
    n: int = 0
    attributes: tuple[str, ...] = ()
    tied: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    level: float = LEVEL
    caption: Caption = NO_CAPTION

    @property
    def segments(self) -> tuple[LikeForLikeEffect, ...]:
        """Segments whose like-for-like figure is known, the farthest from the others first."""
        return tuple(one for one in self.effects if not one.is_question and not math.isnan(one.points))

    @property
    def steps(self) -> dict[str, LikeForLikeEffect]:
        """Points for one step more of each question."""
        return {one.name: one for one in self.effects if one.is_question}

    @property
    def title(self) -> str:
        """The segment that stands apart most like for like, or that none does."""
        apart = [one for one in self.segments if one.beyond_chance]
        if apart:
            first = apart[0]
            way = "above" if first.points > 0 else "below"
            return f"Like for like, {_own(first)} scores {size_words(first.points)} {way} the others"
        if self.segments:
            return "Like for like, no segment differs from the others beyond chance"
        return "There is nothing to compare like for like"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What like for like means here, what it moves most, and what it cannot tell."""
        said = []
        apart = [one for one in self.segments if one.beyond_chance]
        if apart:
            said.append(_effect_sentence(apart[0], len(self.attributes)))
        signs = [_own(one) for one in self.segments if one.sign]
        said += filter(None, (sign_sentence(signs, "what is like for like"),))
        moved = [one for one in self.segments if _moved(one) >= _MOVED and one not in apart[:1]]
        if moved:
            most = max(moved, key=_moved)
            said.append(
                f"{_own(most)} moves most: {format_nps(_points(most))} as counted, {format_nps(most.points)} like for"
                " like."
            )
        said += [
            f"{_listed(names)} cannot be told apart in these responses, so they have no like-for-like figures."
            for names in self.tied
        ]
        if self.left_out:
            many = "has too many values" if len(self.left_out) == 1 else "have too many values each"
            said.append(f"{_listed(self.left_out)} {many} for so many responses to hold alike.")
        return tuple(said)

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """Each segment's difference from the others: a dot with its interval like for like, a diamond as counted."""
        subtitle, source = self.caption.unless(subtitle, source)
        rows = self.segments[:MOST_ROWS]
        names = apart((one.name for one in self.segments), _NAME)
        values, low, high = (
            values_of(getattr(one, part) for one in rows) for part in ("points", "low", "high")
        )
        raw = values_of(_points(one) for one in rows)
        title = self.title
        held = plural(len(self.attributes), "attribute")
        return Chart(
            kind="dots",
            name="drivers-like-for-like",
            title=title,
            subtitle=f"Points from the others of the same attribute · {subtitle}",
            origin=(
                f"{source} Dots: like for like, from one linear model of {held}, with 95% intervals (CR2)."
                " Diamonds: raw, as"
                " counted. Blue: beyond chance, as counted too. As far as these attributes tell."
            ),
            alt=f"{title}. {' '.join(self.sentences)}",
            rows=self.table,
            n=float(self.n),
            categories=names_of(f"{names[one.name]}: {one.label}" for one in rows),
            series=(
                Series(
                    "like for like",
                    values,
                    low,
                    high,
                    tuple("accent" if one.beyond_chance else "quiet" for one in rows) or ("quiet",),
                    labels=tuple(format_nps(one.points) for one in rows),
                    hover=tuple(map(_hover, rows)),
                ),
                Series("as counted", raw, colours=("quiet",), hover=tuple(map(_raw_hover, rows))),
            ),
            columns=(
                ("like for like", tuple(format_nps(one.points) for one in rows)),
                ("95% interval", tuple(format_interval(one.low, one.high) for one in rows)),
                ("as counted", tuple(format_nps(_points(one)) for one in rows)),
            ),
            asides=tuple(f"raw {format_nps(_points(one))}" for one in rows),
            axis=points_axis([0.0, *low, *high, *raw]),
            total=len(self.segments),
            rows_are="segments",
        )

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded; of questions too, in points for one step."""
        return _table(self.effects)


def _table(effects: Sequence[LikeForLikeEffect]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "attribute": [one.name for one in effects],
            "segment": [one.label or "one step more" for one in effects],
            "responses": [one.n for one in effects],
            "like_for_like": [one.points for one in effects],
            "low": [one.low for one in effects],
            "high": [one.high for one in effects],
            "as_counted": [_points(one) for one in effects],
            "p_adjusted": [one.p_adjusted for one in effects],
            "beyond_chance": [one.beyond_chance for one in effects],
        }
    )


def _own(one: LikeForLikeEffect) -> str:
    return f"{short(one.name, NAME_LENGTH)} “{short(one.label, NAME_LENGTH)}”"


def _points(one: LikeForLikeEffect) -> float:
    return float(one.raw.points) if one.raw is not None else math.nan


def _moved(one: LikeForLikeEffect) -> float:
    return abs(one.points - _points(one))


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{short(name)}”" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        quoted = [*quoted[:-1], f"{len(names) - _NAMED + 1} more attributes"]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _effect_sentence(one: LikeForLikeEffect, held: int) -> str:
    way = "above" if one.points > 0 else "below"
    alike = f" among people alike in the other {plural(held - 1, 'attribute')}" if held > 1 else ""
    return (
        f"{_own(one)} stands {size_words(one.points)} {way} the others{alike} ({format_interval(one.low, one.high)};"
        f" as counted {format_nps(_points(one))}), as far as these attributes tell."
    )


def _hover(one: LikeForLikeEffect) -> str:
    verdict = "beyond chance" if one.beyond_chance else "within chance"
    return (
        f"{short(one.label, _HOVER_LENGTH)}: {format_nps(one.points)} like for like"
        f"\n{format_interval(one.low, one.high)}, {verdict}; n {format_count(one.n)}"
    )


def _raw_hover(one: LikeForLikeEffect) -> str:
    return f"{short(one.label, _HOVER_LENGTH)}: {format_nps(_points(one))} as counted"
