"""Targets and benchmarks that the user types in."""
