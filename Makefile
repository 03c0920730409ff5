# What can be made. `make` alone prints this list.

PREFIX ?= /usr/local
DESTDIR ?=

binary := .build/release/sslprobe
# A test that hangs is killed after 15 minutes: it fails instead of blocking whoever waits for it.
limit := timeout --kill-after=30 900

# Servers such as nginx are in sbin, which an ordinary user's PATH leaves out.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

.DEFAULT_GOAL := help
.PHONY: help setup build demo test record memcheck lint faults bench-connect bench-serve bench-scan install release deb clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## install what building and testing need and this machine lacks
	@scripts/setup test

build: ## build the release binary, .build/release/sslprobe
	@scripts/setup build
	@scripts/build-release

demo: ## build, start a TLS server, look at it with sslprobe
	@scripts/setup demo
	@scripts/build-release
	@scripts/demo $(binary)

test: setup ## run all tests, then the quick faults
	swift build --build-tests
	$(limit) swift test --skip-build --disable-xctest
	@scripts/build-release
	$(limit) python3 Tests/Faults/run.py --binary $(binary) --quick

record: setup ## record schemas and completions as they are now
	RECORD=1 swift test --disable-xctest --filter 'SchemaRecordTests|CompletionTests'

memcheck: setup ## run the tests of the binding under AddressSanitizer, which also finds leaks
	ASAN_OPTIONS=detect_leaks=1 $(limit) swift test --disable-xctest --sanitize address --scratch-path .build/asan \
		--filter OpenSSLTests

lint: ## hold the Swift sources against .swift-format
	@scripts/lint

faults: setup ## run every fault of the harness against the release binary
	@scripts/build-release
	python3 Tests/Faults/run.py --binary $(binary)

bench-connect: ## compare connect with openssl s_client and with bare C
	@scripts/setup bench
	@scripts/build-release
	@python3 Benchmarks/connect.py --binary $(binary)

bench-serve: ## compare serve with bare C, nginx and openssl s_server
	@scripts/setup bench
	@scripts/build-release
	@python3 Benchmarks/serve.py --binary $(binary)

bench-scan: ## compare connect --targets with bare C
	@scripts/setup bench
	@scripts/build-release
	@python3 Benchmarks/scan.py --binary $(binary)

# Builds only when there is no binary: as root, swift is often not in PATH.
install: $(binary) ## install binary, manual and completions (PREFIX, DESTDIR)
	install -D -m 755 -s $(binary) "$(DESTDIR)$(PREFIX)/bin/sslprobe"
	install -D -m 644 man/sslprobe.1 "$(DESTDIR)$(PREFIX)/share/man/man1/sslprobe.1"
	install -D -m 644 man/sslprobe-report.5 "$(DESTDIR)$(PREFIX)/share/man/man5/sslprobe-report.5"
	install -D -m 644 completions/sslprobe.bash "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sslprobe"
	install -D -m 644 completions/sslprobe.zsh "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sslprobe"
	install -D -m 644 completions/sslprobe.fish "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sslprobe.fish"

$(binary):
	$(MAKE) build

release: ## the stripped binary with Swift inside, dist/sslprobe
	@scripts/setup build
	@scripts/build-release
	@scripts/release $(binary)

deb: ## the same as a package for Debian and Ubuntu, in dist/
	@scripts/setup deb
	@scripts/build-release
	@scripts/release $(binary)
	@scripts/deb

clean: ## remove what was built
	rm -rf .build dist
