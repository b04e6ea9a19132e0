"""An HTTP server of somebody else, which answers what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """What a foreign server was asked."""

    verb: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Foreign:
    """A server of somebody else: answers JSON, knows no protobuf, ignores ranges."""

    url: str = ""
    seen: list[Request] = field(default_factory=list)
    answer: Callable[[Request], tuple[int, bytes]] = lambda _: (200, b"{}")
    headers: Callable[[Request], Mapping[str, str]] = lambda _: {}
    """What an answer's headers have beyond, or in place of, type and length."""


@contextmanager
def foreign_server() -> Iterator[Foreign]:
    """One that runs on a free port."""
    server = Foreign()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = Request(self.command, parts.path, parse_qs(parts.query), dict(self.headers.items()), body)
            server.seen.append(request)
            status, answer = server.answer(request)
            self.send_response(status)
            usual = {"Content-Type": "application/json", "Content-Length": str(len(answer))}
            for name, text in {**usual, **server.headers(request)}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
