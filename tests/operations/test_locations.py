"""Artifact locations: what a remote caller may name, what the owner of the process may, how it is stored (P2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.hostile_locations import HOSTILE_LOCATIONS
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.locations import LocationRules, below, parse

REMOTE = LocationRules("mlflow-artifacts:/", local_roots=("/mnt/share",))
IN_PROCESS = LocationRules("file:///home/me/mlruns", any_location=True, working_folder="/home/me")

TAKEN = [
    ("s3://bucket", "s3://bucket"),
    ("s3://bucket/", "s3://bucket/"),
    ("S3://bucket/a/b/", "s3://bucket/a/b"),
    ("s3://bucket/a b/ü%20c", "s3://bucket/a b/ü%20c"),
    ("gs://b/x", "gs://b/x"),
    ("wasbs://container@account.blob.core.windows.net/a", "wasbs://container@account.blob.core.windows.net/a"),
    ("abfss://fs@account.dfs.core.windows.net/a", "abfss://fs@account.dfs.core.windows.net/a"),
    ("dbfs:/a/b", "dbfs:/a/b"),
    ("mlflow-artifacts:/", "mlflow-artifacts:/"),
    ("mlflow-artifacts:/a/b/", "mlflow-artifacts:/a/b"),
    ("/mnt/share", "/mnt/share"),
    ("/mnt/share/a/", "/mnt/share/a"),
    ("file:/mnt/share/a", "file:///mnt/share/a"),
    ("FILE:///mnt/share/a%20b/", "file:///mnt/share/a%20b"),
]


@pytest.mark.parametrize(("location", "stored"), TAKEN)
def test_what_a_remote_caller_may_name(location: str, stored: str) -> None:
    assert REMOTE.named_by_caller(location) == stored
    assert REMOTE.named_by_caller(stored) == stored, "the stored form is its own"


REFUSED = [
    *HOSTILE_LOCATIONS,
    # more of the same kinds
    "/etc",
    "/mnt/shared",
    "/mnt/share/../x",
    "/mnt/share/./x",
    "/mnt/share//x",
    "/mnt/share/..",
    "file:///mnt/share/%2e%2e/x",
    "file:///mnt/share/%2E%2E%2Fx",
    "file:///mnt/share/%252e%252e/x",
    "file:///mnt/share/a%00b",
    "file:///mnt/share/a%0ab",
    "file:///mnt/share/a%5cb",
    "file:///mnt/share/%ff",
    "file://localhost/mnt/share",
    "file:////mnt/share",
    "file:",
    "file://",
    "s3:bucket",
    "s3:///key",
    "s3://",
    "s3://user:secret@bucket/x",
    "s3://user@bucket/x",
    "s3://b/%2e%2e/x",
    "s3://b/%252e%252e/x",
    "s3://b/%25252525252e/x",
    "s3://b/a//c",
    "s3://b ucket/x",
    "s3://b/a\\b",
    "s3://b/a\nb",
    "s3://b/a\u202eb",
    "s3://b/a\0b",
    "wasbs://c:secret@account/x",
    "mlflow-artifacts://host/x",
    "mlflow-artifacts:x",
    "runs:/abc/x",
    "models:/m/1",
    "javascript:/x",
    "C:/Windows",
    "C:\\Windows",
    "a/b",
    "~/x",
    ".",
    "..",
    "$HOME/x",
    "s3://b/" + "x" * 2048,
]


@pytest.mark.parametrize("location", REFUSED, ids=lambda location: ascii(location[:40]))
def test_what_a_remote_caller_may_not_name(location: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        REMOTE.named_by_caller(location)
    assert "artifact_location" in caught.value.message
    assert "secret" not in caught.value.message, "messages end up in logs"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("location", "stored"),
    [
        ("/anywhere", "/anywhere"),
        ("/", "/"),
        ("file:///anywhere", "file:///anywhere"),
        ("a/b", "/home/me/a/b"),
        ("./a/", "/home/me/a"),
        ("../a", "/home/a"),
        ("ftp://host/a", "ftp://host/a"),
        ("sftp://me@host:22/a", "sftp://me@host:22/a"),
        ("hdfs:/a", "hdfs:/a"),
        ("hdfs://name:8020/a", "hdfs://name:8020/a"),
        ("mlflow-artifacts://host:5000/a", "mlflow-artifacts://host:5000/a"),
    ],
)
def test_in_ones_own_process_any_place_may_be_named(location: str, stored: str) -> None:
    assert IN_PROCESS.named_by_caller(location) == stored


@pytest.mark.parametrize("location", ["/a/../b", "file://host/a", "runs:/a", "s3://b?x", "//a", "ftp://me:secret@h/a"])
def test_in_ones_own_process_a_place_must_still_be_plain(location: str) -> None:
    with pytest.raises(InvalidParameter):
        IN_PROCESS.named_by_caller(location)


def test_the_operator_may_allow_a_scheme() -> None:
    rules = LocationRules("mlflow-artifacts:/", allowed_schemes=frozenset({"sftp"}))
    assert rules.named_by_caller("sftp://me@host/a") == "sftp://me@host/a"
    with pytest.raises(InvalidParameter, match="Locations with scheme 's3' are not allowed"):
        rules.named_by_caller("s3://bucket")


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("mlflow-artifacts:/", "mlflow-artifacts:/7"),
        ("mlflow-artifacts:", "mlflow-artifacts:/7"),
        ("file:///", "file:///7"),
        ("/", "/7"),
        ("s3://bucket", "s3://bucket/7"),
        ("s3://bucket/a", "s3://bucket/a/7"),
    ],
)
def test_a_new_experiment_has_a_place_below_the_root(root: str, expected: str) -> None:
    assert LocationRules(root).of_new_experiment(7) == expected


def test_a_runs_artifacts_are_below_its_experiment() -> None:
    assert below("s3://bucket/7", "abc", "artifacts") == "s3://bucket/7/abc/artifacts"


@given(
    st.text(max_size=60)
    | st.builds(
        "{}:{}{}".format,
        st.sampled_from(["s3", "file"]),
        st.sampled_from(["", "/", "//", "///b/"]),
        st.text(max_size=30),
    )
)
def test_whatever_is_stored_is_canonical(location: str) -> None:
    """Nothing but a refusal or a form that is its own canonical form, without a segment that leads elsewhere."""
    try:
        canonical, _, local_path = parse(location)
    except InvalidParameter:
        return
    assert parse(canonical)[0] == canonical
    assert not {"", ".", ".."} & set((local_path or "/a")[1:].split("/")) or local_path == "/"
