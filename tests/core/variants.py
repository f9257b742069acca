"""Survey files of the kinds that readers get wrong, made by a seed, each with its truth.

`variant(kind, seed)` gives the files of one survey, what should come of them, and the words by which a doubt may say
that they can be read otherwise. The kinds are those of `KINDS`; twelve languages take turns.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# The question, the question for its reason, the date of the answer, a tag.
WORDS = {
    "en": ("How likely are you to recommend us to a friend?", "What is the main reason for your score?", "Date", "Tag"),
    "de": ("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
           "Was ist der Grund für Ihre Bewertung?", "Datum", "Thema"),
    "fr": ("Quelle est la probabilité que vous nous recommandiez ?", "Pourquoi cette note ?",
           "Date de réponse", "Sujet"),
    "es": ("¿Qué tan probable es que nos recomiende a un amigo?", "¿Por qué?", "Fecha de respuesta", "Tema"),
    "pt": ("De 0 a 10, o quanto você nos indicaria para um amigo?", "Qual o motivo da sua nota?",
           "Data da resposta", "Assunto"),
    "nl": ("Hoe waarschijnlijk is het dat u ons zou aanbevelen?", "Waarom geeft u dit cijfer?", "Datum", "Onderwerp"),
    "it": ("Con quale probabilità ci consiglierebbe a un amico?", "Qual è il motivo del voto?",
           "Data di risposta", "Argomento"),
    "ja": ("当社を友人に薦める可能性はどのくらいですか？", "その理由を教えてください", "回答日", "タグ"),
    "sv": ("Hur sannolikt är det att du skulle rekommendera oss?", "Varför?", "Datum", "Ämne"),
    "da": ("Hvor sandsynligt er det, at du vil anbefale os?", "Hvorfor?", "Dato", "Emne"),
    "pl": ("Jak prawdopodobne jest, że polecisz nas znajomemu?", "Dlaczego wybrałaś tę ocenę?", "Data", "Temat"),
    "cs": ("Jak pravděpodobné je, že nás doporučíte příteli?", "Proč jste zvolili toto hodnocení?", "Datum", "Téma"),
}  # fmt: skip
THINGS = ["support", "billing", "the export", "reports", "the price", "speed", "the app", "login", "search"]
TAGS = ["Speed", "Price", "Bugs", "Help", "Design"]


@dataclass
class Variant:
    """Files with their names, the NPS and n that they hold (None where they hold none), and what a doubt says."""

    files: list[tuple[str, bytes]]
    nps: float | None
    n: int = 0
    says: str = r"(?!)"
    mapping: dict[str, str] = field(default_factory=dict)
    scale: str | None = None


def variant(kind: str, seed: int) -> Variant:
    """One survey of a kind."""
    made = random.Random(f"{kind} {seed}")  # noqa: S311 - no secret hangs on it
    language = sorted(WORDS)[seed % len(WORDS)]
    return KINDS[kind](made, *WORDS[language])


def nps(scores: list[int]) -> float:
    """The NPS of some scores from 0 to 10."""
    return 100 * (sum(score > 8 for score in scores) - sum(score < 7 for score in scores)) / len(scores)


def some_scores(made: random.Random, count: int, low: int = 0) -> list[int]:
    """Scores as surveys have them, both ends among them."""
    weights = [3, 1, 1, 2, 1, 4, 3, 8, 12, 14, 20]
    return [low, 10, *made.choices(range(low, 11), weights[low:], k=count - 2)]


def said(made: random.Random, place: int) -> str:
    """A comment that nobody else wrote."""
    return f"{made.choice(THINGS)} is what I think of, as number {place}"


def day(place: int, clock: str = "") -> str:
    """The date of an answer, with a time of day for those that want one."""
    moment = dt.datetime(2025, 1, 6, 8, 0, 7) + dt.timedelta(hours=7 * place)  # noqa: DTZ001
    return moment.strftime(f"%Y-%m-%d{clock}")


def as_csv(header: list[str], rows: list[list[object]], delimiter: str = ",") -> bytes:
    """A file of rows."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue().encode()


def tags(made: random.Random, asked: str, why: str, date: str, tag: str) -> Variant:
    """A row a tag: the id, the score, the date and the text come again."""
    key = made.choice(
        [
            "Ticket ID",
            "Case Number",
            "Response ID",
            "Conversation",
            "Order no",
            "survey_ref",
            "uuid",
            "Vorgang",
        ]
    )
    clock = made.choice(["", " %H:%M:%S"])
    comments = made.random() < 0.8
    scores = some_scores(made, made.randint(40, 120))
    rows = []
    for place, score in enumerate(scores):
        row = [
            f"{key[:1]}-{1000 + place}",
            day(place, clock),
            score,
            *([said(made, place)] if comments else []),
        ]
        rows += [[*row, one] for one in made.sample(TAGS, made.choice([1, 1, 1, 2, 3]))]
    if made.random() < 0.3:
        made.shuffle(rows)
    header = [key, date, asked, *([why] if comments else []), tag]
    return Variant([("x.csv", as_csv(header, rows))], nps(scores), len(scores))


def again(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """An answer sent twice within moments, or changed before the survey was closed: the last one counts."""
    scores = some_scores(made, made.randint(40, 120))
    who = made.choice(["Email", "user_id", "Customer ID", "distinct_id"])
    rows = []
    for place, score in enumerate(scores):
        moment = dt.datetime(2025, 1, 6, 8, 0, 7) + dt.timedelta(hours=7 * place)  # noqa: DTZ001
        person = f"p{place}@example.org" if who == "Email" else f"u{place:05d}"
        times = made.choice([1, 1, 1, 1, 2, 3])
        for turn in range(times):
            first = score if made.random() < 0.5 else made.randint(0, 10)
            text = said(made, place) if turn == times - 1 else ""
            rows.append([person, moment.isoformat(sep=" "), score if turn == times - 1 else first, text])
            moment += dt.timedelta(seconds=made.randint(1, 90))
    return Variant(
        [("x.csv", as_csv([who, date, asked, why], rows))], nps(scores), len(scores), "given again"
    )


SUBTOTALS = [
    "{} Total",
    "Total {}",
    "{} Average",
    "Subtotal {}",
    "{} Summe",
    "{} Gesamt",
    "Summe {}",
    "Total {}",
    "{} Totaal",
    "Totale {}",
]


def subtotals(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """Rows of totals under each group, and a grand total."""
    label, blank = made.choice(SUBTOTALS), made.random() < 0.3
    rows: list[list[object]] = []
    every: list[int] = []
    for region in made.sample(
        ["North", "South", "East", "West", "Île-de-France", "Bayern"], made.randint(2, 5)
    ):
        scores = some_scores(made, made.randint(8, 30))
        every += scores
        rows += [[region, day(place), score, said(made, place)] for place, score in enumerate(scores)]
        total = round(sum(scores) / len(scores), made.choice([0, 0, 2]))
        rows.append([label.format(region), "", int(total) if total.is_integer() else total, ""])
        rows += [["", "", "", ""]] if blank else []
    rows.append([made.choice(["Grand Total", "Total", "Gesamt", "Totals", "Total general"]), "", 8, ""])
    return Variant([("x.csv", as_csv(["Region", date, asked, why], rows))], nps(every), len(every))


KEPT_WORDS = [
    "complete",
    "Completed",
    "submitted",
    "Valid",
    "approved",
    "vollständig",
    "terminée",
    "completada",
]
GONE_WORDS = [
    "ignored",
    "invalid",
    "rejected",
    "deleted",
    "spam",
    "duplicate",
    "partial",
    "test",
    "ungültig",
    "gelöscht",
    "rechazada",
    "supprimée",
    "screened out",
]
ODD_WORDS = ["archived", "parked", "on hold", "zzz", "under review"]


def statuses(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """A column that says which rows are responses; a word that nobody knows has to be doubted."""
    scores = some_scores(made, made.randint(50, 120))
    odd = made.random() < 0.3
    header = made.choice(["Status", "Response Status", "status", "survey_status"])
    kept = made.choice(KEPT_WORDS)
    gone = made.choice(ODD_WORDS if odd else GONE_WORDS)
    words = [gone if made.random() < 0.2 else kept for _ in scores]
    if made.random() < 0.25 and not odd:
        header, kept, gone = made.choice(
            [
                ("Deleted at", "", "2025-05-01"),
                ("is_deleted", "false", "true"),
                ("Excluded", "no", "yes"),
                ("Valid", "yes", "no"),
                ("Is test", "0", "1"),
            ]
        )
        words = [gone if made.random() < 0.2 else kept for _ in scores]
    words[:2] = kept, kept
    rows = [
        [day(place), score, said(made, place), word]
        for place, (score, word) in enumerate(zip(scores, words, strict=True))
    ]
    counted = [score for score, word in zip(scores, words, strict=True) if word == kept]
    says = "whose meaning is not known" if odd else r"(?!)"
    return Variant([("x.csv", as_csv([date, asked, why, header], rows))], nps(counted), len(counted), says)


def zeros(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """A tool that wrote 0 as nothing: the true NPS has them, the file has not."""
    scores = some_scores(made, made.randint(80, 200)) + [0] * made.randint(6, 30)
    made.shuffle(scores)
    rows = [
        [day(place), score or "", said(made, place) if score == 0 or made.random() < 0.7 else ""]
        for place, score in enumerate(scores)
    ]
    if made.random() < 0.4:
        rows = [[*row, "Yes"] for row in rows]
        return Variant(
            [("x.csv", as_csv([date, asked, why, "Finished"], rows))],
            nps(scores),
            len(scores),
            "[Zz]eros seem",
        )
    return Variant([("x.csv", as_csv([date, asked, why], rows))], nps(scores), len(scores), "[Zz]eros seem")


ASPECTS = [
    "On a scale from 0 to 10, how much pain did you feel?",
    "How would you score the cleanliness from 0 to 10?",
    "Rate your manager from 0 to 10",
    "Food rating",
    "Cleanliness score",
    "How would you rate the food? (0-10)",
    "Please rate your stress at work, 0 to 10",
    "On a scale of 1 to 10, how significant is price when you choose?",
    "Wie bewerten Sie die Sauberkeit auf einer Skala von 0 bis 10?",
    "Bewertung des Essens",
    "Sur une échelle de 0 à 10, comment notez-vous la propreté ?",
    "Note du repas",
    "¿Cómo calificaría la limpieza de 0 a 10?",
    "Nota da comida",
    "De 0 a 10, como avalia o atendimento?",
    "Da 0 a 10, come valuta la pulizia?",
    "Energy level (0-10)",
    "How would you rate the speed of the app?",
    "Hoe beoordeelt u de hygiëne van 0 tot 10?",
    "Manager score",
    "Wi-Fi rating",
]


def aspects(made: random.Random, _: str, why: str, date: str, tag: str) -> Variant:
    """A 0-10 answer about one side of a thing, which is no NPS."""
    scores = some_scores(made, made.randint(30, 120))
    after = made.choice([why, "Comment"])
    rows = [[day(place), score, said(made, place), made.choice(TAGS)] for place, score in enumerate(scores)]
    header = [date, made.choice(ASPECTS), after, tag]
    return Variant([("export.csv", as_csv(header, rows))], None, says="asks for a recommendation")


WHOLES = [
    "How would you rate the event overall?",
    "On a scale of 0 to 10, how would you rate our company as a whole?",
    "Overall, how would you rate the conference? (0-10)",
    "How do you rate the product overall, from 0 to 10?",
    "Wie bewerten Sie die Veranstaltung insgesamt auf einer Skala von 0 bis 10?",
    "Globalement, comment évaluez-vous cet événement de 0 à 10 ?",
    "En general, ¿cómo calificaría el evento de 0 a 10?",
    "De 0 a 10, que nota você daria para o evento em geral?",
    "Da 0 a 10, come valuta nel complesso l'evento?",
]


def wholes(made: random.Random, _: str, why: str, date: str, tag: str) -> Variant:
    """A rating of the whole thing that a "why" follows: read, with the heaviest doubt."""
    scores = some_scores(made, made.randint(30, 120))
    rows = [[day(place), score, said(made, place), made.choice(TAGS)] for place, score in enumerate(scores)]
    header = [date, made.choice(WHOLES), why, tag]
    return Variant([("export.csv", as_csv(header, rows))], -1000, 0, "No question asks for a recommendation")


def codes(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """The eleven choices by their number, or the ends of the scale in words alone."""
    scores = some_scores(made, made.randint(60, 200), low=1)
    ends = made.choice(
        [
            None,
            ("Not at all likely", "Extremely likely"),
            ("very unlikely", "very likely"),
            ("Unwahrscheinlich", "Sehr wahrscheinlich"),
            ("Pas du tout probable", "Très probable"),
            ("Nada probable", "Muy probable"),
        ]
    )
    if ends is None:
        cells: list[object] = [score + 1 for score in [*scores, 0, 0][: len(scores)]]
    else:
        scores += [0] * 3
        cells = [{0: ends[0], 10: ends[1]}.get(score, score) for score in scores]
    rows = [[day(place), cell, said(made, place)] for place, cell in enumerate(cells)]
    return Variant(
        [("x.csv", as_csv([date, asked, why], rows))], nps(scores), len(scores), "one was taken off"
    )


def spellings(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """Ranges in the place of scores, as typed or as a spreadsheet program made days of them; or a decimal."""
    scores = some_scores(made, made.randint(40, 150))
    style = made.choice(["ranges", "ranges", "days", "decimal", "decimal comma", "dash"])
    low, middle, high = {
        "ranges": ("0-6", "7-8", "9-10"),
        "days": ("0-6", "7-Aug", "9-Oct"),
        "dash": ("0 – 6", "7 – 8", "9 – 10"),
    }.get(style, ("", "", ""))
    if style.startswith("decimal"):
        tenths = [made.choice([0, 0, 3, 5, 8]) if score < 10 else 0 for score in scores]
        mark = "," if style.endswith("comma") else "."
        cells = [f"{score}{mark}{tenth}" for score, tenth in zip(scores, tenths, strict=True)]
    else:
        cells = [high if score > 8 else middle if score > 6 else low for score in scores]
    rows: list[list[object]] = [[day(place), cell, said(made, place)] for place, cell in enumerate(cells)]
    delimiter = ";" if style.endswith("comma") else ","
    return Variant([("x.csv", as_csv([date, asked, why], rows, delimiter))], nps(scores), len(scores))


def by_choice(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """One wave of several, or one question of a list, chosen by hand."""
    count = made.randint(30, 80)
    first, second = some_scores(made, count), some_scores(made, count)[::-1]
    if made.random() < 0.5:
        year = made.choice(["2019", "2021", "2024"])
        name = made.choice(["{} NPS", "NPS {}", "Recommend {}", "NPS Q1 {}"])
        chosen, other = name.format(year), name.format(int(year) + 1)
        rows: list[list[object]] = [
            [f"C{place}", a, b] for place, (a, b) in enumerate(zip(first, second, strict=True))
        ]
        return Variant(
            [("x.csv", as_csv(["Customer", chosen, other], rows))],
            nps(first),
            count,
            mapping={"score": chosen},
        )
    number = made.choice(["Question ID", "question_no", "Question Number", "QID"])
    rows = []
    for place, (a, b) in enumerate(zip(first, second, strict=True)):
        rows += [
            [f"R{place}", day(place), "Q1", asked, b],
            [f"R{place}", day(place), "Q2", "NPS of the app", a],
        ]
        rows.append([f"R{place}", day(place), "Q3", why, said(made, place)])
    header = ["Response ID", date, number, "Question", "Answer"]
    if made.random() < 0.5:
        rows, header = [[*row[:3], row[4]] for row in rows], [*header[:3], header[4]]
    return Variant([("x.csv", as_csv(header, rows))], nps(first), count, mapping={"score": "Q2"})


def relations(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """Invitations, respondents or questions in a file of their own."""
    scores = some_scores(made, made.randint(40, 100))
    answers = [
        [f"R{place}", f"p{place * 3}@example.org", day(place), score, said(made, place)]
        for place, score in enumerate(scores)
    ]
    shape = made.choice(["invitations", "people", "questions"])
    if shape == "invitations":
        people = [
            [f"p{place}@example.org", made.choice(["Pro", "Free"]), day(place)]
            for place in range(3 * len(scores))
        ]
        made.shuffle(people)
        files = [
            ("invitations.csv", as_csv(["Email", "Plan", made.choice(["Sent at", "Invited on"])], people)),
            ("answers.csv", as_csv(["Response ID", "Email", date, asked, why], answers)),
        ]
    elif shape == "people":
        people = [[f"p{place}@example.org", made.choice(["Pro", "Free"])] for place in range(3 * len(scores))]
        files = [
            ("people.csv", as_csv(["Email", "Plan"], people)),
            ("answers.csv", as_csv(["Response ID", "Email", date, asked, why], answers)),
        ]
    else:
        questions: list[list[object]] = [[1, "How old are you?"], [2, asked], [3, why]]
        rows = [
            [row[0], number, answer]
            for row in answers
            for number, answer in ((1, 30), (2, row[3]), (3, row[4]))
        ]
        files = [
            ("questions.csv", as_csv([made.choice(["id", "question_id"]), "text"], questions)),
            ("answers.csv", as_csv(["response_id", "question_id", "answer"], rows)),
        ]
    made.shuffle(files)
    return Variant(files, nps(scores), len(scores))


def counts(made: random.Random, _: str, __: str, date: str, ___: str) -> Variant:
    """A table of counts: of the three groups a row, which is read; or of scores, or of shares, which are refused."""
    style = made.choice(["groups", "groups", "groups", "scores", "shares"])
    months = [f"2025-{month:02d}" for month in range(1, made.randint(4, 13))]
    if style == "scores":
        rows: list[list[object]] = [[score, made.randint(1, 90) + 10] for score in range(11)]
        return Variant([("x.csv", as_csv(["Score", "Count"], rows))], None)
    names = made.choice(
        [
            ("Promoters", "Passives", "Detractors"),
            ("Promotoren", "Passive", "Detraktoren"),
            ("Promoteurs", "Passifs", "Détracteurs"),
            ("Promotores", "Neutros", "Detractores"),
            ("# Promoters", "# Passives", "# Detractors"),
        ]
    )
    if style == "shares":
        rows = [[month, 50 + place, 30 - place, 20, 30 + place] for place, month in enumerate(months)]
        return Variant([("x.csv", as_csv([date, *names, "NPS"], rows))], None)
    counted = [[made.randint(20, 60), made.randint(2, 30), made.randint(2, 30)] for _ in months]
    rows = [
        [month, *three, round(100 * (three[0] - three[2]) / sum(three))]
        for month, three in zip(months, counted, strict=True)
    ]
    total = [sum(column) for column in zip(*counted, strict=True)]
    if made.random() < 0.5:
        rows.append(["Total", *total, round(100 * (total[0] - total[2]) / sum(total))])
    true = 100 * (total[0] - total[2]) / sum(total)
    return Variant([("x.csv", as_csv([date, *names, "NPS"], rows))], true, sum(total))


def beyond(made: random.Random, asked: str, why: str, date: str, _: str) -> Variant:
    """Many answers outside the scale, or all of one group: read, with a doubt."""
    scores = some_scores(made, made.randint(40, 120))
    if made.random() < 0.5:
        scores = [score for score in scores if score > 8] + [9] * 10
        rows: list[list[object]] = [
            [day(place), score, said(made, place)] for place, score in enumerate(scores)
        ]
        return Variant([("x.csv", as_csv([date, asked, why], rows))], -1000, 0, "filtered by the score")
    code = made.choice([15, 20, 50, 77])
    odd = max(len(scores) // 8, 5)
    cells = scores + [code + place % 3 for place in range(odd)]
    rows = [[day(place), cell, said(made, place)] for place, cell in enumerate(cells)]
    return Variant([("x.csv", as_csv([date, asked, why], rows))], -1000, 0, "outside the scale")


KINDS: dict[str, Callable[..., Variant]] = {
    "tags": tags,
    "again": again,
    "subtotals": subtotals,
    "statuses": statuses,
    "zeros": zeros,
    "aspects": aspects,
    "wholes": wholes,
    "codes": codes,
    "spellings": spellings,
    "by choice": by_choice,
    "relations": relations,
    "counts": counts,
    "beyond": beyond,
}
