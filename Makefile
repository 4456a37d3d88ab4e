# make demo   set up and run the main job on a made-up zone, then end
# make test   set up and pass the tests
# make check  lint, types, floors and documents (the guides are walked by make test)
# make deep   the full counts of every promise;  make bench  accuracy and speed beside the peers

SHELL := /bin/sh
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
QUIET_MODELS := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
PYTEST := $(QUIET_MODELS) $(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: demo test check deep bench clean pins

demo: .venv/run.done
	@$(QUIET_MODELS) $(BIN)/huoju demo --home huoju-demo

test: .venv/dev.done .venv/spark.done
	@$(PYTEST)

deep: .venv/dev.done .venv/spark.done
	@HUOJU_DEEP=1 $(PYTEST)
	@$(QUIET_MODELS) $(BIN)/python benchmarks/scale_import.py 20000000

check: .venv/dev.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -q -m "not slow" tests/docs

bench: .venv/run.done .venv/numba.done .venv-bench/bench.done
	@for script in $$(grep -l __main__ benchmarks/*.py); do echo "$$script"; $(QUIET_MODELS) $(BIN)/python $$script || exit 1; done

.venv/uv.done:
	@python=$$(for name in python3.11 python3.12 python3.13 python3 python; do \
	  command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	test -n "$$python" || { echo "huoju needs Python 3.11 or newer; none was found on the PATH. 需要 Python 3.11 或更新版本。" >&2; exit 1; }; \
	echo "Setting up .venv with $$python ..." >&2; $$python -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/run.done: .venv/uv.done requirements/run.txt pyproject.toml
	@$(UV) -r requirements/run.txt
	@$(UV) --no-deps --editable .
	@touch $@

.venv/dev.done: .venv/run.done requirements/dev.txt
	@$(UV) -r requirements/dev.txt
	@touch $@

# Spark runs on Java 17; where there is none, its tests are skipped by name.
.venv/spark.done: .venv/dev.done requirements/spark.txt
	@if java -version 2>&1 | grep -q 'version "17'; then $(UV) -r requirements/spark.txt; fi
	@touch $@

.venv/numba.done: .venv/run.done requirements/numba.txt
	@$(UV) -r requirements/numba.txt
	@touch $@

# Peers live in an environment of their own; benchmarks/peers/ runs there and meets ours by files.
.venv-bench/bench.done: .venv/uv.done requirements/bench.txt
	@$(BIN)/python -m venv .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python -r requirements/bench.txt
	@touch $@

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache

pins: .venv/uv.done
	@cd requirements && for name in run dev spark numba bench; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	    $$name.in $$(test $$name = run -o $$name = bench || echo -c run.txt) -o $$name.txt; done
