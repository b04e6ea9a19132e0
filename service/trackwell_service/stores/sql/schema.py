"""The tables, as SQLAlchemy metadata: what the newest revision must have made (tests compare them), and column names.

Only migrations and tests import this module: the store itself runs on prepared SQL text and must start without
SQLAlchemy. Alembic alone creates tables.

- Ids of runs, names and datasets are internal 64-bit integers; the public run id is a text in `runs` and, because it
  breaks ties in every order, in the three child tables that a page can be ordered by.
- `params`, `tags` and `metric_latest` carry their run's experiment, start time and run id, none of which ever
  changes: one index each then comes out in page order (DESIGN §4, Reads).
- A run id has ASCII characters only (see `check_new_run_id`), of which indexes hold many.
- A text value is split into `head` (at most 190 characters: what fits every database's index) and `tail` (the rest,
  NULL when there is none) with `tail_hash` (0 when there is none), so that equality stays an index look-up.
- Metric values in indexes are ranks: one 64-bit integer in the order of the values, see `ranks`.
- `runs.version` and the `seq` of metric rows are change numbers from one counter, see `counters`.
- `runs.pending_blocks` and `pending_points` count what waits to be merged, so that finding it needs no search.
"""

from __future__ import annotations

import sqlalchemy as sa

from trackwell_service.stores.sql.column_types import (
    ascii_text,
    big_integer,
    long_text,
    packed_bytes,
    short_text,
    small_integer,
)

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _value_table(name: str) -> sa.Table:
    """A table of texts by (run, key) with the index that a page ordered or filtered by one key walks."""
    table = sa.Table(
        name,
        metadata,
        sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("key_id", big_integer(), sa.ForeignKey("names.id"), nullable=False),
        sa.Column("head", short_text(190), nullable=False),
        sa.Column("tail_hash", big_integer(), nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("start_time_ms", big_integer(), nullable=False),
        sa.Column("run_id", ascii_text(256), nullable=False),
        sa.Column("tail", long_text()),
        sa.PrimaryKeyConstraint("run_pk", "key_id"),
        sqlite_with_rowid=False,
    )
    sa.Index(
        f"ix_{name}_page",
        table.c.experiment_id,
        table.c.key_id,
        table.c.head,
        table.c.tail_hash,
        table.c.start_time_ms.desc(),
        table.c.run_id,
    )
    return table


counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", short_text(32), primary_key=True),
    sa.Column("value", big_integer(), nullable=False),
    sqlite_with_rowid=False,
)
"""The last number handed out for each kind of id. A transaction writes the rows it needs last, before it commits."""

experiments = sa.Table(
    "experiments",
    metadata,
    sa.Column("id", big_integer(), primary_key=True, autoincrement=False),
    sa.Column("name", short_text(500), nullable=False, unique=True),
    sa.Column("artifact_location", long_text(), nullable=False),
    sa.Column("stage", small_integer(), nullable=False),
    sa.Column("epoch", big_integer(), nullable=False),
    sa.Column("creation_time_ms", big_integer(), nullable=False),
    sa.Column("last_update_time_ms", big_integer(), nullable=False),
)

experiment_tags = sa.Table(
    "experiment_tags",
    metadata,
    sa.Column("experiment_id", big_integer(), sa.ForeignKey("experiments.id"), nullable=False),
    sa.Column("tag_key", short_text(250), nullable=False),
    sa.Column("tag_value", long_text(), nullable=False),
    # SQL Server's clustered indexes take 900 bytes only.
    sa.PrimaryKeyConstraint("experiment_id", "tag_key", mssql_clustered=False),
    sqlite_with_rowid=False,
)

names = sa.Table(
    "names",
    metadata,
    sa.Column("id", big_integer(), primary_key=True, autoincrement=False),
    sa.Column("name", short_text(250), nullable=False, unique=True),
)
"""Every key of a metric, param or run tag, once."""

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", big_integer(), primary_key=True, autoincrement=False),
    sa.Column("run_id", ascii_text(256), nullable=False, unique=True),
    sa.Column("experiment_id", big_integer(), sa.ForeignKey("experiments.id"), nullable=False),
    sa.Column("version", big_integer(), nullable=False, unique=True),
    sa.Column("stage", small_integer(), nullable=False),
    sa.Column("epoch", big_integer(), nullable=False),
    sa.Column("pending_blocks", big_integer(), nullable=False),
    sa.Column("pending_points", big_integer(), nullable=False),
    sa.Column("status", small_integer(), nullable=False),
    sa.Column("start_time_ms", big_integer(), nullable=False),
    sa.Column("end_time_ms", big_integer()),
    sa.Column("name", short_text(250), nullable=False),
    sa.Column("user_id", long_text(), nullable=False),
    sa.Column("artifact_uri", long_text(), nullable=False),
)
sa.Index("ix_runs_page", runs.c.experiment_id, runs.c.start_time_ms.desc(), runs.c.run_id)
sa.Index("ix_runs_name_page", runs.c.experiment_id, runs.c.name, runs.c.start_time_ms.desc(), runs.c.run_id)

params = _value_table("params")
tags = _value_table("tags")

metric_latest = sa.Table(
    "metric_latest",
    metadata,
    sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("key_id", big_integer(), sa.ForeignKey("names.id"), nullable=False),
    sa.Column("experiment_id", big_integer(), nullable=False),
    sa.Column("start_time_ms", big_integer(), nullable=False),
    sa.Column("run_id", ascii_text(256), nullable=False),
    sa.Column("value_rank", big_integer(), nullable=False),
    sa.Column("negative_zero", small_integer(), nullable=False),
    sa.Column("step", big_integer(), nullable=False),
    sa.Column("timestamp_ms", big_integer(), nullable=False),
    sa.Column("min_rank", big_integer()),
    sa.Column("min_step", big_integer()),
    sa.Column("max_rank", big_integer()),
    sa.Column("max_step", big_integer()),
    sa.PrimaryKeyConstraint("run_pk", "key_id"),
    sqlite_with_rowid=False,
)
"""One row for each metric of a run: the point that is shown, and the extremes."""
sa.Index(
    "ix_metric_latest_page",
    metric_latest.c.experiment_id,
    metric_latest.c.key_id,
    metric_latest.c.value_rank,
    metric_latest.c.start_time_ms.desc(),
    metric_latest.c.run_id,
)

metric_writes = sa.Table(
    "metric_writes",
    metadata,
    sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("seq", big_integer(), nullable=False),
    sa.Column("encoding", small_integer(), nullable=False),
    sa.Column("series", big_integer(), nullable=False),
    sa.Column("points", big_integer(), nullable=False),
    sa.Column("data", packed_bytes(), nullable=False),
    sa.PrimaryKeyConstraint("run_pk", "seq"),
    sqlite_with_rowid=False,
)
"""What a group commit appended to a run's metrics, all of them in one row, until it is merged; see `blocks`."""

metric_blocks = sa.Table(
    "metric_blocks",
    metadata,
    sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("key_id", big_integer(), nullable=False),
    sa.Column("seq", big_integer(), nullable=False),
    sa.Column("level", small_integer(), nullable=False),
    sa.Column("encoding", small_integer(), nullable=False),
    sa.Column("points", big_integer(), nullable=False),
    sa.Column("min_timestamp_ms", big_integer(), nullable=False),
    sa.Column("max_timestamp_ms", big_integer(), nullable=False),
    sa.Column("min_step", big_integer(), nullable=False),
    sa.Column("max_step", big_integer(), nullable=False),
    sa.Column("data", packed_bytes(), nullable=False),
    sa.PrimaryKeyConstraint("run_pk", "key_id", "seq"),
    sqlite_with_rowid=False,
)
"""Histories by metric, see `blocks`."""

merge_backlog = sa.Table(
    "merge_backlog",
    metadata,
    sa.Column("run_pk", big_integer(), primary_key=True, autoincrement=False),
)
"""Runs with enough unmerged writes and blocks to be merged."""

datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", big_integer(), primary_key=True, autoincrement=False),
    sa.Column("experiment_id", big_integer(), sa.ForeignKey("experiments.id"), nullable=False),
    sa.Column("name", short_text(500), nullable=False),
    sa.Column("digest", short_text(36), nullable=False),
    sa.Column("source_type", long_text(), nullable=False),
    sa.Column("source", long_text(), nullable=False),
    sa.Column("schema_text", long_text()),
    sa.Column("profile", long_text()),
    sa.UniqueConstraint("experiment_id", "name", "digest"),
)

run_datasets = sa.Table(
    "run_datasets",
    metadata,
    sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("position", big_integer(), nullable=False),
    sa.Column("dataset_id", big_integer(), sa.ForeignKey("datasets.id"), nullable=False),
    sa.Column("context", long_text()),
    sa.Column("tags_json", long_text(), nullable=False),
    sa.PrimaryKeyConstraint("run_pk", "position"),
    sqlite_with_rowid=False,
)
"""Which run used which dataset; `context` repeats the tag mlflow.data.context, which filters and summaries look at."""
sa.Index("ix_run_datasets_dataset_id", run_datasets.c.dataset_id)

run_models = sa.Table(
    "run_models",
    metadata,
    sa.Column("run_pk", big_integer(), sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("role", small_integer(), nullable=False),
    sa.Column("position", big_integer(), nullable=False),
    sa.Column("model_id", long_text(), nullable=False),
    sa.Column("step", big_integer(), nullable=False),
    sa.PrimaryKeyConstraint("run_pk", "role", "position"),
    sqlite_with_rowid=False,
)
"""Model ids among a run's inputs (role 0) and outputs (role 1)."""

request_outcomes = sa.Table(
    "request_outcomes",
    metadata,
    sa.Column("request_id", short_text(128), primary_key=True),
    sa.Column("created_ms", big_integer(), nullable=False, index=True),
    sa.Column("outcome", long_text(), nullable=False),
    sqlite_with_rowid=False,
)
"""What a mutation with a request id was answered, for as long as its caller may retry."""
