"""Loads what the mutations of a group must see: the union of their read sets, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trackwell_service.domain.mutations import ReadSet
from trackwell_service.stores.sql.dialects.base import Dialect
from trackwell_service.stores.sql.known import Known
from trackwell_service.stores.sql.metric_row import COLUMNS, MetricRow
from trackwell_service.stores.sql.overlay import Inputs, Overlay
from trackwell_service.stores.sql.rows import (
    EXPERIMENT_COLUMNS,
    RUN_COLUMNS,
    RUN_WIDTH,
    experiment_row,
    run_row,
)
from trackwell_service.stores.sql.session import Session


class Loader:
    """The statements that a group may need before its decisions; those whose answer is known already are left out."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        text, among = dialect.text, dialect.among
        self._counters = text(dialect.select_locked("name, value", "counters", "name"))
        self._experiments = text(f"SELECT {EXPERIMENT_COLUMNS} FROM experiments e WHERE {among('e.id')}")
        self._experiments_named = text(f"SELECT {EXPERIMENT_COLUMNS} FROM experiments e WHERE {among('e.name')}")
        self._runs = text(
            f"SELECT {RUN_COLUMNS}, {EXPERIMENT_COLUMNS} FROM runs r JOIN experiments e ON e.id = r.experiment_id"
            f" WHERE {among('r.run_id')}"
        )
        self._names = text(f"SELECT name, id FROM names WHERE {among('name')}")
        self._params = text(
            f"SELECT t.run_pk, t.key_id, t.head, t.tail FROM {dialect.by_pairs('params', 'run_pk', 'key_id')}"
        )
        self._tags = text(
            f"SELECT t.run_pk, t.key_id, t.head, t.tail FROM {dialect.by_pairs('tags', 'run_pk', 'key_id')}"
        )
        self._experiment_tags = text(
            f"SELECT experiment_id, tag_key, tag_value FROM experiment_tags WHERE {among('experiment_id')}"
        )
        self._metrics = text(
            f"SELECT t.run_pk, t.key_id, {', '.join(f't.{name}' for name in COLUMNS)}"
            f" FROM {dialect.by_pairs('metric_latest', 'run_pk', 'key_id')}"
        )
        self._run_datasets = text(
            "SELECT i.run_pk, d.name, d.digest FROM run_datasets i JOIN datasets d ON d.id = i.dataset_id"
            f" WHERE {among('i.run_pk')}"
        )
        self._run_models = text(f"SELECT run_pk, role, model_id, step FROM run_models WHERE {among('run_pk')}")

    def counters(self, session: Session) -> dict[str, int]:
        """The last number of each kind. Of several servers one at a time gets behind this."""
        return dict(session.query(self._counters))

    def read_sets(self, session: Session, known: Known, reads: Sequence[ReadSet]) -> Overlay:
        """An overlay that can answer everything which the read sets announce."""
        overlay = Overlay(known, last_experiment_id=known.counters["experiment"])
        self._load_experiments(session, overlay, reads)
        self._load_runs(session, overlay, reads)
        self._load_values(session, overlay, reads)
        self._load_inputs(session, overlay, reads)
        return overlay

    def metrics(self, session: Session, known: Known, keys: Sequence[tuple[int, int]]) -> None:
        """What is stored of metrics by (run pk, key id)."""
        for run_pk, key_id, *values in session.query(self._metrics, self._dialect.int_pairs(keys)):
            known.metrics[run_pk, key_id] = MetricRow(*values)

    def names(self, session: Session, known: Known, wanted: Iterable[str]) -> None:
        """The ids of those names which have one, unless known."""
        unknown = [name for name in wanted if name not in known.names]
        if unknown:
            known.names.update(
                (name, number) for name, number in session.query(self._names, (self._dialect.texts(unknown),))
            )

    def _load_experiments(self, session: Session, overlay: Overlay, reads: Sequence[ReadSet]) -> None:
        known = overlay.known
        ids = {number for read in reads for number in read.experiment_ids if number not in known.experiments}
        ids.update(number for read in reads for number, _ in read.experiment_tags if number not in known.experiments)
        names = {name for read in reads for name in read.experiment_names}
        if ids:
            for row in session.query(self._experiments, (self._dialect.ints(sorted(ids)),)):
                known.experiments[row[0]] = experiment_row(row)
            overlay.absent_experiments = {number for number in ids if number not in known.experiments}
        if names:
            overlay.experiment_ids_by_name = dict.fromkeys(names)
            for row in session.query(self._experiments_named, (self._dialect.texts(sorted(names)),)):
                overlay.experiment_ids_by_name[row[1]] = row[0]
                if row[0] not in known.experiments:
                    known.experiments[row[0]] = experiment_row(row)

    def _load_runs(self, session: Session, overlay: Overlay, reads: Sequence[ReadSet]) -> None:
        known = overlay.known
        unknown = {run_id for read in reads for run_id in read.run_ids if run_id not in known.runs}
        for read in reads:
            if read.params or read.tags or read.inputs_of:
                unknown.update(run_id for run_id, _ in read.params if run_id not in known.runs)
                unknown.update(run_id for run_id, _ in read.tags if run_id not in known.runs)
                unknown.update(run_id for run_id in read.inputs_of if run_id not in known.runs)
        if not unknown:
            return
        for row in session.query(self._runs, (self._dialect.texts(sorted(unknown)),)):
            run = run_row(row[:RUN_WIDTH])
            known.runs[run.info.run_id] = run
            if run.info.experiment_id not in known.experiments:
                known.experiments[run.info.experiment_id] = experiment_row(row[RUN_WIDTH:])
        overlay.absent_runs = {run_id for run_id in unknown if run_id not in known.runs}

    def _load_values(self, session: Session, overlay: Overlay, reads: Sequence[ReadSet]) -> None:
        params = {key for read in reads for key in read.params}
        tags = {key for read in reads for key in read.tags}
        if params or tags:
            self.names(session, overlay.known, sorted({name for _, name in (*params, *tags)}))
        overlay.params = self._values(session, overlay.known, self._params, params)
        overlay.tags = self._values(session, overlay.known, self._tags, tags)
        experiment_tags = {key for read in reads for key in read.experiment_tags}
        if experiment_tags:
            overlay.experiment_tags = dict.fromkeys(experiment_tags)
            ids = sorted({number for number, _ in experiment_tags})
            for number, key, value in session.query(self._experiment_tags, (self._dialect.ints(ids),)):
                if (number, key) in experiment_tags:
                    overlay.experiment_tags[number, key] = value

    def _values(
        self, session: Session, known: Known, sql: str, keys: set[tuple[str, str]]
    ) -> dict[tuple[str, str], str | None]:
        values: dict[tuple[str, str], str | None] = dict.fromkeys(keys)
        stored = {
            (known.runs[run_id].pk, known.names[name]): (run_id, name)
            for run_id, name in keys
            if run_id in known.runs and name in known.names
        }
        if stored:
            for run_pk, key_id, head, tail in session.query(sql, self._dialect.int_pairs(sorted(stored))):
                values[stored[run_pk, key_id]] = head if tail is None else head + tail
        return values

    def _load_inputs(self, session: Session, overlay: Overlay, reads: Sequence[ReadSet]) -> None:
        run_ids = {run_id for read in reads for run_id in read.inputs_of}
        if not run_ids:
            return
        overlay.inputs = {run_id: Inputs() for run_id in run_ids}
        known = overlay.known.runs
        by_pk = {known[run_id].pk: overlay.inputs[run_id] for run_id in run_ids if run_id in known}
        if not by_pk:
            return
        wanted = (self._dialect.ints(sorted(by_pk)),)
        for run_pk, name, digest in session.query(self._run_datasets, wanted):
            by_pk[run_pk].datasets.add((name, digest))
        for run_pk, role, model_id, step in session.query(self._run_models, wanted):
            if role == 0:
                by_pk[run_pk].model_inputs.add(model_id)
            else:
                by_pk[run_pk].model_outputs.add((model_id, step))
