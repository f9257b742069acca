"""Counts: what every figure is counted from, and the index that answers in memory."""

from nps_core.counts.protocol import Counts, Sums

__all__ = ["Counts", "Sums"]
