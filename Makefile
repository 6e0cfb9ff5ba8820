# The house's commands. `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench faults looks rehearsal lock

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1 \2/' | awk '{printf "  %s %-10s", $$1, $$2; $$1=$$2=""; print}'

setup: ## Make .venv with the pinned packages (nothing else is touched)
	@PYTHON="$(PYTHON)" sh ops/setup.sh

run: setup ## Start everything on this machine (PORT=8000); data stays in var/
	@PORT="$(PORT)" exec $(BIN)/python -m ops.run

test: setup ## Run the whole test suite on a PostgreSQL and a Redis of its own (ARGS="-k seat")
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: setup ## Format, lint, import contracts, migrations, types, templates, languages, deployment
	@$(BIN)/python -m ops.check

bench: setup ## Measure what pages cost, as multiples of plain Django (ARGS="W1 W2")
	@$(BIN)/python -m ops.bench $(ARGS)

faults: setup ## Break things on purpose against real servers; long (ARGS="FT-12 FT-S1")
	@PYTHONWARNINGS=ignore $(BIN)/python -m ops.faults $(ARGS)

looks: setup ## Look at every public page in every state: axe, W01-W27, vnu, Lighthouse, weight
	@$(BIN)/python -m ops.services -- $(BIN)/python -m ops.looks $(ARGS)

rehearsal: setup ## Play a whole edition (ARGS="--surveys 300 --applications 120 --seed 1")
	@$(BIN)/python -m ops.services -- $(BIN)/python -m ops.rehearsal $(ARGS)

lock: setup ## Compile requirements*.in into the hash-pinned files (needs uv)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh ops/lock.sh
