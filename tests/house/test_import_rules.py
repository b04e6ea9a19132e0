"""Who may import whom (DESIGN §2): the contracts of pyproject.toml hold, and would notice a breach."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


def _lint(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--config", config], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_contracts_hold() -> None:
    checked = _lint(ROOT / "pyproject.toml")
    assert checked.returncode == 0, checked.stdout
    assert "0 broken" in checked.stdout


@pytest.mark.slow
def test_an_exception_taken_away_is_a_breach(tmp_path: Path) -> None:
    exception = '"trackwell_service.stores.sql.** -> sqlalchemy"'
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count(exception) == 1
    config = tmp_path / "pyproject.toml"
    config.write_text(text.replace(exception, ""), encoding="utf-8")
    checked = _lint(config)
    assert checked.returncode != 0
    assert "Only stores.sql sees SQLAlchemy BROKEN" in checked.stdout
