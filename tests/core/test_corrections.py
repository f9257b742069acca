"""What a person corrects: roles given and taken, in words, and remembered without a word of the file."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.corrections import (
    FILE,
    MOST,
    ROLES,
    Corrections,
    column_roles,
    reading_change,
    reading_figures,
    recall,
    remember,
)
from nps_core.reading import read_survey
from nps_core.survey import Mapping

HEADER = "Recommend our shop?,Recommend us as an employer?,Opened at,Answered at,Why?,Plan,score,Persona"
DATA = "\n".join(
    [
        HEADER,
        *(
            f"{score},{10 - score},2026-01-0{1 + day % 9},2026-02-0{1 + day % 9},because of it all"
            f" {'abcdefgh'[day % 8]},"
            f"{('Pro', 'Basic')[day % 2]},{('x', 'y')[day % 2]},{('End user', 'Champion')[day % 2]}"
            for day, score in enumerate([10, 9, 8, 3, 0, 7, 10, 10, 9, 2, 5, 10])
        ),
    ]
).encode()


def read(corrections):
    return read_survey(DATA, name="x.csv", **corrections.options())


@pytest.fixture
def found():
    return read(Corrections())


def test_every_role_of_a_mapping_can_be_chosen():
    assert set(ROLES) == {role.name for role in fields(Mapping)}


def test_the_roles_of_a_column_are_told_under_its_own_name(found):
    assert column_roles(found, "Persona") == ("persona", "attributes")
    # Every survey has a column `score`, so that the attribute is stored under another name.
    assert column_roles(found, "score") == ("attributes",)
    assert column_roles(found, "Opened at") == ()


def test_another_score_is_read_and_the_first_one_let_go(found):
    survey = read(Corrections().with_role(found, "Recommend us as an employer?", "score"))
    assert survey.mapping.score == "Recommend us as an employer?"
    assert column_roles(survey, "Recommend our shop?") != ("score",)
    assert reading_change(reading_figures(found), reading_figures(survey)) == "NPS +17 → −67, n 12"


def test_a_role_moves_from_column_to_column_and_back(found):
    moved = Corrections().with_role(found, "Opened at", "date")
    survey = read(moved)
    assert survey.mapping.date == "Opened at"
    back = read(moved.with_role(survey, "Answered at", "date"))
    assert back.mapping == found.mapping


def test_attributes_are_added_and_taken_away(found):
    less = read(Corrections().with_role(found, "Plan", None))
    assert less.attributes == ("score (column)", "Persona")
    more = read(Corrections().with_role(found, "Plan", None).with_role(less, "Opened at", "attributes"))
    assert set(more.attributes) == {"score (column)", "Persona", "Opened at"}
    none = read(Corrections().with_role(found, "Persona", "attributes"))
    assert (none.mapping.persona, none.attributes) == (None, found.attributes)
    assert read(Corrections().with_role(found, "Plan", "persona")).mapping.persona == "Plan"


def test_a_column_has_one_role_after_another(found):
    said = Corrections()
    survey = found
    for role in (
        "revenue",
        "weight",
        "invited",
        "csat",
        "ces",
        "account",
        "respondent",
        "touchpoint",
        "status",
        None,
    ):
        said = said.with_role(survey, "Plan", role)
        survey = read(said)
        roles = column_roles(survey, "Plan")
        assert roles[:1] == ((role,) if role else ()), role
    assert dict(said.roles)["status"] is None


def test_what_an_account_is_worth_may_be_a_segment_too(found):
    said = Corrections().with_role(found, "Plan", "revenue")
    survey = read(said)
    assert column_roles(survey, "Plan") == ("revenue", "attributes")
    said = said.with_role(survey, "Plan", "attributes")
    assert column_roles(read(said), "Plan") == ("attributes",)


def test_the_scale_falls_with_another_question(found):
    said = Corrections(scale="0-10:5/8").with_role(found, "Recommend us as an employer?", "score")
    assert said.scale is None
    assert Corrections(scale="0-10:5/8").with_role(found, "Plan", None).scale == "0-10:5/8"


def test_corrections_are_said_in_words(found):
    said = Corrections(scale="1-7:3/6", repeats="latest").with_role(found, "Plan", None)
    said = said.with_role(found, "Why?", None)
    assert said.words() == (
        "no reason",
        "2 attributes",
        "scale 1-7:3/6",
        "the latest response of each respondent",
    )
    assert not Corrections()
    assert said


def test_a_change_below_a_point_is_said_with_a_decimal(found):
    one = reading_figures(found)
    words = reading_change(type(one)(33.4, 10, 1, 1, 1), type(one)(33.2, 10, 0, 1, 1))
    assert words == "NPS +33.4 → +33.2, n 10, comments 1 → 0"
    assert (
        reading_change(one, type(one)(one.nps, one.n, 3, one.dated, one.attributes))
        == "NPS +17, n 12, comments 12 → 3"
    )


def test_what_is_remembered_holds_no_word_of_the_file(tmp_path, found):
    said = Corrections(scale="0-10:5/8").with_role(found, "Why?", None).with_role(found, "Plan", "account")
    assert remember(tmp_path, found.columns, said)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert not any(name in text for name in found.columns if name != "score")
    assert recall(tmp_path, found.columns) == said
    assert recall(tmp_path, found.columns[::-1]) is None
    assert remember(tmp_path, found.columns, Corrections())
    assert recall(tmp_path, found.columns) is None


@given(st.lists(st.sampled_from(["Plan", "Why?", "Opened at", "Persona", "score"]), max_size=4), st.data())
def test_places_come_back_as_columns(columns, data):
    survey = read(Corrections())
    said = Corrections()
    for column in columns:
        said = said.with_role(survey, column, data.draw(st.sampled_from([*ROLES[1:], None])))
    told = json.loads(json.dumps(said.to_places(survey.columns)))
    assert Corrections.from_places(told, survey.columns) == said


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', '{"%s": {"roles": {"score": 99}}}', '{"%s": 7}'])
def test_a_damaged_store_counts_as_empty(tmp_path, found, text):
    from nps_core.corrections import shape_of

    (tmp_path / FILE).write_text(text.replace("%s", shape_of(found.columns)), encoding="utf-8")
    assert recall(tmp_path, found.columns) is None
    assert remember(tmp_path, found.columns, Corrections(scale="1-10"))
    assert recall(tmp_path, found.columns) == Corrections(scale="1-10")


def test_the_store_is_bounded_and_lives_without_its_folder(tmp_path, found):
    for number in range(MOST + 5):
        remember(tmp_path, (f"column {number}",), Corrections(repeats="latest"))
    assert len(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))) == MOST
    assert recall(tmp_path, ("column 0",)) is None
    assert recall(tmp_path, (f"column {MOST + 4}",)) == Corrections(repeats="latest")
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert not remember(blocked, found.columns, Corrections(repeats="latest"))
    assert recall(blocked, found.columns) is None
