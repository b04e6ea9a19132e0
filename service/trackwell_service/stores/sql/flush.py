"""Writes what a group has staged: bulk statements table by table, rows sorted by key, parents before children."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import orjson

from trackwell_service.domain.entities import DatasetInput, MetricSummary
from trackwell_service.domain.series import summarize
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.stores.sql.blocks import joined, written
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.known import STAGE_NUMBERS, ExperimentRow, Known, MetricRow, RunRow
from trackwell_service.stores.sql.loader import Loader
from trackwell_service.stores.sql.overlay import Overlay
from trackwell_service.stores.sql.ranks import rank_of
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.texts import split

MERGE_AFTER_BLOCKS = 128
"""Level 0 blocks of one metric from which on they are merged: a read unpacks that many in about 0.2 ms."""

_PAGE_COLUMNS = ("experiment_id", "start_time_ms", "run_id")
_LATEST_COLUMNS = (
    "value_rank", "negative_zero", "step", "timestamp_ms", "min_rank", "min_step", "max_rank", "max_step", "pending_blocks",
)  # fmt: skip


class Flusher:
    """The statements that write a group."""

    def __init__(self, dialect: Dialect, loader: Loader) -> None:
        self._dialect = dialect
        self._loader = loader
        self.merge_after_blocks = MERGE_AFTER_BLOCKS
        text = dialect.text
        self._set_counter = text("UPDATE counters SET value = ? WHERE name = ?")
        self._add_name = text(_insert("names", ("id", "name")))
        self._park_name = text("UPDATE experiments SET name = ? WHERE id = ?")
        self._add_experiment = text(
            _insert(
                "experiments",
                ("name", "artifact_location", "stage", "epoch", "creation_time_ms", "last_update_time_ms", "id"),
            )
        )
        self._set_experiment = text(
            "UPDATE experiments SET name = ?, stage = ?, epoch = ?, last_update_time_ms = ? WHERE id = ?"
        )
        self._set_experiment_tag = text(dialect.upsert("experiment_tags", ("experiment_id", "tag_key"), ("tag_value",)))
        self._drop_experiment_tag = text("DELETE FROM experiment_tags WHERE experiment_id = ? AND tag_key = ?")
        self._add_run = text(
            _insert(
                "runs",
                (
                    "id", "run_id", "experiment_id", "version", "stage", "epoch", "status", "start_time_ms", "end_time_ms",
                    "name", "user_id", "artifact_uri",
                ),
            )
        )  # fmt: skip
        self._set_run = text(
            "UPDATE runs SET version = ?, stage = ?, epoch = ?, status = ?, end_time_ms = ?, name = ? WHERE id = ?"
        )
        self._set_version = text("UPDATE runs SET version = ? WHERE id = ?")
        value_columns = ("head", "tail_hash", "tail")
        self._add_param = text(_insert("params", ("run_pk", "key_id", *_PAGE_COLUMNS, *value_columns)))
        self._set_tag = text(dialect.upsert("tags", ("run_pk", "key_id"), (*_PAGE_COLUMNS, *value_columns)))
        self._drop_tag = text("DELETE FROM tags WHERE run_pk = ? AND key_id = ?")
        self._add_latest = text(_insert("metric_latest", (*_LATEST_COLUMNS, "run_pk", "key_id", *_PAGE_COLUMNS)))
        self._set_latest = text(
            f"UPDATE metric_latest SET {', '.join(f'{name} = ?' for name in _LATEST_COLUMNS)}"
            " WHERE run_pk = ? AND key_id = ?"
        )
        self._count_block = text("UPDATE metric_latest SET pending_blocks = ? WHERE run_pk = ? AND key_id = ?")
        self.add_block = text(
            _insert(
                "metric_blocks",
                (
                    "run_pk", "key_id", "seq", "level", "encoding", "points", "min_timestamp_ms", "max_timestamp_ms",
                    "min_step", "max_step", "data",
                ),
            )
        )  # fmt: skip
        self._add_backlog = text(_insert("merge_backlog", ("run_pk", "key_id")))
        self._datasets = text(
            f"SELECT experiment_id, name, digest, id FROM datasets WHERE experiment_id IN {dialect.in_list()}"
            f" AND name IN {dialect.in_list()}"
        )
        self._add_dataset = text(
            _insert(
                "datasets", ("id", "experiment_id", "name", "digest", "source_type", "source", "schema_text", "profile")
            )
        )
        self._add_run_dataset = text(
            _insert("run_datasets", ("run_pk", "position", "dataset_id", "context", "tags_json"))
        )
        self._add_run_model = text(_insert("run_models", ("run_pk", "role", "position", "model_id", "step")))

    def intern(self, session: Session, known: Known, wanted: Iterable[str]) -> None:
        """Gives an id to each of the names that has none."""
        names = sorted(wanted)
        self._loader.names(session, known, names)
        missing = [name for name in names if name not in known.names]
        if not missing:
            return
        last = known.counters["name"]
        known.names.update((name, last + place) for place, name in enumerate(missing, 1))
        session.run_many(self._add_name, [(known.names[name], name) for name in missing])
        known.counters["name"] = last + len(missing)
        session.run(self._set_counter, (known.counters["name"], "name"))

    def write(self, session: Session, overlay: Overlay) -> None:
        """Writes everything but the outcomes of requests. The counters' rows come last: they are locked the shortest."""
        known = overlay.known
        before = dict(known.counters)
        known.counters["experiment"] = overlay.last_experiment_id
        self._write_experiments(session, overlay)
        self._write_runs(session, overlay)
        self._write_values(session, overlay)
        if overlay.staged_points:
            self._write_points(session, overlay)
        if overlay.staged_datasets:
            self._write_datasets(session, overlay)
        if overlay.staged_models:
            runs = known.runs
            session.run_many(
                self._add_run_model,
                sorted(
                    (runs[run_id].pk, role, position, model.model_id, model.step)
                    for run_id, role, position, model in overlay.staged_models
                ),
            )
        self.write_counters(session, known, before)

    def write_counters(self, session: Session, known: Known, before: dict[str, int]) -> None:
        """Writes the numbers that have been handed out since `before`."""
        session.run_many(
            self._set_counter,
            [(value, name) for name, value in sorted(known.counters.items()) if before.get(name) != value],
        )

    def _write_experiments(self, session: Session, overlay: Overlay) -> None:
        added, changed = overlay.added_experiments, overlay.changed_experiments
        renamed = sorted(number for number in overlay.renamed_experiments if number not in added)
        if renamed and len(renamed) + len(added) > 1:
            # Names are unique at every moment, and one of these may be taking over the name of another.
            session.run_many(self._park_name, [(f"\x01{number}", number) for number in renamed])
        if added:
            session.run_many(self._add_experiment, [_experiment(row) for _, row in sorted(added.items())])
        if changed:
            session.run_many(
                self._set_experiment,
                [
                    (row.info.name, STAGE_NUMBERS[row.info.stage], row.epoch, row.info.last_update_time_ms, number)
                    for number, row in sorted(changed.items())
                    if number not in added
                ],
            )
        if overlay.staged_experiment_tags:
            staged = sorted(overlay.staged_experiment_tags.items())
            session.run_many(self._set_experiment_tag, [(*key, value) for key, value in staged if value is not None])
            session.run_many(self._drop_experiment_tag, [key for key, value in staged if value is None])

    def _write_runs(self, session: Session, overlay: Overlay) -> None:
        counters = overlay.known.counters
        added, changed, touched = overlay.added_runs, overlay.changed_runs, overlay.touched_runs
        if added:
            for run in added.values():
                counters["run"] += 1
                run.pk = counters["run"]
        in_order = sorted(touched.values(), key=_pk)
        for run in in_order:
            counters["change"] += 1
            run.version = counters["change"]
        if added:
            session.run_many(self._add_run, [_new_run(run) for run in sorted(added.values(), key=_pk)])
        if changed:
            session.run_many(
                self._set_run,
                [_changed_run(run) for run in in_order if run.info.run_id in changed and run.info.run_id not in added],
            )
        if len(touched) > len(added):
            session.run_many(
                self._set_version,
                [
                    (run.version, run.pk)
                    for run in in_order
                    if run.info.run_id not in changed and run.info.run_id not in added
                ],
            )

    def _write_values(self, session: Session, overlay: Overlay) -> None:
        runs, names = overlay.known.runs, overlay.known.names
        if overlay.staged_params:
            session.run_many(
                self._add_param,
                sorted(
                    _value(runs[run_id], names[key], value) for (run_id, key), value in overlay.staged_params.items()
                ),
            )
        if overlay.staged_tags:
            staged = overlay.staged_tags.items()
            session.run_many(
                self._set_tag,
                sorted(_value(runs[run_id], names[key], value) for (run_id, key), value in staged if value is not None),
            )
            session.run_many(
                self._drop_tag,
                sorted((runs[run_id].pk, names[key]) for (run_id, key), value in staged if value is None),
            )

    def _write_points(self, session: Session, overlay: Overlay) -> None:
        known = overlay.known
        runs, names, metrics = known.runs, known.names, known.metrics
        staged = sorted(
            ((runs[run_id].pk, names[key], run_id, parts) for (run_id, key), parts in overlay.staged_points.items()),
            key=_metric_key,
        )
        added = overlay.added_runs
        for run_pk, key_id, run_id, _ in staged:
            if run_id in added:
                metrics[run_pk, key_id] = MetricRow(None, 0)
        self._loader.metrics(session, known, ((run_pk, key_id) for run_pk, key_id, _, _ in staged))
        blocks: list[Row] = []
        new: list[Row] = []
        moved: list[Row] = []
        counted: list[Row] = []
        backlog: list[Row] = []
        for run_pk, key_id, run_id, parts in staged:
            columns = joined(parts)
            run = runs[run_id]
            metric = metrics[run_pk, key_id]
            before = metric.summary
            summary = summarize(columns, before)
            metric.pending_blocks += 1
            blocks.append((run_pk, key_id, run.version, *written(columns)))
            if metric.pending_blocks == self.merge_after_blocks:
                backlog.append((run_pk, key_id))
            if before is None:
                new.append(
                    (*_latest(summary), metric.pending_blocks, run_pk, key_id, run.info.experiment_id,
                     run.info.start_time_ms, run_id)
                )  # fmt: skip
            elif _same(summary, before):
                counted.append((metric.pending_blocks, run_pk, key_id))
            else:
                moved.append((*_latest(summary), metric.pending_blocks, run_pk, key_id))
            metric.summary = summary
        session.run_many(self.add_block, blocks)
        session.run_many(self._add_latest, new)
        session.run_many(self._set_latest, moved)
        session.run_many(self._count_block, counted)
        session.run_many(self._add_backlog, backlog)
        if known.backlog is not None:
            known.backlog += len(backlog)

    def _write_datasets(self, session: Session, overlay: Overlay) -> None:
        known = overlay.known
        wanted = [
            (known.runs[run_id], position, dataset_input) for run_id, position, dataset_input in overlay.staged_datasets
        ]
        experiments = sorted({run.info.experiment_id for run, _, _ in wanted})
        names = sorted({dataset_input.dataset.name for _, _, dataset_input in wanted})
        ids: dict[tuple[int, str, str], int] = {
            (experiment_id, name, digest): number
            for experiment_id, name, digest, number in session.query(
                self._datasets, (self._dialect.ints(experiments), self._dialect.texts(names))
            )
        }
        new: list[Row] = []
        used: list[Row] = []
        for run, position, dataset_input in wanted:
            dataset = dataset_input.dataset
            identity = (run.info.experiment_id, dataset.name, dataset.digest)
            if identity not in ids:
                known.counters["dataset"] += 1
                ids[identity] = known.counters["dataset"]
                new.append(
                    (ids[identity], *identity, dataset.source_type, dataset.source, dataset.schema, dataset.profile)
                )
            used.append((run.pk, position, ids[identity], *_dataset_tags(dataset_input)))
        session.run_many(self._add_dataset, new)
        used.sort(key=_run_and_position)
        session.run_many(self._add_run_dataset, used)


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _pk(run: RunRow) -> int:
    return run.pk


def _run_and_position(row: Row) -> tuple[int, int]:
    return row[0], row[1]


def _metric_key(staged: tuple[int, int, str, object]) -> tuple[int, int]:
    return staged[:2]


def _experiment(row: ExperimentRow) -> Row:
    info = row.info
    return (
        info.name,
        info.artifact_location,
        STAGE_NUMBERS[info.stage],
        row.epoch,
        info.creation_time_ms,
        info.last_update_time_ms,
        info.experiment_id,
    )


def _new_run(run: RunRow) -> Row:
    info = run.info
    return (
        run.pk,
        info.run_id,
        info.experiment_id,
        run.version,
        STAGE_NUMBERS[run.own_stage],
        run.epoch,
        info.status.value,
        info.start_time_ms,
        info.end_time_ms,
        info.name,
        info.user_id,
        info.artifact_uri,
    )


def _changed_run(run: RunRow) -> Row:
    info = run.info
    return (
        run.version,
        STAGE_NUMBERS[run.own_stage],
        run.epoch,
        info.status.value,
        info.end_time_ms,
        info.name,
        run.pk,
    )


def _value(run: RunRow, key_id: int, value: str) -> Row:
    info = run.info
    return (run.pk, key_id, info.experiment_id, info.start_time_ms, info.run_id, *split(value))


def _latest(summary: MetricSummary) -> Row:
    value = summary.value
    rank = rank_of(value)
    low, high = summary.min_value, summary.max_value
    return (
        rank,
        1 if rank == 0 and math.copysign(1.0, value) < 0 else 0,
        summary.step,
        summary.timestamp_ms,
        None if low is None else rank_of(low),
        summary.min_step,
        None if high is None else rank_of(high),
        summary.max_step,
    )


def _same(one: MetricSummary, other: MetricSummary) -> bool:
    """Whether two summaries are stored alike; the zeros are equal as numbers only."""
    return one == other and (one.value != 0.0 or math.copysign(1.0, one.value) == math.copysign(1.0, other.value))


def _dataset_tags(dataset_input: DatasetInput) -> tuple[str | None, str]:
    tags = dict(dataset_input.tags)
    return tags.get(DATASET_CONTEXT), orjson.dumps(tags, option=orjson.OPT_SORT_KEYS).decode()
