"""Nouns for one thing are one theme; words that only keep like company are others."""

import pytest

from nps_core.themes import find_themes
from nps_core.themes.stems import stem
from nps_core.themes.synonyms import SAME_THING, things

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
