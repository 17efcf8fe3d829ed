#!/usr/bin/env bash
# Starts a binary that was built for another processor under qemu-user, on an empty data directory, and asks whether it
# lives and reads its database: start-cross.sh ARCH FILE. It takes some four seconds; emulated on a busy machine it has sixty.
set -euo pipefail

arch=$1 file=$2
case $arch in
  arm64) qemu=qemu-aarch64 ;;
  loong64) qemu=qemu-loongarch64 ;;
  *) echo "start-cross: no emulator is named for $arch" >&2; exit 1 ;;
esac
command -v "$qemu" >/dev/null || { echo "start-cross: $qemu is missing; make setup installs qemu-user" >&2; exit 1; }

dir=$(mktemp -d)
pid=
finish() {
  if [[ -n $pid ]]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap finish EXIT

touch "$dir/out"
"$qemu" "$file" serve --data "$dir/data" --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
pid=$!
until=$((SECONDS + 60))
while ((SECONDS < until)) && kill -0 "$pid" 2>/dev/null; do
  url=$(sed -nE 's/.* listens on (http:\S+)$/\1/p' "$dir/out")
  if [[ -n $url ]] && curl -fsS -m 20 "$url/healthz" "$url/readyz" >"$dir/health"; then
    echo "started $arch under $qemu: $(tr '\n' ' ' <"$dir/health")"
    exit 0
  fi
  sleep 0.2
done
echo "start-cross: the binary for $arch does not answer" >&2
cat "$dir/out" "$dir/err" >&2
exit 1
