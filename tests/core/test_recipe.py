"""Recipes: the same file made again, for the same survey and for the next one; never another report than was meant."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import templates
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from test_command import run

from nps_core import Action, Codebook, Filters, Target, read_survey
from nps_core.errors import EditsError
from nps_core.report.recipe import (
    FORMAT,
    Recipe,
    days_and_view,
    fit_recipe,
    read_recipe,
    write_recipe,
)

ROOT = Path(__file__).resolve().parents[2]


def lines(first, last, plans=("Pro", "Starter"), scores=(10, 8, 3, 9)):
    """A survey of some months of 2026, 40 responses each."""
    said = ("support is slow", "love the reports", "too expensive", "")
    return "\n".join(
        ["Date,Recommend us? (0-10),Why?,Plan"]
        + [
            f"2026-{month:02}-{1 + i % 28:02},{scores[i % len(scores)]},{said[i % 4]},{plans[i % len(plans)]}"
            for month in range(first, last + 1)
            for i in range(40)
        ]
    )


@pytest.fixture
def q2(tmp_path):
    file = tmp_path / "q2.csv"
    file.write_text(lines(1, 6), encoding="utf-8")
    return file


@pytest.fixture
def q3(tmp_path):
    file = tmp_path / "q3.csv"
    file.write_text(lines(1, 9), encoding="utf-8")
    return file


def whole(survey):
    """A recipe with all that one can hold."""
    filters = Filters(groups=("promoter", "detractor")).with_attribute("Plan", ("Pro",))
    more = {
        "aim": [Target("Board", 40.0).to_text()],
        "did": [Action(survey.responses["date"].min().date(), "New price", ("Plan", ("Pro",))).to_text()],
        "see.explore.view": ["time"],
    }
    return Recipe(
        name="Quarterly",
        slides=("score", "segments: Plan", "trend"),
        titles={"score": "Where we stand"},
        codebook=Codebook().with_words("Pricing", ("expensive",)),
        template=("firm.pptx", templates.dark()),
        mask=False,
        **days_and_view(survey, filters, more),
    )


def test_a_recipe_is_read_back_as_it_was_written_and_fits_the_survey_that_it_was_made_of(q2):
    survey = read_survey(q2)
    recipe = whole(survey)
    assert read_recipe(write_recipe(recipe)) == recipe
    fitted = fit_recipe(recipe, survey)
    assert fitted.filters == Filters(groups=("promoter", "detractor")).with_attribute("Plan", ("Pro",))
    assert [aim.name for aim in fitted.aims] == ["Board"]
    assert [action.name for action in fitted.actions] == ["New price"]
    assert fitted.slides == recipe.slides
    assert fitted.titles == recipe.titles
    assert set(fitted.view) == {"aim", "did", "see.explore.view"}
    assert not fitted.widened
    assert not fitted.left_out


def test_days_are_kept_by_their_name_and_are_those_of_the_next_survey(q2, q3):
    days = dict(day_spans(read_survey(q2)))["Last quarter"]
    kept = days_and_view(read_survey(q2), Filters(*days), {})
    assert kept == {"days": "Last quarter", "view": {}}
    fitted = fit_recipe(Recipe(**kept), read_survey(q3)).filters
    assert (str(fitted.since), str(fitted.until)) == ("2026-04-01", "2026-06-30")
    # Days of the calendar are meant as such.
    own = Filters(days[0].replace(day=3), days[1])
    kept = days_and_view(read_survey(q2), own, {})
    assert (kept["days"], list(kept["view"])) == ("", ["since", "until"])
    assert fit_recipe(Recipe(**kept), read_survey(q3)).filters == own


def day_spans(survey):
    from nps_core.days import day_presets
    from nps_core.filters import filter_choices

    choices = filter_choices(survey)
    return [(one.name, (one.since, one.until)) for one in day_presets(choices.first, choices.last)]


def test_what_does_not_fit_another_survey_is_said_and_nothing_is_put_in_its_place(q2, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(
        "Score,Team\n" + "\n".join(f"{i % 11},{'AB'[i % 2]}" for i in range(60)), encoding="utf-8"
    )
    recipe = whole(read_survey(q2))
    recipe = Recipe(
        **{
            **vars(recipe),
            "days": "Last quarter",
            "view": {**recipe.view, "weigh": ['["Plan", []]'], "foo": ["x"], "aim": ["no target"]},
        }
    )
    fitted = fit_recipe(recipe, read_survey(other))
    assert fitted.filters == Filters(groups=("promoter", "detractor"))
    assert fitted.widened == (
        "The filter by “Plan” holds no more: no response here has “Pro”.",
        "The days “Last quarter” are all days of this survey, or none.",
    )
    assert fitted.left_out == (
        "“foo” is nothing that a recipe holds.",
        "A target of the recipe cannot be read.",
        "An intervention of the recipe cannot be read, or was for some whom this survey does not have.",
        "The weights of the recipe are of what this survey does not have.",
        "There is no slide “segments: Plan” here.",
        "There is no slide “trend” here.",
    )
    assert fitted.slides == ("score",)
    assert (fitted.aims, fitted.actions) == ((), ())


def test_a_filter_of_which_a_part_is_left_holds_with_the_rest(q2):
    recipe = Recipe(view={"by.Plan": ["Pro", "Gold"]})
    fitted = fit_recipe(recipe, read_survey(q2))
    assert fitted.filters.values_of("Plan") == ("Pro",)
    assert fitted.left_out == ("No response here has “Plan” “Gold”.",)
    assert not fitted.widened


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"format": "nps-recipe-2"}',
        *(
            json.dumps({"format": FORMAT, **part})
            for part in (
                {"name": 3},
                {"view": ["by.Plan"]},
                {"view": {"by.Plan": "Pro"}},
                {"view": {"by.Plan": [1]}},
                {"slides": "score"},
                {"titles": {"score": None}},
                {"codebook": {"format": "nps-codebook-9"}},
                {"codebook": []},
                {"template": "firm.pptx"},
                {"template": {"name": "firm.pptx"}},
                {"template": {"name": "firm.pptx", "data": "not base64!"}},
                {"template": {"name": "../../etc/passwd", "path": "/etc/passwd"}},
            )
        ),
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_recipe_is_refused_in_words(text):
    with pytest.raises(EditsError) as told:
        read_recipe(text)
    assert told.value.hint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda own: st.lists(own) | st.dictionaries(st.text(), own),
    )
)
def test_whatever_a_file_holds_is_a_recipe_or_a_refusal(value):
    told = value if isinstance(value, dict) else dict.fromkeys(("view", "titles", "template", "name"), value)
    try:
        found = read_recipe(json.dumps({**told, "format": FORMAT}))
    except EditsError:
        return
    assert read_recipe(write_recipe(found)) == found


def test_no_part_of_a_recipe_is_taken_for_a_file(q2, monkeypatch):
    """Names of paths in every place that holds a text: nothing but the recipe and the survey is opened."""
    survey = read_survey(q2)
    path = str(q2)
    recipe = Recipe(
        name=path,
        days=path,
        view={path: [path], "by.Plan": [path]},
        slides=(path,),
        titles={path: path},
        template=(path, b""),
    )
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("a file was read"))
    fitted = fit_recipe(read_recipe(write_recipe(recipe)), survey)
    assert fitted.slides == ()


def test_the_same_recipe_makes_the_same_bytes_twice_and_next_quarter_its_own(q2, q3, tmp_path):
    """Processes of their own, with other seeds of hashing."""
    file = tmp_path / "quarterly.json"
    file.write_text(
        write_recipe(Recipe(**{**vars(whole(read_survey(q2))), "days": "This quarter"})), encoding="utf-8"
    )

    def deck(of, name, seed):
        out = tmp_path / name
        subprocess.run(
            [
                sys.executable,
                "-m",
                "nps_core",
                "report",
                str(of),
                "--recipe",
                str(file),
                "--to",
                str(out),
                "--quiet",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
        )
        return out

    made = [deck(q2, "a.pptx", "1"), deck(q2, "b.pptx", "2"), deck(q3, "c.pptx", "3")]
    digests = [hashlib.sha256(one.read_bytes()).hexdigest() for one in made]
    assert digests[0] == digests[1] != digests[2]
    for one, days in (
        (made[0], "1 Apr 2026 to 28 Jun 2026"),
        (made[2], "1 Jul 2026 to 28 Sep 2026"),
    ):
        said = [
            " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
            for slide in Presentation(one).slides
        ]
        assert len(said) == 2  # of one plan there are no plans to compare
        assert "Where we stand" in said[0]
        assert days in said[0]


def test_the_command_refuses_a_recipe_whose_filter_is_not_in_the_file(q2, tmp_path):
    """A deck of all responses in the place of those meant would be a wrong one."""
    file = tmp_path / "gold.json"
    file.write_text(write_recipe(Recipe(view={"by.Plan": ["Gold"]})), encoding="utf-8")
    done = run("report", q2, "--recipe", file, "--to", tmp_path / "out.pptx")
    assert done.returncode == 2
    assert "gold.json: The filter by “Plan” holds no more: no response here has “Gold”." in done.stderr
    assert not (tmp_path / "out.pptx").exists()
    file.write_text("{}", encoding="utf-8")
    done = run("report", q2, "--recipe", file, "--to", tmp_path / "out.pptx")
    assert done.returncode == 2
    assert "gold.json: The file holds no recipe." in done.stderr


def test_what_is_asked_beside_a_recipe_comes_before_it(q2, tmp_path):
    file = tmp_path / "recipe.json"
    file.write_text(
        write_recipe(
            Recipe(
                view={"by.Plan": ["Pro"], "since": ["2026-04-01"]},
                slides=("score", "trend"),
                titles={"score": "Ours"},
            )
        ),
        encoding="utf-8",
    )
    out = tmp_path / "out.html"

    def page(*more):
        done = run("report", q2, "--recipe", file, "--to", out, *more)
        assert done.returncode == 0, done.stderr
        return out.read_text(encoding="utf-8")

    assert "Ours" in page()
    assert "Plan: Pro; since 1 Apr 2026" in page()
    other = page(
        "--filter", "Plan=Starter", "--to-date", "2026-03-31", "--slide", "score", "--title", "score=Mine"
    )
    assert "Plan: Starter; until 31 Mar 2026" in other
    assert "Mine" in other
    assert "Ours" not in other
