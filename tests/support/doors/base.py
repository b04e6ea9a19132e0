"""What a test needs of a door, and the terse form in which tests call it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from google.protobuf.message import Message

from support.doors.contract import request_class
from support.errors import ApiError


class Door(Protocol):
    """One way into a service."""

    def call(self, rpc_name: str, request: Message, *, request_id: str | None = None) -> Message:
        """Calls a unary rpc by its short name and returns its response; raises ApiError when it is refused."""
        ...

    def stream(self, rpc_name: str, request: Message) -> Iterator[Message]:
        """Calls a server-streaming rpc; raises ApiError, at the call or between messages."""
        ...

    def close(self) -> None:
        """Hangs up."""
        ...


class Api:
    """A door with fields in place of request messages: ``api("GetRun", run_id=run_id).run``."""

    def __init__(self, door: Door, *, rest: bool = False, request_id: str | None = None) -> None:
        self.door = door
        self.rest = rest
        """Whether requests travel as JSON, for rpcs and values which have none."""
        self._request_id = request_id

    def __call__(self, rpc_name: str, /, **fields: Any) -> Any:
        """Calls the rpc and returns its response. Fields that are None are left out."""
        present = {name: value for name, value in fields.items() if value is not None}
        return self.door.call(rpc_name, request_class(rpc_name)(**present), request_id=self._request_id)

    def under(self, request_id: str) -> Api:
        """The same door, with every call under that request id."""
        return Api(self.door, rest=self.rest, request_id=request_id)

    def stream(self, rpc_name: str, /, **fields: Any) -> Iterator[Any]:
        """Calls a server-streaming rpc."""
        return self.door.stream(rpc_name, request_class(rpc_name)(**fields))

    def refused(self, code: str, rpc_name: str, /, **fields: Any) -> str:
        """Calls the rpc, which must be refused with `code`, and returns the message."""
        with pytest.raises(ApiError) as caught:
            self(rpc_name, **fields)
        assert caught.value.code == code, caught.value
        assert caught.value.message, "a refusal explains itself"
        return caught.value.message

    def invalid(self, rpc_name: str, /, **fields: Any) -> str:
        """`refused` with INVALID_PARAMETER_VALUE."""
        return self.refused("INVALID_PARAMETER_VALUE", rpc_name, **fields)

    def missing(self, rpc_name: str, /, **fields: Any) -> str:
        """`refused` with RESOURCE_DOES_NOT_EXIST."""
        return self.refused("RESOURCE_DOES_NOT_EXIST", rpc_name, **fields)
