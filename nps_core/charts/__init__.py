"""Results in, figures out: every chart of the app, ready for screen, slide and page."""

from nps_core.charts.base import EXPORT_SIZE, GROUP_COLOURS, PAGE_INK, Chart, Mark, file_name, picture
from nps_core.charts.marks import strip_with_aims, with_actions, with_aims, with_aims_across, with_alerts
from nps_core.charts.quadrant import quadrant_chart, spread_chart
from nps_core.charts.scores import distribution_chart, groups_chart, interval_chart
from nps_core.charts.script import SCRIPT
from nps_core.charts.segments import cross_chart, segments_chart, segments_title
from nps_core.charts.sides import sides_chart, sides_distribution_chart
from nps_core.charts.theme_waves import theme_changes_chart, theme_changes_title, theme_trend_chart
from nps_core.charts.themes import theme_by_chart, themes_chart, themes_table, themes_title
from nps_core.charts.trends import trend_chart
from nps_core.charts.views import views_chart
from nps_core.charts.waterfall import waterfall_chart

__all__ = [
    "EXPORT_SIZE",
    "GROUP_COLOURS",
    "PAGE_INK",
    "SCRIPT",
    "Chart",
    "Mark",
    "cross_chart",
    "distribution_chart",
    "file_name",
    "groups_chart",
    "interval_chart",
    "picture",
    "quadrant_chart",
    "segments_chart",
    "segments_title",
    "sides_chart",
    "sides_distribution_chart",
    "spread_chart",
    "strip_with_aims",
    "theme_by_chart",
    "theme_changes_chart",
    "theme_changes_title",
    "theme_trend_chart",
    "themes_chart",
    "themes_table",
    "themes_title",
    "trend_chart",
    "views_chart",
    "waterfall_chart",
    "with_actions",
    "with_aims",
    "with_aims_across",
    "with_alerts",
]
