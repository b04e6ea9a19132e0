"""What the wheel carries: all of the five packages, and nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PACKAGES = (
    "gen/python/trackwell",
    "service/trackwell_service",
    "gateway/trackwell_gateway",
    "client/python/mlflow",
    "migrations/trackwell_migrations",
)


def test_the_wheel_is_the_sources_of_the_packages(root: Path, wheel: Path) -> None:
    sources = {
        path.relative_to((root / package).parent).as_posix()
        for package in PACKAGES
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert sources - carried == set(), "files which a user would miss"
    assert carried - sources == set(), "files that are no sources"


def test_each_package_is_typed_and_data_files_are_there(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    assert {f"{Path(package).name}/py.typed" for package in PACKAGES} <= carried
    assert "trackwell/v1/openapi.json" in carried


def test_the_command_and_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (info,) = {top for name in archive.namelist() if (top := name.split("/")[0]).endswith(".dist-info")}
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
        metadata = archive.read(f"{info}/METADATA").decode()
    assert "mlflow = mlflow.cli:main" in entry_points
    assert "Name: trackwell\n" in metadata
    assert "Requires-Python: >=3.11\n" in metadata
    assert "Description-Content-Type: text/markdown\n" in metadata
