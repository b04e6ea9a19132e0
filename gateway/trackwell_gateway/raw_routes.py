"""The short list of routes that are no rpc: health, version, server-info, metrics, API description, one of MLflow 3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson
from aiohttp import hdrs

import trackwell.v1
from trackwell_gateway import web
from trackwell_gateway.call import Call, body_is_protobuf
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.errors import BackendError, InvalidRequest
from trackwell_gateway.json_text import UnreadableBody, parse_object
from trackwell_gateway.parts import Parts
from trackwell_gateway.replies import json_reply, text_reply


class ReplyEndpoint:
    """Answers every request with what a function builds."""

    def __init__(self, name: str, build: Callable[[], web.StreamResponse]) -> None:
        self.name = name
        self._build = build

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Builds the answer."""
        return self._build()


class NothingKeptEndpoint:
    """Answers a search for what MLflow 3 keeps and this server does not, with nothing found.

    Its clients look for logged models whenever they list or fetch a run's artifacts, and take an error for the end.
    """

    def __init__(self, name: str, parts: Parts) -> None:
        self.name = name
        self._bodies = parts.bodies

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Checks the form of the question and answers `{}`."""
        if body_is_protobuf(call.request.headers.get(hdrs.CONTENT_TYPE)):
            raise InvalidRequest(f"{self.name} has no protobuf form here; send JSON.")
        try:
            parse_object(await self._bodies.read(call.request))
        except UnreadableBody as problem:
            raise InvalidRequest(f"The request body is not valid JSON ({problem}).") from None
        return json_reply(b"{}")


PROXY_CLOSED: Final = "The artifact proxy of this server is switched off; start it with --serve-artifacts to open it.\n"
TRACKING_CLOSED: Final = "This server keeps artifacts only; start it without --artifacts-only to serve tracking too.\n"


class ClosedEndpoint:
    """Stands in for every route that the operator closed: the artifact proxy, or all the rest (rest-facts §3)."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._reason = reason

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Says why: 503, in plain text."""
        return text_reply(self._reason, 503)


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
    # A plain path: `importlib.resources` would load what reads archives, in every server.
    return Path(trackwell.v1.__file__).with_name("openapi.json").read_bytes()


class HealthEndpoint:
    """What load balancers ask for: whether a call would reach a service that serves."""

    name = "/health"

    def __init__(self, parts: Parts) -> None:
        self._backend = parts.backend

    async def __call__(self, call: Call) -> web.StreamResponse:
        """`OK`; or 503 and why, so that callers are sent to a gateway whose service answers."""
        try:
            await self._backend.check()
        except BackendError as problem:
            return text_reply(f"{problem.message}\n", 503)
        return text_reply("OK")


def described(config: GatewayConfig) -> ReplyEndpoint:
    """`server-info`, encoded once."""
    body = server_info(config)
    return ReplyEndpoint("/server-info", lambda: json_reply(body))
