"""Builds HTTP answers: JSON, protobuf, plain text, and the HTML of 404 and 405."""

from __future__ import annotations

import math
from typing import Final

import orjson
from multidict import CIMultiDict

from trackwell.v1 import errors_pb2
from trackwell_gateway import web
from trackwell_gateway.call import JSON, PROTOBUF
from trackwell_gateway.errors import GatewayError


def _headers(content_type: str) -> CIMultiDict[str]:
    return CIMultiDict(
        {
            "Content-Type": content_type,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
            "Server": "trackwell",
        }
    )


_JSON_HEADERS: Final = _headers(JSON)
_PROTOBUF_HEADERS: Final = _headers(PROTOBUF)
_TEXT_HEADERS: Final = _headers("text/plain; charset=utf-8")
_HTML_HEADERS: Final = _headers("text/html; charset=utf-8")
_HTML_HEADERS["Content-Security-Policy"] = "default-src 'none'"
_BARE_HEADERS: Final = _headers("")
del _BARE_HEADERS["Content-Type"]


JSON_HEAD_LINES: Final = tuple(f"{name}: {value}" for name, value in _JSON_HEADERS.items())
"""The header lines that every JSON answer begins with."""


def json_reply(body: bytes, status: int = 200) -> web.Response:
    """An answer of JSON text."""
    return web.Response(body=body, status=status, headers=_JSON_HEADERS.copy())


def json_stream() -> web.StreamResponse:
    """An answer of JSON text whose length is not known."""
    return web.StreamResponse(headers=_JSON_HEADERS.copy())


def protobuf_reply(body: bytes, status: int = 200) -> web.Response:
    """An answer of one encoded message."""
    return web.Response(body=body, status=status, headers=_PROTOBUF_HEADERS.copy())


def text_reply(text: str, status: int = 200, content_type: str | None = None) -> web.Response:
    """An answer of plain text, or of another textual type."""
    headers = _TEXT_HEADERS.copy()
    if content_type is not None:
        headers["Content-Type"] = content_type
    return web.Response(body=text.encode(), status=status, headers=headers)


def html_reply(status: int, title: str, sentence: str) -> web.Response:
    """The short page of a path or verb that does not exist (rest-facts §1). It repeats nothing of the request."""
    page = f"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{sentence}</p>\n"
    return web.Response(body=page.encode(), status=status, headers=_HTML_HEADERS.copy())


def empty_reply(status: int) -> web.Response:
    """An answer without a body."""
    return web.Response(status=status, headers=_BARE_HEADERS.copy())


def file_headers(content_type: str) -> CIMultiDict[str]:
    """The headers of a stored file, which nobody trusts: no script of it may run in this origin (principle P7)."""
    headers = _headers(content_type)
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return headers


def error_reply(error: GatewayError, as_protobuf: bool) -> web.Response:
    """The documented body `{"error_code", "message"}` with the code's status (rest-facts §3)."""
    if as_protobuf:
        code = errors_pb2.Error.Code.Value(error.code_name)
        body = errors_pb2.Error(error_code=code, message=error.message).SerializeToString()
        reply = protobuf_reply(body, error.http_status)
    else:
        body = orjson.dumps({"error_code": error.code_name, "message": error.message})
        reply = json_reply(body, error.http_status)
    if error.retry_after_s is not None:
        reply.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    return reply
