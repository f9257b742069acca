"""Random surveys as the world writes them: each reads back unchanged, and every row is accounted for."""

import csv
import datetime as dt
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from nps_core.reading import read_survey

# The question, its reason, the date, how a day is written, and a code page in which all of it can be written.
LANGUAGES = {
    "en": ("How likely are you to recommend us to a friend?", "What is the main reason for your score?",
           "Submitted at", "%m/%d/%Y %I:%M %p", "cp1252"),
    "de": ("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
           "Was ist der Grund für Ihre Bewertung?", "Antwortdatum", "%d.%m.%Y %H:%M", "cp1252"),
    "fr": ("Quelle est la probabilité que vous nous recommandiez ?", "Pourquoi cette note ?",
           "Date de réponse", "%d/%m/%Y %H:%M", "cp1252"),
    "es": ("¿Qué tan probable es que nos recomiende a un amigo?", "¿Por qué?", "Fecha de respuesta",
           "%d/%m/%Y %H:%M:%S", "cp1252"),
    "pt": ("De 0 a 10, o quanto você nos indicaria para um amigo?", "Qual o motivo da sua nota?",
           "Data da resposta", "%d/%m/%Y", "cp1252"),
    "nl": ("Hoe waarschijnlijk is het dat u ons zou aanbevelen?", "Waarom geeft u dit cijfer?",
           "Ingediend op", "%d-%m-%Y %H:%M", "cp1252"),
    "it": ("Con quale probabilità ci consiglierebbe a un amico?", "Qual è il motivo del voto?",
           "Data di risposta", "%d/%m/%Y %H:%M", "cp1252"),
    "ja": ("当社を友人に薦める可能性はどのくらいですか？", "その理由を教えてください", "回答日", "%Y/%m/%d %H:%M", "cp932"),
    "sv": ("Hur sannolikt är det att du skulle rekommendera oss?", "Varför?", "Tidstämpel", "%Y-%m-%d %H:%M", "cp1252"),
    "da": ("Hvor sandsynligt er det, at du vil anbefale os på arbejdet?", "Hvorfor?", "Dato", "%d-%m-%Y", "cp1252"),
    "pl": ("Jak prawdopodobne jest, że polecisz nas znajomemu?", "Dlaczego wybrałaś tę ocenę?",
           "Sygnatura czasowa", "%d.%m.%Y %H:%M", "cp1250"),
    "cs": ("Jak pravděpodobné je, že nás doporučíte příteli?", "Proč jste zvolili toto hodnocení?", "Datum",
           "%d.%m.%Y", "cp1250"),
}  # fmt: skip
SPELLINGS = {
    "bare": str,
    "decimal": lambda score: f"{score}.0",
    "comma": lambda score: f"{score},0",
    "out of ten": lambda score: f"{score}/10",
    "labelled ends": lambda score: {0: "0 - Not at all likely", 10: "10 - Extremely likely"}.get(score, str(score)),
    "label first": lambda score: {0: "Not at all likely (0)", 10: "Extremely likely (10)"}.get(score, str(score)),
    "with its group": lambda score: f"{score} ({'Promoter' if score > 8 else 'Passive' if score > 6 else 'Detractor'})",
}  # fmt: skip
DECOYS = {
    "Tenure (0-10 years)": lambda place: place * 7 % 11,
    "CSAT (0-10)": lambda place: place * 3 % 11,
    "Quiz score": lambda place: place * 5 % 11,
    "How easy was it? (effort 1-7)": lambda place: place % 7 + 1,
    "How likely are you to recommend us as a place to work?": lambda place: place * 7 % 11,
    "Previous NPS": lambda place: place * 3 % 11,
    "NPS target": lambda _: 8,
    "nps_id": lambda place: place % 11,
    "Plan": lambda place: ("Free", "Pro", "Enterprise")[place % 3],
    "Products": lambda place: place % 9,
    "Created": lambda place: f"2019-0{place % 9 + 1}-1{place % 10}",
}
WORDS = [
    "support",
    "billing",
    "export",
    "reports",
    "price",
    "speed",
    "mobile",
    "login",
    "sync",
    "search",
    "filters",
    "alerts",
    "charts",
    "docs",
]
START = dt.datetime(2026, 1, 13, 9, 0)  # noqa: DTZ001 - the clocks of files have no zone


def comment(place):
    """A sentence of its own for each row, with a delimiter, a quotation mark and a line's end among them."""
    first, second = WORDS[place % 14], WORDS[(place * 5 + 3) % 14]
    tail = ("", ", and dear", " “so they say”", '; "quoted"', "\nand a second line")[place % 5]
    return f"the {first} is fine but number {place} of {second} is not{tail}" if place % 6 else ""


@st.composite
def exports(draw):
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    question, reason, date, style, page = LANGUAGES[language]
    scores = draw(st.lists(st.integers(0, 10), min_size=12, max_size=40))
    scores = [10, 0, 9, *scores]  # both ends, which tell the scale
    spell = SPELLINGS[draw(st.sampled_from(sorted(SPELLINGS)))]
    blank = draw(st.sets(st.integers(3, len(scores) - 1), max_size=3))
    decoys = draw(st.lists(st.sampled_from(sorted(DECOYS)), max_size=5, unique=True))
    order = draw(st.permutations([date, question, reason, *decoys]))
    rows = []
    for place, score in enumerate(scores):
        day = START + dt.timedelta(days=place, minutes=37 * place)
        cells = {
            date: day.strftime(style),
            question: "" if place in blank else spell(score),
            reason: comment(place),
        }
        rows.append([cells.get(name) if name in cells else str(DECOYS[name](place)) for name in order])
    head = [list(order)]
    if draw(st.booleans()):
        ids = [json.dumps({"ImportId": f"QID{place}"}) for place in range(len(order))]
        head = [[f"Q{place}" for place in range(len(order))], list(order), ids]
    title = draw(st.sampled_from([[], [["Export of the survey"], []]])) if len(head) == 1 else []
    footer = draw(st.sampled_from([[], [["Total", *[""] * (len(order) - 1)]]])) if len(order) > 3 else []
    out = io.StringIO()
    delimiter = draw(st.sampled_from(",;\t|"))
    csv.writer(out, delimiter=delimiter, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(
        [*title, *head, *rows, *footer]
    )
    codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", page]))
    return (
        out.getvalue().encode(codec, "replace"),
        (language, codec),
        scores,
        blank,
        bool(footer),
        (question, reason, date),
    )


@given(exports())
def test_a_random_survey_is_read_back_unchanged(export):
    data, (_, codec), scores, blank, footer, (question, reason, date) = export
    survey = read_survey(data, name="export.csv")
    shown = {**{name: name for name in survey.columns}, **survey.labels}
    chosen = [shown.get(name) for name in (survey.mapping.score, survey.mapping.reason, survey.mapping.date)]
    assert chosen == [question, reason, date]
    kept = [place for place in range(len(scores)) if place not in blank]
    assert list(survey.responses["score"]) == [scores[place] for place in kept]
    assert survey.rows.read == len(scores) + footer
    assert survey.rows.read == survey.rows.kept + sum(part.count for part in survey.rows.left_out)
    assert len(survey.left_out) == len(blank) + footer
    days = [(START + dt.timedelta(days=place, minutes=37 * place)).date() for place in kept]
    assert [moment.date() for moment in survey.responses["date"]] == days
    if codec != "cp932":  # which has no “ and ”
        said = survey.responses["comment"].fillna("").tolist()
        assert [text.replace("\r\n", "\n") for text in said] == [comment(place) for place in kept]


GONE = ["ignored", "invalid", "deleted", "Survey Preview", "partial", "rejected", "spam"]


@st.composite
def disturbed(draw):
    """An export of a language with rows that are no responses among its rows, and the scores of those that are."""
    question, reason, date, _, _ = LANGUAGES[draw(st.sampled_from(sorted(LANGUAGES)))]
    scores = [10, 0, 9, *draw(st.lists(st.integers(0, 10), min_size=20, max_size=40))]
    coded = draw(st.booleans())
    if coded:  # choice codes are told by their elevens, and by that none is 0
        scores = [10, 10, 10, *scores]
    tagged, clicked, totals, marked, stamped = (draw(st.booleans()) for _ in range(5))
    rows, gone = [], 0
    for place, score in enumerate(scores):
        moment = START + dt.timedelta(days=place, minutes=37 * place, seconds=7)
        clean = {
            "Ticket": f"T-{place}",
            "Email": f"p{place}@example.org",
            date: str(moment),
            question: score + coded,
            reason: f"number {place} is about {WORDS[place % 14]}",
            "Region": ("North", "South")[place >= len(scores) // 2],
        }
        rows.append(clean)
        if clicked and place % 5 == 1:  # sent before, with another score as a rule
            before = {
                date: str(moment - dt.timedelta(seconds=20)),
                question: draw(st.integers(0, 10)) + coded,
            }
            rows.insert(-1, {**clean, **before, "Ticket": f"T-{place}a", reason: ""})
            gone += 1
        if tagged and place % 5 in (2, 3):
            rows.append({**clean, "Tag": "Price"})
            gone += 1
        if marked and place % 7 == 4:
            rows.append(
                {
                    **clean,
                    "Ticket": f"T-{place}b",
                    "Email": f"q{place}@example.org",
                    "Status": draw(st.sampled_from(GONE)),
                }
            )
            gone += 1
        if totals and place in (len(scores) // 2 - 1, len(scores) - 1):
            rows.append(
                {"Region": f"{clean['Region']} Total", question: 7, "Status": "", "Tag": "", "synced_at": ""}
            )
            gone += 1
    columns = [*(["Ticket"] if tagged else []), "Email", date, question, reason, "Region"]
    further = {"Status": "complete", "Tag": "Speed", "synced_at": "2026-04-17 02:00:11"}
    wanted = {"Status": marked, "Tag": tagged, "synced_at": stamped}
    columns += [name for name, has in wanted.items() if has]
    if not totals:
        columns.remove("Region")
    cells = [
        [str(row.get(name, further.get(name, "") if "Email" in row else "")) for name in columns]
        for row in rows
    ]
    out = io.StringIO()
    csv.writer(out).writerows([columns, *cells])
    return out.getvalue().encode(), scores, gone


@given(disturbed())
def test_rows_that_are_no_responses_are_left_out_of_a_random_survey(export):
    data, scores, gone = export
    survey = read_survey(data, name="export.csv")
    assert sorted(survey.responses["score"]) == sorted(scores), survey.doubt_texts
    assert survey.rows.read == len(scores) + gone
    assert sum(part.count for part in survey.rows.left_out) == gone
    # Each exclusion says what it does: the NPS with all of a reason counted is that of the groups it holds.
    for part in survey.rows.left_out:
        assert sum(part.groups) <= part.count
        assert (survey.rows.nps_with(part) is None) == (not any(part.groups))
