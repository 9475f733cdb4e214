# `make` alone lists the targets. Each is one line that can be called by hand as well.
.DEFAULT_GOAL := help
.PHONY: help run setup test test-fast test-long check fix messages bench server services services-stop clean-var clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: ## install, migrate, load initial data and samples, index, serve on PORT (8000)
	scripts/run

setup: ## install everything for development into the clone
	scripts/setup dev

test: ## run every check and every test, and what a server decides on both stacks
	scripts/test

test-fast: ## run the tests that need neither a browser nor a server
	scripts/test fast

test-long: ## run the property tests with 2,000 examples each (hours)
	scripts/test long

check: ## lint, types, import arrows, migrations, templates, German texts
	scripts/check

fix: ## mend what ruff and djLint can mend
	scripts/fix

messages: ## extract new texts into locale/de and compile (needs GNU gettext)
	scripts/messages

bench: ## measure search, page views and indexing; prints JSON and a table
	scripts/bench

server: ## run server mode by hand: PostgreSQL, Elasticsearch, web, worker, proxy
	scripts/server-local

services: ## start PostgreSQL and Elasticsearch for tests, print how to reach them
	scripts/services start

services-stop: ## stop them
	scripts/services stop

clean-var: ## delete the local installation's data (asks first)
	scripts/clean var

clean: ## delete what set-up installed into the clone (not the data)
	scripts/clean installed
