"""What installers make of the metadata named `mlflow` that the wheel carries (docs/adr/0012)."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import mlflow
from installed.conftest import Environment

pytestmark = pytest.mark.slow
OURS = f"mlflow {mlflow.__version__}"


@pytest.fixture
def bare(tmp_path: Path) -> Environment:
    """A virtual environment with nothing but pip."""
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    return Environment(folder, tmp_path / "none.txt")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A folder with the wheel of another distribution that installs a package `mlflow`."""
    files = {
        "mlflow/__init__.py": "__version__ = '3.99.0'\n",
        "mlflow/other.py": "",
        "mlflow-3.99.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: mlflow\nVersion: 3.99.0\n",
        "mlflow-3.99.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},{_digest(text)},{len(text)}\n" for name, text in files.items())
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "mlflow-3.99.0-py3-none-any.whl", "w") as archive:
        for name, text in {**files, "mlflow-3.99.0.dist-info/RECORD": record}.items():
            archive.writestr(name, text)
    return folder


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Installer:
    """pip of an environment, or uv from outside, with no package index to turn to."""

    def __init__(self, name: str, environment: Environment, folder: Path) -> None:
        self.name = name
        self.environment = environment
        self._folder = folder

    def __call__(self, command: str, *arguments: str | Path, fails: bool = False) -> str:
        """Runs a command, whose success must be as expected, and returns all that it says."""
        python = str(self.environment.folder / "bin/python")
        if self.name == "pip":
            given = [python, "-m", "pip", "--disable-pip-version-check", command]
        else:
            given = [str(Path(sys.executable).with_name("uv")), "pip", command, "--python", python]
        offline = ["--no-index"] if command in ("install", "sync") else []
        given += [*offline, *map(str, arguments)]
        ran = subprocess.run(given, cwd=self._folder, capture_output=True, text=True, check=False, timeout=240)
        assert (ran.returncode != 0) == fails, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def uninstall(self, name: str) -> None:
        """Removes a distribution without asking."""
        self("uninstall", *(["-y"] if self.name == "pip" else []), name)

    def found(self) -> set[str]:
        """Name and version of what is installed, without the installer itself."""
        script = (
            "from importlib.metadata import distributions\n"
            "print(*(f'{d.name} {d.version}' for d in distributions()), sep='\\n')"
        )
        ran = self.environment.run("python", "-c", script, cwd=self._folder)
        assert ran.returncode == 0, ran.stderr
        return {line for line in ran.stdout.splitlines() if line.partition(" ")[0] not in ("pip", "setuptools")}


@pytest.fixture(params=["pip", "uv"])
def installer(request: pytest.FixtureRequest, bare: Environment, tmp_path: Path) -> Installer:
    """Each installer in turn."""
    return Installer(request.param, bare, tmp_path)


def ours(wheel: Path) -> set[str]:
    return {f"trackwell {wheel.name.split('-')[1]}", OURS}


def test_it_comes_and_goes_with_the_wheel(installer: Installer, wheel: Path) -> None:
    installer("install", "--no-deps", wheel)
    assert installer.found() == ours(wheel)
    installer("install", "--no-deps", "--force-reinstall" if installer.name == "pip" else "--reinstall", wheel)
    assert installer.found() == ours(wheel)
    installer.uninstall("trackwell")
    assert installer.found() == set()
    left = [path.name for path in installer.environment.folder.rglob("mlflow*")]
    assert left == []


def test_what_needs_mlflow_is_satisfied(installer: Installer, wheel: Path) -> None:
    installer("install", "--no-deps", wheel)
    installer("install", "mlflow>=2.8.0")
    assert installer.found() == ours(wheel)


def test_pip_refuses_to_put_another_mlflow_over_it(bare: Environment, wheel: Path, other: Path, tmp_path: Path) -> None:
    pip = Installer("pip", bare, tmp_path)
    pip("install", "--no-deps", wheel)
    for arguments in (("mlflow==3.99.0",), ("-U", "mlflow")):
        said = pip("install", "--find-links", other, *arguments, fails=True)
        assert "installed by trackwell" in said
        assert pip.found() == ours(wheel)
    assert "installed by trackwell" in pip("uninstall", "-y", "mlflow", fails=True)


def test_uv_sync_leaves_it_alone(bare: Environment, wheel: Path, tmp_path: Path) -> None:
    uv = Installer("uv", bare, tmp_path)
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"trackwell @ {wheel.as_uri()}\n")
    for _ in range(2):
        uv("sync", wanted)
        assert uv.found() == ours(wheel)


@pytest.mark.parametrize("ours_first", [True, False])
def test_doctor_finds_a_mixed_installation(
    bare: Environment, wheel: Path, other: Path, tmp_path: Path, *, ours_first: bool
) -> None:
    uv = Installer("uv", bare, tmp_path)
    if ours_first:
        uv("install", "--no-deps", wheel)
        uv("install", "--find-links", other, "mlflow==3.99.0")
    else:
        uv("install", "--find-links", other, "mlflow")
        uv("install", "--no-deps", wheel)
    script = "from mlflow._doctor.installation import inspect\nprint(*inspect().problems, sep='\\n')"
    ran = bare.run("python", "-c", script, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    problems = ran.stdout.splitlines()
    assert "mlflow 3.99.0 installs a package `mlflow` too" in problems[0]
    assert len(problems) == (2 if ours_first else 1), problems
    if ours_first:
        assert "mlflow/__init__.py" in problems[1]


def test_an_editable_installation_has_it_too() -> None:
    found = metadata.distribution("mlflow")
    assert found.version == mlflow.__version__
    assert found.read_text("INSTALLER") == "trackwell\n"
    direct = metadata.distribution("trackwell").read_text("direct_url.json") or ""
    assert '"editable": true' in direct
