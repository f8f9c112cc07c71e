# Everything a checkout needs, from nothing but python3. `make` alone lists the targets.
# Recipes use relative paths only, so that this works in any folder, also one with spaces in its name.

VENV := .venv
BIN := $(VENV)/bin
# The first Python here that is new enough; another one with: make demo PYTHON=/path/to/python3
PYTHON ?= $(firstword $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$candidate"; done))
# Twice quiet: errors are shown, remarks about this machine's own pip settings are not.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
# The same, and on a terminal it counts the packages while it works: a first install takes up to a minute.
PIP_COUNTED = { $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes \
	--requirement $(1) 2>&1; echo "ended $$?"; } | awk -v seen=$$(test -t 2 && echo 1) ' \
	/^Collecting / && seen { printf "\r  %d packages found", ++n; fflush() } \
	/^Installing collected/ && seen { printf "\r  putting %d packages in place\n", n; fflush() } \
	/^ended 0$$/ { ok = 1 } \
	/^ERROR|^error|^  *error/ { print } \
	END { if (!ok) print "make: pip could not install what $(1) names, see above"; exit !ok }'
UPGRADE ?=
# Some tests wait for servers and for other processes: a few more of them at once than there are processors. Each
# worker reads all tests first, so that more of them cost more.
WORKERS ?= 3
# What `make quick` runs: no commands, no real processes, no browser, no IMAP server.
QUICK := tests --ignore=tests/acceptance --ignore=tests/cli --ignore=tests/docs --ignore=tests/channels \
	--ignore=tests/inbox/mailbox --ignore=tests/reports/page --ignore=tests/outbox/sending \
	--ignore=tests/site/test_browser.py --ignore=tests/site/test_hostile.py \
	--ignore=tests/web/test_browser.py

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test quick check format docs schema bench constraints clean

help:  ## list these targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## */\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target words; \
		do printf '  make %-12s %s\n' "$$target" "$$words"; done

demo: $(VENV)/.runtime  ## rehearse the 76 letters of the Viasna case; nothing leaves this machine
	@rm -rf rehearsal rehearsal.db* rehearsal.inbox
	@echo '$$ outreach send --case viasna'
	@OUTREACH_SMTP__HOST= $(BIN)/outreach send --case viasna

# What Python compiled is kept, whatever this machine says: workers and commands read it instead of compiling again.
test quick check bench: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.dev  ## run every test
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

quick: $(VENV)/.dev  ## run the tests that need no command, process or server of their own: about two minutes
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal -m 'not slow' $(QUICK)

check: $(VENV)/.dev  ## ruff, mypy strict, the import rules, and the tests of the help texts and of the repository
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/docs/test_docs.py $(wildcard .ci)

format: $(VENV)/.dev  ## put the code in the form that `make check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev  ## write the help texts of the commands into docs/commands.md
	$(BIN)/python tests/docs/generate.py

schema: $(VENV)/.dev  ## write the schema that the migrations make into outreach/db/schema.sql
	$(BIN)/python -m tests.db.write_schema

bench: $(VENV)/.dev  ## measure start-up, planning, rendering and sending, as ratios
	$(BIN)/python tests/benchmarks/run.py

constraints: | $(VENV)/.venv  ## pin what pyproject.toml asks for; UPGRADE=--upgrade takes the newest of everything
	@command -v uv >/dev/null || $(PIP_INSTALL) uv
	@PATH="$(BIN):$$PATH"; pin() { UV_CUSTOM_COMPILE_COMMAND='make constraints' uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml "$$@"; }; \
	pin --group build --output-file constraints.txt && \
	pin --group dev --constraint constraints.txt --output-file constraints-dev.txt

clean:  ## remove the environment, caches and rehearsals; keeps outreach.db, which says who was asked
	rm -rf $(VENV) dist build rehearsal rehearsal.db* rehearsal.inbox .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that is there and works is kept, whoever made it (uv makes one without pip). A Python whose venv
# module cannot make pip leaves half an environment behind: that is removed again.
$(VENV)/.venv:
	@{ $(BIN)/python -m pip --version || $(BIN)/python -m ensurepip; } >/dev/null 2>&1 || { \
		"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
			echo 'make: this needs Python 3.11 or newer; $(or $(PYTHON),python3) is: '"$$($(or $(PYTHON),python3) --version 2>&1)"; \
			echo 'make: install a newer one, or name it: make PYTHON=/path/to/python3.11'; exit 1; } >&2; \
		"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); \
			echo 'make: "$(PYTHON) -m venv" failed. On Debian or Ubuntu: apt-get install python3-venv' >&2; exit 1; }; }
	@touch $@

# A stamp says what is installed; a change of pins or of pyproject.toml makes it old.
$(VENV)/.runtime: constraints.txt pyproject.toml | $(VENV)/.venv
	@echo 'Installing outreach into $(VENV) (once) …'
	@$(call PIP_COUNTED,constraints.txt)
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: constraints-dev.txt $(VENV)/.runtime
	@echo 'Installing what the tests need into $(VENV) (once) …'
	@$(call PIP_COUNTED,constraints-dev.txt)
	@touch $@
