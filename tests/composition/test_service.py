"""Putting the service together: which store a URI opens, where artifacts go, what is refused."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from trackwell.v1.artifacts_pb2 import (
    ListArtifactsRequest,
    ListProxiedArtifactsRequest,
    ListProxiedArtifactsResponse,
)
from trackwell.v1.experiments_pb2 import CreateExperimentRequest, GetExperimentRequest, GetExperimentResponse
from trackwell_service.config import (
    DATABASE_ECHO,
    DATABASE_POOL_SIZE,
    FILE_STORE_SYNC,
    READ_THREADS,
    ServiceConfig,
    echo_from_environment,
    file_sync_from_environment,
    read_threads_from_environment,
)
from trackwell_service.domain.errors import InvalidParameter, NotImplementedHere
from trackwell_service.rpc.context import CallContext
from trackwell_service.service import Service, location_rules, open_service
from trackwell_service.stores.uris import MEMORY_URI, check_database_uri, check_store_uri, folder_of

EXPERIMENTS = "/trackwell.v1.ExperimentService/"
ARTIFACTS = "/trackwell.v1.ArtifactService/"


def location_of(service: Service, experiment_id: str) -> str:
    answer = service.core.call(
        f"{EXPERIMENTS}GetExperiment", GetExperimentRequest(experiment_id=experiment_id), CallContext()
    )
    assert isinstance(answer, GetExperimentResponse)
    return answer.experiment.artifact_location


@pytest.mark.parametrize(
    ("root", "serve", "expected"),
    [
        (None, True, "mlflow-artifacts:/0"),
        (None, False, "{here}/mlruns/0"),
        ("artifacts", True, "{here}/artifacts/0"),
        ("./a/../b", False, "{here}/b/0"),
        ("/srv/share/", False, "/srv/share/0"),
        ("file:///srv/share", False, "file:///srv/share/0"),
        ("FILE:/srv/share", False, "file:///srv/share/0"),
        ("s3://bucket/runs", True, "s3://bucket/runs/0"),
        ("S3://bucket", False, "s3://bucket/0"),
        ("mlflow-artifacts:/team", True, "mlflow-artifacts:/team/0"),
    ],
)
def test_where_the_artifacts_of_new_experiments_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str | None, expected: str, *, serve: bool
) -> None:
    """rest-facts §9."""
    monkeypatch.chdir(tmp_path)
    config = ServiceConfig(backend_store_uri=MEMORY_URI, default_artifact_root=root, serve_artifacts=serve)
    service = open_service(config)
    try:
        assert location_of(service, "0") == expected.format(here=tmp_path)
    finally:
        service.close()


@pytest.mark.parametrize(
    "root", ["s3://bucket/../other", "file://host/srv", "http:///x", "runs:/abc", "s3://b?x=1", ""]
)
def test_roots_which_a_later_reader_could_take_for_another_place_are_refused(root: str) -> None:
    config = ServiceConfig(backend_store_uri=MEMORY_URI, default_artifact_root=root, serve_artifacts=False)
    if root:
        with pytest.raises(InvalidParameter, match="default_artifact_root"):
            location_rules(config)
    else:
        assert location_rules(config).default_root.endswith("/mlruns")


@pytest.mark.parametrize("destination", ["s3://bucket/a", "file://host/srv", "file:relative", "ftp://h/a"])
def test_destination_that_is_no_folder_is_refused_before_a_store_is_opened(tmp_path: Path, destination: str) -> None:
    database = tmp_path / "store.db"
    threads = threading.active_count()
    with pytest.raises(InvalidParameter, match="no artifacts destination"):
        open_service(ServiceConfig(backend_store_uri=f"sqlite:///{database}", artifacts_destination=destination))
    assert not database.exists()
    assert threading.active_count() == threads


def test_what_was_stored_is_there_when_the_database_is_opened_again(tmp_path: Path) -> None:
    config = ServiceConfig(backend_store_uri=f"sqlite:///{tmp_path}/store.db")
    first = open_service(config)
    first.core.call(f"{EXPERIMENTS}CreateExperiment", CreateExperimentRequest(name="kept"), CallContext())
    first.close()
    first.close()
    second = open_service(config)
    try:
        assert location_of(second, "1") == "mlflow-artifacts:/1"
    finally:
        second.close()


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:///a.db",
        "sqlite:////srv/a.db",
        "SQLite:///a.db",
        "sqlite+pysqlite:///a.db",
        "mysql://h/d",
        "mariadb://h/d",
        "mssql://h/d",
    ],
)
def test_databases_that_are_known(uri: str) -> None:
    assert check_store_uri(uri) == uri
    assert check_database_uri(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        " ",
        "https://h",
        "databricks://p",
        "nonsense:x",
        "C:\\mlruns",
        "c:/mlruns",
        "\\\\host\\share",
        "file://host/x",
        "file:///C:/x",
        "file:",
        "file:///a?b",
        "file:a#b",
        "file:///a%00b",
    ],
)
def test_other_stores_are_refused_with_the_form_that_will_do(uri: str) -> None:
    with pytest.raises(InvalidParameter, match=r"sqlite:///mlflow\.db"):
        check_store_uri(uri)


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("", "./mlruns"),
        ("./mlruns", "./mlruns"),
        ("runs", "runs"),
        ("/srv/ml runs", "/srv/ml runs"),
        ("./a:b", "./a:b"),
        ("file:rel/x", "rel/x"),
        ("file:/srv/x", "/srv/x"),
        ("file:///srv/x%20y", "/srv/x y"),
        ("FILE://localhost/srv", "/srv"),
    ],
)
def test_folders(uri: str, folder: str) -> None:
    """rest-facts §11."""
    assert check_store_uri(uri) == uri
    assert folder_of(uri) == folder
    with pytest.raises(InvalidParameter, match=r"sqlite:///mlflow\.db"):
        check_database_uri(uri)


def test_artifacts_of_a_folder_lie_in_it(tmp_path: Path) -> None:
    """rest-facts §10: default artifact_location is file:///abs/root/<experiment_id>."""
    service = open_service(ServiceConfig(f"{tmp_path}/mlruns", serve_artifacts=False))
    try:
        assert location_of(service, "0") == f"{tmp_path.as_uri()}/mlruns/0"
    finally:
        service.close()


def test_store_in_memory_is_no_database() -> None:
    assert check_store_uri(MEMORY_URI) == MEMORY_URI
    with pytest.raises(InvalidParameter):
        check_database_uri(MEMORY_URI)


def test_passwords_of_refused_uris_are_not_repeated() -> None:
    with pytest.raises(InvalidParameter) as caught:
        check_store_uri("oracle://user:secret@host/db")
    assert "secret" not in caught.value.message


def test_a_server_of_artifacts_has_no_store(tmp_path: Path) -> None:
    """rest-facts §3."""
    config = ServiceConfig("nonsense:", artifacts_destination=str(tmp_path), artifacts_only=True)
    service = open_service(config)
    try:
        (tmp_path / "model.txt").write_text("weights")
        listed = service.core.call(f"{ARTIFACTS}ListProxiedArtifacts", ListProxiedArtifactsRequest(), CallContext())
        assert isinstance(listed, ListProxiedArtifactsResponse)
        assert [file.path for file in listed.files] == ["model.txt"]
        for method, request in (
            (f"{EXPERIMENTS}GetExperiment", GetExperimentRequest(experiment_id="0")),
            (f"{ARTIFACTS}ListArtifacts", ListArtifactsRequest(run_id="r1")),
        ):
            with pytest.raises(NotImplementedHere, match="--artifacts-only"):
                service.core.call(method, request, CallContext())
    finally:
        service.close()


@pytest.mark.parametrize(("max_chars", "refused"), [(20, True), (21, False)])
def test_the_longest_location_is_the_operators_choice(max_chars: int, *, refused: bool) -> None:
    """rest-facts §15, MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH."""
    service = open_service(ServiceConfig(MEMORY_URI, artifact_location_max_chars=max_chars))
    request = CreateExperimentRequest(name="e", artifact_location="s3://bucket/" + "x" * 9)
    try:
        with pytest.raises(InvalidParameter, match="at most 20") if refused else nullcontext():
            service.core.call(f"{EXPERIMENTS}CreateExperiment", request, CallContext(request_id="1"))
    finally:
        service.close()


def test_statements_are_logged_when_asked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """rest-facts §15, MLFLOW_SQLALCHEMYSTORE_ECHO."""
    for echo in (False, True):
        caplog.clear()
        service = open_service(ServiceConfig(f"sqlite:///{tmp_path}/store.db", echo_statements=echo))
        location_of(service, "0")
        service.close()
        assert any("SELECT" in record.getMessage() for record in caplog.records) == echo


@pytest.mark.parametrize(("text", "expected"), [(None, READ_THREADS), ("", READ_THREADS), ("1", 1), ("64", 64)])
def test_reads_at_once_come_from_the_pool_size(
    monkeypatch: pytest.MonkeyPatch, text: str | None, expected: int
) -> None:
    """rest-facts §15."""
    monkeypatch.delenv(DATABASE_POOL_SIZE, raising=False)
    if text is not None:
        monkeypatch.setenv(DATABASE_POOL_SIZE, text)
    assert read_threads_from_environment() == expected


@pytest.mark.parametrize("text", ["0", "65", "-1", "many", "4.0", "²"])
def test_pool_sizes_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(DATABASE_POOL_SIZE, text)
    with pytest.raises(InvalidParameter, match=DATABASE_POOL_SIZE):
        read_threads_from_environment()


@pytest.mark.parametrize(
    ("variable", "from_environment"),
    [(DATABASE_ECHO, echo_from_environment), (FILE_STORE_SYNC, file_sync_from_environment)],
)
def test_switches_are_true_or_false(
    monkeypatch: pytest.MonkeyPatch, variable: str, from_environment: Callable[[], bool]
) -> None:
    for text, expected in (("true", True), ("1", True), ("False", False), ("", False)):
        monkeypatch.setenv(variable, text)
        assert from_environment() == expected
    monkeypatch.setenv(variable, "debug")
    with pytest.raises(InvalidParameter, match=variable):
        from_environment()


@pytest.mark.parametrize(
    ("setting", "variable", "flushed"),
    [(None, "", False), (None, "true", True), (True, "", True), (False, "true", False)],
)
def test_writes_to_a_folder_are_flushed_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: bool | None, variable: str, flushed: bool
) -> None:
    monkeypatch.setenv(FILE_STORE_SYNC, variable)
    flushes: list[int] = []
    monkeypatch.setattr(os, "fsync", flushes.append)
    service = open_service(ServiceConfig(f"{tmp_path}/mlruns", serve_artifacts=False, sync_files=setting))
    try:
        assert location_of(service, "0") == f"{tmp_path.as_uri()}/mlruns/0"
    finally:
        service.close()
    assert bool(flushes) == flushed
