"""What was found, on one page: at most five findings, and what was looked at without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.formatting import plural, short
from nps_core.report.findings import DRIVERS, MOST, SEGMENTS, THEMES, attributes_of
from nps_core.report.model import Part
from nps_core.user_text import plain

if TYPE_CHECKING:
    from nps_core.report.context import ReportContext

_METHOD = (
    "A finding is told by the story of the trend, or is beyond chance among all that is looked at. Findings weigh"
    " as many points as they are apart, times the share of responses that they are of. What goes with a score need"
    " not cause it."
    " “So what” and “owner” are yours to fill."
)


_NAMED = 6  # of what is no finding


def summary_part(context: ReportContext, _: str) -> Part | str:
    """At most five findings, each with room for what it means and for who takes it on; then what is within chance."""
    found = context.findings[:MOST]
    if not found:
        return "Nothing stands apart beyond chance, so there is no list of findings."
    more = len(context.findings) - len(found)
    of = f"{len(found)} of {len(context.findings)} findings" if more else plural(len(found), "finding")
    rows = tuple((place + 1.0, plain(one.text), "", "") for place, one in enumerate(found))
    return Part(
        key="summary",
        title=f"{of}, those that weigh most first" if len(found) > 1 else "One finding",
        subtitle=plain(context.scope.words),
        table=Table(("", "finding", "so what", "owner"), ("count", "text", "text", "text"), rows),
        bullets=tuple(map(plain, within_chance(context))),
        notes=(_METHOD,),
        alt=" ".join(one.text for one in found),
        source=plain(context.scope.source),
    )


def within_chance(context: ReportContext) -> tuple[str, ...]:
    """What was looked at and is no finding, in a line; nothing where all is."""
    told = {one.part for one in context.findings}
    story = context.story
    steady = story is not None and story.data is not None and story.change is None
    names = [short(name) for name in attributes_of(context.scope) if f"{SEGMENTS}{name}" not in told]
    names += ["the questions of satisfaction"] if context.drivers and DRIVERS not in told else []
    names += ["the themes of the comments"] if context.theme_rows and THEMES not in told else []
    more = f" and {plural(len(names) - _NAMED, 'other')}" if len(names) > _NAMED else ""
    rest = f"Looked at, and no finding: {', '.join(names[:_NAMED])}{more}." if names else ""
    return tuple(filter(None, (f"{story.title}." if steady and story else "", rest)))
