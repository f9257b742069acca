"""The command line, as a job would call it."""

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nps_core import __main__ as command
from nps_core.corrections import ROLES

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    """The command within this process, which a process of its own answers alike: `test_text_says_the_same`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = command.main([*map(str, arguments)])
        except SystemExit as ended:  # of --help and of words that argparse refuses
            code = ended.code or 0
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture
def export(tmp_path):
    file = tmp_path / "export.csv"
    lines = ["Date,Recommend us? (0-10),Why?,Plan"]
    lines += [
        f"2026-01-{1 + i % 28:02},{10 if i < 30 else 8 if i < 50 else 3 if i < 60 else ''},because"
        f" {i},{'Pro' if i % 2 else 'Starter'}"
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
    assert "NPS +33 (+13 to +51 with 95% certainty), n 60" in done.stdout
    assert "64 read = 60 kept + 4 no score" in done.stdout
    alone = [sys.executable, "-m", "nps_core", "summary", str(export)]
    assert subprocess.run(alone, capture_output=True, cwd=ROOT, check=True).stdout.decode() == done.stdout
    alone[-1] += ".none"
    assert subprocess.run(alone, capture_output=True, cwd=ROOT, check=False).returncode == 2


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


@pytest.mark.parametrize("column", ["Plan", "plan", "Pl", " PLA"])
def test_a_column_is_meant_by_its_name_or_how_it_alone_begins(export, column):
    said = json.loads(run("summary", export, "--json", "--map", f"account={column}").stdout)["mapping"]
    assert said["account"] == "Plan"


def test_a_slip_is_answered_with_what_may_be_meant(export, tmp_path):
    assert "Did you mean “Plan”?" in run("summary", export, "--map", "account=Plann").stderr
    assert "Did you mean “account”?" in run("summary", export, "--map", "acount=Plan").stderr
    two = tmp_path / "two.csv"
    two.write_text("Recommend us?,Plan A,Plan B\n" + "10,x,y\n3,y,x\n" * 20, encoding="utf-8")
    done = run("summary", two, "--map", "account=plan")
    assert done.returncode == 2
    assert "could be 2 columns. Write more of it: “Plan A”, “Plan B”." in done.stderr


def test_a_column_is_meant_by_its_question(tmp_path):
    file = tmp_path / "codes.csv"
    lines = [
        "StartDate,EndDate,ResponseId,Q1,Q2",
        "Start Date,End Date,Response ID,How likely are you to recommend us?,Why so?",
    ]
    lines += [
        f"2026-01-02,2026-01-0{1 + i % 9},R_{i},{i % 11},because it was {'abcd'[i % 4]}" for i in range(30)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    done = run("summary", file, "--json", "--map", "score=how likely are you", "--map", "account=why so?")
    said = json.loads(done.stdout)["mapping"]
    assert (said["score"], said["account"], said["reason"]) == ("Q1", "Q2", None)


def test_scale_and_repeats_are_told_and_can_be_said(tmp_path):
    file = tmp_path / "repeats.csv"
    file.write_text(
        "Recommend us?,Email,Date\n"
        + "\n".join(f"{i % 11},u{i % 20}@x.example,2026-01-{1 + i % 28:02}" for i in range(60)),
        encoding="utf-8",
    )
    text = run("summary", file, "--scale", "0-10:5/8").stdout
    assert "scale 0-10 (detractors to 5, promoters from 8)" in text
    assert "Counting latest: NPS" in text
    for policy in ("latest-per-period", "latest per period"):
        said = json.loads(run("summary", file, "--json", "--repeats", policy).stdout)
        assert said["rows"] == {"read": 60, "kept": 20, "left_out": {"repeated": 40}}
        assert said["cut_offs"] == {"detractor_to": 6, "promoter_from": 9}
    wrong = run("summary", file, "--scale", "7-1")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "does not rise" in wrong.stderr


def test_what_takes_long_is_told_on_stderr_as_it_goes(export, monkeypatch, capsys):
    monkeypatch.setattr(command, "_QUIET_SECONDS", -1.0)
    assert command.main(["summary", str(export), "--json"]) == 0
    done = capsys.readouterr()
    assert json.loads(done.out)["n"] == 60
    assert "100% Done ..." in done.err
    monkeypatch.setattr(command, "_QUIET_SECONDS", 3600.0)
    command.main(["summary", str(export)])
    assert capsys.readouterr().err == ""


def test_help_names_every_option():
    said = run("summary", "--help").stdout
    for option in ("--json", "--warn", "--map", "--scale", "--repeats"):
        assert option in said
    assert all(role in said for role in ROLES)
    assert "Exit code 0; 3 with --warn" in said
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for option in ("--json", "--warn", "--map", "--scale", "--repeats"):
        assert option in guide


def report(export, out, *arguments):
    return run("report", export, "--to", out, "--no-themes", *arguments)


def titles_of(file):
    from pptx import Presentation

    return [slide.shapes.title.text_frame.text for slide in Presentation(str(file)).slides]


def test_a_report_is_written_and_progress_goes_to_stderr(export, tmp_path):
    out = tmp_path / "review.pptx"
    done = report(export, out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(out)
    assert titles_of(out)[0].startswith("NPS is +33, between +13 and +51")
    assert "100% Done" in done.stderr
    assert "Note: " in done.stderr
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []
    quiet = report(export, out, "--quiet")
    assert (quiet.returncode, quiet.stderr) == (0, "")


def test_a_report_under_filters_says_them(export, tmp_path):
    from pptx import Presentation

    out = tmp_path / "pro.pptx"
    done = report(
        export,
        out,
        "--filter",
        "plan=pro",
        "--from",
        "2026-01-02",
        "--to-date",
        "2026-01-20",
        "--slide",
        "score",
        "--slide",
        "rows",
    )
    assert done.returncode == 0, done.stderr
    slides = Presentation(str(out)).slides
    assert len(slides) == 2
    text = " ".join(shape.text_frame.text for shape in slides[0].shapes if shape.has_text_frame)
    assert "Plan: Pro; 2 Jan 2026 to 20 Jan 2026" in text


def test_titles_and_the_template_of_a_report(export, tmp_path):
    import templates

    template, out = tmp_path / "firm.pptx", tmp_path / "out.pptx"
    template.write_bytes(templates.named())
    done = report(export, out, "--template", template, "--title", "trend=Our year")
    assert done.returncode == 0, done.stderr
    assert "nps:nonsense" in done.stderr
    plain = report(export, out, "--slide", "score", "--title", "score=Where we stand")
    assert plain.returncode == 0
    assert titles_of(out) == ["Where we stand"]


def test_the_slides_of_a_file_are_listed(export, tmp_path):
    done = report(export, tmp_path / "x.pptx", "--slide", "list")
    assert done.returncode == 0
    assert "segments: Plan" in done.stdout
    assert not (tmp_path / "x.pptx").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--filter", "Plam=Pro"), "“Plan”"),
        (("--filter", "Plan=Prro"), "“Pro”"),
        (("--filter", "Plan"), "COLUMN=VALUE"),
        (("--from", "1.1.2026"), "is not a date"),
        (("--slide", "colours"), "There is no slide “colours”"),
        (("--title", "score"), "KEY=TEXT"),
        (("--template", "none-such.potx"), "none-such.potx"),
    ],
)
def test_what_a_report_cannot_be_ends_with_2_and_a_sentence(export, tmp_path, arguments, said):
    done = report(export, tmp_path / "x.pptx", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.pptx").exists()


def test_a_report_of_no_known_kind_or_place_ends_with_2(export, tmp_path):
    for out in (tmp_path / "x.doc", tmp_path / "no" / "such" / "folder.pptx"):
        done = report(export, out)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_help_of_the_report_names_every_option():
    said = run("report", "--help").stdout
    options = (
        "--to",
        "--template",
        "--filter",
        "--group",
        "--from",
        "--to-date",
        "--compare",
        "--slide",
        "--title",
        "--no-themes",
        "--unmasked",
        "--quiet",
        "--map",
        "--scale",
        "--repeats",
    )
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    for option in options:
        assert option in said
        assert option in guide
    assert "Exit code" in said


def test_json_accounts_for_every_column_and_says_the_encoding(export):
    said = json.loads(run("summary", export, "--json").stdout)
    assert [one["column"] for one in said["columns"]] == ["Date", "Recommend us? (0-10)", "Why?", "Plan"]
    assert [one["roles"] for one in said["columns"]] == [["date"], ["score"], ["reason"], ["attributes"]]
    assert all(one["state"] == "used" and one["sentence"].startswith("Used as ") for one in said["columns"])
    assert said["encoding"] == "UTF-8"


def test_the_encoding_can_be_said(tmp_path):
    file = tmp_path / "polish.csv"
    file.write_bytes("Recommend us?,Miejsce\n9,Łódź\n3,Łódź\n8,Gdańsk\n".encode("cp1250"))
    said = json.loads(run("summary", file, "--json", "--encoding", "cp1250").stdout)
    assert said["encoding"] == "Windows-1250"
    assert json.loads(run("summary", file, "--json", "--encoding", said["encoding"]).stdout) == said
    done = run("summary", file, "--encoding", "klingon")
    assert (done.returncode, "There is no encoding “klingon”" in done.stderr) == (2, True)


def test_the_only_column_of_scores_is_named_with_the_option_that_reads_it(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(
        "survey_result,Region\n" + "".join(f"{i * 7 % 11},N\n" for i in range(44)), encoding="utf-8"
    )
    done = run("summary", file, "--json")
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("--map score=survey_result")
    assert json.loads(run("summary", file, "--json", "--map", "score=survey_result").stdout)["n"] == 44


def test_reasons_said_twice_are_read_as_one(tmp_path):
    file = tmp_path / "x.csv"
    lines = [
        f"{i * 7 % 11},{f'fine {i} parts' if i % 2 else ''},{'' if i % 2 else f'more of {i} please'}"
        for i in range(44)
    ]
    file.write_text("\n".join(["Recommend us?,Liked?,Improve?", *lines]), encoding="utf-8")
    done = run("summary", file, "--json", "--map", "reason=Liked?", "--map", "reason=Improve?")
    said = json.loads(done.stdout)
    assert said["mapping"]["reason"] == "Liked? / Improve?"
    assert [one["roles"] for one in said["columns"]] == [["score"], ["reason"], ["reason"]]
