#!/usr/bin/env bash
# Makes or updates a virtual environment from one hash-pinned requirements file.
# usage: make_venv.sh [--exact] VENV PYTHON REQUIREMENTS
#   --exact      also remove what the file does not list
#   INSTALLER    uv (default: itself installed hash-pinned, a few times faster) or pip (honours pip's own configuration)
set -euo pipefail

exact=no
if [ "$1" = --exact ]; then
  exact=yes
  shift
fi
venv=$1 python=$2 requirements=$3
here=$(cd "$(dirname "$0")/.." && pwd)

if ! "$venv/bin/python" -c '' 2>/dev/null; then
  rm -rf "$venv"
  if ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "Could not make $venv with $python. On Debian and Ubuntu the module comes with: apt-get install python3-venv" >&2
    exit 1
  fi
fi

pip=("$venv/bin/python" -m pip --disable-pip-version-check -q install --require-hashes)
case "${INSTALLER:-uv}" in
  pip)
    "${pip[@]}" -r "$requirements"
    ;;
  uv)
    "${pip[@]}" -r "$here/requirements/uv.txt"
    how=(install -r)
    [ "$exact" = no ] || how=(sync)
    "$venv/bin/uv" pip "${how[@]}" "$requirements" -q --require-hashes --python "$venv/bin/python"
    ;;
  *)
    echo "INSTALLER is '${INSTALLER}': it must be 'uv' or 'pip'." >&2
    exit 2
    ;;
esac
