"""The successful JSON answer of the hot calls, written in one piece with a head that is prepared once a second.

aiohttp builds and serialises a header dictionary for every answer, which costs as much as the rest of the gateway.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING

from trackwell_gateway import web
from trackwell_gateway.replies import JSON_HEAD_LINES, json_reply

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from multidict import CIMultiDict


class QuickReply(web.Response):
    """Status 200, a JSON body, keep-alive.

    Whoever asks for more (its headers, an HTTP/1.0 client, HEAD, a connection that is to be closed) turns it into an
    ordinary response, to which everything is passed on from then on.
    """

    def __init__(self, head: bytes, body: bytes) -> None:
        # The base class is set up only in the ordinary response: that is the point.
        self._head = head
        self._text = body
        self._request: web.BaseRequest | None = None
        self._ordinary: web.Response | None = None

    def ordinary(self) -> web.Response:
        """The same answer as an aiohttp response."""
        if self._ordinary is None:
            self._ordinary = json_reply(self._text)
        return self._ordinary

    @property
    def size_bytes(self) -> int:
        """Length of the body."""
        return len(self._text)

    @property
    def status(self) -> int:
        """The status code."""
        return 200

    @property
    def headers(self) -> CIMultiDict[str]:
        """The headers, which may be changed until `prepare`."""
        return self.ordinary().headers

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection stays open afterwards."""
        return True if self._ordinary is None else self._ordinary.keep_alive

    def force_close(self) -> None:
        """Closes the connection after this answer."""
        self.ordinary().force_close()

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Takes the request to answer."""
        if request.version != web.HttpVersion11 or not request.keep_alive or request.method == "HEAD":
            self.ordinary()
        if self._ordinary is not None:
            return await self._ordinary.prepare(request)
        self._request = request
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Sends the answer."""
        if self._ordinary is not None:
            await self._ordinary.write_eof(data)
            return
        request = self._request
        transport = None if request is None else request.transport
        if request is None or transport is None or transport.is_closing():
            raise ConnectionResetError("The client hung up before its answer.")
        body = self._text
        # Joined, since formatting takes ten times as long for a page of a megabyte.
        transport.write(b"%b%d\r\n\r\n" % (self._head, len(body)) + body)
        # A client that sends on and reads no answers gets no more of them: they would fill the memory.
        await request.writer.drain()


class QuickReplies:
    """Makes quick replies; keeps their common head, whose date is good for a second (RFC 9110 §6.6.1)."""

    def __init__(self) -> None:
        self._second = 0
        self._head = b""

    def __call__(self, body: bytes) -> web.Response:
        """An answer of JSON text."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            lines = (
                "HTTP/1.1 200 OK",
                *JSON_HEAD_LINES,
                f"Date: {formatdate(second, usegmt=True)}",
                "Content-Length: ",
            )
            self._head = "\r\n".join(lines).encode()
        return QuickReply(self._head, body)
