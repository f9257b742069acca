"""Recipes on the Slides page: what was set up for one survey makes the report of the next."""

import csv
import io
import json

from nps_core.report.recipe import FORMAT, Recipe, read_recipe, write_recipe
from nps_core.targets.target import Target
from nps_core.themes.codebook import Codebook
from pages.ui import recipes


def load(app, text):
    app.at.session_state["recipe.load.open"] = True
    app.at.run()
    uploader = next(one for one in app.at.file_uploader if "Save recipe" in one.label)
    uploader.set_value(("quarterly.json", text.encode(), "application/json")).run()
    return app


def use(app, text):
    load(app, text)
    app.at.button(key="recipe.use").click().run()
    assert app.fine()
    return app


def listed(app):
    return [
        button.label.split(" · ", 1)[1]
        for button in app.at.button
        if (button.key or "").startswith("report.pick.")
    ]


def test_a_recipe_sets_filters_slides_titles_targets_and_themes(app, small):
    app.upload("export.csv", small).go("report")
    recipe = Recipe(
        name="Quarterly *bold*",
        view={"by.Plan": ["Pro"], "aim": [Target("Board", 40.0).to_text()], "see.report.format": ["html"]},
        slides=("score", "themes"),
        titles={"score": "Where we stand"},
        codebook=Codebook().with_words("Pricing", ("expensive",)),
        mask=False,
    )
    use(app, write_recipe(recipe)).wait()
    assert listed(app) == ["Score and groups", "Themes"]
    assert app.at.text_area[0].value == "Where we stand"
    assert app.control("report.format").value == "html"
    assert not app.control("report.mask").value
    assert app.at.session_state["filters"].values_of("Plan") == ("Pro",)
    assert "Recipe: Quarterly *bold*" in app.html
    app.go("overview")
    assert "Board" in app.html
    app.go("themes")
    assert "Pricing" in app.html


def test_what_does_not_fit_is_said(app, small):
    app.upload("export.csv", small).go("report")
    use(
        app,
        write_recipe(
            Recipe(
                view={"by.Team": ["A"], "hand": ["x" * 24], "survey": ["sample"]},
                slides=("score", "roles", "x"),
            )
        ),
    )
    assert "The filter by “Team” holds no more" in app.html
    assert "There is no slide “x” here." in app.html
    assert "“survey” is nothing that a recipe holds." in app.html
    assert not app.at.session_state["filters"]


def test_a_file_that_is_no_recipe_changes_nothing(app, small):
    app.upload("export.csv", small).go("report")
    before = listed(app)
    load(app, json.dumps({"format": FORMAT, "template": "/etc/passwd"}))
    assert "“template” of the recipe cannot be read." in app.html
    assert not [button for button in app.at.button if button.key == "recipe.use"]
    assert listed(app) == before


def test_a_template_that_cannot_be_opened_is_said_and_none_holds(app, small):
    app.upload("export.csv", small).go("report")
    use(app, write_recipe(Recipe(template=("firm.pptx", b"no template"))))
    assert "could not be read as a PowerPoint file" in app.html
    assert "Template: firm" not in app.html


def test_what_is_set_up_is_what_is_saved(app, small, monkeypatch):
    """Days by their name, slides without charts of other pages, and no comment, no token, nothing of the server."""
    saved = []
    monkeypatch.setattr(recipes, "write_recipe", lambda recipe: saved.append(recipe) or write_recipe(recipe))
    monkeypatch.setattr(recipes.downloads, "button", lambda _label, data, *_: data())
    app.upload("export.csv", small).go("segments")
    next(button for button in app.at.button if button.key == "tray.segments").click().run()
    app.go("report").pick("Plan", "Pro")
    app.at.text_area[0].set_value("Our answer").run()
    assert not saved, "nothing is worked out that nobody asked for"
    app.at.session_state["recipe.save.open"] = True
    app.at.run()
    recipe = saved[-1]
    assert recipe.view["by.Plan"] == ("Pro",)
    assert recipe.titles == {"answer": "Our answer"}
    assert recipe.mask
    assert recipe.codebook is not None
    text = write_recipe(recipe)
    assert read_recipe(text) == recipe
    for row in csv.DictReader(io.StringIO(small.decode())):
        assert row["Email"] not in text
        assert not row["Comment"] or row["Comment"] not in text
    assert "Not in it: 1 chart of another page." in app.html
