# Every task needs Python 3.11 or newer and nothing else. `make` alone lists them.
VENV := .venv
BIN := $(VENV)/bin
CODE := policy bot adapters tests
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command 'make lock' $(LOCK_ARGS) pyproject.toml

# Handed on: make test ARGS='tests/policy -x', make run ARGS=--help
ARGS ?=
# Tests run side by side in so many processes; 0: one after the other, for a debugger.
WORKERS ?= 2
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run play test check format bench bench-peers train rules screenshots lock dev clean
.PHONY: check-format check-lint check-types check-imports check-licences check-holes

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## install what is needed and start Chaperone with its playground (http://127.0.0.1:8080)
	@sh deploy/bootstrap.sh runtime
	@exec $(BIN)/chaperone run $(ARGS)

play: run ## the same as run

test: dev ## run all tests (ARGS='tests/policy -x' for some)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: check-format check-lint check-types check-imports check-licences check-holes ## format, lint, types, imports, licences, known holes

check-format: dev
	$(BIN)/ruff format --check $(CODE) deploy

check-lint: dev
	$(BIN)/ruff check $(CODE) deploy

check-types: dev
	$(BIN)/mypy --strict

check-imports: dev
	$(BIN)/lint-imports

check-licences: dev
	$(BIN)/python deploy/check_licences.py requirements/runtime.txt requirements/dev.txt

check-holes: dev
	$(BIN)/python deploy/check_holes.py requirements/runtime.txt requirements/dev.txt

format: dev ## put the code in order
	$(BIN)/ruff check --fix-only $(CODE) deploy
	$(BIN)/ruff format $(CODE) deploy

bench: dev ## measure detection and speed, then the reading after a long outage (some minutes)
	@$(BIN)/chaperone bench $(ARGS)
	@$(BIN)/python -m tests.bot.outage

bench-peers: ## the same beside other libraries, which go into an environment of their own (.venv-peers)
	@test -d .venv-peers || $(or $(PYTHON),python3) -m venv .venv-peers
	@.venv-peers/bin/pip install -q --require-hashes -r requirements/peers.txt
	@PYTHONPATH=. .venv-peers/bin/python -m adapters.cli bench --no-storage --no-bursts $(ARGS)

train: ## train the model anew (hours on a quiet machine; docs/model-card.md), in an environment of its own
	@test -d .venv-train || python3 -m venv .venv-train
	@.venv-train/bin/pip install -q -r requirements/runtime.txt
	@.venv-train/bin/pip install -q -r deploy/train/requirements.txt
	PYTHONPATH=. .venv-train/bin/python deploy/train $(ARGS)

rules: dev ## measure each rule on the held-out messages and write docs/rules.md anew
	@PYTHONPATH=. $(BIN)/python deploy/train/quality.py
	@$(BIN)/chaperone packs rules > docs/rules.md.new
	@mv docs/rules.md.new docs/rules.md

screenshots: dev ## make the pictures of README and docs anew from the real page; Slack's cards need npm
	@$(BIN)/python docs/screenshots.py $(ARGS)
	@$(BIN)/python docs/slack_screenshots.py
	@$(BIN)/python docs/teams_screenshots.py

lock: dev ## choose the newest versions and write requirements/*.txt (LOCK_ARGS='-P name' for one)
	$(LOCK) --group build --output-file requirements/runtime.txt
	$(LOCK) --group build --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	$(LOCK) --group peers --output-file requirements/peers.txt

dev: ## make .venv with the development tools
	@sh deploy/bootstrap.sh dev

clean: ## remove the environment and all caches (state/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build *.egg-info
	find $(CODE) deploy -name __pycache__ -prune -exec rm -rf {} +
