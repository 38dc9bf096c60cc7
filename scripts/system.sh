#!/bin/sh
# The programs that tests (or the stack) run for real: installed through apt as root, listed otherwise.
set -eu
what=$1
missing=''
need() { # PACKAGE PROBE...: a package, and a command that succeeds when it is there
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}
on_path() { command -v "$1"; }
somewhere() { for each in "$@"; do [ -x "$each" ] && return 0; done; return 1; }
any_on_path() { for each in "$@"; do command -v "$each" && return 0; done; return 1; }
file_at() { [ -e "$1" ]; }

need postgresql somewhere /usr/lib/postgresql/*/bin/initdb
need redis-server on_path redis-server
if [ "$what" = test ]; then
  need chromium any_on_path "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome
  need tesseract-ocr on_path tesseract
  need curl on_path curl
  need wrk on_path wrk
  need fonts-dejavu-core file_at /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  printf 'Themis: these programs are missing; install them and try again:\n  apt-get install%s\n' "$missing" >&2
  exit 1
fi
echo "installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  a list of words
{ apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >/tmp/themis-apt.$$ 2>&1 || {
  tail -n 20 /tmp/themis-apt.$$ >&2
  rm -f /tmp/themis-apt.$$
  echo "Themis: apt-get could not install$missing" >&2
  exit 1
}
rm -f /tmp/themis-apt.$$
