"""Samples of a design from counts, as tests need them."""

from __future__ import annotations

import numpy as np

from nps_core.score.design import Samples


def singles(*counts: tuple[int, int, int]) -> Samples:
    """A sample for each triple of counts, every response a cluster of its own."""
    return Samples.of_singles(counts)


def clustered(cells: list) -> Samples:
    """A sample for each table of counts by account; the same row is the same account in each."""
    table = np.asarray(cells)
    size = table.sum(axis=2)
    cell, cluster = np.nonzero(size)
    return Samples(
        counts=table.sum(axis=1),
        single=np.zeros((len(table), 3), dtype=np.int64),
        cell=cell,
        cluster=cluster,
        size=size[cell, cluster].astype(np.float64),
        net=(table[..., 0] - table[..., 2])[cell, cluster].astype(np.float64),
        n=table.sum(axis=(1, 2)),
        range_=table.shape[1],
        unit="account",
    )
