"""What holds for every filter and order: reading undoes spelling, meaning obeys logic, one error is raised."""

from __future__ import annotations

import contextlib

from hypothesis import example, given
from hypothesis import strategies as st

from support.search_text import unparse_filter, unparse_order
from support.search_trees import experiment_filters, experiment_orders, run_filters, run_orders
from support.search_values import experiments, runs
from trackwell_service.domain.entities import Experiment, Run
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.search import (
    matches_experiment,
    matches_run,
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)
from trackwell_service.search.ast import (
    And,
    Compare,
    Comparison,
    ExperimentFilter,
    ExperimentOrder,
    IsNull,
    Not,
    Or,
    RunFilter,
    RunOrder,
)


@given(run_filters)
def test_run_filters_read_back(condition: RunFilter) -> None:
    assert parse_run_filter(unparse_filter(condition)) == condition


@given(experiment_filters)
def test_experiment_filters_read_back(condition: ExperimentFilter) -> None:
    assert parse_experiment_filter(unparse_filter(condition)) == condition


@given(run_orders)
def test_run_orders_read_back(order: tuple[RunOrder, ...]) -> None:
    assert parse_run_order(unparse_order(order)) == order


@given(experiment_orders)
def test_experiment_orders_read_back(order: tuple[ExperimentOrder, ...]) -> None:
    assert parse_experiment_order(unparse_order(order)) == order


@given(run_filters, run_filters, runs())
def test_logic_on_runs(first: RunFilter, second: RunFilter, subject: Run) -> None:
    a, b = matches_run(first, subject), matches_run(second, subject)
    assert matches_run(Not(first), subject) is not a
    assert matches_run(And((first, second)), subject) is (a and b)
    assert matches_run(Or((first, second)), subject) is (a or b)


@given(experiment_filters, experiments())
def test_logic_on_experiments(condition: ExperimentFilter, subject: Experiment) -> None:
    assert matches_experiment(Not(condition), subject) is not matches_experiment(condition, subject)


@given(run_filters, runs())
def test_a_comparison_holds_only_where_there_is_a_value(condition: RunFilter, subject: Run) -> None:
    if isinstance(condition, And | Or | Not | IsNull):
        return
    if matches_run(condition, subject):
        assert matches_run(IsNull(condition.field, negated=True), subject)
    if isinstance(condition, Compare) and condition.comparison in (Comparison.GE, Comparison.LE):
        strict = Comparison.GT if condition.comparison is Comparison.GE else Comparison.LT
        equal = Compare(condition.field, Comparison.EQ, condition.value)
        stricter = Compare(condition.field, strict, condition.value)
        assert matches_run(condition, subject) is matches_run(Or((stricter, equal)), subject)


# Words and signs of the language, and some that are none, in any order.
_PIECES = st.sampled_from(
    [
        "metrics.a", "params.`a b`", 'tags."x"', "metrics.`a`.min", "attributes.", "status", "name", "dataset.name",
        "=", "!=", "<", ">=", "==", "~", "LIKE", "ILIKE", "RLIKE", "IN", "NOT", "IS", "NULL", "AND", "OR", "ASC",
        "DESC", "(", ")", ",", ";", "'x'", '"y"', "`z`", "'", '"', "`", "1", "-2.5", "1e999", "1.2.3",
        "experiment_id", "'12'",
        ".", "/", "\\", "\0", "\ud800", "\u0130", "é", "\U0001f600", "\n", "%", "--", "{", "\u202e",
    ]
)  # fmt: skip
_junk = (
    st.lists(_PIECES, max_size=12).map(" ".join) | st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=60)
)


@given(_junk)
@example("(" * 10_000)
@example("NOT " * 10_000)
@example("params.a RLIKE '" + "(" * 900 + "'")
def test_no_text_raises_anything_else(text: str) -> None:
    for parse in (parse_run_filter, parse_experiment_filter):
        with contextlib.suppress(InvalidParameter):
            assert (parse(text) is None) is (text.strip() == "")
    for parse_order in (parse_run_order, parse_experiment_order):
        with contextlib.suppress(InvalidParameter):
            assert len(parse_order([text])) == 1


@given(run_filters, runs(), st.data())
def test_damaged_filters_are_refused_or_mean_something(condition: RunFilter, subject: Run, data: st.DataObject) -> None:
    """Cutting a character out of a good filter gives another filter or InvalidParameter, and evaluates cleanly."""
    text = unparse_filter(condition)
    index = data.draw(st.integers(0, len(text) - 1))
    with contextlib.suppress(InvalidParameter):
        assert matches_run(parse_run_filter(text[:index] + text[index + 1 :]), subject) in (True, False)
