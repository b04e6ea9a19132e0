"""The project as a user installs it: a wheel, among the newest and among the oldest versions that it allows."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# What ends a program that hangs; no test depends on the figure.
HANGS_AFTER_S = 240
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with the wheel in it, and the file that pins the rest of it."""

    folder: Path
    requirements: Path

    def run(self, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, with nothing of this checkout or of the caller's Python in its sight."""
        program, *rest = arguments
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW_"))}
        return subprocess.run(
            [self.folder / "bin" / program, *rest],
            cwd=cwd,
            env=kept,
            capture_output=True,
            text=True,
            timeout=HANGS_AFTER_S,
            check=False,
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session", params=["oldest.txt", "run.txt"])
def environment(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    requirements = ROOT / "requirements" / str(request.param)
    folder = tmp_path_factory.mktemp("environment") / "venv"
    # No wheels of the oldest versions exist for a newer Python.
    versions = ["3.11", "3.12"] if requirements.name == "oldest.txt" else []
    picked = subprocess.run(
        [ROOT / "scripts" / "pick_python.sh", *versions], capture_output=True, text=True, check=False
    )
    if picked.returncode != 0 and os.environ.get("CI") != "true":
        pytest.skip(f"the oldest versions run on none of the installed Pythons: {picked.stderr}")
    subprocess.run([ROOT / "scripts" / "make_venv.sh", folder, picked.stdout.strip(), requirements], check=True)
    install = ["-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([folder / "bin" / "python", *install], check=True)
    return Environment(folder, requirements)
