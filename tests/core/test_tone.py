"""The tone of what comments say of a theme: against the truth of the sample's script, and where there is too little."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sample_truth
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core import count_themes, filtered_responses
from nps_core.scope import Scope
from nps_core.themes.codebook import Codebook, Entry
from nps_core.themes.find import find_toned
from nps_core.themes.in_survey import find_survey_themes, theme_quotes, theme_responses

GROUPS = {-100: 0, 0: 1, 100: 2}


@pytest.fixture(scope="module")
def told():
    return sample_truth.survey()


@pytest.fixture(scope="module")
def found(told):
    groups = np.array([GROUPS[points] for points in told.points.tolist()])
    return find_toned(told.comments, groups.astype(float), groups, Codebook())


def test_the_tone_of_mentions_is_that_of_the_script(told, found):
    about, praise = found.memberships.toarray(), found.tones.praise.toarray()
    rows = []
    for number in range(found.k):
        topic = (told.truth & about[:, [number]]).sum(axis=0).argmax()
        mine = np.flatnonzero(about[:, number] & (told.tones[:, topic] != 0))
        rows += zip(mine, told.tones[mine, topic], praise[mine, number], strict=True)
    places, tone, share = (np.array(column) for column in zip(*rows, strict=True))
    places = places.astype(int)
    right = (share > 0.5) == (tone > 0)
    mixed = (told.tones[places] == 1).any(axis=1) & (told.tones[places] == -1).any(axis=1)
    by_group = (told.points[places] > 0) == (tone > 0)
    assert mixed.sum() > 200
    assert by_group[mixed].mean() < 0.52  # what the respondent's group is worth there
    assert right[mixed].mean() > 0.75
    assert right.mean() > 0.86
    sure = np.abs(share - 0.5) >= 0.1
    assert sure.mean() > 0.7
    assert right[sure].mean() > 0.93


def test_what_tones_are_worth_is_measured_and_said(found):
    assert found.tones.shown
    assert 0.75 < found.tones.agreement < 0.87
    assert found.tones.n > 500


def test_shares_lie_between_0_and_1_at_every_mention_and_nowhere_else(found):
    praise, about = found.tones.praise.toarray(), found.memberships.toarray()
    assert ((praise > 0) == about).all()
    assert praise.max() < 1


def made(comments, scores):
    return survey_of(pd.DataFrame({"score": scores, "comment": comments}))


PRAISE = (
    "the support is quick and kind",
    "support was lovely and solved it",
    "kind support with a quick answer",
)
BLAME = ("support is slow and rude", "the support never answers", "rude support with a slow answer")
BOOK = Codebook((Entry("Support", ("support",)), Entry("Answers", ("answer", "answers"))))


@pytest.mark.parametrize(
    ("good", "bad"),
    [(300, 0), (300, 10), (10, 10), (0, 300)],
    ids=["praise", "hardly a complaint", "twenty", "blame"],
)
def test_where_there_is_too_little_no_tone_is_shown(good, bad):
    comments = [PRAISE[n % 3] for n in range(good)] + [BLAME[n % 3] for n in range(bad)]
    survey = made(comments, [10] * good + [2] * bad)
    themes = find_survey_themes(survey, BOOK)
    assert themes.k == 2
    assert not themes.tones.shown
    assert all(row.tones is None for row in count_themes(Scope(survey), themes))


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(PRAISE + BLAME + ("", "n/a", "support")), min_size=1, max_size=6),
    st.lists(st.sampled_from([0, 6, 7, 9, 10]), min_size=1, max_size=7),
)
def test_few_texts_said_by_many_break_nothing(texts, scores):
    comments = [texts[n % len(texts)] for n in range(240)]
    themes = find_survey_themes(made(comments, [scores[n % len(scores)] for n in range(240)]), BOOK)
    if themes.tones is not None:
        praise = themes.tones.praise.toarray()
        assert ((praise > 0) == themes.memberships.toarray()).all()
        assert (praise < 1).all()
        assert themes.tones.n <= 240


def test_comments_that_share_no_word_have_no_tone():
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"zq{letters[n % 26]}{letters[n // 26]}{letters[n % 7]}x" for n in range(240)]
    themes = find_survey_themes(made(words, [10, 2] * 120), Codebook((Entry("One", (words[0],)),)))
    assert themes.tones is None or not themes.tones.shown


def test_scores_that_the_words_do_not_tell_show_no_tone():
    draw = np.random.default_rng(4)
    comments = [f"{(PRAISE + BLAME)[n % 6]} number {n % 40}" for n in range(600)]
    themes = find_survey_themes(made(comments, draw.choice([10, 2], 600)), BOOK)
    assert themes.tones.n > 100
    assert themes.tones.agreement < 0.6
    assert not themes.tones.shown


@pytest.fixture(scope="module")
def two_sided():
    ends = ("on Monday", "on Tuesday", "at night", "by phone", "by mail", "in May", "again", "for us")
    comments = [f"{PRAISE[n % 3]} {ends[n % 8]}" for n in range(240)]
    comments += [f"{BLAME[n % 3]} {ends[n % 8]}" for n in range(160)]
    survey = made(comments, [10] * 240 + [2] * 160)
    return survey, find_survey_themes(survey, BOOK)


def test_complaints_come_first_where_they_are_asked_for(two_sided):
    survey, themes = two_sided
    assert themes.k == 2
    for scope in (Scope(survey), Scope(survey).with_filters(groups=("detractor",))):
        for row in count_themes(scope, themes):
            for tone in (-1, 1):
                places = theme_responses(scope, themes, row.number, tone=tone)
                tones = themes.tones.of(row.number, places)
                assert (np.diff(tone * tones) <= 0).all()
                assert sorted(places) == sorted(theme_responses(scope, themes, row.number))
                assert (
                    theme_responses(scope, themes, row.number, tone=tone, most=2).tolist()
                    == places[:2].tolist()
                )


def test_without_tones_the_groups_whose_scores_are_near_come_first_and_keep_their_order(two_sided):
    survey, themes = two_sided
    bare, scope = replace(themes, tones=None), Scope(survey)
    codes = survey.responses["group"].cat.codes.to_numpy()
    every = theme_responses(scope, bare, 0)
    for tone in (-1, 1):
        places = theme_responses(scope, bare, 0, tone=tone).tolist()
        quotes = theme_quotes(scope, bare, 0, tone=tone, most=6).tolist()
        assert places[: len(quotes)] == quotes
        others = [place for place in every if place not in quotes]
        assert places[len(quotes) :] == sorted(others, key=lambda place: -tone * codes[place])
    assert theme_responses(scope.with_filters(groups=("passive",)), bare, 0, tone=1).tolist() == []


def test_what_is_taken_away_has_a_tone_for_each_theme(two_sided):
    survey, themes = two_sided
    table = filtered_responses(Scope(survey), themes)
    for row in count_themes(Scope(survey), themes):
        told = [
            dict(zip(names.split("; "), tones.split("; "), strict=True)).get(row.name)
            for names, tones in zip(table["themes"], table["tones"], strict=True)
        ]
        assert [told.count(tone) for tone in ("complaint", "neutral", "praise")] == list(row.tones)


def test_counts_of_tones_are_those_of_the_comments_shown(two_sided):
    survey, themes = two_sided
    assert themes.tones.shown
    for scope in (Scope(survey), Scope(survey).with_filters(groups=("promoter",))):
        for row in count_themes(scope, themes):
            tones = themes.tones.of(row.number, theme_responses(scope, themes, row.number))
            assert row.tones == tuple(int((tones == tone).sum()) for tone in (-1, 0, 1))
            assert sum(row.tones) == row.n


def test_quotes_have_the_tone_that_is_claimed(two_sided):
    survey, themes = two_sided
    for tone, words in ((-1, BLAME), (1, PRAISE)):
        for number in range(themes.k):
            places = theme_quotes(Scope(survey), themes, number, tone=tone, most=500)
            said = survey.responses["comment"].iloc[places]
            assert len(said)
            assert all(text.startswith(words) for text in said)


def few(scores_and_texts):
    made_of = [pair for pair in scores_and_texts for _ in range(4)]
    return made([text for _, text in made_of], [score for score, _ in made_of])


MIXED = "the answer came at once and was kind but support on the phone never called me back"


def test_where_no_tone_is_known_only_short_comments_of_the_group_about_that_alone_are_quoted():
    pairs = [
        (2, "the support never called back"),
        (2, MIXED),
        (2, "nobody helped"),
        (2, "support " + "and then we waited " * 30),
        (10, "support was quick"),
        (8, "support is fine"),
    ]
    survey = few(pairs)
    themes = find_survey_themes(survey, BOOK)
    assert not themes.tones.shown
    said = survey.responses["comment"]
    for tone, texts in ((-1, {pairs[0][1]}), (1, {pairs[4][1]})):
        places = theme_quotes(Scope(survey), themes, 0, tone=tone, most=50)
        assert set(said.iloc[places]) == texts


def test_a_quote_that_opens_on_the_theme_stands_before_one_that_comes_to_it():
    opening, coming = "support was quick, as it was years ago", "as it was years ago, support was quick"
    survey = few(
        [(10, coming), (2, "nobody helped"), (10, f"({opening})"), (10, coming), (8, "support is fine")]
    )
    said = survey.responses["comment"]
    places = theme_quotes(Scope(survey), find_survey_themes(survey, BOOK), 0, tone=1, most=50)
    assert said.iloc[places].tolist() == [f"({opening})"] * 4 + [coming] * 8


def test_a_quote_that_says_all_of_a_name_stands_before_one_that_says_a_part_of_it():
    part, whole = "great services all the time", "they were quick and the customer service is great"
    survey = few([(10, part), (10, whole), (2, "nobody helped"), (10, part), (8, "it is fine")])
    book = Codebook((Entry("Customer service", ("service", "services")), Entry("Price", ("price",))))
    places = theme_quotes(Scope(survey), find_survey_themes(survey, book), 0, tone=1, most=50)
    assert survey.responses["comment"].iloc[places].tolist() == [whole] * 4 + [part] * 8


def test_rather_than_one_that_may_contradict_there_is_no_quote():
    survey = few([(10, "support was quick"), (8, "support is fine"), (2, "slow answers")])
    themes = find_survey_themes(survey, BOOK)
    assert theme_quotes(Scope(survey), themes, 0, tone=-1).tolist() == []
    assert theme_responses(Scope(survey), themes, 0, tone=-1).size == 8  # all are read all the same


def test_where_the_words_do_not_tell_the_groups_apart_nothing_is_quoted():
    wishes = (
        "more support for tablets please",
        "support for tables would be good",
        "better answers to search",
    )
    texts = [f"{wishes[n % 3]} {'xyz'[n % 3]}{n % 11}" for n in range(400)]
    survey = made(texts, [10, 2, 9, 10] * 100)
    themes = find_survey_themes(survey, BOOK)
    assert themes.tones.blind
    assert theme_quotes(Scope(survey), themes, 0, tone=1).tolist() == []


FRENCH = {
    10: ("le support est rapide et agréable", "un support vraiment très utile pour nous"),
    2: ("le support est lent et désagréable", "un support vraiment inutile pour nous"),
}


@pytest.mark.parametrize("swapped", [False, True], ids=["as meant", "each group writes what the other means"])
def test_a_language_of_which_too_little_is_known_has_no_tone(two_sided, swapped):
    """A few comments in another language, and many whose groups its words do not tell."""
    survey, alone = two_sided
    english = survey.responses["comment"].astype(str).tolist()
    scores = [10] * 240 + [2] * 160
    draw = np.random.default_rng(2)
    french, told = [], []
    for n in range(240 if swapped else 12):
        told.append(int(draw.choice([2, 10])))
        means = int(draw.choice([2, 10])) if swapped else told[-1]
        french.append(f"{FRENCH[means][n % 2]} depuis la semaine {n % 50}")
    themes = find_survey_themes(made(english + french, scores + told), BOOK)
    assert themes.tones.shown
    number = themes.names.index("Support")
    tones = themes.tones.of(number, np.arange(len(english), len(english) + len(french)))
    assert not tones.any()
    assert themes.tones.of(number, np.arange(len(english))).any()
    assert themes.tones.n == alone.tones.n  # what is said of the tones is said of those that are known


def test_several_languages_of_which_nothing_is_known_show_no_tone():
    said = {
        "fr": FRENCH,
        "de": {
            10: ("der Support ist schnell und freundlich",),
            2: ("der Support ist langsam und unfreundlich",),
        },
        "es": {10: ("el soporte es rápido y muy amable",), 2: ("el soporte es lento y muy malo",)},
        "nl": {
            10: ("de support is snel en erg vriendelijk",),
            2: ("de support is traag en erg onvriendelijk",),
        },
        "it": {10: ("il supporto è veloce e molto gentile",), 2: ("il supporto è lento e molto scortese",)},
    }
    comments, scores = [], []
    for texts in said.values():
        for n in range(24):
            score = (10, 2)[n % 2]
            comments.append(f"{texts[score][0]} {n}")
            scores.append(score)
    themes = find_survey_themes(made(comments, scores), BOOK)
    assert not themes.tones.shown
