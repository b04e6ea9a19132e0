"""What the client raises, and the statuses that belong to it (rest-facts §3, §12)."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from mlflow.exceptions import MlflowException, RestException


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("INVALID_PARAMETER_VALUE", 400),
        ("RESOURCE_ALREADY_EXISTS", 400),
        ("RESOURCE_DOES_NOT_EXIST", 404),
        ("PERMISSION_DENIED", 403),
        ("REQUEST_LIMIT_EXCEEDED", 429),
        ("NOT_IMPLEMENTED", 501),
        ("TEMPORARILY_UNAVAILABLE", 503),
        ("NO_SUCH_WORD", 500),
    ],
)
def test_statuses_come_from_the_contract(code: str, status: int) -> None:
    assert MlflowException("m", code).get_http_status_code() == status


def test_the_default_is_an_internal_error() -> None:
    error = MlflowException("broken")
    assert (error.error_code, error.message, str(error)) == ("INTERNAL_ERROR", "broken", "broken")
    assert error.get_http_status_code() == 500


def test_a_code_may_be_a_number_of_the_contract() -> None:
    assert MlflowException("m", 4).error_code == "RESOURCE_DOES_NOT_EXIST"
    assert MlflowException("m", 0).error_code == "INTERNAL_ERROR"
    assert MlflowException("m", 12345).error_code == "INTERNAL_ERROR"


def test_the_json_form() -> None:
    error = MlflowException.invalid_parameter_value("bad", hint="x")
    assert json.loads(error.serialize_as_json()) == {
        "error_code": "INVALID_PARAMETER_VALUE",
        "message": "bad",
        "hint": "x",
    }


def test_a_refusal_keeps_the_answer() -> None:
    error = RestException({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no run"})
    assert error.json == {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no run"}
    assert str(error) == "RESOURCE_DOES_NOT_EXIST: no run"
    assert isinstance(error, MlflowException)


def test_a_refusal_without_a_code_is_an_internal_error() -> None:
    assert RestException({}).error_code == "INTERNAL_ERROR"


def test_a_refusal_crosses_processes() -> None:
    error = RestException({"error_code": "ABORTED", "message": "again"})
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - what was pickled a moment ago
        assert (type(twin), twin.json, str(twin)) == (RestException, error.json, str(error))
