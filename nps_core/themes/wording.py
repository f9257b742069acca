"""The words of names that come from no comment, by language."""

from __future__ import annotations

AND = {"en": " and ", "es": " y ", "pt": " e ", "fr": " et ", "de": " und ", "nl": " en ", "it": " e ",
       "sv": " och ", "da": " og ", "no": " og ", "fi": " ja ", "pl": " i ", "cs": " a ", "ru": " и ",
       "tr": " ve ", "id": " dan ", "ca": " i ", "ja": "と", "zh": "和"}  # fmt: skip
OTHER = {"en": "Other comments", "es": "Otros comentarios", "pt": "Outros comentários",
         "fr": "Autres commentaires", "de": "Sonstige Kommentare", "nl": "Overige opmerkingen",
         "it": "Altri commenti", "sv": "Övriga kommentarer", "da": "Øvrige kommentarer",
         "no": "Øvrige kommentarer", "fi": "Muut kommentit", "pl": "Inne komentarze", "cs": "Ostatní komentáře",
         "ru": "Другие комментарии", "tr": "Diğer yorumlar", "id": "Komentar lain", "ca": "Altres comentaris",
         "ja": "その他のコメント", "zh": "其他意见", "ko": "기타 의견"}  # fmt: skip
ALL = {
    "en": "All comments",
    "es": "Todos los comentarios",
    "pt": "Todos os comentários",
    "fr": "Tous les commentaires",
    "de": "Alle Kommentare",
    "nl": "Alle opmerkingen",
    "it": "Tutti i commenti",
}
IN_GENERAL = {
    "en": " in general",
    "es": " en general",
    "pt": " em geral",
    "fr": " en général",
    "de": " allgemein",
    "nl": " in het algemeen",
    "it": " in generale",
    "ca": " en general",
}
"""Behind a noun that is said of in so many ways that no second word goes with it."""


def all_comments(language: str) -> str:
    """What the only theme is called when nothing was clustered."""
    return ALL.get(language, ALL["en"])


def other_comments(language: str) -> str:
    """What the mixed remainder is called."""
    return OTHER.get(language, OTHER["en"])
