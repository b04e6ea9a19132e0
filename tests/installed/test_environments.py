"""The wheel works on the oldest versions of its dependencies that it allows, and on the newest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from installed.conftest import Environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # makes environments
HERE = Path(__file__).parent
PROTOBUF = {"oldest.txt": "4.25.", "run.txt": "7."}


def _pinned(requirements: Path, name: str) -> str:
    match = re.search(rf"^{re.escape(name)}==(\S+)", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert match is not None, f"{requirements} does not pin {name}"
    return match[1]


def test_stubs_import_and_carry_a_call(environment: Environment, tmp_path: Path) -> None:
    version = _pinned(environment.requirements, "protobuf")
    assert version.startswith(PROTOBUF[environment.requirements.name])
    ran = environment.run("python", "-W", "error", HERE / "stub_round_trip.py", version, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_every_module_imports_without_what_only_developers_have(environment: Environment, tmp_path: Path) -> None:
    ran = environment.run("python", HERE / "import_everything.py", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 100


def test_a_run_is_logged_to_a_server_and_found_again(environment: Environment, tmp_path: Path) -> None:
    ran = environment.run("python", HERE / "log_and_find.py", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
