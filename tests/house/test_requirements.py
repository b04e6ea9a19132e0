"""The requirements files pin by hash, name no host, and hold what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(path: Path) -> list[tuple[Requirement, int]]:
    """Return each requirement of a file with its number of hashes."""
    logical = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    lines = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.split(" --hash=")[0]), line.count("--hash=sha256:")) for line in lines]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_everything_is_pinned_by_hash(path: Path) -> None:
    pins = _pins(path)
    assert pins
    for requirement, hashes in pins:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes >= 1, requirement


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "scripts" / "codegen" / "typescript").glob("*.json"))])
def test_no_lock_names_a_host(path: Path) -> None:
    assert re.findall(r"[a-z]+://\S+", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "extras", "groups"),
    [
        ("run.txt", [], ["build"]),
        ("quickstart.txt", ["quickstart"], ["build"]),
        ("thirdparty.txt", [], ["test", "thirdparty"]),
        ("dev.txt", ["quickstart", "pandas"], ["build", "test", "check", "codegen"]),
    ],
)
def test_what_the_project_asks_for_is_pinned_within_its_bounds(path: str, extras: list[str], groups: list[str]) -> None:
    project = PROJECT["project"]
    asked = [
        *project["dependencies"],
        *(text for extra in extras for text in project["optional-dependencies"][extra]),
        *(text for group in groups for text in PROJECT["dependency-groups"][group]),
    ]
    pinned = {
        canonicalize_name(requirement.name): requirement for requirement, _ in _pins(ROOT / "requirements" / path)
    }
    for requirement in map(Requirement, asked):
        pin = pinned[canonicalize_name(requirement.name)]
        (specifier,) = pin.specifier
        assert requirement.specifier.contains(specifier.version, prereleases=True), f"{pin} is not {requirement}"


def test_the_oldest_environment_has_the_lower_bounds() -> None:
    pinned = {canonicalize_name(pin.name): pin for pin, _ in _pins(ROOT / "requirements" / "oldest.txt")}
    for requirement in map(Requirement, PROJECT["project"]["dependencies"]):
        (bound,) = requirement.specifier
        (specifier,) = pinned[canonicalize_name(requirement.name)].specifier
        assert bound.operator == ">="
        assert Requirement(f"x=={bound.version}").specifier.contains(specifier.version), requirement


def test_the_languages_packages_have_the_projects_version() -> None:
    version = PROJECT["project"]["version"]
    codegen = ROOT / "scripts" / "codegen"
    assert f'"version": "{version}"' in (codegen / "typescript" / "package.json").read_text(encoding="utf-8")
    assert f"<version>{version}</version>" in (codegen / "java" / "pom.xml").read_text(encoding="utf-8")
