"""What could have been chosen instead: the candidates for the score, the date and the reason; question texts."""

import json

import pytest

from nps_core.errors import NoNPSQuestion, UnreadableFile
from nps_core.reading import read_survey, read_surveys


def two_questions():
    header = (
        "Recommend our shop?,Recommend us as an employer?,Satisfaction,Sent at,Answered at,Why?,Notes comment"
    )
    rows = [
        f"{score},{10 - score},{score},2026-01-0{day},2026-02-0{day},because it is number {day},a longer note"
        f" {day}"
        for day, score in enumerate([10, 9, 8, 3, 0, 7], start=1)
    ]
    return "\n".join([header, *rows]).encode()


def by_role(survey):
    return {choice.role: choice for choice in survey.choices}


def test_candidates_are_named_with_a_reason_the_chosen_one_first():
    survey = read_survey(two_questions(), name="two.csv")
    choices = by_role(survey)
    assert list(choices) == ["score", "date", "reason"]
    for role, choice in choices.items():
        assert choice.chosen == getattr(survey.mapping, role) == choice.candidates[0].column
        assert all(one.reason.endswith(".") for one in choice.candidates)
    assert [one.column for one in choices["score"].candidates] == [
        "Recommend our shop?",
        "Recommend us as an employer?",
        "Satisfaction",
    ]
    assert "as an employer" in choices["score"].candidates[1].reason
    assert "another question" in choices["score"].candidates[2].reason
    assert [one.column for one in choices["date"].candidates] == ["Answered at", "Sent at"]
    assert "need not be the answer’s" in choices["date"].candidates[1].reason
    assert [one.column for one in choices["reason"].candidates] == ["Why?", "Notes comment"]


def test_a_choice_by_hand_comes_first_and_the_finding_stays_in_sight():
    said = {"score": "Satisfaction", "date": None}
    choices = by_role(read_survey(two_questions(), name="two.csv", mapping=said))
    assert choices["score"].chosen == "Satisfaction" == choices["score"].candidates[0].column
    assert "Recommend our shop?" in {one.column for one in choices["score"].candidates}
    assert choices["date"].chosen is None
    assert choices["date"].candidates[0].column == "Answered at"


def test_a_column_that_was_refused_is_among_the_candidates_with_its_reason():
    rows = "\n".join(f"{score % 2},{score}" for score in range(11))
    survey = read_survey(f"Would you recommend us? (flag),Recommend 0-10\n{rows}\n".encode(), name="x.csv")
    candidates = by_role(survey)["score"].candidates
    assert [one.column for one in candidates] == ["Recommend 0-10", "Would you recommend us? (flag)"]
    assert "only 0 and 1" in candidates[1].reason


def test_question_texts_are_kept_as_labels():
    names = ["StartDate", "EndDate", "Finished", "ResponseId", "Q1", "Q2"]
    texts = [
        "Start Date",
        "End Date",
        "Finished",
        "Response ID",
        "How likely are you to recommend us?",
        "Why?",
    ]
    ids = [json.dumps({"ImportId": name}).replace('"', '""') for name in names]
    lines = [",".join(names), ",".join(texts), ",".join(f'"{one}"' for one in ids)]
    lines += [f"2026-01-0{day},2026-01-0{day},True,R{day},{day},word {day}" for day in range(1, 10)]
    data = "\n".join(lines).encode()
    survey = read_survey(data, name="q.csv")
    assert survey.labels["Q1"] == "How likely are you to recommend us?"
    assert survey.labels["Q2"] == "Why?"
    assert "Finished" not in survey.labels
    both = read_surveys([("a.csv", data), ("b.csv", data)])
    assert both.labels["Q1"] == survey.labels["Q1"]
    assert [choice.chosen for choice in both.choices] == [choice.chosen for choice in survey.choices]
    # Counts of the first file would be taken for those of both.
    assert all(one.counts is None for choice in both.choices for one in choice.candidates)


def test_candidates_for_the_score_say_what_groups_they_would_give():
    survey = read_survey(two_questions(), name="two.csv")
    shop, employer, satisfaction = by_role(survey)["score"].candidates
    # 10, 9 | 8, 7 | 3, 0; the employer's are 10 minus those: 0, 1, 2, 7, 10, 3.
    assert shop.counts == satisfaction.counts == (2, 2, 2)
    assert employer.counts == (4, 1, 1)
    assert all(one.counts is None for choice in survey.choices[1:] for one in choice.candidates)


def test_counts_of_candidates_leave_out_what_the_tool_leaves_out():
    rows = "\n".join(f"{score},{score},{'False' if score == 10 else 'True'}" for score in range(11))
    survey = read_survey(f"Recommend us?,Recommend the app?,Finished\n{rows}\n".encode(), name="x.csv")
    for one in by_role(survey)["score"].candidates:
        assert one.counts == (7, 2, 1), one.column


def test_every_column_is_described_also_where_no_question_was_found():
    survey = read_survey(two_questions(), name="two.csv")
    assert [look.name for look in survey.looks] == list(survey.columns)
    shop, sent = survey.looks[0], survey.looks[3]
    assert shop.scores == ((0, 1), (3, 1), (7, 1), (8, 1), (9, 1), (10, 1))
    assert (sent.looked, sent.filled, sent.distinct, sent.scores) == (6, 6, 6, ())
    with pytest.raises(NoNPSQuestion) as refused:
        read_survey(b"Colour,Size\nred,3\nblue,\nred,4\n", name="x.csv")
    colour, size = refused.value.looks
    assert (colour.common[0], colour.filled, colour.distinct) == ("red", 3, 2)
    assert (size.scores, size.looked, size.filled) == (((3, 1), (4, 1)), 3, 2)


def test_which_of_several_files_failed_is_said():
    with pytest.raises(UnreadableFile) as failed:
        read_surveys([("a.csv", two_questions()), ("b.csv", b"%PDF-1.7 nothing")])
    assert failed.value.place == 1


def test_progress_with_several_files_rises_to_the_end():
    seen = []
    files = [("a.csv", two_questions()), ("b.csv", two_questions())]
    read_surveys(files, progress=lambda step, share: seen.append((step, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert 0.9 < shares[-1] <= 1
    assert {"a.csv", "b.csv"} <= {step.split(":")[0] for step, _ in seen}
