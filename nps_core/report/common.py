"""What every part of a story shares: the sentences about method, and a chart of the app as a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.accounts.roles import likely_roles
from nps_core.charts.table import table_of_frame
from nps_core.filters import filter_choices
from nps_core.report.model import Part
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart
    from nps_core.survey import Survey

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
