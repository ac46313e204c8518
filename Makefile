# make run    start Rapport on http://localhost:8000 (PORT=…, DEMO=0 for an empty one)
# make test   everything CI checks            make check   the quick half, under a minute
# make prove  the properties in their nightly sizes (SEED=7 ONLY="sqlite tests/base"); takes hours
# make bench  measure                         make format  put the code in its form
# make lock   resolve dependencies afresh     make reference  write docs/reference from the code
# make messages  bring the translations up to date with the code

PYTHON ?= python3
DEMO ?= 1
BIN := .venv/bin
export PORT ?= 8000

.PHONY: run test check prove bench format lock reference messages install install-dev clean
.DEFAULT_GOAL := run

run: .venv/.run
	@exec $(BIN)/rapport run --migrate $(if $(filter 1,$(DEMO)),--demo)

test: .venv/.dev
	@$(BIN)/python -m tools.checks full

check: .venv/.dev
	@$(BIN)/python -m tools.checks quick

prove: .venv/.dev
	@RAPPORT_TEST_SEED="$(SEED)" $(BIN)/python -m tools.checks prove $(ONLY)

bench: .venv/.dev
	@$(BIN)/rapport bench

format: .venv/.dev
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

reference: .venv/.dev
	@$(BIN)/python -m tools.reference

messages: .venv/.dev
	@$(BIN)/python -m tools.messages

lock: .venv/.dev
	@$(BIN)/python -m tools.lock
	@$(MAKE) --no-print-directory .venv/.dev

install: .venv/.run
install-dev: .venv/.dev

# The stamps are newer than what they were made from, so a second call installs nothing.
.venv/.run: requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing the run-time parts (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/bin/pip
	@echo "Installing the parts for development (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.run

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make an environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
