"""Bytes out: what is taken away from the dashboard."""

from nps_core.report.tables import filtered_responses, safe_csv

__all__ = ["filtered_responses", "safe_csv"]
