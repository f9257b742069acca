"""Net Promoter Score from survey exports: read, count, compare, chart, take away.

>>> from nps_core import estimate
>>> score = estimate(promoters=70, passives=10, detractors=20)
>>> print(f"{score.nps:+.0f} ({score.low:+.0f} to {score.high:+.0f})")
+50 (+34 to +64)

Names are imported when they are first asked for, so that this package comes at once. What is not among them stands in
the module of its subject: `nps_core.compare`, `nps_core.themes` and so on.
"""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nps_core.accounts.accounts import find_account_views as find_account_views
    from nps_core.accounts.accounts import find_accounts as find_accounts
    from nps_core.charts.draw.plotly import plotly_figure as plotly_figure
    from nps_core.comments import read_comments as read_comments
    from nps_core.compare.comparison import Span as Span
    from nps_core.compare.contributions import find_contributions as find_contributions
    from nps_core.compare.detectable import responses_to_see as responses_to_see
    from nps_core.compare.groups import find_periods as find_periods
    from nps_core.drivers.drivers import find_attribute_effects as find_attribute_effects
    from nps_core.drivers.drivers import find_drivers as find_drivers
    from nps_core.drivers.like_for_like import find_like_for_like as find_like_for_like
    from nps_core.drivers.measures import summarize_measures as summarize_measures
    from nps_core.engine.connection import connect as connect
    from nps_core.errors import FilterError as FilterError
    from nps_core.errors import NPSError as NPSError
    from nps_core.errors import ReadError as ReadError
    from nps_core.errors import ReportError as ReportError
    from nps_core.filters import NO_VALUE as NO_VALUE
    from nps_core.filters import Filters as Filters
    from nps_core.filters import filter_choices as filter_choices
    from nps_core.reading import read_survey as read_survey
    from nps_core.reading import read_surveys as read_surveys
    from nps_core.report.builder import build_report as build_report
    from nps_core.report.formats import FORMATS as FORMATS
    from nps_core.report.formats import write_report as write_report
    from nps_core.report.tables import filtered_responses as filtered_responses
    from nps_core.scope import Scope as Scope
    from nps_core.score.difference import difference as difference
    from nps_core.score.estimate import Estimate as Estimate
    from nps_core.score.estimate import estimate as estimate
    from nps_core.score.estimate import nps as nps
    from nps_core.score.nonresponse import nonresponse as nonresponse
    from nps_core.score.sample import nps_of as nps_of
    from nps_core.score.weighting import Weighting as Weighting
    from nps_core.score.weighting import weighted_nps as weighted_nps
    from nps_core.segments.segments import cross_segments as cross_segments
    from nps_core.segments.segments import find_segments as find_segments
    from nps_core.segments.segments import find_standouts as find_standouts
    from nps_core.summary import overview as overview
    from nps_core.survey import Mapping as Mapping
    from nps_core.survey import Scale as Scale
    from nps_core.survey import Survey as Survey
    from nps_core.targets.target import Target as Target
    from nps_core.themes.codebook import Codebook as Codebook
    from nps_core.themes.find import find_themes as find_themes
    from nps_core.themes.in_survey import count_themes as count_themes
    from nps_core.themes.in_survey import count_themes_by as count_themes_by
    from nps_core.themes.in_survey import find_survey_themes as find_survey_themes
    from nps_core.themes.waves import find_theme_changes as find_theme_changes
    from nps_core.themes.waves import find_theme_trend as find_theme_trend
    from nps_core.themes.waves import find_waves as find_waves
    from nps_core.trends.actions import Action as Action
    from nps_core.trends.interventions import compare_before_after as compare_before_after
    from nps_core.trends.story import find_story as find_story
    from nps_core.trends.story import usual_period as usual_period
    from nps_core.trends.stretches import compare_groups as compare_groups
    from nps_core.trends.trend import find_rolling_trend as find_rolling_trend
    from nps_core.trends.trend import find_trend as find_trend
    from nps_core.viewer import Viewer as Viewer
    from nps_core.workspace.workspace import Workspace as Workspace

_NAMES = {
    "accounts.accounts": ("find_account_views", "find_accounts"),
    "charts.draw.plotly": ("plotly_figure",),
    "comments": ("read_comments",),
    "compare.comparison": ("Span",),
    "score.difference": ("difference",),
    "compare.contributions": ("find_contributions",),
    "compare.groups": ("find_periods",),
    "trends.stretches": ("compare_groups",),
    "compare.detectable": ("responses_to_see",),
    "drivers.drivers": ("find_attribute_effects", "find_drivers"),
    "drivers.like_for_like": ("find_like_for_like",),
    "drivers.measures": ("summarize_measures",),
    "engine.connection": ("connect",),
    "errors": ("FilterError", "NPSError", "ReadError", "ReportError"),
    "filters": ("Filters", "NO_VALUE", "filter_choices"),
    "summary": ("overview",),
    "reading": ("read_survey", "read_surveys"),
    "report.formats": ("FORMATS", "write_report"),
    "report.tables": ("filtered_responses",),
    "report.builder": ("build_report",),
    "scope": ("Scope",),
    "score.estimate": ("Estimate", "estimate", "nps"),
    "score.nonresponse": ("nonresponse",),
    "score.weighting": ("Weighting", "weighted_nps"),
    "score.sample": ("nps_of",),
    "segments.segments": ("cross_segments", "find_segments", "find_standouts"),
    "survey": ("Mapping", "Scale", "Survey"),
    "targets.target": ("Target",),
    "themes.codebook": ("Codebook",),
    "themes.find": ("find_themes",),
    "themes.in_survey": ("count_themes", "count_themes_by", "find_survey_themes"),
    "themes.waves": ("find_theme_changes", "find_theme_trend", "find_waves"),
    "trends.actions": ("Action",),
    "trends.interventions": ("compare_before_after",),
    "trends.story": ("find_story", "usual_period"),
    "trends.trend": ("find_rolling_trend", "find_trend"),
    "viewer": ("Viewer",),
    "workspace.workspace": ("Workspace",),
}
"""The public names by the module that has them; for type checkers they stand above."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - a list of strings


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _MODULE_OF:
        near = difflib.get_close_matches(name, __all__, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise AttributeError(f"nps_core has no {name!r}.{hint}")
    value = getattr(importlib.import_module(f"nps_core.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # found at once from now on
    return value


def __dir__() -> list[str]:
    return [*__all__, "__doc__"]
