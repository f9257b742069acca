"""Who speaks, as a user meets it."""

from __future__ import annotations


def test_the_sample_shows_roles_views_and_accounts(app):
    app.open_sample().go("accounts")
    assert app.fine()
    assert app.answer.startswith("217 accounts speak, the largest 22 with 49% of the responses")
    assert "Decision maker and End user do not differ by more than chance" in app.html
    assert "Counted in three ways, the NPS reads from +41 to +48" in app.html
    table = app.at.dataframe[0].value
    assert len(table) == 200
    assert "The first 200 of 217 rows" in app.html


def test_the_invited_give_bounds_and_a_tipping_point(app):
    app.open_sample().go("accounts")
    app.number("accounts.invited").set_value(8000).run()
    assert "3,000 of 8,000 invited answered (38%)." in app.html
    assert "The NPS of all would be 0 if that of the silent were −29." in app.html
    app.number("accounts.invited").set_value(10).run()
    assert "do not fit together" in app.html
    assert app.fine()


def test_without_accounts_the_roles_still_speak(app, small):
    app.upload("export.csv", small).go("accounts")
    assert app.fine()
    assert "Accounts need a column with the respondent" in app.html
    assert "Decision maker" in app.answer


def test_without_anything_it_says_what_is_missing(app):
    app.upload("bare.csv", b"Score\n" + b"10\n9\n8\n3\n" * 5).go("accounts")
    assert app.answer == "Responses: 20; the file does not say whose"
    assert "Accounts need a column with the respondent" in app.html
    assert "Who does not answer" in app.html
    assert app.fine()


def test_few_accounts(app):
    app.upload("few.csv", b"Score,Account\n" + b"10,Acme\n9,Bolt\n3,Acme\n8,Cord\n" * 3).go("accounts")
    assert app.fine()
    assert app.answer.startswith("3 accounts speak")
    assert "nan" not in app.html.lower()


def test_the_invited_are_those_of_the_responses_that_they_were_typed_for(app, small):
    """Invited for all responses are not those of one plan, nor those of another survey."""
    app.upload("export.csv", small).go("accounts")
    app.number("accounts.invited").set_value(600).run()
    assert "60 of 600 invited answered (10%)." in app.html
    app.pick("Plan", "Pro")
    assert "of 600 invited" not in app.html
    assert app.number("accounts.invited").value is None
    app.pick("Plan")
    app.upload("other.csv", small.replace(b"Starter", b"Basic"))
    assert "of 600 invited" not in app.html
    assert app.fine()
