"""A lost answer is asked for again, and nothing happens twice (rest-facts §1, DESIGN §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import grpc
import pytest

from mlflow import MlflowClient, MlflowException
from mlflow._transport.retry import MAX_DELAY_S, FailedAttempt, RetryPolicy
from mlflow.exceptions import RestException
from mlflow.tracking._async.verdicts import says_away
from support.flaky_doors import Door, flaky_grpc, flaky_rest
from support.mlflow_server import Server


def _policy(**changes: float) -> RetryPolicy:
    settings = {"timeout_s": 1.0, "max_retries": 3, "backoff_factor": 2.0, "jitter": 1.0, **changes}
    return RetryPolicy(**settings)  # type: ignore[arg-type]  # max_retries is given as an int


def _failing(times: int, **how: object) -> Callable[[], str]:
    left = iter(range(times))

    def attempt() -> str:
        for number in left:
            raise FailedAttempt(MlflowException(f"failure {number}", "TEMPORARILY_UNAVAILABLE"), **how)  # type: ignore[arg-type]  # keywords
        return "done"

    return attempt


def test_an_attempt_that_succeeds_is_the_last() -> None:
    waits: list[float] = []
    assert _policy().run(_failing(3), waits.append) == "done"
    assert len(waits) == 3


def test_the_last_failure_is_raised() -> None:
    waits: list[float] = []
    with pytest.raises(MlflowException, match="failure 3"):
        _policy().run(_failing(9), waits.append)
    assert len(waits) == 3
    with pytest.raises(MlflowException, match="failure 0"):
        _policy(max_retries=0).run(_failing(9), waits.append)


def test_one_timeout_is_repeated_and_no_more() -> None:
    assert _policy().run(_failing(1, timed_out=True), lambda _: None) == "done"
    with pytest.raises(MlflowException, match="failure 1"):
        _policy(max_retries=9).run(_failing(9, timed_out=True), lambda _: None)


def test_other_errors_are_not_repeated() -> None:
    waits: list[float] = []

    def attempt() -> str:
        raise RestException({"error_code": "INVALID_PARAMETER_VALUE", "message": "no"})

    with pytest.raises(RestException):
        _policy().run(attempt, waits.append)
    assert waits == []


@pytest.mark.parametrize(
    ("retry", "hint", "share", "jitter", "expected"),
    [
        (0, None, 0.0, 1.0, 0.2),
        (3, None, 0.0, 1.0, 1.6),
        (3, None, 0.5, 1.0, 0.8),
        (3, None, 0.5, 0.5, 1.2),
        (3, None, 0.9, 0.0, 1.6),
        (0, 7.0, 0.0, 1.0, 7.0),
        (0, 0.01, 0.0, 1.0, 0.2),
        (99, None, 0.0, 1.0, MAX_DELAY_S),
        (0, 9999.0, 0.0, 1.0, MAX_DELAY_S),
    ],
)
def test_how_long_to_wait(retry: int, hint: float | None, share: float, jitter: float, expected: float) -> None:
    assert _policy(jitter=jitter).delay_s(retry, hint, share) == pytest.approx(expected)


def test_the_policy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR")
    assert RetryPolicy.from_environment() == RetryPolicy(120.0, 7, 2.0, 1.0)
    for name, value in (("TIMEOUT", "5"), ("MAX_RETRIES", "0"), ("BACKOFF_FACTOR", "0"), ("BACKOFF_JITTER", "3")):
        monkeypatch.setenv(f"MLFLOW_HTTP_REQUEST_{name}", value)
    assert RetryPolicy.from_environment() == RetryPolicy(5.0, 0, 0.0, 1.0)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon")
    with pytest.raises(MlflowException, match="MLFLOW_HTTP_REQUEST_TIMEOUT has the value 'soon'"):
        RetryPolicy.from_environment()


FLAKY: dict[str, Callable[[Server], AbstractContextManager[Door]]] = {
    "grpc": lambda server: flaky_grpc(server.grpc),
    "grpc, cancelled": lambda server: flaky_grpc(server.grpc, grpc.StatusCode.CANCELLED),
    "grpc, internal without our detail": lambda server: flaky_grpc(server.grpc, grpc.StatusCode.INTERNAL),
    "grpc, unknown": lambda server: flaky_grpc(server.grpc, grpc.StatusCode.UNKNOWN),
    "rest, connection closed": lambda server: flaky_rest(server.rest),
    "rest, 503": lambda server: flaky_rest(server.rest, 503),
    "rest, 429": lambda server: flaky_rest(server.rest, 429),
}


@pytest.fixture(params=FLAKY)
def flaky(request: pytest.FixtureRequest, server: Server) -> Iterator[Door]:
    with FLAKY[request.param](server) as door:
        yield door


def test_a_repeated_creation_has_the_first_answer(flaky: Door, name: str) -> None:
    """Without the request id the second attempt would be told that the name is in use."""
    client = MlflowClient(flaky.uri)
    flaky.failures = 2
    experiment_id = client.create_experiment(name)
    [first, second, third] = flaky.request_ids
    assert first is not None
    assert first == second == third
    assert client.get_experiment(experiment_id).name == name
    assert client.create_experiment(name + "-2") != experiment_id
    assert flaky.request_ids[-1] != first


def test_a_repeated_run_exists_once(flaky: Door, name: str) -> None:
    client = MlflowClient(flaky.uri)
    experiment_id = client.create_experiment(name)
    flaky.failures = 1
    run = client.create_run(experiment_id)
    assert [found.info.run_id for found in client.search_runs([experiment_id])] == [run.info.run_id]


def test_repeated_logging_is_stored_once(flaky: Door, name: str) -> None:
    client = MlflowClient(flaky.uri)
    run_id = client.create_run(client.create_experiment(name)).info.run_id
    flaky.failures = 1
    client.log_metric(run_id, "m", 1.0, timestamp=5)
    flaky.failures = 1
    client.log_param(run_id, "p", "v")
    assert client.get_run(run_id).data.metrics == {"m": 1.0}
    assert flaky.request_ids[2:] == [None] * 5


def test_patience_ends(flaky: Door, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    flaky.failures = 99
    with pytest.raises(MlflowException) as failed:
        MlflowClient(flaky.uri).get_experiment("0")
    assert says_away(failed.value)
    assert len(flaky.request_ids) == 3


@pytest.mark.parametrize("scheme", ["grpc", "http"])
def test_nobody_listens(scheme: str, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    uri = f"{scheme}://127.0.0.1:{free_port}"
    with pytest.raises(MlflowException, match=f"The tracking server at {uri} cannot be reached") as failed:
        MlflowClient(uri).get_run("x")
    assert failed.value.error_code == "TEMPORARILY_UNAVAILABLE"
    assert not isinstance(failed.value, RestException)
