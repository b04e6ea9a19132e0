"""Logging to a run: metrics, params and tags, one by one, in batches and in columns (rest-facts §5, §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trackwell_service.domain import tags as system_tags
from trackwell_service.domain.changes import AddParam, Change, RemoveTag, SetTag, UpdateRun
from trackwell_service.domain.entities import RunInfo
from trackwell_service.domain.errors import InvalidParameter, ResourceDoesNotExist
from trackwell_service.domain.limits import (
    MAX_ITEMS_PER_BATCH,
    MAX_KEY_CHARS,
    MAX_METRICS_PER_BATCH,
    MAX_PARAMS_PER_BATCH,
    MAX_POINTS_PER_REQUEST,
    MAX_TAGS_PER_BATCH,
)
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.series import Columns
from trackwell_service.domain.validation import (
    TextPolicy,
    check_batch_size,
    check_key,
    check_run_id,
    check_run_name,
    check_text,
    check_time,
    missing,
    quoted,
)
from trackwell_service.operations import points as point_columns
from trackwell_service.operations.lifecycle import MUTATION_BYTES, Idempotent, active_run, run_only
from trackwell_service.operations.points import RawSeries, Row

Pair = tuple[str, str]
"""(key, value)."""


@dataclass(slots=True)
class LogPoints(Idempotent):
    """Appends points of any metrics. Idempotent, because an exact duplicate counts once."""

    run_id: str
    points: Mapping[str, Columns]

    @property
    def reads(self) -> ReadSet:
        """The run."""
        return run_only(self.run_id)

    @property
    def size_bytes(self) -> int:
        """Memory of the columns."""
        return MUTATION_BYTES + point_columns.size_bytes(self.points)

    def decide(self, state: State) -> Decision[None]:
        """Appends, if the run is active."""
        active_run(state, self.run_id)
        return Decision(tuple(point_columns.appended(self.run_id, self.points)), None)


@dataclass(slots=True)
class LogItems(Idempotent):
    """Writes params, points and tags together, or nothing. Idempotent: params are written once, tags are replaced."""

    run_id: str
    params: Mapping[str, str]
    points: Mapping[str, Columns]
    tags: Mapping[str, str]
    single: bool = False
    """Whether the caller logged one param, which decides how a refused change is worded (rest-facts §3)."""

    @property
    def reads(self) -> ReadSet:
        """The run and the params, which are compared."""
        if not self.params:
            return run_only(self.run_id)
        return ReadSet(run_ids=(self.run_id,), params=tuple((self.run_id, key) for key in self.params))

    @property
    def size_bytes(self) -> int:
        """Memory of texts and columns."""
        texts = sum(len(key) + len(value) for pairs in (self.params, self.tags) for key, value in pairs.items())
        return MUTATION_BYTES + 2 * texts + point_columns.size_bytes(self.points)

    def decide(self, state: State) -> Decision[None]:
        """Writes params, then points, then tags, if the run is active and no param would change."""
        run = active_run(state, self.run_id)
        changes: list[Change] = [AddParam(self.run_id, key, self.params[key]) for key in self._new_params(state)]
        changes += point_columns.appended(self.run_id, self.points)
        for key, value in self.tags.items():
            changes += set_tag_changes(run, key, value)
        return Decision(tuple(changes), None)

    def _new_params(self, state: State) -> Sequence[str]:
        new: list[str] = []
        changed: list[tuple[str, str, str]] = []
        for key, value in self.params.items():
            known = state.param(self.run_id, key)
            if known is None:
                new.append(key)
            elif known != value:
                changed.append((key, known, value))
        if changed:
            raise self._changed(changed)
        return new

    def _changed(self, params: Sequence[tuple[str, str, str]]) -> InvalidParameter:
        if self.single:
            key, old, value = params[0]
            return InvalidParameter(
                f"Changing param values is not allowed. Param with key={quoted(key)} was already logged with "
                f"value={quoted(old)} for run ID='{self.run_id}'. Attempted logging new value {quoted(value)}."
            )
        listed = ", ".join(
            f"{{'key': {quoted(key)}, 'old_value': {quoted(old)}, 'new_value': {quoted(value)}}}"
            for key, old, value in params[:MAX_LISTED]
        )
        return InvalidParameter(
            f"Changing param values is not allowed. Params were already logged='[{listed}]' for run ID='{self.run_id}'."
        )


MAX_LISTED = 10
"""How many offending keys an error message lists."""


@dataclass(slots=True)
class DeleteTag:
    """Removes one tag, which must be there (rest-facts §6)."""

    run_id: str
    key: str
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The run and the tag."""
        return ReadSet(run_ids=(self.run_id,), tags=((self.run_id, self.key),))

    @property
    def size_bytes(self) -> int:
        """Memory of the key."""
        return MUTATION_BYTES + 2 * len(self.key)

    def decide(self, state: State) -> Decision[None]:
        """Removes the tag; without its name tag a run has no name, so that both stay equal."""
        run = active_run(state, self.run_id)
        if state.tag(self.run_id, self.key) is None:
            raise ResourceDoesNotExist(f"No tag with name: {quoted(self.key)} in run with id {self.run_id}")
        changes: tuple[Change, ...] = (RemoveTag(self.run_id, self.key),)
        if self.key == system_tags.RUN_NAME:
            changes += (renamed(run, ""),)
        return Decision(changes, None)


def set_tag_changes(run: RunInfo, key: str, value: str) -> tuple[Change, ...]:
    """Sets one tag; the name tag renames the run too (rest-facts §6)."""
    if key == system_tags.RUN_NAME and value != run.name:
        return (SetTag(run.run_id, key, value), renamed(run, value))
    return (SetTag(run.run_id, key, value),)


def renamed(run: RunInfo, name: str) -> UpdateRun:
    """The run with another name and all else as it is."""
    return UpdateRun(run.run_id, run.status, run.end_time_ms, name)


def log_metric(run_id: str, key: str, value: float, timestamp_ms: int, step: int) -> LogPoints:
    """One point. `timestamp_ms` in milliseconds since the epoch."""
    check_run_id(run_id)
    check_key(key, "name")
    check_time(timestamp_ms, "timestamp")
    return LogPoints(run_id, {key: point_columns.one_point(timestamp_ms, step, value)})


def log_param(policy: TextPolicy, run_id: str, key: str, value: str) -> LogItems:
    """One param; the same value again is accepted, another refused."""
    check_run_id(run_id)
    check_key(key, "key")
    return LogItems(run_id, {key: policy.param_value(value, "value")}, {}, {}, single=True)


def set_tag(policy: TextPolicy, run_id: str, key: str, value: str) -> LogItems:
    """One tag; the last value wins."""
    check_run_id(run_id)
    check_key(key, "key")
    return LogItems(run_id, {}, {}, {key: _tag_value(policy, key, value, "value")})


def delete_tag(run_id: str, key: str, request_id: str | None) -> DeleteTag:
    """Removes one tag, also one whose key only runs/create takes (rest-facts §5): what is there can be removed."""
    check_run_id(run_id)
    if not key:
        raise missing("key")
    check_text(key, "key", MAX_KEY_CHARS)
    return DeleteTag(run_id, key, request_id)


def log_batch(
    policy: TextPolicy, run_id: str, metrics: Sequence[Row], params: Sequence[Pair], tags: Sequence[Pair]
) -> LogItems | LogPoints:
    """Points, params and tags together: every item first, then the limits, then params given twice (rest-facts §3)."""
    check_run_id(run_id)
    point_columns.check_rows(metrics, "metrics")
    checked_params = _checked_params(policy, params)
    checked_tags = _checked_tags(policy, tags)
    check_batch_size(len(metrics), "metrics", MAX_METRICS_PER_BATCH)
    check_batch_size(len(params), "params", MAX_PARAMS_PER_BATCH)
    check_batch_size(len(tags), "tags", MAX_TAGS_PER_BATCH)
    check_batch_size(len(metrics) + len(params) + len(tags), "metrics, params, and tags", MAX_ITEMS_PER_BATCH)
    return _items(run_id, checked_params, point_columns.grouped(metrics), checked_tags)


def log_series(run_id: str, series: Sequence[RawSeries]) -> LogPoints:
    """Points of many metrics as columns, each key once."""
    check_run_id(run_id)
    return LogPoints(run_id, point_columns.from_raw(series))


def log_stream_batch(
    policy: TextPolicy,
    run_id: str,
    metrics: Sequence[Row],
    series: Sequence[RawSeries],
    params: Sequence[Pair],
    tags: Sequence[Pair],
) -> LogItems | LogPoints:
    """One batch of a LogStream: as a log-batch, with as many points as a LogSeries may have."""
    check_run_id(run_id)
    point_columns.check_rows(metrics, "metrics")
    columns = point_columns.from_raw(series)
    checked_params = _checked_params(policy, params)
    checked_tags = _checked_tags(policy, tags)
    count = len(metrics) + sum(map(len, columns.values()))
    check_batch_size(count, "metrics", MAX_POINTS_PER_REQUEST)
    check_batch_size(len(params), "params", MAX_PARAMS_PER_BATCH)
    check_batch_size(len(tags), "tags", MAX_TAGS_PER_BATCH)
    return _items(run_id, checked_params, point_columns.joined(point_columns.grouped(metrics), columns), checked_tags)


def _items(
    run_id: str, params: Sequence[Pair], points: Mapping[str, Columns], tags: Mapping[str, str]
) -> LogItems | LogPoints:
    if not params and not tags:
        return LogPoints(run_id, points)
    by_key = dict(params)
    if len(by_key) < len(params):
        raise InvalidParameter(
            f"Duplicate parameter keys have been submitted: {_twice(key for key, _ in params)}. "
            "Send every param once in a request."
        )
    return LogItems(run_id, by_key, points, tags)


def _checked_params(policy: TextPolicy, params: Sequence[Pair]) -> list[Pair]:
    checked: list[Pair] = []
    for index, (key, value) in enumerate(params):
        check_key(key, f"params[{index}].key")
        checked.append((key, policy.param_value(value, f"params[{index}].value")))
    return checked


def _checked_tags(policy: TextPolicy, tags: Sequence[Pair]) -> dict[str, str]:
    """Tags by key; of a key given twice the last value counts."""
    checked: dict[str, str] = {}
    for index, (key, value) in enumerate(tags):
        check_key(key, f"tags[{index}].key")
        checked[key] = _tag_value(policy, key, value, f"tags[{index}].value")
    return checked


def _tag_value(policy: TextPolicy, key: str, value: str, parameter: str) -> str:
    if key == system_tags.RUN_NAME:
        check_run_name(value, parameter)
        return value
    return policy.tag_value(value, parameter)


def _twice(keys: Iterable[str]) -> str:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    return "[" + ", ".join(map(quoted, twice[:MAX_LISTED])) + "]"
