"""Bytes out: what is taken away from the dashboard."""

from nps_core.charts.table import Table
from nps_core.masking import mask
from nps_core.report.builder import SlideChoice, build_report, slide_choices, usual_slides
from nps_core.report.formats import FORMATS, Format, read_template, write_report
from nps_core.report.model import Made, Part, Quote, Report
from nps_core.report.recipe import Recipe, fit_recipe, read_recipe, write_recipe
from nps_core.report.tables import filtered_responses, safe_csv

__all__ = [
    "FORMATS",
    "Format",
    "Made",
    "Part",
    "Quote",
    "Recipe",
    "Report",
    "SlideChoice",
    "Table",
    "build_report",
    "filtered_responses",
    "fit_recipe",
    "mask",
    "read_recipe",
    "read_template",
    "safe_csv",
    "slide_choices",
    "usual_slides",
    "write_recipe",
    "write_report",
]
