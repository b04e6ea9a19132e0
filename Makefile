# Everything a developer or a new user runs. `make help` lists the targets.
# PYTHON names the interpreter for new environments (default: the first of CPython 3.11-3.13 that is installed).
# INSTALLER=pip makes the environments with pip alone (slower; honours pip's own configuration).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
# JOBS=4 spreads the test files over processes; by default they run one after the other.
PYTEST := $(PY) -m pytest $(if $(JOBS),-n $(JOBS) --dist loadfile)
PICK_PYTHON = $(or $(PYTHON),$$(scripts/pick_python.sh))
THIRDPARTY := .venv-thirdparty
THIRDPARTY_STAMP := $(THIRDPARTY)/.stamp
RUN_STAMP := $(VENV)/.stamp-quickstart
DEV_STAMP := $(VENV)/.stamp-dev
# Tests and benchmarks start processes by the hundred: without compiled modules on disk each would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

INSTALL_EDITABLE = $(VENV)/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .

.PHONY: help setup quickstart test test-fast test-slow test-thirdparty lint format types imports contract gen gen-check schema lock bench clean ci

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' Makefile

setup: $(DEV_STAMP) ## Make .venv with everything a developer needs, the project installed editable

$(DEV_STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml scripts/make_venv.sh
	scripts/make_venv.sh --exact $(VENV) "$(PICK_PYTHON)" requirements/dev.txt
	$(INSTALL_EDITABLE)
	touch $(DEV_STAMP) $(RUN_STAMP)

$(RUN_STAMP): requirements/quickstart.txt requirements/uv.txt pyproject.toml scripts/make_venv.sh
	scripts/make_venv.sh $(VENV) "$(PICK_PYTHON)" requirements/quickstart.txt
	$(INSTALL_EDITABLE)
	touch $(RUN_STAMP)

quickstart: $(RUN_STAMP) ## Start a server, train models that log to it, query them (ONCE=1: end by itself)
	@$(PY) examples/quickstart/main.py $(if $(ONCE),--once)

test: setup ## Run every test, fast and slow
	$(PYTEST)

test-fast: setup ## Run the tests that a commit waits for
	$(PYTEST) -m "not slow"

test-slow: setup ## Run the tests that start many processes or build environments
	$(PYTEST) -m slow

test-thirdparty: $(THIRDPARTY_STAMP) ## Train models with the libraries that log to us (an environment of its own, 6 GB)
	rm -rf build/thirdparty
	$(PY) -m hatchling build -t wheel -d build/thirdparty >/dev/null
	$(THIRDPARTY)/bin/python -m pip install -q --disable-pip-version-check --no-index --no-deps --force-reinstall build/thirdparty/*.whl
	$(THIRDPARTY)/bin/python -m pytest tests/thirdparty

$(THIRDPARTY_STAMP): requirements/thirdparty.txt requirements/uv.txt scripts/make_venv.sh | setup
	scripts/make_venv.sh $(THIRDPARTY) "$(PICK_PYTHON)" requirements/thirdparty.txt
	touch $(THIRDPARTY_STAMP)

lint: setup imports ## Check style, formatting and import rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

imports: setup ## Check who may import whom
	$(VENV)/bin/lint-imports

format: setup ## Rewrite sources and protos in the project's format
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/buf format -w

types: setup ## Check types with mypy (strict) and pyright
	$(VENV)/bin/mypy
	$(VENV)/bin/pyright

contract: setup ## Check the protos (lint, format, breaking) and that gen/ is fresh
	$(VENV)/bin/buf lint
	$(VENV)/bin/buf format --diff --exit-code
	scripts/breaking.sh $(VENV)/bin/buf
	PYTHONPATH=scripts $(PY) -m codegen.generate --check

gen: setup ## Regenerate gen/ from proto/ (Python, Java, Go, TypeScript, OpenAPI, descriptors)
	PYTHONPATH=scripts $(PY) -m codegen.generate

gen-check: setup ## Compile the generated Java, Go and TypeScript
	PYTHONPATH=scripts $(PY) -m codegen.compile_check

schema: setup ## Write the newest database schema as plain statements, from the alembic revisions
	$(PY) scripts/render_schema.py

lock: setup ## Re-resolve requirements/*.txt (UPGRADE=1: to the newest versions)
	scripts/lock.sh $(VENV)/bin/uv $(if $(UPGRADE),--upgrade)

bench: setup ## Measure the budgets (docs/performance.md tells how to read it)
	PYTHONPATH=tests $(PY) -m benchmarks $(BENCH_ARGS)

clean: ## Remove environments, caches and what runs leave behind
	rm -rf $(VENV) .venv-* .codegen build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .quickstart
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

ci: ## Run what the merge gate runs
	.ci/run
