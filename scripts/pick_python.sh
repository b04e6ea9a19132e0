#!/usr/bin/env bash
# Prints the first installed CPython of one of the versions given (default: every version the project supports).
set -euo pipefail

versions=("$@")
[ ${#versions[@]} -gt 0 ] || versions=(3.11 3.12 3.13)
for candidate in python3 "${versions[@]/#/python}"; do
  found=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  for version in "${versions[@]}"; do
    if [ "$found" = "$version" ]; then
      command -v "$candidate"
      exit 0
    fi
  done
done
echo "No Python of version ${versions[*]} was found. Install one, or name it: make ... PYTHON=/path/to/python3" >&2
exit 1
