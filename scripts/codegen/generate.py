"""Regenerate gen/ from proto/, or check that the committed gen/ is what proto/ gives."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from codegen.targets import TARGETS, Target
from codegen.tools import MISSING_IS_FATAL, ROOT, MissingToolchainError
from codegen.tree import differences, replace

GEN = ROOT / "gen"


def main() -> int:
    """Generate every target, or the named ones, into a temporary folder; then replace or compare gen/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where gen/ is not fresh")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"some of: {', '.join(TARGETS)} (default: all)")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.targets) - set(TARGETS))
    if unknown:
        parser.error(f"unknown target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    stale: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.targets or TARGETS:
            stale += _one(TARGETS[name], Path(folder), check=arguments.check)
    if stale:
        print("gen/ is not what proto/ gives. Run `make gen` and commit the result.", file=sys.stderr)
        print("\n".join(f"  {line}" for line in stale[:50]), file=sys.stderr)
        return 1
    return 0


def _one(target: Target, folder: Path, *, check: bool) -> list[str]:
    """Generate one target below `folder`, then compare or replace; return what differs (when checking)."""
    try:
        target.generate(folder)
    except MissingToolchainError as missing:
        if MISSING_IS_FATAL:
            raise
        print(f"{target.name}: skipped, {missing}")
        return []
    if check:
        found = differences(folder / target.name, GEN / target.name)
        print(f"{target.name}: {len(found)} files differ" if found else f"{target.name}: fresh")
        return found
    replace(folder / target.name, GEN / target.name)
    print(f"{target.name}: written")
    return []


if __name__ == "__main__":
    sys.exit(main())
