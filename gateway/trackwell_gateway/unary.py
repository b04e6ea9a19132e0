"""Serves the rpcs without streams: bind, call, encode."""

from __future__ import annotations

import orjson
from aiohttp import hdrs
from google.protobuf.message import Message

from trackwell_gateway import web
from trackwell_gateway.binder import Binder
from trackwell_gateway.call import Call, body_is_protobuf
from trackwell_gateway.descriptors import Binding, descriptor_of
from trackwell_gateway.parts import Parts
from trackwell_gateway.replies import protobuf_reply


class UnaryEndpoint:
    """One REST form of one unary rpc."""

    def __init__(self, binding: Binding, parts: Parts) -> None:
        response = descriptor_of(binding.method.response_class)
        self.name = binding.method.name
        self._method = binding.method.full_name
        self._response_class = binding.method.response_class
        self._has_body = binding.body == "*"
        self._binder = Binder(binding.method, parts.codec)
        self._backend = parts.backend
        self._bodies = parts.bodies
        self._encoder = parts.codec.encoder(response)
        self._has_fields = bool(response.fields)
        self._limits = parts.limits
        self.json_reply = parts.replies

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Binds the request, calls the rpc and encodes its answer."""
        message = await self.bind(call)
        answer = await self._backend.unary(self._method, message, call.context)
        return self.reply(answer, call)

    async def bind(self, call: Call) -> Message:
        """The request message of a call."""
        if not self._has_body:
            return self._binder.from_query(call.query, call.captures)
        if body_is_protobuf(call.request.headers.get(hdrs.CONTENT_TYPE)):
            return self._binder.from_protobuf(await self._bodies.read(call.request), call.captures)
        return self._binder.from_json(await self._bodies.read(call.request), call.captures)

    def reply(self, answer: Message | bytes, call: Call) -> web.StreamResponse:
        """The HTTP answer for what the backend returned."""
        if call.wants_protobuf:
            return protobuf_reply(answer if isinstance(answer, bytes) else answer.SerializeToString())
        if not self._has_fields:
            return self.json_reply(b"{}")
        message = self._response_class.FromString(answer) if isinstance(answer, bytes) else answer
        return self.json_reply(orjson.dumps(self._encoder(message)))
