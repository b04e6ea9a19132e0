"""JSON values to scalar fields: what each type takes, and how anything else is refused (rest-facts §2, §3)."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from typing import Any, Final

import orjson
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.limits import REFUSED_VALUE_MAX_CHARS

Convert = Callable[[Any, str], Any]
"""Turns a JSON value into what a message constructor takes; the text is the field's path for a refusal."""

_INTEGER_TEXT = re.compile(r"-?[0-9]{1,20}")
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SPECIAL_DOUBLES: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_FLOAT_MAX: Final = 3.4028234663852886e38

_SIGNED_32 = {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SFIXED32}
_SIGNED_64 = {FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_SFIXED64}
_UNSIGNED_32 = {FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_FIXED32}
_UNSIGNED_64 = {FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_FIXED64}

_TEXT_KINDS: Final = frozenset({str})
_INTEGER_KINDS: Final = frozenset({int})
_DOUBLE_KINDS: Final = frozenset({float, int})
_BOOL_KINDS: Final = frozenset({bool})


def refuse(value: object, path: str, rule: str) -> InvalidRequest:
    """The documented refusal of one value (rest-facts §3): what was given, for which field, and the rule."""
    try:
        shown = orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        # orjson reads deeper nesting than it writes.
        shown = "[…]" if isinstance(value, list) else "{…}"
    if len(shown) > REFUSED_VALUE_MAX_CHARS:
        shown = shown[:REFUSED_VALUE_MAX_CHARS] + "…"
    return InvalidRequest(f"Invalid value {shown} for parameter '{path}' supplied: {rule}.")


def _text(value: Any, path: str) -> str:
    if value.__class__ is not str:
        raise refuse(value, path, "It must be a string")
    return value


def _boolean(value: Any, path: str) -> bool:
    if value.__class__ is not bool:
        raise refuse(value, path, "It must be true or false")
    return value


def _bytes(value: Any, path: str) -> bytes:
    if value.__class__ is not str:
        raise refuse(value, path, "It must be a base64 string")
    try:
        return base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise refuse(value, path, "It must be a base64 string") from None


def _integer(low: int, high: int) -> Convert:
    rule = f"It must be an integer from {low} to {high}"

    def convert(value: Any, path: str) -> int:
        number: int
        if value.__class__ is int:
            number = value
        elif value.__class__ is float and value.is_integer() and low < value < high + 1:
            # `low` itself is refused as a float: integers below it are rounded to it before they get here.
            number = int(value)
        elif value.__class__ is str and _INTEGER_TEXT.fullmatch(value):
            number = int(value)
        else:
            raise refuse(value, path, rule)
        if not low <= number <= high:
            raise refuse(value, path, rule)
        return number

    return convert


def _floating(limit: float) -> Convert:
    rule = 'It must be a number, "NaN", "Infinity" or "-Infinity"'

    def convert(value: Any, path: str) -> float:
        number: float
        if value.__class__ is float or value.__class__ is int:
            number = float(value)
        elif value.__class__ is str:
            special = _SPECIAL_DOUBLES.get(value)
            if special is not None:
                return special
            if len(value) > REFUSED_VALUE_MAX_CHARS or not _NUMBER_TEXT.fullmatch(value):
                raise refuse(value, path, rule)
            number = float(value)
        else:
            raise refuse(value, path, rule)
        if abs(number) > limit:
            raise refuse(value, path, "It is beyond the range of the field's type")
        return number

    return convert


def _enumeration(enum: EnumDescriptor) -> Convert:
    by_name = {value.name: value.number for value in enum.values}
    numbers = frozenset(by_name.values())
    names = ", ".join(f"{value.name} ({value.number})" for value in enum.values if value.number)
    rule = f"It must be one of {names}"

    def convert(value: Any, path: str) -> int:
        number: int | None = None
        if value.__class__ is str:
            number = by_name.get(value)
            if number is None and _INTEGER_TEXT.fullmatch(value):
                number = int(value)
        elif value.__class__ is int or (value.__class__ is float and value.is_integer()):
            number = int(value)
        if number not in numbers:
            raise refuse(value, path, rule)
        return number

    return convert


def scalar_converter(field: FieldDescriptor) -> tuple[Convert, frozenset[type]]:
    """How one value of a scalar field is converted, and the classes which the message constructor takes as they are."""
    kind = field.type
    if kind == FieldDescriptor.TYPE_STRING:
        return _text, _TEXT_KINDS
    if kind in _SIGNED_64:
        return _integer(-(1 << 63), (1 << 63) - 1), _INTEGER_KINDS
    if kind in _SIGNED_32:
        return _integer(-(1 << 31), (1 << 31) - 1), _INTEGER_KINDS
    if kind in _UNSIGNED_64:
        return _integer(0, (1 << 64) - 1), _INTEGER_KINDS
    if kind in _UNSIGNED_32:
        return _integer(0, (1 << 32) - 1), _INTEGER_KINDS
    if kind == FieldDescriptor.TYPE_DOUBLE:
        return _floating(1.7976931348623157e308), _DOUBLE_KINDS
    if kind == FieldDescriptor.TYPE_FLOAT:
        return _floating(_FLOAT_MAX), frozenset()
    if kind == FieldDescriptor.TYPE_BOOL:
        return _boolean, _BOOL_KINDS
    if kind == FieldDescriptor.TYPE_BYTES:
        return _bytes, frozenset()
    if field.enum_type is not None:
        return _enumeration(field.enum_type), frozenset()
    raise ValueError(f"Field {field.full_name} has a type without a JSON form.")
