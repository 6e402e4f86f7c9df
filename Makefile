# Every target does its own set-up: Python 3.11 or 3.12, make and git are all that is needed.
.DEFAULT_GOAL := help

VENV ?= .venv
CHECKOV ?= $(VENV)-checkov
AIRFLOW_3_3 ?= $(VENV)-airflow-3.3
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest -rs
# Two at a time, for each platform or browser needs much memory; a file's tests together where they share one.
PAIRED := --numprocesses 2 --no-loadscope-reorder --dist
# What `make test` is to leave out besides, such as "and not browser"; make drops the blanks that a value begins with.
BUT ?=
SETUP := local/setup/environment.py
# What was moved, copied or left by a Python that is gone cannot be used: it is made anew.
MISFIT := $(shell $(RUN) -I -S $(SETUP) $(VENV) check >/dev/null 2>&1 || echo misfit)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: misfit help setup demo up down test test-fast test-slow test-airflow-3.3 check checkov bench pictures lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.tests ## Install everything into .venv

demo: $(VENV)/.platform ## Carry a real model from a push to an answered prediction, then stop everything
	@command -v git >/dev/null || { echo "modelway: git is not on PATH and the demo's model is a repository;" \
		"install it (Debian, Ubuntu: apt install git)" >&2; exit 1; }
	@$(RUN) -m local demo

up: $(VENV)/.platform ## Start the local platform and keep it
	@$(RUN) -m local up

down: $(VENV)/.platform ## Stop the local platform; its state is kept
	@$(RUN) -m local down

test: $(VENV)/.tests ## Run all tests but the slow ones; those of pages and of Terraform where Chromium and terraform are there
	@$(PYTEST) $(PAIRED) loadfile -m "not slow $(BUT)"

test-fast: $(VENV)/.tests ## Run the tests that start no server (under a minute)
	@$(PYTEST) $(PAIRED) worksteal -m "not server and not journey and not environment and not browser and not terraform and not slow"

# There can be one Docker engine of the tests' own at a time on a machine.
test-slow: $(VENV)/.tests ## Run what takes minutes: the documentation's commands, interruptions, Docker, Airflow in a browser
	@$(PYTEST) $(PAIRED) loadfile -m "slow and not docker"
	@$(PYTEST) -m "slow and docker"

# anyio's plugin imports what pytest 9 has renamed.
test-airflow-3.3: $(VENV)/.tests $(AIRFLOW_3_3)/.complete ## Run what speaks to Airflow, and a whole road, on Airflow 3.3
	@PYTHONPATH=plugins MODELWAY_PLATFORM_PYTHON=$(abspath $(RUN)) \
		$(AIRFLOW_3_3)/bin/python -m pytest -rs -p no:anyio tests/tasks tests/bundle
	@MODELWAY_AIRFLOW_PYTHON=$(abspath $(AIRFLOW_3_3))/bin/python $(PYTEST) tests/journey/test_road.py

bench: $(VENV)/.tests ## Measure Modelway beside the same work without it
	@for name in lambda parse road waiting; do $(RUN) -m bench $$name || exit; done

check: $(VENV)/.tests ## Lint, types, the walls between the rooms, and the .gitlab-ci.yml files
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(RUN) -m mypy
	@PYTHONPATH=.:container $(VENV)/bin/lint-imports
	@$(RUN) -m local.gitlab.lint

checkov: $(CHECKOV)/.complete ## Read terraform/ for what is commonly regretted on AWS; installs checkov once (300 MB)
	@$(CHECKOV)/bin/checkov --config-file .checkov.yaml

pictures: $(VENV)/.tests ## Take the documentation's screenshots again, from a demo in headless Chromium
	@$(RUN) docs/pictures

lock: $(VENV)/.tests ## Renew locks/*.txt; CONSTRAINTS=FILE CONSTRAINTS_3_3=FILE are the MWAA images' constraints files
	@bash locks/renew "$(CONSTRAINTS)" "$(CONSTRAINTS_3_3)"

$(CHECKOV)/.complete: locks/checkov.txt $(VENV)/.uv
	@echo "==> installing checkov"
	@$(VENV)/bin/uv venv --quiet --allow-existing --python $(RUN) $(CHECKOV)
	@$(VENV)/bin/uv pip install --quiet --python $(CHECKOV)/bin/python --require-hashes -r $<
	@touch $@

$(AIRFLOW_3_3)/.complete: locks/airflow-3.3.txt $(VENV)/.uv
	@echo "==> installing Airflow 3.3"
	@$(VENV)/bin/uv venv --quiet --allow-existing --python $(RUN) $(AIRFLOW_3_3)
	@$(VENV)/bin/uv pip install --quiet --compile-bytecode --python $(AIRFLOW_3_3)/bin/python --require-hashes -r $<
	@touch $@

$(VENV)/.uv: locks/uv.txt $(MISFIT)
	@python=$$($(SHELL) local/setup/interpreter.sh $(PYTHON)) && "$$python" -I $(SETUP) $(VENV) uv

$(VENV)/.platform: locks/local.txt pyproject.toml $(VENV)/.uv
	@$(RUN) -I $(SETUP) $(VENV) platform

$(VENV)/.tests: locks/test.txt $(VENV)/.platform
	@$(RUN) -I $(SETUP) $(VENV) tests
