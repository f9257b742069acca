"""A review: what is asked, what an answer does, what is learnt from answers, and what is said of it."""

import time

import numpy as np
import pandas as pd
import pytest
import sample_truth
from surveys import survey_of
from test_themes_truth import TEN_WORDS

from nps_core.errors import EditsError
from nps_core.scope import Scope
from nps_core.themes import Codebook, Entry, find_themes, read_codebook, write_codebook
from nps_core.themes.codebook import Checks, Learnt, fingerprint
from nps_core.themes.in_survey import code_survey, comments_of, find_survey_themes
from nps_core.themes.learning import KNOWN_WORD
from nps_core.themes.result import read
from nps_core.themes.review import (
    DRAWN,
    ENOUGH,
    LEAST_CERTAIN,
    find_questions,
    learnt_sentence,
    precision_sentence,
    taught,
)
from nps_core.themes.suggestions import propose_new_themes


def by_mark(texts):
    return {fingerprint(text): text for text in texts}


def ten_words():
    book = Codebook()
    for name, words in TEN_WORDS.items():
        book = book.with_words(name, [word.strip() for word in words.split(",")])
    return book


def survey_told(told):
    return survey_of(pd.DataFrame({"score": told.points // 100 * 4 + 6, "comment": told.comments}))


def f1(comments, topics, truth, book):
    themes = find_themes(comments, codebook=book)
    members = themes.memberships.toarray()[:, [themes.names.index(topic) for topic in topics]]
    return 2 * (members & truth).sum() / (members.sum() + truth.sum())


def right_answer(question, truth, topics):
    """What somebody who knows the truth presses."""
    about = {topic for topic, own in zip(topics, truth[question.place], strict=True) if own}
    return next((name for name in (question.name, *question.others) if name in about), "")


def reviewed(survey, book, truth, topics, answers):
    """The codebook after so many answers, round by round; and the share of those drawn that was right."""
    scope, comments = Scope(survey), comments_of(survey)
    themes, given = find_survey_themes(survey, book), 0
    book = themes.codebook
    while given < answers:
        review = find_questions(scope, themes, comments)
        for question in review.questions[: answers - given]:
            name = right_answer(question, truth, topics)
            book = review.answered(book, question, comments[question.place], name)
            given += 1
        themes = code_survey(themes, survey, book)
    return book


@pytest.fixture(scope="module")
def told():
    return sample_truth.survey()


@pytest.fixture(scope="module")
def survey(told):
    return survey_told(told)


@pytest.fixture(scope="module")
def themes(survey):
    return find_survey_themes(survey, ten_words())


def test_asked_are_the_least_certain_and_some_drawn_each_comment_once(survey, themes):
    comments = comments_of(survey)
    review = find_questions(Scope(survey), themes, comments)
    drawn = [one for one in review.questions if one.drawn]
    assert len(drawn) == DRAWN
    assert len(review.questions) == DRAWN + LEAST_CERTAIN
    assert len({comments[one.place] for one in review.questions}) == len(review.questions)
    members = themes.memberships.toarray()
    assert all(members[one.place, themes.names.index(one.name)] for one in drawn)
    asked = [one.name for one in review.questions if not one.drawn]
    assert max(map(asked.count, asked)) - min(map(asked.count, themes.names)) <= 1  # themes take turns
    assert all(one.name not in one.others for one in review.questions)
    again = find_questions(Scope(survey), themes, comments)
    assert again.questions == review.questions


def test_only_comments_that_are_shown_are_asked_about(survey, themes):
    scope = Scope(survey).with_filters(groups=("detractor",))
    review = find_questions(scope, themes, comments_of(survey))
    assert all(scope.counts.mask[one.place] for one in review.questions)


def test_an_answer_holds_for_its_comment_and_is_not_asked_again(survey, themes):
    comments = comments_of(survey)
    review = find_questions(Scope(survey), themes, comments)
    book, pressed = themes.codebook, {}
    for turn, question in enumerate(review.questions):
        name = (question.name, "", question.others[0])[turn % 3]
        pressed[question] = name
        book = review.answered(book, question, comments[question.place], name)
    coded = code_survey(themes, survey, book)
    members = coded.memberships.toarray()
    for question, name in pressed.items():
        assert members[question.place, coded.names.index(question.name)] == (name == question.name)
        if name:
            assert members[question.place, coded.names.index(name)]
    asked = {(comments[one.place], one.name) for one in pressed}
    more = find_questions(Scope(survey), coded, comments).questions
    assert not asked & {(comments[one.place], one.name) for one in more}


def test_what_is_drawn_alone_tells_the_precision(survey, themes):
    comments = comments_of(survey)
    review = find_questions(Scope(survey), themes, comments)
    book = themes.codebook
    for question in review.questions:
        book = review.answered(book, question, comments[question.place], question.name)
    assert book.checks == (Checks(survey.name, DRAWN, DRAWN),)


def test_precision_is_said_with_its_n_and_where_it_was_measured():
    book = Codebook(checks=(Checks("wave 1", 43, 50), Checks("wave 2", 9, 10)))
    assert precision_sentence(Codebook(), "wave 1") == ""
    assert (
        precision_sentence(book, "wave 2")
        == "9 of 10 comments checked are right; Precision 86%, 50 comments checked in “wave 1”. "
    )


def test_nothing_is_claimed_before_anything_is_learnt(survey, themes):
    comments = comments_of(survey)
    review = find_questions(Scope(survey), themes, comments)
    book = review.answered(themes.codebook, review.questions[0], comments[review.questions[0].place], "")
    assert all(entry.learnt is None for entry in book.entries)
    assert learnt_sentence(book) == ""


def judged(themes, told, name, answers):
    """The codebook with the first comments confirmed under a theme or taken out of it as the truth has it."""
    book, own = themes.codebook, told.topics.index(name)
    for place in range(answers):
        mark = fingerprint(told.comments[place])
        book = book.moved(mark, name) if told.truth[place, own] else book.moved(mark, "", name)
    return book


@pytest.mark.parametrize("answers", [ENOUGH - 1, ENOUGH + 60])
def test_a_theme_learns_from_enough_answers_and_from_no_fewer(told, themes, answers):
    texts, _ = read(told.comments)
    book = judged(themes, told, "support", answers)
    marked = sum(len(entry.confirmed) + len(entry.removed) for entry in book.entries)
    learnt = taught(book, themes.model, by_mark(texts), "support", themes.model.looks(texts[:500]))
    entry = learnt.find("support")
    assert (entry.learnt is not None) == (marked >= ENOUGH)
    assert learnt.find("price").learnt is None
    if entry.learnt:
        assert "Learnt from the answers: “support”." in learnt_sentence(learnt)


def test_a_theme_of_answers_of_one_kind_learns_nothing(told, themes):
    texts, _ = read(told.comments)
    book = themes.codebook
    for text in told.comments[:60]:
        book = book.moved(fingerprint(text), "", "support")
    assert taught(book, themes.model, by_mark(texts), "support", themes.model.looks(texts[:500])) == book


def test_a_word_of_one_comment_alone_is_not_kept(told, themes):
    texts, _ = read(told.comments)
    book = judged(themes, told, "support", 200)
    learnt = (
        taught(book, themes.model, by_mark(texts), "support", themes.model.looks(texts[:500]))
        .find("support")
        .learnt
    )
    held = themes.model.looks(texts[:200])
    shared = np.bincount(held.words.indices, minlength=len(held.stems))
    assert learnt.words
    assert all(shared[held.columns[stem]] >= KNOWN_WORD for stem, _ in learnt.words)


@pytest.fixture(scope="module")
def hundred(told, survey):
    """The codebook after a hundred answers."""
    return reviewed(survey, ten_words(), told.truth, told.topics, 100)


def test_four_hundred_confirmed_comments_code_the_others_better(told, themes):
    texts, _ = read(told.comments)
    half, by, looks = len(texts) // 2, by_mark(texts), themes.model.looks(texts[:1000])
    book = themes.codebook
    for place in np.random.default_rng(0).choice(half, 400, replace=False):
        for topic, own in zip(told.topics, told.truth[place], strict=True):
            mark = fingerprint(texts[place])
            book = book.moved(mark, topic) if own else book.moved(mark, "", topic)
    for topic in told.topics:
        book = taught(book, themes.model, by, topic, looks)
    others = told.comments[half:], told.topics, told.truth[half:]
    before, after = f1(*others, themes.codebook), f1(*others, book)
    assert after > before + 0.05


def test_a_codebook_that_was_reviewed_codes_the_next_waves_better(hundred):
    gained = []
    for suffix in (" b", " c", " d", " e"):
        wave = sample_truth.survey(suffix)
        before, after = (f1(wave.comments, wave.topics, wave.truth, own) for own in (ten_words(), hundred))
        gained.append(after - before)
    assert np.mean(gained) > 0.002
    assert min(gained) > -0.005  # a hundred answers are few: no wave may lose what can be seen


def test_the_parts_of_a_theme_follow_what_the_whole_has_learnt():
    texts = [f"the {noun} was late in week {n}" for n in range(20) for noun in ("ticket", "reply", "price")]
    book = Codebook((Entry("Support", ("reply",)), Entry("Ticket", ("ticket",), parent="Support")))
    never = Learnt((-99.0, 0.0, 0.0, 0.0))
    coded = find_themes(texts, codebook=book)
    assert set(coded.names) == {"Support", "Ticket"}
    taught_book = book.changed("Support", lambda entry: Entry(entry.name, entry.words, learnt=never))
    assert not coded.coded_by(taught_book, texts).memberships.nnz
    # What a part says to have learnt counts for nothing: only wholes are asked about.
    part = book.changed("Ticket", lambda entry: Entry("Ticket", entry.words, parent="Support", learnt=never))
    assert (coded.coded_by(part, texts).memberships != coded.memberships).nnz == 0


def test_an_answer_is_learnt_within_three_tenths_of_a_second(told, survey, themes):
    comments = comments_of(survey)
    book = themes.codebook
    for topic in told.topics:
        for place in range(60):
            mark, own = fingerprint(comments[place]), told.truth[place, told.topics.index(topic)]
            book = book.moved(mark, topic) if own else book.moved(mark, "", topic)
    review = find_questions(Scope(survey), themes, comments)
    took = []
    for question in review.questions[:10]:
        begun = time.process_time()
        review.answered(book, question, comments[question.place], question.others[0])
        took.append(time.process_time() - begun)
    assert np.median(took) < 0.3


def test_what_was_learnt_and_checked_is_kept_in_the_file_and_codes_alike(told, hundred):
    assert any(entry.learnt for entry in hundred.entries)
    again, missed = read_codebook(write_codebook(hundred))
    assert (again, missed) == (hundred, ())
    assert hundred.checks[0].n > 2 * DRAWN
    text = write_codebook(hundred)
    assert not any(comment in text for comment in told.comments if len(comment) > 20)


@pytest.mark.parametrize(
    "part",
    [
        '"learnt": 3',
        '"learnt": {"coding": [1, 2], "words": {}}',
        '"learnt": {"coding": [1, 2, 3, 1e999], "words": {}}',
        '"learnt": {"coding": [1, 2, 3, 4], "words": {"a": "b"}}',
        '"learnt": {"coding": [1, 2, 3, 4], "words": []}',
    ],
)
def test_a_file_whose_learning_cannot_be_read_is_refused(part):
    with pytest.raises(EditsError, match="Entry 1"):
        read_codebook(f'{{"format": "nps-codebook-1", "entries": [{{"name": "A", {part}}}]}}')


@pytest.mark.parametrize("checks", ["7", '[{"survey": "a", "right": 3, "n": 2}]', "[{}]", '["a"]'])
def test_a_file_whose_checks_cannot_be_read_is_refused(checks):
    with pytest.raises(EditsError, match="checked"):
        read_codebook(f'{{"format": "nps-codebook-1", "entries": [], "checks": {checks}}}')


@pytest.mark.parametrize("comments", [[], ["n/a", None], ["slow"], ["support was slow"] * 40], ids=str)
def test_few_comments_are_asked_about_or_nothing_is(comments):
    made = survey_of(pd.DataFrame({"score": [3] * len(comments) or [1], "comment": comments or [None]}))
    found = find_survey_themes(made, Codebook((Entry("Support", ("support",)),)))
    review = find_questions(Scope(made), found, comments_of(made))
    assert review is None or len(review.questions) <= 1


def test_what_the_codebook_of_the_first_wave_leaves_uncoded_is_offered_as_themes():
    hidden = {"mobile", "integrations"}
    second = sample_truth.survey(" b")
    book = Codebook(tuple(entry for entry in ten_words().entries if entry.name not in hidden))
    found = find_survey_themes(survey_told(second), book)
    new = propose_new_themes(found, second.comments)
    assert new
    topics = list(second.topics)
    held = []
    for one in new:
        alone = found.coded_by(book.with_entry(one.entry), second.comments)
        members = alone.memberships.toarray()[:, alone.names.index(one.entry.name)]
        truth = second.truth[members].sum(axis=0)
        held.append(topics[truth.argmax()])
        assert found.uncoded[list(one.places)].all()
        assert book.find(one.entry.name) is None
    assert set(held) == hidden
    own = find_survey_themes(survey_told(second))
    smallest = own.memberships.toarray().sum(axis=0).min()
    # Its own codebook has as many entries as are proposed: what else has a name is smaller than any of them.
    assert all(one.n < smallest for one in propose_new_themes(own, second.comments))


def test_no_theme_is_offered_where_hardly_a_comment_is_uncoded():
    texts = [f"the ticket was late in week {n}" for n in range(40)] + ["odd"]
    assert (
        propose_new_themes(find_themes(texts, codebook=Codebook((Entry("Ticket", ("ticket",)),))), texts)
        == ()
    )
