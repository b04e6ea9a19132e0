"""Runs and experiments for tests of searches: short ways to write one down, and strategies that make any."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    ExperimentInfo,
    LifecycleStage,
    MetricSummary,
    Run,
    RunInfo,
    RunStatus,
)
from trackwell_service.domain.tags import DATASET_CONTEXT

NAN = float("nan")
INFINITY = float("inf")


def metric(value: float, low: float | None = None, high: float | None = None) -> MetricSummary:
    """What is known of a metric: its latest value, with its minimum and maximum where they differ from it."""
    alone = None if value != value else value
    low, high = (alone if low is None else low), (alone if high is None else high)
    return MetricSummary(value, 0, 0, low, None if low is None else 0, high, None if high is None else 0)


def dataset(name: str = "digits", digest: str = "d1", context: str | None = None) -> DatasetInput:
    """A dataset as a run used it; without a context it has no tags."""
    tags = {} if context is None else {DATASET_CONTEXT: context}
    return DatasetInput(Dataset(name, digest, "local", "{}"), tags)


def run(  # one keyword for each thing that a filter can look at
    run_id: str = "r1",
    *,
    name: str = "quiet-owl-1",
    user_id: str = "ada",
    status: RunStatus = RunStatus.FINISHED,
    start_time_ms: int = 1000,
    end_time_ms: int | None = 2000,
    artifact_uri: str = "file:///a/r1",
    metrics: Mapping[str, MetricSummary | float] | None = None,
    params: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    datasets: tuple[DatasetInput, ...] = (),
) -> Run:
    """A run; plain numbers among the metrics stand for their only value."""
    info = RunInfo(run_id, 1, name, user_id, status, start_time_ms, end_time_ms, artifact_uri, LifecycleStage.ACTIVE)
    summaries = {
        key: value if isinstance(value, MetricSummary) else metric(value) for key, value in (metrics or {}).items()
    }
    return Run(info, summaries, params or {}, tags or {}, datasets)


def experiment(
    experiment_id: int = 1,
    *,
    name: str = "Default",
    creation_time_ms: int = 1000,
    last_update_time_ms: int = 2000,
    tags: Mapping[str, str] | None = None,
) -> Experiment:
    """An experiment."""
    info = ExperimentInfo(
        experiment_id, name, "file:///a", LifecycleStage.ACTIVE, creation_time_ms, last_update_time_ms
    )
    return Experiment(info, tags or {})


KEYS = ("a", "b", "a.min", "a.max", "a.latest", "a b", "été")
"""Keys that meet each other often, also as a key that looks like a statistic of another."""

texts = st.sampled_from(
    ["", "a", "A", "ab", "a\nb", "x%y", "x_y", "é", "É", "ß", "SS", "\u212a", "\U0001f600", "0.1", "0.10"]
)
"""Texts that differ in case, normal form, wildcards and planes of Unicode."""

doubles = st.sampled_from([0.0, -0.0, 1.0, 0.5, -3.0, 1e-300, 1.7976931348623157e308, INFINITY, -INFINITY, NAN])
times = st.integers(0, 3)


@st.composite
def metric_summaries(draw: st.DrawFn) -> MetricSummary:
    """A summary whose minimum and maximum are in order."""
    value, first, second = draw(doubles), draw(doubles), draw(doubles)
    known = sorted(each for each in (value, first, second) if each == each)
    return metric(value, known[0], known[-1]) if known else metric(NAN)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any run, with few different values, so that filters hit and orders tie."""
    return run(
        draw(st.sampled_from(["r1", "r2", "R1", "r10"])),
        name=draw(texts),
        user_id=draw(texts),
        status=draw(st.sampled_from(RunStatus)),
        start_time_ms=draw(times),
        end_time_ms=draw(st.none() | times),
        metrics=draw(st.dictionaries(st.sampled_from(KEYS), metric_summaries(), max_size=4)),
        params=draw(st.dictionaries(st.sampled_from(KEYS), texts, max_size=3)),
        tags=draw(st.dictionaries(st.sampled_from(KEYS), texts, max_size=3)),
        datasets=tuple(draw(st.lists(st.builds(dataset, texts, texts, st.none() | texts), max_size=2))),
    )


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any experiment, with few different values."""
    return experiment(
        draw(st.integers(0, 5)),
        name=draw(texts),
        creation_time_ms=draw(times),
        last_update_time_ms=draw(times),
        tags=draw(st.dictionaries(st.sampled_from(KEYS), texts, max_size=3)),
    )
