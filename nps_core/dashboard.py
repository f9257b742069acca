"""Start the app: the command `nps-dashboard`.

The app is started as a process of Streamlit's, so that this package never imports streamlit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run the app with the arguments of `streamlit run`, such as `--server.port=8600`; returns its exit code.

    Whatever the working directory, theme, font, address and export settings are those of the `config.toml`
    that comes with the app: Streamlit reads it from beside the script, after that of the working directory.
    """
    command = streamlit_command(sys.argv[1:] if arguments is None else arguments)
    if sys.platform != "win32":
        os.execv(sys.executable, command)  # noqa: S606 - takes this process's place: signals reach the server
    return subprocess.call(command)  # noqa: S603 - Python; arguments come from whoever starts the app


def streamlit_command(arguments: list[str]) -> list[str]:
    """The command that starts the app; `-P` keeps modules of the working directory out of it."""
    return [sys.executable, "-P", "-m", "streamlit", "run", str(app_file()), *arguments]


def app_file() -> Path:
    """The file of the app: in `nps_dashboard` where the wheel is installed, else atop the checkout."""
    root = Path(__file__).resolve().parents[1]
    installed = root / "nps_dashboard" / "app.py"
    return installed if installed.is_file() else root / "app.py"
