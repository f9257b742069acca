"""What could have been chosen instead: the candidates for the score, the date and the reason; question texts."""

import json

from nps_core.reading import read_survey, read_surveys


def two_questions():
    header = (
        "Recommend our shop?,Recommend us as an employer?,Satisfaction,Sent at,Answered at,Why?,Notes comment"
    )
    rows = [
        f"{score},{10 - score},{score},2026-01-0{day},2026-02-0{day},because it is number {day},a longer note {day}"
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
    assert both.choices == survey.choices
