"""HTTP manners: statuses, bodies, methods, headers, errors (rest-facts §1 and §3)."""

from __future__ import annotations

import gzip
import json
import logging
import time
import zlib
from typing import Any

import pytest
from google.protobuf.message import Message

from support.rest_gateway import FakeBackend, GatewayThread, Serve
from trackwell.v1 import errors_pb2, metrics_pb2, runs_pb2
from trackwell_gateway.errors import HTTP_STATUSES, BackendError
from trackwell_gateway.limits import GatewayLimits

GZIPPED = gzip.compress(b"{}", mtime=0)
"""Without a time: it is part of the name of a case, which every process must find alike."""

METRIC = "/api/2.0/mlflow/runs/log-metric"
SEARCH = "/api/2.0/mlflow/experiments/search"
JSON = {"Content-Type": "application/json"}


def refuse(code: str, message: str, retry_after_s: float | None = None) -> Any:
    def answer(_: Message) -> Message:
        raise BackendError(code, message, retry_after_s)

    return answer


class TestRawRoutes:
    def test_health_of_a_gateway_without_its_service(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.unwell = BackendError("TEMPORARILY_UNAVAILABLE", "The service is away.", 1.0)
        answer = gateway.get("/health")
        assert (answer.status_code, answer.text) == (503, "The service is away.\n")
        assert answer.headers["Content-Type"].startswith("text/plain")
        backend.unwell = None
        assert gateway.get("/health").status_code == 200

    def test_health(self, gateway: GatewayThread) -> None:
        answer = gateway.get("/health")
        assert (answer.status_code, answer.text) == (200, "OK")
        assert answer.headers["Content-Type"].startswith("text/plain")

    def test_version_is_the_bare_text(self, gateway: GatewayThread) -> None:
        answer = gateway.get("/version")
        assert (answer.status_code, answer.text) == (200, "9.9.9")
        assert answer.headers["Content-Type"].startswith("text/plain")

    def test_server_info(self, serve: Serve) -> None:
        assert serve(store_type="FileStore").get("/api/3.0/mlflow/server-info").json() == {
            "store_type": "FileStore",
            "workspaces_enabled": False,
            "multipart_uploads_enabled": False,
            "multipart_downloads_enabled": False,
            "trackwell": {"version": "9.9.9"},
        }

    def test_server_info_offers_grpc_only_when_the_operator_did(self, serve: Serve) -> None:
        gateway = serve(advertised_grpc_address="h:5001", advertised_grpc_tls=True)
        own = gateway.get("/ajax-api/3.0/mlflow/server-info").json()["trackwell"]
        assert own == {"version": "9.9.9", "grpc_address": "h:5001", "grpc_tls": True}

    def test_openapi_describes_the_contract(self, gateway: GatewayThread) -> None:
        document = gateway.get("/openapi.json").json()
        assert document["openapi"].startswith("3.")
        assert METRIC in document["paths"]

    def test_metrics(self, serve: Serve, backend: FakeBackend) -> None:
        gateway = serve()
        backend.answers["LogMetric"] = refuse("RESOURCE_DOES_NOT_EXIST", "gone")
        gateway.get("/health")
        gateway.get("/a-path-of-the-caller's-choice")
        gateway.post(METRIC, {})
        answer = gateway.get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = answer.text.splitlines()
        assert 'trackwell_http_requests_total{endpoint="/health",status="200"} 1' in lines
        assert 'trackwell_http_requests_total{endpoint="LogMetric",status="404"} 1' in lines
        assert 'trackwell_http_requests_total{endpoint="unrouted",status="404"} 1' in lines
        assert 'trackwell_http_request_seconds_count{endpoint="LogMetric"} 1' in lines
        assert 'trackwell_http_request_seconds_bucket{endpoint="LogMetric",le="+Inf"} 1' in lines
        assert "trackwell_http_connections 1" in lines
        assert "caller" not in answer.text
        for line in lines:
            assert line.startswith("#") or len(line.split(" ")) == 2

    @pytest.mark.parametrize(
        "path", ["/api/2.0/mlflow/logged-models/search", "/ajax-api/2.0/mlflow/logged-models/search"]
    )
    def test_clients_of_mlflow_3_find_no_logged_models(self, gateway: GatewayThread, path: str) -> None:
        answer = gateway.post(path, {"experiment_ids": ["0"], "max_results": 50})
        assert (answer.status_code, answer.json()) == (200, {})
        assert gateway.post(path, data=b"{", headers=JSON).status_code == 400
        assert gateway.post(path, data=b"[]", headers=JSON).status_code == 400
        assert gateway.post(path, data=b"{}", headers={"Content-Type": "text/plain"}).status_code == 400
        assert gateway.post(path, data=b"", headers={"Content-Type": "application/x-protobuf"}).status_code == 400

    def test_metrics_can_be_switched_off(self, serve: Serve) -> None:
        assert serve(expose_metrics=False).get("/metrics").status_code == 404


class TestMissing:
    @pytest.mark.parametrize("path", ["/nope", "/api/2.0/mlflow/runs/create/", "/api", "/%2e%2e/etc", "/<script>"])
    def test_an_unknown_path_is_404_with_html(self, gateway: GatewayThread, path: str) -> None:
        answer = gateway.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.startswith("<!doctype html>")
        assert "script" not in answer.text
        assert "etc" not in answer.text

    @pytest.mark.parametrize(
        ("verb", "path", "allow"),
        [
            ("GET", METRIC, "OPTIONS, POST"),
            ("DELETE", SEARCH, "GET, HEAD, OPTIONS, POST"),
            ("POST", "/health", "GET, HEAD, OPTIONS"),
            ("POST", "/api/2.0/mlflow-artifacts/artifacts/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
            ("PATCH", METRIC, "OPTIONS, POST"),
        ],
    )
    def test_a_wrong_method_is_405_with_html(self, gateway: GatewayThread, verb: str, path: str, allow: str) -> None:
        answer = gateway.request(verb, path)
        assert answer.status_code == 405
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.headers["Allow"] == allow

    def test_options(self, gateway: GatewayThread) -> None:
        answer = gateway.request("OPTIONS", METRIC)
        assert (answer.status_code, answer.headers["Allow"], answer.content) == (204, "OPTIONS, POST", b"")
        assert gateway.request("OPTIONS", "/nope").status_code == 404

    @pytest.mark.parametrize("path", ["/health", SEARCH, "/openapi.json", "/api/3.0/mlflow/server-info"])
    def test_head_is_get_without_a_body(self, gateway: GatewayThread, path: str) -> None:
        got, head = gateway.get(path), gateway.request("HEAD", path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


class TestContentType:
    @pytest.mark.parametrize(
        "value",
        ["application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
         "Application/JSON", " application/json "],
    )  # fmt: skip
    def test_json(self, gateway: GatewayThread, value: str) -> None:
        raw = f"POST {METRIC} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {value}\r\n"
        answer = gateway.exchange(raw.encode() + b'Content-Length: 15\r\n\r\n{"run_id": "a"}')
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\n{}")

    @pytest.mark.parametrize("value", [None, "", "text/plain", "application/xml", "application/json+x", "json"])
    def test_others_and_none_are_refused(self, gateway: GatewayThread, backend: FakeBackend, value: str | None) -> None:
        headers = {} if value is None else {"Content-Type": value}
        answer = gateway.post(METRIC, data=b"{}", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
        assert "Content-Type" in answer.json()["message"]
        assert backend.calls == []

    @pytest.mark.parametrize("value", ["application/x-protobuf", "application/protobuf", "APPLICATION/X-PROTOBUF"])
    def test_protobuf_in_and_json_out(self, gateway: GatewayThread, backend: FakeBackend, value: str) -> None:
        message = metrics_pb2.LogMetricRequest(run_id="a", key="k", value=1.5)
        answer = gateway.post(METRIC, data=message.SerializeToString(), headers={"Content-Type": value})
        assert (answer.status_code, answer.json()) == (200, {})
        assert backend.last.request == message

    @pytest.mark.parametrize("body", [b"\xff", b"\x0a\x05ab", b"\x0a\x02\xff\xfe", b"{}" * 10])
    def test_malformed_protobuf_is_refused(self, gateway: GatewayThread, backend: FakeBackend, body: bytes) -> None:
        answer = gateway.post(METRIC, data=body, headers={"Content-Type": "application/x-protobuf"})
        assert answer.status_code == 400
        assert "trackwell.v1.LogMetricRequest" in answer.json()["message"]
        assert backend.calls == []

    @pytest.mark.parametrize(
        ("accept", "protobuf"),
        [("application/x-protobuf", True), ("application/json, application/x-protobuf;q=0.5", True),
         ("*/*", False), ("application/json", False), ("x-protobuf", False)],
    )  # fmt: skip
    def test_the_answer_s_form_follows_accept(self, gateway: GatewayThread, accept: str, protobuf: bool) -> None:
        answer = gateway.get(SEARCH, headers={"Accept": accept})
        wanted = "application/x-protobuf" if protobuf else "application/json"
        assert answer.headers["Content-Type"] == wanted

    def test_refusals_follow_accept_too(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.answers["LogMetric"] = refuse("RESOURCE_DOES_NOT_EXIST", "Run with id=a not found")
        answer = gateway.post(METRIC, {}, headers={"Accept": "application/x-protobuf"})
        assert answer.status_code == 404
        error = errors_pb2.Error.FromString(answer.content)
        assert error.error_code == errors_pb2.Error.RESOURCE_DOES_NOT_EXIST
        assert error.message == "Run with id=a not found"


class TestErrors:
    @pytest.mark.parametrize("code", [name for name in HTTP_STATUSES if name != "CODE_UNSPECIFIED"])
    def test_every_code_has_its_status(self, gateway: GatewayThread, backend: FakeBackend, code: str) -> None:
        backend.answers["LogMetric"] = refuse(code, "a sentence")
        answer = gateway.post(METRIC, {})
        assert answer.status_code == HTTP_STATUSES[code]
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {"error_code": code, "message": "a sentence"}
        assert "Retry-After" not in answer.headers

    @pytest.mark.parametrize(("given", "sent"), [(0.0, "1"), (0.2, "1"), (1.0, "1"), (1.2, "2"), (30, "30")])
    def test_a_hint_becomes_retry_after(
        self, gateway: GatewayThread, backend: FakeBackend, given: float, sent: str
    ) -> None:
        backend.answers["LogMetric"] = refuse("RESOURCE_EXHAUSTED", "full", given)
        answer = gateway.post(METRIC, {})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, sent)

    @pytest.mark.parametrize("code", ["CODE_UNSPECIFIED", "A_CODE_OF_TOMORROW"])
    def test_an_unknown_code_is_an_internal_error(
        self, gateway: GatewayThread, backend: FakeBackend, code: str
    ) -> None:
        backend.answers["LogMetric"] = refuse(code, "odd")
        answer = gateway.post(METRIC, {})
        assert (answer.status_code, answer.json()["error_code"]) == (500, "INTERNAL_ERROR")

    def test_a_fault_is_logged_and_not_told(
        self, gateway: GatewayThread, backend: FakeBackend, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fault(_: Message) -> Message:
            raise RuntimeError("the password is swordfish")

        backend.answers["LogMetric"] = fault
        with caplog.at_level(logging.ERROR):
            answer = gateway.post(METRIC, {})
        assert (answer.status_code, answer.json()["error_code"]) == (500, "INTERNAL_ERROR")
        assert "swordfish" not in answer.text
        incident = answer.json()["message"].rsplit(" ", 1)[1].rstrip(".")
        assert incident in caplog.text
        assert "swordfish" in caplog.text


class TestBodies:
    @pytest.mark.parametrize("body", [b"", b"{}", b"null", b'""'])
    def test_an_empty_body_is_an_empty_object(self, gateway: GatewayThread, backend: FakeBackend, body: bytes) -> None:
        assert gateway.post(METRIC, data=body, headers=JSON).status_code == 200
        assert backend.last.request == metrics_pb2.LogMetricRequest()

    @pytest.mark.parametrize("body", [b"{", b"nope", b'{"value":NaN}', b'{"value":1e999}', b'{"key":"\xff"}'])
    def test_an_unreadable_body_misses_its_first_parameter(
        self, gateway: GatewayThread, backend: FakeBackend, body: bytes
    ) -> None:
        answer = gateway.post(METRIC, data=body, headers=JSON)
        assert answer.status_code == 400
        message = answer.json()["message"]
        assert message.startswith("Missing value for required parameter 'run_id'.")
        assert "not valid JSON" in message
        assert backend.calls == []

    def test_an_unreadable_body_of_a_call_that_requires_nothing(
        self, gateway: GatewayThread, backend: FakeBackend
    ) -> None:
        answer = gateway.post(SEARCH, data=b"{", headers=JSON)
        assert answer.status_code == 400
        assert "not valid JSON" in answer.json()["message"]
        assert backend.calls == []

    def test_what_the_path_gives_is_not_missed(self, gateway: GatewayThread) -> None:
        answer = gateway.post("/api/2.0/mlflow-artifacts/mpu/create/a/b", data=b"{", headers=JSON)
        assert "'path'" in answer.json()["message"]

    @pytest.mark.parametrize("body", [b"[]", b"5", b'{"a":1,"a":1}'])
    def test_json_of_the_wrong_shape(self, gateway: GatewayThread, backend: FakeBackend, body: bytes) -> None:
        answer = gateway.post(METRIC, data=body, headers=JSON)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
        assert backend.calls == []

    def test_a_chunked_body(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        pieces = iter([b'{"run_id":', b'"a"', b"}"])
        assert gateway.post(METRIC, data=pieces, headers=JSON).status_code == 200
        assert backend.last.request == metrics_pb2.LogMetricRequest(run_id="a")

    @pytest.mark.parametrize(
        ("encoding", "compress"),
        [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress),
         ("identity", bytes)],
    )  # fmt: skip
    def test_compressed_bodies(
        self, gateway: GatewayThread, backend: FakeBackend, encoding: str, compress: Any
    ) -> None:
        body = compress(b'{"run_id":"a"}')
        answer = gateway.post(METRIC, data=body, headers={**JSON, "Content-Encoding": encoding})
        assert answer.status_code == 200, answer.text
        assert backend.last.request == metrics_pb2.LogMetricRequest(run_id="a")

    @pytest.mark.parametrize(
        ("encoding", "body", "status"),
        [
            ("gzip", b"{}", 400),
            ("gzip", GZIPPED[:-4], 400),
            ("gzip", GZIPPED + b"x", 400),
            ("gzip", GZIPPED * 2, 400),
            ("deflate", b"\x00", 400),
            ("br", b"{}", 415),
            ("gzip, gzip", gzip.compress(GZIPPED, mtime=0), 415),
        ],
    )
    def test_bad_compression(
        self, gateway: GatewayThread, backend: FakeBackend, encoding: str, body: bytes, status: int
    ) -> None:
        answer = gateway.post(METRIC, data=body, headers={**JSON, "Content-Encoding": encoding})
        assert answer.status_code == status
        assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
        assert backend.calls == []

    def test_a_large_body_that_is_allowed(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        params = [{"key": f"k{n}", "value": "v" * 60_000} for n in range(100)]
        assert gateway.post("/api/2.0/mlflow/runs/log-batch", {"run_id": "a", "params": params}).status_code == 200
        assert backend.last.request == runs_pb2.LogBatchRequest(
            run_id="a", params=[runs_pb2.Param(**param) for param in params]
        )


class TestRequestIds:
    @pytest.mark.parametrize("value", ["a", "x" * 128, "550e8400-e29b-41d4-a716-446655440000", "!~ %"])
    def test_one_is_passed_on_and_sent_back(self, gateway: GatewayThread, backend: FakeBackend, value: str) -> None:
        answer = gateway.post(METRIC, {}, headers={"X-Request-Id": value})
        assert answer.status_code == 200
        assert answer.headers["X-Request-Id"] == value
        assert backend.last.context.request_id == value

    @pytest.mark.parametrize("value", ["", "x" * 129, "é".encode("latin-1"), b"a\tb"])
    def test_others_are_refused(self, gateway: GatewayThread, backend: FakeBackend, value: str | bytes) -> None:
        answer = gateway.post(METRIC, {}, headers={"X-Request-Id": value})
        assert answer.status_code == 400
        assert "X-Request-Id" in answer.json()["message"]
        assert backend.calls == []

    def test_none_stays_none(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        assert "X-Request-Id" not in gateway.post(METRIC, {}).headers
        assert backend.last.context.request_id is None

    def test_refusals_carry_it_too(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        backend.answers["LogMetric"] = refuse("RESOURCE_DOES_NOT_EXIST", "gone")
        assert gateway.post(METRIC, {}, headers={"X-Request-Id": "a"}).headers["X-Request-Id"] == "a"


class TestContext:
    def test_every_call_has_a_deadline(self, serve: Serve, backend: FakeBackend) -> None:
        gateway = serve(limits=GatewayLimits(request_timeout_s=7.0))
        before = time.monotonic()
        gateway.post(METRIC, {})
        deadline = backend.last.context.deadline
        assert deadline is not None
        assert before + 7.0 <= deadline <= time.monotonic() + 7.0

    def test_authorization_travels_along(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        gateway.post(METRIC, {}, headers={"Authorization": "Bearer t", "Cookie": "c"})
        assert backend.last.context.metadata == {"authorization": "Bearer t"}
        gateway.post(METRIC, {})
        assert backend.last.context.metadata == {}


class TestQueries:
    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("run_id=a&run_id=b", 400),
            ("run_id=a&runId=b", 400),
            ("runId=a", 200),
            ("run_id=%ff", 400),
            ("run_id=%ed%a0%80", 400),
            ("&".join(f"x{n}=1" for n in range(1000)), 200),
            ("&".join(f"x{n}=1" for n in range(1001)), 400),
            ("run_id", 200),
            ("&&&", 200),
            ("=a", 200),
        ],
    )
    def test_shapes(self, gateway: GatewayThread, query: str, status: int) -> None:
        assert gateway.get("/api/2.0/mlflow/runs/get", params=query).status_code == status

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("max_results=x", "Invalid value \"x\" for parameter 'max_results' supplied: It must be an integer"),
            ("max_results=", "Invalid value \"\" for parameter 'max_results'"),
            ("max_results=1.5", "Invalid value \"1.5\" for parameter 'max_results'"),
            ("max_results=9223372036854775808", "for parameter 'max_results'"),
            ("view_type=BOGUS", "Invalid value \"BOGUS\" for parameter 'view_type' supplied: It must be one of"),
            ("view_type=7", "for parameter 'view_type'"),
        ],
    )
    def test_bad_values(self, gateway: GatewayThread, query: str, message: str) -> None:
        answer = gateway.get(SEARCH, params=query)
        assert answer.status_code == 400
        assert message in answer.json()["message"]

    @pytest.mark.parametrize(
        ("query", "run_id"),
        [("run_id=a+b", "a b"), ("run_id=a%2Bb", "a+b"), ("run_id=%2525", "%25"), ("run_id=a%26b", "a&b"),
         ("run_id=a;b", "a;b"), ("run_id=%E5%90%8D", "名"), ("run_id=", ""), ("run_id=a=b", "a=b")],
    )  # fmt: skip
    def test_values_are_decoded_once(
        self, gateway: GatewayThread, backend: FakeBackend, query: str, run_id: str
    ) -> None:
        raw = f"GET /api/2.0/mlflow/runs/get?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert gateway.exchange(raw.encode()).startswith(b"HTTP/1.1 200")
        assert backend.last.request == runs_pb2.GetRunRequest(run_id=run_id)

    def test_request_lines_are_long(self, gateway: GatewayThread, backend: FakeBackend) -> None:
        ids = [f"{n:032x}" for n in range(100)]
        query = "&".join(f"run_id={run_id}" for run_id in ids) + "&metric_key=" + "k" * 10_000
        answer = gateway.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", params=query)
        assert answer.status_code == 200
        request = backend.last.request
        assert isinstance(request, metrics_pb2.GetMetricHistoryBulkRequest)
        assert list(request.run_id) == ids
        assert len(request.metric_key) == 10_000


def test_json_answers_are_compact_and_carry_their_length(gateway: GatewayThread, backend: FakeBackend) -> None:
    backend.answers["CreateRun"] = lambda _: runs_pb2.CreateRunResponse(
        run=runs_pb2.Run(info=runs_pb2.RunInfo(run_id="é"))
    )
    answer = gateway.post("/api/2.0/mlflow/runs/create", {})
    assert (
        answer.content == json.dumps({"run": {"info": {"run_id": "é"}}}, ensure_ascii=False).replace(" ", "").encode()
    )
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Date"].endswith("GMT")
    assert "Transfer-Encoding" not in answer.headers
