"""JSON objects to protobuf messages, compiled once per message type from its descriptor (rest-facts §2 and §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from trackwell_gateway.descriptors import is_repeated
from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.json_scalars import Convert, refuse, scalar_converter


class MessageDecoder:
    """Decodes objects of one message type into keyword arguments of its constructor."""

    def __init__(self) -> None:
        self._fields: dict[str, tuple[str, Convert]] = {}
        self._plain: dict[str, frozenset[type]] = {}
        self._lists: dict[str, Callable[[list[Any]], int]] = {}

    def accepts(self, document: dict[str, Any]) -> int:
        """Whether the constructor can take `document` as it is: the common case, decided at a fraction of the cost.

        Returns how many names are in the document, those of list items included, or -1 when it cannot. It promises
        the right JSON type of every value, not the range of integers, which the constructor checks.
        """
        plain = self._plain
        names = len(document)
        for name, value in document.items():
            kinds = plain.get(name)
            if kinds is not None:
                if value.__class__ not in kinds:
                    return -1
            else:
                takes = self._lists.get(name)
                if takes is None or value.__class__ is not list:
                    return -1
                within = takes(value)
                if within < 0:
                    return -1
                names += within
        return names

    def exact(self, document: dict[str, Any], prefix: str = "") -> dict[str, Any]:
        """Checks and converts every field; raises InvalidRequest with the path of the first that breaks a rule.

        Unknown names are ignored, null is absent, and a field given in both spellings is refused.
        """
        arguments: dict[str, Any] = {}
        spellings: dict[str, str] = {}
        for name, value in document.items():
            known = self._fields.get(name)
            if known is None:
                continue
            field_name, convert = known
            if field_name in spellings:
                raise InvalidRequest(
                    f"Parameter '{prefix}{field_name}' is given twice, as '{spellings[field_name]}' and as '{name}'; "
                    "give it once."
                )
            spellings[field_name] = name
            if value is not None:
                arguments[field_name] = convert(value, prefix + field_name)
        return arguments

    def add(self, field: FieldDescriptor, resolve: Callable[[Descriptor], MessageDecoder]) -> None:
        """Compiles one field; `resolve` gives the decoder of a sub-message."""
        plain: frozenset[type] = frozenset()
        takes: Callable[[list[Any]], int] | None = None
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            convert = _map_converter(field.message_type, resolve)
        elif field.message_type is not None:
            child = resolve(field.message_type)
            convert = _object_converter(child)
            if is_repeated(field):
                convert = _list_converter(convert)
                takes = _all_accepted(child)
        else:
            convert, plain = scalar_converter(field)
            if is_repeated(field):
                convert = _list_converter(convert)
                takes = _all_of(plain)
                plain = frozenset()
        self._fields[field.name] = self._fields[field.json_name] = (field.name, convert)
        if plain:
            self._plain[field.name] = plain
        elif takes is not None:
            self._lists[field.name] = takes


def _all_accepted(child: MessageDecoder) -> Callable[[list[Any]], int]:
    accepts = child.accepts

    def takes(values: list[Any]) -> int:
        names = 0
        for value in values:
            within = accepts(value) if value.__class__ is dict else -1
            if within < 0:
                return -1
            names += within
        return names

    return takes


def _all_of(kinds: frozenset[type]) -> Callable[[list[Any]], int]:
    return lambda values: 0 if kinds.issuperset(map(type, values)) else -1


def _list_converter(convert: Convert) -> Convert:
    def convert_list(value: Any, path: str) -> list[Any]:
        if value.__class__ is not list:
            raise refuse(value, path, "It must be an array")
        return [convert(item, f"{path}[{index}]") for index, item in enumerate(value)]

    return convert_list


def _object_converter(child: MessageDecoder) -> Convert:
    def convert(value: Any, path: str) -> dict[str, Any]:
        if value.__class__ is not dict:
            raise refuse(value, path, "It must be an object")
        return child.exact(value, path + ".")

    return convert


def _map_converter(entry: Descriptor, resolve: Callable[[Descriptor], MessageDecoder]) -> Convert:
    key_convert, _ = scalar_converter(entry.fields_by_name["key"])
    value_field = entry.fields_by_name["value"]
    if value_field.message_type is not None:
        value_convert = _object_converter(resolve(value_field.message_type))
    else:
        value_convert, _ = scalar_converter(value_field)

    def convert(value: Any, path: str) -> dict[Any, Any]:
        if value.__class__ is not dict:
            raise refuse(value, path, "It must be an object")
        return {key_convert(key, path): value_convert(item, f"{path}.{key}") for key, item in value.items()}

    return convert
