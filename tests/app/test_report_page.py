"""Report as a user meets it: choose, order, entitle, collect charts, build, download."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core"))
import templates

from nps_core.reading import sandbox
from pages.ui import open_surveys


def buttons(app):
    return {button.key: button for button in app.at.button}


def click(app, key):
    buttons(app)[key].click().run()
    return app


def names(app):
    return [button.label for key, button in buttons(app).items() if key and key.startswith("report.pick.")]


def built(app):
    """Press Build and wait for the file."""
    click(app, "report.build")
    end = time.monotonic() + 60
    while not app.at.get("download_button") and time.monotonic() < end:
        time.sleep(0.2)
        app.at.run()
    return app


@pytest.fixture
def report(app, small):
    return app.upload("export.csv", small).go("report")


def test_the_usual_slides_stand_in_order_and_the_first_is_shown(report):
    assert report.fine()
    assert "slides, ready to be made" in report.answer
    listed = names(report)
    assert listed[0] == "1 · The answer"
    assert "row account" in listed[-1]
    assert report.at.text_area[0].value


def test_slides_are_moved_left_out_and_added(report):
    count = len(names(report))
    place = next(place for place, name in enumerate(names(report)) if "Score and groups" in name)
    click(report, f"report.pick.{place}")
    click(report, "report.up")
    assert "Score and groups" in names(report)[place - 1]
    click(report, "report.drop")
    assert len(names(report)) == count - 1
    assert not any("Score and groups" in name for name in names(report))
    report.at.selectbox(key="report.add").set_value("score").run()
    assert any("Score and groups" in name for name in names(report))
    click(report, "report.reset")
    assert "The answer" in names(report)[0]
    assert len(names(report)) == count
    assert report.fine()


def test_a_title_is_changed_and_given_back(report):
    takeaway = report.at.text_area[0].value
    report.at.text_area[0].set_value("Where we stand").run()
    assert report.at.text_area[0].value == "Where we stand"
    report.go("overview").go("report")
    assert report.at.text_area[0].value == "Where we stand"
    report.at.text_area[0].set_value("").run()
    assert report.at.text_area[0].value == takeaway


def test_the_takeaway_follows_the_filters(report):
    before = report.at.text_area[0].value
    report.pick("Plan", "Pro")
    assert report.at.text_area[0].value != before
    assert report.fine()


def test_charts_are_collected_from_any_page(report):
    report.go("segments")
    click(report, "tray.segments")
    assert "In the slides" in buttons(report)["tray.segments"].label
    report.go("report")
    collected = [name for name in names(report) if "Chart" in name]
    assert len(collected) == 1
    place = names(report).index(collected[0])
    click(report, f"report.pick.{place}")
    click(report, "report.drop")
    assert not [name for name in names(report) if "Chart" in name]
    report.go("segments")
    assert "Add to slides" in buttons(report)["tray.segments"].label
    assert report.fine()


def test_a_chart_drawn_otherwise_under_the_same_words_is_another_one(report):
    """Segments drawn towards the mean have the title of those that are not; a file has the one that was collected."""
    report.go("segments")
    click(report, "tray.segments")
    report.at.toggle(key="segments.calm").set_value(True).run()
    assert "Add to slides" in buttons(report)["tray.segments"].label
    built(report.go("report"))
    assert report.at.get("download_button")
    report.go("segments")
    assert report.at.toggle(key="segments.calm").value, "what is picked outlasts a change of page"
    report.at.toggle(key="segments.calm").set_value(False).run()
    click(report, "tray.segments")
    report.at.toggle(key="segments.calm").set_value(True).run()
    click(report, "tray.segments")
    assert "In the slides" in buttons(report)["tray.segments"].label
    report.go("report")
    assert len([name for name in names(report) if "Chart" in name]) == 1
    assert "report.build" in buttons(report)
    assert not report.at.get("download_button")


def test_each_slide_can_be_looked_at(report):
    for place in range(len(names(report))):
        click(report, f"report.pick.{place}")
        assert report.fine(), place
        titles = report.at.text_area
        assert (
            titles[0].value if titles else "theme" in report.html
        )  # so few comments earn no theme, and it is said


def test_the_file_is_built_and_is_that_of_the_filters(report):
    built(report)
    assert report.at.get("download_button")
    assert "report.build" not in buttons(report)
    report.pick("Plan", "Pro")  # what was built is not what is on screen any more
    assert not report.at.get("download_button")
    built(report)
    assert report.at.get("download_button")
    assert report.fine()


def test_a_template_is_taken_said_and_taken_off(report):
    uploader = next(one for one in report.at.file_uploader if "template" in one.label)
    uploader.set_value(("firm.pptx", templates.named(), "application/octet-stream")).run()
    assert "Template: firm.pptx" in report.html
    assert "named places" in report.html
    assert report.fine()
    click(report, "report.off")
    assert "Template: firm.pptx" not in report.html


def drop_template(report, data: bytes):
    uploader = next(one for one in report.at.file_uploader if "template" in one.label)
    uploader.set_value(("firm.pptx", data, "application/octet-stream")).run()
    return report


def test_a_template_that_is_none_is_said_and_opened_once(report, monkeypatch):
    drop_template(report, b"not a deck")
    opened: list[bytes] = []
    monkeypatch.setattr(sandbox, "run", lambda _job, blobs, _tell: opened.append(blobs[0]))
    for _ in range(2):
        assert "could not be read as a PowerPoint file" in report.html
        assert report.fine()
        report.at.run()
    assert not opened


def test_a_template_counts_as_held_until_it_is_taken_off(report):
    key = ("template", report.at.session_state["visitor"].number)
    firm = templates.named()  # once: a deck made a second later says so
    drop_template(report, firm)
    assert open_surveys.SHELF.get(key) == firm
    assert open_surveys.SHELF.looked_at_by(report.at.session_state["visitor"]) > len(firm)
    click(report, "report.off")
    assert key not in open_surveys.SHELF.keys("template")
    drop_template(report, b"not a deck")
    assert key not in open_surveys.SHELF.keys("template")


def test_a_template_for_which_there_is_no_room_is_refused_in_words(report, monkeypatch):
    monkeypatch.setattr(
        open_surveys.SHELF, "own", open_surveys.SHELF.looked_at_by(report.at.session_state["visitor"]) + 1_000
    )
    drop_template(report, templates.named())
    assert "“firm.pptx” could not be taken" in report.html
    assert "Template: firm.pptx" not in report.html
    assert report.fine()


def test_a_template_that_had_to_make_room_is_asked_for_again(report, small, monkeypatch):
    drop_template(report, templates.named())
    next(button for button in report.at.button if button.label == "Close this survey").click().run()
    monkeypatch.setattr(open_surveys.SHELF, "seconds", -1)
    open_surveys.SHELF.trim()
    report.upload("again.csv", small).go("report")
    assert "The template is held no longer: drop it in again." in report.html
    assert report.fine()
    assert "held no longer" not in drop_template(report, templates.named()).html
    assert "Template: firm.pptx" in report.html


def test_little_to_report(open_app):
    bare = open_app().upload("bare.csv", b"Score\n" + b"10\n9\n8\n3\n" * 5).go("report")
    assert bare.fine()
    assert len(names(bare)) == 4


def test_a_slide_of_ones_own_is_added_typed_moved_and_built(report):
    count = len(names(report))
    report.at.selectbox(key="report.add").set_value("own").run()
    assert names(report)[-2].endswith("Section\\: Your title")
    report.at.text_area[0].set_value("What we do next").run()
    report.at.text_area[1].set_value("A guided first week\nSupport within four hours").run()
    assert names(report)[-2].endswith("Text\\: What we do next")
    assert len(names(report)) == count + 1
    click(report, "report.up")
    assert names(report)[-3].endswith("Text\\: What we do next")
    assert [area.value for area in report.at.text_area] == [
        "What we do next",
        "A guided first week\nSupport within four hours",
    ]
    report.at.selectbox(key="report.add").set_value("own").run()  # another one
    assert names(report)[-2].endswith("Section\\: Your title")
    report.at.text_area[0].set_value("").run()
    assert names(report)[-2].endswith("Section\\: Untitled")
    click(report, "report.drop")
    assert "Untitled" not in str(names(report))
    report.control("report.format").set_value("html").run()
    assert built(report).at.get("download_button")
    click(report, "report.reset")
    assert len(names(report)) == count
