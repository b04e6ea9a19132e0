"""What an error says: something about what was sent, or only that the service did not take it now."""

from __future__ import annotations

from mlflow._transport.retry import RETRIED_CODES
from mlflow.exceptions import MlflowException, RestException

AWAY = RETRIED_CODES | {"DEADLINE_EXCEEDED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"}
"""Words which say nothing about what was sent: the service did not answer, has no room, or a token has expired."""

_IN_THE_SERVICES_PLACE = frozenset({"INTERNAL_ERROR", "PERMISSION_DENIED", "ENDPOINT_NOT_FOUND"})
"""Words for the statuses that a proxy answers with while it does not find the service, or does not let through."""

_OF_CONTENT = frozenset(
    {
        "INVALID_PARAMETER_VALUE",
        "BAD_REQUEST",
        "RESOURCE_DOES_NOT_EXIST",
        "RESOURCE_ALREADY_EXISTS",
        "ALREADY_EXISTS",
        "RESOURCE_CONFLICT",
        "INVALID_STATE",
    }
)
"""Words of a service which would refuse the same again."""


def says_away(error: Exception) -> bool:
    """Whether what was sent is to be kept until the service is back, as the error does not speak of it."""
    if not isinstance(error, MlflowException):
        return False
    return error.error_code in AWAY or (
        not isinstance(error, RestException) and error.error_code in _IN_THE_SERVICES_PLACE
    )


def is_refusal(error: Exception) -> bool:
    """Whether the service itself has refused the content. What was once kept is given up for nothing less."""
    return isinstance(error, RestException) and error.error_code in _OF_CONTENT
