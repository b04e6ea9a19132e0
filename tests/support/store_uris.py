"""Stores that this process opens itself, one of each for all tests of a folder; none may count on being alone."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def database_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database."""
    return f"sqlite:///{tmp_path_factory.mktemp('in-process')}/mlflow.db"


@pytest.fixture(scope="session")
def folder_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder of experiments."""
    return (tmp_path_factory.mktemp("folder") / "mlruns").as_uri()
