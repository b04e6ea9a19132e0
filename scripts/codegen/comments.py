"""The contract's comments, read from the source info of a descriptor set."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

# Field numbers in descriptor.proto: a comment is found by the path of numbers and indexes that leads to its element.
_FILE_MESSAGE, _FILE_ENUM, _FILE_SERVICE, _FILE_EXTENSION = 4, 5, 6, 7
_MESSAGE_FIELD, _MESSAGE_NESTED, _MESSAGE_ENUM = 2, 3, 4
_ENUM_VALUE = 2
_SERVICE_METHOD = 2

Path = tuple[int, ...]


def comments_of(file: FileDescriptorProto) -> dict[str, str]:
    """Return the leading comment, perhaps empty, of everything that `file` declares, by full name."""
    written = {
        tuple(location.path): "\n".join(line.strip() for line in location.leading_comments.strip().splitlines())
        for location in file.source_code_info.location
    }
    return {name: written.get(path, "") for name, path in _elements(file)}


def _elements(file: FileDescriptorProto) -> Iterator[tuple[str, Path]]:
    for index, message in enumerate(file.message_type):
        yield from _message(message, f"{file.package}.{message.name}", (_FILE_MESSAGE, index))
    for index, enum in enumerate(file.enum_type):
        yield from _enum(enum, f"{file.package}.{enum.name}", (_FILE_ENUM, index))
    for index, extension in enumerate(file.extension):
        yield f"{file.package}.{extension.name}", (_FILE_EXTENSION, index)
    for index, service in enumerate(file.service):
        name = f"{file.package}.{service.name}"
        yield name, (_FILE_SERVICE, index)
        for place, method in enumerate(service.method):
            yield f"{name}.{method.name}", (_FILE_SERVICE, index, _SERVICE_METHOD, place)


def _message(message: DescriptorProto, name: str, path: Path) -> Iterator[tuple[str, Path]]:
    if message.options.map_entry:  # written as map<k, v>; it has no text of its own
        return
    yield name, path
    for index, field in enumerate(message.field):
        yield f"{name}.{field.name}", (*path, _MESSAGE_FIELD, index)
    for index, nested in enumerate(message.nested_type):
        yield from _message(nested, f"{name}.{nested.name}", (*path, _MESSAGE_NESTED, index))
    for index, enum in enumerate(message.enum_type):
        yield from _enum(enum, f"{name}.{enum.name}", (*path, _MESSAGE_ENUM, index))


def _enum(enum: EnumDescriptorProto, name: str, path: Path) -> Iterator[tuple[str, Path]]:
    yield name, path
    for index, value in enumerate(enum.value):
        # Named below the enum, although protobuf scopes a value beside it: two enums must not meet here.
        yield f"{name}.{value.name}", (*path, _ENUM_VALUE, index)
