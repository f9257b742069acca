"""The small reference files after real failures, each with its truth: figures, roles, or why it is refused."""

import json

import pytest

from nps_core.errors import NoNPSQuestion, ReadError
from nps_core.reading import read_survey


def cases(shared):
    folder = shared / "surveys" / "cases"
    truths = json.loads((folder / "truth.json").read_text())
    return [(folder / name, truth) for name, truth in truths.items()]


def test_every_case_gives_its_figures_or_is_refused_with_the_column_that_it_could_be(shared):
    for path, truth in cases(shared):
        try:
            survey = read_survey(path)
        except NoNPSQuestion as error:
            # Where no words match, a refusal has to name the column, and naming it has to do.
            if "refuse" not in truth:
                name = error.hint.split("“")[1].split("”")[0]
                survey = read_survey(path, mapping={"score": name})
            else:
                continue
        except ReadError:
            assert "refuse" in truth, path.name
            continue
        assert "refuse" not in truth, path.name
        groups = survey.responses["group"].value_counts()
        n = len(survey.responses)
        assert n == truth["n"], path.name
        assert 100 * (groups["promoter"] - groups["detractor"]) / n == pytest.approx(
            truth["nps"], abs=1e-3
        ), path.name


def test_every_case_with_lost_zeros_or_codes_says_so_first(shared):
    for path, truth in cases(shared):
        if truth["kind"] in ("F2", "F10"):
            heaviest = read_survey(path).doubts[0]
            assert heaviest.nps_could_be is not None, path.name
