"""Nouns for one thing of which surveys speak: "luggage" and "bags" are one theme, whatever company they keep.

A short list on purpose. Words stand together where a customer who says the one could have said the other in the same
sentence, and where what else they can mean does not come up as a theme of the same survey.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nps_core.themes.stems import stem

if TYPE_CHECKING:
    from collections.abc import Collection

SAME_THING = {
    "en": (
        "food meal catering cuisine", "luggage baggage bag suitcase", "staff employee personnel",
        "attendant crew stewardess steward", "price cost", "delivery shipping shipment", "refund reimbursement",
        "smell scent fragrance aroma odor odour", "bathroom toilet restroom washroom", "website site webpage",
        "vacation holiday", "picture photo photograph", "movie film", "bill invoice",
        "cleanliness hygiene", "colour color", "taste flavour flavor", "interface ui gui", "usability ux",
        "wifi internet", "salary wage compensation remuneration", "manager supervisor boss",
        "colleague coworker teammate", "car vehicle automobile", "shop store", "doctor physician",
        "documentation docs", "setup installation", "bug glitch", "voucher coupon", "discount rebate",
        "location whereabouts", "login logon signin", "plane aircraft airplane aeroplane",
    ),
    "es": (
        "comida alimento", "ubicación localización emplazamiento", "precio coste tarifa",
        "personal empleado", "equipaje maleta", "aroma olor fragancia", "entrega envío", "devolución reembolso",
        "baño aseo lavabo", "aparcamiento estacionamiento parking", "limpieza higiene",
        "ordenador computadora", "teléfono móvil celular", "coche carro vehículo",
        "sueldo salario", "jefe supervisor", "compañero colega", "película film", "foto fotografía",
        "simplicidad sencillez facilidad", "rapidez velocidad", "médico doctor",
        "profesor docente maestro", "sitio web", "flexibilidad versatilidad", "manejo manipulación",
    ),
    "pt": (
        "cheiro aroma odor fragrância", "preço custo", "entrega envio", "funcionário colaborador empregado",
        "reembolso estorno", "limpeza higiene",
        "telefone celular telemóvel", "carro veículo automóvel", "salário remuneração",
        "chefe supervisor", "professor docente", "médico doutor", "comida refeição alimento",
        "rapidez velocidade agilidade", "flexibilidade versatilidade", "aplicativo app", "filme película",
        "foto fotografia", "banheiro toalete",
    ),
    "de": (
        "preis kosten", "lieferung versand zustellung", "mitarbeiter personal angestellter",
        "essen verpflegung mahlzeit", "gepäck koffer", "geruch duft", "erstattung rückerstattung",
        "webseite website homepage", "toilette wc", "rechnung abrechnung", "sauberkeit hygiene",
        "handy smartphone mobiltelefon", "auto fahrzeug wagen", "gehalt lohn vergütung",
        "chef vorgesetzter", "oberfläche benutzeroberfläche", "geschwindigkeit schnelligkeit tempo",
        "bedienung bedienbarkeit handhabung", "bild foto",
    ),
    "fr": (
        "prix coût tarif", "livraison expédition envoi", "personnel employé", "repas nourriture",
        "bagage valise", "odeur parfum arôme senteur", "toilettes wc sanitaires", "parking stationnement",
        "goût saveur", "propreté hygiène", "téléphone portable", "voiture véhicule",
        "magasin boutique", "salaire rémunération paie", "professeur enseignant", "médecin docteur",
        "rapidité vitesse", "simplicité facilité", "emplacement localisation", "photo image",
    ),
    "it": (
        "prezzo costo tariffa", "consegna spedizione", "personale dipendente", "cibo pasto vitto",
        "bagaglio valigia", "odore profumo aroma", "bagno toilette", "gusto sapore",
        "pulizia igiene", "telefono cellulare smartphone", "auto macchina veicolo",
        "stipendio salario retribuzione", "insegnante professore docente", "medico dottore", "velocità rapidità",
        "semplicità facilità", "posizione ubicazione", "foto fotografia",
    ),
    "nl": (
        "prijs kosten tarief", "levering bezorging verzending", "personeel medewerker werknemer", "eten maaltijd",
        "bagage koffer", "geur reuk", "terugbetaling restitutie", "website site", "toilet wc",
        "factuur facturatie", "hygiëne netheid", "telefoon mobiel smartphone", "auto voertuig wagen",
        "salaris loon", "baas leidinggevende", "leraar docent", "arts dokter", "locatie ligging", "foto afbeelding",
    ),
}  # fmt: skip
"""Of each language the nouns that say the same, those of one thing in one string."""

SAYS_IT = {
    "en": {
        "price": "expensive cheap affordable pricey costly overpriced", "payment": "pay paid",
        "salary": "underpaid paid pay", "speed": "fast slow quick sluggish", "reliability": "unreliable",
        "attitude behaviour behavior courtesy politeness friendliness":
            "rude friendly unfriendly courteous discourteous polite impolite",
        "food": "delicious tasty edible inedible", "taste": "tasty tasteless delicious", "noise": "noisy loud quiet",
        "cleanliness": "clean dirty filthy spotless", "comfort": "comfortable uncomfortable comfy cramped",
        "legroom": "cramped spacious roomy", "smell": "smelly stink scented", "delivery": "delivered shipped courier",
        "interface": "layout clunky cluttered", "usability ease simplicity": "easy intuitive",
        "safety": "safe unsafe dangerous", "bug": "buggy", "training": "trained untrained",
        "support": "helpdesk hotline", "analysis": "analyse analyze analytics", "communication": "communicate", "parking": "park parked",
    },
    "es": {
        "precio": "caro barato asequible costoso", "pago": "pagar pagado", "rapidez": "rápido lento veloz",
        "simplicidad": "fácil sencillo", "limpieza": "limpio sucio", "comida": "delicioso sabroso",
        "ruido": "ruidoso", "comodidad": "cómodo incómodo", "amabilidad trato": "amable grosero",
        "entrega": "entregado entregar", "análisis": "analizar analítico", "ubicación": "ubicado céntrico",
        "seguridad": "inseguro", "visualización": "visualizar",
    },
    "pt": {
        "preço": "caro barato acessível", "pagamento": "pagar pago", "rapidez": "rápido lento demorado",
        "limpeza": "limpo sujo", "comida": "delicioso saboroso", "conforto": "confortável desconfortável",
        "cheiro": "cheiroso perfumado", "entrega": "entregue entregar", "atendimento": "atender atendente",
        "facilidade simplicidade": "fácil", "barulho ruído": "barulhento",
    },
    "de": {
        "preis": "teuer günstig billig preiswert", "geschwindigkeit": "schnell langsam",
        "sauberkeit": "sauber schmutzig dreckig", "freundlichkeit": "freundlich unfreundlich",
        "lieferung": "geliefert liefern", "bedienung": "bedienen intuitiv", "essen": "lecker",
        "komfort": "bequem unbequem", "zahlung bezahlung": "bezahlt bezahlen",
    },
    "fr": {
        "prix": "cher chère abordable coûteux", "rapidité": "rapide lent", "propreté": "sale",
        "livraison": "livré livrer", "repas": "délicieux", "bruit": "bruyant",
        "confort": "confortable inconfortable", "paiement": "payer payé", "simplicité": "facile simple",
        "accueil": "accueillant", "amabilité": "aimable désagréable",
    },
    "it": {
        "prezzo": "caro economico costoso", "velocità": "veloce lento rapido", "pulizia": "pulito sporco",
        "cibo": "gustoso delizioso", "consegna": "consegnato consegnare", "rumore": "rumoroso",
        "pagamento": "pagare pagato", "semplicità": "facile semplice", "comodità": "comodo scomodo",
    },
    "nl": {
        "prijs": "duur goedkoop betaalbaar", "snelheid": "snel traag langzaam", "hygiëne": "schoon vies",
        "levering": "geleverd leveren", "eten": "lekker", "gemak": "makkelijk gemakkelijk",
        "betaling": "betaald betalen", "vriendelijkheid": "vriendelijk onvriendelijk",
    },
}  # fmt: skip
"""Of each language words that are said of one thing only, under the nouns for it: who writes "expensive" speaks of the
price. They name no theme; they bring it the comments that speak of it without its noun."""


@cache
def things(code: str) -> dict[str, int]:
    """The number of the thing that a stem stands for, in a language."""
    return {
        stem(word, code): number
        for number, words in enumerate(SAME_THING.get(code, ()))
        for word in words.split()
    }


@cache
def nouns_of(code: str) -> frozenset[str]:
    """The nouns of a language that are listed here, and how their plurals mostly end."""
    nouns = [noun for words in SAME_THING.get(code, ()) for noun in words.split()]
    return frozenset(noun + end for noun in nouns for end in ("", "s", "es", "en"))


@cache
def said_of(code: str) -> dict[str, tuple[str, ...]]:
    """The words that speak of the thing for which a stem stands, in a language, whatever noun it goes by."""
    of, found = things(code), dict[str, tuple[str, ...]]()
    for nouns, words in SAYS_IT.get(code, {}).items():
        stems = {stem(noun, code) for noun in nouns.split()}
        numbers = {of[own] for own in stems if own in of}
        for own in stems | {other for other, number in of.items() if number in numbers}:
            found[own] = (*found.get(own, ()), *words.split())
    return found


def said_in(code: str, stems: Collection[str]) -> set[str]:
    """The stems of the words that speak of a thing whose noun is among some stems: they name nothing there."""
    of = said_of(code)
    return {stem(word, code) for own, words in of.items() if own in stems for word in words} - of.keys()
