"""Bytes out: what is taken away from the dashboard."""
