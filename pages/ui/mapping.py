"""What was understood of a file, and how to change it: roles as column heads, the scale, the row account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import NoNPSQuestion, format_count, format_interval, format_nps
from pages.ui import session
from pages.ui.text import as_html, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Mapping, RepeatPolicy, RowAccount, Survey
    from pages.ui.session import Failed

_ROLES = {
    "score": "Score", "reason": "Reason", "date": "Date", "respondent": "Respondent", "account": "Account",
    "persona": "Persona", "phase": "Phase", "touchpoint": "Touchpoint", "csat": "CSAT", "ces": "CES",
    "status": "Status", "weight": "Weight", "revenue": "Revenue", "invited": "Invited", "attributes": "Attribute",
}  # fmt: skip
_ASKED = (
    "score",
    "reason",
    "date",
    "respondent",
    "account",
    "persona",
    "phase",
    "touchpoint",
    "weight",
    "revenue",
    "invited",
)
_NONE = "no column"
_SCALES = {"as detected": None, "0-10": "0-10", "1-10": "1-10", "1-7": "1-7", "1-5": "1-5"}
_REPEATS = {
    "all responses": "all", "the latest of each respondent": "latest", "the latest of each respondent and quarter": "latest per period",
}  # fmt: skip


def preview(survey: Survey) -> None:
    """The file's first rows, with the role of each column over its head; what plays a role comes first."""
    ranks = list(_ROLES)
    roles = {name: survey.mapping.roles_of(str(name)) for name in survey.preview.columns}
    order = sorted(
        roles, key=lambda name: min((ranks.index(role) for role in roles[name]), default=len(ranks))
    )
    heads_html = "".join(
        f"<th>{_badge_html(survey.mapping, name)}{as_html(_short(name))}</th>" for name in order
    )
    body_html = "".join(
        "<tr>" + "".join(f"<td>{as_html(_short(cell))}</td>" for cell in row) + "</tr>"
        for row in survey.preview[order].head(6).fillna("").itertuples(index=False)
    )
    st.html(
        f'<div class="scroll" tabindex="0"><table class="preview"><tr>{heads_html}</tr>{body_html}</table></div>'
    )


def row_account(rows: RowAccount) -> None:
    """Rows read = kept + left out by reason, each with its first examples."""
    lines = [f'<tr class="total"><td class="n">{rows.read:,}</td><td>rows in the file</td></tr>']
    for part in rows.left_out:
        shown = "; ".join(f"row {row}: {_short(text, 60) or 'empty'}" for row, text in part.examples[:3])
        lines.append(
            f'<tr><td class="n">−{part.count:,}</td><td>{as_html(part.reason)}<div class="hint">{as_html(shown)}</div></td></tr>'
        )
    lines.append(f'<tr><td class="n">{rows.kept:,}</td><td><strong>responses kept</strong></td></tr>')
    lines_html = "".join(lines)
    st.html(f'<table class="account">{lines_html}</table>')


def repeats(policies: Sequence[RepeatPolicy]) -> None:
    """The NPS under each way of counting repeated respondents."""
    words = {policy: label for label, policy in _REPEATS.items()}
    rows_html = "".join(
        f'<tr><td class="n">{format_nps(one.estimate.nps)}</td><td>{as_html(words[one.policy])}'
        f'<div class="hint">{format_interval(one.estimate.low, one.estimate.high)}, n {format_count(one.estimate.n)}</div></td></tr>'
        for one in policies
    )
    st.html(f'<table class="account">{rows_html}</table>')


def form(survey: Survey, options: dict[str, Any]) -> None:
    """Change the role of a column, the scale, or what is done with repeated respondents."""
    columns = tuple(survey.columns)
    with st.form("mapping", border=False):
        picked = _pick_roles(columns, survey.mapping)
        scale, repeats = _pick_reading(options)
        if st.form_submit_button("Read again", type="primary"):
            session.change_mapping(_options(picked, survey.mapping, scale, repeats, options))
            st.rerun()


def rescue(trouble: Failed) -> None:
    """For a file without a recognised question: its first rows, and which column holds the score."""
    if not isinstance(trouble.error, NoNPSQuestion) or not trouble.error.columns:
        return
    heading("Is one of these columns the answer to “how likely are you to recommend us?”")
    _raw_preview(trouble.error.columns, trouble.error.preview)
    with st.form("rescue", border=False):
        left, middle, right = st.columns(3)
        score = left.selectbox("Score", trouble.error.columns, index=None, placeholder="pick a column")
        reason = middle.selectbox("Reason (comment)", trouble.error.columns, index=None, placeholder=_NONE)
        scale = right.selectbox("Scale of the answers", list(_SCALES)[1:])
        if st.form_submit_button("Read with this column", type="primary") and score:
            session.change_mapping(
                {"mapping": {"score": score, **({"reason": reason} if reason else {})}, "scale": scale}
            )
            st.rerun()


def _pick_roles(columns: Sequence[str], mapping: Mapping) -> dict[str, str | None]:
    picked: dict[str, str | None] = {}
    places = st.columns(4)
    for number, role in enumerate(_ASKED):
        now = getattr(mapping, role)
        options = [_NONE, *columns] if role != "score" else list(columns)
        index = options.index(now) if now in options else 0
        choice = places[number % 4].selectbox(_ROLES[role], options, index=index, key=f"map.{role}")
        picked[role] = None if choice == _NONE else choice
    return picked


def _pick_reading(options: dict[str, Any]) -> tuple[str | None, str]:
    left, right, _ = st.columns([1, 2, 1])
    scales, policies = list(_SCALES), list(_REPEATS.values())
    scale = left.selectbox("Scale", scales, index=scales.index(options.get("scale") or "as detected"))
    repeats = right.selectbox(
        "Respondents who answered more than once", list(_REPEATS), index=policies.index(options.get("repeats", "all")),
    )  # fmt: skip
    return _SCALES[scale], _REPEATS[repeats]


def _options(
    picked: dict[str, str | None], was: Mapping, scale: str | None, repeats: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Only what was changed is said to the reader: the rest stays its own finding."""
    changed = {role: column for role, column in picked.items() if column != getattr(was, role)}
    said = {**options.get("mapping", {}), **changed}
    asked: dict[str, Any] = {"mapping": said} if said else {}
    if scale:
        asked["scale"] = scale
    if repeats != "all":
        asked["repeats"] = repeats
    return asked


def _badge_html(mapping: Mapping, column: str) -> str:
    roles = [role for role in mapping.roles_of(column) if role != "attributes"] or list(
        mapping.roles_of(column)
    )
    if not roles:
        return '<span class="role none">not used</span>'
    names = " · ".join(_ROLES[role] for role in roles)
    return f'<span class="role {as_html(roles[0])}">{as_html(names)}</span>'


def _raw_preview(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    heads_html = "".join(f"<th>{as_html(_short(name))}</th>" for name in columns)
    body_html = "".join(
        "<tr>" + "".join(f"<td>{as_html(_short(cell))}</td>" for cell in row) + "</tr>" for row in rows[:5]
    )
    st.html(
        f'<div class="scroll" tabindex="0"><table class="preview"><tr>{heads_html}</tr>{body_html}</table></div>'
    )


def _short(text: object, length: int = 60) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
