"""What a person needs to know of this installation to find out why something does not work."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, field
from importlib import metadata

from mlflow._doctor.config import shown_variables
from mlflow._doctor.installation import DISTRIBUTION, inspect
from mlflow.exceptions import MlflowException
from mlflow.version import VERSION

_DEPENDENCIES = (
    "grpcio",
    "protobuf",
    "sqlalchemy",
    "alembic",
    "aiohttp",
    "orjson",
    "numpy",
    "pandas",
    "psycopg",
    "PyMySQL",
    "boto3",
    "azure-storage-blob",
    "google-cloud-storage",
    "paramiko",
)


@dataclass
class Report:
    """Findings, in the order in which they are shown, and what is wrong."""

    findings: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def doctor(mask_envs: bool = False) -> None:
    """Prints what is installed, where it logs to, and what is wrong with either.

    Passwords and tokens are never shown; with `mask_envs` no value of an environment variable is.
    """
    report = examine(mask_envs=mask_envs)
    lines = [f"{name}: {value}" for name, value in report.findings.items()]
    lines += [f"Problem: {problem}" for problem in report.problems] or ["No problems found."]
    print("\n".join(lines))  # noqa: T201  # the documented function prints


def examine(*, mask_envs: bool) -> Report:
    """Looks at the installation, the settings, and the tracking service."""
    report = Report()
    installation = inspect()
    report.findings["Distribution"] = f"{DISTRIBUTION} {installation.version or 'not installed, runs from its sources'}"
    report.findings["API level"] = VERSION
    report.findings["Package"] = installation.folder
    report.findings["Python"] = f"{platform.python_version()} ({sys.executable})"
    report.findings["System"] = platform.platform()
    report.findings["Dependencies"] = ", ".join(_versions())
    report.problems += installation.problems
    _examine_tracking(report)
    for name, text in shown_variables(mask_all=mask_envs).items():
        report.findings[f"Variable {name}"] = text
    return report


def _examine_tracking(report: Report) -> None:
    from mlflow._doctor.probe import probe
    from mlflow._transport.uris import redacted
    from mlflow.tracking import _state

    uri = _state.tracking_uri()
    chosen = "" if _state.is_tracking_uri_set() else " (the default: neither set_tracking_uri nor MLFLOW_TRACKING_URI)"
    report.findings["Tracking URI"] = redacted(uri) + chosen
    registry = _state.registry_uri()
    if registry != uri:
        report.findings["Registry URI"] = redacted(registry)
    try:
        answer = probe(uri)
    except MlflowException as error:
        report.findings["Tracking service"] = "cannot be used"
        report.problems.append(error.message)
        return
    if answer is None:
        report.findings["Tracking service"] = "is not there yet; its first use makes it"
        return
    said = "" if answer.version is None else f", version {answer.version}"
    report.findings["Tracking service"] = f"answers over {answer.door.value} in {answer.seconds * 1000:.0f} ms{said}"


def _versions() -> list[str]:
    found = []
    for name in _DEPENDENCIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found
