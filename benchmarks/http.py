"""A small JSON client over one keep-alive connection, for preparing data and timing single requests."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlencode, urlsplit


class Json:
    """Calls one server's documented endpoints; raises on any status but 200."""

    def __init__(self, url: str, timeout_s: float = 300.0) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=timeout_s)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """POSTs to /api/2.0/mlflow/`path`."""
        return json.loads(self._send("POST", path, json.dumps(body).encode()))

    def get(self, path: str, **query: str | int) -> Any:
        """GETs /api/2.0/mlflow/`path`."""
        return json.loads(self._send("GET", f"{path}?{urlencode(query)}", None))

    def timed_post(self, path: str, body: dict[str, Any]) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was read, and the answer."""
        encoded = json.dumps(body).encode()
        began = time.perf_counter()
        answer = self._send("POST", path, encoded)
        return (time.perf_counter() - began) * 1e3, answer

    def timed_get(self, path: str, **query: str | int) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was read, and the answer."""
        began = time.perf_counter()
        answer = self._send("GET", f"{path}?{urlencode(query)}", None)
        return (time.perf_counter() - began) * 1e3, answer

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self._connection.request(method, f"/api/2.0/mlflow/{path}", body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path} answered {response.status}: {answer[:300]!r}")
        return answer
