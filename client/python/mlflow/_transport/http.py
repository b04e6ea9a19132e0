"""One pool of HTTP connections with the client's rules: retries, time limits, credentials, TLS, proxies, and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import orjson
import urllib3
from google.protobuf.message import DecodeError
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError
from urllib3.util import Timeout

from mlflow._convert.errors import code_name, name_of_http_status
from mlflow._transport.credentials import USER_AGENT, Credentials, basic_authorization
from mlflow._transport.request_auth import OutgoingRequest, Signer, checksum_headers
from mlflow._transport.retry import RETRIED_CODES, FailedAttempt, RetryPolicy
from mlflow._transport.uris import redacted
from mlflow.environment_variables import proxy_for
from mlflow.exceptions import MlflowException, RestException
from mlflow.version import VERSION
from trackwell.v1 import errors_pb2

PROTOBUF = "application/x-protobuf"
"""Media type of messages in their binary form."""

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed (rest-facts §1), where no documented word says more."""

MAX_REDIRECTS = 5
MAX_CONNECTIONS = 32
"""Idle connections kept, one for each thread that logs."""

SHOWN_BODY_CHARS = 500
"""How much of an unexpected answer goes into an error message."""

_REDIRECTS_ONLY = urllib3.Retry(
    None,
    connect=False,
    read=False,
    redirect=MAX_REDIRECTS,
    status=0,
    other=0,
    raise_on_redirect=False,
    raise_on_status=False,
)
"""Errors and statuses are for `RetryPolicy` to judge."""

Body = bytes | Callable[[], Iterable[bytes]]
"""A request's body, or what begins to produce it anew for each attempt."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A complete answer with status 200-299."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return media_type(self.headers)


class HttpClient:
    """Sends requests to paths below one base URL; `what` answers there is for messages."""

    def __init__(
        self, base_url: str, credentials: Credentials, policy: RetryPolicy, what: str = "tracking server"
    ) -> None:
        """Opens no connection yet. Raises MlflowException for a URL or credentials that cannot be used."""
        self._what = what
        try:
            parts = urlsplit(base_url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise _bad_url(base_url, str(error)) from None
        if not host or parts.query or parts.fragment:
            raise _bad_url(base_url, "a host is needed, and no query or fragment may be given")
        netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
        self.base_url = f"{parts.scheme.lower()}://{netloc}{parts.path.rstrip('/')}"
        self._policy = policy
        self._headers = {"User-Agent": USER_AGENT, "X-MLflow-Client-Version": VERSION}
        authorization = credentials.authorization
        if authorization is None and parts.username is not None:
            authorization = basic_authorization(unquote(parts.username), unquote(parts.password or ""))
        if authorization is not None:
            self._headers["Authorization"] = authorization
        self._signer = credentials.signer
        self._pool = _pool(self.base_url, credentials)

    def request(
        self,
        verb: str,
        path: str,
        *,
        fields: Iterable[tuple[str, str]] = (),
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """The answer to a request. Raises RestException for a refusal, MlflowException when no answer can be had."""

        def attempt() -> HttpResponse:
            with self._answer(verb, path, fields, body, headers) as response:
                return HttpResponse(self._url(path), response.read(), response.headers)

        return self._policy.run(attempt)

    @contextmanager
    def stream(
        self,
        verb: str,
        path: str,
        *,
        fields: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """An answer whose body is still to be read. What breaks while it is read is not tried again here."""
        response = self._policy.run(lambda: self._open(verb, path, fields, None, headers))
        try:
            yield response
        except HTTPError as error:
            raise self._unreachable(path, error).error from error
        finally:
            response.close()

    def close(self) -> None:
        """Closes the connections."""
        # `clear` alone leaves that to finalizers, which at exit may have run already.
        for key in list(self._pool.pools.keys()):
            self._pool.pools[key].close()
        self._pool.clear()

    @contextmanager
    def _answer(
        self,
        verb: str,
        path: str,
        fields: Iterable[tuple[str, str]],
        body: Body | None,
        headers: Mapping[str, str] | None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        response = self._open(verb, path, fields, body, headers)
        try:
            yield response
        except HTTPError as error:
            response.close()
            raise self._unreachable(path, error) from error
        finally:
            response.release_conn()

    def _open(
        self,
        verb: str,
        path: str,
        fields: Iterable[tuple[str, str]],
        body: Body | None,
        headers: Mapping[str, str] | None,
    ) -> urllib3.BaseHTTPResponse:
        """One attempt up to the answer's headers. Raises what `_refusal` says for a status beyond 299."""
        query = urlencode(list(fields))
        url = self._url(path) + (f"?{query}" if query else "")
        streamed = callable(body)
        sent_headers = {**self._headers, **(headers or {})}
        if self._signer is not None:
            self._sign(self._signer, verb, url, sent_headers, body)
        try:
            response = self._pool.request(
                verb,
                url,
                body=iter(body()) if callable(body) else body,
                headers=sent_headers,
                timeout=Timeout(connect=self._policy.timeout_s, read=self._policy.timeout_s),
                # A body that is produced once cannot follow a redirect, nor can a signature, which is for one URL.
                retries=False if streamed or self._signer is not None else _REDIRECTS_ONLY,
                preload_content=False,
            )
        except HTTPError as error:
            raise self._unreachable(path, error) from error
        if 200 <= response.status < 300:
            return response
        try:
            raise self._refusal(path, response)
        finally:
            response.close()

    @staticmethod
    def _sign(signer: Signer, verb: str, url: str, headers: dict[str, str], body: Body | None) -> None:
        """Adds the signer's headers. For one that covers the body, a streamed one is produced once more."""
        if callable(body) and signer.covers_body:
            headers.update(checksum_headers(body()))
        signer.sign(OutgoingRequest(verb, url, headers, body if isinstance(body, bytes) else None))

    def _url(self, path: str) -> str:
        return self.base_url + path

    def _unreachable(self, path: str, error: HTTPError) -> FailedAttempt:
        if isinstance(error, MaxRetryError) and isinstance(error.reason, HTTPError):
            error = error.reason
        if isinstance(error, ReadTimeoutError):
            return FailedAttempt(
                MlflowException(
                    f"{self._url(path)} did not answer in time. MLFLOW_HTTP_REQUEST_TIMEOUT sets the limit in seconds.",
                    "DEADLINE_EXCEEDED",
                ),
                timed_out=True,
            )
        return FailedAttempt(
            MlflowException(
                f"The {self._what} at {self.base_url} cannot be reached: {error}. Check that it runs and that this "
                "is its address.",
                "TEMPORARILY_UNAVAILABLE",
            )
        )

    def _refusal(self, path: str, response: urllib3.BaseHTTPResponse) -> Exception:
        body = b""
        with suppress(HTTPError):
            body = response.read()
        refused = _refused(self._url(path), response.status, media_type(response.headers), body)
        known = isinstance(refused, RestException)
        if refused.error_code in RETRIED_CODES if known else response.status in RETRIED_STATUSES:
            return FailedAttempt(refused, retry_after_s=_seconds(response.headers.get("Retry-After")))
        return refused


def whole_body(response: urllib3.BaseHTTPResponse, chunk_bytes: int, what: str) -> Iterator[bytes]:
    """The body of `what`, in chunks.

    Raises MlflowException where it has not as many bytes as were announced: older versions of urllib3 do not look.
    """
    announced = response.headers.get("Content-Length")
    read_bytes = 0
    for chunk in response.stream(chunk_bytes):
        read_bytes += len(chunk)
        yield chunk
    if announced is not None and announced.isdigit() and read_bytes != int(announced):
        raise MlflowException(f"{what} broke off after {read_bytes} of {announced} bytes.", "TEMPORARILY_UNAVAILABLE")


def media_type(headers: Mapping[str, str]) -> str:
    """An answer's media type without its parameters, in lower case."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _refused(url: str, status: int, content_type: str, body: bytes) -> MlflowException:
    """The exception for an answer: RestException when its body carries a documented word."""
    answer: Any = None
    with suppress(orjson.JSONDecodeError, DecodeError):
        if content_type == PROTOBUF:
            refusal = errors_pb2.Error.FromString(body)
            answer = {"error_code": code_name(refusal.error_code), "message": refusal.message}
        else:
            answer = orjson.loads(body)
    if isinstance(answer, dict) and isinstance(answer.get("error_code"), str):
        return RestException(answer)
    shown = body.decode("utf-8", "replace")[:SHOWN_BODY_CHARS]
    return MlflowException(f"{url} answered with HTTP status {status}: {shown!r}", name_of_http_status(status))


def _seconds(text: str | None) -> float | None:
    """The wait that a Retry-After header in seconds asks for; its other form, a date, is not honoured."""
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _pool(base_url: str, credentials: Credentials) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": MAX_CONNECTIONS}
    if credentials.insecure_tls:
        options.update(cert_reqs="CERT_NONE", assert_hostname=False)
    elif credentials.server_certificate() is not None:
        options.update(ca_certs=credentials.server_cert_path)
    if credentials.client_certificate() is not None:
        options.update(cert_file=credentials.client_cert_path)
    proxy = proxy_for(base_url)
    return urllib3.ProxyManager(proxy, **options) if proxy is not None else urllib3.PoolManager(**options)


def _bad_url(url: str, reason: str) -> MlflowException:
    return MlflowException.invalid_parameter_value(
        f"The tracking URI {redacted(url)!r} is no server's address: {reason}. Example: http://localhost:5000"
    )
