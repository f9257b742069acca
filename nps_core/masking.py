"""Personal data in texts: e-mail addresses, phone numbers, and the names of known respondents, each masked by a mark."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nps_core import user_text
from nps_core.user_text import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EMAIL, PHONE, NAME = "[e-mail]", "[phone]", "[name]"

MASKS = ("e-mails", "phones", "names")
"""What can be masked for a viewer."""


_EMAIL = re.compile(user_text.EMAIL)

# Most comments hold neither: to see that takes a tenth of looking for an address or a number.
_SIGNS_OF_EMAIL = re.compile(r"[@＠(\[]")
_DIGITS = re.compile(r"\d\D{0,3}\d")


# Digits in groups, with what people put between them; what it is, is judged afterwards.
_NUMBER = re.compile(
    r"(?<![\w#€$£¥%.,/:+])(?:\+|00|\()?\(?\d{1,14}(?:["
    r" \u00a0\u2009\u202f.\-‐‑–/()]{1,3}\d{1,12}){0,7}(?![\w%€$£])"
)


_LEAD = re.compile(
    r"(?:\b(?:tel|phone|telephone|mobile|cell|call|whatsapp|fax|handy|telefon|téléphone|tél|teléfono"
    r"|telefone|celular|ring|text me|rufen|anruf\w*|appele[zr]?)\b|[☎📞☏])[^\d\n]{0,24}$",
    re.IGNORECASE,
)


_NOT_A_PHONE = re.compile(
    r"(?:\b(?:order|ticket|case|invoice|ref|reference|no|nr|number|id|account|serial|sku|po|build"
    r"|version|v|isbn|iban|card|bestellung|rechnung|commande|pedido|factura)\b\.?|#)[\s:.#№-]{0,3}$",
    re.IGNORECASE,
)


_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T]\d{1,2})?|(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d")


_THOUSANDS = re.compile(r"\d{1,3}(?:[ .\u00a0\u2009\u202f]\d{3})+")


_FEWEST, _MOST = 7, 15  # digits: local numbers have 7, and no international one has more than 15


_FEWEST_ABROAD = 10  # with the 00 that leads out of the country


_LOOK_BACK = 40  # characters before a number that tell what it is


def mask(text: str) -> str:
    """The text with e-mail addresses and phone numbers replaced by "[e-mail]" and "[phone]".

    A number is a phone number when it starts with + or 00 or (, or when it stands in groups as phone numbers do, or
    after a word such as "call"; never after a word such as "order", and never when it reads as a date, a sum
    of money or a number with its thousands apart. Some local numbers written in one piece remain, and the
    comments should be read before they are passed on.

    >>> mask("Mail me at jo.doe@example.com or call +49 (0)30 901820, order 4711-2233-88 is late")
    'Mail me at [e-mail] or call [phone], order 4711-2233-88 is late'
    """
    return mask_phones(mask_emails(text))


def mask_emails(text: str) -> str:
    """The text with e-mail addresses replaced."""
    return _EMAIL.sub(EMAIL, text) if _SIGNS_OF_EMAIL.search(text) else text


def mask_phones(text: str) -> str:
    """The text with phone numbers replaced, by the rules of `mask`."""
    return _NUMBER.sub(_judged, text) if _DIGITS.search(text) else text


def _judged(found: re.Match[str]) -> str:
    number = found[0]
    digits = sum(char.isdigit() for char in number)
    before = found.string[max(0, found.start() - _LOOK_BACK) : found.start()]
    if not _FEWEST <= digits <= _MOST or _NOT_A_PHONE.search(before):
        return number
    abroad = number.startswith("+") or (number.startswith("00") and digits >= _FEWEST_ABROAD)
    if abroad or _LEAD.search(before):
        return PHONE
    if _DATE.fullmatch(number) or _THOUSANDS.fullmatch(number):
        return number
    return PHONE if _in_groups(number, digits) else number


def _in_groups(number: str, digits: int) -> bool:
    """Whether the digits stand as those of a phone number: an area code in brackets, or a trunk 0, or 3-3-4."""
    groups = re.findall(r"\d+", number)
    if number.startswith("("):
        return len(groups) > 1
    if number.startswith("0"):  # a trunk prefix, as in most of the world outside North America
        return digits >= 9  # noqa: PLR2004 - shorter ones are codes with leading zeros
    return [len(group) for group in groups] in (
        [3, 3, 4],
        [1, 3, 3, 4],
        [3, 4],
        [2, 4, 4],
        [3, 4, 4],
        [2, 5, 4],
    )


def name_masker(people: Iterable[str], texts: Iterable[str]) -> Callable[[str], str]:
    """What masks the names of some people in texts.

    Parameters
    ----------
    people
        Names, or e-mail addresses, of which the part before the @ may be made of a name: "Jo Doe",
        "jo.doe@example.com". What holds a digit and no @ is an id, and names nobody.
    texts
        Where the names are looked for: a name that stands there as an ordinary word as well ("Mark", "will") is
        masked beside another name, or within a sentence with a capital.

    Returns
    -------
    What takes a text and gives it with `NAME` for each name, first and last name together. Accents may be missing, and
    a German ü may be ue. Nothing is known of nicknames, initials and names that are written otherwise.

    Examples
    --------
    >>> hide = name_masker(["jose.lopez@example.com", "Will Young"], ["will you fix it?"])
    >>> hide("José showed me how. Will you fix it? Will Young did not.")
    '[name] showed me how. Will you fix it? [name] did not.'
    """
    known = frozenset(form for person in people for word in _words_of(person) for form in _forms(word))
    if not known:
        return str
    form_of = _Forms(known).__getitem__
    nobody = set()  # texts without any of the words, as most are: they are not taken apart twice
    named = []
    for text in texts:
        if any(map(form_of, _WORD.findall(text))):
            named.append(text)
        else:
            nobody.add(text)
    common = _ALSO_WORDS | _used_as_words(form_of, named)

    def hide(text: str) -> str:
        if text in nobody:
            return text
        words = list(_WORD.finditer(text))
        forms = [form_of(word[0]) for word in words]
        parts, done, place = [], 0, 0
        while place < len(words):
            end = place + 1
            while end < len(words) and forms[end] and _goes_on(text, words[end - 1], words[end]):
                end += 1
            if forms[place] and (
                end - place > 1 or _is_name(text, words, place, is_common=forms[place] in common)
            ):
                parts += [text[done : words[place].start()], NAME]
                done = _without_genitive(words[end - 1], known)
                place = end
            else:
                place += 1
        return "".join([*parts, text[done:]])

    return hide


def _words_of(person: str) -> list[str]:
    """The words of a name, or of the part of an address before the @, that may be names."""
    local, at, _ = person.strip().partition("@")
    if not at and any(char.isdigit() for char in local):
        return []
    words = re.findall(r"[^\W\d_]+", local)
    shortest = _SHORTEST_OF_ADDRESS if at else _SHORTEST
    return [word for word in words if len(word) >= shortest and word.casefold() not in _NO_NAMES]


class _Forms(dict[str, str | None]):
    """The form by which each word is known as a name; None for one that is none. Each word is looked at once."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def __missing__(self, word: str) -> str | None:
        found = self[word] = _known_form(word, self._known)
        return found


def _used_as_words(form_of: Callable[[str], str | None], texts: Iterable[str]) -> set[str]:
    """The names that are written as ordinary words: mostly without a capital, or so and after an article."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    found: set[str] = set()
    for text in texts:
        before = ""
        for word in _WORD.findall(text):
            if (form := form_of(word)) is not None:
                (small if word[0].islower() else capital)[form] += 1
                if word[0].islower() and before.casefold() in _ARTICLES:
                    found.add(form)
            before = word
    return found | {form for form, times in small.items() if times > capital[form]}


def _forms(word: str) -> tuple[str, ...]:
    """A word without capitals and accents; of German letters also as they are written out."""
    low = word.casefold()
    return (low,) if low.isascii() else (_bare(low), _bare(low.translate(_WRITTEN_OUT)))


def _bare(low: str) -> str:
    return "".join(char for char in normalised(low, "NFKD") if char.isalpha()).replace("ı", "i")


def _known_form(word: str, known: frozenset[str]) -> str | None:
    """The form by which a word, or what stands before its genitive s, is known as a name."""
    found = next((form for form in _forms(word) if form in known), None)
    if found is None and word.endswith("s") and word[0].isupper():
        found = next((form for form in _forms(word[:-1]) if form in known), None)
    return found


def _goes_on(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a name goes on with the next word: first and last name, both with a capital or neither."""
    alike = word[0][0].isupper() == after[0][0].isupper()
    return alike and _BETWEEN.fullmatch(text, word.end(), after.start()) is not None


def _is_name(text: str, words: list[re.Match[str]], place: int, *, is_common: bool) -> bool:
    """Whether a word that is known as a name stands for one where it is alone."""
    word = words[place]
    gap = text[words[place - 1].end() : word.start()] if place else "."
    if gap.isspace() and words[place - 1][0].casefold() in _ARTICLES:
        return False
    if not is_common:
        return True
    # With a capital within a sentence, or alone on its line, as one signs.
    signs = "\n" in gap and _LAST.match(text, word.end()) is not None
    return word[0][0].isupper() and (signs or not _ENDS.search(gap))


def _without_genitive(word: re.Match[str], known: frozenset[str]) -> int:
    """Where a name ends: before the s of "Annas"."""
    return word.end() - known.isdisjoint(_forms(word[0]))


_SHORTEST, _SHORTEST_OF_ADDRESS = 2, 3  # letters of a name; two of an address are as often initials

_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDS = re.compile(r"[.!?…:\n]")
_LAST = re.compile(r"[ .!]*\Z")
_BETWEEN = re.compile(r"[ \u00a0]{1,2}(?:[^\W\d_]\.[ ]?){0,2}|-")

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_NO_NAMES = frozenset(
    """
    al bin da de del della den der di do dos du el la le les los van von und and y e zu zum ten ter st
    mr mrs ms dr herr frau mme madame monsieur sr sra señor señora prof info mail email kontakt contact
    contacto support service servicio sales vertrieb ventes ventas admin office buero team hello hallo
    billing rechnung accounts accounting buchhaltung marketing noreply reply user test it hr help
    helpdesk web webmaster post postmaster customer kunde client cliente
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"""What stands in names and before the @ of addresses, and names nobody."""

_ARTICLES = frozenset(
    """
    the a this that every our your their der die das den dem des ein eine einen einem einer im am vom
    zum zur beim kein keine le la les un une du au aux ce cette el los las una unos unas del al este
    esta
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"""After these a word is an ordinary one: "the mark", "der Koch"."""

_ALSO_WORDS = frozenset(
    """
    angel art august baker bell best bill black brown case chase church cook dean drew faith field
    forest fox frank gold good grace grant gray green hall hill hope hunter jack joy june king knight
    lane law long love mark may miles page park pat pearl penny pierce post price read reed rich rob
    rose ruby sage short silver sky small stone sue summer wade ward white will wise wolf wood woods
    young bach bauer bergmann blank fischer frei freund fuchs gross gut hahn hammer haus heiss herbst
    jung kaiser kern klein klug koch kraft kranz kurz lang lange licht mai marx maurer morgen neu
    richter ritter roth sauer schade schmidt schneider schwarz sommer stark stein voll weber weiss
    winter zimmer belle blanc bon boulanger brun charpentier claire clement court fort gros grand
    legrand jolie leger lepetit marchand moulin neuf olive petit pierre roux vert alba angeles blanco
    bravo bueno campo casa cruz delgado dolores flores fuentes gallo guerra leal luz mar marques mayo
    mercedes moreno paz pilar reyes rico rojo rubio sol torres vera victoria
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"""Names that are ordinary words as well, in four languages; whatever else is one, the comments themselves tell."""
