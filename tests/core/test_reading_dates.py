"""Dates as people and programs write them, in many languages: each reads to the same forty days."""

import datetime as dt

import numpy as np
import pytest

from nps_core.reading import read_survey
from nps_core.reading.dates import read_dates

# Early in a month and late, morning and afternoon, so that no day can be read as a month and back.
START = dt.datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - the clocks of files have no zone
DAYS = [START + dt.timedelta(days=2 * place, minutes=17 * place) for place in range(40)]
MONTHS = {
    "de": "Januar Februar März", "fr": "janvier février mars", "fr, short": "janv. févr. mars",
    "es": "enero febrero marzo", "pt": "janeiro fevereiro março", "it": "gennaio febbraio marzo",
    "nl": "januari februari maart", "sv": "januari februari mars", "da": "januar februar marts",
    "pl": "stycznia lutego marca", "fi": "tammikuuta helmikuuta maaliskuuta", "tr": "Ocak Şubat Mart",
    "ru": "января февраля марта", "cs": "ledna února března",
}  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789/", "０１２３４５６７８９／")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def half(day, before, after):
    return before if day.hour < 12 else after


SPELLINGS = {
    **{
        f"month in {language}": lambda day, names=names: f"{day.day}. {names.split()[day.month - 1]} {day.year}"
        for language, names in MONTHS.items()
    },
    "German with time": lambda day: f"{day.day}. {MONTHS['de'].split()[day.month - 1]} {day.year} um {day:%H:%M} Uhr",
    "Spanish with de": lambda day: f"{day.day} de {MONTHS['es'].split()[day.month - 1]} de {day.year}",
    "Norwegian clock": lambda day: f"{day:%d.%m.%Y} kl. {day:%H.%M.%S}",
    "year first, bare digits": lambda day: f"{day.year}/{day.month}/{day.day} {day.hour}:{day:%M}",
    "dots and spaces": lambda day: f"{day.day}. {day.month}. {day.year}",
    "English in full": lambda day: f"{day:%A, %B %d, %Y} at {day:%I:%M %p}",
    "RFC 2822": lambda day: f"{day:%a, %d %b %Y %H:%M:%S} +0000",
    "Unix date": lambda day: f"{day:%a %b %d %H:%M:%S} UTC {day:%Y}",
    "JavaScript": lambda day: f"{day:%a %b %d %Y %H:%M:%S} GMT+0100 (CET)",
    "kanji": lambda day: f"{day.year}年{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]}) {day:%H:%M}",
    "Reiwa": lambda day: f"令和{day.year - 2018}年{day.month}月{day.day}日",
    "Korean": lambda day: f"{day.year}년 {day.month}월 {day.day}일",
    "Korean form": lambda day: f"{day.year}. {day.month}. {day.day} {half(day, '오전', '오후')} {day:%I:%M:%S}",
    "Chinese form": lambda day: f"{day.year}/{day.month}/{day.day} {half(day, '上午', '下午')}{day:%I:%M:%S} GMT+8",
    "Spanish halves": lambda day: f"{day:%Y/%m/%d} {day:%I:%M:%S} {half(day, 'a. m.', 'p. m.')}",
    "ISO week": lambda day: "{}-W{:02d}-{}".format(*day.isocalendar()),
    "packed": lambda day: f"{day:%Y%m%d%H%M%S}",
    "packed with T": lambda day: f"{day:%Y%m%dT%H%M%SZ}",
    "unix milliseconds": lambda day: str(int(day.replace(tzinfo=dt.UTC).timestamp() * 1000)),
    "unix microseconds": lambda day: str(int(day.replace(tzinfo=dt.UTC).timestamp() * 1_000_000)),
    "Excel with a comma": lambda day: (
        f"{(day - dt.datetime(1899, 12, 30)).total_seconds() / 86400:.5f}".replace(".", ",")  # noqa: DTZ001
    ),
    "apostrophe": lambda day: f"'{day:%d.%m.%Y}",
    "full width": lambda day: f"{day:%Y/%m/%d}".translate(FULL_WIDTH),
    "Arabic digits": lambda day: f"{day:%Y-%m-%d}".translate(ARABIC),
    "Buddhist era": lambda day: f"{day.day}/{day.month}/{day.year + 543}",
    "Buddhist era, ISO": lambda day: f"{day.year + 543}-{day:%m-%d}",
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_reads_to_its_day(spelling):
    cells = [SPELLINGS[spelling](day) for day in DAYS]
    found = read_dates(np.arange(len(cells)), cells)
    assert [moment.date() for moment in found.moments.astype(object) if moment is not None] == [
        day.date() for day in DAYS
    ]
    assert not len(found.unread)


@pytest.mark.parametrize(
    "spelling",
    [
        "Korean form",
        "Chinese form",
        "Spanish halves",
        "packed",
        "packed with T",
        "Unix date",
        "Norwegian clock",
    ],
)
def test_the_time_of_day_is_kept(spelling):
    cells = [SPELLINGS[spelling](day) for day in DAYS]
    moments = read_dates(np.arange(len(cells)), cells).moments.astype(object)
    assert list(moments) == DAYS


def test_years_of_the_buddhist_era_are_said():
    cells = [SPELLINGS["Buddhist era, ISO"](day) for day in DAYS]
    assert "Buddhist era" in read_dates(np.arange(len(cells)), cells).doubt
    assert not read_dates(np.arange(1), ["2026-03-01"]).doubt


def test_a_survey_with_spelled_out_dates_has_them_as_its_date():
    rows = "\n".join(f"{SPELLINGS['month in pl'](day)};9" for day in DAYS)
    survey = read_survey(f"Data;Jak prawdopodobne jest, że polecisz nas?\n{rows}\n".encode(), name="pl.csv")
    assert (survey.mapping.date, survey.responses["date"].notna().all()) == ("Data", True)


@pytest.mark.parametrize(
    "cell", ["5/1/6", "2026-W60-1", "99999999999999", "令和8年13月1日", "31. foo 2026", "9999-12-31"]
)
def test_what_is_no_day_stays_unread(cell):
    assert np.isnat(read_dates(np.arange(1), [cell]).moments[0])
