"""Your file: what was understood, changed at the head of a column, taken back, and remembered."""

import json

import pytest

from nps_core.corrections import Corrections
from pages.ui import memory_budget, remembered_readings

EVENT = "Q2 recommend the event"
SHOP = "Q1 recommend us"


def two_questions(make_csv, first=10, rows=40):
    """Two questions that could be the score: +75 (or +100) for the shop, −100 for the event.

    Each person answers twice.
    """
    return make_csv(
        [
            {
                SHOP: first if i % 4 else 7 + i % 8 // 4,
                EVENT: 0 if i % 3 else 6,
                "Sent": f"2026-01-{1 + i % 28:02}",
                "Answered at": f"2026-02-{1 + i % 28:02}",
                "Email": f"u{i // 2}@example.org",
                "Plan": ("Pro", "Starter")[i % 2],
            }
            for i in range(rows)
        ]
    )


@pytest.fixture
def page(app, make_csv):
    return app.upload("two.csv", two_questions(make_csv)).go("data")


def role(app, column):
    columns = app.at.session_state["opened"].survey.columns
    return app.at.selectbox(key=f"role.{columns.index(column)}")


def pick(app, column, what):
    role(app, column).set_value(what).run()
    assert app.fine()


def survey(app):
    return app.at.session_state["opened"].survey


def test_one_look_shows_what_was_understood(page):
    assert page.answer == "40 of 40 rows are responses"
    assert "two.csv · plain table (UTF-8, comma) · scale 0-10 · NPS +75" in page.html
    assert "Detractors 0-6, passives 7-8, promoters 9-10." in page.html
    assert f"“{SHOP}” was taken as the score; “{EVENT}” could be it as well." in page.html
    assert "all filled · 20 values" in page.html
    found = [role(page, name).value for name in (EVENT, "Sent", "Answered at", "Email", "Plan")]
    assert found == ["touchpoint", "invited", "date", "respondent", "attributes"]


def test_the_candidates_come_with_their_nps(page):
    choice = page.at.radio(key="choice.score")
    assert choice.value == SHOP
    captions = [str(caption) for caption in choice.proto.captions]
    assert "NPS \\+75" in captions[0]
    assert "NPS −100" in captions[1]
    choice.set_value(EVENT).run()
    assert survey(page).mapping.score == EVENT
    assert "NPS +75 → −100, n 40" in page.html
    assert page.go("overview").answer.startswith("NPS is −100,")


def test_a_role_changes_at_the_head_of_its_column_and_back(page):
    pick(page, EVENT, "score")
    assert "NPS +75 → −100, n 40" in page.html
    pick(page, "Plan", "none")
    assert survey(page).attributes == ()
    page.at.button(key="reading.undo").click().run()
    assert survey(page).attributes == ("Plan",)
    assert survey(page).mapping.score == EVENT
    page.at.button(key="reading.undo").click().run()
    assert survey(page).mapping.score == SHOP
    assert "NPS −100 → +75, n 40" in page.html
    assert "reading.undo" not in {button.key for button in page.at.button}


def test_as_detected_takes_everything_back(page):
    pick(page, "Plan", "account")
    pick(page, "Sent", "date")
    assert (survey(page).mapping.account, survey(page).mapping.date) == ("Plan", "Sent")
    page.at.button(key="reading.detected").click().run()
    assert (survey(page).mapping.account, survey(page).mapping.date) == (None, "Answered at")
    assert "reading.detected" not in {button.key for button in page.at.button}


@pytest.mark.parametrize("what", ["csat", "ces", "persona", "phase", "touchpoint", "status", "reason"])
def test_every_role_can_be_given(page, what):
    pick(page, "Plan", what)
    found = getattr(survey(page).mapping, what)
    assert "Plan" in (found if isinstance(found, tuple) else (found,))


def test_scale_and_cut_offs_are_changed_and_the_groups_follow(page):
    page.at.number_input(key="scale.from").set_value(7).run()
    assert survey(page).scale.written == "0-10:6/7"
    assert "NPS +75 → +100, n 40" in page.html
    assert "Not the usual cut-offs of this scale, which are 6 and 9" in page.html
    page.at.selectbox(key="scale.name").set_value("1-10").run()
    assert survey(page).scale.written == "1-10:6/9"
    assert survey(page).rows.kept == 40


def test_repeats_are_a_switch_with_each_effect_beside_it(page):
    said = page.html
    assert "Latest of each respondent" in said
    assert "n 20" in said
    page.at.segmented_control(key="repeats").set_value("latest").run()
    assert survey(page).rows.kept == 20
    # The other ways stay in sight, and the repeated rows in the account.
    assert "n 40" in page.html
    assert "repeated" in page.html
    page.at.segmented_control(key="repeats").set_value("all").run()
    assert survey(page).rows.kept == 40


def test_filters_hold_when_the_reading_changes(app, make_csv):
    app.upload("two.csv", two_questions(make_csv)).pick("Plan", "Pro").go("data")
    app.at.run()
    pick(app, EVENT, "score")
    app.go("overview")
    assert "20 of 40 responses" in app.html
    assert app.answer.startswith("NPS is −100,")


def test_a_change_that_fails_leaves_the_survey_as_it_was(page):
    page.at.session_state["asked"] = lambda: __import__("pages.ui.session").ui.session.read_otherwise(
        Corrections(scale="7-3")
    )
    page.at.run()
    assert "does not rise" in page.html
    assert survey(page).mapping.score == SHOP
    page.at.run()
    assert "does not rise" not in page.html


def test_the_overview_says_what_is_in_doubt_and_what_was_chosen(app, make_csv):
    app.upload("two.csv", two_questions(make_csv))
    assert "could be it as well." in app.html
    app.go("data")
    pick(app, EVENT, "score")
    app.go("overview")
    assert f"Read as you chose: score “{EVENT}”." in app.html


def test_a_plain_file_has_no_notice(app, make_csv):
    app.upload("plain.csv", make_csv([{"Would you recommend us?": i % 11, "Plan": "x"} for i in range(30)]))
    assert "Read as" not in app.html
    assert "worth a look" not in app.html


def test_the_next_file_of_the_same_columns_is_read_the_same_way_and_says_so(app, make_csv):
    app.upload("january.csv", two_questions(make_csv)).go("data")
    pick(app, EVENT, "score")
    app.upload("february.csv", two_questions(make_csv, first=9, rows=44)).go("overview")
    assert app.answer.startswith("NPS is −100,")
    assert f"Read as the last file of these columns was: score “{EVENT}”." in app.html
    app.go("data")
    assert "february.csv" in app.html
    assert "As the last file of these columns was read: " in app.html
    assert "NPS +75 → −100, n 44" in app.html
    app.at.button(key="reading.detected").click().run()
    assert survey(app).mapping.score == SHOP
    app.upload("march.csv", two_questions(make_csv, rows=48)).go("overview")
    assert app.answer.startswith("NPS is +75,")


def test_a_file_of_other_columns_is_read_by_itself(page, small):
    pick(page, EVENT, "score")
    page.upload("other.csv", small).go("overview")
    assert page.answer.startswith("NPS is +33,")


def test_a_rescued_file_is_remembered_too(app, make_csv):
    def odd(last):
        return make_csv([{"Alpha": value, "Beta": "blue"} for value in (10, 10, 9, 3, 8, last)])

    app.upload("odd.csv", odd(10))
    app.at.selectbox(key="rescue.score").set_value("Alpha").run()
    app.at.button(key="rescue.read").click().run()
    assert app.answer.startswith("NPS is +50,")
    app.upload("next.csv", odd(2)).go("overview")
    assert app.answer.startswith("NPS is +17,")
    assert "Read as the last file of these columns was" in app.html


def test_another_visitor_is_not_read_for(open_app, make_csv):
    first = open_app().upload("two.csv", two_questions(make_csv)).go("data")
    pick(first, EVENT, "score")
    assert open_app().upload("two.csv", two_questions(make_csv)).answer.startswith("NPS is +75,")


def test_between_sessions_a_reading_is_kept_where_a_folder_is_named(
    open_app, make_csv, tmp_path, monkeypatch
):
    monkeypatch.setenv(remembered_readings.VARIABLE, str(tmp_path))
    first = open_app().upload("two.csv", two_questions(make_csv)).go("data")
    pick(first, EVENT, "score")
    kept = (tmp_path / "readings.json").read_text(encoding="utf-8")
    assert EVENT not in kept
    assert len(json.loads(kept)) == 1
    second = open_app().upload("two.csv", two_questions(make_csv))
    assert second.answer.startswith("NPS is −100,")
    assert "Read as the last file of these columns was" in second.html
    monkeypatch.setenv(remembered_readings.VARIABLE, "off")
    assert open_app().upload("two.csv", two_questions(make_csv)).answer.startswith("NPS is +75,")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (None, False),
        ("http://localhost:8501/file", True),
        ("http://127.0.0.1:8501/", True),
        ("https://nps.example.org/", False),
    ],
)
def test_only_who_sits_at_the_machine_is_remembered_there(monkeypatch, address, kept):
    class Context:
        url = address

    monkeypatch.delenv(remembered_readings.VARIABLE, raising=False)
    monkeypatch.setattr(remembered_readings.st, "context", Context())
    assert (remembered_readings._folder() is not None) is kept


def test_a_wide_file_stays_usable(app, make_csv):
    rows = [
        {"Would you recommend us?": i % 11, **{f"Item {k}": f"{i} {k}" for k in range(80)}} for i in range(30)
    ]
    app.upload("wide.csv", make_csv(rows)).go("data")
    assert len([box for box in app.at.selectbox if box.key.startswith("role.")]) == 15
    app.at.text_input(key="columns.find").set_value("item 79").run()
    (found,) = [box for box in app.at.selectbox if box.key.startswith("role.")]
    found.set_value("account").run()
    assert survey(app).mapping.account == "Item 79"
    app.at.text_input(key="columns.find").set_value("").run()
    app.at.toggle(key="columns.all").set_value(True).run()
    assert len([box for box in app.at.selectbox if box.key.startswith("role.")]) == 59


def test_question_texts_stand_beside_codes(app):
    lines = [
        "StartDate,EndDate,ResponseId,Q1,Q2",
        "Start Date,End Date,Response ID,How likely are you to recommend us?,Why?",
    ]
    lines += [
        f"2026-01-02,2026-01-0{1 + i % 9},R_{i},{i % 11},because it was {'abcd'[i % 4]}" for i in range(30)
    ]
    app.upload("codes.csv", "\n".join(lines).encode()).go("data")
    assert '<div class="asked" title="How likely are you to recommend us?">' in app.html


def test_a_file_too_large_to_keep_shows_and_offers_no_change(app, make_csv, monkeypatch):
    monkeypatch.setattr(memory_budget, "LARGEST_FILE", 10)
    app.upload("big.csv", two_questions(make_csv, rows=41)).go("data")
    assert "too large to keep" in app.html
    assert not [box for box in app.at.selectbox if box.key.startswith(("role.", "scale."))]
    assert not app.at.radio


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("report.pdf", b"%PDF-1.7 nothing", "is a PDF document, not a table"),
        ("empty.csv", b"", "is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "is a picture"),
    ],
)
def test_what_is_no_table_is_refused_with_what_it_is(app, name, data, said):
    app.upload(name, data)
    assert app.answer == "This file could not be read as an NPS survey"
    assert said in app.html
    assert "Export" in app.html


def test_of_several_files_one_that_fails_can_be_left_out(app, small, make_csv):
    other = make_csv([{"Date": "2026-07-01", "Score": 10, "Plan": "Pro"} for _ in range(40)])
    files = [
        (name, data, "text/csv")
        for name, data in (("a.csv", small), ("b.csv", b"%PDF-1.7"), ("c.csv", other))
    ]
    app.at.file_uploader[0].set_value(files).run()
    assert app.answer == "These files could not be read as one survey"
    assert "“b.csv” is a PDF document" in app.html
    app.at.button(key="start.rest").click().run()
    # 30 + 40 promoters and 10 detractors of 100.
    assert app.answer.startswith("NPS is +60,")


def test_files_on_different_scales_can_be_opened_alone(app):
    files = [
        ("ten.csv", b"Recommend us?\n" + b"10\n3\n9\n" * 20, "text/csv"),
        ("seven.csv", b"Recommend us? (1-7)\n" + b"7\n3\n1\n" * 20, "text/csv"),
    ]
    app.at.file_uploader[0].set_value(files).run()
    assert "on the scale 0-10" in app.html
    app.at.button(key="start.alone.0").click().run()
    assert app.answer.startswith("NPS is +33,")


def test_a_file_of_a_header_alone_says_so(app):
    app.upload("header.csv", b"Score,Why\n")
    assert "has 2 columns and not a single row of answers" in app.html
    assert not app.at.selectbox


def test_every_column_is_accounted_for_on_the_page(page):
    assert any(box.label.startswith("Every column") for box in page.at.expander)
    for use in survey(page).column_uses:
        assert use.column in page.html
    assert "Used as respondent." in page.html


def test_the_encoding_is_chosen_on_the_page(app):
    text = "Recommend us?,Comment\n" + "".join(f"{i % 11},ok\n" for i in range(30)) + "9,zażółć\n"
    app.upload("polish.csv", text.encode("cp1250")).go("data")
    assert survey(app).encoding == "Windows-1250"
    app.at.selectbox(key="encoding").set_value("Windows-1252").run()
    assert survey(app).encoding == "Windows-1252"
    assert "encoding Windows-1252" in app.html
    app.at.selectbox(key="encoding").set_value("Windows-1250").run()
    assert "zażółć" in set(survey(app).responses["comment"].dropna())


def test_comments_are_read_together_by_a_choice_on_the_page(app, make_csv):
    rows = [
        {
            "Recommend us?": i % 11,
            "What did you like?": f"the parts of {i} are fine" if i % 2 else "",
            "What can we improve?": f"do more of number {i}" if i % 3 == 0 else "",
        }
        for i in range(60)
    ]
    app.upload("two.csv", make_csv(rows)).go("data")
    before = int(survey(app).responses["comment"].notna().sum())
    chosen = survey(app).mapping.reason
    (other,) = {"What did you like?", "What can we improve?"} - {chosen}
    app.at.multiselect(key="reasons").set_value([other]).run()
    assert app.fine()
    assert int(survey(app).responses["comment"].notna().sum()) == 40 > before
    app.at.multiselect(key="reasons").set_value([]).run()
    assert survey(app).mapping.reason == chosen


def test_the_only_column_of_scores_is_read_with_one_click(app, make_csv):
    app.upload(
        "x.csv", make_csv([{"survey_result": i * 7 % 11, "Region": ("N", "S")[i % 2]} for i in range(44)])
    )
    assert "One column holds whole numbers from 0 to 10" in app.html
    app.at.button(key="rescue.proposed").click().run()
    assert survey(app).mapping.score == "survey_result"
