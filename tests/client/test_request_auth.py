"""Authentication of each request: plugins and AWS signatures (rest-facts §15)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.auth import SigV4Auth  # type: ignore[import-untyped]  # has no types of its own
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # has no types of its own
from botocore.credentials import Credentials  # type: ignore[import-untyped]  # has no types of its own

from mlflow import MlflowClient, MlflowException
from mlflow._transport import request_auth
from support.flaky_doors import Door, HttpRequest, flaky_grpc, flaky_rest
from support.mlflow_server import Server

KEY, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI", "eu-west-1"


@pytest.fixture(params=["grpc", "rest"])
def door(request: pytest.FixtureRequest, server: Server) -> Iterator[Door]:
    with flaky_grpc(server.grpc) if request.param == "grpc" else flaky_rest(server.rest) as opened:
        yield opened


@pytest.fixture
def rest_door(server: Server) -> Iterator[Door]:
    with flaky_rest(server.rest) as opened:
        yield opened


def _install(monkeypatch: pytest.MonkeyPatch, name: str, auth: object) -> None:
    class Provider:
        def get_name(self) -> str:
            return f"{name} by its name"

        def get_auth(self) -> object:
            return auth

    monkeypatch.setitem(sys.modules, "their_plugin", SimpleNamespace(Provider=Provider))
    found = [
        EntryPoint(name, "their_plugin:Provider", request_auth.ENTRY_POINT_GROUP),
        EntryPoint("broken", "their_plugin:Missing", request_auth.ENTRY_POINT_GROUP),
    ]
    monkeypatch.setattr(metadata, "entry_points", lambda group: found)


def _authorizations(door: Door) -> list[str | None]:
    return [*door.authorizations, *(request.headers.get("authorization") for request in door.requests)]


@pytest.mark.parametrize("name", ["corp", "corp by its name"])
def test_a_plugin_is_asked_for_each_request(door: Door, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = iter(["first", "second", "third"])

    def auth(request: Any) -> Any:
        assert request.method in ("GET", "POST")
        assert request.url.startswith("http://127.0.0.1:")
        request.headers["Authorization"] = f"Corp {next(tokens)}"
        return request

    _install(monkeypatch, "corp", auth)
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", name)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "loses")
    client = MlflowClient(door.uri)
    client.get_experiment("0")
    client.get_experiment("0")
    assert _authorizations(door) == ["Corp first", "Corp second"]


def test_a_plugin_may_give_user_and_password(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "corp", ("ann", "secret"))
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "corp")
    MlflowClient(door.uri).get_experiment("0")
    assert _authorizations(door) == ["Basic YW5uOnNlY3JldA=="]


def test_a_plugin_may_answer_with_another_request(rest_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "corp", lambda request: SimpleNamespace(headers={"X-Corp": request.method}))
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "corp")
    MlflowClient(rest_door.uri).get_experiment("0")
    assert rest_door.requests[0].headers["x-corp"] == "GET"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", r"'missing', which is not installed\. Installed: corp by its name"),
        ("broken", "'broken' for authentication cannot be loaded"),
        ("corp", "gave a float"),
    ],
)
def test_plugins_that_cannot_be_used(name: str, message: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, "corp", 1.5)
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", name)
    with pytest.raises(MlflowException, match=message):
        MlflowClient(server.rest).get_experiment("0")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("MLFLOW_TRACKING_AWS_SIGV4", "true")


def _signature_of(request: HttpRequest, base_url: str) -> str:
    """The signature that the service would compute for what has arrived."""
    authorization = request.headers["authorization"]
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    signed = AWSRequest(
        request.verb, base_url + request.path, {name: request.headers[name] for name in names}, request.body
    )
    signed.context["timestamp"] = request.headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEY, SECRET), "execute-api", REGION)
    signature: str = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    return signature


def test_requests_are_signed_for_aws(rest_door: Door, aws: None, tmp_path: Path) -> None:
    """Those with a query, a body, and a body which is streamed."""
    client = MlflowClient(rest_door.uri)
    run_id = client.create_run("0", tags={"ü": "ä b"}).info.run_id
    client.get_run(run_id)
    (tmp_path / "f.bin").write_bytes(b"content" * 1000)
    client.log_artifact(run_id, tmp_path / "f.bin")
    assert {request.verb for request in rest_door.requests} == {"POST", "GET", "PUT"}
    for request in rest_door.requests:
        authorization = request.headers["authorization"]
        assert authorization.startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
        assert f"/{REGION}/execute-api/aws4_request" in authorization
        assert authorization.endswith(f"Signature={_signature_of(request, rest_door.uri)}")


def test_a_signature_wins_over_a_plugin(rest_door: Door, aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_AUTH", "missing")
    MlflowClient(rest_door.uri).get_experiment("0")
    assert rest_door.requests[0].headers["authorization"].startswith("AWS4")


def test_what_a_signature_needs(server: Server, aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MlflowException, match="signs HTTP requests"):
        MlflowClient(server.grpc).get_experiment("0")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(MlflowException, match="no AWS credentials were found"):
        MlflowClient(server.rest).get_experiment("0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # settings which differ open a new transport
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(MlflowException, match="Set AWS_DEFAULT_REGION"):
        MlflowClient(server.rest).get_experiment("0")
    monkeypatch.setitem(sys.modules, "botocore.auth", None)
    with pytest.raises(MlflowException, match=r"Install trackwell\[s3\]"):
        MlflowClient(server.rest).get_experiment("0")
