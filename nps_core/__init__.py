"""Net Promoter Score from survey exports: read, count, compare, chart, take away.

>>> from nps_core import estimate
>>> score = estimate(promoters=70, passives=10, detractors=20)
>>> print(f"{score.nps:+.0f} ({score.low:+.0f} to {score.high:+.0f})")
+50 (+34 to +64)
"""

from nps_core.charts import (
    EXPORT_SIZE,
    GROUP_COLOURS,
    Chart,
    cross_chart,
    distribution_chart,
    file_name,
    groups_chart,
    interval_chart,
    picture,
    segments_chart,
    segments_title,
    theme_by_chart,
    themes_chart,
    themes_table,
    themes_title,
    trend_chart,
)
from nps_core.comments import Comment, comments, search
from nps_core.compare import Difference, difference, holm, smallest_visible
from nps_core.counts import Index, index_of
from nps_core.errors import (
    FilterError,
    MappingError,
    NoNPSQuestion,
    NPSError,
    ReadError,
    RefusedFile,
    UnreadableFile,
)
from nps_core.filters import NO_VALUE, Choice, FilterChoices, Filters, filter_choices
from nps_core.measures import MeasureResult, measures
from nps_core.overview import Overview, overview, usual_period
from nps_core.reading import read_survey, read_surveys
from nps_core.report import filtered_responses, safe_csv
from nps_core.score import Estimate, estimate, nps, shares
from nps_core.segments import Cross, Segment, Segments, Standout, cross, segments, standouts
from nps_core.survey import GROUPS, LeftOut, Mapping, Measure, RowAccount, Scale, Survey
from nps_core.themes import Themes, find_themes
from nps_core.themes.effect import ThemeEffects, theme_effects
from nps_core.themes.in_survey import ThemeRow, theme_by, theme_responses, theme_rows, themes_of
from nps_core.trends import Trend, rolling, trend
from nps_core.view import View, view
from nps_core.words import (
    change_sentence,
    format_count,
    format_interval,
    format_nps,
    measure_words,
    score_sentence,
    trend_sentence,
    trend_title,
)

__all__ = [
    "EXPORT_SIZE",
    "GROUPS",
    "GROUP_COLOURS",
    "NO_VALUE",
    "Chart",
    "Choice",
    "Comment",
    "Cross",
    "Difference",
    "Estimate",
    "FilterChoices",
    "FilterError",
    "Filters",
    "Index",
    "LeftOut",
    "Mapping",
    "MappingError",
    "Measure",
    "MeasureResult",
    "NPSError",
    "NoNPSQuestion",
    "Overview",
    "ReadError",
    "RefusedFile",
    "RowAccount",
    "Scale",
    "Segment",
    "Segments",
    "Standout",
    "Survey",
    "ThemeEffects",
    "ThemeRow",
    "Themes",
    "Trend",
    "UnreadableFile",
    "View",
    "change_sentence",
    "comments",
    "cross",
    "cross_chart",
    "difference",
    "distribution_chart",
    "estimate",
    "file_name",
    "filter_choices",
    "filtered_responses",
    "find_themes",
    "format_count",
    "format_interval",
    "format_nps",
    "groups_chart",
    "holm",
    "index_of",
    "interval_chart",
    "measure_words",
    "measures",
    "nps",
    "overview",
    "picture",
    "read_survey",
    "read_surveys",
    "rolling",
    "safe_csv",
    "score_sentence",
    "search",
    "segments",
    "segments_chart",
    "segments_title",
    "shares",
    "smallest_visible",
    "standouts",
    "theme_by",
    "theme_by_chart",
    "theme_effects",
    "theme_responses",
    "theme_rows",
    "themes_chart",
    "themes_of",
    "themes_table",
    "themes_title",
    "trend",
    "trend_chart",
    "trend_sentence",
    "trend_title",
    "usual_period",
    "view",
]
