"""Fills a request message from body, path and query of an HTTP request (google.api.http; rest-facts §1, §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from trackwell_gateway.descriptors import Method, descriptor_of, is_repeated
from trackwell_gateway.errors import InvalidRequest, missing_value
from trackwell_gateway.json_codec import JsonCodec, decode_text
from trackwell_gateway.json_scalars import Convert, refuse, scalar_converter
from trackwell_gateway.json_text import UnreadableBody
from trackwell_gateway.limits import QUERY_FIELDS_MAX

_BOOLEANS: Final = {"true": True, "false": False}


def _boolean(value: str, path: str) -> bool:
    known = _BOOLEANS.get(value)
    if known is None:
        raise refuse(value, path, "It must be true or false")
    return known


class Binder:
    """Binds requests of one rpc."""

    def __init__(self, method: Method, codec: JsonCodec) -> None:
        self._class = method.request_class
        self._required = method.required_fields
        self._decoder = codec.decoder(descriptor_of(method.request_class))
        self._texts: dict[str, tuple[str, Convert, bool]] = {}
        for field in descriptor_of(method.request_class).fields:
            if field.message_type is None:
                convert = _boolean if field.type == FieldDescriptor.TYPE_BOOL else scalar_converter(field)[0]
                entry = (field.name, convert, is_repeated(field))
                self._texts[field.name] = self._texts[field.json_name] = entry

    def from_json(self, body: bytes, captures: Mapping[str, str]) -> Message:
        """The message in a JSON body; what the path captured wins over the body."""
        try:
            message = decode_text(self._decoder, body, self._class)
        except UnreadableBody as problem:
            raise self._unreadable(str(problem), captures) from None
        return self._with_captures(message, captures) if captures else message

    def from_protobuf(self, body: bytes, captures: Mapping[str, str]) -> Message:
        """The message in an encoded body."""
        message = self._class()
        try:
            message.ParseFromString(body)
        except DecodeError:
            name = self._class.DESCRIPTOR.full_name
            raise InvalidRequest(f"The request body is not an encoded {name} message.") from None
        return self._with_captures(message, captures)

    def from_query(self, query: str, captures: Mapping[str, str]) -> Message:
        """The message in query parameters; names that the message does not have are ignored."""
        message = self._class(**self._query_arguments(query)) if query else self._class()
        return self._with_captures(message, captures)

    def _with_captures(self, message: Message, captures: Mapping[str, str]) -> Message:
        for name, text in captures.items():
            field_name, convert, _ = self._texts[name]
            setattr(message, field_name, convert(text, field_name))
        return message

    def _query_arguments(self, query: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        spellings: dict[str, str] = {}
        for name, text in query_fields(query):
            known = self._texts.get(name)
            if known is None:
                continue
            field_name, convert, repeated = known
            spelling = spellings.setdefault(field_name, name)
            if repeated and spelling == name:
                values = arguments.setdefault(field_name, [])
                values.append(convert(text, f"{field_name}[{len(values)}]"))
            elif field_name in arguments:
                raise InvalidRequest(f"Query parameter '{field_name}' is given twice; give it once.")
            else:
                arguments[field_name] = convert(text, field_name)
        return arguments

    def _unreadable(self, problem: str, captures: Mapping[str, str]) -> InvalidRequest:
        missing = [name for name in self._required if name not in captures]
        reason = f"the request body is not valid JSON ({problem})"
        if not missing:
            return InvalidRequest(f"The request cannot be read: {reason}.")
        refusal = missing_value(missing[0])
        return InvalidRequest(f"{refusal.message} An empty object was read, because {reason}.")


def query_fields(query: str) -> list[tuple[str, str]]:
    """Names and values of a query string, decoded once, empty values kept.

    Raises InvalidRequest for escapes that are not UTF-8 and for more than `QUERY_FIELDS_MAX` parameters.
    """
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS_MAX)
    except UnicodeDecodeError:
        raise InvalidRequest("Invalid query string: its percent escapes are not UTF-8.") from None
    except ValueError:
        raise InvalidRequest(f"The query string has more than {QUERY_FIELDS_MAX} parameters.") from None
