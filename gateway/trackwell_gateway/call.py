"""One request on its way through the gateway, and the shape of what serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from trackwell_gateway import web
from trackwell_gateway.backend import CallContext
from trackwell_gateway.errors import InvalidRequest

JSON: Final = "application/json"
PROTOBUF: Final = "application/x-protobuf"

_PROTOBUF_NAMES: Final = (PROTOBUF, "application/protobuf")


class ClientGone(Exception):
    """The client hung up, or was dropped for being too slow: there is nobody to answer."""


@dataclass(slots=True)
class Call:
    """A request after routing."""

    request: web.BaseRequest
    captures: Mapping[str, str]
    """Texts captured by the path template, decoded once, by field name."""
    query: str
    """The raw query string, without its question mark."""
    context: CallContext
    wants_protobuf: bool
    """Whether the answer goes out as the encoded message instead of JSON."""
    extra_headers: dict[str, str | None] | None = None
    """Headers that the answer carries beside its own, as for `set_headers`: the request's id, what CORS wants."""
    started: bool = False
    """Whether the head of the answer is on its way: from then on a failure can only cut the connection."""

    async def start(self, response: web.StreamResponse) -> None:
        """Sends the head of a streamed answer."""
        self.started = True
        if self.extra_headers is not None:
            set_headers(response, self.extra_headers)
        await response.prepare(self.request)


class Endpoint(Protocol):
    """What serves a route."""

    @property
    def name(self) -> str:
        """Names the endpoint in metrics: the rpc's name or the raw route's path."""
        ...

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Serves one request; raises GatewayError to refuse it."""
        ...


def set_headers(response: web.StreamResponse, headers: Mapping[str, str | None]) -> None:
    """Sets each header of an answer that is not on its way yet; None takes it away."""
    for name, value in headers.items():
        if value is None:
            response.headers.popall(name, None)
        else:
            response.headers[name] = value


def media_type(header: str) -> str:
    """The media type of a Content-Type or of one item of Accept, lower case, without parameters."""
    return header.split(";", 1)[0].strip().lower()


def accepts_protobuf(accept: str | None) -> bool:
    """Whether an Accept header names protobuf."""
    return (
        accept is not None
        and "protobuf" in accept
        and any(media_type(item) in _PROTOBUF_NAMES for item in accept.split(","))
    )


def body_is_protobuf(content_type: str | None) -> bool:
    """Whether a body is an encoded message (True) or JSON (False).

    Every other Content-Type, and none, is refused: a browser may post forms and text/plain across sites without
    asking (rest-facts §1, security principle P6).
    """
    if content_type == JSON:
        return False
    given = "" if content_type is None else media_type(content_type)
    if given == JSON:
        return False
    if given in _PROTOBUF_NAMES:
        return True
    shown = f"'{content_type}'" if content_type else "none"
    raise InvalidRequest(f"Bad Request. Content-Type header must be '{JSON}' (or '{PROTOBUF}'), got {shown}.")
