#!/usr/bin/env bash
# Installs the Debian packages that tests need, when they are missing. Go and Node must be there already.
set -euo pipefail

for tool in go node npm; do
  command -v "$tool" >/dev/null || { echo "setup: $tool is missing; Go 1.26 and Node 20.19 or newer come first" >&2; exit 1; }
done

# gcc: the race detector; postgresql: the second database; chromium and fonts: the pages; strace: durability; LibreOffice and poppler: papers as they print;
# curl and qemu-user: what is built for other processors starts.
want=(gcc libc6-dev git postgresql chromium fonts-noto-cjk fonts-noto-color-emoji strace libreoffice-writer-nogui poppler-utils curl qemu-user)
missing=()
for p in "${want[@]}"; do
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null) == installed ]] || missing+=("$p")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
    echo "setup: these Debian packages are missing and neither root nor sudo is at hand to install them:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
