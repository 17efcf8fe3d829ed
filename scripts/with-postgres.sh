#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL, whose address it finds in LIANYUAN_TEST_PG.
# The cluster is stopped and deleted when the command ends, however it ends. With LIANYUAN_PG_MEMORY=1 it stands in
# memory, where there is room: for tests of rules, not for what survives a crash or how fast a disk is.
set -euo pipefail
[[ $# -gt 0 ]] || { echo "usage: $0 COMMAND [ARGUMENT…]" >&2; exit 2; }

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=/tmp
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1 || true)
[[ ${LIANYUAN_PG_MEMORY:-} != 1 || ! -w /dev/shm || ${room:-0} -lt 4000000 ]] || base=/dev/shm
dir=$(mktemp -d "$base/lianyuan-pg.XXXXXX")
child=
finish() {
  [[ -z $child ]] || kill "$child" 2>/dev/null || true
  [[ ! -e $dir/data/postmaster.pid ]] || "$scripts/postgres.sh" stop "$dir" || true
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

line=$("$scripts/postgres.sh" start "$dir")
export LIANYUAN_TEST_PG=${line#PG=}
"$@" <&0 &
child=$!
code=0
wait "$child" || code=$?
child=
exit "$code"
