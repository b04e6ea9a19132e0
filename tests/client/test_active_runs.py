"""Which run is active: stacks, nesting, resuming, threads and tasks (rest-facts §12, DESIGN §6)."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FunctionType

import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.entities import Run


@pytest.fixture(autouse=True)
def chosen_experiment(tracking_uri: str, name: str) -> str:
    return mlflow.set_experiment(name).experiment_id


@pytest.fixture(params=["in-process"])
def tracking_uri(database_uri: str) -> str:
    """Which run is active is no matter of the way to the service: one is enough."""
    mlflow.set_tracking_uri(database_uri)
    return database_uri


def _status(run: Run) -> str:
    return mlflow.get_run(run.info.run_id).info.status


def test_a_run_is_active_within_its_block() -> None:
    assert mlflow.active_run() is None
    with mlflow.start_run() as run:
        assert mlflow.active_run() is run
        assert _status(run) == "RUNNING"
    assert mlflow.active_run() is None
    ended = mlflow.get_run(run.info.run_id).info
    assert ended.status == "FINISHED"
    assert ended.end_time is not None


def test_an_exception_fails_the_run_and_goes_on() -> None:
    with pytest.raises(KeyError), mlflow.start_run() as run:
        raise KeyError("x")
    assert _status(run) == "FAILED"
    with pytest.raises(KeyboardInterrupt), mlflow.start_run() as run:
        raise KeyboardInterrupt
    assert _status(run) == "FAILED"


def test_a_run_that_was_ended_in_its_block_stays_as_it_was() -> None:
    with mlflow.start_run() as run:
        mlflow.end_run("KILLED")
        assert mlflow.active_run() is None
    assert _status(run) == "KILLED"


def test_end_run_without_a_run_does_nothing() -> None:
    mlflow.end_run()


def test_a_bad_status_leaves_no_run_behind() -> None:
    mlflow.start_run()
    with pytest.raises(MlflowException, match="no run status"):
        mlflow.end_run("DONE")
    assert mlflow.active_run() is None


def test_a_second_run_needs_nested() -> None:
    with mlflow.start_run() as outer:
        with pytest.raises(Exception, match="nested=True") as refused:
            mlflow.start_run()
        assert type(refused.value) is Exception
        with mlflow.start_run(nested=True) as inner:
            assert mlflow.active_run() is inner
            with mlflow.start_run(nested=True, run_name="leaf") as leaf:
                pass
        assert mlflow.active_run() is outer
    parents = {run.info.run_id: mlflow.get_parent_run(run.info.run_id) for run in (outer, inner, leaf)}
    assert parents[outer.info.run_id] is None
    assert _id(parents[inner.info.run_id]) == outer.info.run_id
    assert _id(parents[leaf.info.run_id]) == inner.info.run_id


def test_nested_without_an_outer_run_is_a_plain_run() -> None:
    with mlflow.start_run(nested=True) as run:
        assert "mlflow.parentRunId" not in run.data.tags


def test_nested_may_be_none() -> None:
    """Optuna passes what it was given (rest-facts §16)."""
    with mlflow.start_run(nested=None):
        pass


def test_a_chosen_parent() -> None:
    with mlflow.start_run() as first:
        pass
    with mlflow.start_run(parent_run_id=first.info.run_id) as second:
        assert second.data.tags["mlflow.parentRunId"] == first.info.run_id


def test_tags_of_a_new_run(name: str) -> None:
    with mlflow.start_run(run_name=name, tags={"a": 1, "mlflow.user": "ann"}, description="why") as run:
        tags = run.data.tags
    assert (run.info.run_name, tags["mlflow.runName"]) == (name, name)
    assert (tags["a"], tags["mlflow.user"], tags["mlflow.note.content"]) == ("1", "ann", "why")
    assert run.info.user_id == "ann"
    assert tags["mlflow.source.type"] == "LOCAL"
    assert tags["mlflow.source.name"]
    with pytest.raises(MlflowException, match="Give the description once"):
        mlflow.start_run(description="a", tags={"mlflow.note.content": "b"})


def test_logging_starts_a_run_which_stays_open() -> None:
    mlflow.log_metric("m", 1)
    run = mlflow.active_run()
    assert run is not None
    mlflow.log_param("p", "v")
    mlflow.set_tag("t", "w")
    assert mlflow.active_run() is run
    data = mlflow.get_run(run.info.run_id).data
    assert (data.metrics, data.params, data.tags["t"]) == ({"m": 1.0}, {"p": "v"}, "w")
    mlflow.end_run()


@pytest.mark.parametrize(("call", "arguments"), [("get_artifact_uri", ()), ("set_tags", ({"a": 1},))])
def test_more_calls_that_start_a_run(call: str, arguments: tuple[object, ...]) -> None:
    getattr(mlflow, call)(*arguments)
    assert mlflow.active_run() is not None
    mlflow.end_run()


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("log_metric", ("m", "much")),
        ("log_metric", ("m", 1, 0.5)),
        ("log_metric", ("m", 1, None, None, "now")),
        ("log_metrics", ({"m": 1, "n": None},)),
        ("log_metrics", ({"m": 1}, 0.5)),
        ("log_param", ("p", "x" * 7000)),
        ("log_params", ({"p": "x" * 7000},)),
        ("set_tag", ("t", "x" * 9000)),
        ("set_tags", ({"t": "x" * 9000},)),
        ("log_input", ("no dataset",)),
    ],
)
def test_a_bad_value_starts_no_run(call: str, arguments: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    with pytest.raises(MlflowException) as refused:
        getattr(mlflow, call)(*arguments)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert (mlflow.active_run(), mlflow.last_active_run()) == (None, None)


def test_the_fluent_calls() -> None:
    with mlflow.start_run() as run:
        assert mlflow.log_param("p", 3) == 3
        mlflow.log_params({f"p{number}": number for number in range(150)})
        mlflow.log_metrics({"a": 1, "b": 2.5}, step=7, timestamp=99)
        mlflow.log_metric("c", 1.0, step=2)
        mlflow.set_tags({"t": [1], "u": None})
        mlflow.set_tag("gone", 1)
        mlflow.delete_tag("gone")
    data = mlflow.get_run(run.info.run_id).data
    assert len(data.params) == 151
    assert data.metrics == {"a": 1.0, "b": 2.5, "c": 1.0}
    assert (data.tags["t"], data.tags["u"], "gone" in data.tags) == ("[1]", "None", False)
    [point] = MlflowClient().get_metric_history(run.info.run_id, "a")
    assert (point.timestamp, point.step) == (99, 7)


def test_logging_to_a_named_run() -> None:
    with mlflow.start_run() as first:
        pass
    with mlflow.start_run() as second:
        mlflow.log_metric("m", 1, run_id=first.info.run_id)
        mlflow.log_params({"p": 1}, run_id=first.info.run_id)
        mlflow.log_metrics({"n": 2}, run_id=second.info.run_id)
    mlflow.log_metrics({"o": 3}, run_id=first.info.run_id)
    assert mlflow.active_run() is None
    assert mlflow.get_run(first.info.run_id).data.metrics == {"m": 1.0, "o": 3.0}
    assert mlflow.get_run(second.info.run_id).data.metrics == {"n": 2.0}


def test_resuming() -> None:
    with mlflow.start_run(tags={"a": 1}) as first:
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_id=first.info.run_id, run_name="renamed", tags={"b": 2}, description="again") as again:
        assert again.info.run_id == first.info.run_id
        assert (again.info.status, again.info.run_name) == ("RUNNING", "renamed")
        assert again.data.metrics == {"m": 1.0}
    tags = mlflow.get_run(first.info.run_id).data.tags
    assert (tags["a"], tags["b"], tags["mlflow.note.content"]) == ("1", "2", "again")
    assert _status(first) == "FINISHED"


def test_resuming_by_the_environment_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with mlflow.start_run() as first:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", first.info.run_id)
    with mlflow.start_run() as again:
        assert again.info.run_id == first.info.run_id
        assert "MLFLOW_RUN_ID" not in os.environ
    with mlflow.start_run() as other:
        assert other.info.run_id != first.info.run_id


def test_what_is_not_resumed(client: MlflowClient, name: str) -> None:
    with mlflow.start_run() as run:
        pass
    mlflow.set_experiment(name + "-other")
    with pytest.raises(MlflowException, match="belongs to the experiment"):
        mlflow.start_run(run_id=run.info.run_id)
    mlflow.delete_run(run.info.run_id)
    with pytest.raises(MlflowException, match="is deleted"):
        mlflow.start_run(run_id=run.info.run_id)
    assert mlflow.active_run() is None
    mlflow.restore_run(run.info.run_id)
    assert mlflow.get_run(run.info.run_id).info.lifecycle_stage == "active"


def test_the_last_active_run() -> None:
    with mlflow.start_run() as run:
        mlflow.log_metric("m", 1)
        current = mlflow.last_active_run()
    last = mlflow.last_active_run()
    assert current is not None
    assert last is not None
    assert (current.data.metrics, last.info.run_id, last.info.status) == ({"m": 1.0}, run.info.run_id, "FINISHED")


def test_a_run_stays_with_the_service_it_was_started_at(database_uri: str) -> None:
    with mlflow.start_run() as run:
        mlflow.set_tracking_uri("memory:")
        mlflow.log_metric("m", 1)
    mlflow.set_tracking_uri(database_uri)
    after = mlflow.get_run(run.info.run_id)
    assert (after.info.status, after.data.metrics) == ("FINISHED", {"m": 1.0})


def test_each_thread_has_its_own_stack() -> None:
    seen: list[str] = []
    barrier = threading.Barrier(4)

    def train(number: int) -> str:
        assert mlflow.active_run() is None
        with mlflow.start_run(run_name=f"thread {number}") as run:
            barrier.wait(timeout=30)
            mlflow.log_metric("number", number)
            assert mlflow.active_run() is run
            seen.append(run.info.run_id)
        return run.info.run_id

    with mlflow.start_run() as outer, ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(train, range(4)))
        assert mlflow.active_run() is outer
    assert len(set(ids)) == 4
    for number, run_id in enumerate(ids):
        run = mlflow.get_run(run_id)
        assert (run.data.metrics, "mlflow.parentRunId" in run.data.tags) == ({"number": float(number)}, False)


def test_each_task_has_its_own_stack() -> None:
    async def train(number: int) -> Run:
        with mlflow.start_run(run_name=f"task {number}") as run:
            await asyncio.sleep(0)
            mlflow.log_metric("number", number)
            await asyncio.sleep(0)
            assert mlflow.active_run() is run
        return run

    async def train_all() -> list[Run]:
        return await asyncio.gather(*(train(number) for number in range(4)))

    runs = asyncio.run(train_all())
    assert [mlflow.get_run(run.info.run_id).data.metrics["number"] for run in runs] == [0.0, 1.0, 2.0, 3.0]
    assert mlflow.active_run() is None


def test_a_task_begins_with_the_runs_of_what_started_it() -> None:
    async def child(parent_id: str) -> None:
        current = mlflow.active_run()
        assert current is not None
        assert current.info.run_id == parent_id
        with mlflow.start_run(nested=True) as run:
            await asyncio.sleep(0)
            assert run.data.tags["mlflow.parentRunId"] == parent_id

    async def main() -> None:
        outer = mlflow.active_run()
        assert outer is not None
        with mlflow.start_run(nested=True) as run:
            await asyncio.gather(child(run.info.run_id), child(run.info.run_id))
            assert mlflow.active_run() is run

    with mlflow.start_run() as run:
        asyncio.run(main())
        assert mlflow.active_run() is run


def test_a_run_ended_in_a_task_is_ended_everywhere() -> None:
    async def end_it() -> None:
        mlflow.end_run()

    mlflow.start_run()
    asyncio.run(end_it())
    assert mlflow.active_run() is None


def test_the_task_of_a_cell_is_not_the_users() -> None:
    """A run that was started in one cell with a top-level await is active in the next (DESIGN §6)."""
    flags = __import__("ast").PyCF_ALLOW_TOP_LEVEL_AWAIT
    cells = [
        "import asyncio, mlflow\nawait asyncio.sleep(0)\nmlflow.start_run()",
        "await asyncio.sleep(0)\nmlflow.log_metric('m', 1)\nrun = mlflow.active_run()",
    ]
    names: dict[str, object] = {}
    with asyncio.Runner() as kernel:
        for cell in cells:
            code = compile(cell, "<cell>", "exec", flags=flags)
            kernel.run(FunctionType(code, names)())
    run = names["run"]
    assert isinstance(run, mlflow.ActiveRun)
    assert mlflow.active_run() is run
    mlflow.end_run()


def test_experiment_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch, client: MlflowClient) -> None:
    monkeypatch.setattr("mlflow.tracking._state._process.experiment_id", None)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    with mlflow.start_run() as run:
        assert run.info.experiment_id == "0"
    by_id = client.create_experiment(name + "-by-id")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", by_id)
    with mlflow.start_run() as run:
        assert run.info.experiment_id == by_id
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", name + "-by-name")
    with pytest.raises(MlflowException, match="Unset one of them"):
        mlflow.start_run()
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    with mlflow.start_run() as run:
        assert client.get_experiment(run.info.experiment_id).name == name + "-by-name"
    with mlflow.start_run(experiment_id=by_id) as run:
        assert run.info.experiment_id == by_id


def test_choices_are_passed_on_to_children(name: str, database_uri: str) -> None:
    chosen = mlflow.set_experiment(name)
    assert os.environ["MLFLOW_EXPERIMENT_ID"] == chosen.experiment_id
    assert os.environ["MLFLOW_TRACKING_URI"] == database_uri


def _id(run: Run | None) -> str | None:
    return None if run is None else run.info.run_id


def test_automatic_logging_says_that_there_is_none(caplog: pytest.LogCaptureFixture) -> None:
    mlflow.autolog(disable=True)
    mlflow.autolog(silent=True)
    assert caplog.text == ""
    mlflow.autolog(log_models=False)
    assert "logs only what is logged by calls" in caplog.text
    assert mlflow.active_run() is None
