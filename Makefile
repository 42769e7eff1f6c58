# make report   set up .venv and compute the shipped index into reports/
# make test     set up .venv and run everything that continuous integration runs on the tree
# make check    format, lint, types and the quick tests
# make site     the documentation as a site, in build/site

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
# modules are compiled when they are first imported: most of a large package never is
INSTALL := $(BIN)/python -m pip install --quiet --no-compile

# hundreds of tests start Python anew: it should find its modules compiled from the first time
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test check bench docs site clean

report: $(INSTALLED)
	$(BIN)/indexcalc run

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow and not browser and not libreoffice"

bench: $(READY)
	$(BIN)/python benchmarks/run.py

docs: $(READY)
	$(BIN)/python docs/build.py --results
	$(BIN)/python docs/charts.py
	$(BIN)/python docs/city.py
	$(BIN)/python docs/slides.py
	$(BIN)/python docs/page.py
	$(BIN)/python docs/own.py
	$(BIN)/python docs/observed.py

site: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip
	$(INSTALL) --editable .
	@touch $(INSTALLED)

$(READY): $(INSTALLED)
	$(INSTALL) --editable ".[dev]"
	$(BIN)/python -m compileall -q indexcalc
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-wheel build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
