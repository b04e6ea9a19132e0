"""The names in the newest revision's schema; a test compares `schema`, which is not loaded to serve."""

from __future__ import annotations

from typing import Final

_OF_RUN = "experiment_id start_time_ms run_id"
"""What the tables that pages are found in keep of their run."""

_RUN = f"id {_OF_RUN} version stage epoch pending_blocks pending_points status end_time_ms name user_id artifact_uri"

COLUMNS: Final = {
    table: frozenset(columns.split())
    for table, columns in (
        ("counters", "name value"),
        ("datasets", "id experiment_id name digest source_type source schema_text profile"),
        ("experiment_tags", "experiment_id tag_key tag_value"),
        ("experiments", "id name artifact_location stage epoch creation_time_ms last_update_time_ms"),
        ("merge_backlog", "run_pk"),
        (
            "metric_blocks",
            "run_pk key_id seq level encoding points min_timestamp_ms max_timestamp_ms min_step max_step data",
        ),
        (
            "metric_latest",
            f"run_pk key_id {_OF_RUN} value_rank negative_zero step timestamp_ms min_rank min_step max_rank max_step",
        ),
        ("metric_writes", "run_pk seq encoding series points data"),
        ("names", "id name"),
        ("params", f"run_pk key_id head tail_hash {_OF_RUN} tail"),
        ("request_outcomes", "request_id created_ms outcome"),
        ("run_datasets", "run_pk position dataset_id context tags_json"),
        ("run_models", "run_pk role position model_id step"),
        ("runs", _RUN),
        ("tags", f"run_pk key_id head tail_hash {_OF_RUN} tail"),
    )
}
"""Every table, and its columns."""

INDEXES: Final = {
    "metric_latest": ("ix_metric_latest_page",),
    "params": ("ix_params_page",),
    "request_outcomes": ("ix_request_outcomes_created_ms",),
    "run_datasets": ("ix_run_datasets_dataset_id",),
    "runs": ("ix_runs_page", "ix_runs_name_page"),
    "tags": ("ix_tags_page",),
}
"""The indexes that pages are found in, by table."""

UNIQUE: Final = {
    "datasets": ("uq_datasets_experiment_id",),
    "experiments": ("uq_experiments_name",),
    "names": ("uq_names_name",),
    "runs": ("uq_runs_run_id", "uq_runs_version"),
}
"""What is unique beside the primary keys, by table. A primary key is called pk_, followed by its table."""

COUNTERS: Final = frozenset(("change", "dataset", "experiment", "name", "run"))
"""The rows of `counters`."""
