"""What is generated from proto/, and how: one function a target, driven by buf with local plugins."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools import HERE, install_go, install_java, install_typescript, run

BUF = Path(sys.executable).with_name("buf")


@dataclass(frozen=True, slots=True)
class Target:
    """One generated output: `generate` writes the folder `name` below the folder that it is given."""

    name: str
    generate: Callable[[Path], None]


def _buf_generate(template: str, out: Path) -> None:
    run(BUF, "generate", "--template", HERE / template, "-o", out)


def _with_package_files(language: str, out: Path) -> None:
    """Put the files that make a package of the generated sources beside them."""
    for path in sorted((HERE / language).iterdir()):
        if path.name != "generators.sha256":
            shutil.copy(path, out / language / path.name)


def _python(out: Path) -> None:
    _buf_generate("buf.gen.python.yaml", out)
    package = out / "python" / "trackwell"
    for stub in package.rglob("*_pb2_grpc.pyi"):
        if not stub.with_suffix(".py").exists():  # a file without a service has types and no module
            stub.unlink()
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").write_text('"""Generated from proto/; do not edit."""\n', encoding="utf-8")
    (package / "py.typed").touch()


def _java(out: Path) -> None:
    install_java()
    _buf_generate("buf.gen.java.yaml", out)
    _with_package_files("java", out)


def _go(out: Path) -> None:
    install_go()
    _buf_generate("buf.gen.go.yaml", out)
    _with_package_files("go", out)


def _typescript(out: Path) -> None:
    install_typescript()
    _buf_generate("buf.gen.typescript.yaml", out)
    _with_package_files("typescript", out)


def _descriptor(out: Path) -> None:
    image = out / "descriptor" / "trackwell.binpb"
    image.parent.mkdir()
    run(BUF, "build", "proto", "--as-file-descriptor-set", "-o", image)


TARGETS = {
    target.name: target
    for target in (
        Target("python", _python),
        Target("descriptor", _descriptor),
        Target("java", _java),
        Target("go", _go),
        Target("typescript", _typescript),
    )
}
