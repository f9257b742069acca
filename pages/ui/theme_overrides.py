"""The visitor's hand on the codebook: merge, rename, add words, split, hide, pin, move; undo, save, load.

What changes a figure is shown before it is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.comments import read_comments
from nps_core.errors import EditsError
from nps_core.formatting import format_count, format_nps, format_share, plural, short
from nps_core.masking import mask
from nps_core.report.tables import file_name
from nps_core.themes.codebook import History, fingerprint, name_of, words_typed
from nps_core.themes.codebook_file import read_codebook, write_codebook
from nps_core.themes.in_survey import comments_of
from nps_core.themes.review import precision_sentence
from nps_core.themes.suggestions import preview_coding, propose_new_themes, split_theme, suggest_merges
from pages.ui import background, downloads, theme_state
from pages.ui.text import as_html, problem, safe, say
from pages.ui.uploads import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Codebook, Scope, Survey
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow, ThemeRows

_QUOTED = 90  # characters of an example
_TOLD = "themes.told"  # what a change that could not be made is answered with
_MOST_CHANGES = 6  # themes in a preview
_MINUS = ("-", "\N{MINUS SIGN}")  # before a word that excludes


def show(scope: Scope, found: Themes, rows: ThemeRows) -> None:
    """The themes as rows to be changed, and the changes made so far."""
    survey, made = scope.survey, theme_state.history(scope.survey)
    _preview(scope, found)
    _suggestions(survey, found)
    _new(scope, found)
    with st.container(gap="small", key="hand.rows"):
        ticked = [row for row in rows if row.first and _row(survey, found, row, len(made))]
        rest = [row for row in rows if not row.first]
        if rest:
            with st.expander(f"{len(rest)} more"):
                ticked += [row for row in rest if _row(survey, found, row, len(made))]
    _buttons(survey, found, ticked)
    with st.form("hand.words.form", border=False, clear_on_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        left.text_input(
            "Add words to a theme, or make one of them",
            key="hand.words",
            placeholder="pricing: price, expensive, -price list",
            help=(
                "Every comment with one of these words or phrases, in any form, is about this theme; a word behind a"
                " minus sign excludes. A theme that is named by one of the words becomes a part of it."
            ),
        )
        right.form_submit_button(
            "Look", on_click=_words, args=(survey, found), key="hand.words.do", width="stretch"
        )
    if told := st.session_state.pop(_TOLD, ""):
        say(told, "plain")
    _so_far(survey, found, made)


def move(survey: Survey, found: Themes, number: int, place: int, goal: int) -> None:
    """Put the comment at a position under another theme than the one it is read under, or under none."""
    mark = fingerprint(str(survey.responses["comment"].iloc[place]))
    leaving = found.names[number] if number >= 0 else ""
    name = found.names[goal] if goal >= 0 else ""
    words = f"A comment moved to “{name}”" if name else f"A comment taken out of “{leaving}”"
    theme_state.change(survey, words, _book(survey, found).moved(mark, name, leaving))


def offer(survey: Survey, found: Themes) -> None:
    """The codebook of the last wave of the same columns can be taken for this one; once it is, how well it fits."""
    wave, made = theme_state.before(survey), theme_state.history(survey)
    if wave is None or not wave.codebook:
        return
    if made:
        if made.states[0][0] == wave.taken_over:
            say(
                f"{wave.taken_over} code {format_share(found.coded)} of these comments,"
                f" {format_share(wave.coded)} there. {precision_sentence(found.codebook, survey.name)}",
                "small",
            )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say(f"“{wave.name}” has the same columns.", "plain")
        st.button(
            "Use its themes, to compare",
            key="hand.as_before",
            on_click=theme_state.change,
            args=(survey, wave.taken_over, wave.codebook),
        )


def _new(scope: Scope, found: Themes) -> None:
    """Look for themes of what is uncoded, when asked: it proposes anew, which takes a moment."""
    survey, key = scope.survey, theme_state.key_of(scope.survey)
    uncoded = int(found.uncoded.sum())
    if not uncoded:
        return
    new = background.offer(
        f"Look for themes in the {plural(uncoded, 'uncoded comment')}",
        "new themes",
        key,
        lambda progress: propose_new_themes(found, comments_of(survey), progress=progress),
        topic=survey.digest,
    )
    if new is None:
        return
    if not new:
        say("The uncoded comments share nothing that a theme could be named by.", "plain")
    for place, one in enumerate(new):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            quote = next((mask(said.text) for said in read_comments(scope, one.places[:1])), "")
            about = (
                f"“{one.entry.name}”: {plural(one.n, 'uncoded comment')}, such as “{short(quote, _QUOTED)}”"
            )
            say(about, width="content")
            st.button(
                "Look at it as a theme",
                key=f"hand.new.{place}",
                type="tertiary",
                on_click=theme_state.consider,
                args=(survey, f"“{one.entry.name}” as a theme", _book(survey, found).with_entry(one.entry)),
            )


def _preview(scope: Scope, found: Themes) -> None:
    """What the change that is looked at would do, and whether to keep it."""
    survey, change = scope.survey, theme_state.considered(scope.survey)
    if change is None:
        return
    words, book = change
    changes = preview_coding(scope, found, theme_state.coded(found, survey, book))
    with st.container(border=True, key="hand.preview"):
        say(f"{words}: what it changes", "finding")
        for one in (*changes[:-1][:_MOST_CHANGES], changes[-1]):
            say(one.words, "plain")
        if len(changes) > _MOST_CHANGES + 1:
            say(f"and {plural(len(changes) - _MOST_CHANGES - 1, 'more theme')}", "small")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Keep it",
                key="hand.keep",
                type="primary",
                on_click=theme_state.change,
                args=(survey, words, book),
            )
            st.button("Leave it", key="hand.leave", on_click=theme_state.leave)


def _suggestions(survey: Survey, found: Themes) -> None:
    """Themes that may be one."""
    for place, (one, other) in enumerate(suggest_merges(found)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            say(f"“{one}” and “{other}” may be one", width="content")
            st.button(
                "Look at it",
                help="The words around them are alike.",
                key=f"hand.suggested.{place}",
                type="tertiary",
                on_click=_merge,
                args=(survey, found, (one, other)),
            )


def _row(survey: Survey, found: Themes, row: ThemeRow, version: int) -> bool:
    """One theme: a tick, its name to be typed over, and what it is."""
    key = f"{version}.{row.number}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        ticked = st.checkbox(
            f"Pick {safe(row.name)}", key=f"hand.tick.{key}", label_visibility="collapsed", width="content"
        )
        st.text_input(
            f"Name of {safe(row.name)}",
            value=row.name,
            key=f"hand.name.{key}",
            label_visibility="collapsed",
            max_chars=60,
            width=260,
            on_change=_rename,
            args=(survey, found, row.name, f"hand.name.{key}"),
        )
        part = f"part of {found.names[row.parent]} · " if row.parent >= 0 else ""
        figures = f"{part}{format_count(row.n)} · NPS {format_nps(row.nps)}"
        about = " · ".join(filter(None, (figures, row.beside)))
        st.html(f'<p class="say quiet ellipsis">{as_html(about)}</p>', width="stretch")
    return ticked


def _buttons(survey: Survey, found: Themes, ticked: Sequence[ThemeRow]) -> None:
    names = tuple(row.name for row in ticked)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for key, word, icon, act, least, most in _ACTIONS:
            st.button(
                safe(word),
                key=f"hand.{key}",
                on_click=act,
                args=(survey, found, names),
                disabled=not least <= len(names) <= most,
                icon=f":material/{icon}:",
            )
        say("Tick themes to change them; type over a name to rename it.", "small")


def _so_far(survey: Survey, found: Themes, made: History) -> None:
    """The changes made, the last one first; what is hidden; how to take changes back, away and in."""
    if made:
        say(plural(len(made), "change"), "finding")
        lines = [words for words, _ in made.states[::-1]]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            say(f"Last: {lines[0]}")
            st.button(
                "Undo",
                key="hand.undo",
                type="tertiary",
                on_click=theme_state.replace,
                args=(survey, made.undone()),
            )
        if lines[1:]:
            with st.expander("Those before"):
                for line in lines[1:]:
                    say(line)
    hidden = [entry.name for entry in found.codebook.entries if entry.hidden and not entry.parent]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if hidden:
            with st.popover(f"{len(hidden)} hidden", icon=":material/visibility_off:"):
                back = st.selectbox("Bring back", hidden, index=None, key=f"hand.back.{len(made)}")
                if back is not None and st.button("Show it again", key="hand.back.do"):
                    theme_state.change(survey, f"“{back}” shown again", found.codebook.show(back))
                    st.rerun()
        downloads.button(
            "Save codebook",
            write_codebook(found.codebook),
            file_name("codebook", "all responses", "json"),
            "application/json",
            "hand.save",
            hint="Your codebook holds on every page, in the link and, from a file, for another wave.",
        )
        if made:
            st.button(
                "Take all back", key="hand.none", on_click=theme_state.replace, args=(survey, History())
            )
        with st.popover("Load codebook", icon=":material/upload:"):
            taken = st.file_uploader(
                "A file that “Save codebook” wrote, or changes saved before",
                type="json",
                key=f"hand.load.{len(made)}",
            )
            if taken is not None and (why := refusal(taken.file_id)):
                problem(*why)
            elif taken is not None and st.button("Use it", key="hand.load.do", type="primary"):
                _load(survey, found, taken.getvalue())


def _book(survey: Survey, found: Themes) -> Codebook:
    """The codebook that holds now: since a button was drawn with themes, a quick hand may have changed them."""
    now = theme_state.codebook(survey)
    return found.codebook if now is None else now


def _rename(survey: Survey, found: Themes, old: str, key: str) -> None:
    name = name_of(st.session_state[key])
    if not name or name == old:
        return
    book = _book(survey, found).renamed(old, name)
    if (other := _book(survey, found).find(name)) and other.name != old:
        theme_state.consider(survey, f"“{old}” and “{other.name}” as one", book)
    else:
        theme_state.change(survey, f"“{old}” renamed to “{name}”", book)


def _merge(survey: Survey, found: Themes, names: Sequence[str]) -> None:
    listed = " and ".join(f"“{name}”" for name in names)
    theme_state.consider(survey, f"{listed} as one", _book(survey, found).merged(names, names[0]))


def _split(survey: Survey, found: Themes, names: Sequence[str]) -> None:
    parts = split_theme(found, comments_of(survey), names[0])
    if not parts:
        st.session_state[_TOLD] = f"“{names[0]}” does not fall into parts that could be told apart."
        return
    theme_state.consider(survey, f"“{names[0]}” with its parts", _book(survey, found).split(names[0], parts))


def _hide(survey: Survey, found: Themes, names: Sequence[str]) -> None:
    theme_state.consider(survey, f"Without {_listed(names)}", _for_each(_book(survey, found), names, "hide"))


def _pin(survey: Survey, found: Themes, names: Sequence[str]) -> None:
    theme_state.change(survey, f"{_listed(names)} pinned", _for_each(_book(survey, found), names, "pin"))


def _under(survey: Survey, found: Themes, names: Sequence[str]) -> None:
    """The second and further themes become parts of the first."""
    book = _book(survey, found)
    for name in names[1:]:
        book = book.under(name, names[0])
    theme_state.consider(survey, f"{_listed(names[1:])} under “{names[0]}”", book)


_ACTIONS = (
    ("merge", "Merge", "merge", _merge, 2, 30),
    ("under", "Put under the first", "subdirectory_arrow_right", _under, 2, 30),
    ("split", "Split", "call_split", _split, 1, 1),
    ("hide", "Hide", "visibility_off", _hide, 1, 30),
    ("pin", "Pin", "keep", _pin, 1, 30),
)  # key, word, icon, what it does, fewest and most themes ticked


def _for_each(book: Codebook, names: Sequence[str], change: str) -> Codebook:
    for name in names:
        book = getattr(book, change)(name)
    return book


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _words(survey: Survey, found: Themes) -> None:
    head, _, tail = st.session_state["hand.words"].partition(":")
    name, words = name_of(head), words_typed(tail)
    more = [word for word in words if not word.startswith(_MINUS)]
    without = [word[1:].strip() for word in words if word.startswith(_MINUS)]
    if not name or not (more or (_book(survey, found).find(name) and without)):
        st.session_state[_TOLD] = (
            "A name, a colon and the words, please, such as: pricing: price, expensive, cost"
        )
        return
    book = _book(survey, found).with_words(name, more) if more else _book(survey, found)
    theme_state.consider(survey, f"“{name}”: {', '.join(words)}", book.without(name, without))


def _load(survey: Survey, found: Themes, data: bytes) -> None:
    try:
        book, missed = read_codebook(data, _book(survey, found))
    except EditsError as error:
        say(str(error), "plain")
        return
    theme_state.change(survey, "A codebook loaded", book)
    if missed:
        st.session_state[_TOLD] = f"These find no such theme here and had no effect: {'; '.join(missed)}."
    st.rerun()
