"""MLflow itself, in the versions that share folders with us, each in an environment of its own.

python -m support.other_mlflows      (in tests/) writes tests/fixtures/mlruns_by_version anew
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from support.server_process import environment

ROOT: Final = Path(__file__).resolve().parents[2]
FIXTURES: Final = ROOT / "tests" / "fixtures" / "mlruns_by_version"
SCRIPT: Final = FIXTURES / "everything.py"

Shown = list[dict[str, Any]]
"""Experiments with their runs."""

VERSIONS: Final = ("1.30", "2.22", "3.17")
"""Whose folders are read, and which read ours: requirements/mlflow-VERSION.txt pins each."""

FIXTURE_ROOT: Final = "/srv/mlruns"
"""What the fixtures call the folder they were written in."""

_TIMEOUT_S: Final = 200
_VARIABLES: Final = {
    "MLFLOW_ALLOW_FILE_STORE": "true",  # 3.17 wants to be asked twice
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


def interpreter(version: str | None) -> Path:
    """Python of the version's environment, which is made when it is missing or its pins changed. None is ours."""
    if version is None:
        return Path(sys.executable)
    pins = ROOT / "requirements" / f"mlflow-{version}.txt"
    folder = ROOT / f".venv-mlflow-{version}"
    stamp, wanted = folder / ".stamp", hashlib.sha256(pins.read_bytes()).hexdigest()
    with pins.open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            maker = ROOT / "scripts" / "make_venv.sh"
            subprocess.run([maker, folder, sys.executable, pins], check=True)
            stamp.write_text(wanted)
    return folder / "bin" / "python"


def run_script(version: str | None, *asked: str) -> list[Shown]:
    """Runs everything.py with the version's `mlflow`; what it read."""
    found: list[Shown] = json.loads(_output_of(interpreter(version), SCRIPT, *asked))
    return found


def collect_garbage(version: str, folder: Path, *options: str) -> str:
    """Runs the version's `mlflow gc`, which removes what was deleted; what it said."""
    command = ["-c", "from mlflow.cli import cli; cli()", "gc", "--backend-store-uri", folder.as_uri(), *options]
    return _output_of(interpreter(version), *command, MLFLOW_TRACKING_URI=folder.as_uri())


def _output_of(*command: str | Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        env=environment(**_VARIABLES, **variables),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def write_fixtures() -> None:
    """What each version writes, and what it reads of that, with the folder's name replaced by `FIXTURE_ROOT`."""
    for version in VERSIONS:
        shutil.rmtree(FIXTURES / version, ignore_errors=True)
        with TemporaryDirectory() as scratch:
            folder = Path(scratch).resolve() / "mlruns"
            [read] = run_script(version, f"write:{folder}:one", f"read:{folder}")
            shown = json.dumps(read, indent=1, sort_keys=True, ensure_ascii=False)
            (FIXTURES / f"{version}.json").write_text(shown.replace(str(folder), FIXTURE_ROOT) + "\n")
            for meta in folder.rglob("meta.yaml"):
                meta.write_text(meta.read_text().replace(str(folder), FIXTURE_ROOT))
            shutil.copytree(folder, FIXTURES / version)


if __name__ == "__main__":
    write_fixtures()
