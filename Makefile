# The two commands of the README are `make demo` and `make test`; both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help setup demo test soak bench check lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## make .venv/bin/zvh from the lock file
	@PYTHON="$(or $(PYTHON),python3)" scripts/setup

demo: setup ## play a week of partner traffic; KAFKA=1 plays it over a real Kafka
	@.venv/bin/zvh demo $(if $(KAFKA),--kafka)

test: setup ## check form, types and imports, and run every test on a real Kafka and PostgreSQL
	@scripts/prepare-tests
	@scripts/check

soak: setup ## the tests that take longer than `make test` may
	@scripts/prepare-tests
	@.venv/bin/pytest -m soak

bench: setup ## every bench: medians, ratios to a baseline of the same run, the machine
	@scripts/prepare-tests
	@for bench in replay relay log policy ledger bundle reports fsck; do .venv/bin/python -m bench.$$bench $(BENCH_FLAGS) || exit 1; done

check: setup ## form, types and imports without the tests
	@scripts/check --collect-only -q >/dev/null && echo "form, types and imports hold"

lock: setup ## renew requirements.lock from pyproject.toml
	@.venv/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --extra dev --output-file requirements.lock pyproject.toml

clean: ## remove what set-up and tests made here
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build
