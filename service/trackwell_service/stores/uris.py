"""Which store a URI names. Loads no store, so that a wrong URI is refused at once."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_SHOWN_CHARS

MEMORY_URI: Final = "memory:"
"""A store that ends with its process: for tests, and for trying things out."""

DEFAULT_FOLDER: Final = "./mlruns"
"""Where experiments are kept when nobody says where: the documented default (rest-facts §11)."""

_HOW_TO: Final = (
    "Name a database: sqlite:///mlflow.db is a file in the current folder, sqlite:////var/lib/mlflow.db one "
    "anywhere; postgresql://user:password@host:5432/mlflow, mysql://user:password@host:3306/mlflow and "
    "mssql://user:password@host:1433/mlflow are databases on servers."
)
_OR_FOLDER: Final = "Or name a folder: ./mlruns or file:///srv/mlruns."
_DATABASES: Final = ("sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql")
_REMOTE: Final = ("http", "https", "grpc", "grpcs", "databricks")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.*", re.DOTALL)


def check_store_uri(uri: str) -> str:
    """The URI itself. Raises InvalidParameter, which shows the form to use, when no store can be opened by it."""
    if uri == MEMORY_URI or folder_of(uri) is not None:
        return uri
    return _checked_database(uri, f"{_HOW_TO} {_OR_FOLDER}")


def check_database_uri(uri: str) -> str:
    """The URI itself. Raises InvalidParameter, which shows the form to use, when it names no database."""
    if uri.strip() and folder_of(uri) is not None:
        raise InvalidParameter(f"{uri[:MAX_SHOWN_CHARS]!r} names a folder, which has no schema. {_HOW_TO}")
    return _checked_database(uri, _HOW_TO)


def folder_of(uri: str) -> str | None:
    """The folder that a path or a `file:` URI names (rest-facts §11); the empty text is the default. None for others.

    Raises InvalidParameter for a form of another system, and for a `file:` URI with a host, a query or a fragment.
    """
    if uri == "":
        return DEFAULT_FOLDER
    match = _SCHEME.fullmatch(uri)
    scheme = "" if match is None else match[1].lower()
    if len(scheme) == 1 or uri.startswith("\\\\"):
        raise _refused(uri, "is a path of Windows, which this system does not have.")
    if scheme == "":
        if not uri.strip() or "\0" in uri:
            raise _refused(uri, "is no path.")
        return uri
    if scheme != "file":
        return None
    path = uri.partition(":")[2]
    if path.startswith("//"):
        host, slash, rest = path[2:].partition("/")
        if host not in ("", "localhost"):
            raise _refused(uri, "names a host: a file URI is of this machine, file:///path.")
        path = slash + rest
    if "?" in path or "#" in path:
        raise _refused(uri, "has a query or a fragment: write '?' as %3F and '#' as %23.")
    path = unquote(path)
    if not path.strip() or "\0" in path or "\\" in path or re.match(r"/?[A-Za-z]:", path):
        raise _refused(uri, "names no folder of this system.")
    return path


def _refused(uri: str, why: str) -> InvalidParameter:
    return InvalidParameter(f"{uri[:MAX_SHOWN_CHARS]!r} {why} {_HOW_TO} {_OR_FOLDER}")


def _checked_database(uri: str, how_to: str) -> str:
    if not uri.strip():
        raise InvalidParameter(f"The URI of the store is empty. {how_to}")
    scheme = uri.partition(":")[0].lower()
    dialect = scheme.partition("+")[0]
    if dialect in _DATABASES:
        return uri
    if dialect in _REMOTE:
        raise InvalidParameter(f"'{scheme}:' names another tracking server, not a store. {how_to}")
    raise InvalidParameter(f"'{scheme[:MAX_SHOWN_CHARS]}:' names no kind of store. {how_to}")
