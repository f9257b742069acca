"""The frame: page config, navigation, the survey in hand, the filter bar; then the page."""

import logging

import streamlit as st

from pages.ui import session, start, style
from pages.ui.text import empty, problem, safe, say

# The icon is a file of ours, and the pages have none: Streamlit makes a page's named icon the tab's, and
# fetches that from an outside server. By its address, since a file would be opened and checked at each run.
st.set_page_config(
    page_title="NPS dashboard", page_icon="app/static/icon.png", layout="wide", initial_sidebar_state=310
)

# Each url_path differs from its file's name: Streamlit's old discovery of pages/ would otherwise answer
# a first visit to /trends itself, without this frame. Made once a session, since each looks for its file.
if "pages" not in st.session_state:
    st.session_state["pages"] = [
        st.Page("pages/overview_page.py", title="Overview", url_path="overview", default=True),
        st.Page("pages/trends_page.py", title="Trends", url_path="trends"),
        st.Page("pages/segments_page.py", title="Segments", url_path="segments"),
        st.Page("pages/compare_page.py", title="Compare", url_path="compare"),
        st.Page("pages/themes_page.py", title="Themes", url_path="themes"),
        st.Page("pages/drivers_page.py", title="Drivers", url_path="drivers"),
        st.Page("pages/accounts_page.py", title="Who speaks", url_path="people"),
        st.Page("pages/report_page.py", title="Report", url_path="report"),
        st.Page("pages/data_page.py", title="Your file", url_path="file"),
        st.Page("pages/method_page.py", title="Method", url_path="method", visibility="hidden"),
    ]

page = st.navigation(st.session_state["pages"], position="top")
style.apply()
opened = session.opened()

if opened is None or session.failed() is not None:
    start.show()
    st.stop()

# What counts and draws is imported here: the first screen comes at once without pandas and plotly.
from nps_core import view  # noqa: E402
from pages.ui import filterbar  # noqa: E402

filters = filterbar.show(opened.survey, opened.link)
shown = view(opened.survey, filters)
with st.sidebar:
    st.html('<div style="height:.4rem"></div>')
    with st.popover(safe(opened.survey.name), icon=":material/description:", width="stretch"):
        start.upload("sidebar")
        st.button("Close this survey", on_click=session.forget, icon=":material/close:")
    st.page_link(
        st.session_state["pages"][-1], label="How each figure is computed", icon=":material/function:"
    )

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    say(shown.words)
    if filters:
        st.button("Reset", on_click=filterbar.reset, type="tertiary", key="reset.top", width="content")

if not shown.n and page.url_path not in {"file", "method"}:
    empty("No response matches these filters.", "Take one of them off in the sidebar, or reset them all.")
    st.button("Reset filters", on_click=filterbar.reset, type="primary", key="reset.empty")
    st.stop()

try:
    page.run()
except Exception:
    # Streamlit's own message would send people to a cloud that this is not. The log has the traceback.
    logging.getLogger("nps_dashboard").exception("page %s failed", page.title)
    problem(
        "This page could not be drawn.",
        "The other pages still work. What went wrong stands in the log of the server.",
    )
