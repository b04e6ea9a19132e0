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

VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "backend_store_uri": "MLFLOW_BACKEND_STORE_URI",
        "default_artifact_root": "MLFLOW_DEFAULT_ARTIFACT_ROOT",
        "artifacts_destination": "MLFLOW_ARTIFACTS_DESTINATION",
        "serve_artifacts": "MLFLOW_SERVE_ARTIFACTS",
        "truncate_long_values": "MLFLOW_TRUNCATE_LONG_VALUES",
        "host": "MLFLOW_HOST",
        "port": "MLFLOW_PORT",
        "grpc_port": "MLFLOW_GRPC_PORT",
        "advertise_grpc": "MLFLOW_ADVERTISE_GRPC",
        "static_prefix": "MLFLOW_STATIC_PREFIX",
        "allowed_hosts": "MLFLOW_SERVER_ALLOWED_HOSTS",
        "cors_allowed_origins": "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS",
        "workers": "MLFLOW_WORKERS",
    }
)
"""Name of a setting -> environment variable that gives it when the command line does not."""

DEFAULT_ARTIFACTS_DESTINATION: Final = "./mlartifacts"
"""Folder of the artifact proxy (rest-facts §9)."""

RECEIVED_MESSAGE_BYTES: Final = 32 * 1024 * 1024
"""Longest gRPC request. LogSeries with its 500,000 points has 12 MB, and one dataset profile may have 16 MiB."""

LONGEST_CALL_S: Final = 60.0
"""A call of one message and one answer is given up after this time, whatever deadline its caller set, or none."""

DRAIN_S: Final = 10.0
"""How long a stopping server waits for open calls: most container hosts kill after 30 s, and calls end in under 1 s."""

READ_THREADS: Final = 4
"""Threads that answer reads. Python runs one at a time, so more only help while they wait for a disk."""


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
    any_location: bool = False
    """Whether callers may name any artifact location: only where caller and operator are one person, in one process."""
    read_threads: int = READ_THREADS
    """Threads that answer reads."""


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
    access_log: Path | None = None
    """File that gets one JSON line for each call; ``-`` is standard error. None: no access log."""


def silence_grpc_library() -> None:
    """Keeps the gRPC library from writing its own lines to the terminal, unless the operator asked for them.

    What matters reaches the log as an exception. Has an effect only before the library is used for the first time.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
