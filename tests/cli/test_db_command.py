"""`mlflow db upgrade`."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

from support.server_process import environment, mlflow, running_server


def upgrade(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    given = mlflow("db", "upgrade", *arguments)
    return subprocess.run(given, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60)


def test_new_database_is_made_and_a_current_one_left_alone(tmp_path: Path) -> None:
    first = upgrade(tmp_path, "sqlite:///store.db")
    assert first.returncode == 0, first.stderr
    assert "revision" in first.stdout
    before = (tmp_path / "store.db").read_bytes()
    second = upgrade(tmp_path, "sqlite:///store.db")
    assert second.returncode == 0, second.stderr
    assert "already" in second.stdout
    assert (tmp_path / "store.db").read_bytes() == before
    with running_server(tmp_path, "--backend-store-uri", "sqlite:///store.db") as server:
        assert server.terminate() == 0


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE customers (id INTEGER)")
    connection.close()
    done = upgrade(tmp_path, "sqlite:///other.db")
    assert done.returncode == 1
    assert "customers" in done.stderr
    assert "Traceback" not in done.stderr


def test_url_is_needed(tmp_path: Path) -> None:
    done = upgrade(tmp_path)
    assert done.returncode == 2
    assert "URL" in done.stderr


def test_url_that_is_none_is_refused(tmp_path: Path) -> None:
    for url in ("nonsense", "memory:", "sqlite:////no/such/folder/store.db"):
        done = upgrade(tmp_path, url)
        assert done.returncode == 1, url
        assert done.stderr.startswith("Error: "), url
        assert "Traceback" not in done.stderr
