"""The parts of aiohttp's server that the gateway is made of, each from its own module.

`aiohttp.web` would load what the gateway has of its own or does without: applications, routes, files, WebSockets.
"""

from __future__ import annotations

from aiohttp.http_writer import HttpVersion11
from aiohttp.web_protocol import RequestHandler, RequestPayloadError
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import Response, StreamResponse
from aiohttp.web_server import Server

__all__ = [
    "BaseRequest",
    "HttpVersion11",
    "RequestHandler",
    "RequestPayloadError",
    "Response",
    "Server",
    "StreamResponse",
]
