# The everyday commands. `make` alone, or `make help`, lists them.
# What a command needs and the machine lacks is installed first, see scripts/setup.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CARGO ?= cargo
LISTEN ?= 127.0.0.1:8080
DATA ?= data

.PHONY: help run test setup setup-test fmt fmt-check lint unit e2e bench openapi doc clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: setup ## Build and start the service with a demo school on http://127.0.0.1:8080 (LISTEN=, DATA=)
	$(CARGO) run --release --locked -- serve --listen $(LISTEN) --data $(DATA)

test: setup-test fmt-check lint ## Set up what tests need and run them all: formatting, clippy, unit, store, end-to-end
	$(CARGO) test --workspace --locked

setup: ## Install what the build needs (apt-get when root, else it names the packages)
	@scripts/setup build

setup-test: ## Install what the build and the tests need
	@scripts/setup test

fmt: ## Format the code
	$(CARGO) fmt --all

fmt-check:
	$(CARGO) fmt --all --check

lint: ## Run clippy; any warning is an error
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

unit: ## Run the tests that sit beside the code
	$(CARGO) test --workspace --locked --lib --bins

e2e: setup-test ## Run the tests under tests/: the running service, as its users meet it
	$(CARGO) test --workspace --locked --test '*'

bench: setup ## Measure the solver, and what a booking costs
	$(CARGO) bench --workspace --locked

openapi: ## Write api-spec/openapi.json anew from the registered routes
	@# The whole workspace, as the tests build it: another choice of crates would compile HiGHS a second time.
	$(CARGO) build --quiet --workspace --all-targets --locked
	@# Through a second file: a build that fails must not leave an empty document behind.
	target/debug/creneau openapi > api-spec/openapi.json.new
	mv api-spec/openapi.json.new api-spec/openapi.json

doc: ## Build the code's documentation in target/doc
	$(CARGO) doc --workspace --locked --no-deps --document-private-items

clean: ## Remove what was built; data/ stays
	$(CARGO) clean
	rm -rf .venv tests/tools/node_modules
