"""What entities have in common: equality by value, iteration as (name, value), a readable repr, and the wire forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from google.protobuf.message import Message


class Entity:
    """A value, not to be changed once it is made. ``dict(entity)`` gives its fields by name (rest-facts §13)."""

    __slots__ = ()

    _fields: ClassVar[tuple[str, ...]] = ()
    """Names of the constructor's arguments and of the attributes, in order."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in self._fields:
            yield name, getattr(self, name)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    def __hash__(self) -> int:
        return hash((type(self), *(_hashable(getattr(self, name)) for name in self._fields)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self)
        return f"<{type(self).__name__}: {shown}>"

    @classmethod
    def from_dictionary(cls, dictionary: Mapping[str, Any]) -> Self:
        """The entity with these fields; names that it does not have are ignored."""
        return cls(**{name: dictionary[name] for name in cls._fields if name in dictionary})

    def to_proto(self) -> Message:
        """The message of the contract that stands for this entity."""
        from mlflow._convert.entities import to_message

        return to_message(self)

    @classmethod
    def from_proto(cls, proto: Message) -> Self:
        """The entity that a message of the contract stands for. Raises TypeError for another kind of message."""
        from mlflow._convert.entities import from_message

        entity = from_message(proto)
        if not isinstance(entity, cls):
            raise TypeError(f"a message {proto.DESCRIPTOR.full_name} is no {cls.__name__}")
        return entity


class KeyValue(Entity):
    """A key and a value, both text."""

    __slots__ = ("key", "value")
    _fields = ("key", "value")

    key: str
    value: str

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozenset(value.items())
    if isinstance(value, list):
        return tuple(value)
    return value
