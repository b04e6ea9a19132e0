"""The Python stubs work on the oldest protobuf that the project allows and on the newest."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def _pinned(requirements: Path, name: str) -> str:
    match = re.search(rf"^{re.escape(name)}==(\S+)", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert match is not None, f"{requirements} does not pin {name}"
    return match[1]


@pytest.mark.timeout(900)  # makes an environment
@pytest.mark.parametrize(("pins", "protobuf"), [("oldest.txt", "4.25."), ("run.txt", "7.")])
def test_stubs_work(root: Path, tmp_path: Path, pins: str, protobuf: str) -> None:
    requirements = root / "requirements" / pins
    version = _pinned(requirements, "protobuf")
    assert version.startswith(protobuf)
    # No wheels of the oldest versions exist for Python 3.13.
    picked = subprocess.run([root / "scripts" / "pick_python.sh", "3.11", "3.12"], capture_output=True, check=True)
    environment = tmp_path / "environment"
    subprocess.run(
        [root / "scripts" / "make_venv.sh", environment, picked.stdout.decode().strip(), requirements], check=True
    )
    ran = subprocess.run(
        [environment / "bin" / "python", "-W", "error", Path(__file__).with_name("stub_round_trip.py"), version],
        env=os.environ | {"PYTHONPATH": str(root / "gen" / "python")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
