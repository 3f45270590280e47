# make         sets up .venv from the lock file, codes seeds/ into data/, writes every layout and panels, checks all, prints the incidents
# make test    sets up, then lint, types, lexicon check and tests
# make soak    kills runs, fills the disk, feeds mutilated inputs (an hour)
# make bench   measures start-up, speed and memory (minutes)
# make floors  raises the pinned figures of tests/seeds_floor.json to what is reached now
# make lock    writes the lock files anew from pyproject.toml (needs uv)
# make clean   removes data/;  make distclean  .venv and caches too
#
# Another Python:  make PYTHON=/path/to/python3.12
# Paths in here are relative and the project folder is never named, so that it may have spaces in its path.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

VENV := .venv
DATA := data
DATE := 2024-01-06
UV ?= uv

RUN := $(VENV)/bin/python
EVENTCODE := $(RUN) -m eventcode
PIP := $(RUN) -m pip --disable-pip-version-check --no-input

# The environment is sound when its stamp names this folder (scripts hold absolute paths, so a moved or copied
# environment is not) and its Python still starts. A half-made environment has no stamp.
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
SOUND := $(shell [ "$$(cat $(STAMP) 2>/dev/null)" = "$$(pwd -P)" ] && $(RUN) -c '' 2>/dev/null && echo yes)
ifneq ($(SOUND),yes)
$(STAMP): FORCE
endif

ARTICLES := $(sort $(wildcard seeds/*.txt) seeds/wire.jsonl)
# Folders of data files stand here too, so that a file taken away counts as a change; folders of code do not,
# because Python writes its caches into them.
SOURCES := $(wildcard eventcode/*.py eventcode/*/*.py schemas schemas/*.json \
	eventcode/*/data eventcode/*/data/* eventcode/*/data/*/* eventcode/*/data/*/*/*)
TABLES := $(patsubst %,$(DATA)/%.parquet,articles acts events incidents places)
CODED := $(DATA)/.coded
# What "export --layout all" and the panels make of the tables. VALIDATED: those that "eventcode validate" has a schema for.
VALIDATED := $(patsubst %,$(DATA)/exports/%,acled.csv acled.parquet gdelt1.csv gdelt2.csv ged.csv ged.parquet \
	geoparquet.parquet icews.tab incidents.csv phoenix.txt polecat.txt)
EXPORTS := $(VALIDATED) $(patsubst %,$(DATA)/exports/%,incidents.dta incidents.geojson)
UNITS := country admin1 priogrid dyad
PERIODS := month year
PANELS := $(foreach unit,$(UNITS),$(patsubst %,$(DATA)/panels/$(unit)_%.parquet,$(PERIODS)))
WRITTEN := $(DATA)/.written
# Names with commas between them, as options take them.
EMPTY :=
COMMA := ,
listed = $(subst $(EMPTY) $(EMPTY),$(COMMA),$(1))

.PHONY: all test lint style types knowledge soak bench floors lock clean distclean FORCE
all: $(WRITTEN)

# Packages are compiled as they are first used: most of their files never are.
$(STAMP): .ci/requirements.lock pyproject.toml
	@if [ "$(SOUND)" != yes ]; then \
		python=$$(PYTHON="$(PYTHON)" sh .ci/find-python) && \
		echo "Making a virtual environment in $(VENV) with $$python" && \
		"$$python" -m venv --clear $(VENV); \
	fi
	@rm -f $(STAMP) $(DEV_STAMP)
	@echo "Installing what .ci/requirements.lock pins (a few minutes on a slow line)"
	@$(PIP) install --quiet --no-compile --require-hashes --no-deps -r .ci/requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@pwd -P > $(STAMP)

$(DEV_STAMP): .ci/requirements-dev.lock $(STAMP)
	@echo "Installing what .ci/requirements-dev.lock pins"
	@$(PIP) install --quiet --no-compile --require-hashes --no-deps -r .ci/requirements-dev.lock
	@$(PIP) check
	@touch $(DEV_STAMP)

# Codes again when a table is missing, or when an article, the code or a data file has changed.
$(CODED): $(STAMP) seeds $(ARTICLES) $(SOURCES) $(if $(filter-out $(wildcard $(TABLES)),$(TABLES)),FORCE)
	@$(EVENTCODE) gazetteer path >/dev/null || $(EVENTCODE) gazetteer build
	@rm -f $(CODED)
	@$(RUN) -m compileall -q eventcode
	$(EVENTCODE) code $(ARTICLES) --out $(DATA) --date $(DATE)
	$(EVENTCODE) validate $(TABLES)
	@touch $(CODED)

# Writes again when the tables are new, or when a file is missing.
$(WRITTEN): $(CODED) $(if $(filter-out $(wildcard $(EXPORTS) $(PANELS)),$(EXPORTS) $(PANELS)),FORCE)
	@rm -f $(WRITTEN)
	$(EVENTCODE) export $(DATA) --layout all --out $(DATA)/exports --replace
	$(EVENTCODE) panel $(DATA) --unit $(call listed,$(UNITS)) --period $(call listed,$(PERIODS)) --out $(DATA)/panels --replace
	$(EVENTCODE) validate $(VALIDATED)
	@$(EVENTCODE) show $(DATA)
	@touch $(WRITTEN)

lint: style types knowledge

style: $(DEV_STAMP)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(DEV_STAMP)
	$(RUN) -m mypy

knowledge: $(DEV_STAMP)
	@$(EVENTCODE) gazetteer path >/dev/null || $(EVENTCODE) gazetteer build
	$(EVENTCODE) lexicon check

test: $(DEV_STAMP)
	@$(MAKE) --no-print-directory -j2 lint
	$(RUN) -m pytest -n 2

soak: $(DEV_STAMP)
	@$(EVENTCODE) gazetteer path >/dev/null || $(EVENTCODE) gazetteer build
	$(RUN) -m pytest -m soak
	$(RUN) tests/soak/disk.py
	$(RUN) tests/soak/mutilated.py
	$(RUN) tests/soak/kills.py

bench: $(DEV_STAMP)
	$(RUN) tests/bench/bench.py
	$(RUN) tests/bench/rooms.py

floors: $(DEV_STAMP)
	$(RUN) tests/seeds_score.py --pin

# Every hash of every platform, so that one lock serves them all. Existing pins stay; UPGRADE=--upgrade moves them.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)
lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv, or make lock UV=/path/to/uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --group build --output-file .ci/requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint .ci/requirements.lock --output-file .ci/requirements-dev.lock

clean:
	rm -rf $(DATA)

distclean: clean
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find eventcode tests -name __pycache__ -type d -prune -exec rm -rf {} +
