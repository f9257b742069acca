"""Personal data in comments: e-mail addresses and phone numbers become marks before a comment is taken away."""

from __future__ import annotations

import re

from nps_core import user_text

EMAIL, PHONE = "[e-mail]", "[phone]"

_EMAIL = re.compile(user_text.EMAIL)
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
    return _NUMBER.sub(_judged, _EMAIL.sub(EMAIL, text))


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
