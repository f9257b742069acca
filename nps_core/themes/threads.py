"""One thread for linear algebra: the same result whatever the machine, and quicker on matrices this small."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread.

    Sums of several threads are added in an order that changes from run to run, which is enough to send a comment
    on the border to another theme. Measured on 2,500 comments, one thread also needs a third of the time of two.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with scikit-learn

    with threadpool_limits(limits=1):
        yield
