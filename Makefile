# Two commands do all set-up: `make run` and `make test`. What each does by hand is in the README.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: run test check spark pictures lock clean

run: .venv/run.done
	$(BIN)/streamlit run app.py

test: check
	$(BIN)/pytest -n auto

# Style and types: quick, and before the tests.
check: .venv/dev.done
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

# The tests of tables in Spark: 460 MB to install, Java, and some minutes, so not among the others.
spark: .venv/spark.done
	NPS_SPARK=1 NPS_SCOPES=25 $(BIN)/pytest -m spark tests/engine

# A picture of every page, light and dark, wide and narrow, in pictures/. FILE=... for another survey.
pictures: .venv/dev.done
	$(BIN)/python tests/browser/pictures.py $(if $(FILE),"$(FILE)")

# Pin the dependencies anew. The files name versions and digests, no address.
lock: .venv/dev.done
	$(PIP) "uv>=0.9"
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	    --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	    --upgrade --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	    --extra login --extra postgres -c requirements-dev.lock pyproject.toml -o docs/deploy/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	    --upgrade --group pyproject.toml:spark -c requirements-dev.lock -o requirements-spark.lock

clean:
	rm -rf .venv pictures .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.done: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	touch $@

.venv/dev.done: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps -e .
	touch $@ .venv/run.done

.venv/spark.done: requirements-spark.lock .venv/dev.done
	$(PIP) --no-deps --require-hashes -r requirements-spark.lock
	touch $@
