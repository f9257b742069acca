"""Where plotly's own renderer lies, for who draws a figure in a browser."""

from __future__ import annotations

from pathlib import Path

import plotly

SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""The script that ships with the package: nothing is fetched from elsewhere."""
