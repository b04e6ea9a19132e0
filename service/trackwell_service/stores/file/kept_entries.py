"""A run's entry as plain lists for the cache file, and back. What comes out of the file is held to its types."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from trackwell_service.domain.entities import LifecycleStage, MetricSummary, ModelOutput, RunInfo, RunStatus
from trackwell_service.domain.series import canonical
from trackwell_service.stores.file.disk import Signature
from trackwell_service.stores.file.layout import INPUTS, METRICS, OUTPUTS, PARAMS, TAGS, is_key
from trackwell_service.stores.file.places import RunPlace
from trackwell_service.stores.file.records import InputMeta, OutputMeta, RunMeta
from trackwell_service.stores.file.trees import FileState, Tree, is_meta_name
from trackwell_service.stores.file.values import MetricTail

_INT64: Final = 2**63


class KeptEntry(NamedTuple):
    """What is kept of a run: everything that a look at the disk need not tell again."""

    folder_seen: tuple[int, int]
    meta: FileState[RunMeta]
    trees: dict[str, Tree[Any]]


def dumped(entry: KeptEntry) -> list[Any] | None:
    """The entry as lists of what JSON has; None while anything is unsettled, or its meta cannot be read."""
    meta, signature = entry.meta.value, entry.meta.signature
    if meta is None or signature is None:
        return None
    trees: dict[str, Any] = {}
    for kind, tree in entry.trees.items():
        plain = tree.dumped(_FORMS[kind].plain)
        if plain is None:
            return None
        trees[kind] = plain
    info = meta.info
    told = [
        *(info.name, info.user_id, int(info.status), info.start_time_ms, info.end_time_ms, info.artifact_uri),
        *(info.stage.value, meta.restored_alone),
    ]
    return [entry.folder_seen, tuple(signature), told, trees]


def loaded(place: RunPlace, plain: Any) -> KeptEntry:
    """The entry that was dumped. Raises ValueError, TypeError or the like for anything else."""
    (inode, mtime_ns), signature, told, trees = plain
    name, user_id, status, start_time_ms, end_time_ms, artifact_uri, stage, restored_alone = told
    _check(str, name, user_id, artifact_uri)
    _check(int, inode, mtime_ns, *signature)
    _check_int64(start_time_ms, end_time_ms or 0)
    info = RunInfo(
        run_id=place.run_id,
        experiment_id=place.experiment.experiment_id,
        name=name,
        user_id=user_id,
        status=RunStatus(status),
        start_time_ms=start_time_ms,
        end_time_ms=end_time_ms,
        artifact_uri=artifact_uri,
        stage=LifecycleStage(stage),
    )
    return KeptEntry(
        (inode, mtime_ns),
        FileState(Signature(*signature), RunMeta(info, restored_alone is True)),
        {kind: Tree.loaded(tree, _FORMS[kind].value, _FORMS[kind].is_name) for kind, tree in trees.items()},
    )


class _Form(NamedTuple):
    """How the values of one kind of file are told in JSON, and which files have some."""

    plain: Callable[[Any], Any]
    value: Callable[[Any], Any]
    is_name: Callable[[str], bool]


def _check(kind: type[object], *values: object) -> None:
    for value in values:
        if not isinstance(value, kind):
            raise TypeError
        if isinstance(value, str) and "\0" in value:
            raise ValueError


def _check_int64(*values: object) -> None:
    """Times and steps: JSON may hold greater numbers, which no answer can."""
    for value in values:
        if not isinstance(value, int) or not -_INT64 <= value < _INT64:
            raise ValueError


def _same(value: Any) -> Any:
    return value


def _text(plain: Any) -> str:
    _check(str, plain)
    text: str = plain
    return text


def _plain_metric(tail: MetricTail) -> Any:
    summary = tail.summary
    anchor = tail.anchor.decode("latin-1")
    if summary is None:
        return (tail.inode, tail.size_bytes, anchor, None)
    told = (
        *(_plain_number(summary.value), summary.step, summary.timestamp_ms),
        *(_plain_number(summary.min_value), summary.min_step),
        *(_plain_number(summary.max_value), summary.max_step),
    )
    return (tail.inode, tail.size_bytes, anchor, told)


def _plain_number(number: float | None) -> float | str | None:
    """JSON has neither infinity nor NaN: they are told as texts."""
    return number if number is None or math.isfinite(number) else repr(number)


def _metric(plain: Any) -> MetricTail:
    inode, size_bytes, anchor, told = plain
    _check(int, inode, size_bytes)
    summary: MetricSummary | None = None
    if told is not None:
        value, step, timestamp_ms, low, low_step, high, high_step = told
        _check_int64(step, timestamp_ms, low_step or 0, high_step or 0)
        low, high = None if low is None else float(low), None if high is None else float(high)
        summary = MetricSummary(canonical(float(value)), step, timestamp_ms, low, low_step, high, high_step)
    return MetricTail(inode, size_bytes, anchor.encode("latin-1"), summary)


def _plain_input(used: InputMeta) -> Any:
    return (used.source_type, used.source_id, dict(used.tags), used.position)


def _input(plain: Any) -> InputMeta:
    source_type, source_id, tags, position = plain
    _check(str, source_type, source_id, *tags, *tags.values())
    _check(int, position or 0)
    return InputMeta(source_type, source_id, tags, position)


def _plain_output(made: OutputMeta) -> Any:
    return (made.output.model_id, made.output.step, made.position)


def _output(plain: Any) -> OutputMeta:
    model_id, step, position = plain
    _check(str, model_id)
    _check_int64(step, position or 0)
    return OutputMeta(ModelOutput(model_id, step), position)


_FORMS: Final = {
    PARAMS: _Form(_same, _text, is_key),
    TAGS: _Form(_same, _text, is_key),
    METRICS: _Form(_plain_metric, _metric, is_key),
    INPUTS: _Form(_plain_input, _input, is_meta_name),
    OUTPUTS: _Form(_plain_output, _output, is_meta_name),
}
