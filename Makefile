# Short names for what the two scripts and `python -m hall` do. `make` alone lists them.

.PHONY: help run demo test check bench

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

run: ## start the hall
	sh run.sh

demo: ## start the hall with simulated visitors and clerks
	sh run.sh demo

test: ## everything that must hold before a change lands: checks, then tests
	sh test.sh

check: ## format, lint, types, boundaries, known vulnerabilities
	sh test.sh --check-only

bench: ## print each speed figure beside a floor measured in the same run
	sh run.sh bench
