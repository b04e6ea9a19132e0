"""Compile what is generated for Java, Go and TypeScript, each as its users would."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from codegen.tools import INSTALLED, MISSING_IS_FATAL, ROOT, MissingToolchainError, install_typescript, maven, need, run


def _java(sources: Path) -> None:
    maven("compile", cwd=sources)


def _go(sources: Path) -> None:
    go = need("go", "the Go toolchain, 1.24 or newer")
    run(go, "vet", "./...", cwd=sources, env={"GOFLAGS": "-mod=readonly"})


def _typescript(sources: Path) -> None:
    install_typescript()
    (sources / "node_modules").symlink_to(INSTALLED / "typescript" / "node_modules")
    run(sources / "node_modules" / ".bin" / "tsc", "-p", sources, cwd=sources)


CHECKS: dict[str, Callable[[Path], None]] = {"java": _java, "go": _go, "typescript": _typescript}


def main() -> int:
    """Compile a copy of each language's folder, or of the named ones; a failing compiler ends the run."""
    for language in sys.argv[1:] or CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            sources = Path(shutil.copytree(ROOT / "gen" / language, Path(folder) / language))
            try:
                CHECKS[language](sources)
            except MissingToolchainError as missing:
                if MISSING_IS_FATAL:
                    raise
                print(f"{language}: skipped, {missing}")
            else:
                print(f"{language}: compiles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
