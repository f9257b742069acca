"""Which language a comment is in, and what that language's words do."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.themes.stems import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.themes.text import Tokens

MIXED = "mixed"
ENGLISH = "en"

TELLING_LENGTH = 25
"""Characters from which a comment's own language is believed; shorter ones follow the survey's."""

FEW_TELLING = 5
SURE = 0.6
"""With fewer telling comments than this all are read together, and the detector must be so sure."""

CLEARLY = 4
"""How many times likelier another language must be for a short comment to be read in it."""

LANGUAGE_SHARE = 0.005
TELLING_SURENESS = 0.85
"""A language counts when it is found so surely in three telling comments and in this share of them."""

MIXED_SHARE = 0.15
"""From this share in other languages a survey is called mixed."""

SAMPLE = 1_000
"""Comments that decide which languages a survey is in: twenty of a language with a 2 % share."""

READ = 300
"""Characters read to tell a comment's language."""

TWINS = {"nb": "no", "nn": "no", "zh-hant": "zh", "gl": "pt", "ms": "id", "bs": "hr", "sr": "hr"}
"""Languages that are read with a close relative's words."""

LINKS = {
    "en": "and but however although though while whereas because except",
    "es": "y e pero aunque sino mientras porque excepto",
    "pt": "e mas porém embora enquanto porque exceto",
    "fr": "et mais cependant toutefois bien que tandis sauf",
    "de": "und aber jedoch obwohl während weil außer sondern",
    "nl": "en maar echter hoewel terwijl omdat behalve",
    "it": "e ed ma però tuttavia anche mentre perché tranne",
    "sv": "och men dock fast medan",
    "da": "og men dog mens",
    "no": "og men mens",
    "fi": "ja mutta kuitenkin",
    "pl": "i ale jednak oraz",
    "cs": "a ale však",
    "ru": "и но однако хотя а",
    "tr": "ve ama fakat ancak",
    "id": "dan tapi tetapi namun",
}
"""Words that part two clauses."""

NAMED_THINGS = frozenset(
    [
        "amount",
        "area",
        "bill",
        "call",
        "calls",
        "case",
        "change",
        "changes",
        "computer",
        "course",
        "date",
        "detail",
        "help",
        "home",
        "homepage",
        "information",
        "line",
        "member",
        "members",
        "order",
        "orders",
        "ordered",
        "ordering",
        "page",
        "pages",
        "part",
        "parts",
        "place",
        "point",
        "points",
        "price",
        "present",
        "problem",
        "problems",
        "result",
        "results",
        "room",
        "rooms",
        "section",
        "site",
        "state",
        "system",
        "test",
        "text",
        "value",
        "web",
        "webpage",
        "website",
        "welcome",
        *("cher", "chers", "chere", "cheres", "chère", "chères"),
    ]
)
"""Words, English ones and French "dear", that the stop word lists hold and that customers complain about by name."""

TYPED = {
    "pt": frozenset(["pra", "pro", "pras", "pros", "vc", "vcs", "tbm", "tb", "pq", "tá", "tô", "né", "tava"]),
    "fr": frozenset(["pcq", "pk"]),
    "de": frozenset(["usw", "bzw"]),
}
"""Short forms that people type and the stop word lists do not hold.

In English and Spanish such words make no difference.
"""


def _sets(lists: dict[str, str]) -> dict[str, frozenset[str]]:
    """Words of a language each, written one after the other."""
    return {code: frozenset(words.split()) for code, words in lists.items()}


DETERMINERS = _sets(
    {
        "en": (
            "the a an my your our their his her its this that these those any some every each no of for with"
            " in on many several few both other another"
        ),
        "es": (
            "el la los las un una unos unas mi su sus mis nuestro nuestra este esta estos estas del con"
            " muchos muchas pocos pocas varios varias otros otras"
        ),
        "pt": (
            "o a os as um uma uns umas meu minha seu sua nosso nossa este esta esse essa do da dos das no na"
            " com muitos muitas poucos poucas outros outras"
        ),
        "fr": (
            "le la les l un une des mon ma mes votre vos notre nos leur ce cet cette ces du au aux avec"
            " plusieurs quelques autres"
        ),
        "de": (
            "der die das den dem des ein eine einen einem einer mein meine euer eure ihr ihre dieser diese im"
            " am mit bei für von kein keine keinen viele wenige alle andere"
        ),
        "nl": "de het een mijn uw jullie hun deze dit onze met van voor in op geen veel weinig alle andere",
        "it": (
            "il lo la i gli le un uno una mio mia vostro vostra questo questa del della dei delle nel nella"
            " con molti molte pochi poche altri altre"
        ),
        "sv": "en ett den det de min er deras denna",
        "da": "en et den det de min jeres deres denne",
        "no": "en et den det de min deres denne",
    }
)
"""Words that a noun follows, with or without an adjective between: articles, possessives, prepositions."""

POINTERS = _sets(
    {
        "en": "this",
        "es": "este esta ese esa",
        "pt": "este esta esse essa deste desta neste nesta desse dessa nesse nessa",
        "fr": "ce cet cette",
        "de": "dieser diese dieses diesem diesen",
        "nl": "dit deze",
        "it": "questo questa",
        "sv": "denna detta",
        "da": "denne dette",
        "no": "denne dette",
    }
)
"""Words that point at what is there: mostly at what is rated."""

NOUN_FIRST = frozenset({"es", "pt", "fr", "it", "ca", "ro", "id"})
"""Languages in which a phrase opens with its noun; in the others it closes with it."""

ADVERBS = {"en": "ly", "es": "mente", "pt": "mente", "it": "mente", "ca": "ment", "fr": "ment"}
"""How adverbs end; one of them names no theme by itself."""

TIMES = _sets(
    {
        "en": (
            "time day week month year hour minute second today yesterday tomorrow morning afternoon evening"
            " night weekend monday tuesday wednesday thursday friday saturday sunday january february march"
            " april may june july august september october november december moment while season quarter"
            " spring summer autumn winter"
        ),
        "es": (
            "tiempo vez día semana mes año hora minuto hoy ayer mañana tarde noche lunes martes miércoles"
            " jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre"
            " octubre noviembre diciembre momento rato"
        ),
        "pt": (
            "tempo vez dia semana mês ano hora minuto hoje ontem amanhã manhã tarde noite momento janeiro "
            "fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
        ),
        "fr": "temps fois jour semaine mois an année heure minute hier demain matin soir moment",
        "de": (
            "zeit mal tag woche monat jahr stunde minute heute gestern morgen abend moment tage wochen monate"
            " jahre"
        ),
        "nl": "tijd keer dag week maand jaar uur minuut vandaag gisteren morgen avond moment",
        "it": "tempo volta giorno settimana mese anno ora minuto oggi ieri domani mattina sera momento",
    }
)
"""Nouns that say when and for how long, never what: no theme is named by one of them alone."""

COPULAS = _sets(
    {
        "en": "is are was were isn't aren't wasn't",
        "es": "es son era fue está están estaba",
        "pt": "é são era foi está estão estava",
        "fr": "est sont était",
        "de": "ist sind war waren",
        "nl": "is zijn was waren",
        "it": "è sono era",
        "sv": "är var",
        "da": "er var",
        "no": "er var",
    }
)
"""Words that a noun stands before."""

PHRASE_LINKS = _sets(
    {
        "en": "of to for on in with at from by",
        "es": "de del en con para a al la el los las",
        "pt": "de do da dos das em no na com para ao",
        "fr": "de du des d à au aux en pour avec la le les",
        "de": "zu zum zur für mit von im am in der die das",
        "nl": "van voor met te in op de het",
        "it": "di del della dei delle in con per da al",
    }
)
"""Words that may stand inside a name: "waiting on hold", "curva de aprendizaje"."""


DEGREES = _sets(
    {
        "en": "very too so really quite extremely pretty rather super not always",
        "es": "muy tan bastante demasiado súper super no siempre",
        "pt": "muito muita tão bastante demais super não sempre",
        "fr": "très trop si assez vraiment super pas toujours",
        "de": "sehr zu so ganz recht extrem super nicht immer echt",
        "nl": "heel erg zeer te zo super niet altijd echt",
        "it": "molto molta troppo così abbastanza davvero super non sempre",
        "sv": "väldigt mycket för så inte alltid",
    }
)
"""Words that grade the one behind them, which then is no noun but an opinion; not "more": there is more of things."""

NOUN_ENDINGS = {
    "en": ("tion", "tions", "sion", "ment", "ness", "ity", "ance", "ence", "ship"),
    "es": ("ción", "cion", "ciones", "dad", "dades", "miento", "eza", "tud"),
    "pt": ("ção", "cao", "ções", "dade", "dades", "mento", "eza", "agem"),
    "fr": ("tion", "tions", "sion", "ité", "age"),
    "de": ("ung", "ungen", "heit", "keit", "schaft"),
    "nl": ("ing", "heid", "schap", "teit", "tie"),
    "it": ("zione", "zioni", "tà", "mento", "ezza"),
}
"""How only nouns end."""

ADJECTIVE_ENDINGS = {"en": ("able", "ible", "less", "ful", "ous")}
SHORTEST_ADJECTIVE = 8
"""How adjectives end, and of words of so many letters hardly a noun does: "suitable" for something, but "a table"."""

VERB_ENDINGS = {
    "en": tuple(f"{letter}ed" for letter in "bcdgiklmnprstvwxyz"),
    "es": ("amos", "emos", "imos", "aron", "ieron", "aba", "aban", "ría", "ría", "rías", "rían", "ando", "iendo", "zar",
           "mendar", "ecer", "izar", "ular", "irse", "arse", "arlo", "arla"),
    "pt": ("amos", "emos", "imos", "aram", "eram", "iram", "ava", "avam", "ria", "riam", "ando", "endo", "indo",
           "aliar", "izar", "ecer", "mendar"),
    "fr": ("aient", "ait", "ons", "ez", "iser", "èrent", "ant"),
    "it": ("iamo", "avano", "ava", "ando", "endo", "arono", "irono", "izzare", "ebbe"),
    "nl": ("den", "ten"),
}  # fmt: skip
"""How verbs end and hardly a noun does."""

SUBJECTS = _sets(
    {
        "en": (
            "i you he she it we they who to can can't cannot could will won't would should must may might don't didn't"
            " doesn't please"
        ),
        "fr": "je j tu il elle on nous vous ils elles",
        "de": "ich du er sie es wir zu",
        "nl": "ik je jij u hij ze wij we te",
    }
)
"""Words that a verb follows, where people say who does something."""

ALONE = NOUN_FIRST | {"nl", "sv", "da", "no"}
"""Languages in which a noun is told only where it follows its article at once: in "het terras kregen" the
last word is a verb."""

GENERAL = _sets(
    {
        "en": (
            "thing stuff product experience way lot bit person people everything something anything nothing everyone"
            " someone anyone company firm reason use user customer client need work job kind sort type part case"
            " example fact issue problem point place area side level item option question help result number amount"
            " guy man woman change detail end start beginning rest couple pair half love hate like mind idea hope luck"
            " sense deal review opinion score rating star comment word thank life world name top future fan tool"
            " version lack surprise standard extra return check row ability space list choice possibility potential"
            " situation matter topic subject aspect request wish expectation effort attempt trouble fault mess joke"
            " answer system software solution set piece try look feel feeling recommendation mention"
            " addition difference"
            " benefit advantage disadvantage pro con improvement opportunity purpose term condition note line"
            " take make get give find go come keep let put want try say ask add lose"
            " team teammate passenger guest traveler traveller vacation holiday home"
            " child kid son daughter wife husband mother father mom mum dad family friend colleague boss"
            " visit stay trip business accommodation"
            " fun nothing fine worth value saves save great good nice best better bad worse poor"
            " function functionality selection variety device gadget platform ecosystem institution establishment"
            " disappointing disappointment frustration awful terrible horrible amazing awesome excellent fantastic"
            " wonderful perfect suck left"
        ),
        "es": (
            "cosa producto experiencia forma manera gente persona todo algo nada parte caso ejemplo hecho"
            " problema punto"
            " lugar lado nivel tipo opción pregunta ayuda resultado número uso usuario cliente trabajo cambio detalle"
            " final resto par mitad vida mundo nombre opinión estrella comentario palabra gracias falta"
            " razón motivo tema"
            " posibilidad capacidad potencial aspecto respuesta pena crítica ventaja cantidad variedad"
            " empresa bien mejor"
            " bueno buena malo mala excelente herramienta interés término"
            " huésped pasajero vacación casa"
            " funcionalidad característica selección dispositivo aparato plataforma institución establecimiento"
            " hijo hija niño niña esposa esposo marido madre padre familia amigo amiga colega jefe visita"
            " estancia estadía alojamiento viaje negocio frustración"
        ),
        "pt": (
            "coisa produto experiência forma maneira gente pessoa todo algo nada parte caso exemplo problema"
            " ponto lugar"
            " lado nível tipo opção pergunta ajuda resultado número uso usuário cliente trabalho mudança detalhe final"
            " resto par metade vida mundo nome opinião estrela comentário palavra nota motivo razão diferença aspecto"
            " questão falta resposta empresa bom boa ótimo ótima ruim melhor excelente quantidade"
            " aluno aluna hóspede passageiro férias casa"
            " funcionalidade característica seleção variedade dispositivo aparelho plataforma instituição unidade"
            " filho filha criança esposa esposo marido mãe pai família amigo amiga colega chefe responsável visita"
            " estadia hospedagem viagem negócio frustração"
        ),
        "fr": (
            "chose produit expérience façon manière gens personne tout rien partie cas exemple fait problème"
            " point endroit"
            " lieu côté niveau type option question aide résultat nombre usage utilisateur client travail changement"
            " détail fin début reste moitié vie monde nom avis étoile commentaire mot merci manque raison sujet aspect"
            " réponse entreprise bon bonne mauvais mauvaise bien mieux excellent peine"
            " élève passager équipe vacances maison"
            " fonctionnalité choix sélection appareil plateforme institution établissement"
            " enfant fils fille femme mari mère père famille ami amie collègue chef visite séjour"
            " hébergement voyage affaire frustration"
        ),
        "de": (
            "ding sache produkt erfahrung art weise leute person alles etwas nichts teil fall beispiel"
            " problem punkt ort"
            " platz seite stufe option frage hilfe ergebnis zahl nutzer kunde arbeit änderung detail ende"
            " anfang rest paar"
            " hälfte leben welt name meinung stern kommentar wort dank mangel grund thema möglichkeit aspekt"
            " antwort firma"
            " unternehmen gut besser schlecht super"
            " team gast passagier urlaub haus"
            " auswahl vielfalt gerät plattform einrichtung institution"
            " kind kinder sohn tochter frau mann mutter vater familie freund freundin kollege chef besuch"
            " aufenthalt unterkunft reise frust frustration"
        ),
        "nl": (
            "ding product ervaring manier mensen persoon alles iets niets deel geval voorbeeld probleem punt"
            " plek plaats"
            " kant niveau soort optie vraag hulp resultaat aantal gebruik gebruiker klant werk verandering detail einde"
            " begin rest paar helft leven wereld naam mening ster opmerking woord dank gebrek reden"
            " onderwerp mogelijkheid"
            " aspect antwoord bedrijf goed beter slecht"
            " team gast passagier vakantie huis"
            " keuze selectie apparaat platform instelling"
            " kind kinderen zoon dochter vrouw man moeder vader familie gezin vriend vriendin collega baas"
            " bezoek verblijf accommodatie reis frustratie"
        ),
        "it": (
            "cosa prodotto esperienza modo maniera gente persona tutto qualcosa niente parte caso esempio"
            " fatto problema"
            " punto posto lato livello tipo opzione domanda aiuto risultato numero uso utente cliente lavoro cambio"
            " dettaglio fine inizio resto paio metà vita mondo nome opinione stella commento parola grazie"
            " mancanza ragione"
            " motivo tema possibilità aspetto risposta azienda bene meglio buono buona ottimo ottima"
            " ospite passeggero vacanza casa"
            " funzionalità scelta selezione dispositivo piattaforma istituzione istituto"
            " bambino bambina figlio figlia moglie marito madre padre famiglia amico amica collega capo"
            " visita soggiorno alloggio viaggio affare frustrazione"
        ),
    }
)
"""Nouns, and words taken for nouns, that can be said of anything, or say who took part or that it took place:
none is a theme."""

NEGATIONS = {
    "en": ("un", "in", "im", "dis", "non", "ir"),
    "es": ("des", "in", "im", "dis"),
    "pt": ("des", "in", "im", "dis"),
    "fr": ("in", "im", "dés", "mal"),
    "de": ("un", "miss", "nicht"),
    "nl": ("on", "niet"),
    "it": ("in", "im", "dis", "s"),
}
"""Beginnings that turn a word into its opposite: "desagradável", "unfreundlich"."""


@cache
def _identifier() -> Any:  # noqa: ANN401 - the package has no types
    from py3langid import langid  # noqa: PLC0415 - loads a model; only when themes are asked for

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def detect(texts: Sequence[str]) -> NDArray[np.str_]:
    """The language of each clean comment as an ISO 639 code; short ones get the survey's main language.

    The languages of the survey are found on a sample first; then each comment is told among those only.
    """
    telling = np.array([i for i, text in enumerate(texts) if len(text) >= TELLING_LENGTH], dtype=np.intp)
    if len(telling) < FEW_TELLING:
        return np.full(len(texts), _language_together(texts))
    if len(telling) > SAMPLE:
        telling = np.sort(np.random.default_rng(0).choice(telling, SAMPLE, replace=False))
    found = Counter(_sure_language(texts[i]) for i in telling)
    found.pop("", None)
    enough = max(3, LANGUAGE_SHARE * found.total())
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    candidates = [code for code, count in ranked if count >= enough]
    if len(candidates) <= 1:
        return np.full(len(texts), candidates[0] if candidates else _language_together(texts))
    return np.array([_language_among(text, candidates) for text in texts])


def languages_of(tokens: Tokens, codes: Sequence[str]) -> NDArray[np.int32]:
    """The place among some languages of that of each comment, by the stop words that it holds; quicker than `detect`.

    A comment that holds as many of several, or none, is taken for one in the language with most of them.
    """
    of_word = tokens.owners[tokens.clauses]
    stops = [stop_words(code) for code in codes]
    held = np.zeros((tokens.comments, len(codes)))
    for column, known in enumerate(stops if len(codes) > 1 else ()):
        is_stop = np.array([word in known for word in tokens.vocabulary], dtype=bool)
        held[:, column] = np.bincount(of_word[is_stop[tokens.words]], minlength=tokens.comments)
    order = np.argsort(-held.sum(axis=0), kind="stable")
    found: NDArray[np.int32] = order[held[:, order].argmax(axis=1)].astype(np.int32)
    return found


def _language_together(texts: Sequence[str]) -> str:
    """One language for comments that are too short or too few to tell theirs: read as one text."""
    different = sorted(dict.fromkeys(text.lower() for text in texts))
    code, sureness = _identifier().classify(" ".join(different)[: 2 * READ])
    return TWINS.get(code, code) if sureness >= SURE else ENGLISH


def _sure_language(text: str) -> str:
    """The language of a comment; "" when the detector is not sure."""
    code, sureness = _identifier().classify(text[:READ].lower())
    return TWINS.get(code, code) if sureness >= TELLING_SURENESS else ""


def _language_among(text: str, candidates: Sequence[str]) -> str:
    """The likeliest of a survey's languages; of a short comment only when it is clearly not the main one."""
    odds = dict.fromkeys(candidates, 0.0)
    for code, share in _identifier().rank(text[:READ].lower()):
        own = TWINS.get(code, code)
        if own in odds:
            odds[own] += share
    best = max(candidates, key=lambda code: odds[code])
    if len(text) >= TELLING_LENGTH or odds[best] >= CLEARLY * odds[candidates[0]]:
        return best
    return candidates[0]


def main_language(languages: NDArray[np.str_]) -> str:
    """The language of nearly all comments, or "mixed"."""
    if not len(languages):
        return ENGLISH
    codes, counts = np.unique(languages, return_counts=True)
    best = int(counts.argmax())
    return str(codes[best]) if counts[best] >= (1 - MIXED_SHARE) * len(languages) else MIXED


def links_of(codes: Sequence[str]) -> frozenset[str]:
    """The words that part clauses in these languages."""
    return frozenset(word for code in codes for word in LINKS.get(code, "").split())


@cache
def stop_words(code: str) -> frozenset[str]:
    """The stop words of a language, also as people type them without accents."""
    import stopwordsiso  # noqa: PLC0415 - reads its file when imported

    words = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else set()
    plain = {fold(word) for word in words}
    plain |= TYPED.get(code, frozenset())
    kept = (words | plain) - (NAMED_THINGS if code in (ENGLISH, "fr") else frozenset())
    return frozenset(word.lower() for word in kept)
