"""JSON schemas of the contract's messages, in the JSON dialect of the REST door (rest-facts §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from codegen.comments import comments_of

Json = dict[str, Any]

_DOUBLE = "Double"
_SCALARS: Mapping[int, Json] = {
    FieldDescriptorProto.TYPE_STRING: {"type": "string"},
    FieldDescriptorProto.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptorProto.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptorProto.TYPE_INT32: {"type": "integer", "format": "int32"},
    # A JSON number, where protobuf's own JSON has a string.
    FieldDescriptorProto.TYPE_INT64: {"type": "integer", "format": "int64"},
    FieldDescriptorProto.TYPE_SFIXED64: {"type": "integer", "format": "int64"},
    FieldDescriptorProto.TYPE_DOUBLE: {"$ref": f"#/components/schemas/{_DOUBLE}"},
}
_DOUBLE_SCHEMA: Json = {
    "description": "A 64-bit floating point number; the values that JSON cannot write are words.",
    "oneOf": [{"type": "number", "format": "double"}, {"enum": ["NaN", "Infinity", "-Infinity"]}],
}


class Contract:
    """The messages, enums and services of a descriptor set by full name, with their comments."""

    def __init__(self, descriptors: FileDescriptorSet, package: str) -> None:
        self.messages: dict[str, DescriptorProto] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        self.services: list[ServiceDescriptorProto] = []
        self.package = package
        self._comments: dict[str, str] = {}
        for file in descriptors.file:
            self._comments.update(comments_of(file))
            self._index(file.package, file.message_type, file.enum_type)
            if file.package == package:
                self.services += file.service

    def _index(self, scope: str, messages: Iterable[DescriptorProto], enums: Iterable[EnumDescriptorProto]) -> None:
        self.enums.update({f"{scope}.{enum.name}": enum for enum in enums})
        for message in messages:
            name = f"{scope}.{message.name}"
            self.messages[name] = message
            self._index(name, message.nested_type, message.enum_type)

    def comment(self, name: str) -> str:
        """Return the comment of an element by its full name."""
        return self._comments[name]

    def input_of(self, method: MethodDescriptorProto) -> str:
        """Return the full name of a method's request message."""
        return method.input_type.removeprefix(".")

    def output_of(self, method: MethodDescriptorProto) -> str:
        """Return the full name of a method's answer."""
        return method.output_type.removeprefix(".")


class Schemas:
    """Collects the schemas of the messages that are referred to."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._found: Json = {}

    def collected(self) -> Json:
        """Return every schema referred to so far, by component name."""
        return dict(sorted(self._found.items()))

    def reference(self, name: str) -> Json:
        """Return a reference to the schema of the message or enum of that full name."""
        key = name.removeprefix(f"{self._contract.package}.")
        if key not in self._found:
            self._found[key] = {}  # a message may contain itself
            self._found[key] = self._enum(name) if name in self._contract.enums else self.message(name)
        return {"$ref": f"#/components/schemas/{key}"}

    def message(self, name: str, without: Iterable[str] = ()) -> Json:
        """Return the schema of a message; `without` names fields that travel elsewhere, such as in the path."""
        fields = [field for field in self._contract.messages[name].field if field.name not in set(without)]
        schema: Json = {"type": "object", "description": self._contract.comment(name)}
        if fields:
            schema["properties"] = {field.name: self.field(name, field) for field in fields}
        required = [field.name for field in fields if is_required(field)]
        if required:
            schema["required"] = required
        return schema

    def field(self, message: str, field: FieldDescriptorProto) -> Json:
        """Return the schema of one field of a message, with its comment."""
        schema = {"description": self._contract.comment(f"{message}.{field.name}"), **self._type(field)}
        if field.options.deprecated:
            schema["deprecated"] = True
        return schema

    def _type(self, field: FieldDescriptorProto) -> Json:
        name = field.type_name.removeprefix(".")
        if name in self._contract.messages and self._contract.messages[name].options.map_entry:
            return {"type": "object", "additionalProperties": self._type(self._contract.messages[name].field[1])}
        if name:
            single = self.reference(name)
        else:
            single = _SCALARS[field.type]
            if field.type == FieldDescriptorProto.TYPE_DOUBLE:
                self._found[_DOUBLE] = _DOUBLE_SCHEMA
        if field.label == FieldDescriptorProto.LABEL_REPEATED:
            return {"type": "array", "items": single}
        return single

    def _enum(self, name: str) -> Json:
        values = [value.name for value in self._contract.enums[name].value if value.number != 0]
        told = "\n".join(f"- `{value}`: {self._contract.comment(f'{name}.{value}')}" for value in values)
        return {"type": "string", "description": f"{self._contract.comment(name)}\n\n{told}", "enum": values}


def is_required(field: FieldDescriptorProto) -> bool:
    """Whether the contract asks for the field in every request."""
    return field_behavior_pb2.REQUIRED in field.options.Extensions[field_behavior_pb2.field_behavior]
