"""The datasets that runs of some experiments used (rest-facts §4)."""

from __future__ import annotations

from collections.abc import Sequence

from trackwell_service.domain.entities import DatasetSummary
from trackwell_service.domain.limits import MAX_DATASET_SUMMARIES, MAX_EXPERIMENTS_PER_DATASET_SEARCH
from trackwell_service.domain.validation import check_list_size
from trackwell_service.stores.roles import ExperimentReader


def search_datasets(reader: ExperimentReader, experiment_ids: Sequence[int]) -> Sequence[DatasetSummary]:
    """At most 1000 distinct datasets, sorted by (experiment, name, digest, context)."""
    check_list_size(len(experiment_ids), "experiment_ids", MAX_EXPERIMENTS_PER_DATASET_SEARCH, low=1)
    return reader.dataset_summaries(tuple(dict.fromkeys(experiment_ids)), MAX_DATASET_SUMMARIES)
