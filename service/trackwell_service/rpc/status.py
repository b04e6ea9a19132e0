"""How a TrackwellError appears on the gRPC wire: a status code, a text, and details for programs.

The code comes from the contract (`trackwell.v1.ErrorMapping`). The details are a `google.rpc.Status` in the trailing
metadata ``grpc-status-details-bin``, with a `trackwell.v1.Error` and, when waiting helps, a `google.rpc.RetryInfo`.
"""

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from trackwell.v1.errors_pb2 import Error, error_mapping
from trackwell_service.domain.errors import TrackwellError

DETAILS_KEY: Final = "grpc-status-details-bin"

MESSAGE_BYTES: Final = 3000
"""Longest error text on the wire. gRPC peers refuse metadata above 8 KiB; base64 makes 4,000 bytes of this."""

SUMMARY_BYTES: Final = 400
"""Length to which the text beside the details is cut when the whole does not fit thrice.

It is sent percent-encoded (up to 3 bytes for one) and once more within the details, where it must be equal.
"""

_WHOLE_BYTES: Final = 800
"""Up to this length the text beside the details is the whole text: at worst 6 KiB for all its copies."""

_STATUS_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


def _code_table() -> dict[str, grpc.StatusCode]:
    return {
        value.name: _STATUS_CODES[value.GetOptions().Extensions[error_mapping].grpc_code]
        for value in Error.Code.DESCRIPTOR.values
    }


CODES: Final = _code_table()
"""The gRPC status of every error code, from the contract."""


def status_code(error: TrackwellError) -> grpc.StatusCode:
    """The gRPC status of an error."""
    return CODES[error.code]


def status_text(error: TrackwellError) -> str:
    """The text beside the status code: the whole message, or its beginning when it is long."""
    return cut(error.message, _WHOLE_BYTES, SUMMARY_BYTES)


def details(error: TrackwellError) -> tuple[str, bytes]:
    """The trailing metadata that carries the error's details."""
    status = Status(code=status_code(error).value[0], message=status_text(error))
    _pack(
        status.details.add(),
        Error(error_code=Error.Code.Value(error.code), message=cut(error.message, MESSAGE_BYTES, MESSAGE_BYTES)),
    )
    if error.retry_after_s is not None:
        delay = Duration()
        delay.FromNanoseconds(int(error.retry_after_s * 1e9))
        _pack(status.details.add(), RetryInfo(retry_delay=delay))
    return DETAILS_KEY, status.SerializeToString()


def cut(text: str, limit_bytes: int, kept_bytes: int) -> str:
    """`text` itself if it has at most `limit_bytes` bytes of UTF-8, else its first `kept_bytes` and an ellipsis."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit_bytes:
        return text
    return encoded[:kept_bytes].decode("utf-8", "ignore") + "…"


def _pack(target: Any, message: Error | RetryInfo) -> None:
    target.Pack(message)
