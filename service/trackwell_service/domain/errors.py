"""The errors that rules and stores raise: one class for each way a caller can react.

    TrackwellError
    ├── InvalidParameter        400  the request breaks a rule; sending it again changes nothing
    ├── ResourceAlreadyExists   400  the name or id to be created is in use
    ├── ResourceDoesNotExist    404  what the request names is not there
    ├── ResourceConflict        409  what the request names has changed
    ├── NotImplementedHere      501  the store behind this server has no such feature
    ├── ResourceExhausted       429  a queue or a disk is full; retry after a delay
    ├── TemporarilyUnavailable  503  the database is away; retry after a delay
    ├── DeadlineExceeded        504  the call's time ran out
    ├── Unauthenticated         401  credentials are missing or wrong
    ├── PermissionDenied        403  the credentials do not allow this
    ├── DataLoss                500  stored data cannot be read back
    └── InternalError           500  a fault of ours; the message names a log entry

The words are those of rest-facts §3. Which gRPC and HTTP status each has stands in the contract
(`trackwell.v1.Error.Code`), not here.
"""

from __future__ import annotations

from typing import ClassVar


class TrackwellError(Exception):
    """Base of every error that may reach a caller. `message` is written for the person who sent the request."""

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class InvalidParameter(TrackwellError):
    """A field is missing, ill-typed, beyond a limit, or contradicts what is stored."""

    code = "INVALID_PARAMETER_VALUE"


class ResourceAlreadyExists(TrackwellError):
    """The name or id to be created is in use."""

    code = "RESOURCE_ALREADY_EXISTS"


class ResourceDoesNotExist(TrackwellError):
    """The experiment, run, tag or artifact that was named is not there."""

    code = "RESOURCE_DOES_NOT_EXIST"


class ResourceConflict(TrackwellError):
    """What the request names changed under it."""

    code = "RESOURCE_CONFLICT"


class NotImplementedHere(TrackwellError):
    """The store behind this server has no such feature."""

    code = "NOT_IMPLEMENTED"


class ResourceExhausted(TrackwellError):
    """A bounded queue or a disk is full; `retry_after_s` says when to try again."""

    code = "RESOURCE_EXHAUSTED"


class TemporarilyUnavailable(TrackwellError):
    """The database is away for a moment; `retry_after_s` says when to try again."""

    code = "TEMPORARILY_UNAVAILABLE"


class DeadlineExceeded(TrackwellError):
    """The call's time ran out before its answer was ready."""

    code = "DEADLINE_EXCEEDED"


class Unauthenticated(TrackwellError):
    """Credentials are missing or wrong."""

    code = "UNAUTHENTICATED"


class PermissionDenied(TrackwellError):
    """The credentials do not allow this."""

    code = "PERMISSION_DENIED"


class DataLoss(TrackwellError):
    """Stored data cannot be read back."""

    code = "DATA_LOSS"


class InternalError(TrackwellError):
    """A fault of the server; the message names the log entry that holds the cause."""

    code = "INTERNAL_ERROR"
