"""Forms of one word are one, and words that only look like it are others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.themes import Codebook, Entry, find_themes
from nps_core.themes.stems import ENDINGS, stem

SAME = {
    "en": (
        "report reports | delivery deliveries | price prices pricing | crash crashes crashed crashing | stop stopped |"
        " plan plans planned | use used using | company companies company's | slow slowness | reliable reliability |"
        " integrate integrates integration | locate located location | meeting meetings | attendant attendants |"
        " excel excels | collaborate collaborating collaboration"
    ),
    "de": (
        "preis preise preisen | zimmer zimmern | haus häuser | straße straßen | lieferung lieferungen | app apps |"
        " freundlich freundliche freundlicher freundlichkeit | buchung buchungen"
    ),
    "fr": (
        "prix | chambre chambres | journal journaux | réservation réservations réserver | serveur serveuse serveuses |"
        " accueil l'accueil | rapide rapides rapidité"
    ),
    "es": (
        "habitación habitaciones habitacion | precio precios | baño baños | luz luces | vez veces | función funciones |"
        " profesor profesora profesores | desayuno desayunar desayunamos | ubicación ubicado | fácil facilidad"
    ),
    "pt": (
        "estação estações estacao | professor professora professores | animal animais | viagem viagens | bom bons |"
        " hidratação hidrata hidratou | comunicação comunica | preço preços"
    ),
    "it": "camera camere | prezzo prezzi | servizio servizi | colazione colazioni | amico amici | pulito pulita pulire",
    "nl": "kamer kamers | boom bomen | bed bedden | prijs prijzen | huis huizen | snel snelle | gesprek gesprekken",
}
"""Words of a language that are one, those of one kind between bars."""

OTHERS = {
    "en": (
        "excel excellent | board boarding | attend attendants | attend attendance | train training | manage manager |"
        " function functional | build building | organize organic | table tablet | market marketer"
    ),
    "de": "liefern lieferant | rechnung rechner | preis preiswert | funktion funktionär",
    "fr": "station stationnement | fonction fonctionne | accueil accueillant | livraison livreur",
    "es": (
        "estación estacionamiento | precio preciosas | función funciona | baño bañera | restaurante restauración |"
        " personal personalmente | turista turístico"
    ),
    "pt": "estação estacionamento | preço precioso | cheiro cheiroso | atender atendente",
    "it": "stazione stazionamento | prezzo prezioso | camera cameriera",
    "nl": "levering leverancier | prijs prijzig | kamer kameraad",
}
"""Words of which the first is none of those behind it."""


def kinds(table):
    return [(code, group.split()) for code, groups in table.items() for group in groups.split("|")]


@pytest.mark.parametrize(("code", "words"), kinds(SAME))
def test_forms_of_a_word_are_one(code, words):
    assert len({stem(word, code) for word in words}) == 1


@pytest.mark.parametrize(("code", "words"), kinds(OTHERS))
def test_words_that_share_a_stem_are_not_one(code, words):
    first, *others = (stem(word, code) for word in words)
    assert first not in others


@given(
    st.text("abcdefghijklmnopqrstuvwxyzáéíóúñçßü'", min_size=2, max_size=14), st.sampled_from(sorted(ENDINGS))
)
def test_whatever_is_typed_has_a_stem_without_accents(word, code):
    found = stem(word, code)
    assert found or not word.strip("'")
    assert not set(found) & set("áéíóúñçü")


def test_a_theme_does_not_catch_what_shares_its_stem():
    said = ["the Excel is slow", "an Excel for my boss", "excellent support", "the price is high"] * 10
    found = find_themes(said, codebook=Codebook((Entry("Excel", ("Excel",)),)))
    assert [said[row] for row in found.memberships.nonzero()[0][:3]] == [said[0], said[1], said[0]]
    assert found.memberships.sum() == 20
