"""Builds every route: those of the contract with their second names, and the listed raw ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trackwell_gateway.aliases import paths_of
from trackwell_gateway.backend import Backend
from trackwell_gateway.call import Endpoint
from trackwell_gateway.config import GatewayConfig
from trackwell_gateway.descriptors import Binding, bindings, descriptor_of, is_raw_body
from trackwell_gateway.downloads import DownloadEndpoint, Downloader, GetArtifactEndpoint
from trackwell_gateway.history import HistoryEndpoint
from trackwell_gateway.httprule import Template, parse_template
from trackwell_gateway.pages import PageEndpoint
from trackwell_gateway.parts import Parts
from trackwell_gateway.raw_routes import (
    PROXY_CLOSED,
    TRACKING_CLOSED,
    ClosedEndpoint,
    HealthEndpoint,
    NothingKeptEndpoint,
    ReplyEndpoint,
    api_description,
    described,
)
from trackwell_gateway.replies import json_reply, text_reply
from trackwell_gateway.telemetry import CONTENT_TYPE, Gauge, Telemetry
from trackwell_gateway.unary import UnaryEndpoint
from trackwell_gateway.uploads import UiUploadEndpoint, UploadEndpoint, Uploader

_PROXY = "/api/2.0/mlflow-artifacts/"


@dataclass(frozen=True, slots=True)
class Route:
    """One verb at one path, and what serves it."""

    verb: str
    template: Template
    endpoint: Endpoint


def contract_paths(static_prefix: str = "") -> Iterator[tuple[str, str, Binding]]:
    """Every (verb, path template, binding) below the contract, second names included: what docs and tests list."""
    for binding in bindings():
        for path in paths_of(binding.template.text, static_prefix):
            yield binding.verb, path, binding


class RouteBuilder:
    """Makes the endpoints of one gateway. Forms of one rpc at several paths share one endpoint."""

    def __init__(self, backend: Backend, config: GatewayConfig, telemetry: Telemetry) -> None:
        self._config = config
        self._telemetry = telemetry
        self._parts = Parts(backend, config.limits)
        self._downloader = Downloader(self._parts)
        self._uploader = Uploader(self._parts)

    def routes(self) -> Iterator[Route]:
        """All routes."""
        bodies = self._parts.bodies
        held = Gauge("trackwell_http_held_body_bytes", "Bodies that are still arriving.", lambda: bodies.held_bytes)
        self._telemetry.add_gauge(held)
        yield from self._contract_routes()
        yield from self._raw_routes()

    def _contract_routes(self) -> Iterator[Route]:
        for binding in bindings():
            endpoint = self._endpoint(binding)
            for path in paths_of(binding.template.text, self._config.static_prefix):
                segments = tuple(path[1:].split("/"))
                shift = len(segments) - len(binding.template.segments)
                yield Route(binding.verb, binding.template.moved(segments, shift), endpoint)

    def _endpoint(self, binding: Binding) -> Endpoint:
        method = binding.method
        if binding.template.text.startswith(_PROXY):
            if not self._config.serve_artifacts:
                return ClosedEndpoint(method.name, PROXY_CLOSED)
        elif self._config.artifacts_only:
            return ClosedEndpoint(method.name, TRACKING_CLOSED)
        if method.takes_stream and is_raw_body(descriptor_of(method.request_class), binding.body):
            return UploadEndpoint(binding, self._uploader, self._parts)
        if method.returns_stream and is_raw_body(descriptor_of(method.response_class), binding.response_body):
            return DownloadEndpoint(binding, self._downloader, self._parts)
        if method.takes_stream or method.returns_stream or binding.body not in ("", "*"):
            raise ValueError(
                f"{method.full_name}: only streams of google.api.HttpBody and whole bodies have a REST form."
            )
        if method.name == "GetMetricHistory":
            return HistoryEndpoint(binding, self._parts)
        if method.name == "SearchRuns":
            return self._page_endpoint(binding)
        return UnaryEndpoint(binding, self._parts)

    def _page_endpoint(self, binding: Binding) -> Endpoint:
        endpoint = PageEndpoint(binding, self._parts)
        cache = self._parts.backend.run_texts or endpoint.cache
        for name, text, read in (
            ("bytes", "Memory held by JSON fragments of runs.", lambda: cache.size_bytes),
            ("hits", "Runs of pages found in the fragment cache.", lambda: cache.hits),
            ("misses", "Runs of pages that had to be encoded.", lambda: cache.misses),
        ):
            self._telemetry.add_gauge(Gauge(f"trackwell_fragment_cache_{name}", text, read))
        return endpoint

    def _raw_routes(self) -> Iterator[Route]:
        config = self._config
        prefix = config.static_prefix
        info = described(config)
        for path in paths_of("/api/3.0/mlflow/server-info", prefix):
            yield _exact("GET", path, info)
        yield _exact("GET", prefix + "/health", HealthEndpoint(self._parts))
        yield _exact("GET", prefix + "/version", ReplyEndpoint("/version", lambda: text_reply(config.version)))
        openapi = api_description()
        yield _exact("GET", prefix + "/openapi.json", ReplyEndpoint("/openapi.json", lambda: json_reply(openapi)))
        of_runs: list[tuple[str, str, Endpoint]] = [
            ("GET", prefix + "/get-artifact", GetArtifactEndpoint(self._downloader)),
            ("POST", prefix + "/ajax-api/2.0/mlflow/upload-artifact", UiUploadEndpoint(self._uploader, self._parts)),
        ]
        models = NothingKeptEndpoint("/logged-models/search", self._parts)
        of_runs += [("POST", path, models) for path in paths_of("/api/2.0/mlflow/logged-models/search", prefix)]
        for verb, path, endpoint in of_runs:
            closed = ClosedEndpoint(endpoint.name, TRACKING_CLOSED) if config.artifacts_only else None
            yield _exact(verb, path, closed or endpoint)
        if config.expose_metrics:
            telemetry = self._telemetry
            metrics = ReplyEndpoint("/metrics", lambda: text_reply(telemetry.text(), content_type=CONTENT_TYPE))
            yield _exact("GET", prefix + "/metrics", metrics)


def _exact(verb: str, path: str, endpoint: Endpoint) -> Route:
    return Route(verb, parse_template(path), endpoint)
