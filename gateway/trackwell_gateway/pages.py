"""Serves SearchRuns: runs arrive encoded and leave as cached JSON fragments, without a message object for each."""

from __future__ import annotations

import orjson
from aiohttp import web
from google.protobuf.message import Message

from trackwell.wire.v1 import wire_pb2
from trackwell_gateway.call import Call
from trackwell_gateway.descriptors import Binding, descriptor_of, is_repeated, message_class
from trackwell_gateway.fragments import FragmentCache
from trackwell_gateway.parts import Parts
from trackwell_gateway.unary import UnaryEndpoint


class PageEndpoint(UnaryEndpoint):
    """One REST form of an rpc whose answer is a list of messages (field 1) and a token (field 2).

    Such an answer has the bytes of `trackwell.wire.v1.PageWire`, which is how it is read here.
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

    def reply(self, answer: Message | bytes, call: Call) -> web.StreamResponse:
        """The page as JSON; an empty list and an absent token are left out."""
        if call.wants_protobuf or not isinstance(answer, bytes):
            return super().reply(answer, call)
        page = wire_pb2.PageWire.FromString(answer)
        parts: list[bytes] = []
        if page.items:
            fragment = self.cache.get
            parts.append(b'"%b":[%b]' % (self._items_name, b",".join([fragment(item) for item in page.items])))
        if page.HasField("next_page_token"):
            parts.append(b'"next_page_token":' + orjson.dumps(page.next_page_token))
        return self.json_reply(b"{%b}" % b",".join(parts))
