#!/usr/bin/env bash
# Starts and stops a throw-away PostgreSQL cluster for tests, on loopback only.
#
#   scripts/postgres.sh start DIR   make a cluster in DIR (which must be empty), print PG=postgres://…
#   scripts/postgres.sh stop DIR    end it at once, by the pid it wrote down, and leave DIR to the caller
#   scripts/postgres.sh again DIR   start the cluster of DIR again, at its old address, after it was stopped or killed
#
# The locale is ICU zh-CN on purpose: a comparison that forgot its COLLATE "C" must show here. fsync stays on.
# PostgreSQL refuses to run as root; for root it runs as the user postgres.
set -euo pipefail

verb=${1:-} dir=${2:-}
[[ $verb =~ ^(start|stop|again)$ && -n $dir ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

bin=${PG_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
[[ -x $bin/initdb ]] || { echo "postgres.sh: no PostgreSQL server under /usr/lib/postgresql (make setup installs it)" >&2; exit 1; }

run() { "$@"; }
if [[ $(id -u) == 0 ]]; then
  run() { (cd / && exec runuser -u postgres -- "$@"); }
fi

if [[ $verb == stop ]]; then
  run "$bin/pg_ctl" stop --silent --mode=immediate --pgdata="$dir/data"
  exit
fi

# After a kill the orphans of the postmaster may still hold its memory for a moment.
if [[ $verb == again ]]; then
  for _ in {1..50}; do
    run "$bin/pg_ctl" start --silent --wait --pgdata="$dir/data" --log="$dir/server.log" --options="-p $(<"$dir/port")" >/dev/null 2>&1 && exit
    sleep 0.2
  done
  tail -n 20 "$dir/server.log" >&2
  exit 1
fi

mkdir -p "$dir"
if [[ $(id -u) == 0 ]]; then chown postgres "$dir"; fi
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
run "$bin/initdb" --pgdata="$dir/data" --encoding=UTF8 --locale-provider=icu --icu-locale=zh-CN --locale=C.UTF-8 \
  --auth-local=peer --auth-host=scram-sha-256 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
run tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
timezone = 'UTC'
fsync = on
CONF

# A port cannot be reserved for somebody else: draw one, and draw again when it was taken.
for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + RANDOM % 12000))
  if run "$bin/pg_ctl" start --silent --wait --pgdata="$dir/data" --log="$dir/server.log" --options="-p $port" >/dev/null 2>&1; then
    run "$bin/psql" --quiet --no-psqlrc -v ON_ERROR_STOP=1 -h "$dir" -p "$port" -d postgres <<SQL
CREATE ROLE lianyuan LOGIN CREATEDB NOSUPERUSER PASSWORD '$password';
CREATE DATABASE lianyuan OWNER lianyuan;
SQL
    echo "$port" >"$dir/port"
    echo "PG=postgres://lianyuan:$password@127.0.0.1:$port/lianyuan?sslmode=disable"
    exit 0
  fi
done
tail -n 20 "$dir/server.log" >&2
exit 1
