# One command a chore. `make demo` and `make test` set up what they need.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Without compiled modules each start of Python takes twice as long, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup compiled demo up test test-all exhaustive audit lint format bench claims chaos site lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(STAMP)  ## build .venv from the hash-locked requirements

$(STAMP): requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "zhibiao needs Python 3.11 or later")'
	python3 -m venv $(VENV)
	@echo "Installing the requirements into $(VENV) (1.4 GB there): about a minute on a fast line, ten on a slow one."
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --python $(BIN)/python --require-hashes -r requirements.lock || \
			{ echo "uv could not install them, for the reason above; pip does it instead." && $(PIP); }; \
	else $(PIP); fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@if [ "$$ZHIBIAO_COMPILE" = 1 ]; then $(COMPILE); fi
	touch $@

PIP = $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock

# Into a folder of its own, named by the sources: see zhibiao/compiled.py.
COMPILE = rm -rf build/compiled && \
	at=$$($(BIN)/python -c "from zhibiao import compiled; print(compiled.folder())") && \
	ZHIBIAO_COMPILE=1 $(BIN)/python setup.py --quiet build_ext --build-lib "$$at.new" --build-temp build/temp && \
	mv "$$at.new" "$$at"

compiled: setup  ## compile the extractor for the sources as they are: two to four minutes
	@$(COMPILE)

demo: setup  ## process the bundled samples on the embedded stack, show the table, end
	$(BIN)/zhibiao demo

up: setup  ## run the embedded stack until Ctrl-C
	$(BIN)/zhibiao up

chaos: setup  ## the long runs among faults, on SQLite and on PostgreSQL
	$(BIN)/python -m bench.chaos --database sqlite
	$(BIN)/python -m bench.chaos --database postgres

# Three processes, for two cores: many tests wait for processes that they have started. A file's
# tests stay together, since they share a stack, and the long files are first.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test: setup  ## the tests, in parallel, without the long ones
	$(PYTEST)

test-all: setup  ## the long tests, which `make test` leaves out, but not the chaos runs
	$(PYTEST) -m "long and not chaos"

exhaustive: setup  ## every case at hand, where the other tests take a part of them
	$(PYTEST) -m exhaustive

audit: setup  ## ask the package index what it says of the lock: wheels, withdrawn, vulnerable
	$(BIN)/python -m pytest -m index tests/packaging

lint: setup  ## formatting, lint, types, import direction
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## one table of ratios: speed, scale, databases, workers, waiting
	$(BIN)/python -m bench

claims: setup  ## print the other measured claims, one after the other
	$(BIN)/python -m bench.claims

site: setup  ## the pages of docs/ as a site, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

COMPILE_LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml

# The second is the image's: of the same versions those that run.
lock:  ## resolve the requirements anew (needs uv)
	$(COMPILE_LOCK) --group dev -o requirements.lock
	$(COMPILE_LOCK) --constraint requirements.lock --extra oidc --extra otel --extra postgres --extra s3 \
		-o requirements.runtime.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
