"""The sample's script knows what each comment was made of: themes must find it."""

import numpy as np
import pytest
from sample_truth import marks, survey

from nps_core.themes import Codebook, Entry, find_themes

TEN_WORDS = {
    "interface": "interface, UI, screen, menu, click, navigation, layout, button, redesign, look",
    "support": "support, helpdesk, ticket, answer, reply, call, chat, agent, response, hotline",
    "price": "price, expensive, renewal, licence, cost, pay, seats, value for money, discount, invoice",
    "reports": "report, dashboard, chart, board pack, variance, drill, KPI, graph, pdf, slides",
    "integrations": "integration, import, export, ERP, connector, API, sync, Excel, CSV, CRM",
    "mobile": "app, phone, mobile, tablet, iPad, offline, train, android, iPhone, on the go",
    "setup": "setup, onboarding, rollout, implementation, training, consultant, kick off, go live, migration, weeks",
    "performance": "slow, crash, outage, speed, load, down, reliable, stable, freeze, fast",
    "features": "feature, scenario, forecast, planning, driver, comment, version, workflow, approval, headcount",
}


@pytest.fixture(scope="module")
def sample():
    return survey()


def found_in(told):
    return find_themes(told.comments, told.points.astype(float))


def test_topics_of_the_sample_are_found(sample):
    themes = found_in(sample)
    reached = marks(themes.memberships.toarray(), sample.truth)
    assert reached.merged >= 0.61
    assert reached.single >= 0.45
    assert reached.two >= 0.25
    assert themes.uncoded.sum() <= 0.37 * themes.said.sum()


@pytest.mark.parametrize("suffix", [" b", " c"])
def test_topics_are_found_where_half_of_the_fragments_are_in_other_words(suffix):
    told = survey(suffix, other_words=True)
    reached = marks(found_in(told).memberships.toarray(), told.truth)
    # A topic that half of the people call otherwise is two themes until a person merges them.
    assert reached.merged >= 0.58
    assert reached.single >= 0.38
    assert reached.two >= 0.18


def test_ten_words_a_topic_give_its_size_and_its_score(sample):
    book = Codebook()
    for name, words in TEN_WORDS.items():
        book = book.with_words(name, [word.strip() for word in words.split(",")])
    themes = find_themes(sample.comments, codebook=book)
    members = themes.memberships.toarray()[:, [themes.names.index(topic) for topic in sample.topics]]
    f1 = 2 * (members & sample.truth).sum() / (members.sum() + sample.truth.sum())
    assert f1 >= 0.72


def test_a_codebook_finds_the_same_whoever_made_it(sample):
    first = found_in(sample)
    again = find_themes(sample.comments, codebook=first.codebook)
    assert set(again.names) == set(first.names)
    order = [again.names.index(name) for name in first.names]
    assert (again.memberships.toarray()[:, order] == first.memberships.toarray()).mean() > 0.995


def test_an_entry_beside_others_changes_none_of_those_that_say_their_words(sample):
    alone = find_themes(sample.comments, codebook=Codebook((Entry("Support", ("support",)),)))
    both = find_themes(
        sample.comments, codebook=Codebook((Entry("Support", ("support",)), Entry("Price", ("price",))))
    )
    says = np.array([" support" in f" {text.lower()}" for text in sample.comments])
    for themes in (alone, both):
        assert themes.memberships.toarray()[says, themes.names.index("Support")].all()
