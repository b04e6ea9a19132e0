#!/usr/bin/env bash
# Checks proto/ against the last landed contract.
# usage: breaking.sh BUF   (BASE=<commit> names another one to compare with)
#
# Landed is, in this order: what BASE names; where this branch left the remote's default branch; the last commit, while
# proto/ has uncommitted changes; else the first parent, which is what a merge or a push was built on.
set -euo pipefail

cd "$(dirname "$0")/.."
buf=$1

commit() { git rev-parse --verify --quiet "$1^{commit}"; }

landed() {
  local head remote
  if [ -n "${BASE:-}" ]; then
    commit "$BASE" || { echo "BASE is '$BASE', which is no commit of this repository." >&2; exit 2; }
    return
  fi
  head=$(commit HEAD) || return 0
  for remote in origin/HEAD origin/main; do
    if commit "$remote" >/dev/null && [ "$(commit "$remote")" != "$head" ] && git merge-base HEAD "$remote"; then
      return
    fi
  done
  if [ -n "$(git status --porcelain -- proto)" ]; then
    echo "$head"
    return
  fi
  # A shallow clone has no parent; one more commit is fetched where there is a remote to fetch it from.
  if [ "$(git rev-parse --is-shallow-repository)" = true ] && ! commit HEAD^ >/dev/null; then
    git fetch -q --deepen=1 2>/dev/null || true
  fi
  commit HEAD^ || true
}

if ! git rev-parse --git-dir >/dev/null 2>&1; then
  echo "breaking: not a git checkout, so there is no earlier contract to compare with"
  exit 0
fi
base=$(landed)
if [ -z "$base" ] || [ -z "$(git ls-tree --name-only "$base" proto)" ]; then
  echo "breaking: no earlier contract to compare with"
  exit 0
fi
earlier=$(mktemp -d)
trap 'rm -rf "$earlier"' EXIT
git archive "$base" proto | tar -x -C "$earlier"
cp -r third_party "$earlier/third_party"
cp buf.yaml "$earlier/buf.yaml"
"$buf" breaking --against "$earlier"
echo "breaking: nothing, compared with $(git log -1 --format='%h %s' "$base")"
