"""What the metas of experiments, runs, datasets, inputs and outputs say, as domain values and back (rest-facts §10)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from trackwell_service.domain.entities import (
    Dataset,
    ExperimentInfo,
    LifecycleStage,
    ModelOutput,
    RunInfo,
    RunStatus,
)
from trackwell_service.stores.file.meta_yaml import BadMeta, Meta

_SOURCE_LOCAL: Final = 4
"""`source_type` of every run, which old versions require."""

_INT64: Final = 2**63

RESTORED_ALONE: Final = "restored_alone"
"""Our own key in a run's meta: it was restored after its experiment had been deleted, and is active in the bin."""

POSITION: Final = "position"
"""Our own key in the metas of inputs and outputs: their order of logging, which folders do not keep."""


class RunMeta(NamedTuple):
    """A run's meta: `info` with the run's own stage."""

    info: RunInfo
    restored_alone: bool


class InputMeta(NamedTuple):
    """A run's use of a dataset (`tags` count) or of a model."""

    source_type: str
    source_id: str
    tags: Mapping[str, str]
    position: int | None


class OutputMeta(NamedTuple):
    """A model that a run produced."""

    output: ModelOutput
    position: int | None


def experiment_info(meta: Meta, experiment_id: int, mtime_ms: int) -> ExperimentInfo:
    """The experiment. Times that old versions did not write are those of the file. Raises BadMeta."""
    if _text_or_int(meta, "experiment_id") != str(experiment_id):
        raise BadMeta("its experiment_id is not that of its folder")
    name = _text(meta, "name")
    if not name:
        raise BadMeta("it has no name")
    return ExperimentInfo(
        experiment_id=experiment_id,
        name=name,
        artifact_location=_text(meta, "artifact_location", ""),
        stage=_stage(meta),
        creation_time_ms=_integer(meta, "creation_time", mtime_ms),
        last_update_time_ms=_integer(meta, "last_update_time", mtime_ms),
    )


def experiment_meta(info: ExperimentInfo, known: Meta | None = None) -> Meta:
    """The meta of an experiment; keys of others in the `known` one stay."""
    return {
        **(known or {}),
        "artifact_location": info.artifact_location,
        "creation_time": info.creation_time_ms,
        "experiment_id": str(info.experiment_id),
        "last_update_time": info.last_update_time_ms,
        "lifecycle_stage": info.stage.value,
        "name": info.name,
    }


def run_meta(meta: Meta, run_id: str, experiment_id: int) -> RunMeta:
    """The run; its name is empty when only the tag tells it. Raises BadMeta."""
    named = meta.get("run_id") or meta.get("run_uuid")
    if named != run_id:
        raise BadMeta("its run_id is not that of its folder")
    if _text_or_int(meta, "experiment_id") != str(experiment_id):
        raise BadMeta("its experiment_id is not that of its folder")
    number = meta.get("status")
    try:
        status = RunStatus.RUNNING if number is None else RunStatus(number)
    except ValueError:
        raise BadMeta("its status is none of 1 to 5") from None
    end_time = meta.get("end_time")
    info = RunInfo(
        run_id=run_id,
        experiment_id=experiment_id,
        name=_text(meta, "run_name", "") or _text(meta, "name", ""),
        user_id=_text(meta, "user_id", ""),
        status=status,
        start_time_ms=_integer(meta, "start_time", 0),
        end_time_ms=None if end_time is None else _integer(meta, "end_time", 0),
        artifact_uri=_text(meta, "artifact_uri", ""),
        stage=_stage(meta),
    )
    return RunMeta(info, meta.get(RESTORED_ALONE) is True)


def meta_of_run(info: RunInfo, known: Meta | None = None) -> Meta:
    """The meta of a run, readable by every version; keys of others in the `known` one stay."""
    return {
        "entry_point_name": "",
        "source_name": "",
        "source_type": _SOURCE_LOCAL,
        "source_version": "",
        "tags": [],
        **(known or {}),
        "artifact_uri": info.artifact_uri,
        "end_time": info.end_time_ms,
        "experiment_id": str(info.experiment_id),
        "lifecycle_stage": info.stage.value,
        "run_id": info.run_id,
        "run_name": info.name,
        "run_uuid": info.run_id,
        "start_time": info.start_time_ms,
        "status": int(info.status),
        "user_id": info.user_id,
    }


def with_stage(meta: Meta, stage: LifecycleStage, time_ms: int, *, alone: bool) -> Meta:
    """A run's meta after it was deleted or restored; `alone` says that its experiment is deleted and stays so."""
    changed = {key: value for key, value in meta.items() if key not in ("deleted_time", RESTORED_ALONE)}
    changed["lifecycle_stage"] = stage.value
    if stage is LifecycleStage.DELETED:
        changed["deleted_time"] = time_ms
    elif alone:
        changed[RESTORED_ALONE] = True
    return changed


def dataset(meta: Meta) -> Dataset:
    """The dataset. Raises BadMeta."""
    return Dataset(
        name=_text(meta, "name"),
        digest=_text(meta, "digest"),
        source_type=_text(meta, "source_type", ""),
        source=_text(meta, "source", ""),
        schema=_text_or_none(meta, "schema"),
        profile=_text_or_none(meta, "profile"),
    )


def dataset_meta(described: Dataset) -> Meta:
    """The meta of a dataset."""
    return {
        "digest": described.digest,
        "name": described.name,
        "profile": described.profile,
        "schema": described.schema,
        "source": described.source,
        "source_type": described.source_type,
    }


def input_meta(meta: Meta) -> InputMeta:
    """An input. Raises BadMeta."""
    tags = meta.get("tags") or {}
    if not isinstance(tags, dict) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in tags.items()
    ):
        raise BadMeta("its tags are no texts")
    return InputMeta(_text(meta, "source_type"), _text(meta, "source_id"), tags, _position(meta))


def meta_of_input(source_type: str, source_id: str, tags: Mapping[str, str], position: int) -> Meta:
    """The meta of an input. `destination_id` is the source's, as other versions write it (rest-facts §10)."""
    return {
        "destination_id": source_id,
        "destination_type": "RUN",
        POSITION: position,
        "source_id": source_id,
        "source_type": source_type,
        "tags": dict(tags),
    }


def output_meta(meta: Meta) -> OutputMeta:
    """An output. Raises BadMeta."""
    if meta.get("destination_type") != "MODEL_OUTPUT":
        raise BadMeta("it is no model")
    return OutputMeta(ModelOutput(_text(meta, "destination_id"), _integer(meta, "step", 0)), _position(meta))


def meta_of_output(output: ModelOutput, position: int) -> Meta:
    """The meta of an output."""
    return {
        "destination_id": output.model_id,
        "destination_type": "MODEL_OUTPUT",
        POSITION: position,
        "source_id": output.model_id,
        "source_type": "RUN_OUTPUT",
        "step": output.step,
        "tags": {},
    }


def hashed(*texts: str) -> str:
    """How folders of datasets, inputs and outputs are named (rest-facts §10)."""
    digest = hashlib.md5(usedforsecurity=False)
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()


_MISSING: Final = object()


def _text(meta: Meta, key: str, default: Any = _MISSING) -> str:
    value = meta.get(key)
    if value is None:
        if default is _MISSING:
            raise BadMeta(f"it has no {key}")
        value = default
    if not isinstance(value, str):
        raise BadMeta(f"its {key} is no text")
    if "\0" in value:
        raise BadMeta(f"its {key} holds a NUL character")
    return value


def _text_or_none(meta: Meta, key: str) -> str | None:
    return None if meta.get(key) is None else _text(meta, key)


def _text_or_int(meta: Meta, key: str) -> str:
    value = meta.get(key)
    return str(_integer(meta, key, 0)) if isinstance(value, int) and not isinstance(value, bool) else _text(meta, key)


def _integer(meta: Meta, key: str, default: int) -> int:
    value = meta.get(key)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not -_INT64 <= value < _INT64:
        raise BadMeta(f"its {key} is no integer of 64 bits")
    return value


def _stage(meta: Meta) -> LifecycleStage:
    try:
        return LifecycleStage(meta.get("lifecycle_stage") or LifecycleStage.ACTIVE)
    except ValueError:
        raise BadMeta("its lifecycle_stage is neither active nor deleted") from None


def _position(meta: Meta) -> int | None:
    value = meta.get(POSITION)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
