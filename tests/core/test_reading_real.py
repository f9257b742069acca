"""The reference files beside the checkout: exports in vendor layouts, and real ones with one right answer."""

import json
from collections import Counter

import pytest

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_survey


def found(survey):
    counts = survey.responses["group"].value_counts()
    return tuple(int(counts[group]) for group in ("promoter", "passive", "detractor"))


def test_every_vendor_layout_reads_to_plus_twenty(shared):
    folder = shared / "surveys" / "layouts"
    for name, truth in json.loads((folder / "truth.json").read_text()).items():
        survey = read_survey(folder / name)
        promoters, passives, detractors = found(survey)
        n = promoters + passives + detractors
        assert (n, 100 * (promoters - detractors) / n) == (truth["n"], truth["nps"]), name
        assert survey.mapping.score.strip() == truth["score_col"].strip(), name


def entries(shared):
    return json.loads((shared / "surveys" / "real" / "manifest.json").read_text())


def test_every_real_nps_file_gives_its_true_counts_and_months(shared):
    read = 0
    for entry in entries(shared):
        if "truth" not in entry:
            continue
        survey = read_survey(shared / "surveys" / "real" / entry["file"])
        truth = entry["truth"]
        assert found(survey) == (truth["promoters"], truth["passives"], truth["detractors"]), entry["file"]
        months = Counter(survey.responses["date"].dt.strftime("%Y-%m").dropna())
        for month, count in entry.get("answers_per_month", {}).items():
            # The manifest counts every row of the file; rows without a score are not among the responses.
            assert 0 <= count - months[month] <= truth["missing"], (entry["file"], month)
        if entry.get("answers_per_month"):
            assert set(months) <= set(entry["answers_per_month"]), entry["file"]
        read += 1
    assert read == 23


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("other_scale", "0 and 1"),
        ("aggregate", "ready-made"),
        ("csat", "No NPS question"),
        ("labels3", "No NPS question"),
    ],
)
def test_files_without_nps_are_refused_for_the_right_reason(shared, kind, says):
    files = [entry["file"] for entry in entries(shared) if entry["kind"] == kind]
    assert files
    for name in files:
        with pytest.raises(NoNPSQuestion, match=says):
            read_survey(shared / "surveys" / "real" / name)


def test_every_file_without_nps_is_refused(shared):
    refused = 0
    for entry in entries(shared):
        if "truth" in entry:
            continue
        with pytest.raises(NoNPSQuestion) as caught:
            read_survey(shared / "surveys" / "real" / entry["file"])
        assert caught.value.columns
        assert caught.value.hint
        refused += 1
    assert refused == 10
