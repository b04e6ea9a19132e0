"""Runs as plain values under the names of the contract, from which both of their forms are made: message and JSON.

Building a message from nested values at once takes two thirds of the time of making each of its parts, and JSON that
need not go by way of the message a tenth (ADR 0017).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import orjson

from trackwell_service.domain.entities import DatasetInput, Run, RunInfo

NAME_BYTES: Final = 11
"""What a name takes more in JSON than a field's tag in a message, quotes and braces included."""


def info_document(info: RunInfo) -> dict[str, Any]:
    """The fields of `RunInfo`: what is known of a run itself; its id stands twice (rest-facts §4)."""
    document = {
        "run_id": info.run_id,
        "run_uuid": info.run_id,
        "run_name": info.name,
        "experiment_id": str(info.experiment_id),
        "user_id": info.user_id,
        "status": info.status.name,
        "start_time": info.start_time_ms,
        "end_time": info.end_time_ms,
        "artifact_uri": info.artifact_uri,
        "lifecycle_stage": info.stage.value,
    }
    if info.end_time_ms is None:
        del document["end_time"]
    return document


def run_document(run: Run, *, with_outputs: bool = True) -> dict[str, Any]:
    """The fields of `Run`, in their order, without those that are not set and without empty lists.

    Inputs are there even when empty, outputs too, except in the answer of CreateRun (rest-facts §2).
    """
    data: dict[str, Any] = {}
    if run.metrics:
        data["metrics"] = [
            {"key": key, "value": metric.value, "timestamp": metric.timestamp_ms, "step": metric.step}
            for key, metric in run.metrics.items()
        ]
    if run.params:
        data["params"] = _pairs(run.params)
    if run.tags:
        data["tags"] = _pairs(run.tags)
    inputs: dict[str, Any] = {}
    if run.dataset_inputs:
        inputs["dataset_inputs"] = [_dataset_input_document(one) for one in run.dataset_inputs]
    if run.model_inputs:
        inputs["model_inputs"] = [{"model_id": model_id} for model_id in run.model_inputs]
    document = {"info": info_document(run.info), "data": data, "inputs": inputs}
    if with_outputs:
        made = [{"model_id": output.model_id, "step": output.step} for output in run.model_outputs]
        document["outputs"] = {"model_outputs": made} if made else {}
    return document


def run_json(run: Run) -> bytes:
    """The JSON text of a run in the REST dialect: what the gateway makes of the encoded message, to the byte."""
    document = run_document(run)
    for metric in document["data"].get("metrics", ()):
        value = metric["value"]
        if not isfinite(value):
            metric["value"] = _word(value)
    return orjson.dumps(document)


def message_size(text: bytes) -> int:
    """About how many bytes the message of the run takes that `text` tells, so that pages end alike in both forms.

    A name and its quotes take some 11 bytes more than a field's tag. Texts may hold what looks like names, so no more
    than two thirds are taken off.
    """
    return max(len(text) - NAME_BYTES * text.count(b'":'), len(text) // 3)


def _word(value: float) -> str:
    """How the dialect tells a value that JSON has no number for (rest-facts §2)."""
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _pairs(items: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in items.items()]


def _dataset_input_document(one: DatasetInput) -> dict[str, Any]:
    dataset = one.dataset
    described = {
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
    }
    if dataset.schema is not None:
        described["schema"] = dataset.schema
    if dataset.profile is not None:
        described["profile"] = dataset.profile
    return {"tags": _pairs(one.tags), "dataset": described} if one.tags else {"dataset": described}
