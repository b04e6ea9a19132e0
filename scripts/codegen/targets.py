"""What is generated from proto/, and how: one function a target, driven by buf with local plugins."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.openapi import openapi_json
from codegen.tools import HERE, ROOT, install_go, install_java, install_python, install_typescript, run

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
    install_python()
    _buf_generate("buf.gen.python.yaml", out)
    package = out / "python" / "trackwell"
    for stub in package.rglob("*_pb2_grpc.pyi"):
        if not stub.with_suffix(".py").exists():  # a file without a service has types and no module
            stub.unlink()
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").write_text('"""Generated from proto/; do not edit."""\n', encoding="utf-8")
    (package / "py.typed").touch()
    # The gateway serves the description, so it travels with the stubs in the wheel.
    (package / "v1" / "openapi.json").write_text(_openapi_text(), encoding="utf-8")


def _typings(out: Path) -> None:
    # The stubs which googleapis-common-protos ships have no py.typed marker, and type checkers refuse its extensions.
    _buf_generate("buf.gen.typings.yaml", out)
    for folder in ("api", "rpc"):
        (out / "typings" / "google" / folder / "__init__.pyi").touch()


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
    (out / "descriptor").mkdir()
    (out / "descriptor" / "trackwell.binpb").write_bytes(descriptor_set())


def descriptor_set() -> bytes:
    """Return the contract's FileDescriptorSet, with everything it imports and with its comments."""
    command = [str(BUF), "build", "proto", "--as-file-descriptor-set", "-o", "-"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def _openapi(out: Path) -> None:
    (out / "openapi").mkdir()
    (out / "openapi" / "openapi.json").write_text(_openapi_text(), encoding="utf-8")


def _openapi_text() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return openapi_json(FileDescriptorSet.FromString(descriptor_set()), project["version"])


TARGETS = {
    target.name: target
    for target in (
        Target("python", _python),
        Target("typings", _typings),
        Target("descriptor", _descriptor),
        Target("openapi", _openapi),
        Target("java", _java),
        Target("go", _go),
        Target("typescript", _typescript),
    )
}
