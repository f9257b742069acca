"""What a server for a firm is made of fits together, as far as that can be seen without containers."""

import re
import tomllib
from pathlib import Path

from nps_core.workspace import VARIABLE
from pages.ui import login, memory_budget, readiness

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "docs" / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def pins(path):
    return set(re.findall(r"^([\w.-]+==[^\s;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_image_has_what_a_login_and_a_server_of_postgresql_take_in_the_versions_of_the_tests():
    image = pins(DEPLOY / "requirements.lock")
    assert pins(ROOT / "requirements.lock") < image < pins(ROOT / "requirements-dev.lock")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    names = {pin.partition("==")[0] for pin in image}
    for wanted in (*extras["login"], *extras["postgres"]):
        assert re.match(r"[\w-]+", wanted)[0] in names, wanted


def test_what_the_image_copies_is_let_through():
    told = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let = {line[1:] for line in told if line.startswith("!")}
    (lock,) = re.findall(
        r"^COPY (\S+) /tmp/$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert lock in let
    assert all((ROOT / path).exists() for path in let)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    assert {*build["packages"], *build["force-include"]} <= let | {".streamlit/config.toml"}


def test_the_app_is_told_by_names_that_it_reads():
    own = set(re.findall(r"\b(?:NPS|STREAMLIT)_[A-Z_]+(?=:)", COMPOSE))
    assert own == {
        *("NPS_NAME", "NPS_MEMORY", "NPS_SECRETS", "NPS_DATABASE_PASSWORD"),
        *(VARIABLE, login.WITHOUT, memory_budget.VARIABLE),
        *("STREAMLIT_SECRETS_FILES", "STREAMLIT_SERVER_ALLOWED_HOSTS"),
    }
    assert f'{login.WITHOUT}: ""' in COMPOSE, "the image has it on"
    # Streamlit reads a file of secrets by its ending, and takes any other for a folder.
    (secret,) = re.findall(r"STREAMLIT_SECRETS_FILES: /run/secrets/(\S+)", COMPOSE)
    assert secret.endswith(".toml")
    assert f"target: {secret}" in COMPOSE
    assert tomllib.loads((DEPLOY / "secrets.example.toml").read_text(encoding="utf-8"))["auth"]["client_id"]


def test_readiness_is_asked_for_inside_and_hidden_outside():
    (route,) = readiness.routes()
    assert f"http://localhost:8501{route.path}'" in COMPOSE
    assert f"path {route.path} /_stcore/metrics" in CADDY
    assert "app 8501" in CADDY


def test_the_proxy_lets_every_upload_through_that_the_app_takes():
    most = int(
        re.search(
            r"maxUploadSize = (\d+)", (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
        )[1]
    )
    assert int(re.search(r"max_size (\d+)MB", CADDY)[1]) > most * 1024**2 / 1000**2


def test_no_secret_is_in_git_or_in_the_files_of_the_server():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "docs/deploy/secrets.toml"} <= set(ignored)
    assert not re.findall(r"(?i)password: (?!\$\{)\S+", COMPOSE)
