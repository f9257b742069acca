"""The few rules of the look that the theme in .streamlit/config.toml cannot say."""

from __future__ import annotations

import streamlit as st

_CSS = """
<style>
table.account, ul.standouts .nps, ul.comments .score, .figure-score, .figure-small { font-variant-numeric: tabular-nums; }
.stMainBlockContainer { max-width: 1180px; padding-top: 4.6rem; padding-bottom: 4rem; }
.stMainBlockContainer h1.answer { font-size: 1.8rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em;
  margin: 0 0 .35rem; padding: 0; max-width: 44ch; text-wrap: balance; }
.stMainBlockContainer h2.heading { font-size: 1.12rem; line-height: 1.35; font-weight: 620; letter-spacing: -0.005em;
  margin: 0; padding: 0; text-wrap: balance; }
p.say { margin: 0; line-height: 1.5; }
p.say.quiet { opacity: .68; font-size: .9rem; }
p.say.small { opacity: .6; font-size: .8rem; }
p.say.ellipsis { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
p.say.finding { font-size: 1rem; }
ul.findings { margin: 0 0 .3rem; padding: 0; list-style: none; }
ul.findings li { margin: 0; padding: .12rem 0; line-height: 1.5; max-width: 88ch; }
.figure-score { font-size: 4.6rem; line-height: 1; font-weight: 680; letter-spacing: -0.04em; }
.figure-interval { font-size: 1.05rem; opacity: .75; margin-top: .45rem; }
.figure-small { font-size: 1.9rem; line-height: 1.1; font-weight: 640; letter-spacing: -0.02em; }
.kicker { font-size: .8rem; font-weight: 560; opacity: .65; margin-bottom: .3rem; }
.problem { border-left: 3px solid #dd5f37; padding: .7rem 1rem; background: rgba(221,95,55,.08); border-radius: 0 8px 8px 0; }
.empty { border: 1px dashed rgba(128,136,148,.5); border-radius: 10px; padding: 1.6rem 1.4rem; }
.hint { opacity: .75; margin-top: .25rem; }
/* A chart's own ink, nps_core.charts.base.PAGE_INK: becomes the theme's text colour. */
.js-plotly-plot text[style*="rgb(1, 2, 3)"] { fill: currentColor !important; }
.groups-legend { display: flex; justify-content: space-between; font-size: .88rem; gap: 1rem; }
.groups-key { display: flex; gap: 1.4rem; font-size: .88rem; }
.groups-legend .count { opacity: .65; padding-left: 1.02rem; }
.groups-legend b { font-weight: 620; }
.dot { display: inline-block; width: .62rem; height: .62rem; border-radius: 50%; margin-right: .4rem; }
ul.standouts { list-style: none; margin: 0; padding: 0; }
ul.standouts li { display: grid; grid-template-columns: 4.2rem 1fr; gap: .1rem .8rem; padding: .65rem 0;
  border-top: 1px solid rgba(128,136,148,.22); align-items: baseline; margin: 0; }
ul.standouts li:first-child { border-top: 0; }
ul.standouts .nps { font-size: 1.35rem; font-weight: 640; letter-spacing: -0.02em; }
ul.standouts .why { grid-column: 2; opacity: .68; font-size: .86rem; }
ul.comments { list-style: none; margin: 0; padding: 0; }
ul.comments li { padding: .7rem 0; border-top: 1px solid rgba(128,136,148,.22); margin: 0; display: grid;
  grid-template-columns: 2.6rem 1fr; gap: .8rem; }
ul.comments .score { font-weight: 640; text-align: right; }
ul.comments .meta { opacity: .62; font-size: .82rem; margin-top: .2rem; }
ul.comments .text { white-space: pre-wrap; overflow-wrap: anywhere; }
ul.comments mark { background: rgba(59,118,214,.22); color: inherit; border-radius: 3px; padding: 0 .1em; }
table.preview { border-collapse: collapse; font-size: .84rem; width: max-content; min-width: 100%; }
table.preview th { text-align: left; padding: .45rem .7rem; border-bottom: 2px solid rgba(128,136,148,.35);
  vertical-align: bottom; font-weight: 600; max-width: 16rem; }
table.preview td { padding: .4rem .7rem; border-bottom: 1px solid rgba(128,136,148,.18); vertical-align: top;
  max-width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
table.preview .role { display: block; font-size: .72rem; font-weight: 600; color: #fff; background: #6d7885;
  border-radius: 4px; padding: .1rem .4rem; width: max-content; margin-bottom: .25rem; }
table.preview .role.score { background: #2f6bcf; } table.preview .role.reason { background: #15868c; }
table.preview .role.date { background: #8a63c9; } table.preview .role.none { background: transparent; color: inherit; opacity: .45; padding: 0; }
.scroll { overflow-x: auto; }
table.account { border-collapse: collapse; width: 100%; font-size: .92rem; }
table.account td { padding: .42rem .2rem; border-bottom: 1px solid rgba(128,136,148,.2); vertical-align: top; }
table.account td.n { text-align: right; font-weight: 620; width: 6rem; padding-right: 1rem; }
table.account tr.total td { border-bottom: 2px solid rgba(128,136,148,.45); }
section[data-testid="stSidebar"] [data-testid="stDateInput"] svg { display: none; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .stMainBlockContainer h1.answer { font-size: 1.4rem; }
  .figure-score { font-size: 3.6rem; }
}
@media print { section[data-testid="stSidebar"], .stPopover, header { display: none !important; } }
</style>
"""


def apply() -> None:
    """Add the rules to the page; once a run, from the frame."""
    st.html(_CSS)
