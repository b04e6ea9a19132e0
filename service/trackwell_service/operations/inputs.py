"""What a run used and produced: datasets and models (rest-facts §5, §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackwell_service.domain import limits
from trackwell_service.domain.changes import AddDatasetInput, AddModelInput, AddModelOutput, Change
from trackwell_service.domain.entities import Dataset, DatasetInput, ModelOutput
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.validation import check_list_size, check_run_id, check_text
from trackwell_service.operations.lifecycle import MUTATION_BYTES, Idempotent, active_run

Pair = tuple[str, str]
"""(key, value)."""


@dataclass(slots=True)
class LogInputs(Idempotent):
    """Adds datasets and models to what a run used; what it has already stays as it is."""

    run_id: str
    datasets: Sequence[DatasetInput]
    model_ids: Sequence[str]

    @property
    def reads(self) -> ReadSet:
        """The run and its inputs."""
        return ReadSet(run_ids=(self.run_id,), inputs_of=(self.run_id,))

    @property
    def size_bytes(self) -> int:
        """Memory of the texts that may be large."""
        texts = sum(
            len(one.dataset.source) + len(one.dataset.schema or "") + len(one.dataset.profile or "")
            for one in self.datasets
        )
        return MUTATION_BYTES * (1 + len(self.datasets) + len(self.model_ids)) + 2 * texts

    def decide(self, state: State) -> Decision[None]:
        """Adds what is new; of a dataset given twice the first counts."""
        active_run(state, self.run_id)
        changes: list[Change] = []
        seen = set(state.dataset_inputs(self.run_id))
        for one in self.datasets:
            identity = (one.dataset.name, one.dataset.digest)
            if identity not in seen:
                seen.add(identity)
                changes.append(AddDatasetInput(self.run_id, one))
        models = set(state.model_inputs(self.run_id))
        for model_id in self.model_ids:
            if model_id not in models:
                models.add(model_id)
                changes.append(AddModelInput(self.run_id, model_id))
        return Decision(tuple(changes), None)


@dataclass(slots=True)
class LogOutputs(Idempotent):
    """Adds models to what a run produced; what it has already stays as it is."""

    run_id: str
    models: Sequence[ModelOutput]

    @property
    def reads(self) -> ReadSet:
        """The run and its outputs."""
        return ReadSet(run_ids=(self.run_id,), inputs_of=(self.run_id,))

    @property
    def size_bytes(self) -> int:
        """Memory of the models."""
        return MUTATION_BYTES * (1 + len(self.models))

    def decide(self, state: State) -> Decision[None]:
        """Adds what is new."""
        active_run(state, self.run_id)
        seen = set(state.model_outputs(self.run_id))
        changes: list[Change] = []
        for model in self.models:
            if (model.model_id, model.step) not in seen:
                seen.add((model.model_id, model.step))
                changes.append(AddModelOutput(self.run_id, model))
        return Decision(tuple(changes), None)


def log_inputs(run_id: str, datasets: Sequence[tuple[Dataset, Sequence[Pair]]], model_ids: Sequence[str]) -> LogInputs:
    """Datasets, each with its tags, and models that a run used; over-long texts are refused, never cut off.

    Of a tag given twice the last value counts.
    """
    check_run_id(run_id)
    check_list_size(len(datasets), "datasets", limits.MAX_INPUTS_PER_REQUEST)
    check_list_size(len(model_ids), "models", limits.MAX_INPUTS_PER_REQUEST)
    for index, (dataset, tags) in enumerate(datasets):
        _check_dataset(dataset, f"datasets[{index}].dataset")
        check_list_size(len(tags), f"datasets[{index}].tags", limits.MAX_INPUTS_PER_REQUEST)
        for place, (key, value) in enumerate(tags):
            check_text(key, f"datasets[{index}].tags[{place}].key", limits.MAX_INPUT_TAG_KEY_CHARS)
            check_text(value, f"datasets[{index}].tags[{place}].value", limits.MAX_INPUT_TAG_VALUE_CHARS)
    for index, model_id in enumerate(model_ids):
        check_text(model_id, f"models[{index}].model_id", limits.MAX_MODEL_ID_CHARS)
    inputs = [DatasetInput(dataset, dict(sorted(dict(tags).items()))) for dataset, tags in datasets]
    return LogInputs(run_id, inputs, model_ids)


def log_outputs(run_id: str, models: Sequence[ModelOutput]) -> LogOutputs:
    """Models that a run produced."""
    check_run_id(run_id)
    check_list_size(len(models), "models", limits.MAX_INPUTS_PER_REQUEST, low=1)
    for index, model in enumerate(models):
        check_text(model.model_id, f"models[{index}].model_id", limits.MAX_MODEL_ID_CHARS)
    return LogOutputs(run_id, models)


def _check_dataset(dataset: Dataset, parameter: str) -> None:
    for name, text, max_chars in (
        ("name", dataset.name, limits.MAX_DATASET_NAME_CHARS),
        ("digest", dataset.digest, limits.MAX_DATASET_DIGEST_CHARS),
        ("source_type", dataset.source_type, limits.MAX_DATASET_SOURCE_TYPE_CHARS),
        ("source", dataset.source, limits.MAX_DATASET_SOURCE_CHARS),
        ("schema", dataset.schema or "", limits.MAX_DATASET_SCHEMA_CHARS),
        ("profile", dataset.profile or "", limits.MAX_DATASET_PROFILE_CHARS),
    ):
        check_text(text, f"{parameter}.{name}", max_chars)
