"""LibreOffice opens what is taken away; without it these tests are skipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core"))

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="session")
def convert(tmp_path_factory):
    """`convert(file, "ods")`: the file as LibreOffice saves it again."""
    if OFFICE is None:
        pytest.skip("needs LibreOffice")
    profile = tmp_path_factory.mktemp("profile")

    def run(file: Path, ending: str) -> Path:
        folder = tmp_path_factory.mktemp("converted")
        command = [OFFICE, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", ending, "--outdir", str(folder), str(file)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return folder / f"{file.stem}.{ending}"

    return run
