"""What this package raises.

Exception
└── MlflowException      anything that went wrong; `error_code` is one of the documented words
    └── RestException    the server refused the request, whichever way it was reached
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

INTERNAL_ERROR = "INTERNAL_ERROR"
INVALID_PARAMETER_VALUE = "INVALID_PARAMETER_VALUE"
RESOURCE_DOES_NOT_EXIST = "RESOURCE_DOES_NOT_EXIST"
TEMPORARILY_UNAVAILABLE = "TEMPORARILY_UNAVAILABLE"
BAD_REQUEST = "BAD_REQUEST"
NOT_IMPLEMENTED = "NOT_IMPLEMENTED"


class MlflowException(Exception):
    """Something went wrong. `message` is for a person, `error_code` for a program (rest-facts §3)."""

    def __init__(self, message: object, error_code: str | int = INTERNAL_ERROR, **context: Any) -> None:
        """`error_code` is a documented word, or its number in the contract; `context` is added to the JSON form."""
        self.message = str(message)
        self.error_code = error_code if isinstance(error_code, str) else _code_name(error_code)
        self.json_kwargs = context
        super().__init__(self.message)

    @classmethod
    def invalid_parameter_value(cls, message: str, **context: Any) -> MlflowException:
        """An exception for an argument that breaks a rule."""
        return cls(message, INVALID_PARAMETER_VALUE, **context)

    def serialize_as_json(self) -> str:
        """The JSON body with which a server reports this error."""
        return json.dumps({**self.json_kwargs, "error_code": self.error_code, "message": self.message})

    def get_http_status_code(self) -> int:
        """The HTTP status that belongs to `error_code`; 500 for a word that the contract does not know."""
        from mlflow._convert.errors import http_status

        return http_status(self.error_code)


class RestException(MlflowException):
    """The server refused the request. `json` is its answer: ``{"error_code": …, "message": …}``."""

    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json = dict(json)
        error_code = self.json.get("error_code", INTERNAL_ERROR)
        detail = self.json.get("message") or "The server gave no reason."
        super().__init__(f"{error_code}: {detail}", error_code)

    def __reduce__(self) -> tuple[type[RestException], tuple[dict[str, Any]]]:
        return RestException, (self.json,)


def _code_name(number: int) -> str:
    from mlflow._convert.errors import code_name

    return code_name(number)
