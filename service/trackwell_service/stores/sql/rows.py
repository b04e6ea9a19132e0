"""Turns rows of runs and experiments into values: the columns' order stands here once, for writer and readers."""

from __future__ import annotations

from trackwell_service.domain.entities import ExperimentInfo, LifecycleStage, RunInfo, RunStatus
from trackwell_service.stores.sql.dialects.base import Row
from trackwell_service.stores.sql.known import STAGES, ExperimentRow, RunRow

EXPERIMENT_COLUMNS = "e.id, e.name, e.artifact_location, e.stage, e.epoch, e.creation_time_ms, e.last_update_time_ms"
EXPERIMENT_WIDTH = 7

RUN_COLUMNS = (
    "r.id, r.run_id, r.experiment_id, r.version, r.stage, r.epoch, r.pending_blocks, r.pending_points, r.status,"
    " r.start_time_ms, r.end_time_ms, r.name, r.user_id, r.artifact_uri"
)
RUN_WIDTH = 14

SUMMARY_COLUMNS = (
    "m.value_rank, m.negative_zero, m.step, m.timestamp_ms, m.min_rank, m.min_step, m.max_rank, m.max_step"
)

STATUSES = {status.value: status for status in RunStatus}


def experiment_row(row: Row) -> ExperimentRow:
    """The experiment in EXPERIMENT_COLUMNS."""
    experiment_id, name, artifact_location, stage, epoch, creation_time_ms, last_update_time_ms = row
    info = ExperimentInfo(experiment_id, name, artifact_location, STAGES[stage], creation_time_ms, last_update_time_ms)
    return ExperimentRow(info, epoch)


def run_info(row: Row, stage: LifecycleStage) -> RunInfo:
    """The run in RUN_COLUMNS, in the stage that it is seen in."""
    _, run_id, experiment_id, _, _, _, _, _, status, start_ms, end_ms, name, user_id, uri = row
    return RunInfo(run_id, experiment_id, name, user_id, STATUSES[status], start_ms, end_ms, uri, stage)


def run_row(row: Row) -> RunRow:
    """The run in RUN_COLUMNS, its stage still to be seen with its experiment's."""
    pk, _, _, version, stage, epoch, blocks, points, *_ = row
    own_stage = STAGES[stage]
    return RunRow(pk, run_info(row, own_stage), own_stage, epoch, version, blocks, points)
