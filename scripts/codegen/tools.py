"""Install the generators of each language below .codegen/, at the pinned versions."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "scripts" / "codegen"
INSTALLED = ROOT / ".codegen"
# The goal that copies one artifact; pinned because its options differ between versions.
_MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"

# A contributor without Go or Maven can still work on the rest; the merge gate takes no such excuse.
MISSING_IS_FATAL = os.environ.get("CI") == "true"


class MissingToolchainError(Exception):
    """What a language's generator runs on (an older Python, go, npm, mvn) is not installed; the message names it."""


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a tool; its messages go to the terminal, its failure ends the generation."""
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, env={**os.environ, **(env or {})})


def maven(*goals_and_options: str, cwd: Path) -> None:
    """Run Maven quietly."""
    what = "Maven with a JDK, 11 or newer"
    need("javac", what)
    run(need("mvn", what), "-q", "-B", "-Dstyle.color=never", *goals_and_options, cwd=cwd)


def install_python() -> None:
    """Make the environment of grpcio-tools as requirements/codegen.txt pins it."""
    folder = INSTALLED / "python"
    requirements = ROOT / "requirements" / "codegen.txt"
    with _Once(folder, requirements) as missing:
        if missing:
            # No wheel of the pinned version exists for a newer Python.
            pick = [str(ROOT / "scripts" / "pick_python.sh"), "3.11", "3.12"]
            picked = subprocess.run(pick, capture_output=True, text=True, check=False)
            if picked.returncode != 0:
                raise MissingToolchainError("the generator of the Python stubs runs on CPython 3.11 or 3.12.")
            run(ROOT / "scripts" / "make_venv.sh", folder, picked.stdout.strip(), requirements)


def install_go() -> None:
    """Build protoc-gen-go and protoc-gen-go-grpc as go/go.mod pins them; the checksum file guards the sources."""
    go = need("go", "the Go toolchain, 1.24 or newer")
    folder = INSTALLED / "go"
    with _Once(folder, HERE / "go" / "go.mod", HERE / "go" / "go.sum") as missing:
        if missing:
            run(go, "install", "tool", cwd=HERE / "go", env={"GOBIN": str(folder), "GOFLAGS": "-mod=readonly"})


def install_typescript() -> None:
    """Install protoc-gen-es and tsc as typescript/package-lock.json pins them."""
    npm = need("npm", "Node.js 20 or newer with npm")
    folder = INSTALLED / "typescript"
    pins = [HERE / "typescript" / name for name in ("package.json", "package-lock.json", ".npmrc")]
    with _Once(folder, *pins) as missing:
        if missing:
            for pin in pins:
                shutil.copy(pin, folder)
            run(npm, "ci", "--silent", cwd=folder)


def install_java() -> None:
    """Fetch protoc and protoc-gen-grpc-java at the versions of java/pom.xml, and check them against their SHA-256."""
    folder = INSTALLED / "java"
    with _Once(folder, HERE / "java" / "pom.xml", HERE / "java" / "generators.sha256") as missing:
        if missing:
            pom = (HERE / "java" / "pom.xml").read_text(encoding="utf-8")
            for coordinates, name, version in (
                ("com.google.protobuf:protoc", "protoc", _property(pom, "protobuf.version")),
                ("io.grpc:protoc-gen-grpc-java", "protoc-gen-grpc-java", _property(pom, "grpc.version")),
            ):
                artifact = f"{coordinates}:{version}:exe:{_classifier()}"
                maven(_MAVEN_COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}", cwd=folder)
                fetched = folder / f"{name}-{version}-{_classifier()}.exe"
                _verify(fetched)
                fetched.chmod(0o755)
                fetched.replace(folder / name)


class _Once:
    """Opens `folder` for an installation unless it holds the one of these pins; records the pins when it succeeded."""

    def __init__(self, folder: Path, *pins: Path) -> None:
        self._folder = folder
        self._stamp = folder / ".pins"
        self._wanted = hashlib.sha256(b"\0".join(pin.read_bytes() for pin in pins)).hexdigest()

    def __enter__(self) -> bool:
        if self._stamp.exists() and self._stamp.read_text(encoding="utf-8") == self._wanted:
            return False
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        return True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._stamp.write_text(self._wanted, encoding="utf-8")


def need(program: str, what: str) -> str:
    """Return the path of an installed program, or raise with the package `what` that brings it."""
    found = shutil.which(program)
    if found is None:
        raise MissingToolchainError(f"`{program}` is not installed; it comes with {what}.")
    return found


def _property(pom: str, name: str) -> str:
    match = re.search(rf"<{re.escape(name)}>([^<]+)</", pom)
    if match is None:
        raise ValueError(f"java/pom.xml has no property {name}, which chooses a generator's version.")
    return match[1]


def _classifier() -> str:
    """Return this machine's name in Maven's classifiers, for example linux-x86_64."""
    system = {"Linux": "linux", "Darwin": "osx"}.get(platform.system())
    machine = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch_64", "arm64": "aarch_64"}.get(
        platform.machine().lower()
    )
    if system is None or machine is None:
        raise MissingToolchainError(f"no protoc is published for {platform.system()} on {platform.machine()}.")
    return f"{system}-{machine}"


def _verify(path: Path) -> None:
    lines = (HERE / "java" / "generators.sha256").read_text(encoding="utf-8").splitlines()
    known = {name: digest for digest, name in (line.split() for line in lines)}
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if known.get(path.name) != found:
        raise ValueError(f"{path.name} has SHA-256 {found}; java/generators.sha256 says {known.get(path.name)}.")
