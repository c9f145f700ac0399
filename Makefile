# What there is to do here. `make` alone lists it.
#
# CARGO_TARGET_DIR is respected; PGODBC_CACHE (.cache) holds what is fetched: server programs and a Python environment.

PREFIX ?= /usr/local
CARGO_TARGET_DIR ?= target
export CARGO_TARGET_DIR
SERVERS ?= 13 14 15 16 17 18
VERSION ?= 15
KEEP ?= 0
SECONDS ?= 60

.PHONY: help build install uninstall demo test test-servers test-one test-large test-extensions soak valgrind fuzz bench bench-catalog bench-chart bench-micro libreoffice check format lint deny docs tools clean

help: ## Lists what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Builds the driver: target/release/libpgodbc.so
	@tests/tools/install build
	cargo build --release --locked

install: ## Installs what make build has built under PREFIX (/usr/local) and registers it with unixODBC and iODBC
	@packaging/install "$(PREFIX)" "$(CARGO_TARGET_DIR)/release/libpgodbc.so"

uninstall: ## Takes it away again
	@packaging/uninstall "$(PREFIX)"

demo: ## Shows the driver at work on a private server, with isql and pyodbc (KEEP=1 leaves the server running)
	@tests/tools/install demo
	@echo "building the release driver"
	@cargo build --release --locked --quiet
	@tests/tools/demo $(KEEP)

test: ## Everything: format, lints, unit and integration tests, outside clients; PostgreSQL 13, 15 and 18
	@tests/tools/test 13 15 18

test-servers: ## The integration tests on PostgreSQL 13 to 18 (SERVERS="16 17" for some)
	@tests/tools/test --servers-only $(SERVERS)

test-one: ## The integration tests on one server, under unixODBC: make test-one VERSION=15 TEST=connect::
	@tests/tools/install test
	tests/tools/with-server $(VERSION) -- cargo test --locked --test driver -- --skip direct:: $(TEST)

test-large: ## Values of 256 MB of every kind, in and out, under each manager: memory below 1.5 times the value (2.5 where two are held)
	@tests/tools/install test
	@for manager in direct unixodbc iodbc; do \
	PGODBC_TEST_MANAGER=$$manager PGODBC_TEST_PROFILE=release tests/tools/with-server $(VERSION) -- cargo test --locked \
	--test driver -- --ignored --exact large_values::large_values_of_every_kind_are_held_once --show-output || exit 1; done

test-extensions: ## Types of PostGIS, on PostgreSQL 15, under each manager
	@tests/tools/install extensions
	@for manager in direct unixodbc iodbc; do \
	PGODBC_TEST_MANAGER=$$manager tests/tools/with-server 15 -- cargo test --locked \
	--test driver -- --ignored --exact other_types::geometries || exit 1; done

soak: ## A thousand cancels at random moments, 200,000 races for rows, through unixODBC
	@tests/tools/install test
	PGODBC_TEST_CANCELS=1000 tests/tools/with-server $(VERSION) -- cargo test --locked --test driver -- cancel::cancels_at_random --nocapture
	PGODBC_TEST_RACE_ROUNDS=930 tests/tools/with-server $(VERSION) -- cargo test --locked --test driver -- races::

valgrind: ## The integration tests under valgrind's memcheck (takes its time)
	@tests/tools/install test
	@tests/tools/valgrind $(VERSION)

fuzz: ## Fuzzes messages, values, SQL texts and connection strings, SECONDS=60 each (nightly Rust)
	@tests/tools/fuzz $(SECONDS)

bench: ## Measures the driver beside psqlODBC and a plain socket reader, with targets (ROUNDS=3)
	@tests/tools/bench

bench-catalog: ## Measures catalog functions among 20,000 tables, beside psqlODBC and psql (TABLES=2000 ROUNDS=3 QUESTIONS="tables columns")
	@tests/tools/bench-catalog

bench-chart: ## Makes docs/performance.svg and .md from the figures of the last make bench
	@tests/tools/bench chart

bench-micro: ## Micro-benchmarks of the parts: handle look-up, rows, converters, scanner, parameters
	cargo bench --manifest-path tests/bench/micro/Cargo.toml --locked

libreoffice: ## LibreOffice Base on the driver: lists, reads, edits; leaves docs/libreoffice-base.png
	@tests/tools/libreoffice

check: format lint docs ## Format, lints, shell scripts, documentation; licences where cargo-deny is installed
	@if command -v cargo-deny >/dev/null; then $(MAKE) --no-print-directory deny; \
	else echo "cargo-deny is not installed, licences were not checked; make deny installs it"; fi

format: ## Is everything formatted?
	cargo fmt --check

lint: ## Clippy and shellcheck, warnings are errors
	cargo clippy --locked --all-targets -- -D warnings
	shellcheck -x tests/tools/* packaging/install packaging/uninstall .ci/run

deny: ## Licences, bans and sources of all dependencies; advisories where their database can be fetched
	@tests/tools/deny

docs: ## The documentation of the source, without warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --document-private-items

tools: ## Installs what the tests need
	@tests/tools/install test

clean: ## Removes what was built and fetched
	cargo clean
	rm -rf "$${PGODBC_CACHE:-.cache}"
