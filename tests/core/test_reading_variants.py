"""Files of the kinds that readers get wrong, made by a seed.

Each is read right, or with a doubt that says so, and never wrong in silence.
"""

import re

import pytest
from variants import KINDS, variant

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_surveys

SEEDS = range(12)  # one a language; `benchmarks/kinds.py` takes sixty


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_of_a_kind_is_read_right_or_doubted(kind, seed):
    made = variant(kind, seed)
    if made.nps is None:
        with pytest.raises(NoNPSQuestion):
            read_surveys(made.files)
        return
    survey = read_surveys(made.files, mapping=made.mapping or None)
    groups = survey.responses["group"].value_counts()
    found = 100 * (groups["promoter"] - groups["detractor"]) / len(survey.responses)
    right = (len(survey.responses), found) == (made.n, pytest.approx(made.nps))
    assert right or re.search(made.says, " ".join(survey.doubt_texts)), (found, survey.doubt_texts)
    assert survey.rows.read == survey.rows.kept + sum(part.count for part in survey.rows.left_out)


def test_the_true_figure_stands_in_the_doubt_where_zeros_are_missing():
    for seed in SEEDS:
        made = variant("zeros", seed)
        heaviest = read_surveys(made.files).doubts[0]
        assert heaviest.text.startswith("Zeros seem to be missing")
        assert heaviest.nps_could_be == pytest.approx(made.nps)
