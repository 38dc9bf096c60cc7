# Two commands matter: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
export PORT
BIN := .venv/bin

.PHONY: help setup run stack test test-setup vllm frameworks check fuzz bench bench-list demo requirements \
  clean red-team soak

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## install what Themis needs into .venv; nothing outside this folder
	@PYTHON="$(PYTHON)" sh scripts/setup.sh runtime

run: setup ## serve Themis with its demo at http://127.0.0.1:$PORT (8000)
	@exec $(BIN)/python manage.py serve --demo

stack: setup ## serve the grown shape: PostgreSQL, Redis, two workers, no containers
	@sh scripts/system.sh stack
	@THEMIS_WORKERS=$${THEMIS_WORKERS:-2} exec $(BIN)/python scripts/services.py --keep --grown -- $(BIN)/python manage.py serve --demo

test-setup: ## install what the tests need, system programs included
	@PYTHON="$(PYTHON)" sh scripts/setup.sh dev
	@sh scripts/system.sh test

vllm: test-setup ## install a vLLM that needs no accelerator, for tests and benchmarks
	@$(BIN)/python -m scripts.vllm

frameworks: vllm ## install training frameworks, for tests of the reward protocols
	@$(BIN)/python -m scripts.frameworks

test: frameworks ## install what the tests need, start it, run everything, stop it
	@exec $(BIN)/python scripts/services.py -- sh scripts/test.sh $(ARGS)

check: ## ruff, import-linter, mypy --strict, Django's deploy and migration checks
	@PYTHON="$(PYTHON)" sh scripts/setup.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	THEMIS_HTTPS=1 THEMIS_LOG=ERROR $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

fuzz: test-setup ## spoil recordings of every format for minutes (SECONDS=180); what breaks is kept
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),180)

bench: vllm ## measure speed and memory, as ratios side by side
	@for each in model_client judging in_flight pages room ingest agreement; do \
	  echo "== $$each"; $(BIN)/python benchmarks/$$each.py || exit 1; done
	@echo "== shared_slots"; $(BIN)/python scripts/services.py -- $(BIN)/python benchmarks/shared_slots.py
	@echo "== review_queue"; THEMIS_HOME=$$(mktemp -d) $(BIN)/python scripts/services.py -- $(BIN)/python benchmarks/review_queue.py
	@echo "== charts"; $(BIN)/python scripts/services.py -- $(BIN)/python benchmarks/charts.py
	@echo "== annotators"; $(BIN)/python scripts/services.py --grown -- $(BIN)/python benchmarks/annotators.py
	@echo "== rewards"; $(BIN)/python benchmarks/rewards.py
	@echo "== rewards, grown"; $(BIN)/python scripts/services.py --grown -- $(BIN)/python benchmarks/rewards.py
	@echo "== deliveries"; $(BIN)/python benchmarks/deliveries.py
	@echo "== deliveries, PostgreSQL"; $(BIN)/python scripts/services.py --grown -- $(BIN)/python benchmarks/deliveries.py
	@echo "== panel_cost"; $(BIN)/python -m benchmarks.panel_cost
	@echo "== prefix_cache"; $(BIN)/python -m benchmarks.prefix_cache
	@if [ -d ../shared/data/lincforge_mobile ]; then echo "== evidence_only"; \
	  $(BIN)/python -m benchmarks.evidence_only ../shared/data/lincforge_mobile \
	  ../shared/data/androidworld_gbox ../shared/data/androidworld_t3a_replay; \
	  else echo "evidence_only: needs labelled recordings, see docs/critics.md"; fi
	@if [ -d ../shared/data/online_mind2web/webjudge ]; then echo "== trust"; \
	  $(BIN)/python -m benchmarks.trust ../shared/data/online_mind2web/webjudge; \
	  else echo "trust: needs a table of verdicts, see docs/trust.md"; fi
	@if [ -d ../shared/data/webvoyager ]; then echo "== stored_bytes"; \
	  $(BIN)/python benchmarks/stored_bytes.py ../shared/data/webvoyager ../shared/data/lincforge_mobile; \
	  else echo "stored_bytes: needs recordings: python benchmarks/stored_bytes.py FOLDER..."; fi

soak: test-setup ## ask for 500 rewards and kill everything, time and again (minutes)
	@$(BIN)/python -m benchmarks.soak $(ARGS)

red-team: test-setup ## attack critics with adversarial variants of the demo (ARGS="--critic NAME ...")
	@$(BIN)/python -m benchmarks.red_team $(ARGS)

bench-list: test-setup ## measure the list page with a million trajectories in PostgreSQL (minutes)
	@THEMIS_HOME=$$(mktemp -d) $(BIN)/python scripts/services.py -- $(BIN)/python benchmarks/list_page.py

demo: test-setup ## record the demo trajectories anew (needs Chromium and Xvfb)
	$(BIN)/python -m demo.recorder

requirements: ## resolve pyproject.toml into requirements/ anew
	@PYTHON="$(PYTHON)" sh scripts/setup.sh dev
	@for each in runtime:  dev:--group=dev; do \
	  $(BIN)/uv pip compile pyproject.toml $${each#*:} --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-annotate --quiet --upgrade --output-file requirements/$${each%%:*}.txt || exit 1; done
	@$(BIN)/python -m scripts.vllm --resolve
	@$(BIN)/python -m scripts.frameworks --resolve

clean: ## remove .venv, .vllm and caches; var/ (your data) stays
	rm -rf .venv .vllm .vllm-missing .frameworks .frameworks-missing .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
