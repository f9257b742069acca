"""The command line, as a job would call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "nps_core", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        encoding="utf-8",
    )


@pytest.fixture
def export(tmp_path):
    file = tmp_path / "export.csv"
    lines = ["Date,Recommend us? (0-10),Why?,Plan"]
    lines += [
        f"2026-01-{1 + i % 28:02},{10 if i < 30 else 8 if i < 50 else 3 if i < 60 else ''},because {i},{'Pro' if i % 2 else 'Starter'}"
        for i in range(64)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_json_has_the_promised_keys(export):
    done = run("summary", export, "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert {
        "nps",
        "low",
        "high",
        "n",
        "promoters",
        "passives",
        "detractors",
        "rows",
        "mapping",
        "scale",
        "layout",
    } <= set(said)
    assert (said["n"], said["promoters"], said["passives"], said["detractors"]) == (60, 30, 20, 10)
    assert round(said["nps"], 2) == 33.33
    assert said["rows"] == {"read": 64, "kept": 60, "left_out": {"no score": 4}}
    assert {"score", "reason", "date", "respondent", "account", "attributes"} <= set(said["mapping"])
    assert said["mapping"]["attributes"] == ["Plan"]
    assert said["scale"] == "0-10"


def test_text_says_the_same(export):
    done = run("summary", export)
    assert "NPS +33, from 60 responses (95% interval +13 to +51)" in done.stdout
    assert "64 read = 60 kept + 4 no score" in done.stdout


def test_mapping_from_the_command_line(export):
    done = run("summary", export, "--json", "--map", "reason=Plan", "--map", "date=")
    said = json.loads(done.stdout)["mapping"]
    assert said["reason"] == "Plan"
    assert said["date"] is None


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7 nothing", b"Colour,Shape\nred,round\nblue,square\n" * 5],
    ids=["empty", "pdf", "no question"],
)
def test_no_nps_ends_with_2_and_a_sentence(tmp_path, content):
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    done = run("summary", file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "odd.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_file_and_wrong_mapping_end_with_2(tmp_path, export):
    missing = run("summary", tmp_path / "none.csv")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
    wrong = run("summary", export, "--map", "score=No such column")
    assert wrong.returncode == 2
    assert "No such column" in wrong.stderr


def test_help_names_every_option():
    said = run("summary", "--help").stdout
    for option in ("--json", "--map", "--scale", "--repeats"):
        assert option in said
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for option in ("--json", "--map", "--scale", "--repeats"):
        assert option in guide
