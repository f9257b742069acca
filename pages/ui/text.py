"""How a user's string gets on screen: as what it is, never as markdown, HTML, a formula or a link.

Everything that stems from a file passes through `safe` (labels, which Streamlit reads as markdown) or
`as_html` (everything else). `tests/test_structure.py` holds that nothing goes around them.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Literal

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

DATED = "shown.filters"
"""Where the session has the filters whose days stand in titles: the frame knows which pages speak of them."""

_WORD_JOINER = "\u2060"
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&\"'^=@])")
# What Streamlit makes links, icons and arrows of in the finished text, where a backslash no longer helps: each is
# taken apart by an invisible joiner after its first letter.
_MADE_LATE = re.compile(
    r"(?:https?|ftp|www|mailto|xmpp)(?=[:.])|:(?=material/|streamlit:)|(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)",
    re.IGNORECASE,
)

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_RIGHT_TO_LEFT = re.compile(f"[{_RTL}](?:[^A-Za-z{_RTL}]*[{_RTL}])*")  # with what stands between such letters


def safe(text: object) -> str:
    r"""A string that Streamlit's markdown shows as it stands, on one line.

    For labels, captions and help, and for the options of radio, pills and segmented_control. The options of selectbox
    and multiselect, placeholders and alternative texts are plain text already, where a backslash would be seen.
    """
    line = " ".join(str(text).split())
    line = _MADE_LATE.sub(lambda found: found[0][0] + _WORD_JOINER + found[0][1:], line)
    line = re.sub(r"(\w)@", rf"\1{_WORD_JOINER}@{_WORD_JOINER}", line)
    return _PUNCTUATION.sub(r"\\\1", line)


def as_html(text: object) -> str:
    """A string inside our own HTML: shown as it stands, and what runs from right to left apart from what is around it.

    Without that, the figures that follow a name in Arabic or Hebrew would be drawn on its other side.
    """
    return _RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", html.escape(str(text)))


def answer(sentence: str, then: Sequence[str] = ()) -> None:
    """The first line of a page: its answer in words, of the days picked; and what follows, a sentence a line."""
    filters = st.session_state.get(DATED)
    dated = filters.dated(sentence) if filters else sentence
    st.html(f'<h1 class="answer">{as_html(dated)}</h1>{_findings_html(then)}')


def say(text: str, kind: str = "quiet", *, width: Literal["stretch", "content"] = "stretch") -> None:
    """A paragraph: "quiet" (what, n, when), "plain", "small" (sources), or "finding"."""
    st.html(f'<p class="say {as_html(kind)}">{as_html(text)}</p>', width=width)


def findings(sentences: Sequence[str]) -> None:
    """What follows from the figures, a sentence a line; nothing of nothing."""
    if sentences:
        st.html(_findings_html(sentences))


def _findings_html(sentences: Sequence[str]) -> str:
    lines_html = "".join(f"<li>{as_html(sentence)}</li>" for sentence in sentences)
    return f'<ul class="findings">{lines_html}</ul>' if sentences else ""


def heading(text: str, under: str = "") -> None:
    """The title of a section or a chart, with what it shows under it."""
    st.html(heading_html(text, under))


def heading_html(text: str, under: str = "") -> str:
    """The same, to stand in one piece with what is under it."""
    below_html = f'<p class="say quiet">{as_html(under)}</p>' if under else ""
    return f'<h2 class="heading">{as_html(text)}</h2>{below_html}'


def problem(message: str, hint: str = "") -> None:
    """What went wrong and what to do about it; never a traceback."""
    follow_html = f'<div class="hint">{as_html(hint)}</div>' if hint else ""
    st.html(f'<div class="problem" role="alert"><strong>{as_html(message)}</strong>{follow_html}</div>')


def empty(message: str, hint: str) -> None:
    """An empty state: what would be here, and how to get it."""
    st.html(
        f'<div class="empty"><strong>{as_html(message)}</strong><div class="hint">{as_html(hint)}</div></div>'
    )


def article(title: str, function: str, passages: Sequence[tuple[str, str]]) -> None:
    """A method in prose: passages of (kind, text), of the kinds "text", "item" and "reference"."""
    body_html = "".join(_passage_html(kind, text) for kind, text in passages)
    st.html(
        f'<article class="method"><h2>{as_html(title)}</h2>{body_html}<p class="function">Computed by'
        f" <code>nps_core</code>, <code>{as_html(function)}</code></p></article>"
    )


def _passage_html(kind: str, text: str) -> str:
    marked_html = re.sub(r"(``?)([^`]+)\1", r"<code>\2</code>", as_html(text))
    if kind == "item":
        return f"<li>{marked_html}</li>"
    return f'<p class="{as_html(kind)}">{marked_html}</p>'
