# Briefings: `make` alone lists the targets. GNU make 3.81 is enough.

PATH := $(PATH):/usr/sbin:/sbin
export PATH

# What is compiled once is kept: without it every command begins with a second of compiling.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BRIEFINGS := $(VENV)/bin/briefings
PY := $(VENV)/bin/python

# Arguments for a verb: make pdf NAMES=hot-spots-policing OPTIONS='--date 2026-04-26'
NAMES ?=
OPTIONS ?=
# What make bench measures against; PEERS=typst leaves out Prince, which is proprietary
PEERS ?= typst prince-pdf

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help pdf epub html packs site desk check list test lint validators proof proof-whole bench lock audit handbook pictures wheel clean

help: ## list the targets
	@echo 'make TARGET [NAMES="id id"] [OPTIONS="--date 2026-04-26"]'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

pdf: $(VENV)/.ready ## build every PDF into output/
	@$(BRIEFINGS) build $(NAMES) --format pdf $(OPTIONS)

epub: $(VENV)/.ready ## build every EPUB into output/
	@$(BRIEFINGS) build $(NAMES) --format epub $(OPTIONS)

html: $(VENV)/.ready ## build every web page into output/
	@$(BRIEFINGS) build $(NAMES) --format html $(OPTIONS)

packs: $(VENV)/.ready ## build the packs in every format they list
	@$(BRIEFINGS) build --packs $(NAMES) $(OPTIONS)

site: $(VENV)/.ready ## make the catalogue, a site of the library, into output/site/
	@sh .setup/minisearch.sh
	@$(BRIEFINGS) site $(OPTIONS)

desk: ## bring the text field of the live page (needs npm; without it, it is a plain one)
	@sh .setup/desk.sh

check: $(VENV)/.ready ## say what is wrong in source/, build nothing
	@$(BRIEFINGS) check $(NAMES) $(OPTIONS)

list: $(VENV)/.ready ## list the briefings with version, status and dates
	@$(BRIEFINGS) list $(OPTIONS)

test: $(VENV)/.ready-dev ## run the tests (under five minutes)
	@$(PY) -m pytest -n 3 -m 'not proof' $(OPTIONS)

lint: $(VENV)/.ready-dev ## ruff, and mypy: strict, of tests what they call
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

validators: $(VENV)/.ready ## install veraPDF, EPUBCheck and Ace, and say what the machine lacks
	@$(BRIEFINGS) doctor --get-validators

proof: $(VENV)/.ready-dev ## the long checks: what is built, by every validator; corpus, generated libraries
	@sh pipeline/proof/maven.sh $(VENV) pipeline/proof/maven.lock
	@sh pipeline/proof/maven.sh $(VENV) tests/schemas.lock
	@sh .setup/fogra39.sh $(VENV)
	@sh .setup/node.sh tests
	@sh .setup/minisearch.sh
	@sh .setup/desk.sh
	@if [ -f output/build.json ]; then $(BRIEFINGS) proof; else echo 'Nothing is built yet: make pdf builds it.'; fi
	@$(PY) -m pytest -n 2 -m proof $(OPTIONS)

proof-whole: ## all generated cases, by a seed that is printed (hours); SEED=7 takes one again
	@seed=$${SEED:-$$(date +%s)}; echo "SEED=$$seed"; PROOF=whole SEED=$$seed $(MAKE) proof

bench: $(VENV)/.ready-dev ## measure generated libraries, against other pipelines (25 minutes)
	@sh .setup/peers.sh $(VENV) $(PEERS)
	@PYTHONPATH=$(CURDIR):$(CURDIR)/.bench $(PY) -m bench $(OPTIONS)

handbook: $(VENV)/.ready ## renew what is made from the code: pages of keys, parts, diagnostics, packages; a picture; schemas
	@$(PY) .setup/diagnostics_page.py > source/handbook/.new.md
	@mv source/handbook/.new.md source/handbook/diagnostics.md
	@$(PY) .setup/keys_page.py > source/handbook/.new.md
	@mv source/handbook/.new.md source/handbook/keys.md
	@$(PY) .setup/parts_page.py > source/handbook/.new.md
	@mv source/handbook/.new.md source/handbook/parts.md
	@$(PY) .setup/dependencies.py > source/handbook/.new.md
	@mv source/handbook/.new.md source/handbook/dependencies.md
	@$(PY) .setup/rooms_picture.py > source/handbook/.new.svg
	@mv source/handbook/.new.svg source/handbook/rooms.svg
	@$(BRIEFINGS) schema

pictures: $(VENV)/.ready ## renew the pictures of the README from what is built (needs Chromium)
	@$(PY) .setup/pictures.py

wheel: $(VENV)/.ready ## make the program as a file that pipx installs, into output/wheel/
	@rm -rf output/wheel
	@sh .setup/minisearch.sh
	@sh .setup/desk.sh
	@$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir output/wheel .
	@sed -e '/^ *--hash/d' -e 's/ *\\$$//' requirements.lock > output/wheel/constraints.txt
	@cp requirements.lock output/wheel/requirements.txt
	@echo "output/wheel/$$(cd output/wheel && ls *.whl), with the tested releases of what it needs in constraints.txt, and with their hashes in requirements.txt"

lock: ## renew the lock files (needs uv and npm)
	@sh .setup/lock.sh

audit: $(VENV)/.ready ## look up known holes of the locked packages (needs the index's own record of them)
	@[ -x $(VENV)/audit/bin/pip-audit ] || { $(PY) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install -q 'pip-audit>=2.10,<3'; }
	@$(VENV)/audit/bin/pip-audit --disable-pip --strict -r requirements.lock
	@$(VENV)/audit/bin/pip-audit --disable-pip --strict -r requirements-dev.lock

clean: ## remove everything made
	@rm -rf output/briefings output/packs output/series output/colleges output/printer output/bench output/wheel output/build.json output/faults.log output/index.html output/refused output/site output/.copies output/.store

# Where its Python is gone, as after an upgrade of the system, the environment is made again. One behind a link may belong
# to the place where the checkout lay before: then its command is, which refuses to run.
GONE := $(shell [ -x $(PY) ] && { [ ! -L $(VENV) ] || $(BRIEFINGS) --version >/dev/null 2>&1; } || echo gone)
.PHONY: gone
gone:

$(VENV)/.ready: requirements.lock .setup/system.sh .setup/environment.sh .setup/command.sh $(GONE)
	@sh .setup/system.sh
	@sh .setup/environment.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@sh .setup/environment.sh $(VENV) requirements-dev.lock
	@touch $@
