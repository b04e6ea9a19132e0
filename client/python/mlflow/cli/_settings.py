"""Turns the options of `mlflow server` into the settings of its parts, and refuses what contradicts itself."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlflow.version import VERSION
from trackwell_gateway.config import GatewayConfig
from trackwell_service.config import (
    GrpcConfig,
    ServerConfig,
    ServiceConfig,
    TlsFiles,
    echo_from_environment,
    read_threads_from_environment,
    set_without_effect,
)
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.uris import DEFAULT_FOLDER, MEMORY_URI, check_store_uri, folder_of

STANDARD_ERROR: Final = Path("-")
"""The access log's name for standard error."""

SHARED_PORTS: Final = sys.platform == "linux"
"""Whether the kernel spreads the connections of a port over the processes that listen on it. Elsewhere SO_REUSEPORT
gives all of them to the last one."""


class UnusableSettings(Exception):
    """Options which contradict each other or name something unusable; the text says what to change."""


@dataclass(frozen=True, slots=True)
class GrpcTarget:
    """The gRPC server behind a gateway that runs alone."""

    address: str
    ca: Path | None = None
    """PEM file of its certificate's authority; None: no encryption."""


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """Which of several processes one is."""

    slot: int
    """Its number, from 0; a process that takes the place of another gets its number."""
    folder: Path
    """Where the workers of a server leave things for each other."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one `mlflow server` process runs. One of `server` and `target` is set."""

    server: ServerConfig | None
    gateway: GatewayConfig | None
    target: GrpcTarget | None
    drain_s: float
    ready_file: Path | None
    access_log: Path | None
    """File that gets one JSON line for each call and request; `STANDARD_ERROR` is no file. None: no access log."""
    log_level: int
    """Lowest level of what the server logs to standard error, as in `logging`."""
    workers: int
    """Processes that serve; several share the ports."""
    notes: tuple[str, ...]
    place: WorkerPlace | None = None
    """Which of the workers the process is that has this plan; None: it is the only one, or the one that starts them."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options as they were given; names and meaning as in `mlflow server --help`."""

    backend_store_uri: str | None
    default_artifact_root: str | None
    artifacts_destination: str
    serve_artifacts: bool
    artifacts_only: bool
    artifact_location_max_chars: int
    truncate_long_values: bool
    host: str
    port: int
    static_prefix: str
    allowed_hosts: str | None
    cors_allowed_origins: str | None
    x_frame_options: str
    disable_security_middleware: bool
    expose_metrics: bool
    grpc_port: int | None
    grpc_listen: tuple[str, ...]
    advertise_grpc: str | None
    grpc_reflection: bool
    grpc_only: bool
    gateway_only: bool
    grpc_target: str | None
    tls_cert: Path | None
    tls_key: Path | None
    grpc_tls_cert: Path | None
    grpc_tls_key: Path | None
    grpc_client_ca: Path | None
    grpc_target_ca: Path | None
    drain_s: float
    ready_file: Path | None
    access_log: Path | None
    no_access_log: bool
    dev: bool
    workers: int | None
    registry_store_uri: str | None
    expose_prometheus: str | None
    gunicorn_opts: str | None
    uvicorn_opts: str | None
    waitress_opts: str | None
    app_name: str | None


def make_plan(options: Options) -> Plan:
    """The settings of every part. Raises UnusableSettings."""
    _refuse_contradictions(options)
    grpc_tls = _grpc_tls(options)
    server = None
    if not options.gateway_only:
        server = _server(options, grpc_tls)
    gateway = None if options.grpc_only else _gateway(options, grpc_tls)
    target = None
    if options.grpc_target is not None:
        target = GrpcTarget(_checked_address(options.grpc_target, "--grpc-target"), options.grpc_target_ca)
    level = logging.DEBUG if options.dev else logging.WARNING
    log = _access_log(options)
    return Plan(
        server=server,
        gateway=gateway,
        target=target,
        drain_s=options.drain_s,
        ready_file=options.ready_file,
        access_log=log,
        log_level=level,
        workers=_workers(options),
        notes=tuple(_notes(options)),
    )


def _workers(options: Options) -> int:
    if options.workers is None or options.workers == 1 or not SHARED_PORTS:
        return 1
    if options.backend_store_uri == MEMORY_URI and not options.artifacts_only:
        raise UnusableSettings(
            f"--workers {options.workers}: a store in memory belongs to one process. Keep the experiments in a folder "
            "or a database (--backend-store-uri), or leave --workers out."
        )
    for address in options.grpc_listen:
        if address.startswith("unix:"):
            raise UnusableSettings(
                f"--workers {options.workers}: the kernel shares TCP ports among processes, but no socket like "
                f"{address}. Leave out one of the two."
            )
    return options.workers


def _access_log(options: Options) -> Path | None:
    if options.no_access_log:
        return None
    return options.access_log or (STANDARD_ERROR if options.dev else None)


def _refuse_contradictions(options: Options) -> None:
    if options.grpc_only and options.gateway_only:
        raise UnusableSettings("--grpc-only and --gateway-only leave no door open: give one of them.")
    if options.gateway_only and options.grpc_target is None:
        raise UnusableSettings("--gateway-only needs --grpc-target HOST:PORT, the server that it passes calls to.")
    if options.grpc_target is not None and not options.gateway_only:
        raise UnusableSettings("--grpc-target is for a gateway without storage: add --gateway-only.")
    if options.grpc_target_ca is not None and options.grpc_target is None:
        raise UnusableSettings("--grpc-target-ca belongs to --grpc-target, which is missing.")
    if options.access_log is not None and options.no_access_log:
        raise UnusableSettings("--access-log and --no-access-log contradict each other: give one of them.")
    if options.app_name is not None:
        raise UnusableSettings(
            f"--app-name {options.app_name!r}: there are no apps to choose from, and no authentication. Leave the "
            "option out; to ask for credentials put a reverse proxy before the server."
        )
    if options.artifacts_only and not options.serve_artifacts:
        raise UnusableSettings("--artifacts-only and --no-serve-artifacts leave nothing to serve: give one of them.")
    if options.gateway_only:
        _refuse_what_a_gateway_lacks(options)
    for certificate, key, names in (
        (options.tls_cert, options.tls_key, "--tls-cert and --tls-key"),
        (options.grpc_tls_cert, options.grpc_tls_key, "--grpc-tls-cert and --grpc-tls-key"),
    ):
        if (certificate is None) != (key is None):
            raise UnusableSettings(f"{names} belong together: one of them is missing.")


def _refuse_what_a_gateway_lacks(options: Options) -> None:
    if options.backend_store_uri is not None:
        raise UnusableSettings(
            "--gateway-only has no storage of its own: leave out --backend-store-uri (MLFLOW_BACKEND_STORE_URI)."
        )
    for given, name in (
        (options.grpc_port, "--grpc-port"),
        (options.grpc_listen or None, "--grpc-listen"),
        (options.grpc_reflection or None, "--grpc-reflection"),
        (options.grpc_client_ca, "--grpc-client-ca"),
        (options.grpc_tls_cert, "--grpc-tls-cert"),
    ):
        if given is not None:
            raise UnusableSettings(f"--gateway-only opens no gRPC door: leave out {name}.")


def _grpc_tls(options: Options) -> TlsFiles | None:
    certificate = options.grpc_tls_cert or options.tls_cert
    key = options.grpc_tls_key or options.tls_key
    if certificate is not None and key is not None:
        return TlsFiles(certificate, key, options.grpc_client_ca)
    if options.grpc_client_ca is not None:
        raise UnusableSettings("--grpc-client-ca needs TLS at the gRPC door: give --tls-cert and --tls-key.")
    return None


def _server(options: Options, tls: TlsFiles | None) -> ServerConfig:
    try:
        reads_at_once, echo_statements = read_threads_from_environment(), echo_from_environment()
    except InvalidParameter as error:
        raise UnusableSettings(error.message) from None
    return ServerConfig(
        service=ServiceConfig(
            backend_store_uri=_store_uri(options),
            default_artifact_root=options.default_artifact_root,
            artifacts_destination=options.artifacts_destination,
            serve_artifacts=options.serve_artifacts,
            truncate_long_values=options.truncate_long_values,
            artifacts_only=options.artifacts_only,
            artifact_location_max_chars=options.artifact_location_max_chars,
            read_threads=reads_at_once,
            echo_statements=echo_statements,
        ),
        grpc=GrpcConfig(
            addresses=(_address(options.host, _grpc_port(options)), *map(_checked_listen, options.grpc_listen)),
            tls=tls,
            reflection=options.grpc_reflection or options.dev,
        ),
    )


def _store_uri(options: Options) -> str:
    if options.artifacts_only:
        return MEMORY_URI
    try:
        return check_store_uri(options.backend_store_uri or DEFAULT_FOLDER)
    except InvalidParameter as error:
        raise UnusableSettings(f"--backend-store-uri: {error.message}") from None


def _store_type(options: Options) -> str:
    """What server-info says; a gateway by itself cannot know."""
    if options.artifacts_only or options.gateway_only:
        return "SqlStore"
    return "SqlStore" if folder_of(options.backend_store_uri or DEFAULT_FOLDER) is None else "FileStore"


def _gateway(options: Options, grpc_tls: TlsFiles | None) -> GatewayConfig:
    advertised = options.advertise_grpc
    try:
        return GatewayConfig(
            host=options.host,
            port=options.port,
            tls_cert_path=None if options.tls_cert is None else str(options.tls_cert),
            tls_key_path=None if options.tls_key is None else str(options.tls_key),
            static_prefix=options.static_prefix,
            allowed_hosts=_listed(options.allowed_hosts),
            cors_allowed_origins=_listed(options.cors_allowed_origins),
            check_callers=not options.disable_security_middleware,
            frame_options=options.x_frame_options,
            serve_artifacts=options.serve_artifacts,
            artifacts_only=options.artifacts_only,
            expose_metrics=options.expose_metrics,
            version=VERSION,
            store_type=_store_type(options),
            advertised_grpc_address=None if advertised is None else _checked_address(advertised, "--advertise-grpc"),
            advertised_grpc_tls=grpc_tls is not None,
        )
    except ValueError as error:
        raise UnusableSettings(str(error)) from None


def _grpc_port(options: Options) -> int:
    if options.grpc_port is not None:
        return options.grpc_port
    if options.port == 65535:
        raise UnusableSettings("There is no port after 65535 for gRPC: give one with --grpc-port, or another --port.")
    return options.port + 1 if options.port else 0


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _checked_listen(address: str) -> str:
    if address.startswith("unix:/"):
        return address
    return _checked_address(address, "--grpc-listen")


def _checked_address(address: str, option: str) -> str:
    host, colon, port = address.rpartition(":")
    bare_v6 = ":" in host and not (host.startswith("[") and host.endswith("]"))
    if not colon or not host or bare_v6 or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise UnusableSettings(
            f"{option} {address!r} is no address: write HOST:PORT, for example 127.0.0.1:5001 or [::1]:5001."
        )
    return address


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (each.strip() for each in (text or "").split(",")) if part)


def _notes(options: Options) -> list[str]:
    notes = [
        f"{name} has no effect: {reason}."
        for value, name, reason in (
            (options.registry_store_uri, "--registry-store-uri", "there is no model registry"),
            (options.expose_prometheus, "--expose-prometheus", "/metrics is served without a folder, see --metrics"),
            (options.gunicorn_opts, "--gunicorn-opts", "there is no gunicorn here"),
            (options.uvicorn_opts, "--uvicorn-opts", "there is no uvicorn here"),
            (options.waitress_opts, "--waitress-opts", "there is no waitress here"),
        )
        if value is not None
    ]
    if options.workers is not None and options.workers > 1 and not SHARED_PORTS:
        notes.append(f"--workers {options.workers} starts one process: several can share a port on Linux only.")
    if options.artifacts_only and options.backend_store_uri is not None:
        notes.append("--backend-store-uri has no effect: with --artifacts-only no store is opened.")
    if options.disable_security_middleware:
        notes.append(
            "--disable-security-middleware: neither Host nor Origin is checked. Any web page that a user of this "
            "server visits can read and change what is stored."
        )
        if options.allowed_hosts is not None:
            notes.append("--allowed-hosts has no effect: with --disable-security-middleware every name is allowed.")
    if not options.gateway_only:
        notes += [f"{name} has no effect: {reason}." for name, reason in set_without_effect().items()]
    return notes
