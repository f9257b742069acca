"""Names of themes: the form of a word, the phrase around it, and what names nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from subjects import SUBJECTS

from nps_core.themes import find_themes
from nps_core.themes.find import _by_matter
from nps_core.themes.language import DEGREES
from nps_core.themes.phrases import listen
from nps_core.themes.proposals import NAMED, NOUN, _parted
from nps_core.themes.stems import stem
from nps_core.themes.synonyms import SAME_THING, SAYS_IT, nouns_of, said_in, said_of


def heard(texts, code="en"):
    return listen(list(texts), [code] * len(texts))


def heading(texts, word, code="en"):
    return heard(texts, code).heading(stem(word, code))


@pytest.mark.parametrize(
    ("texts", "code", "name"),
    [
        (["the phone overheats", "overheating again", "my overheating problem is back",
          "the overheating is bad", "they overheat", "you overheat"], "en", "overheating"),
        (["the service is fine", "our service", "a service", "their services are new"], "en", "service"),
        (["more templates please", "the templates", "we want more templates", "a template"], "en", "templates"),
        (["went in smelling of soap", "i smell soap", "the smelling man", "it smells"], "en", "smell"),
        (["it is reliable", "reliable tool", "so reliable, all day", "reliable, and fast", "reliable again",
          "reliability", "for reliability"], "en", "reliability"),
        (["una cama muy cómoda", "es cómoda", "muy cómoda", "cama cómoda", "la comodidad", "su comodidad",
          "las comodidades", "sus comodidades", "con comodidades"], "es", "comodidad"),
    ],
)  # fmt: skip
def test_a_theme_is_called_by_the_form_that_is_mostly_written_as_a_noun(texts, code, name):
    assert heading(texts, name, code) == name


@pytest.mark.parametrize(
    ("uses", "name"),
    [
        ({"ram": 7, "RAM": 3}, "RAM"),  # lower case is haste
        ({"kettle": 20, "KETTLE": 2}, "kettle"),  # and this is emphasis
        ({"Jira": 6, "JIRA": 4}, "Jira"),
        ({"iphone": 3, "iPhone": 2}, "iPhone"),
        ({"ram": 2, "RAM": 1}, "ram"),  # once is no way of writing
    ],
)
def test_a_word_is_written_as_those_do_who_take_the_trouble(uses, name):
    said = [f"it has the {written}" for written, times in uses.items() for _ in range(times)]
    assert heading(said, name.lower()) == name


@pytest.mark.parametrize(
    ("texts", "code", "word"),
    [
        (["o plano pedagógico", "a forma pedagógica é boa", "conteúdo pedagógico", "o sistema pedagógico é bom",
          "estrutura pedagógica"], "pt", "pedagógica"),
        (["el plan gratuito", "la versión gratuita es buena", "una prueba gratuita", "un café gratuito"],
         "es", "gratuita"),
    ],
)  # fmt: skip
def test_what_agrees_with_its_noun_is_none(texts, code, word):
    said = heard(texts, code)
    assert not said.nouns[stem(word, code)]
    assert stem(word, code) not in said.headings


def test_a_noun_with_an_ending_of_its_own_does_not_agree():
    said = heard(["a hidratação é boa", "barba hidratada", "pele hidratada", "barba mais hidratada"], "pt")
    assert said.heading(stem("hidratação", "pt")) == "hidratação"


@pytest.mark.parametrize("code", sorted(DEGREES))
def test_of_which_there_can_be_more_is_no_opinion(code):
    """ "More" grades an adjective and counts a noun: it tells neither."""
    more = {
        "en": "more",
        "es": "más",
        "pt": "mais",
        "fr": "plus",
        "de": "mehr",
        "nl": "meer",
        "it": "più",
        "sv": "mer",
    }
    assert more[code] not in DEGREES[code]


def names_beside_others(said):
    """The names when some comments stand among 240 on four subjects, eight times each."""
    others = [text for texts in SUBJECTS.values() for text in texts for _ in range(10)]
    return set(find_themes([*others, *said * 8], language="en").names)


def test_what_never_stands_alone_is_called_by_its_phrase():
    said = [
        "the fingerprint reader is broken",
        "a fingerprint reader",
        "my fingerprint reader",
        "the fingerprint reader",
        "the fingerprint is gone",
    ]
    assert heard(said).bound == {"reader"}
    names = names_beside_others(said)
    assert "Fingerprint reader" in names
    assert "Reader" not in names


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("support is great", "en", "support"),
        ("atendente é bom", "pt", "atendente"),
        ("soporte es bueno", "es", "soporte"),
    ],
)
def test_what_opens_a_comment_before_is_stands_alone(text, code, word):
    said = heard([text] * 6, code)
    assert said.bound == set()
    assert said.nouns[stem(word, code)] == pytest.approx(7 / 10)


def test_what_never_stands_alone_and_has_no_phrase_names_nothing():
    said = [
        "the parrot earlier",
        "a zebra earlier",
        "my walrus earlier",
        "the otter earlier",
        "our beaver earlier",
    ]
    assert stem("earlier", "en") in heard(said).bound
    assert not {name for name in names_beside_others(said) if "earlier" in name.lower()}


def test_what_is_linked_is_a_name_of_its_own():
    said = [
        "good value for money",
        "the value for money",
        "they have value for money",
        "my money",
        "value, fine",
    ]
    names = names_beside_others(said)
    assert "Value for money" in names
    assert "Money" not in names


@pytest.mark.parametrize("code", sorted(SAYS_IT))
def test_what_is_said_of_a_thing_names_nothing_beside_it(code):
    of = said_of(code)
    for noun in of:
        barred = said_in(code, {noun})
        assert not barred & of.keys()  # "parking" is a noun, whatever "parked" is
        assert barred <= {stem(word, code) for word in of[noun]}
    assert said_in(code, ()) == set()


def test_plurals_of_listed_nouns_are_known_for_nouns():
    assert {"price", "prices", "bags", "smell"} <= nouns_of("en")
    assert "profesores" in nouns_of("es")
    assert nouns_of("fi") == frozenset()
    assert all(
        {noun for words in things for noun in words.split()} <= nouns_of(code)
        for code, things in SAME_THING.items()
    )


@given(st.data())
def test_most_comments_of_a_theme_say_its_first_noun(data):
    count = data.draw(st.integers(1, 6))
    comments = st.lists(st.integers(0, 30), min_size=1, max_size=20, unique=True)
    held = [np.array(sorted(data.draw(comments)), dtype=np.int32) for _ in range(count)]
    thing = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    same = thing[:, None] == thing
    themes = _parted([*range(count)], same, held)
    assert sorted(noun for theme in themes for noun in theme) == [*range(count)]
    for theme in themes:
        named = set().union(*(held[noun].tolist() for noun in theme if same[theme[0], noun]))
        said = set().union(*(held[noun].tolist() for noun in theme))
        assert len(named) >= NAMED * len(said)
    # What says the same stays together.
    assert all(len({place for place, theme in enumerate(themes) if set(theme) & set(kin)}) == 1
               for kin in (np.flatnonzero(row).tolist() for row in same))  # fmt: skip


def test_nouns_of_like_company_are_one_theme_only_if_most_say_the_first():
    held = [np.arange(0, 60), np.arange(60, 110), np.arange(55, 65)]
    assert _parted([0, 1, 2], np.eye(3, dtype=bool), held) == [[0, 2], [1]]


def test_what_a_tenth_says_is_presented_though_it_may_be_one_with_another():
    sizes = [300, 120, *range(60, 40, -1)]
    members = np.zeros((sum(sizes), len(sizes)), dtype=np.bool_)
    members[np.arange(sum(sizes)), np.repeat(np.arange(len(sizes)), sizes)] = True
    many = sum(sizes)
    assert (np.array(sizes[:3]) / many >= 0.1).tolist() == [True, False, False]
    may_be_one = np.eye(len(sizes)) * 2
    may_be_one[0, 1] = may_be_one[1, 0] = 2
    assert _by_matter(members, may_be_one, None)[-1] == 1
    assert _by_matter(members[: 300 + 120 + 400], may_be_one, None)[:2] == [0, 1]


def test_a_signature_names_no_theme():
    """Whom sellers and support staff sign for is in many comments, and none is about it."""
    asked = ["the parrot", "a zebra", "my walrus", "the otter", "our beaver"]
    said = [
        f"You can find {one} there. Regards,{' Anna,' if one[0] == 't' else ''} Norvik Nordics"
        for one in asked
    ]
    assert heard(said).signed == {stem(word, "en") for word in ("norvik", "nordics")}
    assert not [
        name for name in names_beside_others(said) if "norvik" in name.lower() or "nordics" in name.lower()
    ]


def test_what_many_comments_close_with_is_a_signature_only_where_it_is_a_name():
    """Of short comments the end is often what they are about; and a name that stands elsewhere too is a topic."""
    assert not heard(
        [f"I like the {one}, less frizz" for one in ("smell", "look", "feel", "price")] * 3
    ).signed
    named = [f"The smell is fine {place}. Acme Store" for place in range(5)] + [
        "the Acme Store was closed"
    ] * 6
    assert not heard(named).signed
    assert not heard(["Acme Store"] * 9).signed, "that is all they say"


def test_an_adjective_names_no_theme():
    said = ["nothing suitable", "a suitable", "the suitable", "my suitable", "there is no table"]
    assert heard(said).nouns[stem("suitable", "en")] > NOUN
    names = names_beside_others(said)
    assert "Suitable" not in names
    assert "Table" in names
