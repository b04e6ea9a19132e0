#!/usr/bin/env bash
# Re-resolves every requirements file from pyproject.toml and scripts/codegen/requirements.in, with hashes, for CPython
# 3.11-3.13 on Linux and macOS. dev.txt is resolved first and holds the others to its versions.
# usage: lock.sh UV [further uv arguments, e.g. --upgrade or --upgrade-package NAME]
set -euo pipefail

cd "$(dirname "$0")/.."
uv=$1
shift
compile() {
  "$uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    --no-emit-index-url --no-emit-find-links "$@"
}
compile pyproject.toml --group dev --extra quickstart --extra pandas --extra polars --extra arrow --extra s3 --extra system-metrics \
  --extra postgresql --extra mysql --extra mssql -o requirements/dev.txt "$@"
compile pyproject.toml --group build -c requirements/dev.txt -o requirements/run.txt "$@"
compile pyproject.toml --group build --extra quickstart -c requirements/dev.txt -o requirements/quickstart.txt "$@"
compile pyproject.toml --group test --group thirdparty -c requirements/dev.txt -o requirements/thirdparty.txt "$@"
# What the lower bounds in pyproject.toml mean, for the tests which hold the project to them.
compile pyproject.toml --resolution lowest-direct -o requirements/oldest.txt
echo uv | compile - -c requirements/dev.txt -o requirements/uv.txt "$@"
compile scripts/codegen/requirements.in -o requirements/codegen.txt "$@"
# MLflow itself, with which tests share folders of experiments; the oldest needs what newer setuptools no longer have.
printf 'mlflow-skinny==1.30.1\nsetuptools<81\n' | compile - -o requirements/mlflow-1.30.txt "$@"
echo 'mlflow-skinny==2.22.4' | compile - -o requirements/mlflow-2.22.txt "$@"
echo 'mlflow-skinny==3.17.2' | compile - -o requirements/mlflow-3.17.txt "$@"
if grep -nE '[a-z]+://' requirements/*.txt; then
  echo "A requirements file names a host (above)." >&2
  exit 1
fi
