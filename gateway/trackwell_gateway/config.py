"""What an operator decides about the REST door, checked once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from trackwell_gateway.limits import GatewayLimits

FRAME_OPTIONS: Final = ("SAMEORIGIN", "DENY", "NONE")
"""Values of the `X-Frame-Options` header; `NONE` sends none."""

_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """Settings of one gateway. Raises ValueError, naming the setting and the rule, for values that cannot be served."""

    host: str = "127.0.0.1"
    """Address or name to listen on."""
    port: int = 5000
    """TCP port, 0 to 65535; 0 takes any free one."""
    reuse_port: bool = False
    """Whether other processes may listen on the port too, each with a share of the connections. Without it a second
    server on the port fails to start."""
    tls_cert_path: str | None = None
    """PEM file of the certificate chain; with `tls_key_path` the door speaks HTTPS."""
    tls_key_path: str | None = None
    """PEM file of the private key."""
    static_prefix: str = ""
    """Path below which UI, ajax and raw routes move, for example `/tracking` (rest-facts §1)."""
    allowed_hosts: tuple[str, ...] = ()
    """Names accepted in the `Host` header beside localhost and `host`. `*.example.org`: subdomains, `*`: everything."""
    cors_allowed_origins: tuple[str, ...] = ()
    """Origins (`https://ui.example.org`) whose pages may call this server; `*` means all."""
    serve_artifacts: bool = True
    """Whether the `mlflow-artifacts` proxy is open; closed, it answers 503."""
    artifacts_only: bool = False
    """Whether the `mlflow-artifacts` proxy is all there is; every tracking call is answered with 503 then."""
    check_callers: bool = True
    """Whether `Host` and `Origin` are checked (`security.Guard`); without, any web page may use the server."""
    frame_options: str = "SAMEORIGIN"
    """Which pages may show this server in a frame: one of `FRAME_OPTIONS`."""
    expose_metrics: bool = True
    """Whether `/metrics` answers."""
    version: str = "0.0.0"
    """What `/version` and server-info say."""
    store_type: str = "SqlStore"
    """What server-info says of the store: `SqlStore` or `FileStore`."""
    advertised_grpc_address: str | None = None
    """`host:port` of the gRPC door that server-info offers to clients; None offers none."""
    advertised_grpc_tls: bool = False
    """Whether that door speaks TLS."""
    limits: GatewayLimits = field(default_factory=GatewayLimits)
    """The bounds of this door."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port must be 0 to 65535, got {self.port}.")
        if (self.tls_cert_path is None) != (self.tls_key_path is None):
            raise ValueError("tls_cert_path and tls_key_path must be given together: one of them is missing.")
        if self.static_prefix and not _PREFIX.fullmatch(self.static_prefix):
            raise ValueError(
                "static_prefix must start with '/', not end with it, and hold only letters, digits, '.', '_', '~' and "
                f"'-' between slashes, got {self.static_prefix!r}."
            )
        if self.artifacts_only and not self.serve_artifacts:
            raise ValueError("artifacts_only without serve_artifacts leaves nothing to serve: drop one of them.")
        if self.frame_options not in FRAME_OPTIONS:
            raise ValueError(f"frame_options must be one of {', '.join(FRAME_OPTIONS)}, got {self.frame_options!r}.")
        if self.store_type not in ("SqlStore", "FileStore"):
            raise ValueError(f"store_type must be SqlStore or FileStore, got {self.store_type!r}.")
        for origin in self.cors_allowed_origins:
            if origin != "*" and not re.fullmatch(r"https?://[^/?#\s]+", origin):
                raise ValueError(
                    f"cors_allowed_origins must be origins like https://ui.example.org without a path, got {origin!r}."
                )
