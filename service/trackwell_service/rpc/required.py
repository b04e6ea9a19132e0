"""Checks that a request holds what the contract requires (`google.api.field_behavior`), compiled once a message type.

An empty text and an empty list count as missing, also within list items: `metrics[0].value` (rest-facts §3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

from google.api.field_behavior_pb2 import REQUIRED, field_behavior
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from trackwell_service.domain.validation import missing

Check = Callable[[Message], None]
"""Raises InvalidParameter naming the first field that is missing. May copy `run_uuid` to an absent `run_id`."""

_MESSAGE: Final = FieldDescriptor.TYPE_MESSAGE
_LABEL_REPEATED: Final = 3


def compile_check(descriptor: Descriptor) -> Check | None:
    """The check for messages of this type, or None when nothing is required of them."""
    check = _compile(descriptor)
    if {"run_id", "run_uuid"} <= set(descriptor.fields_by_name):
        return _with_old_name(check)
    return None if check is None else lambda message: check(message, "")


_PathCheck = Callable[[Message, str], None]


def _compile(descriptor: Descriptor) -> _PathCheck | None:
    required = [field for field in descriptor.fields if _is_required(field)]
    nested = [
        (field.name, _is_repeated(field), check_item, _fast_getter(field.message_type))
        for field in descriptor.fields
        if field.message_type is not None and (check_item := _compile(field.message_type)) is not None
    ]
    if not required and not nested:
        return None
    # All fields at once: a required field is there if its value is neither zero nor empty, which one pass in C
    # tells. Only when a value is zero or empty the fields are looked at one by one.
    all_set = _all_set(required)

    def check(message: Message, path: str) -> None:
        if not all_set(message):
            for field in required:
                if not _is_present(message, field):
                    raise missing(path + field.name)
        for name, repeated, check_item, get in nested:
            if repeated:
                items = getattr(message, name)
                suspects = enumerate(items) if get is None else _not_all_set(items, get)
                for index, item in suspects:
                    check_item(item, f"{path}{name}[{index}].")
            elif message.HasField(name):
                check_item(getattr(message, name), f"{path}{name}.")

    return check


def _with_old_name(check: _PathCheck | None) -> Check:
    """Lets `run_uuid` stand for an absent `run_id` (rest-facts §3)."""

    def with_old_name(message: Message) -> None:
        request: Any = message
        if not request.run_id and request.run_uuid:
            request.run_id = request.run_uuid
        if check is not None:
            check(message, "")

    return with_old_name


def _all_set(fields: Iterable[FieldDescriptor]) -> Callable[[Message], bool]:
    names = [field.name for field in fields]
    if not names:
        return lambda message: True
    if any(field.type == _MESSAGE and not _is_repeated(field) for field in fields):
        return lambda message: False
    # A name given twice makes the getter return a tuple also for a single field.
    get = attrgetter(*names, names[0])
    return lambda message: all(get(message))


def _fast_getter(descriptor: Descriptor) -> Callable[[Message], tuple[Any, ...]] | None:
    """Reads all required values of an item at once; None when an item holds more than plain values to check."""
    if any(field.type == _MESSAGE for field in descriptor.fields):
        return None
    names = [field.name for field in descriptor.fields if _is_required(field)]
    getter: Callable[[Message], tuple[Any, ...]] = attrgetter(*names, names[0])
    return getter


def _not_all_set(items: Sequence[Message], get: Callable[[Message], tuple[Any, ...]]) -> list[tuple[int, Message]]:
    """The items, with their places, of which a required value is zero or empty: a few of a thousand points."""
    set_or_not = list(map(all, map(get, items)))
    if all(set_or_not):
        return []
    return [(index, items[index]) for index, is_set in enumerate(set_or_not) if not is_set]


def _is_required(field: FieldDescriptor) -> bool:
    return REQUIRED in field.GetOptions().Extensions[field_behavior]


def _is_repeated(field: FieldDescriptor) -> bool:
    # protobuf 4 knows only `label`, protobuf 7 only `is_repeated`.
    known = getattr(field, "is_repeated", None)
    return bool(known) if known is not None else getattr(field, "label") == _LABEL_REPEATED  # noqa: B009  # not in stubs


def _is_present(message: Message, field: FieldDescriptor) -> bool:
    if _is_repeated(field):
        return len(getattr(message, field.name)) > 0
    if field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
        return bool(getattr(message, field.name))
    return message.HasField(field.name)
