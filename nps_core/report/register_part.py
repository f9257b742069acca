"""“You said, we did”: the actions that were taken, with what customers had said and what went with each since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.follow_ups.register import NOT_FROM_IT
from nps_core.formatting import plural
from nps_core.masking import mask
from nps_core.report.model import INTERVAL_METHOD, Part, sentences
from nps_core.user_text import plain

if TYPE_CHECKING:
    from nps_core.report.context import ReportContext

HEADS = ("You said", "We did", "Since then")

MOST = 6
"""Actions on a slide; more than that nobody reads."""

_METHOD = (
    "Of an action for a segment the change of its NPS less that of the others over the same days is told from chance,"
    " of one for a theme the share of comments about it, of one for everybody the change; each among all actions (Holm)."
)
_NONE = "No action that was taken is written down: add one under Actions."


def actions_part(context: ReportContext, _: str) -> Part | str:
    """A line an action; those with a change beyond chance first, then the latest."""
    found = context.outcomes
    if not found:
        return _NONE
    hide = mask if context.mask else str
    shown = sorted(found, key=lambda one: (not one.beyond_chance, -one.action.day.toordinal()))[:MOST]
    lines, more = tuple(hide(line) for line in found.lines()), len(found) - len(shown)
    rows = tuple((hide(plain(one.said)) or "–", hide(plain(one.did)), plain(one.since)) for one in shown)
    return Part(
        key="actions",
        title=found.title,
        subtitle=plain(context.scope.words),
        table=Table(HEADS, ("text", "text", "text"), rows),
        bullets=(f"{plural(more, 'more action')} in the notes.",) if more else (),
        notes=sentences((*lines, NOT_FROM_IT, _METHOD, INTERVAL_METHOD)),
        alt=plain(" ".join((f"{found.title}.", *lines))),
        source=plain(f"{context.scope.source} {NOT_FROM_IT}"),
    )
