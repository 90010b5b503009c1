# Two commands do it all on a fresh Debian 12 with git, make and python3: make run, make test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
SUITE := $(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder
export HOST ?= 127.0.0.1
export PORT ?= 8000
# Compiled modules are kept, whatever the machine's wish: every process of ours would compile all again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-all bench scale pictures lint lock templates clean setup-run setup-test

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

run: setup-run ## set up, make the sample bundle in out/, serve at http://HOST:PORT
	@scripts/run.sh

test: setup-test lint ## set up, lint, the suite with real LibreOffice and Chromium
	$(SUITE) -m "not long"

test-all: test ## the suite and what is long
	$(SUITE) -m long

bench: setup-test ## measure beside the usual ways, in one run (PART=fill, QUICK=1, FULL=1)
	$(BIN)/python -m bench $(PART) $(if $(QUICK),--quick) $(if $(FULL),--full)

scale: setup-test ## four workers, PostgreSQL and S3 on this machine, one killed (docs/scale.md)
	$(BIN)/python -m bench.scale $(ARGS)

pictures: setup-test ## make the pictures of README and docs again (docs/pictures)
	$(BIN)/python scripts/pictures.py

lint: setup-test ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

templates: setup-run ## build all built-in Word templates again
	$(BIN)/gongwen templates

lock: setup-test ## pin the newest allowed versions with hashes
	$(BIN)/uv pip compile -q --upgrade --universal --no-strip-extras --generate-hashes --python-version 3.11 \
		pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --universal --no-strip-extras --generate-hashes --python-version 3.11 \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove what was made; data (var/) stays
	rm -rf .venv out build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
