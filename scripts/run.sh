#!/bin/bash
# `make run`: the sample activity's bundle into out/, then the desk; Ctrl-C ends everything.
set -euo pipefail
cd "$(dirname "$0")/.."
HOST="${HOST:-127.0.0.1}"
PORT="${PORT:-8000}"
BUNDLE=out/bundle.zh.pdf

# Anything newer than the bundle that goes into it?
changed() {
  [ ! -f "$BUNDLE" ] || [ -n "$(find samples templates service -type f -newer "$BUNDLE" \
    ! -path '*/__pycache__/*' ! -path '*/static/*' -print -quit)" ]
}

mkdir -p out
if changed; then
  .venv/bin/gongwen bundle samples/bundle.zh.yaml -o "$BUNDLE" ||
    echo "The bundle could not be made (see above); the desk starts all the same." >&2
fi
if [ -f "$BUNDLE" ]; then echo "Sample bundle: $PWD/$BUNDLE"; fi
exec .venv/bin/gongwen serve --host "$HOST" --port "$PORT"
