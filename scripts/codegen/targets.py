"""What is generated from proto/, and how: one function a target, driven by buf with local plugins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "scripts" / "codegen"
BUF = Path(sys.executable).with_name("buf")


class MissingToolchainError(Exception):
    """A language's own tools (go, npm, mvn) are not installed; the message names them."""


@dataclass(frozen=True, slots=True)
class Target:
    """One generated output: `generate` writes the folders `places` below the folder that it is given."""

    name: str
    places: tuple[str, ...]
    generate: Callable[[Path], None]


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a tool; its messages go to the terminal, its failure ends the generation."""
    subprocess.run([str(word) for word in command], cwd=cwd, check=True)


def _buf_generate(template: str, out: Path) -> None:
    run(BUF, "generate", "--template", HERE / template, "-o", out)


def _python(out: Path) -> None:
    _buf_generate("buf.gen.python.yaml", out)
    package = out / "python" / "trackwell"
    for stub in package.rglob("*_pb2_grpc.pyi"):
        if not stub.with_suffix(".py").exists():  # a file without a service has types and no module
            stub.unlink()
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").write_text('"""Generated from proto/; do not edit."""\n', encoding="utf-8")
    (package / "py.typed").touch()


TARGETS = {
    target.name: target
    for target in (
        Target("python", ("python",), _python),
    )
}
