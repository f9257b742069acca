"""Every page as a user meets it: with a survey, with little of one, with none, with the wrong file."""

from __future__ import annotations

import json

import pytest

PAGES = ("overview", "trends", "segments", "compare", "themes", "drivers", "accounts", "data")


def test_first_screen_says_what_to_do(app):
    assert app.answer == "Drop a survey export, and read your NPS in a minute"
    assert app.fine()
    assert [button.label for button in app.at.button] == ["Open the sample survey"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_the_sample(app, page):
    app.open_sample().go(page)
    assert app.fine()
    assert app.answer


def test_upload_shows_the_score_and_its_row_account(app, small):
    app.upload("export.csv", small)
    assert app.answer.startswith("NPS is +33, between ")
    app.go("data")
    assert app.answer == "60 of 60 rows are responses"


def test_two_large_files_of_one_name_are_two_surveys(open_app):
    """A cache keyed by a sampled frame, or by a file's name, would show the first one's score for both."""
    promoters = b"Score,Plan\n" + b"10,Pro\n" * 60_000
    mixed = b"Score,Plan\n" + b"10,Pro\n" * 10_000 + b"0,Pro\n" * 50_000
    assert open_app().upload("export.csv", promoters).answer.startswith("NPS is +100,")
    assert open_app().upload("export.csv", mixed).answer.startswith("NPS is −67,")


def test_several_files_are_one_survey_with_a_source(app, small, make_csv):
    other = make_csv(
        [
            {"Date": "2026-07-01", "Email": f"v{i}@example.org", "Score": (0, 10, 4, 2)[i % 4], "Plan": "Pro"}
            for i in range(40)
        ]
    )
    files = [("first.csv", small, "text/csv"), ("second.csv", other, "text/csv")]
    app.at.file_uploader[0].set_value(files).run()
    # 30 + 10 promoters and 10 + 30 detractors of 100.
    assert app.answer.startswith("NPS is 0,")
    app.pick("source", "first.csv")
    assert app.answer.startswith("NPS is +33,")


def test_filter_changes_the_figures_and_the_words(app, small):
    app.upload("export.csv", small).pick("Plan", "Starter")
    assert "25 of 60 responses" in app.html
    assert "Plan: Starter" in app.html
    # 15 passives and 10 detractors are left.
    assert app.answer.startswith("NPS is −40,")


def test_filter_stays_on_every_page(app, small):
    app.upload("export.csv", small).pick("Plan", "Starter")
    for page in PAGES:
        app.go(page)
        assert app.fine()
        assert "25 of 60 responses" in app.html, page
    app.at.run()
    assert "25 of 60 responses" in app.html


def test_link_opens_the_same_view(open_app, small):
    first = open_app().upload("export.csv", small).pick("Plan", "Starter")
    first.at.run()
    link = {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in first.at.query_params.items()
    }
    assert link["by.Plan"] == ["Starter"]
    second = open_app(link)
    assert second.answer == first.answer
    assert "25 of 60 responses" in second.html


def test_link_to_a_survey_that_is_gone_says_so(open_app):
    app = open_app({"survey": ["0" * 64], "by.Plan": ["Pro"]})
    assert "no longer held here" in app.html
    assert app.at.file_uploader


def test_link_with_nonsense_shows_the_whole_view(open_app):
    app = open_app({"survey": ["sample"], "since": ["tomorrow"], "group": ["fans"], "by.Nothing": ["x"]})
    assert app.fine()
    assert app.answer.startswith("NPS is ")
    assert "Some filters of this link" in app.html


def test_link_with_a_value_that_is_not_there_says_that_it_was_left_out(open_app):
    app = open_app({"survey": ["sample"], "by.Plan": ["Gold"]})
    assert "Some filters of this link are not in this survey" in app.html
    assert "Some filters" not in open_app({"survey": ["sample"], "by.Plan": ["Starter"]}).html


def test_reset_keeps_what_else_the_link_carries(open_app):
    app = open_app({"survey": ["sample"], "by.Plan": ["Starter"]})
    app.at.button(key="reset.top").click().run()
    assert app.fine()
    for page in ("trends", "overview"):
        assert app.go(page).fine()
    assert "3,000 responses" in app.html


def test_filters_that_leave_nothing_offer_the_way_back(app, small):
    app.upload("export.csv", small)
    app.filter("text", "zebra")
    assert "No response matches these filters" in app.html
    app.at.button(key="reset.empty").click().run()
    assert "60 responses" in app.html
    assert app.answer.startswith("NPS is +33,")


def test_closing_a_survey_forgets_it(app, small):
    app.upload("export.csv", small).pick("Plan", "Starter")
    next(button for button in app.at.button if button.label == "Close this survey").click().run()
    assert app.answer.startswith("Drop a survey export")
    app.upload("export.csv", small)
    assert "60 responses" in app.html


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("really-a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
        (
            "wide.csv",
            (
                ",".join(f"colour {i}" for i in range(40))
                + "\n"
                + (",".join(["blue", "red"] * 20) + "\n") * 9
            ).encode(),
        ),
        ("broken.xlsx", b"PK\x03\x04 this is no workbook"),
    ],
)
def test_wrong_file_is_refused_in_words_and_the_app_lives_on(app, small, name, content):
    app.upload(name, content)
    assert app.answer == "This file could not be read as an NPS survey"
    assert name in app.html
    assert app.fine()
    app.upload("export.csv", small)
    assert app.answer.startswith("NPS is +33,")


def test_a_file_that_fails_does_not_lose_the_open_survey(app, small):
    app.upload("export.csv", small).pick("Plan", "Starter")
    app.upload("empty.csv", b"")
    assert app.answer == "This file could not be read as an NPS survey"
    app.at.button(key="start.back").click().run()
    assert app.answer.startswith("NPS is −40,")
    assert "25 of 60 responses" in app.html


def test_file_without_question_can_be_mapped_by_hand(app, make_csv):
    app.upload("odd.csv", make_csv([{"Alpha": value, "Beta": "blue"} for value in (10, 10, 9, 3, 8, 10)]))
    assert app.answer == "This file could not be read as an NPS survey"
    app.at.selectbox(key="rescue.score").set_value("Alpha").run()
    assert "6 of 6 filled cells looked at hold a whole number from 0 to 10." in app.html
    app.at.button(key="rescue.read").click().run()
    assert app.answer.startswith("NPS is +50,")


def test_one_response(app):
    app.upload("one.csv", b"Score,Date\n10,2026-01-05\n")
    for page in PAGES:
        app.go(page)
        assert app.fine(), page
    app.go("overview")
    assert "NPS is +100, between −85 and +100" in app.answer


def test_pages_without_dates_comments_or_attributes_say_what_is_missing(app):
    app.upload("bare.csv", b"Score\n" + b"10\n9\n8\n3\n" * 5)
    assert app.answer.startswith("NPS is +25,")
    app.go("trends")
    assert app.answer == "These responses have no dates"
    app.go("segments")
    assert app.answer == "This file has no attributes to compare"
    app.go("themes")
    assert app.answer == "No comments were read"
    assert app.fine()


def test_blank_comments_are_no_theme(app):
    app.upload("blank.csv", b"Score,Comment,Plan\n" + b'10,,Pro\n3,"  ",Starter\n8,n/a,Pro\n' * 20)
    app.go("themes")
    assert app.fine()
    assert "No comments" in app.answer or "None of these comments" in app.answer


def test_hostile_strings_break_no_page(app, make_csv, shared):
    strings = json.loads((shared / "csv" / "hostile_strings.json").read_text(encoding="utf-8"))
    texts = [text for text in strings if isinstance(text, str)]
    rows = [
        {
            "Score": i % 11,
            "Comment": text,
            "Plan": texts[i % 7],
            "<b>$x^2$ [a](https://b.example)": texts[20 + i % 5],
        }
        for i, text in enumerate(texts)
    ]
    app.upload("<script>alert(1)</script>.csv", make_csv(rows))
    for page in PAGES:
        app.go(page)
        assert app.fine(), page
        assert "<script>" not in app.html


def test_segments_can_be_drawn_towards_the_mean(app):
    app.open_sample().go("segments")
    assert "How small a difference could show?" in app.html
    assert "Diamonds" not in app.html
    app.at.toggle(key="segments.calm").set_value(True).run()
    assert app.fine()
    assert "Diamonds: each segment drawn towards the mean of" in app.html


def test_the_method_is_told_on_a_page_of_its_own(app):
    app.open_sample().go("method")
    assert app.fine()
    assert app.answer == "How each figure is computed"
    assert "Laud (2017)" in app.html
    app.at.button_group(key="method.chapter").set_value("Over time").run()
    assert "the fewest changes that the responses force us to see" in app.html
    assert "``" not in app.html


def test_csat_and_ces_stand_beside_the_nps_in_their_own_units(app, make_csv):
    rows = [
        {
            "How likely are you to recommend us? (0-10)": score,
            "CSAT: how satisfied are you? (1-5)": csat,
            "CES: it was easy (1-7)": ces,
        }
        for score, csat, ces in [(10, 5, 7), (9, 4, 6), (8, 3, 5), (2, 1, 2)] * 15
    ]
    app.upload("all.csv", make_csv(rows))
    for page in ("overview", "drivers"):
        app.go(page)
        assert app.fine()
        assert "50%" in app.html  # two of the four answers are 4 or 5
        assert "5.0 of 7" in app.html  # the mean of 7, 6, 5 and 2
        assert "satisfied, 38% to 62%" in app.html  # Wilson's interval of 30 in 60


def test_a_survey_of_one_day_and_no_attributes_has_nothing_to_compare(app):
    rows = "".join(f"{score},2026-03-03\n" for score in (10, 9, 3, 7))
    app.upload("day.csv", ("Recommend us?,Date\n" + rows).encode())
    assert "4 responses · 3 Mar 2026<" in app.html
    app.go("compare")
    assert app.answer == "This file has nothing to compare by"
    app.go("data")
    assert app.answer == "4 of 4 rows are responses"


def test_where_nobody_wrote_anything_the_answers_stand_in_the_place_of_the_themes(app, make_csv):
    rows = [
        {"Score": number % 11, "Date": f"2026-0{1 + number % 6}-11", "Plan": ("Pro", "Team")[number % 2]}
        for number in range(120)
    ]
    app.upload("export.csv", make_csv(rows))
    app.at.run()
    assert "What they talk about" not in app.html
    assert "The most frequent answer" in app.html
    assert [box.label for box in app.at.expander] == ["The three groups"]


def test_what_runs_from_right_to_left_stands_apart_from_the_figures_after_it(app, make_csv):
    """Otherwise "0 to 10" is drawn on either side of a question in Arabic, one figure here and one there."""
    question, city = "ما مدى احتمال أن توصي بنا؟", "المدينة"
    rows = [
        {
            question: 10 if number % 2 else number % 7,
            city: ("القاهرة", "الرياض")[number % 2 or number % 10 == 0],
        }
        for number in range(80)
    ]
    app.upload("export.csv", make_csv(rows))
    app.at.run()
    assert f"\u2068{question}\u2069, 0 to 10" in app.html
    assert "\u2068القاهرة\u2069</b>" in app.html
