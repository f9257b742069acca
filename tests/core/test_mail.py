"""Mail texts: drafts for a mail program; unknown placeholders refused where they are written; hostile words inert."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import email
import email.policy
import io
import zipfile

import pytest

from nps_core import Scope, read_survey
from nps_core.errors import FollowUpError
from nps_core.follow_ups.items import OpenWave, find_items
from nps_core.follow_ups.mail import (
    LONGEST_SUBJECT,
    PLACEHOLDERS,
    USUAL,
    MailText,
    check,
    mail_texts_of,
    write_mail,
    write_mails,
)
from nps_core.survey import GROUPS

WAVE = OpenWave(1, "Q1 2026", dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
COMMENT = "Slow.\nCall +49 170 1234567 or mail ana@firm.example"

HOSTILE = [
    "a\r\nBcc: everybody@evil.example\r\n\r\nx",
    "a\nContent-Type: text/html\n\n<script>alert(1)</script>",
    "<img src=https://evil.example/a.png onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "$owner ${comment} $$ %(x)s {{7*7}}",
    "\u202egnp.exe\x00\x07\ud800",
    "=?utf-8?q?=0ABcc=3A_x?=",
    "=?=?utf-8?q?=0D=0ABcc=3A_x?=?=",
    "=?utf-8?b?" + base64.b64encode(b"a\r\nBcc: x").decode() + "?=",
    "From me\n.\nQUIT",
    "x" * 5_000,
]


def items_of(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Email", "Account", "Date", "Score", "Comment"])
    writer.writerows(rows)
    survey = read_survey(out.getvalue().encode("utf-8", "replace"), name="q1.csv")
    return find_items(Scope(survey), [WAVE], today=dt.date(2026, 4, 2))


def usual(comment=COMMENT, who="ana@firm.example"):
    rows = [[who, "Firm", "2026-03-01", 3, comment]]
    rows += [[f"u{number}@other.example", "Other", "2026-03-02", 10, "Good"] for number in range(30)]
    return items_of(rows)


def read(data):
    return email.message_from_bytes(data.replace(b"\r\n", b"\n"), policy=email.policy.default)


def first(items):
    (item,) = items.read([0])
    return item


def test_a_mail_is_masked_and_addressed_to_nobody_unless_it_is_asked_for():
    items = usual()
    text = MailText("$name, a $score", "$comment\n$account on $date, $survey; $owner, $$5")
    masked = read(write_mail(items, first(items), text, owner="Bo"))
    assert masked["Subject"] == "[e-mail], a 3"
    assert masked["To"] is None
    assert masked["From"] is None
    assert masked["X-Unsent"] == "1"
    assert masked.get_content() == (
        "> Slow.\n> Call [phone] or mail [e-mail]\nFirm on 1 Mar 2026, q1.csv; Bo, $5\n"
    )
    bare = read(write_mail(items, first(items), text, owner="Bo", bare=True))
    assert bare["To"] == "ana@firm.example"
    assert bare["Subject"] == "ana@firm.example, a 3"
    assert "> Call +49 170 1234567 or mail ana@firm.example\n" in bare.get_content()


@pytest.mark.parametrize("group", GROUPS)
def test_the_usual_texts_use_what_there_is_and_read_without_a_comment(group):
    assert check(USUAL[group]) == USUAL[group]
    items = usual(comment="")
    told = read(write_mail(items, first(items), USUAL[group], owner="Bo")).get_content()
    assert "wrote" not in told
    assert "quote" not in told
    assert "answering our survey.\n\n" in told
    assert "\n\nKind regards\nBo" in told
    assert "$" not in told


@pytest.mark.parametrize("group", GROUPS)
def test_the_usual_texts_are_true_on_every_scale_and_of_group_words(group):
    """Nobody on 1-7 could have given a 9, and who has a group alone gave no score that could be named."""
    assert "9" not in USUAL[group].subject + USUAL[group].body
    rows = [
        [f"{word}{at}@other.example", "Other", "2026-03-02", word.title(), "Good"]
        for at in range(9)
        for word in GROUPS
    ]
    items = items_of(rows)
    (item,) = items.read(items.of(group)[:1])
    told = read(write_mail(items, item, USUAL[group], owner="Bo")).get_content()
    assert "score" not in told
    assert "You wrote:\n> Good\n" in told


def test_a_paragraph_is_left_out_for_what_is_missing_alone():
    items = usual(comment="")
    text = MailText("$comment", "Hello $name\n\n$score, $$comment\n\n${comment}\n\nBye")
    told = read(write_mail(items, first(items), text, bare=True))
    assert told.get_content() == "Hello ana@firm.example\n\n3, $comment\n\nBye\n"
    assert told["Subject"] == "> (no comment)"
    alone = read(write_mail(items, first(items), MailText("x", "$comment"), bare=True))
    assert alone.get_content() == "> (no comment)\n"


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("bare", [False, True])
def test_hostile_words_are_words(words, bare):
    """No header, no part, no placeholder and no markup comes of what somebody wrote, or of who they say they are."""
    items = usual(comment=words)
    text = MailText("$comment", "$comment\n$owner")
    data = write_mail(items, first(items), text, owner=words, bare=bare)
    found = read(data)
    of_content = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert set(found.keys()) <= {"Subject", "To", "X-Unsent"} | of_content
    assert found.get_content_type() == "text/plain"
    assert not found.is_multipart()
    assert len(found["Subject"]) <= LONGEST_SUBJECT
    assert "\n" not in found["Subject"]
    head = data.split(b"\r\n\r\n")[0].lower()
    assert b"\nbcc" not in head
    assert b"\ncontent-type: text/html" not in head
    lines = " ".join(words.encode("utf-8", "ignore").decode().split())[:20]
    if lines.isprintable() and "@" not in words:
        assert lines.split()[0] in found.get_content()


@pytest.mark.parametrize(
    "who",
    [
        "ana@firm.example, evil@evil.example",
        "Ana <ana@firm.example>",
        "ana@firm.example\r\nBcc: x@evil.example",
        "4711",
    ],
)
def test_who_is_no_bare_address_is_addressed_by_nobody(who):
    items = usual(who=who)
    number = next(n for n in range(items.n) if items.read([n])[0].score == "3")
    assert read(write_mail(items, items.read([number])[0], USUAL["detractor"], bare=True))["To"] is None


@pytest.mark.parametrize(
    ("subject", "body", "why"),
    [
        ("Hello $nmae", "x", "There is no placeholder “$nmae”. There are \\$name, "),
        ("Hello", "x ${Name}", "There is no placeholder “$Name”."),
        ("Hello", "It is $5 and $name", "A $ in the text begins no placeholder: “$5 and $name”. Write $$"),
        ("50 $", "x", "A $ in the subject begins no placeholder: “$”."),
        ("Hello", "${name", "begins no placeholder: “${name”"),
        (" ", "x", "A mail needs a subject."),
        ("x", "\r\n ", "A mail needs a text."),
        ("x" * 201, "x", "The subject has more than 200 characters."),
        ("x", "x" * 4_001, "The text has more than 4,000 characters."),
    ],
)
def test_a_text_that_could_not_be_filled_is_refused_where_it_is_written(subject, body, why):
    with pytest.raises(FollowUpError) as told:
        check(MailText(subject, body))
    assert why.replace("\\", "") in str(told.value)


def test_every_placeholder_can_be_used_and_texts_come_back_from_their_lines():
    mine = check(MailText(" a\nb $name ", "\r\n".join(f"${{{name}}}" for name in PLACEHOLDERS)))
    assert mine.subject == "a b $name"
    lines = [USUAL["detractor"].to_text(), mine.to_text(), "[oops", "more"]
    found = mail_texts_of(lines)
    assert found == {"detractor": USUAL["detractor"], "passive": mine, "promoter": USUAL["promoter"]}
    assert mail_texts_of([]) == USUAL
    assert mail_texts_of([MailText("$nothing", "x").to_text()]) == USUAL  # by a newer or an older version
    items = usual()
    assert "$" not in read(write_mail(items, first(items), mine, owner="Bo")).get_content()


def test_a_zip_has_a_mail_for_each_by_group_and_the_same_bytes_each_time():
    items = usual()
    data = write_mails(items, [0, 3, 5], USUAL, "link", owner="Bo")
    assert data == write_mails(items, [0, 3, 5], USUAL, "link", owner="Bo")
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        names = files.namelist()
        assert len(names) == len(set(names)) == 3
        assert [name.split("-")[0] for name in names] == ["detractor", "promoter", "promoter"]
        assert not any("ana" in name or "@" in name for name in names)
        assert read(files.read(names[0]))["Subject"] == USUAL["detractor"].subject
        assert read(files.read(names[1]))["Subject"] == USUAL["promoter"].subject
