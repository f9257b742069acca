"""Exports in the layouts of survey tools: each reads to the same forty answers without a question asked."""

import csv
import datetime as dt
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_survey

# 18 promoters, 12 passives, 10 detractors: NPS +20.
SCORES = (
    [10, 9, 9, 10, 9, 10, 10, 9, 9, 10, 9, 10, 9, 9, 10, 9, 10, 9]
    + [7, 8] * 6
    + [0, 3, 6, 5, 6, 2, 6, 4, 1, 6]
)
REASONS = [
    "Support answers fast",
    "Too slow, and dear",
    "n/a",
    "",
    "Love the reports\nand the export",
    "C'est parfait",
]
START = dt.datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - the clocks of files have no zone
DAYS = [START + dt.timedelta(days=2 * place, minutes=7 * place) for place in range(40)]
PLANS = ["Free", "Pro", "Enterprise"]


def reason(place):
    return REASONS[place % len(REASONS)]


def plan(place):
    return PLANS[place % 3]


def as_csv(header, rows, *, delimiter=",", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)
    writer.writerows([*header, *rows])
    return out.getvalue().encode(encoding)


def qualtrics(*, labels):
    names = (
        "StartDate,EndDate,Status,IPAddress,Progress,Duration (in"
        " seconds),Finished,RecordedDate,ResponseId,UserLanguage,Q1_NPS_GROUP,Q1,Q1_1_TEXT,Plan"
    )
    texts = (
        "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded"
        " Date,Response ID,User Language,How likely are you to recommend us? - Group,How likely are you to"
        " recommend us?,What is the main reason for your score?,Plan"
    )
    ids = [json.dumps({"ImportId": name, "timeZone": "America/Denver"}) for name in names.split(",")]
    rows = []
    for place, score in enumerate(SCORES):
        day = DAYS[place].strftime("%Y-%m-%d %H:%M:%S")
        group = "Promoter" if score > 8 else "Passive" if score > 6 else "Detractor"
        status = "IP Address" if labels else "0"
        said = (
            {0: "0 - Not at all likely", 10: "10 - Extremely likely"}.get(score, score) if labels else score
        )
        coded = group if labels else {"Promoter": 3, "Passive": 2, "Detractor": 1}[group]
        rows.append(
            [
                day,
                day,
                status,
                "10.0.0.1",
                100,
                60,
                "True",
                day,
                f"R_{place}",
                "EN",
                coded,
                said,
                reason(place),
                plan(place),
            ]
        )
    preview = [
        ["2026-01-01 00:00:00"] * 2
        + [
            "Survey Preview" if labels else "1",
            "",
            100,
            9,
            "True",
            "2026-01-01 00:00:00",
            "R_p",
            "EN",
            "",
            0,
            "lorem",
            "Pro",
        ]
    ]
    return as_csv([names.split(","), texts.split(","), ids], preview + rows)


def surveymonkey():
    header = [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "End Date",
        "IP Address",
        "Email Address",
        "First Name",
        "Last Name",
        "Custom Data 1",
        "<p>How likely is it that you would <strong>recommend</strong> us?</p>",
        "",
        "What is the reason for your score?",
        "Which do you use?",
        "",
    ]
    second = [""] * 9 + ["Score", "Other (please specify)", "Open-Ended Response", "Reports", "Billing"]
    rows = [
        [
            11870000001 + place,
            4012,
            DAYS[place].strftime("%m/%d/%Y %I:%M:%S %p"),
            DAYS[place].strftime("%m/%d/%Y %I:%M:%S %p"),
            "10.0.0.2",
            f"u{place}@acme.example",
            "",
            "",
            plan(place),
            score,
            "",
            reason(place),
            "Reports",
            "",
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header, second], rows)


def typeform_old():
    header = [
        "#",
        "How likely are you to recommend {{field:ab12}} to a friend?",
        "Why?",
        "Why?",
        "Start Date (UTC)",
        "Submit Date (UTC)",
        "Network ID",
    ]
    rows = [
        [f"k{place}", score, reason(place), "", DAYS[place].isoformat(" "), DAYS[place].isoformat(" "), "ab"]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def formbricks():
    header = [
        "No.",
        "Response ID",
        "Timestamp",
        "Finished",
        "Quotas",
        "Survey ID",
        "Formbricks ID (internal)",
        "User ID",
        "Tags",
        "1. How likely are you to recommend us?",
        "1. How likely are you to recommend us? - Option ID",
        "2. What is the reason?",
        "2. What is the reason? - Option ID",
        "person.plan",
    ]
    rows = [
        [
            place + 1,
            f"cl{place}",
            DAYS[place].isoformat(" "),
            "Yes",
            "",
            "s1",
            "",
            "",
            "",
            score,
            f"o{score}",
            reason(place),
            "",
            plan(place),
        ]
        for place, score in enumerate(SCORES)
    ]
    rows.append([41, "cl41", DAYS[0].isoformat(" "), "No", "", "s1", "", "", "", 0, "o0", "", "", "Pro"])
    return as_csv([header], rows)


def limesurvey(*, delimiter, full):
    header = [
        "id. Response ID",
        "submitdate. Date submitted",
        "lastpage. Last page",
        "startlanguage. Start language",
        "seed. Seed",
        "NPS. Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
        "WHY. Warum?",
        "PLAN. Tarif",
    ]
    if not full:
        header = ["id", "submitdate", "lastpage", "startlanguage", "seed", "NPS", "WHY", "PLAN"]
    rows = [
        [place, DAYS[place].isoformat(" "), 3, "de", 12345, score, reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    rows.append([41, "", 1, "de", 12345, 0, "half", "Pro"])
    return as_csv([header], rows, delimiter=delimiter, encoding="utf-8-sig")


def delighted():
    header = [
        "Score",
        "Comment",
        "Permalink",
        "Survey type",
        "Response ID",
        "Person ID",
        "Person Email",
        "Created at",
        "Updated at",
        "Plan",
    ]
    rows = [
        [
            score,
            reason(place),
            "https://x.example/1",
            "nps",
            f"r{place}",
            f"p{place}",
            f"u{place}@acme.example",
            int(DAYS[place].replace(tzinfo=dt.UTC).timestamp()),
            "",
            plan(place),
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def wootric():
    header = ["email", "score", "feedback", "excluded_from_calculations", "created_at", "end_user_id", "plan"]
    rows = [
        [
            f"u{place}@acme.example",
            score,
            reason(place),
            "false",
            DAYS[place].strftime("%Y-%m-%d %H:%M:%S -0800"),
            place,
            plan(place),
        ]
        for place, score in enumerate(SCORES)
    ]
    rows.append(["x@acme.example", 0, "", "true", "2026-01-01 00:00:00 -0800", 99, "Pro"])
    return as_csv([header], rows)


def retently():
    header = [
        "Score",
        "Rating category",
        "Feedback",
        "First name",
        "Email",
        "Company",
        "Campaign",
        "Survey date",
        "Plan",
    ]
    rows = [
        [
            score,
            "Promoter" if score > 8 else "Passive" if score > 6 else "Detractor",
            reason(place),
            "Ann",
            f"u{place}@acme.example",
            f"Acme {place % 7}",
            "Q1",
            DAYS[place].strftime("%b %d, %Y"),
            plan(place),
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def asknicely():
    header = ["Name", "Email", "Segment", "Answer", "Comment", "Sent", "Responded", "Workflow", "Dashboard"]
    rows = [
        [
            "Ann",
            f"u{place}@acme.example",
            plan(place),
            score,
            reason(place),
            DAYS[place].strftime("%d/%m/%Y"),
            DAYS[place].strftime("%d/%m/%Y %H:%M"),
            "new",
            "",
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def hubspot():
    # One object holds NPS, CSAT and CES; only the NPS ones count.
    header = [
        "Survey Type",
        "Survey Name",
        "Rating",
        "Response Group",
        "Survey Response",
        "Submission Date",
        "Contact Email",
        "Plan",
    ]
    rows = [
        [
            "NPS",
            "Loyalty",
            score,
            "Promoter" if score > 8 else "Passive" if score > 6 else "Detractor",
            reason(place),
            DAYS[place].strftime("%Y-%m-%d %H:%M"),
            f"u{place}@acme.example",
            plan(place),
        ]
        for place, score in enumerate(SCORES)
    ]
    rows += [
        ["CSAT", "Ticket", place % 3, "", "thanks", "2026-02-01 10:00", f"c{place}@acme.example", "Pro"]
        for place in range(20)
    ]
    rows += [
        ["CES", "Ticket", place % 7 + 1, "", "easy", "2026-02-01 10:00", f"c{place}@acme.example", "Pro"]
        for place in range(20)
    ]
    return as_csv([header], rows)


def planhat():
    header = ["_id", "nps", "comment", "endUser", "companyName", "date", "campaign", "archived"]
    rows = [
        [
            f"i{place}",
            score,
            reason(place),
            f"u{place}@acme.example",
            f"Acme {place % 7}",
            DAYS[place].isoformat() + "Z",
            "c",
            "false",
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def gainsight():
    header = [
        "Survey Name",
        "Account Name",
        "Participant Email",
        "Responded Date",
        "NPS Score",
        "NPS Comment",
        "Role",
    ]
    rows = [
        [
            "2026",
            f"Acme {place % 7}",
            f"u{place}@acme.example",
            DAYS[place].strftime("%m/%d/%Y"),
            score,
            reason(place),
            ("Decision Maker", "Champion", "End User")[place % 3],
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def pendo():
    header = ["Visitor ID", "Account ID", "Poll Type", "Poll Response", "Date", "Plan"]
    rows = []
    for place, score in enumerate(SCORES):
        day = DAYS[place].isoformat(" ")
        rows.append([f"v{place}", f"a{place % 7}", "NPSRating", score, day, plan(place)])
        if reason(place):
            rows.append([f"v{place}", f"a{place % 7}", "NPSReason", reason(place), day, plan(place)])
    return as_csv([header], rows)


def posthog():
    header = [
        "event",
        "distinct_id",
        "timestamp",
        "properties.$survey_name",
        "properties.$survey_response",
        "properties.$survey_response_1",
        "properties.plan",
    ]
    rows = []
    for place, score in enumerate(SCORES):
        day = DAYS[place].isoformat() + ".000Z"
        rows.append(["survey shown", f"u{place}", day, "NPS survey", "", "", plan(place)])
        rows.append(["survey sent", f"u{place}", day, "NPS survey", score, reason(place), plan(place)])
    rows.append(["survey dismissed", "u99", DAYS[0].isoformat() + ".000Z", "NPS survey", "", "", "Pro"])
    return as_csv([header], rows)


def appcues():
    header = ["user_id", "event", "value", "timestamp", "plan"]
    rows = []
    for place, score in enumerate(SCORES):
        day = DAYS[place].isoformat()
        rows.append([f"u{place}", "appcues:nps_score", score, day, plan(place)])
        rows.append([f"u{place}", "appcues:nps_feedback", reason(place), day, plan(place)])
    return as_csv([header], rows)


def google_german():
    header = [
        "Zeitstempel",
        "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen? (0-10)",
        "Was ist der Hauptgrund für Ihre Bewertung?",
        "Ihre Rolle",
    ]
    rows = [
        [
            DAYS[place].strftime("%d.%m.%Y %H:%M:%S"),
            score,
            reason(place),
            ("Entscheider", "Anwender")[place % 2],
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows, delimiter=";", encoding="cp1252")


def google_french():
    header = [
        "Horodateur",
        "Quelle est la probabilité que vous nous recommandiez ?",
        "Pourquoi ?",
        "Fonction",
    ]
    rows = [
        [DAYS[place].strftime("%d/%m/%Y %H:%M:%S"), score, reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def italian():
    header = [
        "Informazioni cronologiche",
        "Con quale probabilità ci raccomanderebbe?",
        "Qual è il motivo del punteggio?",
        "Ruolo",
    ]
    rows = [
        [DAYS[place].strftime("%d/%m/%Y %H.%M.%S"), f"{score},0", reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows, delimiter=";")


def dutch():
    header = ["Datum", "Hoe waarschijnlijk is het dat u ons aanbeveelt?", "Toelichting", "Functie"]
    rows = [
        [DAYS[place].strftime("%d-%m-%Y"), f"{score}/10", reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows, delimiter="\t", encoding="utf-16")


def spanish():
    header = ["Marca temporal", "¿Qué tan probable es que nos recomiende?", "¿Por qué?", "Puesto"]
    rows = [
        [DAYS[place].strftime("%d/%m/%Y %H:%M:%S"), score, reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows, encoding="latin-1")


def portuguese():
    header = [
        "Carimbo de data/hora",
        "Em uma escala de 0 a 10, o quanto você recomendaria a nossa empresa?",
        "Qual o motivo da sua nota?",
        "Cargo",
    ]
    rows = [
        [DAYS[place].strftime("%d/%m/%Y %H:%M:%S"), score, reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows)


def japanese():
    header = [
        "タイムスタンプ",
        "当社を友人や同僚に薦める可能性はどのくらいですか?",
        "その理由を教えてください",
        "役職",
    ]
    rows = [
        [
            DAYS[place].strftime("%Y/%m/%d %H:%M:%S"),
            score,
            ("とても使いやすい", "値段が高い", "")[place % 3],
            ("部長", "課長")[place % 2],
        ]
        for place, score in enumerate(SCORES)
    ]
    return as_csv([header], rows, encoding="cp932")


def long_form():
    header = ["Response ID", "Question", "Answer", "Submitted at", "Plan"]
    rows = []
    for place, score in enumerate(SCORES):
        day = DAYS[place].strftime("%Y-%m-%d")
        rows.append([f"r{place}", "How likely are you to recommend us?", score, day, plan(place)])
        rows.append([f"r{place}", "Why?", reason(place), day, plan(place)])
        rows.append(
            [f"r{place}", "How satisfied are you with support? (1-5)", place % 5 + 1, day, plan(place)]
        )
    return as_csv([header], rows)


LAYOUTS = {
    "Qualtrics": (qualtrics(labels=False), "Qualtrics"),
    "Qualtrics, choice text": (qualtrics(labels=True), "Qualtrics"),
    "SurveyMonkey": (surveymonkey(), "SurveyMonkey"),
    "Typeform, old": (typeform_old(), "Typeform"),
    "Formbricks": (formbricks(), "Formbricks"),
    "LimeSurvey": (limesurvey(delimiter=";", full=False), "LimeSurvey"),
    "LimeSurvey, code and text": (limesurvey(delimiter="\t", full=True), "LimeSurvey"),
    "Delighted": (delighted(), "Delighted"),
    "Wootric": (wootric(), "Wootric"),
    "Retently": (retently(), "Retently"),
    "AskNicely": (asknicely(), "AskNicely"),
    "HubSpot": (hubspot(), "HubSpot"),
    "Planhat": (planhat(), "Planhat"),
    "Gainsight": (gainsight(), "Gainsight"),
    "Pendo": (pendo(), ""),
    "PostHog": (posthog(), "PostHog"),
    "Appcues": (appcues(), ""),
    "German": (google_german(), "Google Forms"),
    "French": (google_french(), "Google Forms"),
    "Italian": (italian(), "Google Forms"),
    "Dutch": (dutch(), ""),
    "Spanish": (spanish(), "Google Forms"),
    "Portuguese": (portuguese(), "Google Forms"),
    "Japanese": (japanese(), "Google Forms"),
    "question and answer": (long_form(), ""),
}


def groups(survey):
    return tuple(survey.responses["group"].value_counts()[["promoter", "passive", "detractor"]])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_reads_to_the_same_forty_answers(layout):
    data, name = LAYOUTS[layout]
    survey = read_survey(data, name="export.csv")
    assert groups(survey) == (18, 12, 10)
    assert list(survey.responses["score"]) == SCORES
    assert survey.layout.startswith(name)
    assert survey.rows.read == 40 + sum(part.count for part in survey.rows.left_out)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_gives_each_response_its_day_and_its_comment(layout):
    survey = read_survey(LAYOUTS[layout][0], name="export.csv")
    assert list(survey.responses["date"].dt.date) == [day.date() for day in DAYS]
    comments = survey.responses["comment"]
    if layout != "Japanese":
        wanted = [None if reason(place) in ("", "n/a") else reason(place) for place in range(40)]
        assert [None if pd.isna(comment) else comment for comment in comments] == wanted
    assert comments.notna().sum() in (26, 27)


@pytest.mark.parametrize(
    ("layout", "reason_", "count"),
    [
        ("Qualtrics", "preview or test", 1),
        ("Qualtrics, choice text", "preview or test", 1),
        ("Formbricks", "partial", 1),
        ("LimeSurvey", "partial", 1),
        ("Wootric", "excluded by the source", 1),
        ("PostHog", "no score", 41),
    ],
)
def test_rows_that_do_not_count_are_left_out_for_the_right_reason(layout, reason_, count):
    survey = read_survey(LAYOUTS[layout][0], name="export.csv")
    assert {part.reason: part.count for part in survey.rows.left_out} == {reason_: count}
    assert len(survey.left_out) == count
    assert set(survey.left_out["why"]) == {reason_}


def test_the_role_becomes_the_persona():
    assert read_survey(gainsight(), name="x.csv").mapping.persona == "Role"
    assert read_survey(google_german(), name="x.csv").mapping.persona == "Ihre Rolle"


def workbook(sheets):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return out.getvalue()


def forty():
    return pd.DataFrame(
        {
            "ID": range(1, 41),
            "Completion time": DAYS,
            "How likely are you to recommend us to a colleague?": SCORES,
            "What is the reason?": [reason(place) for place in range(40)],
            "Plan": [plan(place) for place in range(40)],
        }
    )


def test_the_sheet_with_the_question_is_taken_and_the_others_are_named():
    notes = pd.DataFrame({"Chart": ["NPS", "n"], "Figure": [20, 40]})
    survey = read_survey(workbook({"Summary": notes, "Data": forty()}), name="book.xlsx")
    assert groups(survey) == (18, 12, 10)
    assert "Data" in survey.layout
    assert any("“Summary”" in doubt for doubt in survey.doubt_texts)


def test_sheets_of_one_survey_by_month_are_put_together():
    whole = forty()
    survey = read_survey(
        workbook({"January": whole[:16], "February": whole[16:30], "March": whole[30:]}), name="b.xlsx"
    )
    assert groups(survey) == (18, 12, 10)
    assert list(survey.responses["sheet"].cat.categories) == ["January", "February", "March"]


def test_ods_is_read_like_xlsx():
    rows = "".join(
        '<table:table-row><table:table-cell office:value-type="float"'
        f' office:value="{score}"><text:p>{score}</text:p></table:table-cell><table:table-cell'
        ' office:value-type="date"'
        f' office:date-value="{day:%Y-%m-%d}"><text:p>x</text:p></table:table-cell></table:table-row>'
        for score, day in zip(SCORES, DAYS, strict=True)
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("NPS score", "Date")
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' office:version="1.2"><office:body><office:spreadsheet>'
        "<table:table"
        f' table:name="S"><table:table-row>{head}</table:table-row>{rows}</table:table>'
        "</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    survey = read_survey(out.getvalue(), name="s.ods")
    assert groups(survey) == (18, 12, 10)
    assert list(survey.responses["date"].dt.date) == [day.date() for day in DAYS]


def test_spss_codes_are_read_through_their_labels(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    # The codes are the score + 1, and 99 is declared as missing, as some tools write them.
    frame = pd.DataFrame(
        {
            "nps": [*(score + 1.0 for score in SCORES), 99.0],
            "role": [*(float(place % 2 + 1) for place in range(40)), 1.0],
            "why": [*(reason(place) for place in range(40)), ""],
        }
    )
    path = tmp_path / "s.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={
            "nps": "How likely are you to recommend us?",
            "role": "Role",
            "why": "Reason for the score",
        },
        variable_value_labels={
            "nps": {**{float(place + 1): str(place) for place in range(11)}, 99.0: "No answer"},
            "role": {1.0: "champion", 2.0: "end user"},
        },
        missing_ranges={"nps": [99.0]},
    )
    survey = read_survey(path)
    assert list(survey.responses["score"]) == SCORES
    assert {part.reason: part.count for part in survey.rows.left_out} == {"no score": 1}
    assert set(survey.responses["role"].cat.categories) == {"champion", "end user"}


def test_waves_side_by_side_become_responses_of_their_own():
    header = ["Account", "Plan", "NPS 2024", "Comment 2024", "NPS 2025", "Comment 2025"]
    rows = [
        [
            f"Acme {place}",
            plan(place),
            SCORES[place],
            f"year one {place}",
            SCORES[place + 20],
            f"year two {place}",
        ]
        for place in range(20)
    ]
    rows[3][2] = ""
    survey = read_survey(as_csv([header], rows), name="waves.csv")
    assert survey.rows.kept == 39
    assert survey.rows.read == 40
    assert list(survey.responses["date"].dt.year.value_counts().sort_index()) == [19, 20]
    later = survey.responses["comment"][survey.responses["date"].dt.year == 2025]
    assert list(later) == [f"year two {place}" for place in range(20)]


def test_tables_side_by_side_are_put_under_one_another():
    header = ["Would you recommend us?", "Plan", "", "Would you recommend us?", "Plan"]
    rows = [[SCORES[place], plan(place), "", SCORES[place + 20], plan(place)] for place in range(20)]
    assert groups(read_survey(as_csv([header], rows), name="two.csv")) == (18, 12, 10)


def test_two_ratings_in_one_object_are_not_mixed():
    # Without a column that tells the kinds apart, nothing says which rows are NPS: the file is not read in silence.
    rows = [[score] for score in [1, 2, 3, 4, 5] * 20]
    with pytest.raises(NoNPSQuestion):
        read_survey(as_csv([["Satisfaction"]], rows), name="csat.csv")


def test_headerless_table_is_read_by_what_it_holds():
    rows = [
        [DAYS[place].strftime("%Y-%m-%d"), score, reason(place), plan(place)]
        for place, score in enumerate(SCORES)
    ]
    survey = read_survey(as_csv([], rows), name="bare.csv")
    assert groups(survey) == (18, 12, 10)
    assert survey.columns == ("Column 1", "Column 2", "Column 3", "Column 4")
    assert survey.doubt_texts


def test_excel_dates_and_unix_times_are_dates():
    serial = [(day - dt.datetime(1899, 12, 30)).days for day in DAYS]  # noqa: DTZ001 - as above
    header = ["Response date", "Score"]
    survey = read_survey(as_csv([header], list(zip(serial, SCORES, strict=True))), name="serial.csv")
    assert list(survey.responses["date"].dt.date) == [day.date() for day in DAYS]


def test_millions_of_zeros_are_not_scores():
    # Latitude and longitude near zero, tenure within 0-10: decoys beside the real question.
    rng = np.random.default_rng(5)
    header = ["Tenure", "Visits", "Latitude", "Would you recommend us?"]
    rows = [[rng.integers(0, 11), rng.integers(0, 11), 0.5, score] for score in SCORES]
    assert groups(read_survey(as_csv([header], rows), name="decoys.csv")) == (18, 12, 10)
