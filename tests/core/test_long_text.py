"""Texts that are made to keep a computer busy: no function takes long over one, and no survey of them stops the way."""

import csv
import io
import signal
from contextlib import contextmanager

import pytest

from nps_core import Scope, build_report, find_survey_themes, write_report
from nps_core.accounts.roles import likely_roles
from nps_core.charts.draw.plotly_parts import lines_of, room_for
from nps_core.comments import split_at
from nps_core.masking import mask
from nps_core.reading import read_survey
from nps_core.reading.cells import clean_header, is_no_answer, kind, plain, read_day, read_time
from nps_core.reading.coalesce import _by_stem
from nps_core.reading.dates import date_share
from nps_core.reading.scores import group_in, known_by_repeating, read_score, score_beside, words_apart
from nps_core.reading.shapes import reshape
from nps_core.reading.source import find_dialect
from nps_core.reading.tables import Table, amounts_of, text_column
from nps_core.reading.typed import LONGEST_COMMENT, ordered
from nps_core.themes.codebook import fingerprint, words_typed
from nps_core.themes.stems import fold_text
from nps_core.themes.text import clean, has_content, words_of
from nps_core.user_text import clean as without_controls
from pages.ui.text import as_html, safe

PIECES = (
    "@", "a@a.a.", "a@", "a.", "(at)", " ", "\n", " \n", "\t", "<", "<a", "< ", ">", "(", "[", "{", '"', '""',
    ',"', "'", "1", "1.", "1 ", "1-", "1-1-1 ", "12/", "+1 ", "00 ", "a", "a ", "a-", "a'", "1a", "http://",
    "www.", "https://a@", "e\u0301", "\u0301\u0316", "\u0316\u0301a", "ﾞ\u0316", "日", "日本、", "ア", "あ", "👍",
    "\u200d", "&", "&#1;", "&amp", ":", "*", "`", "\\", "_", ".", ",", "!", "–", " – ", "%", "likely",
    "likely ", "recommend ", "good is ", "(0 ", "not at all 0 ", "2026-01-01 ", "Jan ", "10", "q1 ", "\u00a0",
    "\u200b", "ß", "İ",
)  # fmt: skip
LONG = 40_000
CPU_SECONDS = 3  # for one text; in linear time it is some milliseconds


@contextmanager
def cpu_limit(seconds):
    """Fail where a call takes more time of this process, however busy the machine is."""
    if not hasattr(signal, "ITIMER_VIRTUAL"):  # Windows has no such timer
        yield
        return

    def stop(*_):
        raise TimeoutError(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def of_column(text):
    return Table((text_column(f"How likely are you to recommend us {text} 1", [text]),), [1])


FUNCTIONS = {
    "mask": mask,
    "likely_roles": lambda text: likely_roles([text]),
    "lines_of": lambda text: lines_of(text, 20),
    "room_for": lambda text: room_for([text]),
    "plain": plain.__wrapped__,
    "kind": kind.__wrapped__,
    "is_no_answer": is_no_answer,
    "clean_header": clean_header,
    "date_share": lambda text: date_share({text: 1}, numbers=True),
    "read_day": read_day,
    "read_time": read_time,
    "find_dialect": find_dialect,
    "group_in": group_in.__wrapped__,
    "score_beside": score_beside,
    "words_apart": words_apart,
    "known_by_repeating": lambda text: known_by_repeating({text: 3}),
    "read_score": read_score,
    "options": lambda text: _by_stem(of_column(text).columns),
    "ordered": lambda text: ordered({text: 1, "1": 2}),
    "amounts_of": lambda text: amounts_of(text_column("Revenue", [text])),
    "reshape": lambda text: reshape(of_column(text)),
    "without_controls": without_controls,
    "fingerprint": fingerprint,
    "words_typed": words_typed,
    "fold_text": fold_text,
    "clean": clean,
    "words_of": words_of,
    "has_content": has_content,
    "safe": safe,
    "as_html": as_html,
    "lit": lambda text: split_at(text, ["a", "likely"]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_takes_long_over_a_text(name):
    for piece in PIECES:
        text = (piece * LONG)[
            :LONG
        ] + "\x00"  # what fits nothing, so that all that could be read in other ways is
        with cpu_limit(CPU_SECONDS):
            FUNCTIONS[name](text)


def hostile_survey():
    """Comments that are such texts, among others; each as long as is kept, and some longer."""
    said = ("support was slow to answer", "love the reports", "too expensive for what it does")
    rows = [
        {
            "Date": f"2026-0{1 + number % 6}-{1 + number % 28:02}",
            "Recommend": number % 11,
            "Comment": said[number % 3],
        }
        for number in range(60)
    ]
    for number, piece in enumerate(PIECES):
        length = LONGEST_COMMENT + (5_000 if number % 10 == 0 else 0)
        rows.append({**rows[number % 60], "Comment": (piece * length)[:length]})
    out = io.StringIO()
    writer = csv.DictWriter(out, ["Date", "Recommend", "Comment"])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


HANGS = 100
"""Seconds of CPU; a survey of such texts takes some five."""


@pytest.fixture(scope="module")
def told():
    with cpu_limit(HANGS):
        survey = read_survey(hostile_survey(), name="hostile.csv")
        return build_report(Scope(survey), themes=find_survey_themes(survey))


@pytest.mark.parametrize("ending", ["xlsx", "pptx"])
def test_a_survey_of_such_texts_is_read_themed_and_reported(told, ending):
    with cpu_limit(HANGS):
        assert len(write_report(told, ending).data) > 0


def survey_of_lengths(*lengths, letter="x"):
    lines = [
        "Recommend,Comment",
        *(f"{number % 11},{letter * length}" for number, length in enumerate(lengths)),
    ]
    return read_survey("\n".join(lines).encode(), name="long.csv")


def test_long_comments_are_cut_and_it_is_said():
    for letter in ("x", "é", "👍"):
        survey = survey_of_lengths(*range(1, 20), 10_001, 10_000, 20_000, 10_050, letter=letter)
        assert survey.responses["comment"].str.len().max() == LONGEST_COMMENT
        assert "3 comments are longer than 10,000 characters and were cut." in survey.doubt_texts
        assert survey.responses["comment"].str.len().tolist()[:19] == list(range(1, 20))


def test_one_long_comment_is_one():
    survey = survey_of_lengths(3, 4, 5, 12_000)
    assert "1 comment is longer than 10,000 characters and was cut." in survey.doubt_texts


def test_comments_of_the_longest_length_are_kept_whole():
    survey = survey_of_lengths(3, 4, 5, LONGEST_COMMENT, letter="é")
    assert survey.responses["comment"].iloc[3] == "é" * LONGEST_COMMENT
    assert not any("cut" in doubt for doubt in survey.doubt_texts)


def test_long_comments_that_come_again_and_again_are_cut_as_well():
    # A column whose cells repeat is kept as codes of what is in it.
    survey = survey_of_lengths(*[20_000, 30, 40, 20_000] * 500)
    assert survey.responses["comment"].str.len().max() == LONGEST_COMMENT
    assert "1,000 comments are longer than 10,000 characters and were cut." in survey.doubt_texts


def test_a_long_comment_of_a_row_that_is_left_out_is_not_spoken_of():
    data = b"Recommend,Comment\n9,fine\n8,good\n7,so so\n6,meh\n" + b"none," + b"x" * 20_000 + b"\n"
    survey = read_survey(data, name="long.csv")
    assert len(survey.responses) == 4
    assert not any("cut" in doubt for doubt in survey.doubt_texts)
