"""Serves SearchRuns: runs leave as JSON fragments, made by the backend or cached here, without an object for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from typing import Final

import orjson

from trackwell.wire.v1 import wire_pb2
from trackwell_gateway import web
from trackwell_gateway.call import Call
from trackwell_gateway.descriptors import Binding, descriptor_of, is_repeated, message_class
from trackwell_gateway.fragments import FragmentCache
from trackwell_gateway.parts import Parts
from trackwell_gateway.unary import UnaryEndpoint

ENCODED_AT_ONCE: Final = 20
"""Runs turned into JSON before other requests get their turn: some 2 ms, which a write then waits at most."""


class PageEndpoint(UnaryEndpoint):
    """One REST form of an rpc whose answer is a list of messages (field 1) and a token (field 2).

    Such an answer has the bytes of `trackwell.wire.v1.PageWire`, which is how it is read here. A backend in the same
    process may make the items' JSON itself, and answers with the message then (ADR 0017).
    """

    def __init__(self, binding: Binding, parts: Parts) -> None:
        super().__init__(binding, parts)
        items = descriptor_of(binding.method.response_class).fields_by_number[1]
        if items.message_type is None or not is_repeated(items):
            raise ValueError(f"{binding.method.full_name} does not answer with pages.")
        item_class = message_class(items.message_type)
        encoder = parts.codec.encoder(items.message_type)
        self._items_name = items.name.encode()
        self.cache = FragmentCache(
            lambda encoded: orjson.dumps(encoder(item_class.FromString(encoded))), parts.limits.fragment_cache_bytes
        )

    async def __call__(self, call: Call) -> web.StreamResponse:
        """See `UnaryEndpoint.__call__`. A page that no cache holds is encoded in slices between other requests."""
        context = call.context if call.wants_protobuf else replace(call.context, accepts_json=True)
        answer = await self._backend.unary(self._method, await self.bind(call), context)
        if call.wants_protobuf:
            return self.reply(answer, call)
        if isinstance(answer, wire_pb2.PageWire):
            return self._joined(answer, answer.items)
        if not isinstance(answer, bytes):
            return self.reply(answer, call)
        page = wire_pb2.PageWire.FromString(answer)
        return self._joined(page, [fragment async for fragment in self._fragments(page.items)])

    def _joined(self, page: wire_pb2.PageWire, fragments: Collection[bytes]) -> web.StreamResponse:
        items = (b'"%b":[' % self._items_name, b",".join(fragments), b"]") if fragments else ()
        token = (b'"next_page_token":', orjson.dumps(page.next_page_token)) if page.HasField("next_page_token") else ()
        between = b"," if items and token else b""
        # Formatting bytes takes ten times as long as joining them.
        return self.json_reply(b"".join((b"{", *items, between, *token, b"}")))

    async def _fragments(self, items: Sequence[bytes]) -> AsyncIterator[bytes]:
        pause_at = self.cache.misses + ENCODED_AT_ONCE
        for item in items:
            yield self.cache.get(item)
            if self.cache.misses >= pause_at:
                await asyncio.sleep(0)
                pause_at = self.cache.misses + ENCODED_AT_ONCE
