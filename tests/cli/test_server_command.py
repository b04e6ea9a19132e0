"""`mlflow server` as an operator meets it: doors, settings and their refusals, exit codes."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
import requests
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from support.certificates import self_signed
from support.doors.base import Api
from support.doors.grpc import GrpcDoor
from support.mlflow_command import invoke as command
from support.ports import free_port
from support.server_process import environment, mlflow, running_server
from trackwell_service.config import DATABASE_POOL_SIZE, VARIABLES

MEMORY = ("--backend-store-uri", "memory:")


def words(text: str) -> str:
    """The text in one line, since the terminal's width breaks it anywhere."""
    return re.sub(r"\s+", " ", text)


def health(channel: grpc.Channel) -> Any:
    """The health service, whose types know no methods."""
    return HealthStub(channel)


def get_experiment(rest: str, **options: Any) -> requests.Response:
    return requests.get(f"{rest}/api/2.0/mlflow/experiments/get?experiment_id=0", timeout=60, **options)


def test_version(tmp_path: Path) -> None:
    done = subprocess.run(
        mlflow("--version"), cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert re.fullmatch(r"mlflow, version \d+\.\d+\.\d+\n", done.stdout)
    assert done.stderr == ""


def test_help_names_the_commands() -> None:
    done = command("--help")
    assert done.exit_code == 0
    for name in ("server", "ui", "db"):
        assert re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", ["server", "ui"])
def test_help_of_the_server_groups_options_and_names_their_variables(name: str) -> None:
    done = command(name, "--help")
    assert done.exit_code == 0
    sections = re.findall(r"^(\S.*):$", done.stdout, re.MULTILINE)
    assert sections[:5] == ["Storage", "REST door", "gRPC door", "TLS", "Process"]
    for variable in VARIABLES.values():
        assert f"env var: {variable}" in words(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--backend-store-uri", "file://host/mlruns"), "names a host"),
        (("--backend-store-uri", "C:/mlruns"), "is a path of Windows"),
        (("--backend-store-uri", "oracle+cx://u:secret@h/d"), "names no kind of store"),
        (("--backend-store-uri", "http://localhost:5000"), "names another tracking server"),
        ((*MEMORY, "--port", "65536"), "65536 is not in the range 0<=x<=65535"),
        ((*MEMORY, "--port", "65535"), "no port after 65535"),
        ((*MEMORY, "--port", "x"), "'x' is not a valid integer"),
        ((*MEMORY, "--static-prefix", "mlflow"), "must start with '/'"),
        ((*MEMORY, "--static-prefix", "/mlflow/"), "not end with it"),
        ((*MEMORY, "--tls-cert", __file__), "--tls-cert and --tls-key belong together"),
        ((*MEMORY, "--tls-cert", "nowhere.pem", "--tls-key", __file__), "'nowhere.pem' does not exist"),
        ((*MEMORY, "--grpc-client-ca", __file__), "--grpc-client-ca needs TLS"),
        ((*MEMORY, "--grpc-only", "--gateway-only"), "leave no door open"),
        (("--gateway-only",), "--gateway-only needs --grpc-target"),
        ((*MEMORY, "--grpc-target", "h:1"), "add --gateway-only"),
        ((*MEMORY, "--gateway-only", "--grpc-target", "h:1"), "--gateway-only has no storage"),
        (("--gateway-only", "--grpc-target", "h:1", "--grpc-port", "5001"), "leave out --grpc-port"),
        ((*MEMORY, "--access-log", "-", "--no-access-log"), "contradict"),
        (("--gateway-only", "--grpc-target", "h"), "'h' is no address"),
        (("--gateway-only", "--grpc-target", "::1:5001"), "'::1:5001' is no address"),
        ((*MEMORY, "--grpc-listen", "h:99999"), "'h:99999' is no address"),
        ((*MEMORY, "--advertise-grpc", "5001"), "'5001' is no address"),
        ((*MEMORY, "--cors-allowed-origins", "ui.example.org"), "'ui.example.org'"),
        ((*MEMORY, "--workers", "0"), "0 is not in the range"),
        (("--workers", "1000"), "1000 is not in the range 1<=x<=256"),
        ((*MEMORY, "--workers", "2"), "a store in memory belongs to one process"),
        (("--workers", "2", "--grpc-listen", "unix:/run/t.sock"), "no socket like unix:/run/t.sock"),
        ((*MEMORY, "--nonsense"), "No such option"),
        ((*MEMORY, "--app-name", "basic-auth"), "'basic-auth': there are no apps to choose from"),
        ((*MEMORY, "--artifacts-only", "--no-serve-artifacts"), "leave nothing to serve"),
        ((*MEMORY, "--x-frame-options", "ALLOW"), "'ALLOW' is not one of"),
        ((*MEMORY, "--artifact-location-max-length", "2049"), "2049 is not in the range 1<=x<=2048"),
    ],
)
def test_unusable_options_are_refused(arguments: tuple[str, ...], expected: str) -> None:
    done = command("server", *arguments)
    assert done.exit_code == 2, done.output
    assert expected in words(done.stderr)
    assert "secret" not in done.stderr
    assert done.stdout == ""


def test_unreadable_variable_is_refused_by_name() -> None:
    done = command("server", **{VARIABLES["port"]: "many"})
    assert done.exit_code == 2
    assert VARIABLES["port"] in done.stderr


def test_unreadable_pool_size_is_refused_by_name() -> None:
    done = command("server", *MEMORY, **{DATABASE_POOL_SIZE: "0"})
    assert done.exit_code == 2
    assert f"{DATABASE_POOL_SIZE} is '0'" in words(done.stderr)


def failed_start(folder: Path, *options: str) -> str:
    """What a server says that cannot start."""
    done = subprocess.run(
        mlflow("server", *options),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return words(done.stderr)


@pytest.mark.parametrize("taken", ["--port", "--grpc-port"])
def test_port_in_use_ends_the_command(tmp_path: Path, taken: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        ports = {"--port": "0", "--grpc-port": "0"} | {taken: port}
        said = failed_start(tmp_path, *MEMORY, *(part for pair in ports.items() for part in pair))
    assert f"cannot listen on 127.0.0.1:{port}" in said


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b"no database" * 1000), "is not a database"),
    ],
)
def test_unusable_database_ends_the_command(tmp_path: Path, make: Callable[[Path], object], expected: str) -> None:
    make(tmp_path / "store.db")
    assert expected in failed_start(tmp_path, "--port", "0", "--backend-store-uri", "sqlite:///store.db")


def test_both_doors_lead_to_one_store(tmp_path: Path) -> None:
    with running_server(tmp_path, "--backend-store-uri", "sqlite:///store.db") as server:
        door = GrpcDoor(server.grpc)
        created = Api(door)("CreateExperiment", name="by gRPC").experiment_id
        door.close()
        found = requests.get(
            f"{server.rest}/api/2.0/mlflow/experiments/get-by-name", params={"experiment_name": "by gRPC"}, timeout=60
        )
        assert found.json()["experiment"]["experiment_id"] == created
        assert requests.get(f"{server.rest}/health", timeout=60).text == "OK"
        ready = json.loads((tmp_path / "ready.json").read_text())
        assert ready == {"pid": server.process.pid, "rest": server.rest, "grpc": [server.grpc]}
        assert server.terminate() == 0
        shown = server.log()
    assert f"REST  {server.rest}\ngRPC  {server.grpc}\n" in shown
    assert (tmp_path / "store.db").exists()


def test_settings_may_come_from_the_environment_and_options_win(tmp_path: Path) -> None:
    variables = {VARIABLES["backend_store_uri"]: "memory:", VARIABLES["static_prefix"]: "/env"}
    with running_server(tmp_path, **variables) as server:
        assert server.rest.endswith("/env")
        assert get_experiment(server.rest).status_code == 200
    with running_server(tmp_path, "--static-prefix", "/option", **variables) as server:
        assert server.rest.endswith("/option")


def test_options_of_other_servers_are_accepted_with_a_note(tmp_path: Path) -> None:
    given = ("--gunicorn-opts", "--timeout 60", "--registry-store-uri", "sqlite:///r.db")
    with running_server(tmp_path, *MEMORY, *given) as server:
        assert get_experiment(server.rest).status_code == 200
        shown = words(server.log())
    for note in (
        "--gunicorn-opts has no effect",
        "--registry-store-uri has no effect",
    ):
        assert f"Note: {note}" in shown


def test_variables_of_other_servers_are_accepted_with_a_note(tmp_path: Path) -> None:
    variables = {VARIABLES["gunicorn_opts"]: "--timeout 60", "MLFLOW_SQLALCHEMYSTORE_POOLCLASS": "NullPool"}
    with running_server(tmp_path, *MEMORY, **variables) as server:
        shown = words(server.log())
    assert "Note: --gunicorn-opts has no effect" in shown
    assert "Note: MLFLOW_SQLALCHEMYSTORE_POOLCLASS has no effect" in shown


def test_artifacts_only(tmp_path: Path) -> None:
    """rest-facts §3 and §9."""
    with running_server(tmp_path, "--artifacts-only", "--backend-store-uri", "sqlite:///store.db") as server:
        file = f"{server.rest}/api/2.0/mlflow-artifacts/artifacts/a/model.txt"
        assert requests.put(file, data=b"weights", timeout=60).status_code == 200
        assert requests.get(file, timeout=60).content == b"weights"
        closed = get_experiment(server.rest)
        assert (closed.status_code, "--artifacts-only" in closed.text) == (503, True)
        door = GrpcDoor(server.grpc)
        assert "--artifacts-only" in Api(door).refused("NOT_IMPLEMENTED", "GetExperiment", experiment_id="0")
        door.close()
        assert server.terminate() == 0
        assert "Note: --backend-store-uri has no effect" in words(server.log())
    assert (tmp_path / "mlartifacts/a/model.txt").read_bytes() == b"weights"
    assert not (tmp_path / "store.db").exists()


def test_security_options_reach_the_gateway(tmp_path: Path) -> None:
    foreign = {"Host": "evil.example", "Origin": "http://evil.example"}
    with running_server(tmp_path, *MEMORY) as server:
        guarded = get_experiment(server.rest, headers=foreign)
        assert guarded.status_code == 403
        assert guarded.headers["X-Frame-Options"] == "SAMEORIGIN"
    given = ("--disable-security-middleware", "--x-frame-options", "deny", "--allowed-hosts", "a.example")
    with running_server(tmp_path, *MEMORY, *given) as server:
        opened = get_experiment(server.rest, headers=foreign)
        assert opened.status_code == 200
        assert opened.headers["X-Frame-Options"] == "DENY"
        shown = words(server.log())
    assert "Note: --disable-security-middleware: neither Host nor Origin is checked" in shown
    assert "Note: --allowed-hosts has no effect" in shown


def test_dev_shows_calls_and_the_contract(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--dev") as server:
        door = GrpcDoor(server.grpc)
        Api(door)("GetExperiment", experiment_id="0")
        door.close()
        with grpc.insecure_channel(server.grpc) as channel:
            wanted = ServerReflectionRequest(list_services="")
            stub: Any = ServerReflectionStub
            described = next(iter(stub(channel).ServerReflectionInfo(iter([wanted]), timeout=60)))
        assert server.terminate() == 0
        shown = server.log()
    assert "trackwell.v1.RunService" in {service.name for service in described.list_services_response.service}
    assert '"method":"/trackwell.v1.ExperimentService/GetExperiment"' in shown.replace(": ", ":")


def test_grpc_only(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--grpc-only") as server:
        assert server.rest == ""
        with grpc.insecure_channel(server.grpc) as channel:
            answer = health(channel).Check(HealthCheckRequest(), timeout=60)
        assert answer.status == HealthCheckResponse.SERVING
        assert server.terminate() == 0


def test_gateway_of_its_own_passes_calls_on(tmp_path: Path) -> None:
    folders = [tmp_path / "service", tmp_path / "gateway"]
    for folder in folders:
        folder.mkdir()
    with running_server(folders[0], *MEMORY, "--grpc-only") as service:
        with running_server(folders[1], "--gateway-only", "--grpc-target", service.grpc) as gateway:
            assert gateway.grpc == ""
            assert get_experiment(gateway.rest).json()["experiment"]["name"] == "Default"
            missing = requests.get(f"{gateway.rest}/api/2.0/mlflow/runs/get?run_id=none", timeout=60)
            assert (missing.status_code, missing.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
            assert gateway.terminate() == 0
        assert service.terminate() == 0


def test_tls_at_both_doors(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "server")
    given = ("--tls-cert", str(certificate), "--tls-key", str(key), "--host", "localhost")
    with running_server(tmp_path, *MEMORY, *given) as server:
        assert server.rest.startswith("https://localhost:")
        assert get_experiment(server.rest, verify=str(certificate)).status_code == 200
        credentials = grpc.ssl_channel_credentials(certificate.read_bytes())
        with grpc.secure_channel(server.grpc, credentials) as channel:
            health(channel).Check(HealthCheckRequest(), timeout=60)


def test_gateway_reaches_a_target_with_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "server")
    folders = [tmp_path / "service", tmp_path / "gateway"]
    for folder in folders:
        folder.mkdir()
    tls = ("--grpc-tls-cert", str(certificate), "--grpc-tls-key", str(key), "--host", "localhost")
    with running_server(folders[0], *MEMORY, "--grpc-only", *tls) as service:
        target = ("--grpc-target", service.grpc, "--grpc-target-ca", str(certificate))
        with running_server(folders[1], "--gateway-only", *target) as gateway:
            assert gateway.rest.startswith("http://")
            assert get_experiment(gateway.rest).status_code == 200


def test_advertised_address_is_told_to_rest_clients(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--advertise-grpc", "tracking.example.org:443") as server:
        info = requests.get(f"{server.rest}/api/3.0/mlflow/server-info", timeout=60).json()
    assert info["trackwell"]["grpc_address"] == "tracking.example.org:443"


def test_long_values_are_cut_unless_refusing_is_asked_for(tmp_path: Path) -> None:
    for option, status in (("--truncate-long-values", 200), ("--refuse-long-values", 400)):
        with running_server(tmp_path, *MEMORY, option) as server:
            base = f"{server.rest}/api/2.0/mlflow/runs"
            run = requests.post(f"{base}/create", json={"experiment_id": "0"}, timeout=60).json()["run"]["info"][
                "run_id"
            ]
            body = {"run_id": run, "key": "k", "value": "v" * 6001}
            assert requests.post(f"{base}/log-parameter", json=body, timeout=60).status_code == status


def test_numbers_of_both_doors_are_shown(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY) as server:
        door = GrpcDoor(server.grpc)
        Api(door)("GetExperiment", experiment_id="0")
        door.close()
        text = requests.get(f"{server.rest}/metrics", timeout=60).text
    assert 'trackwell_rpc_calls_total{method="trackwell.v1.ExperimentService/GetExperiment",code="OK"} 1\n' in text
    assert "trackwell_http_requests_total" in text


def test_access_log_of_both_doors(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--access-log", "calls.jsonl") as server:
        door = GrpcDoor(server.grpc)
        Api(door).under("id-1")("GetExperiment", experiment_id="0")
        door.close()
        answer = get_experiment(server.rest, headers={"X-Request-Id": "id-2"})
        requests.get(f"{server.rest}/nowhere?token=secret", timeout=60)
        assert server.terminate() == 0
    text = (tmp_path / "calls.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["door"], line["method"], line["code"], line.get("request_id")) for line in lines] == [
        ("grpc", "/trackwell.v1.ExperimentService/GetExperiment", "OK", "id-1"),
        ("rest", "GET /api/2.0/mlflow/experiments/get", "200", "id-2"),
        ("rest", "GET /nowhere", "404", None),
    ]
    assert lines[1]["sent_bytes"] == len(answer.content)
    assert lines[1]["peer"] == "127.0.0.1"
    assert "secret" not in text


def test_access_log_without_a_file_is_standard_error(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--access-log", "--drain-seconds", "1") as server:
        get_experiment(server.rest)
        assert server.terminate() == 0
    assert '"method":"GET /api/2.0/mlflow/experiments/get"' in server.log()


def test_no_access_log_for_developers_who_want_none(tmp_path: Path) -> None:
    with running_server(tmp_path, *MEMORY, "--dev", "--no-access-log") as server:
        get_experiment(server.rest)
        assert server.terminate() == 0
    assert '"door"' not in server.log()


def test_access_log_of_a_gateway_alone(tmp_path: Path) -> None:
    options = ("--gateway-only", "--grpc-target", f"127.0.0.1:{free_port()}", "--access-log", "calls.jsonl")
    with running_server(tmp_path, *options) as server:
        assert requests.get(f"{server.rest}/health", timeout=60).status_code == 503
        assert server.terminate() == 0
    (line,) = (json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines())
    assert (line["method"], line["code"]) == ("GET /health", "503")
