#!/bin/bash
# Sets up what is missing, and only that: Debian packages, fonts, the virtual environment.
# Usage: scripts/setup.sh run|test. Says nothing and takes no time where all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
WHAT="${1:-run}"
PYTHON="${PYTHON:-python3}"
STAMP=.venv/gongwen-stamp # what for, hash of the pinned packages, hash of our own build

say() { printf '%s\n' "$*" >&2; }

packages() {
  echo libreoffice-writer-nogui python3-uno bubblewrap fontconfig \
    fonts-noto-cjk fonts-liberation2 fonts-arphic-ukai
  # Chromium without its own windows: the whole one draws them all the same, and takes half a core.
  if [ "$WHAT" = test ]; then echo chromium-headless-shell poppler-utils qpdf postgresql libreoffice-calc-nogui; fi
  # ensurepip is what a fresh Debian's Python lacks.
  if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then echo python3-venv; fi
}

missing() {
  local known
  # shellcheck disable=SC2046  # a list of names
  known=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(packages) 2>/dev/null || true)
  for name in $(packages); do
    if ! grep -qx "$name installed" <<<"$known"; then echo "$name"; fi
  done
}

install_packages() {
  local wanted root=()
  if ! command -v apt-get >/dev/null; then
    say "This is not Debian: install LibreOffice, its Python (uno), bubblewrap and Chinese fonts yourself."
    return
  fi
  wanted=$(missing | xargs)
  if [ -z "$wanted" ]; then return; fi
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      root=(sudo)
    else
      say "Missing: $wanted"
      say "Run this as root, then come back (until then there is no PDF; Word files work):"
      say "  apt-get update && apt-get install -y --no-install-recommends $wanted"
      return
    fi
  fi
  say "Installing from Debian: $wanted"
  # shellcheck disable=SC2086  # a list of names
  if ! { "${root[@]}" apt-get update -q >&2 &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends $wanted >&2; }; then
    say "apt-get failed; going on without: $wanted"
  fi
}

fingerprint() {
  { "$PYTHON" -V && cat "$@"; } | sha256sum | cut -c1-16
}

# A wheel of pip: Python's own, or out of Debian's package, which needs no root.
pip_of_its_own() {
  local found
  found=$("$PYTHON" - 2>/dev/null <<'END' || true
import ensurepip, pathlib
bundled = pathlib.Path(ensurepip.__file__).parent / "_bundled"
system = pathlib.Path("/usr/share/python-wheels")
wheels = [*bundled.glob("pip-*.whl"), *system.glob("pip-*.whl")]
print(wheels[0] if wheels else "")
END
  )
  if [ -z "$found" ]; then
    mkdir -p build/pip
    (cd build/pip && apt-get download -q python3-pip-whl >&2 &&
      dpkg-deb -x python3-pip-whl_*.deb . && rm python3-pip-whl_*.deb)
    found=$(echo "$PWD"/build/pip/usr/share/python-wheels/pip-*.whl)
  fi
  if [ ! -f "$found" ]; then
    say "pip is missing. Run as root: apt-get install -y --no-install-recommends python3-venv"
    exit 1
  fi
  echo "$found"
}

make_environment() {
  local have_for='' have_pins='' have_build='' requirements=requirements.txt what=run
  local pins build wheel pip
  if [ -f "$STAMP" ]; then read -r have_for have_pins have_build <"$STAMP"; fi
  # The environment for tests holds everything that running needs.
  if [ "$WHAT" = test ] || [ "$have_for" = test ]; then
    requirements=requirements-dev.txt what=test
  fi
  pins=$(fingerprint "$requirements") build=$(fingerprint pyproject.toml hatch_build.py)
  if [ "$have_for $have_pins $have_build" = "$what $pins $build" ]; then return; fi
  if ! "$PYTHON" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Python 3.11 or newer is needed."
    exit 1
  fi
  wheel=$(pip_of_its_own)
  pip=(.venv/bin/python "$wheel/pip" --disable-pip-version-check -q)
  if [ "$have_for $have_pins" != "$what $pins" ]; then
    say "Making the virtual environment (.venv) from $requirements"
    "$PYTHON" -m venv --without-pip --clear .venv
    "${pip[@]}" install --require-hashes -r "$requirements"
  fi
  "${pip[@]}" install --no-deps -e .
  echo "$what $pins $build" >"$STAMP"
}

install_packages
if compgen -G '/usr/lib*/libreoffice/program/soffice.bin' >/dev/null; then
  scripts/fonts.sh ||
    say "FandolFang could not be had; 仿宋 comes out in Song until scripts/fonts.sh works."
fi
make_environment
