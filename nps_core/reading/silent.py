"""Those who were invited and did not answer, where the file lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import plain
from nps_core.reading.responses import NO_SCORE, PARTIAL
from nps_core.reading.vocabulary import words

if TYPE_CHECKING:
    import pandas as pd

    from nps_core.reading.tables import Table
    from nps_core.survey import Mapping

_WAITING = words("awaited")
"""What tools write beside those who were asked and have not answered."""

_NEVER_ASKED = words("never_asked")
"""What tools write beside those whom no invitation reached."""


def silent_rows(
    everything: pd.DataFrame, why: np.ndarray, table: Table, mapping: Mapping
) -> tuple[pd.DataFrame, bool]:
    """The rows without a score of people whom an invitation may have reached, and whether the file says it did.

    Returns
    -------
    frame, known
        `date` and the attributes of each. `known` is True when a column says who was invited, or the status of some
        of them is one that tools write beside an invitation; otherwise a person has to say what such rows are.
    """
    silent = np.isin(why, (NO_SCORE, PARTIAL))
    known = False
    columns = ["date", *(name for name in mapping.attributes if name in everything)]
    if not silent.any():
        return everything.loc[silent, columns].reset_index(drop=True), known
    for name in (mapping.status, mapping.invited):
        if name is None:
            continue
        codes, distinct = table.column(name).encoded
        said = [plain(cell) for cell in distinct]
        reached = np.array([word not in _NEVER_ASKED for word in said], dtype=np.bool_)[codes]
        waiting = np.array([word in _WAITING for word in said], dtype=np.bool_)[codes]
        if name == mapping.invited:
            asked = np.array([bool(word) for word in said], dtype=np.bool_)[codes]
            silent &= asked
            known |= bool((silent & reached).any())
        silent &= reached
        known |= bool((waiting & silent).any())
    return everything.loc[silent, columns].reset_index(drop=True), known
