"""How a server ends that is asked to while somebody is still sending."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import requests

from support.folders import files_in
from support.server_process import ServerProcess, running_server
from trackwell.v1.artifacts_pb2 import ListProxiedArtifactsRequest, UploadArtifactRequest
from trackwell.v1.artifacts_pb2_grpc import ArtifactServiceStub

WAYS = pytest.mark.parametrize(
    "way",
    [("--backend-store-uri", "memory:"), ("--backend-store-uri", "sqlite:///store.db", "--workers", "2")],
    ids=["one process", "workers"],
)
"""Options of a server that is one process, and of one that is several."""


class OpenUpload:
    """An upload whose second half the sender keeps back."""

    def __init__(self, server: ServerProcess) -> None:
        self._channel = grpc.insecure_channel(server.grpc)
        self._taken = threading.Event()
        self._rest = threading.Event()
        stub = ArtifactServiceStub(self._channel)
        # The call is known to the server once it has answered another one on the same connection, sent later.
        self.call = stub.UploadArtifact.future(self._messages())
        self._taken.wait(60)
        stub.ListProxiedArtifacts(ListProxiedArtifactsRequest(), timeout=60)

    def _messages(self) -> Iterator[UploadArtifactRequest]:
        first = UploadArtifactRequest(path="a.txt")
        first.body.data = b"first half, "
        yield first
        self._taken.set()
        self._rest.wait(60)
        second = UploadArtifactRequest()
        second.body.data = b"second half"
        yield second

    def go_on(self) -> None:
        self._rest.set()

    def close(self) -> None:
        self._rest.set()
        self._channel.close()


@contextmanager
def open_upload(server: ServerProcess) -> Iterator[OpenUpload]:
    upload = OpenUpload(server)
    try:
        yield upload
    finally:
        upload.close()


def refuses_connections(server: ServerProcess) -> bool:
    try:
        requests.get(f"{server.rest}/health", timeout=60)
    except requests.ConnectionError:
        return True
    return False


@WAYS
def test_open_call_is_finished(tmp_path: Path, way: tuple[str, ...]) -> None:
    with running_server(tmp_path, *way, "--drain-seconds", "60") as server, open_upload(server) as upload:
        server.process.send_signal(signal.SIGTERM)
        while not refuses_connections(server):
            assert server.process.poll() is None
        upload.go_on()
        upload.call.result(timeout=60)
        assert server.process.wait(60) == 0
    assert (tmp_path / "mlartifacts" / "a.txt").read_bytes() == b"first half, second half"


@WAYS
def test_call_that_outlasts_the_drain_is_ended_and_leaves_nothing(tmp_path: Path, way: tuple[str, ...]) -> None:
    with running_server(tmp_path, *way, "--drain-seconds", "0.2") as server, open_upload(server) as upload:
        assert server.terminate() == 0
        assert isinstance(upload.call.exception(timeout=60), grpc.RpcError)
    assert files_in(tmp_path / "mlartifacts") == []


@WAYS
def test_second_signal_ends_the_server_at_once(tmp_path: Path, way: tuple[str, ...]) -> None:
    with running_server(tmp_path, *way, "--drain-seconds", "3600") as server, open_upload(server):
        server.process.send_signal(signal.SIGINT)
        while not refuses_connections(server):
            assert server.process.poll() is None
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == -signal.SIGINT
