"""The vocabulary of errors is one: domain classes, codes of the contract, gRPC and HTTP statuses (rest-facts §3)."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest

from support.http_status import HTTP_STATUS
from trackwell.v1.errors_pb2 import Error, error_mapping
from trackwell_service.domain import errors
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.rpc.status import CODES, status_code


def subclasses(kind: type[TrackwellError]) -> Iterator[type[TrackwellError]]:
    """Every class below `kind`."""
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


CLASSES = list(subclasses(TrackwellError))

NEVER_RAISED = {
    "CODE_UNSPECIFIED",
    "BAD_REQUEST",
    "ENDPOINT_NOT_FOUND",
    "CUSTOMER_UNAUTHORIZED",
    "ABORTED",
    "ALREADY_EXISTS",
    "REQUEST_LIMIT_EXCEEDED",
    "INVALID_STATE",
}
"""Codes which no class of ours has: a door's own, or kept for clients that know the word."""


def test_every_code_has_the_documented_status() -> None:
    found = {
        value.name: value.GetOptions().Extensions[error_mapping].http_status for value in Error.Code.DESCRIPTOR.values
    }
    assert found == HTTP_STATUS


def test_every_code_has_a_grpc_status() -> None:
    assert set(CODES) == set(HTTP_STATUS)
    assert grpc.StatusCode.OK not in CODES.values()


def test_classes_and_codes_meet_one_to_one() -> None:
    assert len(CLASSES) == len({kind.code for kind in CLASSES})
    assert {kind.code for kind in CLASSES} | NEVER_RAISED == set(HTTP_STATUS)
    assert not {kind.code for kind in CLASSES} & NEVER_RAISED


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_stands_in_the_drawing_with_its_status(kind: type[TrackwellError]) -> None:
    """Style: the hierarchy is drawn in the docstring."""
    assert errors.__doc__ is not None
    line = next(line for line in errors.__doc__.splitlines() if f" {kind.__name__} " in line)
    assert f" {HTTP_STATUS[kind.code]} " in line


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_no_permanent_error_is_retried_by_clients(kind: type[TrackwellError]) -> None:
    """§1: clients retry 408, 429 and 5xx but 501; only what may pass, or is a fault of ours, has such a status."""
    passing = {"RESOURCE_EXHAUSTED", "TEMPORARILY_UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL_ERROR", "DATA_LOSS"}
    assert (HTTP_STATUS[kind.code] in {408, 429, 500, 502, 503, 504}) == (kind.code in passing)
    assert status_code(kind("m")) is CODES[kind.code]
