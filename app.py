"""The app: page config and navigation; `pages/ui/frame.py` has what stands around each page.

`streamlit run app.py` imports this file once for the server, `app`, whose script is this same file.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import frame, places


def draw() -> None:
    """Draw the page that a visitor asks for."""
    st.set_page_config(page_title="NPS dashboard")
    frame.show(st.navigation(places.pages(), position="top"))


if get_script_run_ctx(suppress_warning=True) is None:
    from streamlit.runtime.pages_manager import PagesManager

    from pages.ui import login, readiness, upkeep
    from pages.ui.server import MIDDLEWARE

    # Streamlit takes the folder pages/ for a list of pages until one has been drawn, and says of the addresses of ours,
    # to whoever comes first, that they do not exist.
    PagesManager.uses_pages_directory = False
    login.check_address()
    upkeep.tell_allocators()
    app = st.App(__file__, routes=readiness.routes(), middleware=MIDDLEWARE, on_script_error=frame.failed)
else:
    draw()
