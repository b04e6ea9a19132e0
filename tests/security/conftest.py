"""One real server with both doors, and a secret outside everything that it may read."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.doors.base import Api
from support.doors.grpc import GrpcDoor
from support.doors.rest import RestDoor
from support.server_process import ServerProcess, running_server

SECRET = b"a secret of the server's machine"
TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over a bare connection."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def error_code(self) -> str:
        """The documented word for the refusal."""
        code: str = json.loads(self.body)["error_code"]
        return code


class Raw:
    """Sends requests exactly as they are written: no client library tidies up dots, escapes or headers."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc

    def send(self, verb: str, target: str, body: bytes | str = b"", **headers: str) -> Answer:
        """One request on a connection of its own; underscores in header names are dashes."""
        connection = http.client.HTTPConnection(self.host, timeout=TIMEOUT_S)
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.putrequest(verb, target, skip_host="Host" in named, skip_accept_encoding=True)
            for name, value in named.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def post_json(self, path: str, body: bytes | str, **headers: str) -> Answer:
        """POSTs to /api/2.0/mlflow/`path` as JSON."""
        return self.send("POST", f"/api/2.0/mlflow/{path}", body, Content_Type="application/json", **headers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's working folder; `secret` and `outside/` lie beside its artifacts."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret").write_bytes(SECRET)
    (folder / "outside").mkdir()
    (folder / "outside" / "secret").write_bytes(SECRET)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ServerProcess]:
    """A server on SQLite which serves artifacts from ``artifacts/``."""
    options = ("--backend-store-uri", "sqlite:///store.db", "--artifacts-destination", "artifacts", "--grpc-port", "0")
    with running_server(folder, *options) as running:
        yield running


@pytest.fixture(scope="module")
def raw(server: ServerProcess) -> Raw:
    """The REST door without a client library in between."""
    return Raw(server.rest)


@pytest.fixture(scope="module", params=["grpc", "rest"])
def api(request: pytest.FixtureRequest, server: ServerProcess) -> Iterator[Api]:
    """Each door in turn."""
    door = GrpcDoor(server.grpc) if request.param == "grpc" else RestDoor(server.rest)
    yield Api(door, rest=request.param == "rest")
    door.close()


@pytest.fixture(scope="module")
def run_id(server: ServerProcess) -> str:
    """A run with one artifact."""
    door = GrpcDoor(server.grpc)
    created: str = Api(door)("CreateRun", experiment_id="0").run.info.run_id
    door.close()
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{created}/artifacts/kept.txt"
    assert Raw(server.rest).send("PUT", path, b"kept").status == 200
    return created
