# The commands of the house. `make test` is the one that matters.

# Built without optimization: a tool runs once for every time that it is built.
INSTALL = CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
	CARGO_TARGET_DIR=target/tools/build cargo install --locked --quiet --root target/tools

.PHONY: test lab check fmt clippy doc deny fuzz tools clean

## Installs what the tests need, and runs all of them.
test: lab
	cargo test --locked

## The real FTP servers (unpacked under target/, none installed or left running) and Gopher clients.
lab:
	sh tests/lab/install.sh

## Everything else that must be clean.
check: fmt clippy doc deny

fmt:
	cargo fmt --check

clippy:
	cargo clippy --all-targets --locked -- -D warnings
	cargo clippy --no-default-features --locked -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

## Every decoder under libFuzzer, FUZZ_SECONDS each (180), FUZZ_JOBS at a time (2).
fuzz:
	@command -v cargo-fuzz >/dev/null || test -x target/tools/bin/cargo-fuzz || $(INSTALL) cargo-fuzz
	PATH="$(CURDIR)/target/tools/bin:$$PATH" sh fuzz/run.sh

# The advisory database is a repository of its own, which cannot be had everywhere.
deny: tools
	PATH="$(CURDIR)/target/tools/bin:$$PATH" cargo deny --locked check bans licenses sources
	@PATH="$(CURDIR)/target/tools/bin:$$PATH" cargo deny --locked check advisories >target/advisories.log 2>&1 \
		|| { if grep -q 'failed to fetch' target/advisories.log; \
			then echo "left out: advisories: their database cannot be had here"; \
			else cat target/advisories.log; exit 1; fi; }

tools:
	@command -v cargo-deny >/dev/null || test -x target/tools/bin/cargo-deny || $(INSTALL) cargo-deny

clean:
	cargo clean
