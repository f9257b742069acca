"""Exports of HR, ticket, CRM, travel and product tools: what each kind does otherwise than the rest."""

import csv
import io

import pytest

from nps_core.reading import read_survey

ASKED = "How likely are you to recommend us?"
COUNT = 40


def read(header, rows, delimiter=",", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return read_survey(out.getvalue().encode(encoding), name="x.csv")


def score(place):
    return place * 7 % 11


def day(place, month=3):
    return f"2026-{month:02d}-{place % 28 + 1:02d}"


def said(place):
    return f"It was number {place} of the many that I saw" if place % 4 else ""


@pytest.mark.parametrize("first", ["recommend", "other"])
def test_of_several_questions_with_a_score_each_the_recommend_question_is_read(first):
    rows = []
    for place in range(COUNT):
        two = [
            [f"E{place}", day(place), "I would recommend us as a place to work", score(place), said(place)],
            [f"E{place}", day(place), "My work is valued", (place + 3) % 11, "another matter"],
        ]
        rows += two if first == "recommend" else two[::-1]
    survey = read(["Employee", "Date", "Question", "Score", "Comment"], rows)
    assert survey.responses["score"].tolist() == [score(place) for place in range(COUNT)]
    assert survey.responses["comment"].fillna("").tolist() == [said(place) for place in range(COUNT)]
    assert (survey.rows.read, survey.rows.kept) == (2 * COUNT, COUNT)
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("no score", COUNT)]
    assert "Rows where “Question” does not ask for a recommendation (40) were left out." in survey.doubt_texts


def test_a_comment_beside_an_answer_is_that_of_the_recommend_question():
    rows = []
    for place in range(COUNT):
        rows.append(
            [f"R{place}", day(place), "How satisfied are you?", place % 5 + 1, "about something else"]
        )
        rows.append([f"R{place}", day(place), ASKED, score(place), said(place)])
    survey = read(["Response ID", "Date", "Question", "Answer", "Comment"], rows)
    assert survey.responses["score"].tolist() == [score(place) for place in range(COUNT)]
    assert survey.responses["comment"].fillna("").tolist() == [said(place) for place in range(COUNT)]


@pytest.mark.parametrize("order", ["rising", "falling"])
@pytest.mark.parametrize("event", ["event", "event_type"])
def test_a_comment_in_an_event_of_its_own_goes_with_the_score_before_it(order, event):
    rows = []
    for place in range(COUNT):
        who = f"u{place % 30}"  # some answer twice
        rows.append([f"{day(place % 28, 1 + place // 28)}T10:00:00", "NPS shown", who, "", ""])
        rows.append([f"{day(place % 28, 1 + place // 28)}T10:01:00", "NPS answered", who, score(place), ""])
        if said(place):
            rows.append([f"{day(place % 28, 1 + place // 28)}T10:02:00", "NPS comment", who, "", said(place)])
    rows.append(["2026-03-30T10:00:00", "NPS comment", "u99", "", "said by somebody without a score"])
    survey = read(
        ["time", event, "distinct_id", "nps_score", "comment"], rows if order == "rising" else rows[::-1]
    )
    found = {
        (time.isoformat(), number): comment
        for time, number, comment in zip(
            survey.responses["date"],
            survey.responses["score"],
            survey.responses["comment"].fillna(""),
            strict=True,
        )
    }
    assert found == {
        (f"{day(place % 28, 1 + place // 28)}T10:01:00", score(place)): said(place) for place in range(COUNT)
    }
    comments = sum(1 for place in range(COUNT) if said(place))
    assert survey.rows.kept == COUNT
    assert survey.rows.read == len(rows) - comments
    assert (
        f"{comments} comments stand in rows of their own (“{event}”) and were put to the score of the same"
        " “distinct_id”." in survey.doubt_texts
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("(Do Not Modify) Modified On", "Created On"),
        ("Interaction_DT", "Response_DT"),
        ("Fecha de salida", "Fecha de la encuesta"),
        ("Date de séjour", "Date de l'enquête"),
        ("Abreisedatum", "Befragungsdatum"),
        ("Check-out date", "Date"),
        ("Arrival date", "Review date"),
        ("Data da viagem", "Data da pesquisa"),
        ("Data di partenza", "Data compilazione"),
        ("Datum vertrek", "Datum enquête"),
        ("Ticket closed", "Survey taken on"),
        ("Discharge date", "Date"),
        ("Hire date", "Date"),
        ("flt_dt", "resp_dt"),
        ("Deal - Won time", "Deal - NPS date"),
    ],
)
def test_the_day_of_the_answer_is_told_from_the_day_of_what_it_is_about(wrong, right):
    rows = [[day(place, 1), day(place), score(place), said(place)] for place in range(COUNT)]
    assert read([wrong, right, ASKED, "Why?"], rows).mapping.date == right
    assert (
        read([right, wrong, ASKED, "Why?"], [[row[1], row[0], *row[2:]] for row in rows]).mapping.date
        == right
    )


def test_the_pseudonym_of_an_app_is_a_respondent():
    rows = [[f"{place * 7919:x}.1", day(place), score(place)] for place in range(COUNT)]
    assert read(["user_pseudo_id", "event_time", "nps_score"], rows).mapping.respondent == "user_pseudo_id"


@pytest.mark.parametrize(
    "waves",
    [
        ["Jan-26", "Feb-26", "Mar-26"],
        ["Q1 26", "Q2 26"],
        ["Q3'25", "Q4'25"],
        ["Mrz 25", "Okt 25"],
        ["H1/25", "H2/25"],
    ],
)
def test_waves_are_told_by_years_of_two_digits(waves):
    rows = [[f"C{place}", *(score(place + wave) for wave in range(len(waves)))] for place in range(COUNT)]
    survey = read(["Customer", *(f"NPS {wave}" for wave in waves)], rows)
    assert survey.rows.kept == COUNT * len(waves)
    assert survey.responses["date"].notna().all()
    assert survey.responses["date"].dt.year.unique().tolist() == [2000 + int(waves[0][-2:])]
    assert survey.responses["date"].nunique() == len(waves)


def test_two_numbers_behind_a_question_are_no_wave():
    rows = [[score(place), (place + 3) % 11] for place in range(COUNT)]
    survey = read(["NPS top 10", "NPS top 20"], rows)
    assert survey.rows.kept == COUNT


@pytest.mark.parametrize("lines", [1, 40])
def test_turkish_with_few_special_letters_is_not_read_as_icelandic(lines):
    header = [
        "Yanıt Tarihi",
        "Bizi bir arkadaşınıza tavsiye etme olasılığınız nedir? (0-10)",
        "Puanınızın nedeni nedir?",
    ]
    rows = [[day(place), score(place), "The team is quick"] for place in range(lines)]
    survey = read(header, rows, ";", "cp1254")
    assert survey.mapping.score == header[1]
    assert survey.mapping.reason == header[2]


@pytest.mark.parametrize("lines", [1, 40])
def test_icelandic_is_still_icelandic(lines):
    header = [
        "Dagsetning",
        "Hversu líklegt er að þú mælir með okkur? (NPS 0-10)",
        "Hver er ástæðan fyrir því?",
    ]
    rows = [[day(place), score(place), "Þjónustan er góð og allt það sem ég þarf"] for place in range(lines)]
    assert read(header, rows, ";", "cp1252").columns == tuple(header)


BRANCHES = {
    "What should we do better?": range(7),
    "What would have made it a 9?": (7, 8),
    "What do you love about us?": (9, 10),
}


def branched(branches, more=(), extra=lambda _: []):
    rows = [
        [
            score(place),
            *(said(place) if score(place) in scores else "" for scores in branches.values()),
            *extra(place),
        ]
        for place in range(120)
    ]
    return read([ASKED, *branches, *more], rows)


@pytest.mark.parametrize(
    "names",
    [list(BRANCHES), list(BRANCHES)[::-1], ["Detractor comment", "Passive comment", "Promoter comment"]],
)
def test_comments_asked_for_in_a_column_a_group_are_one_column(names):
    branches = dict(zip(names, BRANCHES.values(), strict=True))
    survey = branched(branches, ["Plan"], lambda place: [f"P{place % 3}"])
    name = " / ".join(names)
    assert survey.mapping.reason == name
    assert survey.responses["comment"].fillna("").tolist() == [said(place) for place in range(120)]
    assert survey.columns == (ASKED, name, "Plan")
    shown = ", ".join(f"“{one}”" for one in names)
    assert (
        f"{shown} were asked of other scores each; they were read as one column of comments."
        in survey.doubt_texts
    )


def test_a_comment_column_that_a_person_chose_is_left_alone():
    rows = [
        [score(place), *(said(place) if score(place) in part else "" for part in BRANCHES.values())]
        for place in range(120)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([[ASKED, *BRANCHES], *rows])
    chosen = "What do you love about us?"
    survey = read_survey(out.getvalue().encode(), name="x.csv", mapping={"reason": chosen})
    assert survey.mapping.reason == chosen
    assert survey.columns == (ASKED, *BRANCHES)


@pytest.mark.parametrize(
    "branches",
    [
        {"What should we do better?": range(8), "What do you love about us?": range(7, 11)},
        {"What should we do better?": range(11), "What do you love about us?": range(11)},
        {"What should we do better?": (0, 2, 4, 6, 8, 10), "What do you love about us?": (1, 3, 5, 7, 9)},
        {"What should we do better?": range(11), "What do you love about us?": ()},
    ],
    ids=["one score of both", "both of all", "by turns", "one blank"],
)
def test_comments_that_are_not_asked_of_other_scores_each_stay_apart(branches):
    survey = branched(branches)
    assert survey.columns == (ASKED, *branches)
    assert survey.mapping.reason in branches


def test_texts_of_few_choices_are_no_branch():
    branches = {"What should we do better?": range(7)}
    survey = branched(branches, ["Perk chosen"], lambda place: [("", "gift card")[score(place) > 8]])
    assert survey.mapping.reason == "What should we do better?"


@pytest.mark.parametrize("wave", ["Wave {} NPS", "NPS - wave {}", "NPS Welle {}", "NPS (Round {})"])
def test_waves_without_a_date_are_responses_of_their_own(wave):
    rows = [[f"C{place}", *(score(place + number) for number in range(12))] for place in range(COUNT)]
    survey = read(["Customer", *(wave.format(number + 1) for number in range(12))], rows)
    assert survey.rows.kept == 12 * COUNT
    assert survey.responses["score"].tolist() == [
        score(place + number) for number in range(12) for place in range(COUNT)
    ]
    assert survey.mapping.date is None
    assert "wave" in survey.mapping.attributes


@pytest.mark.parametrize(
    "names",
    [
        [ASKED, "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", "Recommanderiez-vous ?"],
        ["NPS - Web", "NPS - Store"],
    ],
)
def test_a_score_in_one_of_several_columns_is_read_as_one(names):
    many = len(names)
    rows = [
        [day(place), *(score(place) if place % many == column else "" for column in range(many))]
        for place in range(120)
    ]
    survey = read(["Date", *names], rows)
    assert survey.responses["score"].tolist() == [score(place) for place in range(120)]
    shown = ", ".join(f"“{name}”" for name in names)
    assert (
        f"Each response has its score in one of {shown}; they were read as one, and “question” says which."
        in survey.doubt_texts
    )
    if many == 2:
        assert survey.responses["question"].value_counts().to_dict() == dict.fromkeys(names, 60)
    chosen = read_survey(survey_bytes(["Date", *names], rows), name="x.csv", mapping={"score": names[1]})
    assert chosen.mapping.score == names[1]
    assert chosen.rows.kept == 120 // many


def survey_bytes(header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def test_two_scores_in_one_row_stay_two():
    rows = [[score(place), (place + 3) % 11 if place == 7 else ""] for place in range(120)]
    assert read(["NPS - Web", "NPS - Store"], rows).columns == ("NPS - Web", "NPS - Store")


@pytest.mark.parametrize(
    "other", ["Predicted NPS", "Recommend competitor (0-10)", "Estimated likelihood to recommend"]
)
def test_a_prediction_or_a_rival_is_not_the_score(other):
    rows = [[day(place), (place + 3) % 11, score(place)] for place in range(COUNT)]
    assert read(["Date", other, "Recommend us (0-10)"], rows).mapping.score == "Recommend us (0-10)"


def test_deleted_responses_are_left_out():
    rows = [[day(place), score(place), ("FALSE", "TRUE")[place % 4 == 0]] for place in range(COUNT)]
    survey = read(["Date", ASKED, "Deleted"], rows)
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("excluded by the source", 10)]


@pytest.mark.parametrize(
    ("header", "good", "bad"),
    [
        ("Situação", "Concluída", "Incompleta"),
        ("Статус", "Завершён", "Не завершён"),
        ("ステータス", "完了", "途中"),
        ("Durum", "Tamamlandı", "Yarım kaldı"),
        ("Status", "Ukończona", "Nieukończona"),
        ("Status", "Slutförd", "Ofullständig"),
        ("Moderation", "approved", "spam"),
    ],
)
def test_a_status_is_known_in_the_language_of_its_header(header, good, bad):
    rows = [[day(place), score(place), bad if place % 8 == 0 else good] for place in range(COUNT)]
    survey = read(["Date", ASKED, header], rows)
    assert survey.mapping.status == header
    assert survey.rows.kept == COUNT - COUNT // 8


def test_words_of_a_status_under_any_header_are_a_doubt_with_its_figure_and_leave_the_column_a_segment():
    rows = [
        [day(place), 0 if place % 8 == 0 else 10, "spam" if place % 8 == 0 else "approved"]
        for place in range(COUNT)
    ]
    survey = read(["Date", ASKED, "Result of the check"], rows)
    doubt = survey.doubts[0]
    assert survey.rows.kept == COUNT
    assert "“spam” (5)" in doubt.text
    assert doubt.nps_could_be == 100.0
    assert "Result of the check" in survey.mapping.attributes


def test_the_state_of_an_order_is_no_state_of_the_response():
    rows = [[score(place), "cancelled" if place % 8 == 0 else "completed"] for place in range(COUNT)]
    assert not any("Order state" in doubt.text for doubt in read([ASKED, "Order state"], rows).doubts)


@pytest.mark.parametrize(
    ("sent", "answered"), [("Enviado el", "Respondido el"), ("Wysłano", "Odpowiedziano"), ("A", "B")]
)
def test_the_date_that_is_filled_where_the_score_is_filled_is_that_of_the_answer(sent, answered):
    rows = [
        [day(place), day(place, 4) if place % 3 == 0 else "", score(place) if place % 3 == 0 else ""]
        for place in range(3 * COUNT)
    ]
    assert read([sent, answered, ASKED], rows).mapping.date == answered


@pytest.mark.parametrize(
    "header", ["Contract start", "Renewal date", "Geburtsdatum", "Fecha de nacimiento", "Client depuis"]
)
def test_a_date_of_the_customer_is_none_of_the_answer(header):
    survey = read([header, ASKED], [[day(place), score(place)] for place in range(COUNT)])
    assert survey.mapping.date is None


@pytest.mark.parametrize("last", ["eNPS", "NPS"])
def test_figures_below_the_responses_are_none(last):
    figures = [["Promoters", 8, ""], ["Passives", 5, ""], ["Detractors", 9, ""], [last, 7, ""]]
    rows = [[f"E{place}", score(place), said(1)] for place in range(COUNT)]
    assert read(["Employee", ASKED, "Why?"], rows + figures).rows.kept == COUNT
    # Below a header that says "group" the words are those of each row.
    groups = [
        ["Detractor" if score(place) < 7 else "Promoter" if score(place) > 8 else "Passive", score(place), ""]
        for place in range(COUNT)
    ]
    assert read(["Group", ASKED, "Why?"], groups).rows.kept == COUNT


def test_options_below_their_question_are_headers_beside_a_single_id():
    options = ["Not at all likely - 0", *map(str, range(1, 10)), "Extremely likely - 10"]
    rows = [
        [place, *(option if score(place) == at else "" for at, option in enumerate(options)), "Quick"]
        for place in range(COUNT)
    ]
    header = ["Respondent ID", ASKED, *[""] * 10, "Why?"]
    survey = read(header, [["", *options, "Open-Ended Response"], *rows])
    assert sorted(survey.responses["score"]) == sorted(score(place) for place in range(COUNT))


def test_lines_of_a_name_and_a_value_above_a_narrow_table_are_no_header():
    rows = [[place, score(place), said(place), "North"] for place in range(COUNT)]
    head = [
        ["Survey of customers"],
        ["Exported by:", "Jane"],
        ["Period:", "2026"],
        ["Nr", ASKED, "Why?", "Region"],
    ]
    survey = read(head[0], [*head[1:], *rows])
    assert survey.mapping.score == ASKED
    assert survey.rows.kept == COUNT


@pytest.mark.parametrize("asked", ["Hoćete li nas preporučiti?", "Ali bi nas priporočili prijatelju?"])
def test_a_code_page_is_the_one_in_which_the_question_can_be_read(asked):
    asked = asked.replace("ć", "c")  # then every letter is one of Western Europe as well
    assert (
        read(
            ["Nr", asked], [[place, score(place)] for place in range(COUNT)], encoding="cp1250"
        ).mapping.score
        == asked
    )


def test_ten_as_a_single_keycap_is_ten():
    rows = [["🔟" if score(place) == 10 else f"{score(place)}\ufe0f\u20e3"] for place in range(COUNT)]
    assert read([ASKED], rows).responses["score"].tolist() == [score(place) for place in range(COUNT)]
