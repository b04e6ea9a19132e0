"""What a decision sees of the memory store, which is exactly its read set and nothing beside it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from trackwell_service.domain.entities import ExperimentInfo, RunInfo
from trackwell_service.domain.mutations import ReadSet
from trackwell_service.stores.memory.tables import RunRecord, Tables


class MemoryState:
    """`mutations.State` over the tables.

    A key that the mutation did not announce raises LookupError, also where it could be answered here:
    a store with a database would not have loaded it.
    """

    def __init__(self, tables: Tables, reads: ReadSet, first_new_experiment_id: int) -> None:
        self._tables = tables
        self._reads = reads
        self.next_experiment_id = first_new_experiment_id

    def experiment(self, experiment_id: int) -> ExperimentInfo | None:
        """See `mutations.State.experiment`."""
        runs = self._tables.runs
        seen_with_runs = (runs[run_id].info.experiment_id for run_id in self._reads.run_ids if run_id in runs)
        _announced("experiment", experiment_id, (*self._reads.experiment_ids, *seen_with_runs))
        record = self._tables.experiments.get(experiment_id)
        return None if record is None else record.info

    def experiment_named(self, name: str) -> ExperimentInfo | None:
        """See `mutations.State.experiment_named`."""
        _announced("experiment named", name, self._reads.experiment_names)
        record = self._tables.named(name)
        return None if record is None else record.info

    def run(self, run_id: str) -> RunInfo | None:
        """See `mutations.State.run`."""
        _announced("run", run_id, self._reads.run_ids)
        record = self._tables.runs.get(run_id)
        return None if record is None else record.info

    def param(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.param`."""
        _announced("param", (run_id, key), self._reads.params)
        record = self._tables.runs.get(run_id)
        return None if record is None else record.params.get(key)

    def tag(self, run_id: str, key: str) -> str | None:
        """See `mutations.State.tag`."""
        _announced("tag", (run_id, key), self._reads.tags)
        record = self._tables.runs.get(run_id)
        return None if record is None else record.tags.get(key)

    def experiment_tag(self, experiment_id: int, key: str) -> str | None:
        """See `mutations.State.experiment_tag`."""
        _announced("experiment tag", (experiment_id, key), self._reads.experiment_tags)
        record = self._tables.experiments.get(experiment_id)
        return None if record is None else record.tags.get(key)

    def dataset_inputs(self, run_id: str) -> AbstractSet[tuple[str, str]]:
        """See `mutations.State.dataset_inputs`."""
        record = self._with_inputs(run_id)
        return frozenset() if record is None else record.dataset_inputs.keys()

    def model_inputs(self, run_id: str) -> AbstractSet[str]:
        """See `mutations.State.model_inputs`."""
        record = self._with_inputs(run_id)
        return frozenset() if record is None else frozenset(record.model_inputs)

    def model_outputs(self, run_id: str) -> AbstractSet[tuple[str, int]]:
        """See `mutations.State.model_outputs`."""
        record = self._with_inputs(run_id)
        return frozenset() if record is None else {(output.model_id, output.step) for output in record.model_outputs}

    def new_experiment_id(self) -> int:
        """See `mutations.State.new_experiment_id`."""
        self.next_experiment_id += 1
        return self.next_experiment_id - 1

    def _with_inputs(self, run_id: str) -> RunRecord | None:
        _announced("inputs of run", run_id, self._reads.inputs_of)
        return self._tables.runs.get(run_id)


def _announced(what: str, key: object, keys: tuple[object, ...]) -> None:
    if key not in keys:
        raise LookupError(f"{what} {key!r} is not in the mutation's read set")
