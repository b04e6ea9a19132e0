"""Protobuf messages to plain values for orjson, compiled once per message type from its descriptor (rest-facts §2)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from operator import attrgetter
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
        self._names: tuple[str, ...] = ()
        self._converted: list[tuple[str, Convert]] = []
        self._read_all: Callable[[Message], tuple[Any, ...]] | None = None

    def __call__(self, message: Message) -> dict[str, Any]:
        """The message as a plain object, ready for orjson: 64-bit integers stay numbers."""
        if self._read_all is not None:
            return self._flat(message, self._read_all(message))
        fields = self._fields
        document: dict[str, Any] = {}
        for descriptor, value in message.ListFields():
            name, convert = fields[descriptor.number]
            document[name] = value if convert is None else convert(value)
        return document

    def _flat(self, message: Message, values: tuple[Any, ...]) -> dict[str, Any]:
        """A message of single scalars, such as a metric: read at once, which takes half the time."""
        document = dict(zip(self._names, values, strict=True))
        if not all(values):
            # Only a zero or an empty text may be a field that is not set.
            for name, value in zip(self._names, values, strict=True):
                if not value and not message.HasField(name):
                    del document[name]
        for name, convert in self._converted:
            if name in document:
                document[name] = convert(document[name])
        return document

    def add_fields(self, message_type: Descriptor, resolve: Callable[[Descriptor], MessageEncoder]) -> None:
        """Compiles the fields of the type; `resolve` gives the encoder of a sub-message."""
        for field in message_type.fields:
            self._fields[field.number] = (field.name, _field(field, resolve))
        flat = all(field.message_type is None and field.has_presence for field in message_type.fields)
        if flat and len(message_type.fields) > 1:
            self._names = tuple(field.name for field in message_type.fields)
            self._converted = [(name, convert) for name, convert in self._fields.values() if convert is not None]
            self._read_all = attrgetter(*self._names)


def _field(field: FieldDescriptor, resolve: Callable[[Descriptor], MessageEncoder]) -> Convert | None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return _map(field.message_type, resolve)
    convert: Convert | None = resolve(field.message_type) if field.message_type is not None else _scalar(field)
    if is_repeated(field):
        return list if convert is None else _each(convert)
    return convert


def _each(convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values]


def _map(entry: Descriptor, resolve: Callable[[Descriptor], MessageEncoder]) -> Convert:
    value_field = entry.fields_by_name["value"]
    convert = resolve(value_field.message_type) if value_field.message_type is not None else _scalar(value_field)
    if convert is None:
        return lambda values: {str(key): value for key, value in values.items()}
    known = convert
    return lambda values: {str(key): known(value) for key, value in values.items()}
