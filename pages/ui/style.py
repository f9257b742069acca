"""The few rules of the look that the theme in .streamlit/config.toml cannot say."""

from __future__ import annotations

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

_CSS = """
<style>
table.account, ul.standouts .nps, .figure-score, .figure-small { font-variant-numeric: tabular-nums; }
.stMainBlockContainer { max-width: 1180px; padding-top: 4.2rem; padding-bottom: 4rem; }
.stMainBlockContainer h1.answer { font-size: 1.8rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em;
  margin: 0 0 .35rem; padding: 0; max-width: 44ch; text-wrap: balance; }
.stMainBlockContainer h2.heading { font-size: 1.12rem; line-height: 1.35; font-weight: 620; letter-spacing: -0.005em;
  margin: 0; padding: 0; text-wrap: balance; }
p.say { margin: 0; line-height: 1.5; }
p.say.quiet { opacity: .68; font-size: .9rem; }
p.say.quiet + p.say.plain { margin-top: .7rem; }
p.say.small { opacity: .68; font-size: .8rem; }
p.say.ellipsis { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
p.asked { margin: .5rem 0 .3rem; line-height: 1.55; min-height: 4.65em; max-width: 34.5rem; overflow-wrap: anywhere; }
p.asked mark { background: rgba(47,107,207,.2); color: inherit; border-radius: 3px; padding: 0 .1em; }
p.say.finding { font-size: 1rem; }
ul.findings { margin: 0 0 .3rem; padding: 0; list-style: none; }
h1.answer + ul.findings { margin-bottom: 1rem; }
ul.findings li { margin: 0; padding: .12rem 0; line-height: 1.5; max-width: 88ch; }
.figure-score { font-size: 4.6rem; line-height: 1; font-weight: 680; letter-spacing: -0.04em; }
.standing { display: flex; flex-wrap: wrap; gap: .8rem 2.2rem; align-items: flex-end; }
.standing .figure { font-size: 1.7rem; line-height: 1.25; font-weight: 650; }
.standing > :first-child .figure { font-size: 3.2rem; line-height: 1.1; font-weight: 680; letter-spacing: -0.03em; }
.figure-interval { font-size: 1.05rem; opacity: .75; margin-top: .45rem; }
.figure-small { font-size: 1.9rem; line-height: 1.1; font-weight: 640; letter-spacing: -0.02em; }
.kicker { font-size: .8rem; font-weight: 560; opacity: .7; margin-bottom: .3rem; }
.problem { border-left: 3px solid #c94f2a; padding: .7rem 1rem; background: rgba(201,79,42,.08); border-radius: 0 8px 8px 0; }
.empty { border: 1px dashed rgba(128,136,148,.5); border-radius: 10px; padding: 1.6rem 1.4rem; }
.hint { opacity: .75; margin-top: .25rem; }
.st-key-told { min-height: 5.4rem; }
[class*="st-key-answers-list"] li { cursor: pointer; }
[class*="st-key-answers-list"] li:hover b { text-decoration: underline; text-underline-offset: 3px; }
/* In the accent they are too faint on their own ground. */
.stButtonGroup button[data-selected="true"], .stButtonGroup button[data-selected="true"] p { color: inherit !important; }
.st-key-spoken { min-height: 19rem; }
[class*="st-key-answers-list"] ul.standouts li { padding: .42rem 0; }
@media (min-width: 1000px) {
  .st-key-frame { flex-direction: row !important; flex-wrap: wrap; align-items: center; column-gap: 1rem !important; }
  .st-key-frame > * { width: auto !important; flex: 0 1 auto; }
}
:is(ul.standouts, .standing) .aside { opacity: .68; font-size: .86rem; }
ul.standouts .quote.line { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
/* A chart's own inks, PAGE_INK and PAGE_QUIET of nps_core.charts.draw.plotly_parts: become the theme's text colour. */
.js-plotly-plot text[style*="rgb(1, 2, 3)"] { fill: currentColor !important; }
.js-plotly-plot :is(text, tspan)[style*="rgb(1, 2, 4)"] { fill: color-mix(in srgb, currentColor 72%, transparent) !important; }
.js-plotly-plot path[style*="stroke: rgb(1, 2, 3)"] { stroke: currentColor !important; }
.st-key-clicks { display: none; }
[class*="st-key-answers-"] :is(.nsewdrag, .ytick text, .annotation text) { cursor: pointer; }
[class*="st-key-under"] { justify-content: flex-end; margin-bottom: 1rem; }
[class*="st-key-under"] :is(button, button p) { font-size: .82rem; min-height: 1.9rem; }
[class*="st-key-under"] button p { opacity: .78; }
[class*="st-key-under"] button:is(:hover, :focus-visible) p { opacity: 1; }
/* The (i) is named for who cannot see it. */
[class*="st-key-about"] button p { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.sides { display: flex; flex-wrap: wrap; gap: 1rem 2rem; }
.sides > div { flex: 1 1 13rem; }
.sides .hint { font-size: .86rem; line-height: 1.45; margin-top: .1rem; }
[class*="st-key-about"] button div[aria-hidden="true"] { display: none; }
.groups-legend { display: flex; justify-content: space-between; font-size: .88rem; gap: 1rem; }
.groups-key { display: flex; gap: 1.4rem; font-size: .88rem; }
.groups-legend .count { opacity: .7; padding-left: 1.02rem; }
.groups-legend b { font-weight: 620; }
.dot { display: inline-block; width: .62rem; height: .62rem; border-radius: 50%; margin-right: .4rem; }
ul.standouts { list-style: none; margin: 0; padding: 0; }
ul.standouts li { display: grid; grid-template-columns: 4.2rem 1fr; gap: .1rem .8rem; padding: .65rem 0;
  border-top: 1px solid rgba(128,136,148,.22); align-items: baseline; margin: 0; }
ul.standouts li:first-child { border-top: 0; }
ul.standouts.quoted li { grid-template-columns: 1fr; }
ul.standouts.quoted .why { grid-column: 1; }
ul.standouts .nps { font-size: 1.35rem; font-weight: 640; letter-spacing: -0.02em; }
ul.standouts .why { grid-column: 2; opacity: .68; font-size: .86rem; }
ul.standouts .quote { grid-column: 2; font-size: .9rem; opacity: .85; overflow-wrap: anywhere; display: -webkit-box;
  -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
.st-key-head > [data-testid="stElementContainer"]:first-child { flex: 1 1 24rem; min-width: 0; }
.stMainBlockContainer .st-key-head h1.answer { margin-bottom: 0; font-size: 1.5rem; max-width: none; }
/* The reader takes the height that the window has left. */
.stMainBlockContainer:has(.st-key-reading) { padding-bottom: 1rem; }
table.preview { border-collapse: collapse; font-size: .84rem; width: max-content; min-width: 100%; }
table.preview th { text-align: left; padding: .45rem .7rem; border-bottom: 2px solid rgba(128,136,148,.35);
  vertical-align: bottom; font-weight: 600; max-width: 16rem; }
table.preview td { padding: .4rem .7rem; border-bottom: 1px solid rgba(128,136,148,.18); vertical-align: top;
  max-width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
:root { --role-score: #2f6bcf; --role-reason: #12777d; --role-date: #7d55bd; --role-respondent: #4d5966; --role-account: #4d5966;
  --role-persona: #8a5f0c; --role-phase: #8a5f0c; --role-touchpoint: #8a5f0c; --role-attributes: #6d7885;
  --role-csat: #35733f; --role-ces: #35733f; --role-status: #6d7885; --role-weight: #7a4a63; --role-revenue: #7a4a63; --role-invited: #6d7885; --role-none: rgba(128,136,148,.16); }
.role { display: inline-block; font-size: .8rem; font-weight: 600; color: var(--role-ink, #fff); background: var(--role, #6d7885); border-radius: 6px;
  padding: .22rem .6rem; line-height: 1.3; }
.st-key-columns { flex-wrap: nowrap !important; overflow-x: auto; padding: 3px 3px .5rem; align-items: flex-start; }
.st-key-columns > div { flex: none; }
.st-key-columns .fixed, .st-key-columns .stSelectbox { height: 2rem; padding-right: .6rem; }
.st-key-columns .fixed { display: flex; align-items: center; }
.st-key-columns .fixed .role { width: 100%; height: 2rem; display: flex; align-items: center; }
.st-key-columns .stSelectbox [role="group"] { min-height: 2rem; height: 2rem; border-radius: 6px; background: var(--role); border-color: transparent; }
.st-key-columns .stSelectbox :is(input, svg, button) { color: var(--role-ink); font-size: .8rem; font-weight: 600; }
.st-key-columns .stSelectbox [role="group"]:focus-within { outline: 2px solid #7aa2e8; outline-offset: 1px; }
.column { padding-right: .6rem; }
.column .name { font-weight: 600; font-size: .88rem; line-height: 1.3; height: 2.6em; margin-top: .4rem; overflow: hidden;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.column .asked { font-size: .8rem; line-height: 1.35; height: 4.05em; opacity: .72; overflow: hidden; display: -webkit-box;
  -webkit-line-clamp: 3; -webkit-box-orient: vertical; }
.column .held { font-size: .76rem; opacity: .7; padding: .25rem 0 .4rem; border-bottom: 2px solid rgba(128,136,148,.3);
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.column ul { list-style: none; margin: 0; padding: 0; }
.column li { margin: 0; font-size: .84rem; padding: .36rem 0; border-bottom: 1px solid rgba(128,136,148,.16); white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.column li:last-child { border-bottom: 0; }
.column.unused { opacity: .9; }
.bars { display: flex; align-items: flex-end; gap: 3px; height: 5.4rem; max-width: 26rem; margin-bottom: 1.2rem; }
.bars div { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; height: 100%; position: relative; }
.bars i { display: block; border-radius: 2px 2px 0 0; min-height: 1px; }
.bars span { position: absolute; top: 100%; left: 0; right: 0; text-align: center; font-size: .74rem; opacity: .7; line-height: 1.5; font-variant-numeric: tabular-nums; }
.st-key-notice [data-testid="stPageLink"] a { padding: .1rem .3rem; }
.st-key-notice [data-testid="stPageLink"] p { font-size: .9rem; }
.st-key-changed { border: 1px solid rgba(47,107,207,.35); background: rgba(47,107,207,.07); border-radius: 8px; padding: .6rem .9rem; }
.changed span { display: block; opacity: .75; font-size: .88rem; }
.doubts ul { margin: .15rem 0 0; padding: 0; list-style: none; }
.doubts { border-left: 3px solid #c28a1e; padding: .1rem 0 .1rem .9rem; font-size: .92rem; }
.doubts li { margin: 0; padding: .1rem 0; max-width: 92ch; }
article.method { max-width: 74ch; padding: .2rem 0 1.4rem; }
article.method h2 { font-size: 1.12rem; font-weight: 620; margin: 0 0 .3rem; padding: 0; letter-spacing: -0.005em; }
article.method p { margin: 0 0 .6rem; line-height: 1.55; }
article.method li { margin: 0 0 .35rem 1.1rem; line-height: 1.55; overflow-wrap: anywhere; }
article.method .reference, article.method .function { opacity: .68; font-size: .84rem; }
article.method code { font-size: .88em; background: rgba(128,136,148,.14); color: inherit; padding: .05em .3em; border-radius: 4px; }
.st-key-slides button { justify-content: flex-start; text-align: left; min-height: 2.1rem; padding: .15rem .6rem; }
.st-key-slides button > div { justify-content: flex-start; }
.st-key-slide textarea { field-sizing: content; min-height: 0 !important; height: auto !important; font-size: 1.25rem; line-height: 1.3; font-weight: 640; letter-spacing: -0.01em; }
.scroll { overflow-x: auto; }
table.account { border-collapse: collapse; width: 100%; font-size: .92rem; }
table.account td { padding: .42rem .2rem; border-bottom: 1px solid rgba(128,136,148,.2); vertical-align: top; }
table.account td.n { text-align: right; font-weight: 620; width: 6rem; padding-right: 1rem; }
.uses { max-height: 26rem; overflow-y: auto; }
.uses td.name { width: 30%; padding-right: 1rem; font-weight: 560; overflow-wrap: anywhere; }
.uses tr.not-used { opacity: .78; }
.uses tr.not-used td.name { font-weight: 400; }
@media (max-width: 640px) { .uses td { display: block; } .uses td.name { width: auto; border-bottom: 0; padding-bottom: 0; } }
table.account tr.chosen td { background: rgba(47,107,207,.09); }
table.account tr.total td { border-bottom: 2px solid rgba(128,136,148,.45); }
/* The row over every page. A chip is two buttons in one frame: what it opens, and what takes it off. */
.st-key-bar button { min-height: 2rem; padding-top: .15rem; padding-bottom: .15rem; font-size: .9rem; }
[class*="st-key-chip-"] { flex-wrap: nowrap; }
[class*="st-key-chip-"]:has([class*="st-key-chip-off"]) > :first-child button { border-top-right-radius: 0; border-bottom-right-radius: 0; }
[class*="st-key-chip-off"] button { border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: 0; padding-left: .4rem;
  padding-right: .4rem; }
[class*="st-key-chip-off"] button [data-testid="stMarkdownContainer"] { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
[class*="st-key-chip-open"] button { background: rgba(59,118,214,.1); border-color: rgba(59,118,214,.35); }
[class*="st-key-chip-"]:has([class*="st-key-chip-off"]) button { background: rgba(59,118,214,.1); border-color: rgba(59,118,214,.35); }
[data-testid="stPopoverBody"]:has(.st-key-days, .st-key-picker) { width: 24rem; max-width: calc(100vw - 2rem); }
/* Values to filter by: one a line, its figures to the right. */
.st-key-values { max-height: 22rem; overflow-y: auto; }
.st-key-values [role="toolbar"] { flex-direction: column; align-items: stretch; gap: .15rem; }
.st-key-values button { justify-content: flex-start; border-radius: 8px; min-height: 2rem; }
.st-key-values button > div, .st-key-values button > div > span { flex: 1; width: 100%; text-align: left; }
.st-key-values button [data-testid="stMarkdownContainer"] { width: 100%; }
.st-key-values button p > span { float: right; margin-left: 1rem; font-variant-numeric: tabular-nums; }
/* The first screen, and what was understood of a file. */
.st-key-start { max-width: 860px; margin: 5vh auto 0; }
.st-key-start-drop [data-testid="stFileUploaderDropzone"]::before { content: "Drop the file here"; font-size: 1.25rem; font-weight: 620; }
.st-key-start-drop [data-testid="stFileUploaderDropzone"] > * { flex: 0 0 auto; }
.st-key-start-drop [data-testid="stFileUploaderDropzone"] { min-height: 320px; flex-direction: column; align-items: center;
  justify-content: center; gap: .8rem; border: 2px dashed rgba(128,136,148,.55); border-radius: 14px; text-align: center; }
.st-key-start-drop [data-testid="stFileUploaderDropzone"]:hover { border-color: #3b76d6; }
.st-key-start ul.gets { list-style: none; margin: .8rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(3, 1fr); gap: 1.6rem; }
.st-key-start ul.gets li { margin: 0; font-size: .92rem; line-height: 1.45; }
.st-key-start ul.gets b { display: block; font-weight: 620; }
.st-key-understood { border: 1px solid rgba(59,118,214,.35); background: rgba(59,118,214,.06); border-radius: 12px; padding: 1rem 1.2rem; }
.st-key-understood dl.understood { padding: 0; margin: .5rem 0 0; }
.st-key-understood dl.understood :is(dt, dd) { margin: 0; padding: 0; }
dl.understood { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.1rem; font-size: .95rem; line-height: 1.45; }
dl.understood dt { opacity: .7; }
dl.understood dd { overflow-wrap: anywhere; }
.stMultiSelect [data-tag] { background: rgba(59,118,214,.2); }
.stMultiSelect [data-tag], .stMultiSelect [data-tag] * { color: inherit; }
.st-key-days { flex-wrap: nowrap; }
/* White on the accent of a dark page is too faint. */
button[kind="primary"]:not(:disabled) { background: #2a63c4 !important; border-color: #2a63c4 !important; color: #fff !important; }
/* Opened, they would be a darkened blue, which a dark page swallows. */
button[kind="tertiary"][aria-expanded="true"] { color: inherit !important; }
/* Streamlit rings what has the focus, but for its links. */
:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 2px solid #3b76d6 !important; outline-offset: 1px; }
/* On a telephone, where Streamlit hides the navigation, the page has its own. */
[data-testid="stLayoutWrapper"]:has(> .st-key-places) { display: none; }
@media (max-width: 767px) {
  [data-testid="stHeader"] { display: none; }
  .stMainBlockContainer { padding-top: 1rem; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-places) { display: flex; }
  .st-key-places { flex-wrap: nowrap; overflow-x: auto; }
  .st-key-places [data-testid="stPageLink"] a { padding: .25rem .6rem; }
}
@media (max-width: 640px) {
  .stButtonGroup [role="radiogroup"] { flex-wrap: wrap; }
  [class*="st-key-under"] { gap: .1rem .6rem !important; justify-content: flex-start; }
  [data-testid="stHorizontalBlock"] { row-gap: 1.4rem; }
  /* One row that scrolls sideways. */
  .st-key-bar { flex-wrap: nowrap; overflow-x: auto; padding-bottom: .3rem; }
  .st-key-bar > * { flex: 0 0 auto; }
  .st-key-bar .st-key-survey [data-testid="stPopoverButton"] [data-testid="stMarkdownContainer"] { position: absolute; width: 1px;
    height: 1px; overflow: hidden; clip-path: inset(50%); }
  .st-key-shown { row-gap: .1rem !important; }
  .st-key-start ul.gets { grid-template-columns: 1fr; gap: .7rem; }
  dl.understood { grid-template-columns: 1fr; gap: 0; }
  dl.understood dd { margin-bottom: .5rem; }
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .stMainBlockContainer h1.answer { font-size: 1.4rem; }
  .figure-score { font-size: 3.6rem; }
}
@media print { section[data-testid="stSidebar"], .stPopover, header { display: none !important; } }
</style>
"""

# On one line: Streamlit looks at the indentation of each line of a piece of HTML, at every run.
_RULES = " ".join(_CSS.split())


def apply() -> None:
    """Add the rules to the page; once a run, from the frame."""
    st.html(_RULES)


def icon() -> None:
    """Give the tab our icon, by its address on this server; the pages have none.

    As a message of its own: `st.set_page_config(page_icon=)` imports numpy and Pillow before it looks at the address,
    half of what the first page takes. A page's named icon would become the tab's, fetched from an outside server.
    """
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.page_config_changed.favicon = "app/static/icon.png"
        context.enqueue(message)
