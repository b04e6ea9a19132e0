"""The JSON dialect of rest-facts §2, written a second time for the tests: slow, strict, without the product's codec."""

from __future__ import annotations

import math
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

INTEGERS = {
    FieldDescriptor.TYPE_INT32,
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_UINT32,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SFIXED64,
}
NONFINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_json(message: Message) -> dict[str, Any]:
    """The request body: proto names, integers as numbers, enums by name, non-finite doubles as strings."""
    return {
        field.name: [_value_to_json(field, item) for item in value]
        if field.is_repeated
        else _value_to_json(field, value)
        for field, value in message.ListFields()
    }


def to_query(message: Message) -> list[tuple[str, str]]:
    """The query parameters of a GET: repeated fields are repeated parameters."""
    return [
        (field.name, str(_value_to_json(field, item)))
        for field, value in message.ListFields()
        for item in (value if field.is_repeated else [value])
    ]


def from_json(document: Any, message: Message) -> None:
    """Fills a response message, and fails on anything that rest-facts §2 says a response does not hold."""
    assert isinstance(document, dict), document
    for name, value in document.items():
        field = message.DESCRIPTOR.fields_by_name[name]  # KeyError: lowerCamel or unknown names
        assert value is not None, f"{name}: unset fields are omitted, never null"
        if field.is_repeated:
            assert isinstance(value, list), (name, value)
            assert value, f"{name}: empty repeated fields are omitted"
            target = getattr(message, name)
            for item in value:
                if field.message_type is None:
                    target.append(_value_from_json(field, item))
                else:
                    from_json(item, target.add())
        elif field.message_type is not None:
            sub = getattr(message, name)
            sub.SetInParent()
            from_json(value, sub)
        else:
            setattr(message, name, _value_from_json(field, value))


def _value_to_json(field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return to_json(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return value if known is None else known.name
    if field.type == FieldDescriptor.TYPE_DOUBLE and not math.isfinite(value):
        return next(name for name, number in NONFINITE.items() if str(number) == str(value))
    return value


def _value_from_json(field: Any, value: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values_by_name[value].number
    if field.type in INTEGERS:
        assert type(value) is int, f"{field.name}: integers are JSON numbers, got {value!r}"
        return value
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        if isinstance(value, str):
            return NONFINITE[value]
        assert type(value) in (int, float), f"{field.name}: doubles are numbers or one of three words, got {value!r}"
        return float(value)
    expected = {FieldDescriptor.TYPE_STRING: str, FieldDescriptor.TYPE_BOOL: bool}[field.type]
    assert type(value) is expected, f"{field.name}: {value!r}"
    return value
