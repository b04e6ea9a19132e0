"""What a filter means for a run or an experiment: the executable specification of `ast`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar, assert_never

from trackwell_service.domain.entities import Experiment, MetricSummary, Run
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    DatasetField,
    ExperimentAttribute,
    ExperimentField,
    ExperimentFilter,
    Filter,
    IsNull,
    Like,
    Matches,
    Metric,
    MetricOrStatistic,
    Not,
    OneOf,
    Or,
    Param,
    RunAttribute,
    RunField,
    RunFilter,
    Statistic,
    Tag,
)
from trackwell_service.search.patterns import like_test, regex_test

Value: TypeAlias = float | int | str
"""Doubles for metrics, ints for times and experiment ids, else texts."""

_SubjectT = TypeVar("_SubjectT")
_FieldT = TypeVar("_FieldT")

_Values: TypeAlias = Sequence[Value]
"""The values of a field: none when it is missing, several only for dataset fields."""

# A field and the value beside it have one type, which the parser saw to.
_TESTS: Final[dict[Comparison, Callable[[Any, Any], bool]]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
}


def run_predicate(condition: RunFilter | None) -> Callable[[Run], bool]:
    """A function that tells whether a run matches; None matches every run. For many runs and one filter."""
    return _predicate(condition, run_values)


def experiment_predicate(condition: ExperimentFilter | None) -> Callable[[Experiment], bool]:
    """A function that tells whether an experiment matches; None matches every one."""
    return _predicate(condition, experiment_values)


def matches_run(condition: RunFilter | None, run: Run) -> bool:
    """Whether the run matches the filter; None matches every run."""
    return run_predicate(condition)(run)


def matches_experiment(condition: ExperimentFilter | None, experiment: Experiment) -> bool:
    """Whether the experiment matches the filter; None matches every one."""
    return experiment_predicate(condition)(experiment)


def run_values(field: RunField) -> Callable[[Run], _Values]:
    """A function that reads a field's values from a run, as `ast` defines them."""
    match field:
        case Metric(key, statistic):
            return lambda run: _statistic(run.metrics.get(key), statistic)
        case MetricOrStatistic(key, base, statistic):
            return lambda run: (
                _statistic(run.metrics[key], Statistic.LATEST)
                if key in run.metrics
                else _statistic(run.metrics.get(base), statistic)
            )
        case Param(key):
            return lambda run: _optional(run.params.get(key))
        case Tag(key):
            return lambda run: _optional(run.tags.get(key))
        case DatasetField():
            return _dataset_values(field)
        case RunAttribute():
            return _run_attribute(field)
    assert_never(field)


def experiment_values(field: ExperimentField) -> Callable[[Experiment], _Values]:
    """A function that reads a field's values from an experiment, as `ast` defines them."""
    match field:
        case Tag(key):
            return lambda experiment: _optional(experiment.tags.get(key))
        case ExperimentAttribute.NAME:
            return lambda experiment: (experiment.info.name,)
        case ExperimentAttribute.EXPERIMENT_ID:
            return lambda experiment: (experiment.info.experiment_id,)
        case ExperimentAttribute.CREATION_TIME:
            return lambda experiment: (experiment.info.creation_time_ms,)
        case ExperimentAttribute.LAST_UPDATE_TIME:
            return lambda experiment: (experiment.info.last_update_time_ms,)
    assert_never(field)


def _predicate(
    condition: Filter[_FieldT] | None, reader: Callable[[_FieldT], Callable[[_SubjectT], _Values]]
) -> Callable[[_SubjectT], bool]:
    match condition:
        case None:
            return lambda _: True
        case And(operands):
            parts = [_predicate(operand, reader) for operand in operands]
            return lambda subject: all(part(subject) for part in parts)
        case Or(operands):
            parts = [_predicate(operand, reader) for operand in operands]
            return lambda subject: any(part(subject) for part in parts)
        case Not(operand):
            inner = _predicate(operand, reader)
            return lambda subject: not inner(subject)
        case IsNull(field, negated):
            read = reader(field)
            return lambda subject: bool(read(subject)) is negated
        case Compare(field) | OneOf(field) | Like(field) | Matches(field):
            read, test = reader(field), _value_test(condition)
            return lambda subject: any(test(value) for value in read(subject))
    assert_never(condition)


def _value_test(
    predicate: Compare[_FieldT] | OneOf[_FieldT] | Like[_FieldT] | Matches[_FieldT],
) -> Callable[[Value], bool]:
    match predicate:
        case Compare(_, comparison, wanted):
            compare = _TESTS[comparison]
            return lambda value: compare(value, wanted)
        case OneOf(_, values, negated):
            listed = frozenset(values)
            return lambda value: (value in listed) is not negated
        case Like(_, pattern, fold, negated):
            matches = like_test(pattern, fold)
            return lambda value: matches(str(value)) is not negated
        case Matches(_, pattern, negated):
            found = regex_test(pattern)
            return lambda value: found(str(value)) is not negated
    assert_never(predicate)


def _optional(value: Value | None) -> _Values:
    return () if value is None else (value,)


def _statistic(metric: MetricSummary | None, statistic: Statistic) -> _Values:
    if metric is None:
        return ()
    if statistic is Statistic.LATEST:
        return (metric.value,)
    value = metric.min_value if statistic is Statistic.MIN else metric.max_value
    return (float("nan") if value is None else value,)


def _dataset_values(field: DatasetField) -> Callable[[Run], _Values]:
    match field:
        case DatasetField.NAME:
            return lambda run: [each.dataset.name for each in run.dataset_inputs]
        case DatasetField.DIGEST:
            return lambda run: [each.dataset.digest for each in run.dataset_inputs]
        case DatasetField.CONTEXT:
            return lambda run: [
                each.tags[DATASET_CONTEXT] for each in run.dataset_inputs if DATASET_CONTEXT in each.tags
            ]
    assert_never(field)


def _run_attribute(attribute: RunAttribute) -> Callable[[Run], _Values]:
    match attribute:
        case RunAttribute.RUN_ID:
            return lambda run: (run.info.run_id,)
        case RunAttribute.RUN_NAME:
            return lambda run: (run.info.name,)
        case RunAttribute.STATUS:
            return lambda run: (run.info.status.name,)
        case RunAttribute.ARTIFACT_URI:
            return lambda run: (run.info.artifact_uri,)
        case RunAttribute.USER_ID:
            return lambda run: (run.info.user_id,)
        case RunAttribute.START_TIME:
            return lambda run: (run.info.start_time_ms,)
        case RunAttribute.END_TIME:
            return lambda run: _optional(run.info.end_time_ms)
    assert_never(attribute)
