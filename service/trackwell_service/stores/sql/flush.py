"""Writes what a group has staged: bulk statements table by table, rows sorted by key, parents before children."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from trackwell_service.domain.entities import DatasetInput
from trackwell_service.domain.tags import DATASET_CONTEXT
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.known import STAGE_NUMBERS, ExperimentRow, Known, RunRow
from trackwell_service.stores.sql.loader import Loader
from trackwell_service.stores.sql.overlay import Overlay
from trackwell_service.stores.sql.points_flush import PointsFlusher
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.texts import split

_PAGE_COLUMNS = ("experiment_id", "start_time_ms", "run_id")


class Flusher:
    """The statements that write a group."""

    def __init__(self, dialect: Dialect, loader: Loader) -> None:
        self._dialect = dialect
        self._loader = loader
        self.points = PointsFlusher(dialect, loader)
        self._set_counter = dialect.update("counters", ("value",), ("name",))
        self._add_name = dialect.insert("names", ("id", "name"))
        self._park_name = dialect.update("experiments", ("name",), ("id",))
        self._add_experiment = dialect.insert(
            "experiments",
            ("name", "artifact_location", "stage", "epoch", "creation_time_ms", "last_update_time_ms", "id"),
        )
        self._set_experiment = dialect.update("experiments", ("name", "stage", "epoch", "last_update_time_ms"), ("id",))
        self._set_experiment_tag = dialect.upsert("experiment_tags", ("experiment_id", "tag_key"), ("tag_value",))
        self._drop_experiment_tag = dialect.delete("experiment_tags", ("experiment_id", "tag_key"))
        self._add_run = dialect.insert(
            "runs",
            (
                "id", "run_id", "experiment_id", "version", "stage", "epoch", "pending_blocks", "pending_points",
                "status", "start_time_ms", "end_time_ms", "name", "user_id", "artifact_uri",
            ),
        )  # fmt: skip
        self._set_run = dialect.update(
            "runs",
            ("version", "pending_blocks", "pending_points", "stage", "epoch", "status", "end_time_ms", "name"),
            ("id",),
        )
        self._set_version = dialect.update("runs", ("version", "pending_blocks", "pending_points"), ("id",))
        value_columns = ("head", "tail_hash", "tail")
        self._add_param = dialect.insert("params", ("run_pk", "key_id", *_PAGE_COLUMNS, *value_columns))
        self._set_tag = dialect.upsert("tags", ("run_pk", "key_id"), (*_PAGE_COLUMNS, *value_columns))
        self._drop_tag = dialect.delete("tags", ("run_pk", "key_id"))
        self._datasets = dialect.text(
            "SELECT experiment_id, name, digest, id FROM datasets"
            f" WHERE {dialect.among('experiment_id')} AND {dialect.among('name')}"
        )
        self._add_dataset = dialect.insert(
            "datasets", ("id", "experiment_id", "name", "digest", "source_type", "source", "schema_text", "profile")
        )
        self._add_run_dataset = dialect.insert(
            "run_datasets", ("run_pk", "position", "dataset_id", "context", "tags_json")
        )
        self._add_run_model = dialect.insert("run_models", ("run_pk", "role", "position", "model_id", "step"))

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
        session.run_many(self._set_counter, [(known.counters["name"], "name")])

    def write(self, session: Session, overlay: Overlay) -> None:
        """Writes everything but the outcomes of requests. The counters come last: they are locked the shortest."""
        known = overlay.known
        before = dict(known.counters)
        known.counters["experiment"] = overlay.last_experiment_id
        self._write_experiments(session, overlay)
        if overlay.staged_points:
            self.points.count(session, overlay)
        self._write_runs(session, overlay)
        self._write_values(session, overlay)
        if overlay.staged_points:
            self.points.write(session, overlay)
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
        """Writes the numbers handed out since `before`; one at least, so that other writers see that there was one."""
        if known.counters["change"] == before["change"]:
            known.counters["change"] += 1
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
                    (run.version, run.pending_blocks, run.pending_points, run.pk)
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


def _pk(run: RunRow) -> int:
    return run.pk


def _run_and_position(row: Row) -> tuple[int, int]:
    return row[0], row[1]


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
        run.pending_blocks,
        run.pending_points,
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
        run.pending_blocks,
        run.pending_points,
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


def _dataset_tags(dataset_input: DatasetInput) -> tuple[str | None, str]:
    tags = dict(dataset_input.tags)
    return tags.get(DATASET_CONTEXT), orjson.dumps(tags, option=orjson.OPT_SORT_KEYS).decode()
