"""The short list of routes that are no rpc: health, version, server-info, metrics, the API description."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

import orjson
from aiohttp import web

from trackwell_gateway.call import Call
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.replies import json_reply, text_reply


class ReplyEndpoint:
    """Answers every request with what a function builds."""

    def __init__(self, name: str, build: Callable[[], web.StreamResponse]) -> None:
        self.name = name
        self._build = build

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Builds the answer."""
        return self._build()


class ClosedEndpoint:
    """Stands in for every route of the artifact proxy when the operator closed it (rest-facts §3)."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Says that the proxy is closed: 503."""
        return text_reply(
            "The artifact proxy of this server is switched off; start it with --serve-artifacts to open it.\n", 503
        )


def server_info(config: GatewayConfig) -> bytes:
    """The JSON of server-info (rest-facts §1); `trackwell` holds what only this server's clients ask for."""
    own: dict[str, object] = {"version": config.version}
    if config.advertised_grpc_address is not None:
        own["grpc_address"] = config.advertised_grpc_address
        own["grpc_tls"] = config.advertised_grpc_tls
    return orjson.dumps(
        {
            "store_type": config.store_type,
            "workspaces_enabled": False,
            "multipart_uploads_enabled": False,
            "multipart_downloads_enabled": False,
            "trackwell": own,
        }
    )


def api_description() -> bytes:
    """The OpenAPI document that is generated with the contract."""
    return resources.files("trackwell.v1").joinpath("openapi.json").read_bytes()


def health() -> web.StreamResponse:
    """What load balancers ask for."""
    return text_reply("OK")


def described(config: GatewayConfig) -> ReplyEndpoint:
    """`server-info`, encoded once."""
    body = server_info(config)
    return ReplyEndpoint("/server-info", lambda: json_reply(body))
