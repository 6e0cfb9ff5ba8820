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
  pip=".venv/bin/python -m pip"
  if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv >/dev/null 2>&1; then
    # Debian keeps ensurepip apart (python3-venv); a pip of the system can serve instead.
    rm -rf .venv
    "$python" -m pip --version >/dev/null 2>&1 && "$python" -m venv --without-pip .venv || {
      rm -rf .venv
      echo "This Python can neither make a virtual environment nor use pip." >&2
      echo "Install its venv package (Debian: apt install python3-venv) or uv." >&2
      exit 1
    }
    pip="$python -m pip --python .venv/bin/python"
  fi
  $pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
fi
printf %s "$want" > .venv/.stamp
