"""Databricks workspaces as tracking servers (rest-facts §11; the mission document, "Where Runs Are Recorded")."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow._doctor.probe import probe
from mlflow._transport.advertised import stream_door
from mlflow._transport.databricks import workspace
from mlflow._transport.uris import Door, door_of
from mlflow.tracking import _state
from support.foreign_server import Foreign, foreign_server
from support.server_process import environment

PROFILES = """
[DEFAULT]
host = https://default.example/
token = default-token
insecure = true

[staging]
host = {url}/
token = staging-token

[legacy]
host = {url}
username = ann
password = p%w

[hostless]
token = t

[nobody]
host = {url}
"""


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with foreign_server() as running:
        yield running


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, foreign: Foreign, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "profiles.ini"
    path.write_text(PROFILES.format(url=foreign.url))
    for name in ("HOST", "TOKEN", "USERNAME", "PASSWORD", "CONFIG_PROFILE"):
        monkeypatch.delenv(f"DATABRICKS_{name}", raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "of-another-server")
    return path


@pytest.mark.parametrize(
    ("profile", "authorization"), [("staging", "Bearer staging-token"), ("legacy", "Basic YW5uOnAldw==")]
)
def test_a_profile_says_where_and_who(foreign: Foreign, profile: str, authorization: str) -> None:
    mlflow.set_tracking_uri(f"databricks://{profile}")
    MlflowClient().log_metric("r", "m", 1.0, 2, 3)
    [request] = foreign.seen
    assert (request.path, request.headers["Authorization"]) == ("/api/2.0/mlflow/runs/log-metric", authorization)
    assert request.json["run_id"] == "r"


def test_the_bare_word_means_the_default_profile() -> None:
    url, credentials = workspace("databricks")
    assert (url, credentials.authorization, credentials.insecure_tls) == (
        "https://default.example",
        "Bearer default-token",
        True,
    )


def test_a_profile_that_the_environment_names(foreign: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "staging")
    url, credentials = workspace("databricks")
    assert (url, credentials.authorization, credentials.insecure_tls) == (foreign.url, "Bearer staging-token", False)


def test_variables_win_over_the_file_for_the_bare_word(foreign: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", foreign.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", "first")
    client = MlflowClient("databricks")
    client.log_metric("r", "m", 1)
    monkeypatch.setenv("DATABRICKS_TOKEN", "second")
    client.log_metric("r", "m", 1)
    assert [request.headers["Authorization"] for request in foreign.seen] == ["Bearer first", "Bearer second"]
    assert workspace("databricks://legacy")[1].authorization == "Basic YW5uOnAldw=="


def test_a_changed_file_is_read_again(foreign: Foreign, profiles: Path) -> None:
    client = MlflowClient("databricks://staging")
    client.log_metric("r", "m", 1)
    profiles.write_text(PROFILES.format(url=foreign.url).replace("staging-token", "new-token"))
    client.log_metric("r", "m", 1)
    assert foreign.seen[1].headers["Authorization"] == "Bearer new-token"


def test_it_is_asked_over_rest_alone(foreign: Foreign) -> None:
    assert door_of("databricks") is door_of("databricks://p") is Door.REST
    assert stream_door("databricks://staging", _state.transport) is None
    assert foreign.seen == []
    client = MlflowClient("databricks://staging")
    operations = client.log_metric("r", "m", 1, synchronous=False)
    assert operations is not None
    operations.wait()
    assert [request.path for request in foreign.seen] == ["/api/2.0/mlflow/runs/log-batch"]


def test_what_is_kept_for_a_workspace_is_sent_to_no_other(tmp_path: Path) -> None:
    """The bare word may name another workspace tomorrow."""
    program = "import mlflow; mlflow.MlflowClient('databricks').log_metric('r', 'm', 1, synchronous=False).wait()"
    settings = {
        "DATABRICKS_HOST": "http://127.0.0.1:1",
        "DATABRICKS_TOKEN": "t",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        "MLFLOW_ASYNC_LOGGING_SPOOL_DIR": str(tmp_path / "kept"),
    }
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120, env=environment(**settings))
    [kept] = (tmp_path / "kept").rglob("*.spool")
    assert b"http://127.0.0.1:1" in kept.read_bytes()


def test_the_doctor_asks_it(foreign: Foreign) -> None:
    answer = probe("databricks://staging")
    assert answer is not None
    assert answer.door is Door.REST
    assert {request.headers["Authorization"] for request in foreign.seen} == {"Bearer staging-token"}


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("databricks://no-such", "no Databricks profile 'no-such' in .*; there is DEFAULT, staging, legacy"),
        ("databricks://hostless", "gives the host ''; it must be a URL"),
        ("databricks://nobody", "neither a token nor a username"),
    ],
)
def test_a_profile_that_is_not_usable(uri: str, message: str) -> None:
    with pytest.raises(MlflowException, match=message) as refused:
        MlflowClient(uri).get_run("r")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "-token" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"), [(None, "cannot be read: No such file"), ("no section", "is no INI file")]
)
def test_a_file_that_is_not_usable(profiles: Path, text: str | None, message: str) -> None:
    if text is None:
        profiles.unlink()
    else:
        profiles.write_text(text)
    with pytest.raises(MlflowException, match=message):
        MlflowClient("databricks").get_run("r")
