"""Story: what a report says, part by part, before anybody draws it; deck, workbook, page and PDF all draw this."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nps_core.accounts.roles import likely_roles
from nps_core.charts.table import Table, table_of_frame
from nps_core.filters import filter_choices
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart
    from nps_core.report.findings import Standing
    from nps_core.scope import Scope
    from nps_core.survey import Survey
    from nps_core.themes.result import Themes


MOST_SENTENCES = 2
"""Beside a chart; the first slide has one more."""

FIRST = "answer"
"""The key of the part that a report opens with."""

OWN = "own: "
"""Keys of slides of one's own start so. Their words are typed: a title, and lines under it; without lines such a slide
opens a section."""

LONGEST_TITLE = 300
"""Characters of a title that somebody types."""

MOST_OWN_LINES, LONGEST_OWN = 12, 2_000
"""Lines under the title of a slide of one's own, and characters of all its words."""


_OWN_KEY = re.compile(rf"{OWN}[a-z0-9-]{{1,40}}", re.ASCII)


def is_own(key: str) -> bool:
    """Whether a key is that of a slide of one's own: "own: next-steps"."""
    return bool(_OWN_KEY.fullmatch(key))


@dataclass(frozen=True)
class Quote:
    """A comment as it is taken away: masked, with its score (or group), who said it, and the theme it stands for."""

    text: str
    score: str
    group: str
    who: str
    theme: str

    @property
    def by(self) -> str:
        """What stands under it: its score and who said it."""
        return " · ".join(filter(None, (f"score {self.score}", self.who)))


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a story: a slide, a section, a sheet.

    Parameters
    ----------
    key
        Which part: "trend", "segments: Plan".
    title
        Its takeaway, true of the numbers and their uncertainty; whole, however long.
    subtitle
        What is shown, in words: responses, filters, period.
    big
        A figure to be set large, what is under it, and n; empty for none.
    standing
        The score of the period, of the one before, and of a year before, for under the title of the first slide.
    chart, table
        The chart, and the figures behind it.
    strip
        The score with its interval on its whole range, for under the groups.
    bullets
        Sentences beside the chart.
    quotes
        Comments.
    notes
        The method, and what does not fit on a slide.
    alt
        The takeaway and the range of the figures, for who cannot see the chart.
    source
        Where the numbers come from and how the uncertainty is drawn.
    """

    key: str
    title: str
    subtitle: str
    big: tuple[str, ...] = ()
    standing: tuple[Standing, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    strip: Chart | None = None
    bullets: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    notes: tuple[str, ...] = ()
    alt: str = ""
    source: str = ""

    @property
    def opens_section(self) -> bool:
        """Whether it is a slide of one's own with nothing but a title."""
        return self.key.startswith(OWN) and not self.bullets

    @property
    def said(self) -> tuple[str, ...]:
        """The sentences that a slide has room for, and its preview shows; all of them stand in the notes."""
        if self.key == FIRST:
            # What stands in the title need not be said again.
            rest = [text.removeprefix(self.title).lstrip(".:,; ") for text in self.bullets]
            return tuple(text[:1].upper() + text[1:] for text in rest if text)[: MOST_SENTENCES + 1]
        beside = self.chart is not None and self.key != "score"
        return self.bullets[:MOST_SENTENCES] if beside else self.bullets


@dataclass(frozen=True, eq=False)
class Report:
    """What a report says, in order.

    Parameters
    ----------
    name
        Of the survey.
    subtitle, period
        The filters in words, n and the period of the whole; the period alone (empty without dates).
    parts
        In the order to be shown.
    left_out
        Sentences about parts that were asked for (or are usual) and could not be made, and why.
    masked
        Whether e-mail addresses and phone numbers in comments are masked.
    filters
        The filters in words.
    scope
        What it was made from, for the rows themselves.
    themes
        What was found in the comments, for the rows; None without.
    """

    name: str
    subtitle: str
    period: str
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]
    masked: bool
    filters: str
    scope: Scope = field(repr=False)
    themes: Themes | None = field(default=None, repr=False)

    def part(self, key: str) -> Part | None:
        """The part of a key, or the first whose key starts so ("segments"); None where there is none."""
        exact = [part for part in self.parts if part.key == key]
        return next(iter(exact or [part for part in self.parts if part.key.startswith(f"{key}:")]), None)


@dataclass(frozen=True)
class Made:
    """A file that was made, and sentences about what could not be done as asked."""

    data: bytes
    doubts: tuple[str, ...] = ()


MOST_ROWS = 14
"""More rows than that cannot be read from the back of a room; the rest stays in the table."""

NPS_METHOD = "NPS = % promoters − % detractors, in points from −100 to +100."
INTERVAL_METHOD = (
    "In 95 of 100 samples an interval holds the NPS of accounts like these, or of respondents where the file names no"
    " accounts (SCAS score interval for the responses that they are worth). It says nothing of who does not answer."
)
CHANCE_METHOD = (
    "“Beyond chance” is said where the 95% interval of a difference leaves out 0, corrected for all that"
    " the overview and this report look at (Holm)."
)
STORY_METHOD = (
    "The story of the trend is the fewest changes that the responses force us to see; one file of twenty in which"
    " nothing changes tells of one. That is a family of its own, beside what is said of segments and themes."
)
NOT_A_CAUSE = "What goes with a score need not cause it."


def chart_part(key: str, chart: Chart, words: str = "") -> Part:
    """Any chart of the app as a part; `words` says under which filters it was drawn, where its subtitle does not."""
    chart = chart.at_most(MOST_ROWS)
    subtitle = chart.subtitle if not words or words in chart.subtitle else f"{chart.subtitle} · {words}"
    return Part(
        key=key,
        title=plain(chart.title),
        subtitle=plain(subtitle),
        table=table_of_frame(chart.table),
        chart=chart,
        notes=(NPS_METHOD, INTERVAL_METHOD, plain(chart.source)),
        alt=plain(chart.alt),
        source=plain(chart.source),
    )


def sentences(said: Sequence[str]) -> tuple[str, ...]:
    """What is said, each on one line; nothing for what is empty."""
    return tuple(plain(text) for text in said if text)


def roles_of(survey: Survey) -> tuple[str, list[str], list[str]]:
    """The attribute that holds the role, and the values that read like decision makers and like end users."""
    persona = survey.mapping.persona
    values = next(
        (choice.values for choice in filter_choices(survey).attributes if choice.name == persona), ()
    )
    return (persona or "", *likely_roles(values))
