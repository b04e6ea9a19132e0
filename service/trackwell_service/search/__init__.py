"""The filter and order_by languages: text to typed tree, and what the tree means for a run or an experiment.

The language is described for its users in docs/search.md, the meaning of the typed tree in `search.ast`.
"""

from trackwell_service.search.ast import ExperimentFilter, ExperimentOrder, RunFilter, RunOrder
from trackwell_service.search.evaluate import (
    experiment_predicate,
    matches_experiment,
    matches_run,
    run_predicate,
)
from trackwell_service.search.ordering import (
    Ordering,
    SortKey,
    experiment_columns,
    experiment_ordering,
    experiment_sort_key,
    run_columns,
    run_ordering,
    run_sort_key,
)
from trackwell_service.search.parse import (
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)

__all__ = [
    "ExperimentFilter",
    "ExperimentOrder",
    "Ordering",
    "RunFilter",
    "RunOrder",
    "SortKey",
    "experiment_columns",
    "experiment_ordering",
    "experiment_predicate",
    "experiment_sort_key",
    "matches_experiment",
    "matches_run",
    "parse_experiment_filter",
    "parse_experiment_order",
    "parse_run_filter",
    "parse_run_order",
    "run_columns",
    "run_ordering",
    "run_predicate",
    "run_sort_key",
]
