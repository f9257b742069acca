"""The app: page config and navigation; `pages/ui/frame.py` has what stands around each page.

`streamlit run app.py` imports this file once for the server, `app`, whose script is this same file.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import frame, style


def draw() -> None:
    """Draw the page that a visitor asks for."""
    # Without a layout: the message of the icon has none either, and whichever comes last decides; the style sets the width.
    st.set_page_config(page_title="NPS dashboard", initial_sidebar_state=310)
    style.icon()

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
    frame.show(page, st.session_state["pages"][-1])


if get_script_run_ctx(suppress_warning=True) is None:
    from pages.ui import upkeep
    from pages.ui.server import MIDDLEWARE

    upkeep.tell_allocators()
    app = st.App(__file__, middleware=MIDDLEWARE)
else:
    draw()
