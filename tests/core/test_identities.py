"""Which texts name an account or a person."""

from __future__ import annotations

import pytest

from nps_core import read_survey
from nps_core.identities import is_about_somebody, names_somebody


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    lines = ["Date,Company,Email,Score,Comment,Plan,Account owner"]
    for number in range(40):
        company = ("Acme Corp", "Globex", "O'Brien & Sons", "")[number % 4]
        plan, owner = ("Pro", "Globex")[number % 2], ("Jane Doe", "John Roe")[number % 2]
        lines.append(
            f"2026-01-{1 + number % 28:02},{company},u{number},{number % 11},good {number},{plan},{owner}"
        )
    file = tmp_path_factory.mktemp("identities") / "survey.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    read = read_survey(file)
    assert (read.mapping.account, read.mapping.respondent) == ("Company", "Email")
    return read


@pytest.mark.parametrize(
    "text",
    [
        "Acme Corp",
        "acme corp",
        "Visit to ACME CORP, in May",
        "“Globex”: why?",
        "(o'brien & sons)",
        "for u17.",
        "a@b",
        "Account owner",
    ],
)
def test_a_name_is_found_wherever_it_stands(survey, text):
    assert names_somebody(survey, [text])
    assert names_somebody(survey, ["Pro", text])


@pytest.mark.parametrize(
    "text", ["", "Pro", "Acme", "Corp", "Globexes", "the price", "(no value)", "u170", "Plan"]
)
def test_other_texts_name_nobody(survey, text):
    assert not names_somebody(survey, [text])


def test_a_survey_without_names_has_none_to_find(tmp_path):
    file = tmp_path / "survey.csv"
    file.write_text(
        "Score,Plan\n" + "".join(f"{number % 11},Pro\n" for number in range(40)), encoding="utf-8"
    )
    assert not names_somebody(read_survey(file), ["Pro", "nan", "None", "<NA>"])


def test_columns_that_are_called_as_accounts_and_people_are():
    names = (
        "Customer",
        "Account owner",
        "CSM",
        "E-mail",
        "Company size",
        "Customer segment",
        "Plan",
        "Number of users",
    )
    assert [name for name in names if is_about_somebody(name)] == [
        "Customer",
        "Account owner",
        "CSM",
        "E-mail",
    ]
