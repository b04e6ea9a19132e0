"""The gateway before the real service: in its process, and as a process of its own would be, over gRPC."""

from __future__ import annotations

import hashlib
import math
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from support.folders import contents_of, files_in
from support.loop_thread import TIMEOUT_S, hosted
from support.rest_gateway import GatewayThread, read_all, running_gateway
from trackwell.v1 import metrics_pb2, runs_pb2
from trackwell_gateway.app import GatewayConfig
from trackwell_gateway.backends.grpc import GrpcBackend
from trackwell_gateway.backends.inprocess import InProcessBackend
from trackwell_gateway.json_codec import JsonCodec
from trackwell_service.config import GrpcConfig, ServiceConfig
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.rpc.server import GrpcServer
from trackwell_service.service import Service, open_service

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
PROTOBUF = {"Accept": "application/x-protobuf"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on a store in memory, with its artifacts in a folder of the test."""
    opened = open_service(ServiceConfig(backend_store_uri="memory:", artifacts_destination=str(tmp_path / "artifacts")))
    yield opened
    opened.close()


@pytest.fixture(params=["inprocess", "grpc"])
def rest(request: pytest.FixtureRequest, service: Service) -> Iterator[GatewayThread]:
    """A gateway before the service."""
    config = GatewayConfig(port=0)
    if request.param == "inprocess":
        cores: list[AsyncCore] = []

        def in_process() -> InProcessBackend:
            cores.append(AsyncCore(service.core))
            return InProcessBackend(cores[0], service.run_texts)

        with running_gateway(in_process, config) as gateway:
            yield gateway
        cores[0].close()
        return

    @asynccontextmanager
    async def grpc_door() -> AsyncIterator[int]:
        core = AsyncCore(service.core)
        server = await GrpcServer.start(core, GrpcConfig(addresses=("127.0.0.1:0",)))
        yield server.ports[0]
        core.drain()
        await server.stop(0)
        core.close()

    with hosted(grpc_door) as port:
        dialled: list[GrpcBackend] = []

        def over_grpc() -> GrpcBackend:
            dialled.append(GrpcBackend(f"127.0.0.1:{port}"))
            return dialled[0]

        with running_gateway(over_grpc, config) as gateway:
            yield gateway
            gateway.run(dialled[0].close())


@pytest.fixture
def run_id(rest: GatewayThread) -> str:
    """A run in the default experiment."""
    answer = rest.post(f"{API}/runs/create", {"experiment_id": "0", "start_time": 0})
    assert answer.status_code == 200, answer.text
    made: str = answer.json()["run"]["info"]["run_id"]
    return made


def log(rest: GatewayThread, run_id: str, points: list[tuple[Any, int, int]], key: str = "loss") -> None:
    metrics = [{"key": key, "value": value, "timestamp": at, "step": step} for value, at, step in points]
    answer = rest.post(f"{API}/runs/log-batch", {"run_id": run_id, "metrics": metrics})
    assert answer.status_code == 200, answer.text


class TestHistory:
    POINTS = (("NaN", 1, -1), (0.5, 1, 0), ("Infinity", 2, 1), ("-Infinity", 3, 2**63 - 1), (-0.25, 4, -(2**63)))

    def test_columns_and_messages_tell_the_same(self, rest: GatewayThread, run_id: str) -> None:
        log(rest, run_id, list(self.POINTS))
        asked = {"run_id": run_id, "metric_key": "loss"}
        from_columns = rest.get(f"{API}/metrics/get-history", params=asked).json()
        from_messages = metrics_pb2.GetMetricHistoryResponse.FromString(
            rest.get(f"{API}/metrics/get-history", params=asked, headers=PROTOBUF).content
        )
        assert list(from_columns) == ["metrics"]
        told = [(point["value"], point["timestamp"], point["step"]) for point in from_columns["metrics"]]
        words = {math.inf: "Infinity", -math.inf: "-Infinity"}
        messages = [
            ("NaN" if math.isnan(one.value) else words.get(one.value, one.value), one.timestamp, one.step)
            for one in from_messages.metrics
        ]
        assert told == messages == sorted(self.POINTS, key=lambda point: point[1:])

    @pytest.mark.parametrize("page_size", [1, 2, 3, 100])
    def test_pages_join_to_the_whole(self, rest: GatewayThread, run_id: str, page_size: int) -> None:
        log(rest, run_id, list(self.POINTS))
        asked = {"run_id": run_id, "metric_key": "loss", "max_results": str(page_size)}
        whole = rest.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "loss"}).json()
        points: list[Any] = []
        pages = 0
        while True:
            page = rest.get(f"{API}/metrics/get-history", params=asked).json()
            assert len(page["metrics"]) <= page_size
            points += page["metrics"]
            pages += 1
            if "next_page_token" not in page:
                break
            asked["page_token"] = page["next_page_token"]
        assert points == whole["metrics"]
        assert pages == -(-len(points) // page_size)

    def test_a_token_of_one_door_is_good_at_the_other(self, rest: GatewayThread, run_id: str) -> None:
        log(rest, run_id, list(self.POINTS))
        asked = {"run_id": run_id, "metric_key": "loss", "max_results": "2"}
        token = rest.get(f"{API}/metrics/get-history", params=asked).json()["next_page_token"]
        answer = rest.get(f"{API}/metrics/get-history", params={**asked, "page_token": token}, headers=PROTOBUF)
        assert answer.status_code == 200, answer.content
        second = metrics_pb2.GetMetricHistoryResponse.FromString(answer.content)
        assert [one.timestamp for one in second.metrics] == [2, 3]

    def test_an_unknown_key_is_empty(self, rest: GatewayThread, run_id: str) -> None:
        answer = rest.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "none"})
        assert (answer.status_code, answer.json()) == (200, {})

    @pytest.mark.parametrize("token", ["", "x", "0" * 5000, "é"])
    def test_forged_tokens_are_refused(self, rest: GatewayThread, run_id: str, token: str) -> None:
        log(rest, run_id, list(self.POINTS))
        answer = rest.get(
            f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "loss", "page_token": token}
        )
        assert answer.status_code == (200 if token == "" else 400), answer.text

    def test_a_long_history(self, rest: GatewayThread, run_id: str) -> None:
        for start in range(0, 20_000, 1000):
            log(rest, run_id, [(float(n), n, n) for n in range(start, start + 1000)])
        answer = rest.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "loss"})
        assert [point["step"] for point in answer.json()["metrics"]] == list(range(20_000))


def test_search_pages_are_the_messages(rest: GatewayThread, run_id: str) -> None:
    log(rest, run_id, [(0.5, 1, 0), ("NaN", 1, 0)])
    rest.post(f"{API}/runs/set-tag", {"run_id": run_id, "key": "k", "value": '\u2028é"}],'})
    asked = {"experiment_ids": ["0"]}
    for _ in range(2):
        as_json = rest.post(f"{API}/runs/search", asked).json()
        as_message = runs_pb2.SearchRunsResponse.FromString(
            rest.post(f"{API}/runs/search", asked, headers=PROTOBUF).content
        )
        (run,) = as_json["runs"]
        assert run == rest.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]
        assert {tag["key"]: tag["value"] for tag in run["data"]["tags"]} == {
            tag.key: tag.value for tag in as_message.runs[0].data.tags
        }
        # A change shows at once, whatever is cached.
        rest.post(f"{API}/runs/set-tag", {"run_id": run_id, "key": "k", "value": "other"})


def test_search_pages_have_the_bytes_of_the_messages_as_json(rest: GatewayThread, run_id: str) -> None:
    """ADR 0017: whoever makes the JSON, here or behind gRPC, pages are the same to the byte, and so are their ends."""
    log(rest, run_id, [(0.1, 1, 0), ("NaN", 2, 1)])
    for count in range(3):
        made = {"experiment_id": "0", "start_time": count + 1, "run_name": f"é{count}", "user_id": '"'}
        rest.post(f"{API}/runs/create", made)
    codec = JsonCodec()
    asked: dict[str, Any] = {"experiment_ids": ["0"], "max_results": 3}
    for has_more in (True, False):
        as_json = rest.post(f"{API}/runs/search", asked).content
        as_message = rest.post(f"{API}/runs/search", asked, headers=PROTOBUF).content
        page = runs_pb2.SearchRunsResponse.FromString(as_message)
        assert as_json == codec.encode(page)
        assert page.HasField("next_page_token") == has_more
        asked["page_token"] = page.next_page_token
    lines = rest.get("/metrics").text.splitlines()
    assert {"trackwell_fragment_cache_misses 4", "trackwell_fragment_cache_hits 0"} <= set(lines)


def test_a_retry_under_one_request_id_is_answered_alike(rest: GatewayThread) -> None:
    answers = [
        rest.post(f"{API}/experiments/create", {"name": "digits"}, headers={"X-Request-Id": "one"}) for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["experiment_id"] for answer in answers}) == 1
    other = rest.post(f"{API}/experiments/create", {"name": "digits"}, headers={"X-Request-Id": "two"})
    assert (other.status_code, other.json()["error_code"]) == (400, "RESOURCE_ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("path", "document", "message"),
    [
        ("runs/log-metric", {}, "Missing value for required parameter 'run_id'."),
        ("runs/log-metric", {"run_id": "", "key": "k"}, "Missing value for required parameter 'run_id'."),
        ("runs/log-metric", {"run_uuid": "r", "key": ""}, "Missing value for required parameter 'key'."),
        ("runs/log-batch", {"run_id": "r", "metrics": [{"key": "k", "timestamp": 1}]}, "'metrics[0].value'"),
        ("runs/log-batch", {"run_id": "r", "params": [{"value": "v"}]}, "'params[0].key'"),
        ("runs/log-batch", {"run_id": "r", "tags": [{"key": "k"}, {"key": ""}]}, "'tags[1].key'"),
        ("runs/search", {"max_results": 0}, "max_results"),
        ("runs/update", {"run_id": "r", "status": "STATUS_UNSPECIFIED"}, "status"),
    ],
)  # fmt: skip
def test_refusals_of_the_service(rest: GatewayThread, path: str, document: Any, message: str) -> None:
    answer = rest.post(f"{API}/{path}", document)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert message in answer.json()["message"]


class TestArtifacts:
    DATA = bytes(range(256)) * 5000

    def put(self, rest: GatewayThread, path: str, data: Any) -> None:
        answer = rest.request("PUT", f"{FILES}/{path}", data=data)
        assert (answer.status_code, answer.json()) == (200, {}), answer.text

    def test_there_and_back(self, rest: GatewayThread) -> None:
        self.put(rest, "1/a%20b/c.bin", self.DATA)
        whole = rest.get(f"{FILES}/1/a%20b/c.bin")
        assert whole.content == self.DATA
        assert whole.headers["Content-Type"] == "application/octet-stream"
        tag = whole.headers["ETag"]
        part = rest.get(f"{FILES}/1/a%20b/c.bin", headers={"Range": "bytes=-7", "If-Range": tag})
        assert (part.status_code, part.content) == (206, self.DATA[-7:])
        assert rest.get(f"{FILES}/1/a%20b/c.bin", headers={"If-None-Match": tag}).status_code == 304
        self.put(rest, "1/a%20b/c.bin", b"other")
        again = rest.get(f"{FILES}/1/a%20b/c.bin", headers={"If-None-Match": tag, "Range": "bytes=0-1"})
        assert (again.status_code, again.content) == (206, b"ot")
        assert again.headers["ETag"] != tag

    def test_an_empty_file(self, rest: GatewayThread) -> None:
        self.put(rest, "e", b"")
        assert rest.get(f"{FILES}/e").content == b""
        assert rest.request("HEAD", f"{FILES}/e").headers["Content-Length"] == "0"

    def test_listing_and_deleting(self, rest: GatewayThread) -> None:
        self.put(rest, "1/x/a.txt", b"aa")
        self.put(rest, "1/b.txt", (piece for piece in (b"b", b"bb")))
        listed = rest.get(FILES, params={"path": "1"}).json()
        assert listed == {"files": [{"path": "b.txt", "is_dir": False, "file_size": 3}, {"path": "x", "is_dir": True}]}
        assert rest.get(FILES, params={"path": "none"}).json() == {}
        assert rest.request("DELETE", f"{FILES}/1/x").json() == {}
        assert rest.request("DELETE", f"{FILES}/1/x").json() == {}
        assert [one["path"] for one in rest.get(FILES, params={"path": "1"}).json()["files"]] == ["b.txt"]
        assert rest.get(f"{FILES}/1/x/a.txt").status_code == 404

    def test_files_of_a_run(self, rest: GatewayThread, run_id: str) -> None:
        ui = "/ajax-api/2.0/mlflow/upload-artifact"
        assert rest.post(ui, data=b"{}", params={"run_uuid": run_id, "path": "m/MLmodel"}).status_code == 200
        answer = rest.get("/get-artifact", params={"run_id": run_id, "path": "m/MLmodel"})
        assert (answer.content, answer.headers["Content-Type"].split(";")[0]) == (b"{}", "text/plain")
        listed = rest.get(f"{API}/artifacts/list", params={"run_id": run_id, "path": "m"}).json()
        assert listed["files"] == [{"path": "m/MLmodel", "is_dir": False, "file_size": 2}]
        assert rest.get("/get-artifact", params={"run_id": run_id, "path": "none"}).status_code == 404
        assert rest.get("/get-artifact", params={"run_id": "0" * 32, "path": "a"}).status_code == 404

    @pytest.mark.parametrize("declared", [True, False])
    def test_a_sender_that_hangs_up_leaves_nothing(self, rest: GatewayThread, tmp_path: Path, declared: bool) -> None:
        self.put(rest, "1/kept", b"before")
        length = "Content-Length: 2000000" if declared else "Transfer-Encoding: chunked"
        body = self.DATA if declared else b"%x\r\n" % len(self.DATA) + self.DATA + b"\r\n"
        for name in ("kept", "new"):
            with rest.connect() as connection:
                head = f"PUT {FILES}/1/{name} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n"
                connection.sendall(head.encode() + body)
                connection.shutdown(socket.SHUT_WR)
                assert b" 200 " not in read_all(connection)
        rest.run(rest.gateway.stop(TIMEOUT_S))
        # Over gRPC the service learns of it a moment later.
        end_s = time.monotonic() + TIMEOUT_S
        while len(files_in(tmp_path)) > 1 and time.monotonic() < end_s:
            time.sleep(0.02)
        assert [(Path(name).name, data) for name, data in contents_of(tmp_path).items()] == [("kept", b"before")]

    def test_a_wrong_checksum_stores_nothing(self, rest: GatewayThread) -> None:
        right = hashlib.sha256(self.DATA).hexdigest()
        wrong = rest.request("PUT", f"{FILES}/1/f", data=self.DATA, params={"sha256": "0" * 64})
        assert (wrong.status_code, wrong.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
        assert rest.get(f"{FILES}/1/f").status_code == 404
        assert rest.request("PUT", f"{FILES}/1/f", data=self.DATA, params={"sha256": right}).status_code == 200

    @pytest.mark.parametrize(
        "path",
        ["..%2f..%2fx", "%252E%252E%252Fetc", "%25252E%25252E%25252Fetc", "..%5C..%5Cx", "../../../tmp/x",
         "%2Fetc%2Fpasswd", "C:/Windows/win.ini", "a%00b", "a%23b", "a//b", "./a", ""],
    )  # fmt: skip
    @pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
    def test_paths_that_lead_out_are_refused(self, rest: GatewayThread, tmp_path: Path, verb: str, path: str) -> None:
        # A large body: the refusal has to come through while it is still being sent.
        answer = rest.request(verb, f"{FILES}/{path}", data=self.DATA if verb == "PUT" else None)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
        assert not files_in(tmp_path)
