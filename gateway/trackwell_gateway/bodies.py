"""Reads request bodies: bounded in bytes before and after decompression, and in time (security principle P8)."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import hdrs

from trackwell_gateway import web
from trackwell_gateway.call import ClientGone
from trackwell_gateway.errors import GatewayError, InvalidRequest
from trackwell_gateway.limits import GatewayLimits

_BUSY_RETRY_S: Final = 1.0
_STREAM_PIECE_BYTES: Final = 262_144
"""Pieces of a streamed body are gathered up to this size: fewer messages for the service, little memory here."""


class BodyReader:
    """Reads the bodies of one gateway, and bounds what they hold together while they arrive."""

    def __init__(self, limits: GatewayLimits) -> None:
        self._limits = limits
        self.held_bytes = 0

    async def read(self, request: web.BaseRequest) -> bytes:
        """The whole body, decompressed.

        Raises GatewayError: too large (413), too slow (408), malformed (400), or too much under way at once (429).
        """
        max_bytes = self._limits.json_body_max_bytes
        content = request.content
        encoding = request.headers.get(hdrs.CONTENT_ENCODING)
        if content.is_eof():
            # A small request arrives with its head: nothing to wait for.
            body = content.read_nowait()
            if len(body) > max_bytes:
                raise too_large(max_bytes)
        else:
            body = await self._gather(request, max_bytes)
        return body if encoding is None else _decompress(body, encoding, max_bytes)

    async def stream(self, request: web.BaseRequest, max_bytes: int | None) -> AsyncIterator[bytes]:
        """The body as it arrives, in pieces of a bounded size and as it was sent: a Content-Encoding is not undone.

        Raises ClientGone when the sender hangs up before the end, GatewayError when it is too large, slow or malformed.
        """
        gathered = bytearray()
        async for piece in self._pieces(request, max_bytes):
            gathered += piece
            if len(gathered) >= _STREAM_PIECE_BYTES:
                yield bytes(gathered)
                gathered.clear()
        if gathered:
            yield bytes(gathered)

    async def _gather(self, request: web.BaseRequest, max_bytes: int) -> bytes:
        pieces: list[bytes] = []
        held = 0
        try:
            async for piece in self._pieces(request, max_bytes):
                held += len(piece)
                self.held_bytes += len(piece)
                if self.held_bytes > self._limits.held_bodies_max_bytes:
                    raise GatewayError("RESOURCE_EXHAUSTED", "Too many large requests are under way.", _BUSY_RETRY_S)
                pieces.append(piece)
        finally:
            self.held_bytes -= held
        return b"".join(pieces)

    async def _pieces(self, request: web.BaseRequest, max_bytes: int | None) -> AsyncIterator[bytes]:
        limits = self._limits
        declared = request.content_length
        if max_bytes is not None and declared is not None and declared > max_bytes:
            raise too_large(max_bytes)
        await _continue_if_asked(request)
        content = request.content
        started = time.monotonic()
        received = 0
        while not content.at_eof():
            allowed_s = limits.body_grace_s + received / limits.body_min_rate_bytes_per_s
            wait_s = min(limits.body_grace_s, started + allowed_s - time.monotonic())
            try:
                async with asyncio.timeout(wait_s):
                    piece = await content.readany()
            except TimeoutError:
                raise GatewayError(
                    "DEADLINE_EXCEEDED",
                    f"The request body came too slowly: {received} bytes, then nothing for {limits.body_grace_s:g} s, "
                    f"or less than {limits.body_min_rate_bytes_per_s} bytes/s.",
                    http_status=408,
                ) from None
            except web.RequestPayloadError as error:
                cause = type(error.__cause__ or error).__name__
                raise InvalidRequest(f"The request body is malformed: {cause}.") from None
            except ConnectionError:
                raise ClientGone from None
            received += len(piece)
            if max_bytes is not None and received > max_bytes:
                raise too_large(max_bytes)
            if piece:
                yield piece


def too_large(max_bytes: int) -> GatewayError:
    """The refusal of a body beyond `max_bytes`."""
    problem = f"The request body is larger than {max_bytes} bytes; send it in smaller parts."
    return InvalidRequest(problem, http_status=413)


async def _continue_if_asked(request: web.BaseRequest) -> None:
    """Tells a client that waits for it (RFC 9110 §10.1.1) to send its body: every check of the head has passed."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The interim answer must not count as the begin of the final one.
        request.writer.output_size = 0


def _decompress(body: bytes, encoding: str, max_bytes: int) -> bytes:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in ("gzip", "x-gzip", "deflate"):
        raise InvalidRequest(
            f"Content-Encoding '{encoding[:40]}' is not understood; send the body plain, or as gzip or deflate.",
            http_status=415,
        )
    inflater = zlib.decompressobj(zlib.MAX_WBITS if name == "deflate" else 16 + zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(body, max_bytes + 1)
    except zlib.error:
        raise InvalidRequest(f"The request body is not {name} data, as its Content-Encoding says.") from None
    if len(plain) > max_bytes:
        raise too_large(max_bytes)
    if not inflater.eof or inflater.unused_data:
        raise InvalidRequest(f"The request body is not one complete {name} stream.")
    return plain
