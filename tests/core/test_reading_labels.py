"""Words beside the number of a score: those of a scale are read, those that people write are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.reading import read_survey
from nps_core.reading.scores import read_score

ASKED = "How likely are you to recommend us?"


def survey_of(cells, header=ASKED):
    rows = "".join(f'{place},"{cell}"\n' for place, cell in enumerate(cells))
    return read_survey(f'id,"{header}"\n{rows}'.encode(), name="x.csv")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("10 - Extremely likely", 10),
        ("9 (very good)", 9),
        ("Score: 8", 8),
        ("8/10", 8),
        ("8 out of 10", 8),
        ("10 Extremely likely", 10),
        ("0 Not at all likely", 0),
        ("Not at all likely 0", 0),
        ("Not at all likely - 0", 0),
        ("Extremely likely (10)", 10),
        ("Very good 9", 9),
        ("NPS: 7", 7),
        ("NPS = 7", 7),
        ("Rating 6", 6),
        ("rated 6", 6),
        ("My score is 8", 8),
        ("Would recommend: 9", 9),
        ("9 would recommend", 9),
        ("Promoter (9)", 9),
        ("Detractor: 3", 3),
        ("7 Passive", 7),
        ("Sehr wahrscheinlich (10)", 10),
        ("Überhaupt nicht wahrscheinlich 0", 0),
        ("10 sehr wahrscheinlich", 10),
        ("10 Très probable", 10),
        ("Pas du tout probable 0", 0),
        ("10 Muy probable", 10),
        ("Nada provável 0", 0),
        ("10 Molto probabile", 10),
        ("10 Heel waarschijnlijk", 10),
        ("Nota: 9", 9),
        ("Note : 9", 9),
        ("Punkte: 4", 4),
        ("8, but slow", 8),
        ("8 because the app is quick", 8),
        ("8 weil es schnell ist", 8),
        ("3 - neutral", 3),
        ("5 stars", 5),
        ("10 非常にすすめたい", 10),
        ("Excellent (10)", 10),
        ("Poor (1)", 1),
        ("5 neither good nor bad", 5),
        ("9 of 10", 9),
        ("9 😀", 9),
        ("😡 2", 2),
        ("9分", 9),
        ("9점", 9),
        ("10 = definitely, I tell everybody I know and their friends", 10),
    ],
)
def test_words_of_a_scale_stand_beside_its_score(cell, value):
    assert read_score(cell).value == value


WRITTEN = [
    "because it is number 1",
    "€ 5",
    "9 $",
    "# 3",
    "a 5",
    "see ticket 7",
    "see ticket: 7",
    "Bug (3)",
    "Fails since version 8",
    "Waiting at gate 9",
    "my biggest problem - 2",
    "Slow in Excel 7",
    "I like Windows 10",
    "3 of us would recommend it",
    "2 bugs in every release",
    "5 people told me so",
    "4 many reasons",
    "Good, though not on my iPhone 8",
    "crashes in 1",
    "It works on floor - 4",
    "I would recommend it only to the other 3",
    "corporate 3",
    "gut genug für Team 5",
    "notebook 3",
]


@pytest.mark.parametrize("cell", WRITTEN)
def test_a_number_in_what_people_write_is_no_score(cell):
    read = read_score(cell)
    assert (read.value, read.group, read.blank) == (None, None, False)


def test_what_people_wrote_into_the_score_is_left_out_and_shown():
    survey = survey_of([*[str(place % 11) for place in range(100)], *WRITTEN])
    assert survey.rows.kept == 100
    (part,) = survey.rows.left_out
    assert (part.reason, part.count) == ("unreadable", len(WRITTEN))
    assert part.examples[0] == (102, WRITTEN[0])
    assert survey.left_out[ASKED].tolist() == WRITTEN


@given(
    st.lists(
        st.sampled_from(["my", "team", "has", "waited", "for", "gate", "bug", "the"]), min_size=1, max_size=9
    )
)
def test_words_of_no_scale_never_make_a_score(words):
    for number in range(11):
        assert read_score(f"{' '.join(words)} {number}").value is None


def test_labels_in_any_language_are_known_by_coming_again():
    ends = {0: "Ezbaizo horrela 0", 10: "Bai zeharo 10"}
    cells = [ends.get(place % 11, str(place % 11)) for place in range(66)]
    survey = survey_of([*cells, "erabat gaizki 4"])
    assert survey.responses["score"].tolist() == [place % 11 for place in range(66)]
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("unreadable", 1)]
    assert any("“Ezbaizo horrela 0” as 0" in doubt for doubt in survey.doubt_texts)


def test_one_word_before_every_number_is_its_label():
    survey = survey_of([f"Erantzuna: {place % 11}" for place in range(40)])
    assert survey.responses["score"].tolist() == [place % 11 for place in range(40)]


def test_tickets_that_come_again_with_other_numbers_are_no_labels():
    survey = survey_of(
        [*[str(place % 11) for place in range(100)], *[f"see ticket {place % 3}" for place in range(12)]]
    )
    assert survey.rows.kept == 100


def test_labels_of_a_satisfaction_question_are_read():
    rows = "".join(f"{place % 11},{place % 5 + 1} {'abcde'[place % 5]}ona\n" for place in range(40))
    survey = read_survey(f'"{ASKED}",CSAT\n{rows}'.encode(), name="x.csv")
    assert survey.responses["CSAT"].tolist() == [place % 5 + 1 for place in range(40)]


def test_one_label_may_stand_behind_several_scores():
    label = ("txarto", "ondo", "oso ondo")
    cells = [f"{place % 11} {label[(place % 11 > 6) + (place % 11 > 8)]}" for place in range(66)]
    survey = survey_of(cells)
    assert survey.responses["score"].tolist() == [place % 11 for place in range(66)]
