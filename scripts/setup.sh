#!/bin/sh
# Makes .venv and installs requirements/$1.txt into it, hashes checked. Does nothing when that
# was done before: what is installed is remembered by the hash of the file.
set -eu
wanted=$1
python=${PYTHON:-python3}
venv=.venv
export UV_SYSTEM_CERTS=true # as pip does: a proxy of the house may have its own authority

say() { printf '%s\n' "$*"; }
stop() { printf 'Themis: %s\n' "$*" >&2; exit 1; }

command -v "$python" >/dev/null 2>&1 || stop "no $python here; install Python 3.11 or newer, or name it: make run PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  stop "Python 3.11 or newer is needed, $("$python" -V 2>&1) is too old; name another one: make run PYTHON=/path/to/python3"

hash_of() { cat "requirements/$1.txt" requirements/uv.txt | "$python" -c 'import hashlib,sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }
has() { [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.installed-$1" 2>/dev/null)" = "$(hash_of "$1")" ]; }

# What tests need contains what running needs.
if has "$wanted" || { [ "$wanted" = runtime ] && has dev; }; then exit 0; fi

step() { # a command whose failure is explained; it keeps the terminal, for its progress bars
  "$@" || explain
}
explain() {
  free=$(df -Pk . | awk 'NR == 2 { print $4 }')
  [ "$free" -gt 51200 ] || stop "the disk is full; free some space (about 400 MB are needed) and try again"
  stop "installing failed; the lines above say why. Is the package index reachable?"
}

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  say "making $venv with $("$python" -V) ..."
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || stop "$python cannot make environments; install it: apt-get install $package"
    say "installing $package ..."
    step sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $package"
  fi
  step "$python" -m venv --clear "$venv"
fi
rm -f "$venv"/.installed-*
say "installing the installer ..."
step "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
say "installing $(grep -c == "requirements/$wanted.txt") packages ..."
cat "requirements/$wanted.txt" requirements/uv.txt > "$venv/.wanted.txt"
step "$venv/bin/uv" pip sync --python "$venv/bin/python" --require-hashes "$venv/.wanted.txt"
hash_of "$wanted" > "$venv/.installed-$wanted"
