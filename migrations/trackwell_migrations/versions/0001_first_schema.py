"""The first schema: experiments, runs, their params, tags, metrics and inputs, and the writer's own tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from trackwell_service.stores.sql.column_types import (
    ascii_text,
    big_integer,
    long_text,
    packed_bytes,
    short_text,
    small_integer,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNTERS = ("change", "dataset", "experiment", "name", "run")
"""The kinds of ids that are handed out. Each starts at 0 except `experiment`: number 0 is the default experiment's."""


def upgrade() -> None:
    """See the module's first line."""
    _create_tables()
    if op.get_context().dialect.name == "postgresql" and not _is_yugabytedb():
        # Packed points do not get smaller, and trying takes longer than storing them.
        op.execute("ALTER TABLE metric_writes ALTER COLUMN data SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE metric_blocks ALTER COLUMN data SET STORAGE EXTERNAL")


def _is_yugabytedb() -> bool:
    """Whether it is the engine that keeps nothing as PostgreSQL does, and refuses to be told how."""
    return not op.get_context().as_sql and "-YB-" in str(op.get_bind().scalar(sa.text("SELECT version()")))


def _create_tables() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", short_text(32), nullable=False),
        sa.Column("value", big_integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "experiments",
        sa.Column("id", big_integer(), autoincrement=False, nullable=False),
        sa.Column("name", short_text(500), nullable=False),
        sa.Column("artifact_location", long_text(), nullable=False),
        sa.Column("stage", small_integer(), nullable=False),
        sa.Column("epoch", big_integer(), nullable=False),
        sa.Column("creation_time_ms", big_integer(), nullable=False),
        sa.Column("last_update_time_ms", big_integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_experiments"),
        sa.UniqueConstraint("name", name="uq_experiments_name"),
    )
    op.create_table(
        "merge_backlog",
        sa.Column("run_pk", big_integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("run_pk", name="pk_merge_backlog"),
    )
    op.create_table(
        "names",
        sa.Column("id", big_integer(), autoincrement=False, nullable=False),
        sa.Column("name", short_text(250), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_names"),
        sa.UniqueConstraint("name", name="uq_names_name"),
    )
    op.create_table(
        "request_outcomes",
        sa.Column("request_id", short_text(128), nullable=False),
        sa.Column("created_ms", big_integer(), nullable=False),
        sa.Column("outcome", long_text(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_request_outcomes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_request_outcomes_created_ms", "request_outcomes", ["created_ms"], unique=False)
    op.create_table(
        "datasets",
        sa.Column("id", big_integer(), autoincrement=False, nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("name", short_text(500), nullable=False),
        sa.Column("digest", short_text(36), nullable=False),
        sa.Column("source_type", long_text(), nullable=False),
        sa.Column("source", long_text(), nullable=False),
        sa.Column("schema_text", long_text(), nullable=True),
        sa.Column("profile", long_text(), nullable=True),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name="fk_datasets_experiment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("experiment_id", "name", "digest", name="uq_datasets_experiment_id"),
    )
    op.create_table(
        "experiment_tags",
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("tag_key", short_text(250), nullable=False),
        sa.Column("tag_value", long_text(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name="fk_experiment_tags_experiment_id"),
        sa.PrimaryKeyConstraint("experiment_id", "tag_key", name="pk_experiment_tags", mssql_clustered=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "runs",
        sa.Column("id", big_integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", ascii_text(256), nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("version", big_integer(), nullable=False),
        sa.Column("stage", small_integer(), nullable=False),
        sa.Column("epoch", big_integer(), nullable=False),
        sa.Column("pending_blocks", big_integer(), nullable=False),
        sa.Column("pending_points", big_integer(), nullable=False),
        sa.Column("status", small_integer(), nullable=False),
        sa.Column("start_time_ms", big_integer(), nullable=False),
        sa.Column("end_time_ms", big_integer(), nullable=True),
        sa.Column("name", short_text(250), nullable=False),
        sa.Column("user_id", long_text(), nullable=False),
        sa.Column("artifact_uri", long_text(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name="fk_runs_experiment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
        sa.UniqueConstraint("version", name="uq_runs_version"),
    )
    op.create_index(
        "ix_runs_page", "runs", ["experiment_id", sa.literal_column("start_time_ms DESC"), "run_id"], unique=False
    )
    op.create_index(
        "ix_runs_name_page",
        "runs",
        ["experiment_id", "name", sa.literal_column("start_time_ms DESC"), "run_id"],
        unique=False,
    )
    op.create_table(
        "metric_writes",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("seq", big_integer(), nullable=False),
        sa.Column("encoding", small_integer(), nullable=False),
        sa.Column("series", big_integer(), nullable=False),
        sa.Column("points", big_integer(), nullable=False),
        sa.Column("data", packed_bytes(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_metric_writes_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "seq", name="pk_metric_writes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_blocks",
        sa.Column("run_pk", big_integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_metric_blocks_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "key_id", "seq", name="pk_metric_blocks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_latest",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("key_id", big_integer(), nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("start_time_ms", big_integer(), nullable=False),
        sa.Column("run_id", ascii_text(256), nullable=False),
        sa.Column("value_rank", big_integer(), nullable=False),
        sa.Column("negative_zero", small_integer(), nullable=False),
        sa.Column("step", big_integer(), nullable=False),
        sa.Column("timestamp_ms", big_integer(), nullable=False),
        sa.Column("min_rank", big_integer(), nullable=True),
        sa.Column("min_step", big_integer(), nullable=True),
        sa.Column("max_rank", big_integer(), nullable=True),
        sa.Column("max_step", big_integer(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["names.id"], name="fk_metric_latest_key_id"),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_metric_latest_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "key_id", name="pk_metric_latest"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_metric_latest_page",
        "metric_latest",
        ["experiment_id", "key_id", "value_rank", sa.literal_column("start_time_ms DESC"), "run_id"],
        unique=False,
    )
    op.create_table(
        "params",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("key_id", big_integer(), nullable=False),
        sa.Column("head", short_text(190), nullable=False),
        sa.Column("tail_hash", big_integer(), nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("start_time_ms", big_integer(), nullable=False),
        sa.Column("run_id", ascii_text(256), nullable=False),
        sa.Column("tail", long_text(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["names.id"], name="fk_params_key_id"),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_params_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "key_id", name="pk_params"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_params_page",
        "params",
        ["experiment_id", "key_id", "head", "tail_hash", sa.literal_column("start_time_ms DESC"), "run_id"],
        unique=False,
    )
    op.create_table(
        "run_datasets",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("position", big_integer(), nullable=False),
        sa.Column("dataset_id", big_integer(), nullable=False),
        sa.Column("context", long_text(), nullable=True),
        sa.Column("tags_json", long_text(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_run_datasets_dataset_id"),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_run_datasets_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "position", name="pk_run_datasets"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_datasets_dataset_id", "run_datasets", ["dataset_id"], unique=False)
    op.create_table(
        "run_models",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("role", small_integer(), nullable=False),
        sa.Column("position", big_integer(), nullable=False),
        sa.Column("model_id", long_text(), nullable=False),
        sa.Column("step", big_integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_run_models_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "role", "position", name="pk_run_models"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tags",
        sa.Column("run_pk", big_integer(), nullable=False),
        sa.Column("key_id", big_integer(), nullable=False),
        sa.Column("head", short_text(190), nullable=False),
        sa.Column("tail_hash", big_integer(), nullable=False),
        sa.Column("experiment_id", big_integer(), nullable=False),
        sa.Column("start_time_ms", big_integer(), nullable=False),
        sa.Column("run_id", ascii_text(256), nullable=False),
        sa.Column("tail", long_text(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["names.id"], name="fk_tags_key_id"),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name="fk_tags_run_pk"),
        sa.PrimaryKeyConstraint("run_pk", "key_id", name="pk_tags"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_tags_page",
        "tags",
        ["experiment_id", "key_id", "head", "tail_hash", sa.literal_column("start_time_ms DESC"), "run_id"],
        unique=False,
    )
    for name in COUNTERS:
        # Not `bulk_insert`: written for SQL Server it would set a column's identity aside, and there is none.
        op.execute(counters.insert().values(name=name, value=0))
