"""What a column holds, and how a file was read, in words and bars."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nps_core import column_profile
from nps_core.corrections import Corrections
from nps_core.reading import read_survey
from nps_core.survey import ColumnProfile, Scale

SCALES = st.sampled_from([Scale(), Scale(1, 10), Scale(1, 7, 3, 6), Scale(1, 5, 3, 5)])


def survey(extra="", **options):
    rows = "\n".join(f"{score},Pro,{score % 3}" for score in [10, 10, 9, 8, 3, 0, 10, 7])
    return read_survey(f"Recommend us?,Plan,Other{extra}\n{rows}\n".encode(), name="x.csv", **options)


def test_bars_count_every_response_of_the_scale():
    bars = column_profile.survey_bars(survey())
    assert [(bar.score, bar.count, bar.height) for bar in bars if bar.count] == [
        (0, 1, 33),
        (3, 1, 33),
        (7, 1, 33),
        (8, 1, 33),
        (9, 1, 33),
        (10, 3, 100),
    ]
    assert [bar.group for bar in bars] == ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2
    words = read_survey(b"Recommend us?\n" + b"Promoter\nDetractor\nPassive\n" * 5, name="x.csv")
    assert column_profile.survey_bars(words) == ()


@given(st.dictionaries(st.integers(0, 10), st.integers(1, 1000)), SCALES)
def test_bars_span_the_scale_and_the_highest_is_whole(counts, scale):
    bars = column_profile.score_bars(counts, scale)
    assert [bar.score for bar in bars] == list(range(scale.low, scale.high + 1))
    assert all(0 <= bar.height <= 100 for bar in bars)
    inside = [counts.get(bar.score, 0) for bar in bars]
    assert [bar.count for bar in bars] == inside
    assert max(bar.height for bar in bars) == (100 if any(inside) else 0)


def test_a_look_is_said_in_words():
    assert column_profile.profile_words(ColumnProfile("a", "", 40, 38, 11)) == "38 of 40 filled · 11 values"
    assert column_profile.profile_words(ColumnProfile("a", "", 40, 40, 1)) == "all filled · 1 value"
    assert column_profile.profile_words(ColumnProfile("a", "", 40, 0, 0)) == "blank"
    look = ColumnProfile("a", "", 40, 38, 4, ((3, 10), (9, 20)), ("9", "3", "n.b."))
    assert (
        column_profile.profile_scores_words(look, "1-7")
        == "10 of 38 filled cells looked at hold a whole number from 1 to 7; the most frequent values are"
        " “9”, “3”, “n.b.”."
    )
    assert (
        column_profile.profile_scores_words(ColumnProfile("a", "", 9, 1, 1, ((3, 1),), ("3",)), "0-10")
        == "1 of 1 filled cell looked at hold a whole number from 0 to 10."
    )


def test_columns_that_may_hold_scores_come_first():
    flag = ColumnProfile("flag", "", 10, 10, 2, ((0, 5), (1, 5)))
    text = ColumnProfile("text", "", 10, 10, 10)
    some = ColumnProfile("some", "", 10, 10, 8, ((1, 1), (2, 1), (3, 1)))
    score = ColumnProfile("score", "", 10, 10, 3, ((1, 2), (8, 4), (9, 4)))
    found = column_profile.likely_scores_first([flag, text, some, score])
    assert [look.name for look in found] == ["score", "some", "flag", "text"]


def test_columns_in_use_come_first_and_are_found_by_name_or_question():
    found = survey(",Unused")
    # "Other" is an attribute; "Plan" has one value only and plays no role.
    assert column_profile.columns_in_order(found) == ("Recommend us?", "Other", "Plan", "Unused")
    assert column_profile.columns_in_order(found, "RECOMM") == ("Recommend us?",)
    assert column_profile.columns_in_order(found, "no such") == ()
    assert len(column_profile.columns_in_order(found, most=2)) == 2


def test_titles_of_columns_are_never_alike():
    long = "Would you recommend us to the people that you know, and why would you"
    titles = column_profile.column_titles(
        [f"{long} (1)", f"{long} (2)", "Q1", "EndDate"], {"Q1": "How?", "EndDate": "End Date"}
    )
    assert len(set(titles.values())) == 4
    assert titles["Q1"] == "Q1 · How?"
    assert titles["EndDate"] == "EndDate"
    assert titles[f"{long} (2)"].endswith("(column 2)")


def test_cut_offs_are_said_and_unusual_ones_named():
    assert column_profile.cut_off_words(Scale()) == "Detractors 0-6, passives 7-8, promoters 9-10."
    assert column_profile.cut_off_words(Scale(1, 7, 4, 6)) == "Detractors 1-4, passives 5, promoters 6-7."
    assert "passives none" in column_profile.cut_off_words(Scale(0, 10, 6, 7))
    assert "Not the usual cut-offs of this scale, which are 4 and 6" in column_profile.cut_off_words(
        Scale(1, 7, 3, 6)
    )
    assert "no cut-offs" in column_profile.cut_off_words(Scale(words=True))


def test_how_a_file_was_read_is_one_line():
    found = survey()
    assert (
        column_profile.reading_words(found)
        == "x.csv · plain table (UTF-8, comma) · scale 0-10 · NPS +25 (−36 to +73)"
    )
    assert column_profile.group_shares(found) == {"promoter": 50, "passive": 25, "detractor": 25}
    assert column_profile.reading_notice(found, Corrections(), as_before=False) == ""
    said = Corrections(scale="0-10:5/8")
    assert column_profile.reading_notice(found, said, as_before=False) == "Read as you chose: scale 0-10:5/8."
    before = column_profile.reading_notice(found, said, as_before=True)
    assert before == "Read as the last file of these columns was: scale 0-10:5/8."


def test_candidates_are_said_with_the_nps_as_it_is_read():
    rows = "\n".join(f"{score},{10 - score}" for score in [10, 10, 9, 8, 3, 0, 10, 7])
    data = f"Recommend us?,Recommend the event?\n{rows}\n".encode()
    found = read_survey(data, name="x.csv", scale="0-10:2/8")
    ours, event = next(choice.candidates for choice in found.choices if choice.role == "score")
    # Promoters 10, 10, 9, 8, 10 and a detractor 0 under these cut-offs; the event's 10 and 0, 0, 1, 2, 0, 3
    # under the usual.
    assert column_profile.candidate_words(found, ours).startswith("NPS +50 (")
    assert column_profile.candidate_words(found, event).startswith("NPS −63 (")
    assert column_profile.candidate_words(found, replace(event, counts=None)) == event.reason


def test_rows_kept_are_counted_as_one_speaks():
    assert column_profile.kept_words(survey()) == "8 of 8 rows are responses"
    one = read_survey(b"Recommend us?,Plan\n9,Pro\n,Pro\n", name="x.csv")
    assert column_profile.kept_words(one) == "1 of 2 rows is a response"
    alone = read_survey(b"Recommend us?,Plan\n9,Pro\n", name="x.csv")
    assert column_profile.kept_words(alone) == "The one row is a response"


def lost_zeros():
    rows = "\n".join(
        f"{score or ''},said by number {place}" for place, score in enumerate([10, 9, 8, 3, 7, 10, 0, 9] * 10)
    )
    return read_survey(f"Recommend us?,Why?\n{rows}\n".encode(), name="x.csv")


def test_the_heaviest_doubt_stands_first_with_the_nps_that_it_could_be():
    found = lost_zeros()
    said = column_profile.reading_notice(found, Corrections(), as_before=False)
    # Without the zeros 4 promoters and a detractor of 7, with them two detractors of 8, each ten times.
    assert said.startswith(
        "NPS of all responses could be +25 instead of +43: zeros seem to be missing, as no score is 0"
    )
    assert column_profile.is_heavy(found)
    assert column_profile.doubt_words(found.doubts[0]).endswith("The NPS could be +25.")
    assert not any(column_profile.is_heavy(found) for found in [replace(found, doubts=found.doubts[1:])])


def test_a_doubt_that_moves_nothing_stands_below_one_that_does():
    moves = [doubt.moves for doubt in lost_zeros().doubts]
    assert moves == sorted(moves, reverse=True)
    assert moves[0] > 0


def test_the_card_says_how_many_doubts_there_are_beside_the_heaviest():
    rows = "\n".join(f"{1 + n % 9}/{1 + n % 7}/2025,{n % 11},{'test' if n < 3 else 'vip'}" for n in range(60))
    survey = read_survey(f"Date,How likely are you to recommend us?,Tags\n{rows}\n".encode(), name="t.csv")
    assert len(survey.doubts) == 2
    assert dict(column_profile.understood(survey))["In doubt"].endswith(" 1 more under “Data”.")
    assert dict(column_profile.understood(survey_of_one_doubt()))["In doubt"].endswith("score?")


def survey_of_one_doubt():
    """Of promoters alone: whether the export was filtered is the one doubt."""
    return read_survey(b"Date,NPS\n" + b"2025-01-31,9\n" * 40, name="t.csv")
