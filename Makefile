# Every target does its own set-up: Python 3.11 or 3.12, bash, make and git are all that is needed.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for python in python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo up down test test-fast check lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.tests ## Install everything into .venv

demo: $(VENV)/.platform ## Carry a real model from a push to an answered prediction, then stop everything
	@$(RUN) -m local demo

up: $(VENV)/.platform ## Start the local platform and keep it
	@$(RUN) -m local up

down: $(VENV)/.platform ## Stop the local platform; its state is kept
	@$(RUN) -m local down

test: $(VENV)/.tests ## Run all tests that need nothing but this machine's Python
	@$(PYTEST)

test-fast: $(VENV)/.tests ## Run the tests that start no server (under a minute)
	@$(PYTEST) -m "not server and not journey and not environment"

check: $(VENV)/.tests ## Lint, types and the walls between the rooms
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(RUN) -m mypy
	@PYTHONPATH=.:container $(VENV)/bin/lint-imports

lock: $(VENV)/.tests ## Renew locks/*.txt; CONSTRAINTS=FILE is the MWAA image's constraints file
	@bash locks/renew "$(CONSTRAINTS)"

$(VENV)/.uv: locks/uv.txt
	@[ -n "$(PYTHON)" ] || { echo "Modelway needs Python 3.11 or 3.12 on PATH; found: $$(python3 --version 2>&1)"; exit 1; }
	@echo "==> creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r locks/uv.txt
	@touch $@

$(VENV)/.platform: locks/local.txt pyproject.toml | $(VENV)/.uv
	@echo "==> installing Airflow, the local AWS and their tools (about 200 packages)"
	@$(VENV)/bin/uv pip install --quiet --python $(RUN) --require-hashes -r locks/local.txt
	@$(VENV)/bin/uv pip install --quiet --python $(RUN) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: locks/test.txt | $(VENV)/.platform
	@echo "==> installing the test tools"
	@$(VENV)/bin/uv pip install --quiet --python $(RUN) --require-hashes -r locks/test.txt
	@touch $@
