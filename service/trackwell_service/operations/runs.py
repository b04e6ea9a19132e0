"""Creating and changing runs (rest-facts §6). What is logged to them is in `logging`, `models` and `inputs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from trackwell_service.domain import limits
from trackwell_service.domain import tags as system_tags
from trackwell_service.domain.changes import AddRun, Change, SetRunStage, SetTag, UpdateRun
from trackwell_service.domain.entities import LifecycleStage, Run, RunInfo, RunStatus
from trackwell_service.domain.errors import InvalidParameter, ResourceAlreadyExists
from trackwell_service.domain.locations import below
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.validation import (
    TextPolicy,
    check_list_size,
    check_new_run_id,
    check_run_id,
    check_run_name,
    check_text,
    check_time,
    missing,
    quoted,
)
from trackwell_service.operations.lifecycle import (
    MUTATION_BYTES,
    Idempotent,
    active_experiment,
    active_run,
    existing_run,
    run_only,
)

ARTIFACT_FOLDER: Final = "artifacts"
"""Last segment of every run's artifact URI (rest-facts §6)."""


@dataclass(slots=True)
class CreateRun:
    """A new run in an active experiment.

    Replies with the artifact URI of the run which this mutation created or, under a request id, which an earlier
    attempt created; `run_id_of` finds the run's id in it. None means that the run with the caller's own id existed
    already; it is left as it is, so a retry is safe.
    """

    run_id: str
    experiment_id: int
    name: str
    user_id: str
    start_time_ms: int
    tags: dict[str, str]
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The experiment, and whoever has the id."""
        return ReadSet(experiment_ids=(self.experiment_id,), run_ids=(self.run_id,))

    @property
    def size_bytes(self) -> int:
        """Memory of the texts."""
        return MUTATION_BYTES + 2 * sum(len(key) + len(value) for key, value in self.tags.items())

    def decide(self, state: State) -> Decision[str | None]:
        """Creates it, unless it is there."""
        known = state.run(self.run_id)
        if known is not None:
            if known.experiment_id != self.experiment_id:
                raise ResourceAlreadyExists(
                    f"Run with id={self.run_id} already exists, in experiment {known.experiment_id}. Choose another id."
                )
            return Decision((), None)
        experiment = active_experiment(state, self.experiment_id)
        artifact_uri = below(experiment.artifact_location, self.run_id, ARTIFACT_FOLDER)
        changes: list[Change] = [AddRun(self.info(artifact_uri))]
        changes += [SetTag(self.run_id, key, value) for key, value in self.tags.items()]
        return Decision(tuple(changes), artifact_uri)

    def info(self, artifact_uri: str) -> RunInfo:
        """The run as it begins."""
        return RunInfo(
            run_id=self.run_id,
            experiment_id=self.experiment_id,
            name=self.name,
            user_id=self.user_id,
            status=RunStatus.RUNNING,
            start_time_ms=self.start_time_ms,
            end_time_ms=None,
            artifact_uri=artifact_uri,
            stage=LifecycleStage.ACTIVE,
        )


@dataclass(slots=True)
class ChangeRun(Idempotent):
    """New status, end time or name of an active run; None leaves a field as it is. Replies with the run after it."""

    run_id: str
    status: RunStatus | None
    end_time_ms: int | None
    name: str | None

    @property
    def reads(self) -> ReadSet:
        """The run."""
        return run_only(self.run_id)

    @property
    def size_bytes(self) -> int:
        """Memory of the name."""
        return MUTATION_BYTES + 2 * len(self.name or "")

    def decide(self, state: State) -> Decision[RunInfo]:
        """Changes what is given; a finished run may run again (rest-facts §6)."""
        run = active_run(state, self.run_id)
        after = replace(
            run,
            status=run.status if self.status is None else self.status,
            end_time_ms=run.end_time_ms if self.end_time_ms is None else self.end_time_ms,
            name=self.name or run.name,
        )
        changes: list[Change] = []
        if after != run:
            changes.append(UpdateRun(self.run_id, after.status, after.end_time_ms, after.name))
        if after.name != run.name:
            changes.append(SetTag(self.run_id, system_tags.RUN_NAME, after.name))
        return Decision(tuple(changes), after)


@dataclass(slots=True)
class MoveRun(Idempotent):
    """Deletes or restores a run; one which is there already stays there (rest-facts §6)."""

    run_id: str
    stage: LifecycleStage

    @property
    def reads(self) -> ReadSet:
        """The run."""
        return run_only(self.run_id)

    @property
    def size_bytes(self) -> int:
        """Nothing beside itself."""
        return MUTATION_BYTES

    def decide(self, state: State) -> Decision[None]:
        """Moves it."""
        run = existing_run(state, self.run_id)
        return Decision(() if run.stage is self.stage else (SetRunStage(self.run_id, self.stage),), None)


def create_run(
    policy: TextPolicy,
    experiment_id: int,
    *,
    new_run_id: str,
    chosen_run_id: str | None,
    generated_name: str,
    run_name: str,
    user_id: str,
    start_time_ms: int | None,
    tags: Sequence[tuple[str, str]],
    now_ms: int,
    request_id: str | None,
) -> CreateRun:
    """A new run.

    `chosen_run_id` comes from the caller and wins over `new_run_id`; with it no request id is needed. The name is
    `run_name`, else the name tag's value, else `generated_name` (rest-facts §6). Keys of these tags are not held to the
    key syntax, as ever (rest-facts §5), but to its length and to storable characters.
    """
    if chosen_run_id:
        check_new_run_id(chosen_run_id)
    if start_time_ms is not None:
        check_time(start_time_ms, "start_time")
    check_text(user_id, "user_id", limits.MAX_USER_ID_CHARS)
    check_run_name(run_name, "run_name")
    by_key = _checked_tags(policy, tags)
    tagged_name = by_key.get(system_tags.RUN_NAME, "")
    if run_name and tagged_name and run_name != tagged_name:
        raise InvalidParameter(
            f"Both 'run_name' and the tag '{system_tags.RUN_NAME}' are specified, with different values: "
            f"{quoted(run_name)} and {quoted(tagged_name)}. Send one of them, or both with the same value."
        )
    name = run_name or tagged_name or generated_name
    return CreateRun(
        run_id=chosen_run_id or new_run_id,
        experiment_id=experiment_id,
        name=name,
        user_id=user_id,
        start_time_ms=now_ms if start_time_ms is None else start_time_ms,
        tags={**by_key, system_tags.RUN_NAME: name},
        request_id=None if chosen_run_id else request_id,
    )


def update_run(run_id: str, *, status: RunStatus | None, end_time_ms: int | None, name: str | None) -> ChangeRun:
    """New status, end time or name; an empty name changes nothing (rest-facts §6)."""
    check_run_id(run_id)
    if end_time_ms is not None:
        check_time(end_time_ms, "end_time")
    if name is not None:
        check_run_name(name, "run_name")
    return ChangeRun(run_id, status, end_time_ms, name)


def move_run(run_id: str, stage: LifecycleStage) -> MoveRun:
    """Deletes or restores."""
    check_run_id(run_id)
    return MoveRun(run_id, stage)


def created_run(mutation: CreateRun, artifact_uri: str) -> Run:
    """The run as it is right after `mutation` created it and replied with `artifact_uri`."""
    return Run(info=mutation.info(artifact_uri), tags=dict(sorted(mutation.tags.items())))


def run_id_of(artifact_uri: str) -> str:
    """The id of the run whose artifact URI that is."""
    return artifact_uri.split("/")[-2]


def _checked_tags(policy: TextPolicy, tags: Sequence[tuple[str, str]]) -> dict[str, str]:
    check_list_size(len(tags), "tags", limits.MAX_TAGS_PER_CREATE)
    checked: dict[str, str] = {}
    for index, (key, value) in enumerate(tags):
        if not key:
            raise missing(f"tags[{index}].key")
        check_text(key, f"tags[{index}].key", limits.MAX_KEY_CHARS)
        if key == system_tags.RUN_NAME:
            check_run_name(value, f"tags[{index}].value")
            checked[key] = value
        else:
            checked[key] = policy.tag_value(value, f"tags[{index}].value")
    return checked
