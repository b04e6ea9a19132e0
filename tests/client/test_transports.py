"""What goes over the wire: credentials, TLS, foreign servers, odd answers (rest-facts §1, §2, §15)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
import trustme

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow._convert import metrics
from mlflow._transport.contract import rpcs
from mlflow._transport.credentials import Credentials, stored_version
from mlflow._transport.uris import Door, door_of, redacted
from mlflow.entities import Metric
from mlflow.exceptions import RestException
from mlflow.store.artifact.proxy import ProxyArtifactRepository
from mlflow.tracking import _state
from support.flaky_doors import flaky_grpc
from support.foreign_server import Foreign, Request, foreign_server
from support.mlflow_server import Server, mlflow_server
from trackwell.v1 import metrics_pb2


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with foreign_server() as server:
        yield server


def test_requests_to_a_foreign_server(foreign: Foreign) -> None:
    client = MlflowClient(foreign.url + "/prefix/")
    client.log_metric("r", "m", float("nan"), timestamp=1690000000000, step=-1)
    client.log_batch("r", metrics=[Metric("m", 0.5, 1, 2)])
    [one, batch] = foreign.seen
    assert (one.verb, one.path) == ("POST", "/prefix/api/2.0/mlflow/runs/log-metric")
    assert one.headers["Content-Type"] == "application/json"
    assert one.headers["User-Agent"] == f"mlflow-python-client/{mlflow.__version__}"
    assert one.headers["X-MLflow-Client-Version"] == mlflow.__version__
    assert "X-Request-Id" not in one.headers
    assert (one.json["key"], one.json["value"]) == ("m", "NaN")
    assert (int(one.json["timestamp"]), int(one.json["step"])) == (1690000000000, -1)
    assert batch.json["metrics"][0]["value"] == 0.5
    assert batch.headers["Content-Type"] == "application/json"


def test_queries_to_a_foreign_server(foreign: Foreign) -> None:
    foreign.answer = lambda _: (200, b'{"run": {"info": {"run_uuid": "r", "status": "FINISHED", "surprise": 1}}}')
    run = MlflowClient(foreign.url).get_run("r&x=ü")
    assert (run.info.run_id, run.info.status, run.data.metrics) == ("r", "FINISHED", {})
    assert foreign.seen[0].query == {"run_id": ["r&x=ü"], "run_uuid": ["r&x=ü"]}


def test_numbers_of_a_foreign_server(foreign: Foreign) -> None:
    answer = {
        "metrics": [
            {"key": "m", "value": "NaN", "timestamp": "5", "step": "7"},
            {"key": "m", "value": 1, "timestamp": 6},
            {"key": "m", "value": "-Infinity", "timestamp": 7, "step": -1},
        ]
    }
    foreign.answer = lambda _: (200, json.dumps(answer).encode())
    [first, *rest] = MlflowClient(foreign.url).get_metric_history("r", "m")
    assert (first.value != first.value, first.timestamp, first.step) == (True, 5, 7)
    assert rest == [Metric("m", 1.0, 6, 0), Metric("m", float("-inf"), 7, -1)]


def test_histories_of_a_foreign_server_come_in_pages(foreign: Foreign) -> None:
    def answer(request: Request) -> tuple[int, bytes]:
        token = request.query.get("page_token", ["0"])[0]
        page: dict[str, object] = {"metrics": [{"key": "m", "value": 1.0, "timestamp": int(token)}]}
        if token != "2":
            page["next_page_token"] = str(int(token) + 1)
        return 200, json.dumps(page).encode()

    foreign.answer = answer
    assert [point.timestamp for point in MlflowClient(foreign.url).get_metric_history("r", "m")] == [0, 1, 2]


def test_a_file_of_a_foreign_server(foreign: Foreign) -> None:
    foreign.answer = lambda _: (200, b"0123456789")
    repository = ProxyArtifactRepository("mlflow-artifacts:/x y", foreign.url)
    assert b"".join(repository.read("f %.txt")) == b"0123456789"
    assert foreign.seen[0].path == "/api/2.0/mlflow-artifacts/artifacts/x%20y/f%20%25.txt"


@pytest.mark.parametrize(
    ("status", "body", "code", "refusal"),
    [
        (400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "bad"}', "INVALID_PARAMETER_VALUE", True),
        (500, b'{"error_code": "INTERNAL_ERROR", "message": "broken"}', "INTERNAL_ERROR", True),
        (404, b"<html>nothing here</html>", "ENDPOINT_NOT_FOUND", False),
        (401, b"", "UNAUTHENTICATED", False),
        (403, b'{"error": "no"}', "PERMISSION_DENIED", False),
        (418, b"[]", "BAD_REQUEST", False),
        (501, b'"text"', "NOT_IMPLEMENTED", False),
    ],
)
def test_errors_of_a_foreign_server(foreign: Foreign, status: int, body: bytes, code: str, refusal: bool) -> None:
    foreign.answer = lambda _: (status, body)
    with pytest.raises(MlflowException) as failed:
        MlflowClient(foreign.url).get_run("r")
    assert (failed.value.error_code, isinstance(failed.value, RestException)) == (code, refusal)
    assert len(foreign.seen) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (415, b"<html></html>"),
        (400, b'{"error_code": "BAD_REQUEST", "message": "Content-Type must be one of [application/json]."}'),
        (400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid content-type."}'),
    ],
)
def test_a_server_that_no_longer_reads_protobuf(foreign: Foreign, status: int, body: bytes) -> None:
    protobuf = "application/x-protobuf"
    speaks = [True]

    def answer(request: Request) -> tuple[int, bytes]:
        if speaks[0]:
            return 200, b""
        return (status, body) if request.headers["Content-Type"] == protobuf else (200, b"{}")

    foreign.answer = answer
    foreign.headers = lambda _: {"Content-Type": protobuf if speaks[0] else "application/json"}
    client = MlflowClient(foreign.url)
    for _ in range(2):
        client.set_tag("r", "k", "v")
    speaks[0] = False
    for _ in range(2):
        client.set_tag("r", "k", "v")
    forms = [request.headers["Content-Type"] for request in foreign.seen]
    assert forms == ["application/json", protobuf, protobuf, "application/json", "application/json"]


def test_another_refusal_is_not_sent_again_in_another_form(foreign: Foreign) -> None:
    foreign.answer = lambda _: (200, b"")
    foreign.headers = lambda _: {"Content-Type": "application/x-protobuf"}
    client = MlflowClient(foreign.url)
    client.set_tag("r", "k", "v")
    foreign.headers = lambda _: {}
    foreign.answer = lambda _: (400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "bad key"}')
    with pytest.raises(RestException, match="bad key"):
        client.set_tag("r", "k", "v")
    assert len(foreign.seen) == 2


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"[1]", b'{"run": 7}'])
def test_answers_that_are_no_answers(foreign: Foreign, body: bytes) -> None:
    foreign.answer = lambda _: (200, body)
    with pytest.raises(MlflowException, match="Check that the tracking URI names a tracking server"):
        MlflowClient(foreign.url).get_run("r")


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"metrics": [{"key": "m"}]}', b'{"metrics": [{"value": "x"}]}'])
def test_histories_that_are_none(foreign: Foreign, body: bytes) -> None:
    foreign.answer = lambda _: (200, body)
    with pytest.raises(MlflowException, match="no metric history"):
        MlflowClient(foreign.url).get_metric_history("r", "m")


def test_what_only_grpc_can_do(foreign: Foreign) -> None:
    with pytest.raises(MlflowException, match="Name the metric keys"):
        list(metrics.chunks(_state.transport(foreign.url), ["r"], []))
    with pytest.raises(MlflowException, match="LogSeries is served over gRPC only"):
        _state.transport(foreign.url).unary(
            "/trackwell.v1.MetricService/LogSeries", metrics_pb2.LogSeriesRequest(), metrics_pb2.LogSeriesResponse
        )


BASIC = "Basic " + base64.b64encode("ann:päss".encode()).decode()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"USERNAME": "ann"}, None),
        ({"TOKEN": "t"}, "Bearer t"),
        ({"USERNAME": "ann", "PASSWORD": "päss"}, BASIC),
        ({"USERNAME": "ann", "PASSWORD": "päss", "TOKEN": "t"}, BASIC),
        ({"USERNAME": "ann", "TOKEN": "t"}, "Bearer t"),
    ],
)
def test_credentials_reach_the_server(
    foreign: Foreign, environment: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(f"MLFLOW_TRACKING_{name}", value)
    MlflowClient(foreign.url).log_param("r", "k", "v")
    assert foreign.seen[0].headers.get("Authorization") == expected


def test_credentials_in_the_url_are_used_and_never_shown(foreign: Foreign) -> None:
    url = foreign.url.replace("http://", "http://ann:p%C3%A4ss@")
    client = MlflowClient(url)
    client.log_param("r", "k", "v")
    assert foreign.seen[0].headers["Authorization"] == BASIC
    foreign.answer = lambda _: (404, b"")
    with pytest.raises(MlflowException) as failed:
        client.get_run("r")
    assert "ann" not in str(failed.value)
    assert "ann" not in repr(client)


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://u:p@h:1/db", "postgresql://h:1/db"),
        ("http://ann:pa/ss@host:5000/x", "http://host:5000/x"),
        ("http://ann:pa[ss@host", "http://host"),
        ("mysql://ada@corp:a?b#c@db/mlflow?charset=x", "mysql://db/mlflow?charset=x"),
        ("postgresql://h/db?user=u&password=se@cret&x=1", "postgresql://h/db?user=u&password=***&x=1"),
        ("http://host:5000/path?a=b", "http://host:5000/path?a=b"),
        ("sqlite:////tmp/a:b@c.db", "sqlite:////tmp/a:b@c.db"),
        ("databricks://profile", "databricks://profile"),
        ("./mlruns@home", "./mlruns@home"),
    ],
)
def test_credentials_are_not_shown(uri: str, shown: str) -> None:
    assert redacted(uri) == shown


@pytest.mark.parametrize("uri", ["a\0b", b"./mlruns", 5, PureWindowsPath("C:/runs")])
def test_what_is_no_uri_is_refused_at_once(uri: Any) -> None:
    before = mlflow.get_tracking_uri()
    for use in (mlflow.set_tracking_uri, MlflowClient):
        with pytest.raises(MlflowException, match="is no tracking URI") as refusal:
            use(uri)
        assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
    assert mlflow.get_tracking_uri() == before


def test_credentials_reach_a_grpc_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    with flaky_grpc(server.grpc) as door:
        MlflowClient(door.uri).get_experiment("0")
        assert door.authorizations == ["Bearer secret"]
        monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "fresh")
        MlflowClient(door.uri).get_experiment("0")
        assert door.authorizations == ["Bearer secret", "Bearer fresh"]
    assert "secret" not in repr(Credentials.from_environment())


def test_credentials_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert stored_version() is None
    assert Credentials.from_environment().authorization is None
    (tmp_path / ".mlflow").mkdir()
    stored = tmp_path / ".mlflow/credentials"
    stored.write_text("[mlflow]\nmlflow_tracking_username = ann\nmlflow_tracking_password = p%%x\n", encoding="utf-8")
    assert stored_version() is not None
    assert Credentials.from_environment().authorization == "Basic " + base64.b64encode(b"ann:p%%x").decode()
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "other")
    assert Credentials.from_environment().authorization == "Basic " + base64.b64encode(b"ann:other").decode()
    stored.write_text("nonsense", encoding="utf-8")
    with pytest.raises(MlflowException, match="is no INI file"):
        Credentials.from_environment()


def test_contradicting_tls_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", "x.pem")
    with pytest.raises(MlflowException, match="contradict each other"):
        Credentials.from_environment()
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "maybe")
    with pytest.raises(MlflowException, match="must be one of true, false"):
        Credentials.from_environment()


@dataclass(frozen=True)
class Tls:
    """A server with TLS on both doors, and the authority to trust."""

    server: Server
    authority: str


@contextmanager
def _tls_files(folder: Path) -> Iterator[tuple[str, str, str]]:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    paths = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(str(paths[0]))
    certificate.cert_chain_pems[0].write_to_path(str(paths[1]))
    certificate.private_key_pem.write_to_path(str(paths[2]))
    yield str(paths[0]), str(paths[1]), str(paths[2])


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tls]:
    folder = tmp_path_factory.mktemp("tls")
    with (
        _tls_files(folder) as (authority, certificate, key),
        mlflow_server(folder, "--tls-cert", certificate, "--tls-key", key) as running,
    ):
        yield Tls(Server(running.grpc.replace("grpc:", "grpcs:"), running.rest), authority)


@pytest.mark.slow
def test_tls(tls: Tls, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert tls.server.rest.startswith("https://")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    for uri in (tls.server.grpc, tls.server.rest):
        monkeypatch.delenv("MLFLOW_TRACKING_SERVER_CERT_PATH", raising=False)
        with pytest.raises(MlflowException) as failed:
            MlflowClient(uri).get_experiment("0")
        assert failed.value.error_code == "TEMPORARILY_UNAVAILABLE"
        monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", tls.authority)
        client = MlflowClient(uri)
        run_id = client.create_run("0").info.run_id
        client.log_text(run_id, "over TLS", "f.txt")
        mlflow.set_tracking_uri(uri)
        assert mlflow.artifacts.load_text(f"runs:/{run_id}/f.txt") == "over TLS"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")  # as it should
def test_insecure_tls(tls: Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    assert MlflowClient(tls.server.rest).get_experiment("0").experiment_id == "0"
    with pytest.raises(MlflowException, match="cannot be used with grpcs"):
        MlflowClient(tls.server.grpc).get_experiment("0")


@pytest.mark.parametrize("variable", ["SERVER_CERT_PATH", "CLIENT_CERT_PATH"])
def test_certificates_that_cannot_be_read(variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"MLFLOW_TRACKING_{variable}", str(tmp_path / "never.pem"))
    for uri in ("grpcs://localhost:1", "https://localhost:1"):
        with pytest.raises(MlflowException, match=f"MLFLOW_TRACKING_{variable} names cannot be read"):
            MlflowClient(uri).get_run("r")


@pytest.mark.parametrize(
    ("uri", "door"),
    [
        ("grpc://h:1", Door.GRPC),
        ("GRPCS://h:1", Door.GRPC),
        ("http://h", Door.REST),
        ("https://h/p", Door.REST),
        ("sqlite:///x.db", Door.IN_PROCESS),
        ("postgresql+psycopg://h/db", Door.IN_PROCESS),
        ("memory:", Door.IN_PROCESS),
        ("", Door.IN_PROCESS),
        ("./mlruns", Door.IN_PROCESS),
        ("./a:b", Door.IN_PROCESS),
        ("file:///x/mlruns", Door.IN_PROCESS),
    ],
)
def test_which_door_a_uri_names(uri: str, door: Door) -> None:
    assert door_of(uri) is door


@pytest.mark.parametrize("uri", ["C:\\mlruns", "C:/x"])
def test_paths_of_another_system_are_refused_with_a_way_out(uri: str) -> None:
    with pytest.raises(MlflowException, match="path of Windows") as refused:
        MlflowClient(uri).get_run("r")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "sqlite:///" in str(refused.value)


@pytest.mark.parametrize("form", ["{0}/runs", "file:{0}/runs", "file://{0}/runs", "runs", "./runs", "file:runs"])
def test_folders_hold_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """rest-facts §11: the path and file URIs name one folder."""
    monkeypatch.chdir(tmp_path)
    client = MlflowClient(form.format(tmp_path))
    run_id = client.create_run("0").info.run_id
    client.log_metric(run_id, "m", 0.5, step=3)
    assert MlflowClient(str(tmp_path / "runs")).get_run(run_id).data.metrics == {"m": 0.5}
    assert (tmp_path / "runs/0" / run_id / "metrics/m").read_text().endswith(" 0.5 3\n")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("ftp://h/x", "the scheme 'ftp'"),
        ("ftp://u:secret@h/x", "the scheme 'ftp'"),
        ("grpc://h", "host and port are needed"),
        ("grpc://:5", "host and port are needed"),
        ("grpc://h:99999", "no gRPC address"),
        ("grpc://h:1/path", "nothing but host and port"),
        ("grpc://u:secret@h:1", "nothing but host and port"),
        ("http://", "a host is needed"),
        ("http://h?x=1", "no query or fragment"),
        ("http://h:port", "no server's address"),
        ("mssql+asyncodbc://u:secret@h/db", "driver 'asyncodbc' of mssql"),
        ("sqlite:////proc/never/x.db", "."),
    ],
)
def test_uris_that_lead_nowhere(uri: str, message: str) -> None:
    with pytest.raises(MlflowException, match=message) as refused:
        MlflowClient(uri).get_run("r")
    assert "secret" not in str(refused.value)


def test_the_default_tracking_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mlflow.get_tracking_uri() == (tmp_path / "mlruns").as_uri()
    monkeypatch.setenv("MLFLOW_TRACKING_DIR", str(tmp_path / "elsewhere"))
    assert mlflow.get_tracking_uri() == (tmp_path / "elsewhere").as_uri()
    assert not mlflow.is_tracking_uri_set()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://from-environment")
    assert (mlflow.get_tracking_uri(), mlflow.is_tracking_uri_set()) == ("http://from-environment", True)
    mlflow.set_tracking_uri("http://set")
    assert mlflow.get_tracking_uri() == mlflow.tracking.get_tracking_uri() == "http://set"
    assert mlflow.get_registry_uri() == "http://set"
    mlflow.set_registry_uri("http://registry")
    assert mlflow.get_registry_uri() == MlflowClient().registry_uri == "http://registry"
    mlflow.set_tracking_uri(tmp_path / "a b")
    assert mlflow.get_tracking_uri() == (tmp_path / "a b").as_uri()
    mlflow.set_tracking_uri("")
    assert not mlflow.is_tracking_uri_set()


@pytest.mark.parametrize("absolute", [False, True])
def test_a_path_object_is_a_folder(tmp_path: Path, absolute: bool) -> None:
    """A folder of that name, whatever the name would mean as a URI."""
    path = Path("sqlite:", "runs #1%20?")
    mlflow.set_tracking_uri(tmp_path / path if absolute else path)
    with mlflow.start_run() as run:
        mlflow.log_metric("m", 1)
        mlflow.log_text("x", "a.txt")
    assert (tmp_path / path / "0" / run.info.run_id / "metrics/m").exists()
    client = MlflowClient(tmp_path / path)
    assert client.get_run(run.info.run_id).data.metrics == {"m": 1.0}
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["a.txt"]
    program = f"import mlflow; mlflow.MlflowClient().set_tag({run.info.run_id!r}, 'child', 1)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd="/", timeout=120)
    assert client.get_run(run.info.run_id).data.tags["child"] == "1"


def test_every_unary_rpc_over_rest_has_a_path() -> None:
    """What the client calls over REST is exactly what the contract binds."""
    bound = {name for name, rpc in rpcs().items() if rpc.http is not None}
    grpc_only = {name.rpartition("/")[2] for name in rpcs() if name not in bound}
    assert grpc_only == {"DownloadArtifacts", "LogSeries", "GetSeries", "LogStream", "Watch"}
    needing_ids = {name.rpartition("/")[2] for name, rpc in rpcs().items() if not rpc.repeatable}
    assert {"CreateExperiment", "CreateRun", "DeleteTag", "UpdateExperiment"} <= needing_ids
    assert not {"LogMetric", "LogBatch", "SetTag", "GetRun"} & needing_ids
