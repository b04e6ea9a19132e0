"""Strategies for what clients do: requests that meet each other often, valid ones and others, and points of metrics."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)


@dataclass(frozen=True)
class Step:
    """One thing that happens: a call of a client, or (with an empty rpc) time that passes."""

    rpc: str
    fields: dict[str, Any]
    request_id: str | None = None
    wait_ms: int = 0

    def __repr__(self) -> str:
        """As a line of a test, so that a failing history can be pasted into one."""
        if not self.rpc:
            return f"wait({self.wait_ms})"
        fields = "".join(f", {name}={value!r}" for name, value in self.fields.items())
        return f"call({self.rpc!r}{fields})" + (f"  # under {self.request_id!r}" if self.request_id else "")


# -- values: few different ones, so that histories collide; the odd ones among them often

values = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1e308, math.nan, math.inf, -math.inf]) | st.floats()
steps = st.sampled_from([0, 1, 2, -1, INT64_MAX, INT64_MIN, 2**53 + 1]) | st.integers(INT64_MIN, INT64_MAX)
timestamps = st.sampled_from([0, 1, 2, INT64_MAX]) | st.integers(0, INT64_MAX)
points = st.tuples(timestamps, steps, values)


def mostly(good: st.SearchStrategy[Any], bad: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`bad` one time in sixteen: a request has several values, and most requests must be good to get anywhere."""
    return st.sampled_from([good] * 15 + [bad]).flatmap(lambda chosen: chosen)


keys = st.sampled_from(["a"] * 4 + ["b"] * 4 + ["A", "a ", "a/b", "\u00e9", "\u540d\u524d", "e.x", "a:b", "k" * 250])
any_keys = mostly(keys, st.sampled_from(["a//b", "..", "", "k" * 251, "\u2603", "a\0"]))
texts = st.sampled_from(["", "v", "w", "V", "v ", "0.10", "\u540d", "\U0001f600", "a\nb", "x" * 6001, "%_'\"\\"])
any_texts = mostly(texts | st.text(max_size=5), st.sampled_from(["a\0b", "x" * 8001]))
run_names = mostly(st.sampled_from(["", "one", "two"]), st.just("n" * 251))

RUN_IDS = ("r1", "r2", "r3", "r4")
EXPERIMENT_NAMES = ("n1", "N1", "n2", "Default")

run_ids = mostly(st.sampled_from([*RUN_IDS, f"{1:032x}"]), st.sampled_from(["unknown", "not/one"]))
experiment_ids = mostly(st.sampled_from(["0", "0", "1", "2"]), st.sampled_from(["9", "x"]))
experiment_names = mostly(st.sampled_from(EXPERIMENT_NAMES), st.sampled_from(["", "n" * 501]))


def _optional(name: str, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.just({}) | strategy.map(lambda value: {name: value})


def _fields(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(strategies)


def _merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


def _items(limit: int = 4, **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_fields(**strategies), max_size=limit)


metrics = st.lists(
    st.builds(
        lambda key, point: {"key": key, "timestamp": point[0], "step": point[1], "value": point[2]}, any_keys, points
    ),
    max_size=5,
)
good_metrics = st.lists(
    st.builds(
        lambda key, point: {"key": key, "timestamp": point[0], "step": point[1], "value": point[2]}, keys, points
    ),
    max_size=8,
)
tags = _items(key=any_keys | st.just("mlflow.runName"), value=any_texts)
good_tags = _items(key=keys, value=texts)
datasets = st.lists(
    st.builds(
        lambda name, digest, source, context: {
            "dataset": {"name": name, "digest": digest, "source_type": "local", "source": source},
            "tags": [] if context is None else [{"key": "mlflow.data.context", "value": context}],
        },
        mostly(st.sampled_from(["d1", "d2", "D1"]), st.just("")),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["/a", "/b"]),
        st.sampled_from([None, "train", "eval"]),
    ),
    max_size=3,
)
models = st.lists(st.sampled_from(["m1", "m2"]).map(lambda model: {"model_id": model}), max_size=3)
outputs = st.lists(
    st.builds(lambda model, step: {"model_id": model, "step": step}, st.sampled_from(["m1", "m2"]), steps), max_size=3
)

OF_A_RUN = _fields(run_id=run_ids)
OF_AN_EXPERIMENT = _fields(experiment_id=experiment_ids)
STATUSES = mostly(st.sampled_from(["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]), st.sampled_from([0, 77]))

REQUESTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "CreateExperiment": _merged(_fields(name=experiment_names), _optional("tags", good_tags | tags)),
    "UpdateExperiment": _merged(OF_AN_EXPERIMENT, _fields(new_name=experiment_names)),
    "DeleteExperiment": OF_AN_EXPERIMENT,
    "RestoreExperiment": OF_AN_EXPERIMENT,
    "SetExperimentTag": _merged(OF_AN_EXPERIMENT, _fields(key=any_keys, value=any_texts)),
    "DeleteExperimentTag": _merged(OF_AN_EXPERIMENT, _fields(key=keys)),
    "CreateRun": _merged(
        OF_AN_EXPERIMENT,
        _optional("run_id", run_ids),
        _optional("run_name", run_names),
        _optional("start_time", st.sampled_from([0, 1, 2, INT64_MAX])),
        _optional("tags", good_tags | tags),
        _optional("user_id", texts),
    ),
    "UpdateRun": _merged(
        OF_A_RUN,
        _optional("status", STATUSES),
        _optional("end_time", mostly(st.sampled_from([0, 5, INT64_MAX]), st.just(-1))),
        _optional("run_name", run_names),
    ),
    "DeleteRun": OF_A_RUN,
    "RestoreRun": OF_A_RUN,
    "LogMetric": _merged(
        OF_A_RUN,
        st.builds(
            lambda key, point: {"key": key, "timestamp": point[0], "step": point[1], "value": point[2]},
            any_keys,
            points,
        ),
    ),
    "LogParam": _merged(OF_A_RUN, _fields(key=any_keys, value=any_texts)),
    "SetTag": _merged(OF_A_RUN, _fields(key=any_keys | st.just("mlflow.runName"), value=any_texts)),
    "DeleteTag": _merged(OF_A_RUN, _fields(key=keys)),
    "LogBatch": _merged(
        OF_A_RUN,
        _fields(metrics=good_metrics, tags=good_tags, params=good_tags)
        | _fields(metrics=metrics, tags=tags, params=good_tags | tags),
    ),
    "LogSeries": _merged(
        OF_A_RUN,
        st.dictionaries(keys, st.lists(points, min_size=1, max_size=6), max_size=3).map(
            lambda found: {
                "series": [
                    {
                        "key": key,
                        "timestamps": [timestamp for timestamp, _, _ in some],
                        "steps": [step for _, step, _ in some],
                        "values": [value for _, _, value in some],
                    }
                    for key, some in found.items()
                ]
            }
        ),
    ),
    "LogInputs": _merged(OF_A_RUN, _fields(datasets=datasets, models=models)),
    "LogOutputs": _merged(OF_A_RUN, _fields(models=outputs)),
    "LogModel": _merged(
        OF_A_RUN,
        _fields(
            model_json=mostly(
                st.just('{"artifact_path": "p", "flavors": {}, "utc_time_created": "t", "run_id": "r1"}'),
                st.sampled_from(["{}", "["]),
            )
        ),
    ),
}
"""A strategy for the fields of each write."""

FREQUENT = ["CreateRun", "CreateRun", "LogBatch", "LogBatch", "LogBatch", "LogBatch", "LogMetric", "LogMetric"]
FREQUENT += ["LogSeries", "LogParam", "SetTag", "DeleteTag", "UpdateRun", "DeleteExperiment", "RestoreExperiment"]
"""Drawn more often than the rest."""

RETRIED = frozenset({"CreateExperiment", "UpdateExperiment", "DeleteExperiment", "RestoreExperiment"})
RETRIED |= {"DeleteExperimentTag", "DeleteTag", "LogModel", "CreateRun"}
"""Writes that are not idempotent by nature, which clients send with a request id."""


@st.composite
def writes(draw: st.DrawFn) -> Step:
    """One write of some client. A request id is of one rpc, as with a client that repeats what it sent."""
    rpc = draw(st.sampled_from([*REQUESTS, *FREQUENT]))
    request_id = None
    if rpc in RETRIED and draw(st.booleans()):
        request_id = f"{rpc}-{draw(st.integers(1, 2))}"
    return Step(rpc, draw(REQUESTS[rpc]), request_id)


waits = st.sampled_from([1, 1000, 3_600_000, 3_600_001]).map(lambda ms: Step("", {}, wait_ms=ms))
"""Time that passes: sometimes as long as outcomes are remembered."""

BEGINNING = (
    Step("CreateExperiment", {"name": "n1"}),
    Step("CreateRun", {"experiment_id": "0", "run_id": "r1", "run_name": "one", "start_time": 1}),
    Step("CreateRun", {"experiment_id": "0", "run_id": "r2", "run_name": "two", "start_time": 1}),
    Step("CreateRun", {"experiment_id": "1", "run_id": "r3", "run_name": "one", "start_time": 2}),
)
"""How every history begins, so that the rest has something to meet."""

histories = st.lists(mostly(writes(), waits), min_size=10, max_size=40).map(lambda rest: [*BEGINNING, *rest])
"""What several clients do, one after the other."""


def fit_for_files(step: Step) -> Step:
    """The step without what a store of folders refuses and others take (`backends.GAPS`)."""

    def fit(value: Any) -> Any:
        if isinstance(value, list):
            return [fit(each) for each in value]
        if isinstance(value, dict):
            return {name: "d/b" if (name, each) == ("key", "a/b") else fit(each) for name, each in value.items()}
        return value

    fields = fit(step.fields)
    if step.rpc == "CreateRun":
        fields["tags"] = [tag for tag in fields.get("tags", []) if tag["key"] not in ("a//b", "..", "\u2603")]
    return replace(step, fields=fields)
