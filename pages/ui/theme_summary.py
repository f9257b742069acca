"""What they talk about, in short: the themes that matter most, each with what somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core import count_themes, read_comments
from nps_core.formatting import format_count, format_interval, format_nps, format_share
from nps_core.masking import mask
from nps_core.report.quotes import LOOKED_AT, readable_first
from nps_core.themes.in_survey import theme_quotes
from pages.ui import draw, places, theme_state
from pages.ui.marks import Mark
from pages.ui.text import as_html, heading, say

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow

_MOST = 4


def show(scope: Scope) -> None:
    """The first themes under the filters; of a large file they are looked for when asked."""
    heading("What they talk about")
    if not theme_state.wanted(scope.survey):
        return
    try:
        found = theme_state.themes(scope.survey)
    except Exception:  # noqa: BLE001 - the log has it from where it was raised; the score stands without themes
        say("Themes could not be found: what went wrong stands in the log of the server.", "plain")
        return
    if found is None:
        say(f"{theme_state.looking()}.")
        return
    rows = [row for row in count_themes(scope, found).presented if row.parent < 0][:_MOST]
    if not rows:
        say("No theme is said by enough of these comments.", "plain")
        return
    lines_html = "".join(_row_html(scope, found, row) for row in rows)
    shown = [Mark(row.name, theme=row.number) for row in rows]
    line = draw.rows(f'<ul class="standouts">{lines_html}</ul>', scope, shown, key="spoken")
    line.page_link(places.place("comments"), label="All themes and comments", icon=":material/arrow_forward:")


def _row_html(scope: Scope, found: Themes, row: ThemeRow) -> str:
    examples = theme_quotes(scope, found, row.number, tone=row.tone, most=LOOKED_AT)
    quotes_html = "".join(
        f'<span class="quote line">“{as_html(mask(comment.text))}”</span>'
        for comment in readable_first(read_comments(scope, examples, limit=LOOKED_AT))[:1]
    )
    said = f"{format_share(row.share)} of comments · {format_interval(row.low, row.high)},"
    return (
        f'<li><span class="nps">{as_html(format_nps(row.nps))}</span><span><b>{as_html(row.name)}</b>'
        f' <span class="aside">{as_html(said)} <span class="n">n {format_count(row.n)}</span></span></span>{quotes_html}</li>'
    )
