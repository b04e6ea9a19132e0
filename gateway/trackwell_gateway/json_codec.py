"""The JSON dialect of the REST API, both ways: one codec holds what was compiled for each message type (rest-facts §2).

It differs from protobuf's own JSON in two points: names are those of the contract, and 64-bit integers are numbers.
"""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from trackwell_gateway.descriptors import descriptor_of
from trackwell_gateway.json_decode import MessageDecoder
from trackwell_gateway.json_encode import MessageEncoder
from trackwell_gateway.json_text import read_object, refuse_repeated_names

M = TypeVar("M", bound=Message)


class JsonCodec:
    """Compiles decoders and encoders on first use and keeps them."""

    def __init__(self) -> None:
        self._decoders: dict[str, MessageDecoder] = {}
        self._encoders: dict[str, MessageEncoder] = {}

    def decoder(self, message_type: Descriptor) -> MessageDecoder:
        """The decoder of a message type."""
        known = self._decoders.get(message_type.full_name)
        if known is None:
            known = self._decoders[message_type.full_name] = MessageDecoder()
            for field in message_type.fields:
                known.add(field, self.decoder)
        return known

    def encoder(self, message_type: Descriptor) -> MessageEncoder:
        """The encoder of a message type."""
        known = self._encoders.get(message_type.full_name)
        if known is None:
            known = self._encoders[message_type.full_name] = MessageEncoder()
            known.add_fields(message_type, self.encoder)
        return known

    def decode(self, document: dict[str, Any], message_class: type[M]) -> M:
        """A message from a JSON object; raises InvalidRequest with the path of what breaks a rule."""
        decoder = self.decoder(descriptor_of(message_class))
        return build(decoder, document, message_class, plain=decoder.accepts(document) >= 0)

    def encode(self, message: Message) -> bytes:
        """The message as UTF-8 JSON."""
        return orjson.dumps(self.encoder(descriptor_of(type(message)))(message))


def decode_text(decoder: MessageDecoder, body: bytes, message_class: type[M]) -> M:
    """A message from the bytes of a request body: what every call with a body goes through.

    Raises UnreadableBody and InvalidRequest.
    """
    document, text = read_object(body)
    names = decoder.accepts(document)
    refuse_repeated_names(document, text, names)
    return build(decoder, document, message_class, plain=names >= 0)


def build(decoder: MessageDecoder, document: dict[str, Any], message_class: type[M], *, plain: bool) -> M:
    """A message from an object; `plain` says that the decoder accepts it as it is."""
    if plain:
        try:
            return message_class(**document)
        except (TypeError, ValueError):
            # An integer beyond its field's range: the exact way names it.
            pass
    return message_class(**decoder.exact(document))
