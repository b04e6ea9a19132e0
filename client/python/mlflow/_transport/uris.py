"""Which transport a tracking URI asks for, and the URI in the one form in which transports are shared."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from mlflow.exceptions import MlflowException

DATABASE_DIALECTS = ("sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql")

_OPTIONS: Final = re.compile(r"\?(?=\w+=)")
_SECRET_OPTION: Final = re.compile(r"((?:\A|&)\w*(?:pass|pwd|secret|token)\w*=)[^&]*", re.IGNORECASE | re.DOTALL)

_WAY_OUT = (
    "Use ./mlruns or sqlite:///path/to/file.db to log to a folder or a database in this process, or start "
    "`mlflow server "
    "--backend-store-uri sqlite:///path/to/file.db` and use the http:// or grpc:// address that it prints."
)


def is_databricks(uri: str) -> bool:
    """Whether a tracking URI names a workspace of Databricks: the bare word, or a URI of that scheme."""
    return uri.lower() == "databricks" or uri.lower().startswith("databricks://")


class Door(Enum):
    """The ways to a service."""

    GRPC = "grpc"
    REST = "rest"
    IN_PROCESS = "in-process"


def door_of(uri: str) -> Door:
    """The way that the URI asks for. Raises MlflowException for one that leads nowhere (rest-facts §11)."""
    scheme = uri.partition(":")[0].lower() if ":" in uri else ""
    if scheme in ("grpc", "grpcs"):
        return Door.GRPC
    if scheme in ("http", "https") or is_databricks(uri):
        return Door.REST
    if scheme.partition("+")[0] in DATABASE_DIALECTS or scheme in ("", "file", "memory") or "/" in scheme:
        return Door.IN_PROCESS
    if len(scheme) == 1:
        raise MlflowException(
            f"The tracking URI {uri!r} is a path of Windows, which this system does not have. {_WAY_OUT}",
            error_code="INVALID_PARAMETER_VALUE",
        )
    raise MlflowException.invalid_parameter_value(
        f"The tracking URI {redacted(uri)!r} has the scheme {scheme!r}, which names no tracking service. {_WAY_OUT}"
    )


def redacted(uri: str) -> str:
    """The URI without user and password, for messages. Where it is not clear what belongs to them, more is hidden."""
    scheme, mark, rest = uri.partition("://")
    if not mark or rest.startswith("/"):
        return uri
    # A password may hold what should have been percent-encoded: it ends at the last @ before the options.
    before, query, behind = rest.partition("?")
    shown = before + query + _SECRET_OPTION.sub(r"\1***", behind)
    options = _OPTIONS.search(shown, shown.find("@") + 1)
    end = len(shown) if options is None else options.start()
    return scheme + mark + shown[:end].rpartition("@")[2] + shown[end:]
