"""Nouns for one thing are one theme; words that only keep like company are others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.themes import find_themes
from nps_core.themes.space import LONG, OFTEN, SELDOM, meant_words
from nps_core.themes.stems import stem
from nps_core.themes.synonyms import SAME_THING, SAYS_IT, said_of, things

SAID = {
    "en": (
        "the food was cold|the meal was late|the food on board was bland|I liked the meal|the seats are narrow"
        "|a seat without room for the legs|the luggage was lost|my bags came late|they broke my luggage"
        "|where are the bags|the seats were dirty|the crew was rude|a crew that smiles"
    ),
    "es": (
        "la comida estaba fría|el precio es alto|los alimentos eran malos|el coste es excesivo|la comida llegó tarde"
        "|el personal fue amable|los empleados no ayudan|el personal no sabe nada|no me gustan los alimentos"
        "|la piscina está sucia|una piscina pequeña|el precio subió|un coste que no se entiende"
    ),
    "de": (
        "die Lieferung kam spät|der Versand dauert lange|die Lieferung war beschädigt|ein schneller Versand"
        "|die Mitarbeiter waren nett|das Personal hilft nie|die Mitarbeiter wissen nichts|das Personal war müde"
        "|die Farbe ist schön|eine Farbe ohne Glanz|der Preis ist hoch|die Kosten sind hoch|der Preis stieg"
    ),
}
ONE = {
    "en": ("food meal", "luggage bags"),
    "es": ("comida alimentos", "personal empleados"),
    "de": ("Lieferung Versand",),
}


@pytest.mark.parametrize("code", SAME_THING)
def test_a_word_stands_for_one_thing_and_a_thing_has_several_words(code):
    of = [{stem(word, code) for word in words.split()} for words in SAME_THING[code]]
    assert [len(stems) for stems in of] == [len(words.split()) for words in SAME_THING[code]]  # no form twice
    assert min(map(len, of)) > 1
    assert len(set().union(*of)) == sum(map(len, of)) == len(things(code))


@pytest.mark.parametrize("code", SAID)
def test_what_says_the_same_is_one_theme_with_both_words(code):
    said = [f"{one} {end}" for end in ("", "today", "again", "mostly") for one in SAID[code].split("|")]
    found = find_themes(said, language=code)
    entries = [" ".join(entry.words).casefold().split() for entry in found.codebook.entries]
    for pair in ONE[code]:
        assert [set(pair.casefold().split()) <= set(words) for words in entries].count(True) == 1, entries
        held = [place for place, words in enumerate(entries) if set(pair.casefold().split()) & set(words)]
        assert len(held) == 1


def test_a_rare_word_for_the_thing_comes_in_too():
    said = [f"{one} {end}" for end in ("", "today", "again", "mostly") for one in SAID["en"].split("|")]
    found = find_themes([*said, "my suitcase is gone", "the suitcase was wet"], language="en")
    words = [" ".join(entry.words).casefold() for entry in found.codebook.entries]
    (place,) = (place for place, own in enumerate(words) if "luggage" in own)
    assert found.memberships[-2:, [place]].sum() == 2


EXPENSIVE = {
    "en": ("the price is fair", "your phones are so expensive"),
    "es": ("el precio es justo", "sus teléfonos son muy caros"),
    "pt": ("o preço é justo", "os telefones são muito caros"),
    "de": ("der Preis ist gut", "die Handys sind sehr teuer"),
    "fr": ("le prix est juste", "vos téléphones sont trop chers"),
    "it": ("il prezzo è giusto", "i telefoni sono troppo cari"),
    "nl": ("de prijs is goed", "de telefoons zijn te duur"),
}


@pytest.mark.parametrize("code", SAYS_IT)
def test_a_word_that_is_said_of_one_thing_names_none_itself(code):
    of = things(code)
    for nouns, words in SAYS_IT[code].items():
        own = {of.get(stem(noun, code)) for noun in nouns.split()}
        spoken = {stem(word, code) for word in words.split()}
        assert {of[word] for word in spoken & of.keys()} <= own
        assert set(words.split()) <= set(said_of(code)[stem(nouns.split()[0], code)])


@pytest.mark.parametrize("code", EXPENSIVE)
def test_who_says_expensive_speaks_of_the_price(code):
    fair, dear = EXPENSIVE[code]
    other = (
        SAID.get(code, SAID["en"])
        .replace("precio", "balcón")
        .replace("coste", "balcón")
        .replace("Preis", "Balkon")
    )
    other = other.replace("Kosten", "Balkon")
    said = [f"{one} {end}" for end in ("", "a", "b", "c") for one in (fair, *other.split("|"))]
    found = find_themes([*said, dear, dear, said[1]], language=code)
    noun = fair.split()[1].casefold()
    (place,) = (
        place
        for place, entry in enumerate(found.codebook.entries)
        if noun in " ".join((entry.name, *entry.words)).casefold().split()
    )
    assert found.codebook.entries[place].name.casefold() == noun  # no word of judgement
    assert found.memberships[-3:, [place]].toarray().ravel().tolist() == [1, 1, 0]


def test_a_slip_of_the_pen_is_read():
    said = [f"{one} {end}" for end in ("", "today", "again", "mostly") for one in SAID["en"].split("|")]
    said += [f"the breakfast was {how}" for how in ("cold", "late", "bland", "rich", "poor", "small")]
    found = find_themes([*said, "no brekafast for us", "they forgot the brreakfast"], language="en")
    (place,) = (place for place, name in enumerate(found.names) if name == "Breakfast")
    assert found.memberships[-2:, [place]].sum() == 2


@given(
    st.dictionaries(st.text("abcd", min_size=5, max_size=11), st.integers(1, 9), max_size=30),
    st.integers(1, 9),
)
def test_what_a_word_is_a_slip_of_is_frequent_and_near(uses, n):
    uses = {**uses, "abcdabcd": n}
    for word, meant in meant_words(uses).items():
        assert uses[word] <= SELDOM < OFTEN <= uses[meant]
        assert min(len(word), len(meant)) >= LONG
        assert (word[0], word[-1]) == (meant[0], meant[-1])
        assert abs(len(word) - len(meant)) == 1 or sorted(word) == sorted(meant)
