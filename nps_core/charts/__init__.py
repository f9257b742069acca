"""Results in, figures out: every chart of the app, ready for screen, slide and page."""

from nps_core.charts.base import EXPORT_SIZE, GROUP_COLOURS, PAGE_INK, Chart, file_name, picture
from nps_core.charts.scores import distribution_chart, groups_chart, interval_chart
from nps_core.charts.segments import cross_chart, segments_chart, segments_title
from nps_core.charts.themes import theme_by_chart, themes_chart, themes_table, themes_title
from nps_core.charts.trends import trend_chart

__all__ = [
    "EXPORT_SIZE",
    "GROUP_COLOURS",
    "PAGE_INK",
    "Chart",
    "cross_chart",
    "distribution_chart",
    "file_name",
    "groups_chart",
    "interval_chart",
    "picture",
    "segments_chart",
    "segments_title",
    "theme_by_chart",
    "themes_chart",
    "themes_table",
    "themes_title",
    "trend_chart",
]
