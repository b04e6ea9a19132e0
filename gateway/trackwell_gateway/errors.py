"""Refusals as values, and the one table that turns an error code into an HTTP status.

    GatewayError
    ├── BackendError      the service refused or failed; code and message are its own
    └── InvalidRequest    the gateway refused: a body, parameter or header breaks a rule (400)

The table comes from the contract's enum options (`trackwell.v1.Error.Code`), so no status stands here.
"""

from __future__ import annotations

from typing import Final

from trackwell.v1 import errors_pb2

HTTP_STATUSES: Final[dict[str, int]] = {
    value.name: value.GetOptions().Extensions[errors_pb2.error_mapping].http_status
    for value in errors_pb2.Error.Code.DESCRIPTOR.values
}
"""Error code name -> HTTP status, for every code of the contract."""


class GatewayError(Exception):
    """A request that ends in an error answer.

    `code_name` is a name of `trackwell.v1.Error.Code`; a name this build does not know is treated as INTERNAL_ERROR.
    `http_status` overrides the code's status where HTTP has a more exact one (413, 416).
    """

    def __init__(
        self, code_name: str, message: str, retry_after_s: float | None = None, *, http_status: int | None = None
    ) -> None:
        super().__init__(f"{code_name}: {message}")
        known = code_name in HTTP_STATUSES and code_name != "CODE_UNSPECIFIED"
        self.code_name = code_name if known else "INTERNAL_ERROR"
        self.message = message
        self.retry_after_s = retry_after_s
        self.http_status = HTTP_STATUSES[self.code_name] if http_status is None else http_status


class BackendError(GatewayError):
    """What the service answered instead of a message."""

    def __init__(self, code_name: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(code_name, message, retry_after_s)


class InvalidRequest(GatewayError):
    """A body, parameter or header that breaks a rule of the REST dialect; sending it again changes nothing."""

    def __init__(self, message: str, *, http_status: int | None = None) -> None:
        super().__init__("INVALID_PARAMETER_VALUE", message, http_status=http_status)


def missing_value(name: str) -> InvalidRequest:
    """The documented refusal of a call that lacks a required parameter (rest-facts §3), in the service's words."""
    pointer = "See docs/rest.md for the parameters of this request."
    return InvalidRequest(f"Missing value for required parameter '{name}'. {pointer}")
