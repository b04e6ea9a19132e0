"""Finds experiments and what is counted by experiment."""

from __future__ import annotations

from collections.abc import Sequence

from trackwell_service.domain.entities import DatasetSummary, Experiment, LifecycleStage
from trackwell_service.search.evaluate import experiment_predicate
from trackwell_service.search.ordering import experiment_columns, experiment_ordering
from trackwell_service.stores.roles import ExperimentQuery, Page
from trackwell_service.stores.sql.dialects.base import Dialect, Row
from trackwell_service.stores.sql.found_run import view_condition
from trackwell_service.stores.sql.known import STAGE_NUMBERS
from trackwell_service.stores.sql.rows import EXPERIMENT_COLUMNS, experiment_row
from trackwell_service.stores.sql.runs_read import EFFECTIVE_STAGE
from trackwell_service.stores.sql.search_compile import EXPERIMENT_ATTRIBUTE_COLUMNS, compile_experiment_filter
from trackwell_service.stores.sql.session import Session
from trackwell_service.stores.sql.sorted_page import Term, behind, order_by
from trackwell_service.stores.sql.sql_text import TRUE, all_of

CHECKED_AT_ONCE = 500
"""Experiments that are loaded and checked by the evaluator at a time."""


class ExperimentLoader:
    """Plays the part of `roles.ExperimentReader` that knows what it wants."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        text, among = dialect.text, dialect.among
        self._by_id = text(f"SELECT {EXPERIMENT_COLUMNS} FROM experiments e WHERE e.id = ?")
        self._by_name = text(f"SELECT {EXPERIMENT_COLUMNS} FROM experiments e WHERE e.name = ?")
        self._tags = text(
            f"SELECT experiment_id, tag_key, tag_value FROM experiment_tags WHERE {among('experiment_id')}"
        )
        self._summaries = text(
            "SELECT experiment_id, name, digest, context FROM ("
            "SELECT DISTINCT r.experiment_id, d.name, d.digest, i.context"
            " FROM runs r JOIN experiments e ON e.id = r.experiment_id"
            " JOIN run_datasets i ON i.run_pk = r.id JOIN datasets d ON d.id = i.dataset_id"
            f" WHERE {among('r.experiment_id')} AND {EFFECTIVE_STAGE} = {STAGE_NUMBERS[LifecycleStage.ACTIVE]}"
            ") s ORDER BY experiment_id, name, digest, CASE WHEN context IS NULL THEN 0 ELSE 1 END, context"
            f" {dialect.limit}"
        )

    def by_id(self, session: Session, experiment_id: int) -> Experiment | None:
        """See `roles.ExperimentReader.experiment`."""
        found = self.with_tags(session, session.query(self._by_id, (experiment_id,)))
        return found[0] if found else None

    def by_name(self, session: Session, name: str) -> Experiment | None:
        """See `roles.ExperimentReader.experiment_by_name`."""
        found = self.with_tags(session, session.query(self._by_name, (name,)))
        return found[0] if found else None

    def with_tags(self, session: Session, rows: Sequence[Row]) -> list[Experiment]:
        """The experiments in EXPERIMENT_COLUMNS with their tags, in the rows' order."""
        if not rows:
            return []
        tags: dict[int, dict[str, str]] = {row[0]: {} for row in rows}
        for experiment_id, key, value in session.query(self._tags, (self._dialect.ints(list(tags)),)):
            tags[experiment_id][key] = value
        return [Experiment(experiment_row(row).info, dict(sorted(tags[row[0]].items()))) for row in rows]

    def dataset_summaries(self, session: Session, experiment_ids: Sequence[int], limit: int) -> list[DatasetSummary]:
        """See `roles.ExperimentReader.dataset_summaries`. An absent context comes before every other."""
        rows = session.query(self._summaries, (self._dialect.ints(experiment_ids), limit))
        return [DatasetSummary(*row) for row in rows]


class ExperimentFinder:
    """Plays the part of `roles.ExperimentReader` that searches."""

    def __init__(self, dialect: Dialect, loader: ExperimentLoader) -> None:
        self._dialect = dialect
        self._loader = loader

    def page(self, session: Session, query: ExperimentQuery) -> Page[Experiment]:
        """See `roles.ExperimentReader.search_experiments`."""
        columns = experiment_columns(query.order)
        terms = [Term(EXPERIMENT_ATTRIBUTE_COLUMNS[column.field], None, column.descending) for column in columns]
        after = None if query.after is None else experiment_ordering(query.order).check(query.after)
        bounds = compile_experiment_filter(self._dialect, query.filter)
        matches = experiment_predicate(None if bounds.is_exact else query.filter)
        ordering = experiment_ordering(query.order)
        found: list[Experiment] = []
        while len(found) <= query.limit:
            limit = max(query.limit + 1 - len(found), 0 if bounds.is_exact else CHECKED_AT_ONCE)
            where = all_of(
                (
                    view_condition("e.stage", query.view),
                    bounds.over,
                    TRUE if after is None else behind(terms, after),
                )
            )
            rows = session.query(
                self._dialect.text(
                    f"SELECT {EXPERIMENT_COLUMNS} FROM experiments e WHERE {where.text}"
                    f" ORDER BY {order_by(terms)} {self._dialect.limit}"
                ),
                (*where.parameters, limit),
            )
            loaded = self._loader.with_tags(session, rows)
            found += [experiment for experiment in loaded if matches(experiment)]
            if len(rows) < limit:
                break
            after = ordering.key(loaded[-1])
        items = found[: query.limit]
        return Page(items, ordering.key(items[-1]) if len(found) > query.limit else None)
