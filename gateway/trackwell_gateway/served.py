"""What an access log wants to know of a request that was answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from trackwell_gateway import web
from trackwell_gateway.quick_reply import QuickReply

PATH_MAX_CHARS: Final = 500
"""How much of a path is kept: documented ones are shorter, and a log must not grow by what strangers send."""


class Served(NamedTuple):
    """One request and its answer, without anything that may be a secret: no query, no headers, no body."""

    verb: str
    """`UNKNOWN` when what came was no HTTP; its path is `/` then."""
    path: str
    """As it came over the wire, in ASCII, cut at `PATH_MAX_CHARS`."""
    status: int
    """Of the answer; 499 when the client hung up before it."""
    duration_s: float
    received_bytes: int
    """Of the body, as far as it was read."""
    sent_bytes: int
    """Of the body; of a stream without a length the whole answer's, with its head."""
    peer: str
    """Address of the other end; of the reverse proxy, behind one."""
    request_id: str | None


Observer = Callable[[Served], None]
"""Takes note of each request. It is called in the event loop and must neither wait nor raise."""


def served(request: web.BaseRequest, response: web.StreamResponse, duration_s: float, request_id: str | None) -> Served:
    """The facts of a request whose answer is known."""
    path = request.raw_path.partition("?")[0][:PATH_MAX_CHARS]
    if not path.isascii():
        path = path.encode("ascii", "backslashreplace").decode()
    return Served(
        request.method,
        path,
        response.status,
        duration_s,
        request.content.total_bytes,
        0 if request.method == "HEAD" else _sent_bytes(response),
        request.remote or "",
        request_id,
    )


def _sent_bytes(response: web.StreamResponse) -> int:
    if isinstance(response, QuickReply):
        return response.size_bytes
    length = response.content_length
    return response.body_length if length is None else length
