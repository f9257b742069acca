"""Roles by what columns hold, and every column accounted for: kinds of exports in which a header alone misleads."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.corrections import column_roles
from nps_core.errors import MappingError
from nps_core.reading import read_survey, read_surveys

ASKED = "How likely are you to recommend us?"
ROWS = 120
DRAW = random.Random(15)  # noqa: S311 - not for secrets
SCORES = [DRAW.choices(range(11), [2, 1, 1, 2, 2, 4, 6, 9, 14, 20, 22])[0] for _ in range(ROWS)]
DAYS = [f"2025-{1 + place % 12:02}-{1 + place % 28:02}" for place in range(ROWS)]
WHY = [f"the {place % 7} parts of number {place} are fine" for place in range(ROWS)]


def export(columns):
    out = io.StringIO()
    csv.writer(out).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return out.getvalue().encode()


def read(columns, **asked):
    return read_survey(export({ASKED: SCORES, **columns}), name="x.csv", **asked)


def use(survey, column):
    (found,) = [one for one in survey.column_uses if one.column == column]
    return found


MACHINES = [
    "extracted_at",
    "synced_at",
    "Last modified",
    "loaded at",
    "Export date",
    "etl_timestamp",
    "ingested_at",
    "updated_at",
    "Zuletzt geändert",
    "Date d'export",
    "Fecha de extracción",
    "Exportado em",
    "Data di esportazione",
    "更新日",
]


@pytest.mark.parametrize("header", MACHINES)
def test_a_moment_of_a_machine_is_no_date_even_where_it_varies(header):
    survey = read({header: [f"2026-04-17 02:{place % 60:02}:11" for place in range(ROWS)], "Why?": WHY})
    assert survey.mapping.date is None
    assert use(survey, header).could_be == ("date",)
    assert "a machine wrote the row" in use(survey, header).sentence


@pytest.mark.parametrize("header", ["Date", "Timestamp", "Datum", "Response date"])
def test_one_moment_in_every_row_is_no_date(header):
    survey = read({header: ["2026-04-17 08:00:01"] * ROWS})
    assert survey.mapping.date is None
    assert "same moment in every row" in use(survey, header).sentence


def test_a_survey_of_one_day_has_a_date():
    """A day under the name of a date, where a moment would be the machine's."""
    assert read({"Response date": ["2026-04-17"] * ROWS}).mapping.date == "Response date"
    assert read({"Loaded": ["2026-04-17"] * ROWS}).mapping.date is None


def test_a_few_rows_of_one_day_have_a_date():
    data = export({ASKED: SCORES[:5], "Date": ["2026-04-17"] * 5})
    assert read_survey(data, name="x.csv").mapping.date == "Date"


def test_of_two_dates_the_fuller_one_among_those_who_answered():
    sparse = [day if place % 7 == 0 else "" for place, day in enumerate(DAYS)]
    survey = read({"Date": DAYS, "Response date": sparse})
    assert survey.mapping.date == "Date"
    scores = [score if place % 3 == 0 else "" for place, score in enumerate(SCORES)]
    answered = [day if score != "" else "" for day, score in zip(DAYS, scores, strict=True)]
    data = export({ASKED: scores, "Survey sent at": DAYS, "Responded at": answered})
    survey = read_survey(data, name="x.csv")
    assert (survey.mapping.date, survey.mapping.invited) == ("Responded at", "Survey sent at")


ATTRIBUTES = [
    ("Customer", ["New", "Returning"]),
    ("Respondent", ["Manager", "Staff"]),
    ("User", ["Yes", "No"]),
    ("UsuarioDecisión", ["Sí", "No"]),
    ("Kunde", ["Neu", "Bestand"]),
    ("Participant", ["Morning", "Noon", "Night"]),
]


@pytest.mark.parametrize(("header", "values"), ATTRIBUTES, ids=[header for header, _ in ATTRIBUTES])
def test_a_few_values_over_many_rows_are_nobodys_name(header, values):
    survey = read({header: [values[place % len(values)] for place in range(ROWS)]})
    assert survey.mapping.respondent is None
    assert header in survey.attributes


@pytest.mark.parametrize("times", [1, 3])
def test_a_respondent_may_answer_a_few_times(times):
    survey = read({"Customer": [f"C{place // times}" for place in range(ROWS)]})
    assert survey.mapping.respondent == "Customer"


def test_addresses_are_persons_however_often_they_answer():
    survey = read({"Email": [f"u{place % 10}@x.org" for place in range(ROWS)]})
    assert survey.mapping.respondent == "Email"


@pytest.mark.parametrize("header", ["Reason", "Main reason", "Reason code", "Grund", "Motivo"])
def test_a_header_with_reason_and_a_few_short_values_is_a_segment(header):
    short = [("Price", "Support", "Delivery")[place % 3] for place in range(ROWS)]
    survey = read({header: short, "Comments": WHY})
    assert survey.mapping.reason == "Comments"
    assert header in survey.attributes
    assert read({header: short}).mapping.reason is None


def test_a_blank_reason_never_wins_over_text():
    survey = read({"What is the main reason for your score?": [""] * ROWS, "Anything else?": WHY})
    assert survey.mapping.reason == "Anything else?"


@pytest.mark.parametrize("between", [" - ", " – ", ": "])
def test_the_question_and_why_is_the_reason(between):
    asked = f"{ASKED}{between}Why?"
    survey = read(
        {asked: WHY, "Comments": [text if place % 9 == 0 else "" for place, text in enumerate(WHY)]}
    )
    assert survey.mapping.reason == asked


def test_follow_ups_by_group_are_one_though_a_few_answered_both():
    low = [text if score <= 6 else "" for text, score in zip(WHY, SCORES, strict=True)]
    high = [text if score > 6 else "" for text, score in zip(WHY, SCORES, strict=True)]
    low[SCORES.index(10)], high[SCORES.index(0)] = "at first I said less", "though the team is kind"
    survey = read({"What disappoints you most?": low, "What do you like most?": high})
    assert survey.responses["comment"].notna().all()
    assert survey.responses["comment"].str.contains("at first I said less\n", regex=False).sum() == 1
    assert [use(survey, name).roles for name in ("What disappoints you most?", "What do you like most?")] == [
        ("reason",)
    ] * 2


def test_reasons_can_be_put_together_by_hand():
    odd = [text if place % 2 else "" for place, text in enumerate(WHY)]
    third = [f"better {place}" if place % 3 == 0 else "" for place in range(ROWS)]
    columns = {"What did you like?": odd, "What can we improve?": third}
    survey = read(columns, mapping={"reason": list(columns)})
    written = [bool(one or other) for one, other in zip(odd, third, strict=True)]
    assert survey.responses["comment"].notna().tolist() == written
    assert [column_roles(survey, name) for name in columns] == [("reason",)] * 2
    assert survey.columns == (ASKED, *columns)
    with pytest.raises(MappingError, match="Nothing like it"):
        read(columns, mapping={"reason": ["What did you like?", "Nothing like it"]})


@pytest.mark.parametrize("values", [61, 109, 300])
def test_an_attribute_may_have_many_values(values):
    rows = values * 4
    data = export(
        {
            ASKED: [SCORES[place % ROWS] for place in range(rows)],
            "Branch": [f"Branch {place % values}" for place in range(rows)],
        }
    )
    survey = read_survey(data, name="x.csv")
    assert survey.attributes == ("Branch",)
    assert survey.responses["Branch"].nunique() == values


WORDS = {
    "Strongly disagree Disagree Neutral Agree Strongly-agree": "The checkout went well",
    "Sehr-unzufrieden Unzufrieden Neutral Zufrieden Sehr-zufrieden": "Wie war die Lieferung?",
    "Péssimo Ruim Regular Bom Ótimo": "Atendimento",
}


@pytest.mark.parametrize(("words", "header"), WORDS.items())
def test_opinions_in_words_are_measures_and_no_segments(words, header):
    scale = [
        word.replace("-", " ") for word in words.replace("Strongly disagree", "Strongly-disagree").split(" ")
    ]
    survey = read(
        {header: [scale[place % 5] for place in range(ROWS)], "Plan": ["Free", "Pro"] * (ROWS // 2)}
    )
    assert survey.attributes == ("Plan",)
    assert survey.responses[header].tolist() == [place % 5 + 1.0 for place in range(ROWS)]


@pytest.mark.parametrize("top", [5, 6])
def test_a_battery_of_items_is_measures_and_no_segments(top):
    items = {
        name: [1 + (place * step) % top for place in range(ROWS)]
        for name, step in (("Speed", 1), ("Staff", 7), ("Taste", 11))
    }
    survey = read(items)
    assert survey.attributes == ()
    assert [measure.column for measure in survey.measures] == list(items)


@pytest.mark.parametrize("header", ["Region", "Floor", "Products", "Plan code"])
def test_numbers_under_the_name_of_a_segment_are_codes(header):
    survey = read({header: [1 + place % 5 for place in range(ROWS)]})
    assert survey.attributes == (header,)


COLUMNS = {
    "What is the main reason for your score?": WHY,
    "Comments": WHY[::-1],
    "Submitted at": DAYS,
    "synced_at": ["2026-04-17"] * ROWS,
    "Respondent ID": [f"R{place}" for place in range(ROWS)],
    "Company": [f"Acme {place % 9}" for place in range(ROWS)],
    "Role": [("Manager", "Developer")[place % 2] for place in range(ROWS)],
    "Status": ["completed"] * ROWS,
    "Finished": ["Yes"] * ROWS,
    "IP Address": [f"10.0.0.{place}" for place in range(ROWS)],
    "Amount": [place * 17 for place in range(ROWS)],
    "Satisfaction (1-5)": [1 + place % 5 for place in range(ROWS)],
    "NPS group": [("Detractor", "Passive", "Promoter")[(score > 6) + (score > 8)] for score in SCORES],
    "Nothing": [""] * ROWS,
    "Same": ["x"] * ROWS,
    "Weight": [0.5 + place % 3 for place in range(ROWS)],
    "Would you recommend our app? (English)": [
        score if place % 2 else "" for place, score in enumerate(SCORES)
    ],
    "Would you recommend our app? (French)": [
        "" if place % 2 else score for place, score in enumerate(SCORES)
    ],
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, max_size=9), st.booleans())
def test_every_column_of_the_file_is_accounted_for_exactly_once(names, doubled):
    columns = {ASKED: SCORES, **{name: COLUMNS[name] for name in names}}
    data = export(columns)
    if doubled:  # the same header twice
        data = data.replace(b"Comments", b"Status")
    survey = read_survey(data, name="x.csv")
    said = [one.column for one in survey.column_uses]
    assert len(said) == len(set(said)) == len(columns)
    if not doubled:
        assert said == list(columns)
    for one in survey.column_uses:
        assert one.state == ("used" if one.roles else "could be used" if one.could_be else "not used")
        assert one.sentence.startswith(("Used as ", "Could be used as ", "Not used because "))
        assert one.sentence.endswith(".")
        roles = set(survey.mapping.roles_of(one.column)) if not one.part_of else set()
        assert roles <= set(one.roles)


def test_columns_of_several_files_are_accounted_for_once():
    files = [
        (f"{place}.csv", export({ASKED: SCORES, name: DAYS})) for place, name in enumerate(("Date", "Day"))
    ]
    assert [one.column for one in read_surveys(files).column_uses] == [ASKED, "Date", "Day"]


def test_questions_in_rows_are_accounted_for():
    rows = [
        (f"R{place}", question, cell)
        for place in range(40)
        for question, cell in ((ASKED, place % 11), ("Why?", f"because of {place}"))
    ]
    data = export(dict(zip(("Response ID", "Question", "Answer"), zip(*rows, strict=True), strict=True)))
    survey = read_survey(data, name="x.csv")
    assert [one.column for one in survey.column_uses] == ["Response ID", "Question", "Answer"]
    assert "which question or response" in use(survey, "Question").sentence


def test_a_vendor_is_named_by_columns_that_only_it_has():
    for header in (
        ["ID", "Start time", "Completion time"],
        ["Response ID", "Updated at", "Comment"],
        ["event", "uuid"],
    ):
        columns = {name: [f"{name} {place}" for place in range(ROWS)] for name in header}
        assert read(columns).layout.startswith("plain table")
