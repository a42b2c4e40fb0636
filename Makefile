# gridloop: two commands matter, `make demo` and `make test`. Everything is built once and kept in .venv.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Compiled modules are kept, whatever the surroundings say: without them every process compiles Django anew.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv install --no-compile --progress-bar on
DEMO ?=
PYTEST ?=
BENCH ?=
WORDS := $(shell find src -name '*.po' -not -path '*/node_modules/*' 2>/dev/null)
FRONT := $(shell find front -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help demo start test test-sqlite test-postgres faults browser check lint types imports validate promises map bench words build install develop clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | while IFS=$$'\t' read -r name words; do printf '  make %-10s %s\n' "$$name" "$$words"; done

demo: build ## start a whole demo county; add DEMO="--live" or DEMO="--size large"
	@exec $(BIN)/gridloop demo $(DEMO)

start: build ## start web and worker for real use
	@exec $(BIN)/gridloop start

test: test-sqlite test-postgres ## the whole suite on SQLite, and again on PostgreSQL where DATABASE_URL names one

test-sqlite: develop words
	@env -u DATABASE_URL $(BIN)/pytest -n 2 --dist worksteal -q -m "not browser and not faults" $(PYTEST)

test-postgres: develop words
	@tools/test_on_postgres -n 2 --dist worksteal -q -m "not browser and not faults" $(PYTEST)

faults: develop words front-built ## kill real processes under load and see that nothing is lost
	@$(BIN)/pytest -q -m faults $(PYTEST)

browser: develop words front-built ## drive the pages with a real Chromium
	@$(BIN)/pytest -q -m browser $(PYTEST)

check: lint types imports validate promises ## lint, types, the import guard, manifests and flows, the docs' promises

lint: develop
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: develop
	@$(BIN)/mypy src/gridloop/core src/gridloop/web src/gridloop/api src/gridloop/scenes src/gridloop/operations src/gridloop/cli.py

imports: develop
	@$(BIN)/pytest -q tests/test_imports.py

validate: develop words
	@$(BIN)/gridloop check
	@DJANGO_SETTINGS_MODULE=gridloop.settings $(BIN)/python -m django makemigrations --check --dry-run

promises: develop words
	@$(BIN)/pytest -q tests/test_docs.py

map: install words ## draw docs/map.md, docs/events.md and docs/flows.md again
	@$(BIN)/python tools/draw_map.py && $(BIN)/python tools/draw_events.py && $(BIN)/python tools/draw_flows.py

bench: develop words front-built ## measure every promise of speed
	@tools/bench $(BENCH)

words: $(DONE)/words ## compile the translations

build: $(DONE)/package $(DONE)/words front-built ## everything `make demo` needs

install: $(DONE)/package

develop: $(DONE)/develop $(DONE)/package

.PHONY: front-built
front-built: $(DONE)/front

$(DONE)/venv:
	@tools/make_venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/run: requirements/run.txt | $(DONE)/venv
	@echo "Installing what gridloop runs on (once) ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@touch $@

$(DONE)/develop: requirements/develop.txt | $(DONE)/run
	@echo "Installing what the tests need (once) ..."
	@$(PIP) --require-hashes -r requirements/develop.txt
	@touch $@

$(DONE)/package: pyproject.toml $(DONE)/run
	@$(PIP) --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DONE)/words: $(WORDS) tools/compile_words.py | $(DONE)/run
	@$(BIN)/python tools/compile_words.py
	@touch $@

$(DONE)/front: $(FRONT) | $(DONE)/run
	@tools/build_front $(BIN)/python
	@touch $@

clean: ## remove what was built; the data folder stays
	@rm -rf $(VENV) front/node_modules src/gridloop/web/static/dist build .mypy_cache .ruff_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
