"""Every bound of the REST door, named once with its unit and its reason (security principle P8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REQUEST_LINE_MAX_BYTES: Final = 65_536
"""The UI asks for the history of a hundred runs in one GET (rest-facts §1 wants 8 KB at least)."""

HEADER_MAX_BYTES: Final = 16_384
"""One header field. Tokens and cookies of single sign-on proxies reach 8 KB."""

QUERY_FIELDS_MAX: Final = 1_000
"""Fields of one query string; the largest documented call repeats `run_id` a hundred times."""

REFUSED_VALUE_MAX_CHARS: Final = 200
"""How much of a refused value an error message repeats."""

REQUEST_ID_MAX_CHARS: Final = 128
"""Length of an `X-Request-Id`, as in the contract's metadata `x-request-id`."""

RANGE_HEADER_MAX_CHARS: Final = 4_096
"""A longer `Range` is ignored and the whole file is sent, as RFC 9110 §14.2 allows."""

ARTIFACT_CHUNK_BYTES: Final = 1 << 20
"""Bytes in one message of an artifact stream, fixed by the contract (`UploadArtifactRequest.body`)."""

HISTORY_POINTS_MAX: Final = 1_000_000
"""Largest `max_results` of one history page, fixed by the contract (`GetMetricHistoryRequest`)."""

STREAM_BUFFER_BYTES: Final = 262_144
"""A streamed JSON answer smaller than this is sent in one piece with its length; also the size of its pieces."""


@dataclass(frozen=True, slots=True)
class GatewayLimits:
    """The bounds an operator may move."""

    json_body_max_bytes: int = 64 << 20
    """A body parsed in memory, after decompression: room for one dataset profile (16 MiB of characters), escaped."""
    held_bodies_max_bytes: int = 512 << 20
    """What all bodies that are still arriving may hold together; beyond it their senders are told to come back."""
    ui_upload_max_bytes: int = 10 << 20
    """A file posted by the browser UI (rest-facts §5)."""
    request_timeout_s: float = 60.0
    """How long a call without a stream may take; then it is DEADLINE_EXCEEDED."""
    connections_max: int = 10_000
    """Open connections; one more is cut at once. Each costs about 10 kB and a file descriptor."""
    idle_timeout_s: float = 75.0
    """How long a connection may stay without a complete request head; longer than the usual 60 s of proxies."""
    body_grace_s: float = 30.0
    """How long a body may take before its rate counts."""
    body_min_rate_bytes_per_s: int = 1_024
    """A sender slower than this over the whole body is dropped: a slow mobile line is ten times faster."""
    stalled_write_timeout_s: float = 60.0
    """A reader which takes nothing for this long is dropped together with what waits for it."""
    fragment_cache_bytes: int = 64 << 20
    """Memory for JSON fragments of runs: about 20,000 runs of 25 items."""
