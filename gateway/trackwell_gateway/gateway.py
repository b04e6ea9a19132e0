"""The way of every request: guard, match, call, answer. Nothing here awaits but the endpoint itself."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs
from multidict import istr

from trackwell_gateway import web
from trackwell_gateway.backend import NO_METADATA, Backend, CallContext
from trackwell_gateway.call import Call, ClientGone, Endpoint, accepts_protobuf, set_headers
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.errors import GatewayError, InvalidRequest
from trackwell_gateway.limits import REQUEST_ID_MAX_CHARS
from trackwell_gateway.matcher import Matcher, NoSuchPath, NoSuchVerb
from trackwell_gateway.replies import empty_reply, error_reply, html_reply
from trackwell_gateway.routes import RouteBuilder
from trackwell_gateway.security import SAFE_VERBS, Guard
from trackwell_gateway.served import Observer, served
from trackwell_gateway.telemetry import Gauge, Telemetry

_LOG: Final = logging.getLogger(__name__)

_HOST_FREE: Final = frozenset({"/health", "/version"})
"""Endpoints which answer under any Host: load balancers ask by address, and there is nothing to steal."""
_X_REQUEST_ID: Final = istr("X-Request-Id")
_UNROUTED: Final = "unrouted"
_CLIENT_GONE_STATUS: Final = 499
_REQUEST_ID: Final = re.compile(rf"[\x20-\x7e]{{1,{REQUEST_ID_MAX_CHARS}}}")
_PREFLIGHT_MAX_AGE_S: Final = 600


class Gateway:
    """Turns HTTP requests into calls of a backend."""

    def __init__(self, backend: Backend, config: GatewayConfig, observer: Observer | None = None) -> None:
        self.telemetry = Telemetry()
        self.draining = False
        self.busy: set[object] = set()
        self.idle = asyncio.Event()
        self._observer = observer
        self._guard = Guard(config)
        self._cors = bool(config.cors_allowed_origins)
        self._usual = _usual_headers(config)
        self._timeout_s = config.limits.request_timeout_s
        self._matcher: Matcher[Endpoint] = Matcher()
        for route in RouteBuilder(backend, config, self.telemetry).routes():
            self._matcher.add(route.verb, route.template, route.endpoint)
        self.telemetry.add_gauge(Gauge("trackwell_http_in_flight", "Requests being served.", lambda: len(self.busy)))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answers one request."""
        begun_s = time.perf_counter()
        connection = request.protocol
        self.busy.add(connection)
        name = _UNROUTED
        call: Call | None = None
        try:
            endpoint, captures, query = self._route(request)
            name = endpoint.name
            call = self._call(request, captures, query, guarded=name not in _HOST_FREE)
            response = await endpoint(call)
        except (NoSuchPath, NoSuchVerb) as missing:
            response = self._missing(request, missing)
        except GatewayError as error:
            response = self._refusal(request, call, error)
        except (ClientGone, ConnectionError):
            response = _cut(request)
        except Exception:  # noqa: BLE001  # the last handler: logged, answered as INTERNAL_ERROR
            response = self._refusal(request, call, _incident(name))
        finally:
            self.busy.discard(connection)
            if self.draining and not self.busy:
                self.idle.set()
        return self._finish(request, response, call, name, begun_s)

    def _route(self, request: web.BaseRequest) -> tuple[Endpoint, Mapping[str, str], str]:
        path, _, query = request.raw_path.partition("?")
        if not path.startswith("/"):
            path = self._path_of_absolute_target(path)
        verb = request.method
        if verb == "OPTIONS":
            raise NoSuchVerb(self._matcher.allowed(path)) if self._matcher.allowed(path) else NoSuchPath(path)
        endpoint, captures = self._matcher.find("GET" if verb == "HEAD" else verb, path)
        return endpoint, captures, query

    def _path_of_absolute_target(self, target: str) -> str:
        """The path of `GET http://host/path`, whose host must be ours too (RFC 9112 §3.2.2)."""
        try:
            parts = urlsplit(target)
        except ValueError:
            raise NoSuchPath(target) from None
        if parts.scheme not in ("http", "https"):
            raise NoSuchPath(target)
        self._guard.check_host(parts.netloc)
        return parts.path or "/"

    def _call(self, request: web.BaseRequest, captures: Mapping[str, str], query: str, *, guarded: bool) -> Call:
        headers = request.headers
        host = headers.get(hdrs.HOST)
        if guarded:
            self._guard.check_host(host)
        if request.method not in SAFE_VERBS:
            self._guard.check_origin(headers, host)
        request_id = headers.get(_X_REQUEST_ID)
        authorization = headers.get(hdrs.AUTHORIZATION)
        extra = self._usual
        if self._cors or request_id is not None:
            extra = {**(extra or {}), **self._extra_headers(request, request_id)}
        context = CallContext(
            request_id,
            time.monotonic() + self._timeout_s,
            NO_METADATA if authorization is None else {"authorization": authorization},
        )
        return Call(request, captures, query, context, accepts_protobuf(headers.get(hdrs.ACCEPT)), extra)

    def _extra_headers(self, request: web.BaseRequest, request_id: str | None) -> dict[str, str]:
        extra: dict[str, str] = {}
        if request_id is not None:
            if not _REQUEST_ID.fullmatch(request_id):
                raise InvalidRequest(
                    f"Invalid X-Request-Id header: it must be 1 to {REQUEST_ID_MAX_CHARS} printable ASCII characters, "
                    "for example a UUID."
                )
            extra["X-Request-Id"] = request_id
        if self._cors:
            extra["Vary"] = "Origin"
            origin = request.headers.get(hdrs.ORIGIN)
            if origin is not None and self._guard.allows_origin(origin):
                extra["Access-Control-Allow-Origin"] = origin
        return extra

    def _missing(self, request: web.BaseRequest, missing: NoSuchPath | NoSuchVerb) -> web.StreamResponse:
        if isinstance(missing, NoSuchPath):
            return html_reply(404, "Not Found", "This server has nothing at this path.")
        allow = set(missing.allowed) | {"OPTIONS"} | ({"HEAD"} if "GET" in missing.allowed else set())
        if request.method != "OPTIONS":
            response = html_reply(405, "Method Not Allowed", "This path exists, but not for this HTTP method.")
            response.headers["Allow"] = ", ".join(sorted(allow))
            return response
        response = empty_reply(204)
        response.headers["Allow"] = ", ".join(sorted(allow))
        origin = request.headers.get(hdrs.ORIGIN)
        if self._cors and origin is not None and self._guard.allows_origin(origin):
            response.headers.update(
                {
                    "Access-Control-Allow-Origin": origin,
                    "Access-Control-Allow-Methods": ", ".join(sorted(allow)),
                    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id",
                    "Access-Control-Max-Age": str(_PREFLIGHT_MAX_AGE_S),
                    "Vary": "Origin",
                }
            )
        return response

    def _refusal(self, request: web.BaseRequest, call: Call | None, error: GatewayError) -> web.StreamResponse:
        if call is not None and call.started:
            return _cut(request)
        return error_reply(error, accepts_protobuf(request.headers.get(hdrs.ACCEPT)))

    def _finish(
        self, request: web.BaseRequest, response: web.StreamResponse, call: Call | None, name: str, begun_s: float
    ) -> web.StreamResponse:
        extra = self._usual if call is None else call.extra_headers
        if extra is not None and not (call is not None and call.started):
            set_headers(response, extra)
        if self.draining:
            response.force_close()
        request_id = None if call is None else call.context.request_id
        self._note(request, response, name, time.perf_counter() - begun_s, request_id)
        return response

    def note_unreadable(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Counts and tells the observer what the server refused because it was no HTTP: nothing is known of it."""
        self._note(request, response, _UNROUTED, 0.0, None)

    def _note(
        self,
        request: web.BaseRequest,
        response: web.StreamResponse,
        name: str,
        duration_s: float,
        request_id: str | None,
    ) -> None:
        self.telemetry.record(name, response.status, duration_s)
        if self._observer is not None:
            self._observer(served(request, response, duration_s, request_id))


def _usual_headers(config: GatewayConfig) -> dict[str, str | None] | None:
    """What every answer's headers have in place of those of `replies`; None: nothing."""
    if config.frame_options == "SAMEORIGIN":
        return None
    return {"X-Frame-Options": None if config.frame_options == "NONE" else config.frame_options}


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    """Ends the connection. What is returned goes nowhere; the server wants an answer to throw away."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=_CLIENT_GONE_STATUS)


def _incident(name: str) -> GatewayError:
    """Logs the exception that is being handled; the answer names the log entry and nothing of the cause."""
    incident = uuid.uuid4().hex[:12]
    _LOG.exception("Internal error %s in %s", incident, name)
    return GatewayError("INTERNAL_ERROR", f"Internal error; the server's log has the cause under id {incident}.")
