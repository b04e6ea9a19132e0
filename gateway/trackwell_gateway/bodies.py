"""Reads request bodies: bounded in bytes before and after decompression, and in time (security principle P8)."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import hdrs, web

from trackwell_gateway.call import ClientGone
from trackwell_gateway.errors import GatewayError, InvalidRequest
from trackwell_gateway.limits import GatewayLimits

_STREAM_PIECE_BYTES: Final = 262_144
"""Pieces of a streamed body are gathered up to this size: fewer messages for the service, little memory here."""


async def read_body(request: web.BaseRequest, limits: GatewayLimits) -> bytes:
    """The whole body, decompressed. Raises GatewayError: too large (413), too slow (408), malformed (400)."""
    content = request.content
    encoding = request.headers.get(hdrs.CONTENT_ENCODING)
    if content.is_eof():
        # A small request arrives with its head: nothing to wait for.
        body = content.read_nowait()
        if len(body) > limits.json_body_max_bytes:
            raise too_large(limits.json_body_max_bytes)
    else:
        pieces = [piece async for piece in _pieces(request, limits, limits.json_body_max_bytes)]
        body = b"".join(pieces)
    return body if encoding is None else _decompress(body, encoding, limits.json_body_max_bytes)


async def stream_body(request: web.BaseRequest, limits: GatewayLimits, max_bytes: int | None) -> AsyncIterator[bytes]:
    """The body as it arrives, in pieces of a bounded size and as it was sent: a Content-Encoding is not undone.

    Raises ClientGone when the sender hangs up before the end, GatewayError when it is too large, too slow or malformed.
    """
    gathered = bytearray()
    async for piece in _pieces(request, limits, max_bytes):
        gathered += piece
        if len(gathered) >= _STREAM_PIECE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def too_large(max_bytes: int) -> GatewayError:
    """The refusal of a body beyond `max_bytes`."""
    problem = f"The request body is larger than {max_bytes} bytes; send it in smaller parts."
    return InvalidRequest(problem, http_status=413)


async def _pieces(request: web.BaseRequest, limits: GatewayLimits, max_bytes: int | None) -> AsyncIterator[bytes]:
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
