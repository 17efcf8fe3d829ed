#!/usr/bin/env bash
# Runs every fuzz test of the module for the given time, one after another.
set -euo pipefail
time=${1:-20s}
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r package; do
  for name in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "$package $name"
    go test -run='^$' -fuzz="^$name\$" -fuzztime="$time" "$package" </dev/null
  done
done
