"""Loads runs: any number of them in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import orjson

from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    MetricSummary,
    ModelOutput,
    Run,
)
from trackwell_service.stores.roles import RunChange, RunRef
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.key_names import KeyNames
from trackwell_service.stores.sql.known import STAGES
from trackwell_service.stores.sql.ranks import values_of
from trackwell_service.stores.sql.rows import RUN_COLUMNS, SUMMARY_COLUMNS, run_info
from trackwell_service.stores.sql.search_parts import Parts
from trackwell_service.stores.sql.session import Session

Value = TypeVar("Value")

EFFECTIVE_STAGE = "CASE WHEN r.epoch >= e.epoch THEN r.stage ELSE e.stage END"
"""A run's stage, or its experiment's when that was set later."""


class RunLoader:
    """Plays the part of `roles.RunReader` that reads runs by id, and `roles.ChangeReader`."""

    def __init__(self, dialect: Dialect, names: KeyNames) -> None:
        self._dialect = dialect
        self._names = names
        text, among = dialect.text, dialect.among
        joined = "runs r JOIN experiments e ON e.id = r.experiment_id"
        self._refs = text(f"SELECT r.run_id, r.version, {EFFECTIVE_STAGE} FROM {joined} WHERE {among('r.run_id')}")
        self._runs = text(f"SELECT {EFFECTIVE_STAGE}, {RUN_COLUMNS} FROM {joined} WHERE {among('r.run_id')}")
        metrics = f"SELECT m.run_pk, m.key_id, {SUMMARY_COLUMNS} FROM metric_latest m WHERE {among('m.run_pk')}"
        params = f"SELECT run_pk, key_id, head, tail FROM params WHERE {among('run_pk')}"
        tags = f"SELECT run_pk, key_id, head, tail FROM tags WHERE {among('run_pk')}"
        self._metrics, self._params, self._tags = text(metrics), text(params), text(tags)
        only = f"AND {among('key_id')}"
        self._some_metrics, self._some_params, self._some_tags = (
            text(f"{all_} {only}") for all_ in (metrics, params, tags)
        )
        self._datasets = text(
            "SELECT i.run_pk, d.name, d.digest, d.source_type, d.source, d.schema_text, d.profile, i.tags_json"
            f" FROM run_datasets i JOIN datasets d ON d.id = i.dataset_id WHERE {among('i.run_pk')}"
            " ORDER BY i.run_pk, i.position"
        )
        self._models = text(
            f"SELECT run_pk, role, model_id, step FROM run_models WHERE {among('run_pk')}"
            " ORDER BY run_pk, role, position"
        )
        self._newest = text(f"SELECT value FROM counters WHERE name = {dialect.literal('change')}")
        self._changes = text(
            "SELECT run_id, experiment_id, version FROM runs"
            f" WHERE version > ? AND ({among('experiment_id')} OR {among('run_id')}) ORDER BY version {dialect.limit}"
        )

    def refs(self, session: Session, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        """See `roles.RunReader.run_refs`."""
        rows = session.query(self._refs, (self._dialect.texts(run_ids),))
        return {run_id: RunRef(run_id, version, STAGES[stage]) for run_id, version, stage in rows}

    def newest_version(self, session: Session) -> int:
        """See `roles.ChangeReader.newest_version`."""
        newest: int = session.query(self._newest)[0][0]
        return newest

    def changes(
        self, session: Session, experiment_ids: Sequence[int], run_ids: Sequence[str], after_version: int, limit: int
    ) -> Sequence[RunChange]:
        """See `roles.ChangeReader.changes`. No two runs share a version, so a cut list is resumed exactly."""
        rows = session.query(
            self._changes,
            (after_version, self._dialect.ints(experiment_ids), self._dialect.texts(run_ids), limit),
        )
        return [RunChange(*row) for row in rows]

    def load(self, session: Session, run_ids: Sequence[str]) -> Mapping[str, Run]:
        """See `roles.RunReader.load_runs`."""
        rows = session.query(self._runs, (self._dialect.texts(run_ids),))
        if not rows:
            return {}
        wanted = self._dialect.ints([row[1] for row in rows])
        metrics = self._summaries(session, session.query(self._metrics, (wanted,)))
        params = self._texts(session, session.query(self._params, (wanted,)))
        tags = self._texts(session, session.query(self._tags, (wanted,)))
        datasets = _dataset_inputs(session.query(self._datasets, (wanted,)))
        model_inputs, model_outputs = _models(session.query(self._models, (wanted,)))
        return {row[2]: _run(row, metrics, params, tags, datasets, model_inputs, model_outputs) for row in rows}

    def load_parts(self, session: Session, run_ids: Sequence[str], parts: Parts) -> Mapping[str, Run]:
        """Those of the runs which exist, with nothing but the given parts of what was logged to them."""
        rows = session.query(self._runs, (self._dialect.texts(run_ids),))
        wanted = self._dialect.ints([row[1] for row in rows])
        metrics = self._summaries(session, self._part(session, self._some_metrics, wanted, parts.metrics))
        params = self._texts(session, self._part(session, self._some_params, wanted, parts.params))
        tags = self._texts(session, self._part(session, self._some_tags, wanted, parts.tags))
        datasets = _dataset_inputs(session.query(self._datasets, (wanted,))) if parts.datasets else {}
        return {row[2]: _run(row, metrics, params, tags, datasets, {}, {}) for row in rows}

    def _part(self, session: Session, sql: str, wanted: Any, keys: frozenset[str]) -> Sequence[Row]:
        ids = self._names.ids(session, keys)
        known = [ids[key] for key in keys if key in ids]
        return session.query(sql, (wanted, self._dialect.ints(known))) if known else ()

    def _texts(self, session: Session, rows: Sequence[Row]) -> dict[int, dict[str, str]]:
        names = self._names.names(session, {row[1] for row in rows})
        values: dict[int, dict[str, str]] = {}
        for run_pk, key_id, head, tail in rows:
            texts = values.get(run_pk)
            if texts is None:
                texts = values[run_pk] = {}
            texts[names[key_id]] = head if tail is None else head + tail
        return values

    def _summaries(self, session: Session, rows: Sequence[Row]) -> dict[int, dict[str, MetricSummary]]:
        if not rows:
            return {}
        names = self._names.names(session, {row[1] for row in rows})
        run_pks, key_ids, ranks, zeros, steps, times, low_ranks, low_steps, high_ranks, high_steps = zip(
            *rows, strict=True
        )
        values: Sequence[float] = values_of(ranks)
        if any(zeros):
            values = [-0.0 if zero else value for value, zero in zip(values, zeros, strict=True)]
        extremes = _extremes(low_ranks), low_steps, _extremes(high_ranks), high_steps
        summaries = map(MetricSummary, values, steps, times, *extremes)
        found: dict[int, dict[str, MetricSummary]] = {}
        for run_pk, key_id, summary in zip(run_pks, key_ids, summaries, strict=True):
            of_run = found.get(run_pk)
            if of_run is None:
                of_run = found[run_pk] = {}
            of_run[names[key_id]] = summary
        return found

    def summaries_of(self, session: Session, run_id: str) -> Mapping[str, MetricSummary]:
        """See `roles.MetricReader.metric_summaries`."""
        rows = session.query(self._runs, (self._dialect.texts([run_id]),))
        if not rows:
            return {}
        run_pk = rows[0][1]
        found = self._summaries(session, session.query(self._metrics, (self._dialect.ints([run_pk]),)))
        return _sorted(found.get(run_pk, {}))


def _extremes(ranks: Sequence[int | None]) -> Sequence[float | None]:
    """The values of the ranks; None of those metrics which have had no value but NaN."""
    if None not in ranks:
        return values_of(cast("Sequence[int]", ranks))
    values = values_of([rank or 0 for rank in ranks])
    return [None if rank is None else value for rank, value in zip(ranks, values, strict=True)]


def _sorted(values: dict[str, Value]) -> dict[str, Value]:
    return {key: values[key] for key in sorted(values)}


def _run(
    row: Row,
    metrics: dict[int, dict[str, MetricSummary]],
    params: dict[int, dict[str, str]],
    tags: dict[int, dict[str, str]],
    datasets: dict[int, list[DatasetInput]],
    model_inputs: dict[int, list[str]],
    model_outputs: dict[int, list[ModelOutput]],
) -> Run:
    stage, columns = STAGES[row[0]], row[1:]
    pk, version = columns[0], columns[3]
    return Run(
        run_info(columns, stage),
        _sorted(metrics.get(pk, {})),
        _sorted(params.get(pk, {})),
        _sorted(tags.get(pk, {})),
        tuple(datasets.get(pk, ())),
        tuple(model_inputs.get(pk, ())),
        tuple(model_outputs.get(pk, ())),
        version,
    )


def _dataset_inputs(rows: Sequence[Row]) -> dict[int, list[DatasetInput]]:
    found: dict[int, list[DatasetInput]] = {}
    for run_pk, name, digest, source_type, source, schema, profile, tags_json in rows:
        dataset = Dataset(name, digest, source_type, source, schema, profile)
        found.setdefault(run_pk, []).append(DatasetInput(dataset, orjson.loads(tags_json)))
    return found


def _models(rows: Sequence[Row]) -> tuple[dict[int, list[str]], dict[int, list[ModelOutput]]]:
    inputs: dict[int, list[str]] = {}
    outputs: dict[int, list[ModelOutput]] = {}
    for run_pk, role, model_id, step in rows:
        if role == 0:
            inputs.setdefault(run_pk, []).append(model_id)
        else:
            outputs.setdefault(run_pk, []).append(ModelOutput(model_id, step))
    return inputs, outputs
