"""docs/operations.md: servers behind the reverse proxies whose configuration stands there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from mlflow.tracking.client import MlflowClient
from support.backends import scratch_folder
from support.certificates import self_signed
from support.ports import free_port
from support.server_process import ServerProcess, running_server
from support.server_programs import find_program, give_away, missing, start_program
from trackwell_service.rpc.servicers import SERVICES

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
ADDRESSES = ("10.0.0.11", "10.0.0.12")
"""Of the two servers in the documented configurations."""

PUBLIC_HOST = "mlflow.example.org"
START_TIMEOUT_S = 60.0

MAIN = """
daemon off;
worker_processes 1;
error_log stderr;
pid nginx.pid;
events {{ }}
http {{
    access_log off;
    {folders}
    include {site};
}}
"""
"""What a distribution's nginx.conf says around the site."""


class Site:
    """The documented site, run by a real nginx before two servers of one store."""

    def __init__(self, port: int, certificate: Path, servers: list[ServerProcess]) -> None:
        self.rest = f"https://localhost:{port}"
        self.grpc = f"grpcs://localhost:{port}"
        self.certificate = certificate
        self.servers = servers


def documented(language: str) -> str:
    """The only block of the page in that language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    return str(block)


def adapted(text: str, replacements: dict[str, str]) -> str:
    """The text with every key, which must be there, replaced."""
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def site(tmp_path: Path, postgres_server: Any) -> Iterator[Site]:
    nginx = find_program("nginx")
    if nginx is None:
        missing("nginx")
    with ExitStack() as stack:
        database = stack.enter_context(postgres_server.database())
        servers: list[ServerProcess] = []
        for name in ("a", "b"):
            folder = tmp_path / name
            folder.mkdir()
            options = ("--backend-store-uri", database, "--artifacts-destination", str(tmp_path / "artifacts"))
            servers.append(stack.enter_context(running_server(folder, *options, "--allowed-hosts", PUBLIC_HOST)))
        folder = stack.enter_context(scratch_folder())
        certificate, key = self_signed(folder, PUBLIC_HOST)
        for path in (folder, certificate, key):
            give_away(path)
        port = free_port()
        replacements = {"443": str(port), "/etc/nginx/": f"{folder}/"}
        for address, server in zip(ADDRESSES, servers, strict=True):
            replacements[f"{address}:5000"] = server.rest.removeprefix("http://")
            replacements[f"{address}:5001"] = server.grpc
        (folder / "site.conf").write_text(adapted(documented("nginx"), replacements))
        temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in temporary)
        (folder / "nginx.conf").write_text(MAIN.format(folders=folders, site=folder / "site.conf"))
        log = folder / "nginx.log"
        process = start_program([nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "stderr"], folder=folder, log=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        found = Site(port, certificate, servers)
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                requests.get(f"{found.rest}/health", timeout=60, verify=str(certificate))
                break
            except requests.ConnectionError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < give_up, log.read_text()
                time.sleep(0.02)
        yield found


@pytest.fixture
def trusted(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site, whose certificate clients trust."""
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(site.certificate))
    return site


@pytest.mark.slow
@pytest.mark.parametrize("door", ["rest", "grpc"])
def test_runs_are_logged_through_nginx(trusted: Site, tmp_path: Path, door: str) -> None:
    client = MlflowClient(getattr(trusted, door))
    run_id = client.create_run(client.create_experiment(f"through {door}")).info.run_id
    for step in range(20):
        client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
    client.log_param(run_id, "rate", 0.1)
    # Larger than what nginx takes unless told otherwise.
    model = tmp_path / "model.bin"
    model.write_bytes(bytes(range(256)) * 20_000)
    client.log_artifact(run_id, str(model), "models")
    client.set_terminated(run_id)

    for other in (trusted.rest, trusted.grpc):
        run = MlflowClient(other).get_run(run_id)
        assert (run.info.status, run.data.params) == ("FINISHED", {"rate": "0.1"})
        assert [point.step for point in MlflowClient(other).get_metric_history(run_id, "loss")] == list(range(20))
        folder = tmp_path / other.partition(":")[0]
        folder.mkdir()
        copy = Path(MlflowClient(other).download_artifacts(run_id, "models/model.bin", str(folder)))
        assert copy.read_bytes() == model.read_bytes()


@pytest.mark.slow
def test_a_server_that_stops_is_passed_over(trusted: Site) -> None:
    client = MlflowClient(trusted.grpc)
    experiment_id = client.create_experiment("both servers")
    ask: Any = {
        "json": {"experiment_id": experiment_id},
        "headers": {"Host": PUBLIC_HOST},
        "verify": str(trusted.certificate),
        "timeout": 60,
    }
    with requests.Session() as session:
        for number in range(40):
            if number == 20:
                assert trusted.servers[0].terminate() == 0
            created = session.post(f"{trusted.rest}/api/2.0/mlflow/runs/create", **ask)
            assert created.status_code == 200, created.text
            client.create_run(experiment_id)
    assert len(client.search_runs([experiment_id])) == 80


def test_envoys_routes_lead_to_its_clusters_and_to_every_service() -> None:
    resources = yaml.safe_load(documented("yaml"))["static_resources"]
    clusters = {cluster["name"]: cluster for cluster in resources["clusters"]}
    (listener,) = resources["listeners"]
    (chain,) = listener["filter_chains"]
    (manager,) = chain["filters"]
    (host,) = manager["typed_config"]["route_config"]["virtual_hosts"]
    routes = {route["match"]["prefix"]: route["route"]["cluster"] for route in host["routes"]}
    assert set(routes.values()) == set(clusters)
    for service in (*SERVICES, "grpc.health.v1.Health"):
        first = next(prefix for prefix in routes if f"/{service}/Check".startswith(prefix))
        assert routes[first] == "mlflow_grpc"
    for name, cluster in clusters.items():
        assert cluster["load_assignment"]["cluster_name"] == name
        (group,) = cluster["load_assignment"]["endpoints"]
        places = [each["endpoint"]["address"]["socket_address"] for each in group["lb_endpoints"]]
        port = 5000 if name == "mlflow_rest" else 5001
        assert [(place["address"], place["port_value"]) for place in places] == [(each, port) for each in ADDRESSES]
    context = chain["transport_socket"]["typed_config"]["common_tls_context"]
    assert context["alpn_protocols"] == ["h2", "http/1.1"]
