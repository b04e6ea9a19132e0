"""Protobuf messages to plain values for orjson, compiled once per message type from its descriptor (rest-facts §2)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from trackwell_gateway.descriptors import is_repeated

Convert = Callable[[Any], Any]


def double_to_json(value: float) -> float | str:
    """The number itself, or its documented word: JSON has no NaN and no infinities."""
    if value - value == 0.0:
        return value
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _enumeration(enum: EnumDescriptor) -> Convert:
    names = {value.number: value.name for value in enum.values}
    # A number that this build has no name for comes from a newer service; the reader may know it.
    return lambda number: names.get(number, number)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _scalar(field: FieldDescriptor) -> Convert | None:
    if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
        return double_to_json
    if field.enum_type is not None:
        return _enumeration(field.enum_type)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _base64
    return None


class MessageEncoder:
    """Encodes messages of one type: names as in the contract, unset fields and empty lists left out."""

    def __init__(self) -> None:
        self._fields: dict[int, tuple[str, Convert | None]] = {}

    def __call__(self, message: Message) -> dict[str, Any]:
        """The message as a plain object, ready for orjson: 64-bit integers stay numbers."""
        fields = self._fields
        document: dict[str, Any] = {}
        for descriptor, value in message.ListFields():
            name, convert = fields[descriptor.number]
            document[name] = value if convert is None else convert(value)
        return document

    def add(self, field: FieldDescriptor, resolve: Callable[[Descriptor], MessageEncoder]) -> None:
        """Compiles one field; `resolve` gives the encoder of a sub-message."""
        convert: Convert | None
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            convert = _map(field.message_type, resolve)
        else:
            convert = resolve(field.message_type) if field.message_type is not None else _scalar(field)
            if is_repeated(field):
                convert = list if convert is None else _each(convert)
        self._fields[field.number] = (field.name, convert)


def _each(convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values]


def _map(entry: Descriptor, resolve: Callable[[Descriptor], MessageEncoder]) -> Convert:
    value_field = entry.fields_by_name["value"]
    convert = resolve(value_field.message_type) if value_field.message_type is not None else _scalar(value_field)
    if convert is None:
        return lambda values: {str(key): value for key, value in values.items()}
    known = convert
    return lambda values: {str(key): known(value) for key, value in values.items()}
