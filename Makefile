# Needs: Python >= 3.11 with venv, make, git (sudo apt-get install -y python3-venv make git). Everything else comes locked.
# make demo | test | check | bench      for those who change the code: make format | lock | clean

PY ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps --no-compile
UV := $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes --no-deps

.DELETE_ON_ERROR:
export PIP_ROOT_USER_ACTION := ignore
export PYTHONDONTWRITEBYTECODE := # written once, read at every start: without it each process compiles for 2 s
.PHONY: demo ready pages test check bench format lock clean

demo: .venv/.ok ## install what is missing, build the pages and compile the kernels side by side, run the main job
	@$(BIN)/python hatch_build.py & pages=$$!; $(BIN)/sargas warm-up; warm=$$?; wait $$pages && exit $$warm
	@$(BIN)/sargas demo

ready: .venv/.ok pages

pages: .venv/.ok ## the console's pages; a moment when they are current
	@$(BIN)/python hatch_build.py

test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1# the workers have the cores between them: more threads only wait for each other
test: .venv/.dev ready ## all tests; SARGAS_SHARED names the folder of shared samples when it is not beside the repository
	@$(BIN)/sargas warm-up
	@$(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/.dev ready ## format, lint, types, import contracts, docs, schemas, web types
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sargas schema export --check
	@$(BIN)/python clients/python/generate.py --check
	@$(BIN)/python hatch_build.py check
	@$(BIN)/python -m pytest -q tests/docs

bench: .venv/.dev ready ## every figure of docs/performance.md; keep the machine quiet meanwhile
	@$(BIN)/python benchmarks/run.py

format: .venv/.dev
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: ## after a change of dependencies in pyproject.toml; the only target that needs uv
	uv lock
	uv export --quiet --no-dev --group build --no-emit-project --no-annotate -o requirements.lock
	uv export --quiet --only-group dev --no-annotate -o requirements-dev.lock
	uv export --quiet --only-group install --no-annotate -o requirements-install.lock

clean: ## remove everything that can be made again
	rm -rf .venv web/node_modules src/sargas/console/static dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ok: requirements.lock requirements-install.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "sargas: expected Python 3.11 or newer, was $$($(PY) --version 2>&1); name another: make PY=python3.12" >&2; exit 1; }
	@$(PY) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "sargas: Python's venv is missing; run: sudo apt-get install -y python3-venv" >&2; exit 1; }
	@echo "Installing what requirements.lock names into .venv ..."
	@test -x $(BIN)/python || $(PY) -m venv .venv
	@$(PIP) -r requirements-install.lock
	@$(UV) -r requirements.lock || $(PIP) -r requirements.lock # uv takes a quarter of pip's time, but knows none of its settings
	@SARGAS_SKIP_UI=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.ok requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(UV) -r requirements-dev.lock || $(PIP) -r requirements-dev.lock
	@touch $@
