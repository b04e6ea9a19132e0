"""Keeps other web sites out: the Host allow-list, and the Origin check on calls that change state (principle P6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs
from multidict import istr

from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.errors import GatewayError, InvalidRequest

_SEC_FETCH_SITE: Final = istr("Sec-Fetch-Site")
SAFE_VERBS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_WILDCARD_ADDRESSES: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # compared with, not bound to
_REMEMBERED_HOSTS_MAX: Final = 1_000


class Guard:
    """Decides from the head of a request whether it may pass."""

    def __init__(self, config: GatewayConfig) -> None:
        self._all_hosts = not config.check_callers or "*" in config.allowed_hosts
        exact = {name.lower() for name in config.allowed_hosts if not name.startswith("*")}
        self._exact = frozenset(_LOCAL_HOSTS | exact | ({config.host.lower()} - _WILDCARD_ADDRESSES))
        self._suffixes = tuple(name[1:].lower() for name in config.allowed_hosts if name.startswith("*."))
        # A server that listens on every address is reached by its addresses. A rebinding attack needs a name.
        self._any_address = config.host in _WILDCARD_ADDRESSES
        self._check_origins = config.check_callers
        self._all_origins = "*" in config.cors_allowed_origins
        self._origins = frozenset(origin.lower() for origin in config.cors_allowed_origins)
        self._passed: set[str] = set()

    def check_host(self, host: str | None) -> None:
        """Refuses a Host that is not ours: a page that rebinds its own name to this address shows itself here."""
        if host is None:
            raise InvalidRequest("The request has no Host header.")
        if host in self._passed:
            return
        if not self._all_hosts and not self._is_ours(_host_name(host)):
            raise GatewayError(
                "PERMISSION_DENIED",
                "The Host header names a host that this server was not told to answer for. "
                "Start it with --allowed-hosts to add one.",
            )
        if len(self._passed) < _REMEMBERED_HOSTS_MAX:
            self._passed.add(host)

    def check_origin(self, headers: Mapping[str, str], host: str | None) -> None:
        """Refuses a state-changing request that a page of another origin caused."""
        if not self._check_origins:
            return
        origin = headers.get(hdrs.ORIGIN)
        if origin is None:
            site = headers.get(_SEC_FETCH_SITE)
            if site is None or site in ("same-origin", "none") or self._all_origins:
                return
        elif self.allows_origin(origin) or (host is not None and _is_same_origin(origin, host)):
            return
        raise GatewayError(
            "PERMISSION_DENIED",
            "Cross-site request refused: its Origin is not this server. "
            "Start the server with --cors-allowed-origins to allow one.",
        )

    def allows_origin(self, origin: str) -> bool:
        """Whether the operator lets pages of this origin call the server."""
        return self._all_origins or origin.lower() in self._origins

    def _is_ours(self, name: str) -> bool:
        if name in self._exact or (self._suffixes and name.endswith(self._suffixes)):
            return True
        return self._any_address and _is_address(name)


def _host_name(host: str) -> str:
    """The name in a Host header: lower case, without port and brackets."""
    if host.startswith("["):
        return host[1:].split("]", 1)[0].lower()
    return host.rsplit(":", 1)[0].lower() if ":" in host else host.lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_same_origin(origin: str, host: str) -> bool:
    # The scheme is left out: behind a proxy that ends TLS the server does not know it.
    try:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https"):
            return False
    except ValueError:
        return False
    default_port = ":443" if parts.scheme == "https" else ":80"
    return parts.netloc.lower().removesuffix(default_port) == host.lower().removesuffix(default_port)
