#!/bin/sh
# Compiles requirements*.in: one universal, hash-pinned list for every machine, without any address.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo "make lock needs uv (python3 -m pip install uv)." >&2; exit 1; }
for name in requirements requirements-dev; do
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    --no-emit-index-url "$@" "$name.in" -o "$name.txt"
done
