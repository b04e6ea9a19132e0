"""Creating, finding and changing experiments (rest-facts §4-§8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackwell_service.domain import limits
from trackwell_service.domain.changes import (
    AddExperiment,
    Change,
    RemoveExperimentTag,
    RenameExperiment,
    SetExperimentStage,
    SetExperimentTag,
)
from trackwell_service.domain.entities import Experiment, ExperimentInfo, LifecycleStage
from trackwell_service.domain.errors import ResourceAlreadyExists, ResourceDoesNotExist
from trackwell_service.domain.locations import LocationRules
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.validation import (
    check_experiment_name,
    check_experiment_tag_value,
    check_key,
    check_list_size,
    quoted,
)
from trackwell_service.operations.lifecycle import (
    MUTATION_BYTES,
    Idempotent,
    active_experiment,
    existing_experiment,
    experiment_not_found,
)
from trackwell_service.stores.roles import ExperimentReader


@dataclass(slots=True)
class CreateExperiment:
    """A new experiment. Replies with its id."""

    name: str
    location: str | None
    tags: dict[str, str]
    locations: LocationRules
    now_ms: int
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """Whoever has the name."""
        return ReadSet(experiment_names=(self.name,))

    @property
    def size_bytes(self) -> int:
        """Memory of the texts."""
        return MUTATION_BYTES + 2 * (len(self.name) + sum(len(key) + len(value) for key, value in self.tags.items()))

    def decide(self, state: State) -> Decision[int]:
        """Creates it, if no active or deleted experiment has the name."""
        _check_name_free(state, self.name)
        experiment_id = state.new_experiment_id()
        info = ExperimentInfo(
            experiment_id=experiment_id,
            name=self.name,
            artifact_location=self.location or self.locations.of_new_experiment(experiment_id),
            stage=LifecycleStage.ACTIVE,
            creation_time_ms=self.now_ms,
            last_update_time_ms=self.now_ms,
        )
        changes: list[Change] = [AddExperiment(info)]
        changes += [SetExperimentTag(experiment_id, key, value) for key, value in self.tags.items()]
        return Decision(tuple(changes), experiment_id)


@dataclass(slots=True)
class RenameActiveExperiment:
    """A new name for an active experiment."""

    experiment_id: int
    name: str
    now_ms: int
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The experiment and whoever has the name."""
        return ReadSet(experiment_ids=(self.experiment_id,), experiment_names=(self.name,))

    @property
    def size_bytes(self) -> int:
        """Memory of the name."""
        return MUTATION_BYTES + 2 * len(self.name)

    def decide(self, state: State) -> Decision[None]:
        """Renames, if no other experiment has the name. Its own name again only sets the time."""
        active_experiment(state, self.experiment_id)
        _check_name_free(state, self.name, but_for=self.experiment_id)
        return Decision((RenameExperiment(self.experiment_id, self.name, self.now_ms),), None)


@dataclass(slots=True)
class MoveExperiment:
    """Deletes an active experiment or restores a deleted one, and with it every run in it."""

    experiment_id: int
    stage: LifecycleStage
    now_ms: int
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The experiment."""
        return ReadSet(experiment_ids=(self.experiment_id,))

    @property
    def size_bytes(self) -> int:
        """Nothing beside itself."""
        return MUTATION_BYTES

    def decide(self, state: State) -> Decision[None]:
        """Moves it. One which is there already is reported as not existing (rest-facts §6)."""
        experiment = existing_experiment(state, self.experiment_id)
        if experiment.stage is self.stage:
            other = LifecycleStage.DELETED if self.stage is LifecycleStage.ACTIVE else LifecycleStage.ACTIVE
            raise ResourceDoesNotExist(
                f"No {other.value} Experiment with id={self.experiment_id} exists: "
                f"it is in the '{experiment.stage.value}' state already."
            )
        return Decision((SetExperimentStage(self.experiment_id, self.stage, self.now_ms),), None)


@dataclass(slots=True)
class SetTagOnExperiment(Idempotent):
    """Sets one tag of an active experiment; the last value wins."""

    experiment_id: int
    key: str
    value: str

    @property
    def reads(self) -> ReadSet:
        """The experiment."""
        return ReadSet(experiment_ids=(self.experiment_id,))

    @property
    def size_bytes(self) -> int:
        """Memory of the texts."""
        return MUTATION_BYTES + 2 * (len(self.key) + len(self.value))

    def decide(self, state: State) -> Decision[None]:
        """Sets it."""
        active_experiment(state, self.experiment_id)
        return Decision((SetExperimentTag(self.experiment_id, self.key, self.value),), None)


@dataclass(slots=True)
class DeleteTagOfExperiment:
    """Removes one tag of an active experiment, which must be there."""

    experiment_id: int
    key: str
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The experiment and the tag."""
        return ReadSet(experiment_ids=(self.experiment_id,), experiment_tags=((self.experiment_id, self.key),))

    @property
    def size_bytes(self) -> int:
        """Memory of the key."""
        return MUTATION_BYTES + 2 * len(self.key)

    def decide(self, state: State) -> Decision[None]:
        """Removes it."""
        active_experiment(state, self.experiment_id)
        if state.experiment_tag(self.experiment_id, self.key) is None:
            raise ResourceDoesNotExist(
                f"No tag with name: {quoted(self.key)} in experiment with id {self.experiment_id}"
            )
        return Decision((RemoveExperimentTag(self.experiment_id, self.key),), None)


def create_experiment(
    locations: LocationRules,
    name: str,
    location: str | None,
    tags: Sequence[tuple[str, str]],
    *,
    now_ms: int,
    request_id: str | None,
) -> CreateExperiment:
    """A new experiment. An absent or empty location means one of the server's choice (rest-facts §9)."""
    check_experiment_name(name, "name")
    canonical = locations.named_by_caller(location) if location else None
    check_list_size(len(tags), "tags", limits.MAX_TAGS_PER_CREATE)
    for index, (key, value) in enumerate(tags):
        check_key(key, f"tags[{index}].key")
        check_experiment_tag_value(value, f"tags[{index}].value")
    return CreateExperiment(name, canonical, dict(tags), locations, now_ms, request_id)


def rename_experiment(experiment_id: int, name: str, *, now_ms: int, request_id: str | None) -> RenameActiveExperiment:
    """A new name."""
    check_experiment_name(name, "new_name")
    return RenameActiveExperiment(experiment_id, name, now_ms, request_id)


def set_experiment_tag(experiment_id: int, key: str, value: str) -> SetTagOnExperiment:
    """One tag; never cut off (rest-facts §5)."""
    check_key(key, "key")
    check_experiment_tag_value(value, "value")
    return SetTagOnExperiment(experiment_id, key, value)


def delete_experiment_tag(experiment_id: int, key: str, *, request_id: str | None) -> DeleteTagOfExperiment:
    """Removes one tag."""
    check_key(key, "key")
    return DeleteTagOfExperiment(experiment_id, key, request_id)


def get_experiment(reader: ExperimentReader, experiment_id: int) -> Experiment:
    """The experiment, active or deleted."""
    experiment = reader.experiment(experiment_id)
    if experiment is None:
        raise experiment_not_found(experiment_id)
    return experiment


def get_experiment_by_name(reader: ExperimentReader, name: str) -> Experiment:
    """The experiment of that exact name, active or deleted."""
    check_experiment_name(name, "experiment_name")
    experiment = reader.experiment_by_name(name)
    if experiment is None:
        raise ResourceDoesNotExist(f"Could not find experiment with name {quoted(name)}")
    return experiment


def _check_name_free(state: State, name: str, *, but_for: int | None = None) -> None:
    owner = state.experiment_named(name)
    if owner is None or owner.experiment_id == but_for:
        return
    if owner.stage is LifecycleStage.DELETED:
        raise ResourceAlreadyExists(
            f"Experiment {quoted(name)} already exists in the 'deleted' state, with id {owner.experiment_id}. "
            "Restore it, or choose another name."
        )
    raise ResourceAlreadyExists(
        f"Experiment {quoted(name)} already exists, with id {owner.experiment_id}. Use it, or choose another name."
    )
