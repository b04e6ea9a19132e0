"""The documented error codes and their statuses, read from the contract's descriptors."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from google.protobuf.descriptor import EnumValueDescriptor
from google.rpc import code_pb2

from trackwell.v1 import errors_pb2

_FALLBACK = "INTERNAL_ERROR"

_BY_GRPC_STATUS = {
    "INVALID_ARGUMENT": "INVALID_PARAMETER_VALUE",
    "NOT_FOUND": "RESOURCE_DOES_NOT_EXIST",
    "ALREADY_EXISTS": "RESOURCE_ALREADY_EXISTS",
    "UNAUTHENTICATED": "UNAUTHENTICATED",
    "ABORTED": "ABORTED",
    "RESOURCE_EXHAUSTED": "RESOURCE_EXHAUSTED",
    "UNIMPLEMENTED": "ENDPOINT_NOT_FOUND",
    "OUT_OF_RANGE": "INVALID_PARAMETER_VALUE",
}
"""For an answer without our detail (a proxy's, say): which of several codes with that status is meant."""

_BY_HTTP_STATUS = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "ENDPOINT_NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    502: "TEMPORARILY_UNAVAILABLE",
}
"""The same for an HTTP answer without our body (rest-facts §3, "client side mapping")."""


@dataclass(frozen=True, slots=True)
class _Codes:
    names: dict[int, str]
    http_statuses: dict[str, int]
    grpc_statuses: dict[str, str]


@functools.cache
def _codes() -> _Codes:
    values: list[EnumValueDescriptor] = list(errors_pb2.Error.DESCRIPTOR.enum_types_by_name["Code"].values)
    mappings = {value.name: value.GetOptions().Extensions[errors_pb2.error_mapping] for value in values}
    return _Codes(
        names={value.number: value.name for value in values},
        http_statuses={name: mapping.http_status for name, mapping in mappings.items()},
        grpc_statuses={
            value.name: code_pb2.Code.Name(mappings[value.name].grpc_code) for value in values if value.number
        },
    )


def code_name(number: int) -> str:
    """The documented word for a number of the contract; INTERNAL_ERROR for an unknown or unset one."""
    return _codes().names.get(number, _FALLBACK) if number else _FALLBACK


def http_status(name: str) -> int:
    """The HTTP status of a documented word; 500 for any other."""
    return _codes().http_statuses.get(name, 500)


def name_of_grpc_status(status: str) -> str:
    """The documented word for the name of a gRPC status that came without a detail."""
    known = _BY_GRPC_STATUS.get(status)
    if known is not None:
        return known
    return next((name for name, mapped in _codes().grpc_statuses.items() if mapped == status), _FALLBACK)


def name_of_http_status(status: int) -> str:
    """The documented word for an HTTP status that came without one."""
    known = _BY_HTTP_STATUS.get(status)
    if known is not None:
        return known
    default = "BAD_REQUEST" if 400 <= status < 500 else _FALLBACK
    return next((name for name, mapped in _codes().http_statuses.items() if mapped == status), default)
