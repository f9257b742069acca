"""Masking as plainly as it can be written, each word and each text by itself: what the quick way must come to."""

from __future__ import annotations

from nps_core import masking
from nps_core.masking import EMAIL, NAME


def plain_emails(text):
    return masking._EMAIL.sub(EMAIL, text)


def plain_phones(text):
    return masking._NUMBER.sub(masking._judged, text)


def plain_names(people, texts):
    known = frozenset(
        form for person in people for word in masking._words_of(person) for form in masking._forms(word)
    )

    def form_of(word):
        return masking._known_form(word, known)

    common = masking._ALSO_WORDS | masking._used_as_words(form_of, texts)

    def hide(text):
        words = list(masking._WORD.finditer(text))
        forms = [form_of(word[0]) for word in words]
        shown, done, place = "", 0, 0
        while place < len(words):
            end = place + 1
            while end < len(words) and forms[end] and masking._goes_on(text, words[end - 1], words[end]):
                end += 1
            is_one = forms[place] and (
                end - place > 1 or masking._is_name(text, words, place, is_common=forms[place] in common)
            )
            if is_one:
                shown += text[done : words[place].start()] + NAME
                done = masking._without_genitive(words[end - 1], known)
            place = end if is_one else place + 1
        return shown + text[done:]

    return hide
