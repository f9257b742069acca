"""Every kind of label of Streamlit with strings that mean something to it; for test_labels.py."""

import json
import os
from pathlib import Path

import streamlit as st

from pages.ui.text import safe

for place, text in enumerate(json.loads(Path(os.environ["LABELS"]).read_text(encoding="utf-8"))):
    with st.container(key=f"markdown-{place}"):
        st.text_input(safe(text), key=f"input.{place}")
        st.multiselect(safe(text), [], key=f"many.{place}")
        st.button(f"Remove {safe(text)}", key=f"button.{place}")
        st.pills("Pills", [text], format_func=safe, key=f"pills.{place}")
        st.segmented_control("Segments", [text], format_func=safe, key=f"segments.{place}")
        st.radio("Radio", [text], format_func=safe, captions=[safe(text)], key=f"radio.{place}")
        st.toggle(safe(text), key=f"toggle.{place}")
        st.progress(0.5, f"{safe(text)} …")
        st.expander(safe(text))
        st.popover(safe(text))
        st.tabs([safe(text)])
        st.metric(safe(text), 1)
        st.caption(safe(text))
    with st.container(key=f"plain-{place}"):
        st.selectbox("Select", [text], key=f"select.{place}")
        st.selectbox("Placeholder", [text], index=None, placeholder=text, key=f"place.{place}")
        st.multiselect("Multiselect", [text], default=[text], key=f"picked.{place}")
