"""LibreOffice opens what is taken away; without it these tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core"))

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="session")
def convert(tmp_path_factory):
    """`convert(file, "ods")`: the file as LibreOffice saves it again; of `more` files, those beside it by their names."""
    if OFFICE is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not here, and these tests must not be skipped in CI")
        pytest.skip("needs LibreOffice (soffice), which is not installed here")
    profile = tmp_path_factory.mktemp("profile")

    def run(file: Path, ending: str, *more: Path) -> Path:
        folder = tmp_path_factory.mktemp("converted")
        command = [
            OFFICE,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(folder),
            *map(str, (file, *more)),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return folder / f"{file.stem}.{ending}"

    return run
