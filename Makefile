# Everything that is done to this repository. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

ROOT    := $(CURDIR)
STAMPS  := build/stamps
RESULTS := build/results
GO_SRC  := ./...
GO_TEST  = $$(go list $(GO_SRC) | grep -v /e2e/fault)
# without the tables of debuggers, a quarter of the file; stack traces need none of them
GO_BUILD := -trimpath -ldflags="-s -w"
# every line of ours is watched for races; SQLite, translated from C, guards itself and would take two
# thirds of the time
RACE    := -race -gcflags='modernc.org/...=-race=false'
TESTSUM := bin/testsum
CROSS   := linux/amd64 linux/arm64 linux/loong64 windows/amd64
EMULATED := arm64 loong64
FUZZTIME ?= 20s
WEB_SRC := $(shell find web -type d \( -name node_modules -o -path web/dist \) -prune -o -type f ! -name '*.go' -print)

.PHONY: help setup build binary demo check test test-go fault lint vet tidy cross web-check trace golden bench bench-go fuzz e2e clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

# What is fetched comes beside what is compiled; the tools need no C compiler.
setup: ## install what tests need (Debian packages, npm modules, Go tools)
	@CGO_ENABLED=0 $(MAKE) -j3 --output-sync=target debian $(STAMPS)/tools $(STAMPS)/web-modules $(STAMPS)/e2e-modules bin/testsum bin/trace

.PHONY: debian
debian:
	@scripts/setup.sh

$(STAMPS)/web-modules $(STAMPS)/e2e-modules: $(STAMPS)/%-modules: %/package.json %/package-lock.json
	npm ci --prefix $* --no-fund --no-audit --loglevel=error
	@mkdir -p $(@D) && touch $@

$(STAMPS)/tools: tools/lint/go.mod tools/lint/go.sum
	go -C tools/lint build -o $(ROOT)/bin/ tool
	@mkdir -p $(@D) && touch $@

bin/testsum bin/trace bin/bench: bin/%: $(wildcard tools/*/*.go) tools/go.mod
	go -C tools build -o $(ROOT)/bin/ ./$*

# ---- build

build: $(STAMPS)/web ## the pages, then bin/lianyuan with the pages inside
	@$(MAKE) binary

binary:
	CGO_ENABLED=0 go build $(GO_BUILD) -o bin/lianyuan ./cmd/lianyuan

$(STAMPS)/web: $(STAMPS)/web-modules $(WEB_SRC)
	npm run --prefix web build
	@mkdir -p $(@D) && touch $@

demo: build ## an invented world to look at: prints the address and the accounts
	bin/lianyuan demo --data build/demo

# ---- checks

check: build lint vet tidy web-check trace $(TESTSUM) ## what to run before every commit: no race detector, SQLite only, no browser
	go test -json $(GO_TEST) | $(TESTSUM) go -allow-skip
	go -C tools test -json ./... | $(TESTSUM) go

test: setup ## everything, as the automatic check runs it
	@rm -rf $(RESULTS)
	@$(MAKE) build
	@$(MAKE) -j2 --output-sync=target lint web-check vet tidy trace
	@$(MAKE) test-go
	@$(MAKE) -j2 --output-sync=target fault cross
	@$(MAKE) e2e
	@$(TESTSUM) total $(RESULTS)

# The stories of the API are most of the work, and the race detector makes them nearly four times as dear. They are watched on
# SQLite; what is of its own on PostgreSQL stands in platform, and is watched there.
test-go: $(TESTSUM) ## Go tests on SQLite and on a throw-away PostgreSQL, with the race detector
	LIANYUAN_PG_MEMORY=1 scripts/with-postgres.sh env CI=true LIANYUAN_TEST_STORIES=sqlite go test $(RACE) -p 3 -timeout 25m -json $(GO_TEST) | $(TESTSUM) go -o $(RESULTS)/go.json
	LIANYUAN_PG_MEMORY=1 scripts/with-postgres.sh env CI=true LIANYUAN_TEST_STORIES=postgres go test -parallel 4 -timeout 25m -json ./api | $(TESTSUM) go -o $(RESULTS)/stories.json
	go -C tools test -json ./... | $(TESTSUM) go -o $(RESULTS)/tools.json

fault: $(TESTSUM) ## kill -9, fsync that waits or fails, a full disk, two nodes: every acknowledged write is there
	scripts/with-postgres.sh env CI=true go test -count=1 -json ./e2e/fault | $(TESTSUM) go -o $(RESULTS)/fault.json

lint: $(STAMPS)/tools ## golangci-lint and shell syntax
	bin/golangci-lint run $(GO_SRC)
	cd tools && $(ROOT)/bin/golangci-lint run ./...
	@for f in scripts/*.sh .ci/run; do bash -n "$$f"; done

vet:
	go vet $(GO_SRC)
	go -C tools vet ./...

tidy:
	go mod tidy -diff
	go -C tools mod tidy -diff

web-check: $(STAMPS)/web ## lint, catalogues, size, generated client and unit tests of the pages (types: build)
	npm run --prefix web lint
	npm run --prefix web check-i18n
	npm run --prefix web check-size
	cd web && npx --no-install openapi-typescript ../api/openapi.golden.json -o ../build/schema.d.ts
	@diff -q web/src/api/schema.d.ts build/schema.d.ts || { echo "the client differs from the API: make golden, read the diff, commit it"; exit 1; }
	npm run --prefix web test -- --reporter=default --reporter=json --outputFile.json=$(ROOT)/$(RESULTS)/web.json

trace: bin/trace ## which requirements are proven by a test
	@bin/trace

# Beside the faults, which wait for disks more than they compute; it gives way to them.
cross: $(STAMPS)/web ## the binary without cgo for every platform we name; those for arm64 and loong64 are started
	@for p in $(CROSS); do \
	  echo "build $$p"; \
	  CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} nice -n 19 go build $(GO_BUILD) -o build/cross/lianyuan-$${p%/*}-$${p#*/} ./cmd/lianyuan; \
	done
	@for a in $(EMULATED); do scripts/start-cross.sh $$a build/cross/lianyuan-linux-$$a; done

e2e: build $(STAMPS)/e2e-modules ## stories in a real Chromium against the real binary
	npm run --prefix e2e typecheck
	npm run --prefix e2e test

golden: ## rewrite golden files and the client generated from the API; read the diff
	UPDATE_GOLDEN=1 go test ./api/... ./migrations/... ./cmd/lianyuan
	npm run --prefix web gen

bench: build bin/bench ## measure the binary under load: one table and build/bench.json; docs/bench.md says how
	scripts/with-postgres.sh bin/bench

bench-go: ## the benchmarks of single Go functions
	go test -run='^$$' -bench=. -benchmem $(GO_SRC)

fuzz: ## every fuzz test for FUZZTIME (20s)
	@scripts/fuzz.sh $(FUZZTIME)

clean: ## remove what was built, downloaded modules and demo data
	rm -rf bin build web/node_modules e2e/node_modules
	find web/dist -mindepth 1 ! -name .keep -delete
