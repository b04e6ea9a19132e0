"""Who may ask: the Host allow-list and the origin rules (security principle P6)."""

from __future__ import annotations

import hashlib

import pytest
from google.api import httpbody_pb2

from support.rest_gateway import FakeBackend, GatewayThread, Serve
from trackwell.v1 import artifacts_pb2
from trackwell_gateway.config import GatewayConfig

METRIC = "/api/2.0/mlflow/runs/log-metric"


def status(gateway: GatewayThread, host: str | None, path: str = "/api/2.0/mlflow/experiments/search") -> int:
    line = b"" if host is None else b"Host: " + host.encode() + b"\r\n"
    answer = gateway.exchange(b"GET " + path.encode() + b" HTTP/1.1\r\n" + line + b"Connection: close\r\n\r\n")
    return int(answer.split()[1])


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:5000", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:5000"],
)
def test_local_hosts_pass(gateway: GatewayThread, host: str) -> None:
    assert status(gateway, host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
     "[::2]", "localhost@evil.example", "evil.example#localhost", "", ":80", "[", "localhost evil"],
)  # fmt: skip
def test_other_hosts_are_refused(gateway: GatewayThread, backend: FakeBackend, host: str) -> None:
    assert status(gateway, host) in (400, 403)
    assert backend.calls == []


def test_a_refused_host_is_told_what_to_do_and_not_repeated(gateway: GatewayThread) -> None:
    answer = gateway.get("/api/2.0/mlflow/experiments/search", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert answer.json()["error_code"] == "PERMISSION_DENIED"
    assert "--allowed-hosts" in answer.json()["message"]
    assert "evil" not in answer.text


def test_a_missing_host_is_refused(gateway: GatewayThread) -> None:
    assert status(gateway, None) == 400


@pytest.mark.parametrize("path", ["/health", "/version"])
def test_load_balancers_need_no_known_host(gateway: GatewayThread, path: str) -> None:
    assert status(gateway, "10.1.2.3", path) == 200


def test_the_host_of_an_absolute_target_must_be_ours_too(gateway: GatewayThread) -> None:
    path = "/api/2.0/mlflow/experiments/search"
    assert status(gateway, "localhost", f"http://localhost{path}") == 200
    assert status(gateway, "localhost", f"http://evil.example{path}") == 403
    assert status(gateway, "localhost", f"ftp://localhost{path}") == 404


@pytest.mark.parametrize(
    ("host", "expected"),
    [("tracking.example", 200), ("TRACKING.example:80", 200), ("a.ml.example", 200), ("a.b.ml.example:1", 200),
     ("ml.example", 403), ("xml.example", 403), ("evil-ml.example", 403), ("other.example", 403)],
)  # fmt: skip
def test_the_operator_adds_hosts(serve: Serve, host: str, expected: int) -> None:
    assert status(serve(allowed_hosts=("tracking.example", "*.ml.example")), host) == expected


def test_the_operator_may_allow_every_host(serve: Serve) -> None:
    assert status(serve(allowed_hosts=("*",)), "anything.example") == 200


@pytest.mark.parametrize(("host", "expected"), [("10.0.0.1:5000", 200), ("[fe80::1]", 200), ("evil.example", 403)])
def test_listening_everywhere_allows_addresses_but_no_names(serve: Serve, host: str, expected: int) -> None:
    assert status(serve(host="0.0.0.0"), host) == expected  # noqa: S104  # the test is about this


SAME = "http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 200),
        ({"Origin": SAME}, 200),
        ({"Origin": "https://127.0.0.1:{port}"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": SAME, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://localhost:{port}"}, 403),
        ({"Origin": "http://127.0.0.1:{port}.evil.example"}, 403),
        ({"Origin": "http://[evil"}, 403),
        ({"Origin": "file://127.0.0.1:{port}"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_state_changing_calls_come_from_here(
    gateway: GatewayThread, backend: FakeBackend, headers: dict[str, str], expected: int
) -> None:
    given = {name: value.replace("{port}", str(gateway.port)) for name, value in headers.items()}
    assert gateway.post(METRIC, {}, headers=given).status_code == expected
    assert len(backend.calls) == (expected == 200)


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
def test_artifact_writes_are_guarded_too(gateway: GatewayThread, backend: FakeBackend, verb: str) -> None:
    path = "/api/2.0/mlflow-artifacts/artifacts/a"
    assert gateway.request(verb, path, headers={"Origin": "http://evil.example"}).status_code == 403
    assert backend.calls == []
    assert backend.uploads == []


def test_reading_needs_no_origin(gateway: GatewayThread) -> None:
    answer = gateway.get("/api/2.0/mlflow/experiments/search", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx",
     "text/json", "application/json, text/plain", ""],
)  # fmt: skip
def test_cross_site_forms_cannot_reach_a_call(gateway: GatewayThread, backend: FakeBackend, content_type: str) -> None:
    answer = gateway.post(METRIC, data=b'{"run_id":"a"}', headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "Content-Type" in answer.json()["message"]
    assert backend.calls == []


def test_allowed_origins_may_call_and_read(serve: Serve, backend: FakeBackend) -> None:
    gateway = serve(cors_allowed_origins=("https://ui.example",))
    for origin, expected in (("https://ui.example", 200), ("https://UI.example", 200), ("https://x.example", 403)):
        answer = gateway.post(METRIC, {}, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == expected
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if expected == 200 else None)
    assert len(backend.calls) == 2
    answer = gateway.get("/api/2.0/mlflow/experiments/search")
    assert answer.headers["Vary"] == "Origin"


def test_preflight(serve: Serve) -> None:
    gateway = serve(cors_allowed_origins=("https://ui.example",))
    asked = {"Access-Control-Request-Method": "POST"}
    allowed = gateway.request("OPTIONS", METRIC, headers={"Origin": "https://ui.example", **asked})
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://ui.example"
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in allowed.headers["Access-Control-Allow-Headers"]
    refused = gateway.request("OPTIONS", METRIC, headers={"Origin": "https://x.example", **asked})
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_every_answer_forbids_guessing_and_framing(gateway: GatewayThread) -> None:
    for path in ("/health", "/nope", "/api/2.0/mlflow/experiments/search", METRIC, "/metrics"):
        headers = gateway.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "SAMEORIGIN", path
        assert headers["Server"] == "trackwell", path


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_the_operator_may_switch_the_checks_off(serve: Serve, host: str) -> None:
    gateway = serve(check_callers=False)
    assert status(gateway, host) == 200
    answer = gateway.post(METRIC, {}, headers={"Origin": "http://evil.example", "Host": host})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert status(gateway, None) == 400


@pytest.mark.parametrize(("option", "expected"), [("SAMEORIGIN", "SAMEORIGIN"), ("DENY", "DENY"), ("NONE", None)])
@pytest.mark.parametrize(
    "path",
    ["/api/2.0/mlflow/experiments/search", "/health", "/nowhere", "/api/2.0/mlflow/runs/get?run_id=%ff",
     "/api/2.0/mlflow/metrics/get-history?run_id=r&metric_key=k", "/get-artifact?run_id=r&path=a"],
)  # fmt: skip
def test_frames(serve: Serve, backend: FakeBackend, path: str, option: str, expected: str | None) -> None:
    file = [
        artifacts_pb2.DownloadArtifactResponse(
            info=artifacts_pb2.ArtifactInfo(size_bytes=1, content_type="text/plain")
        ),
        artifacts_pb2.DownloadArtifactResponse(body=httpbody_pb2.HttpBody(data=b"x")),
        artifacts_pb2.DownloadArtifactResponse(sha256=hashlib.sha256(b"x").hexdigest()),
    ]
    backend.streams["DownloadArtifact"] = lambda _: iter(file)
    backend.streams["GetSeries"] = lambda _: iter(())
    answer = serve(frame_options=option).get(path)
    assert answer.headers.get("X-Frame-Options") == expected
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_frames_of_another_word_are_refused() -> None:
    with pytest.raises(ValueError, match=r"SAMEORIGIN, DENY, NONE, got 'ALLOW'"):
        GatewayConfig(frame_options="ALLOW")
