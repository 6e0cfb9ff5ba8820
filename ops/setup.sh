#!/bin/sh
# Makes .venv from requirements-dev.txt. A stamp makes the second time instant.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
want=$(cat requirements-dev.txt ops/setup.sh | cksum)
if [ -x .venv/bin/python ] && [ "$(cat .venv/.stamp 2>/dev/null || true)" = "$want" ]; then
  exit 0
fi
command -v "$python" >/dev/null 2>&1 || { echo "Python 3.11 or newer is needed; '$python' is not here." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; '$python' is $("$python" -V)." >&2; exit 1; }
echo "Making .venv; the first time this takes about half a minute."
if command -v uv >/dev/null 2>&1; then
  [ -x .venv/bin/python ] || uv venv --quiet --seed --python "$python" .venv
  VIRTUAL_ENV="$PWD/.venv" uv pip sync --quiet --require-hashes requirements-dev.txt
else
  [ -x .venv/bin/python ] || "$python" -m venv .venv || {
    echo "This Python cannot make a virtual environment: install its venv package (Debian: python3-venv) or uv." >&2
    rm -rf .venv
    exit 1
  }
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
fi
printf %s "$want" > .venv/.stamp
