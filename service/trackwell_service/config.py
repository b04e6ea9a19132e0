"""What an operator decides, each with its unit, its default and the reason for it, and the variables it may come from.

No other module of the service names an environment variable. The command line reads those of `VARIABLES` where it
defines the option of the same name (rest-facts §15), so an option given there wins over its variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_ARTIFACT_LOCATION_CHARS

VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "backend_store_uri": "MLFLOW_BACKEND_STORE_URI",
        "default_artifact_root": "MLFLOW_DEFAULT_ARTIFACT_ROOT",
        "artifacts_destination": "MLFLOW_ARTIFACTS_DESTINATION",
        "serve_artifacts": "MLFLOW_SERVE_ARTIFACTS",
        "artifacts_only": "MLFLOW_ARTIFACTS_ONLY",
        "artifact_location_max_chars": "MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH",
        "truncate_long_values": "MLFLOW_TRUNCATE_LONG_VALUES",
        "host": "MLFLOW_HOST",
        "port": "MLFLOW_PORT",
        "grpc_port": "MLFLOW_GRPC_PORT",
        "advertise_grpc": "MLFLOW_ADVERTISE_GRPC",
        "static_prefix": "MLFLOW_STATIC_PREFIX",
        "allowed_hosts": "MLFLOW_SERVER_ALLOWED_HOSTS",
        "cors_allowed_origins": "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS",
        "x_frame_options": "MLFLOW_SERVER_X_FRAME_OPTIONS",
        "disable_security_middleware": "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE",
        "workers": "MLFLOW_WORKERS",
        "registry_store_uri": "MLFLOW_REGISTRY_STORE_URI",
        "gunicorn_opts": "MLFLOW_GUNICORN_OPTS",
        "expose_prometheus": "MLFLOW_EXPOSE_PROMETHEUS",
    }
)
"""Name of a setting -> environment variable that gives it when the command line does not."""

DATABASE_POOL_SIZE: Final = "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE"
DATABASE_ECHO: Final = "MLFLOW_SQLALCHEMYSTORE_ECHO"
FILE_STORE_SYNC: Final = "MLFLOW_FILE_STORE_SYNC"

WITHOUT_EFFECT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "MLFLOW_SQLALCHEMYSTORE_POOL_RECYCLE": "connections to SQLite do not grow old",
        "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW": f"there are never more connections than {DATABASE_POOL_SIZE}",
        "MLFLOW_SQLALCHEMYSTORE_POOLCLASS": "there is one kind of pool",
    }
)
"""Documented variables (rest-facts §15) that change nothing here, and why: a server says so when one is set."""

DEFAULT_ARTIFACTS_DESTINATION: Final = "./mlartifacts"
"""Folder of the artifact proxy (rest-facts §9)."""

RECEIVED_MESSAGE_BYTES: Final = 32 * 1024 * 1024
"""Longest gRPC request. LogSeries with its 500,000 points has 12 MB, and one dataset profile may have 16 MiB."""

LONGEST_CALL_S: Final = 60.0
"""A call of one message and one answer is given up after this time, whatever deadline its caller set, or none."""

DRAIN_S: Final = 10.0
"""How long a stopping server waits for open calls: most container hosts kill after 30 s, and calls end in under 1 s."""

READ_THREADS: Final = 4
"""Threads that answer reads, each with a connection of its own: Python runs one at a time, so more only help while they
wait for a disk."""

MAX_READ_THREADS: Final = 64
"""More connections than this cost memory and gain nothing."""


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """What the service stores, and where."""

    backend_store_uri: str
    """Database of experiments and runs, ``sqlite:///path``; see `stores.uris`."""
    default_artifact_root: str | None = None
    """Location of new experiments' artifacts; None: through this server when it serves them, else ``./mlruns``."""
    artifacts_destination: str = DEFAULT_ARTIFACTS_DESTINATION
    """Folder, or `file:` URI of it, in which the proxy keeps artifacts."""
    serve_artifacts: bool = True
    """Whether clients may up- and download artifacts through this server (rest-facts §9)."""
    truncate_long_values: bool = True
    """Whether over-long params and tags are cut off, as documented (rest-facts §5), or refused."""
    artifacts_only: bool = False
    """Whether the artifact proxy is all there is: no store is opened, and `backend_store_uri` is not looked at."""
    artifact_location_max_chars: int = MAX_ARTIFACT_LOCATION_CHARS
    """Longest artifact location that a caller may name, at most `MAX_ARTIFACT_LOCATION_CHARS`."""
    any_location: bool = False
    """Whether callers may name any artifact location: only where caller and operator are one person, in one process."""
    read_threads: int = READ_THREADS
    """Reads at once, each in a thread and on a connection of its own."""
    echo_statements: bool = False
    """Whether every SQL statement goes to the log, without its values."""
    sync_files: bool | None = None
    """Whether a folder's writes are flushed to the disk before they are acknowledged; None: as the environment says."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the server's certificate chain, its private key, and the CA which clients' certificates must be of."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class GrpcConfig:
    """Where and how the gRPC door listens."""

    addresses: tuple[str, ...] = ("127.0.0.1:5001",)
    """Each ``host:port`` (port 0: any free one), ``[::]:port`` or ``unix:/path``."""
    tls: TlsFiles | None = None
    """Certificate of every address; None: no encryption."""
    reuse_port: bool = False
    """Whether other processes may listen on the ports too, each with a share of the connections. Without it a second
    server on a port fails to start."""
    reflection: bool = False
    """Whether the server describes its contract to anybody who asks; for debugging."""
    received_message_bytes: int = RECEIVED_MESSAGE_BYTES
    """Longest request."""
    longest_call_s: float = LONGEST_CALL_S
    """Bound of every call that is no stream."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A service and its gRPC door."""

    service: ServiceConfig
    grpc: GrpcConfig | None = field(default_factory=GrpcConfig)
    """None: the service is reached through the REST door of the same process only."""


def read_threads_from_environment() -> int:
    """What the variable for the size of the database's pool says, or the default. Raises InvalidParameter."""
    text = os.environ.get(DATABASE_POOL_SIZE, "")
    if text == "":
        return READ_THREADS
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_READ_THREADS):
        raise InvalidParameter(
            f"{DATABASE_POOL_SIZE} is {text[:100]!r}: it must be a whole number from 1 to {MAX_READ_THREADS}, how many "
            f"reads there may be at once. Without it there are {READ_THREADS}."
        )
    return int(text)


def echo_from_environment() -> bool:
    """What the variable for logging SQL statements says; absent means no. Raises InvalidParameter."""
    return _switch(DATABASE_ECHO)


def file_sync_from_environment() -> bool:
    """What the variable for flushing a folder's writes says; absent means no. Raises InvalidParameter.

    Without it a write survives the end of every process, with it a loss of power too, at a disk's pace.
    """
    return _switch(FILE_STORE_SYNC)


def _switch(variable: str) -> bool:
    text = os.environ.get(variable, "").lower()
    if text in ("true", "1"):
        return True
    if text in ("", "false", "0"):
        return False
    raise InvalidParameter(f"{variable} is {text[:100]!r}: it must be true or false.")


def set_without_effect() -> Mapping[str, str]:
    """Those of `WITHOUT_EFFECT` which are set."""
    return {name: why for name, why in WITHOUT_EFFECT.items() if os.environ.get(name)}


def silence_grpc_library() -> None:
    """Keeps the gRPC library from writing its own lines to the terminal, unless the operator asked for them.

    What matters reaches the log as an exception. Has an effect only before the library is used for the first time.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
