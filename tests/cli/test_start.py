"""What a server loads when it starts: what it is configured for and no more (docs/performance.md)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.database_server import DatabaseServer
from support.server_process import environment, running_server

LOADED = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)
"""What Python writes for each module that it loads, when it is asked to measure: all but those that are named at run
time (`importlib.import_module`), whose own imports are there."""

CLIENT = {"mlflow.tracking", "requests", "urllib3", "boto3", "grpc_reflection.v1alpha.reflection"}
"""The other ends of the wires, and what describes ours."""

FRAMEWORK = {"aiohttp.web", "aiohttp.web_app", "aiohttp.web_fileresponse"}
SCHEMA = {"alembic", "mako", "sqlalchemy"}
LATER = {"lark", "numpy", "zstandard", "trackwell_service.stores.point_arrays", "trackwell_service.search.grammar"}
"""For the first search, the first long history."""

TOOLS = {
    *("click.shell_completion", "encodings.idna", "importlib.metadata", "importlib.resources", "multiprocessing"),
    *("pydoc", "unittest", "zipfile"),
}

NEVER = CLIENT | FRAMEWORK | SCHEMA | LATER | TOOLS

FOLDERS = {"trackwell_service.stores.file", "yaml"}
DATABASES = {"trackwell_service.stores.sql", "sqlite3"}
SERVICE = {"trackwell_service.rpc.core", "trackwell_service.operations", "trackwell_service.search"}
REST = {"aiohttp.web_protocol", "trackwell_gateway.gateway"}
GRPC = {"grpc.aio", "trackwell_service.rpc.servicers"}
MEMORY = {"trackwell_service.stores.memory"}
FAR_SERVICE = {"trackwell_gateway.backends.grpc"}


def loaded_by(folder: Path, *options: str) -> set[str]:
    """The modules that a server has loaded when its doors are open."""
    with running_server(folder, *options, PYTHONPROFILEIMPORTTIME="1") as server:
        return set(LOADED.findall(server.log()))


def imported(*modules: str, folder: Path) -> set[str]:
    """What a new process has loaded after these."""
    code = f"import json, sys; import {', '.join(modules)}; print(json.dumps([*sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("options", "needed", "unneeded"),
    [
        ("--backend-store-uri sqlite:///new.db", DATABASES | SERVICE | REST | GRPC, FOLDERS | MEMORY | FAR_SERVICE),
        ("--backend-store-uri runs", FOLDERS | SERVICE | REST | GRPC, DATABASES | MEMORY | FAR_SERVICE),
        ("--artifacts-only", MEMORY | SERVICE | REST | GRPC, DATABASES | FOLDERS | FAR_SERVICE),
        ("--grpc-only --backend-store-uri sqlite:///new.db", DATABASES | SERVICE | GRPC, FOLDERS | MEMORY | REST),
        ("--gateway-only --grpc-target localhost:1", REST | FAR_SERVICE, DATABASES | FOLDERS | MEMORY | SERVICE),
    ],
    ids=["database", "folder", "artifacts", "grpc", "gateway"],
)
def test_a_server_loads_what_it_serves_with(tmp_path: Path, options: str, needed: set[str], unneeded: set[str]) -> None:
    loaded = loaded_by(tmp_path, *options.split())
    assert needed <= loaded
    assert not loaded & (unneeded | NEVER)


def test_a_database_server_is_talked_to_by_its_driver_alone(tmp_path: Path, postgres_server: DatabaseServer) -> None:
    with postgres_server.database() as url:
        new, again = (loaded_by(tmp_path, "--backend-store-uri", url) for _ in range(2))
    # The driver asks for its own version.
    allowed = {"importlib.metadata", "importlib.resources", "zipfile"}
    for loaded in (new, again):
        assert "psycopg" in loaded
        assert loaded & (FOLDERS | MEMORY | {"sqlite3"} | NEVER) <= allowed


def test_a_worker_has_no_command_line(tmp_path: Path) -> None:
    loaded = imported("mlflow.cli._worker", "mlflow.cli._serve", folder=tmp_path)
    assert "mlflow.cli._serve" in loaded
    assert not loaded & {"click", "mlflow.cli.server", "mlflow.cli._supervisor"}


def test_who_only_watches_over_workers_loads_no_server(tmp_path: Path) -> None:
    loaded = imported("mlflow.cli.server", "mlflow.cli._supervisor", folder=tmp_path)
    assert "mlflow.cli._supervisor" in loaded
    libraries = {"google.protobuf", "orjson", "uvloop", "trackwell_service.domain.validation"}
    assert not loaded & (SERVICE | REST | GRPC | DATABASES | FOLDERS | NEVER | libraries)
