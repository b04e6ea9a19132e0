"""A real server answers every REST call as the OpenAPI description says, field by field."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from support.mlflow_server import mlflow_server

MLFLOW = "/api/2.0/mlflow"
AJAX = "/ajax-api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts"
# (verb, path, query or JSON body), in an order in which each finds what it needs; $names come from earlier answers.
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("post", f"{MLFLOW}/experiments/create", {"name": "conformance", "tags": [{"key": "team", "value": "a"}]}),
    ("get", f"{MLFLOW}/experiments/get", {"experiment_id": "$experiment_id"}),
    ("get", f"{MLFLOW}/experiments/get-by-name", {"experiment_name": "conformance"}),
    ("post", f"{MLFLOW}/experiments/search", {"max_results": 1}),
    ("get", f"{MLFLOW}/experiments/search", {"max_results": 1}),
    ("get", f"{MLFLOW}/experiments/list", {}),
    ("post", f"{MLFLOW}/experiments/update", {"experiment_id": "$experiment_id", "new_name": "renamed"}),
    (
        "post",
        f"{MLFLOW}/experiments/set-experiment-tag",
        {"experiment_id": "$experiment_id", "key": "k", "value": "v"},
    ),
    ("post", f"{MLFLOW}/experiments/delete-experiment-tag", {"experiment_id": "$experiment_id", "key": "k"}),
    ("post", f"{MLFLOW}/runs/create", {"experiment_id": "$experiment_id", "start_time": 2**53 + 1, "user_id": ""}),
    ("post", f"{MLFLOW}/runs/log-metric", {"run_id": "$run_id", "key": "m", "value": "NaN", "timestamp": 0}),
    (
        "post",
        f"{MLFLOW}/runs/log-metric",
        {"run_id": "$run_id", "key": "m", "value": "-Infinity", "timestamp": 1, "step": -(2**63)},
    ),
    ("post", f"{MLFLOW}/runs/log-parameter", {"run_id": "$run_id", "key": "p", "value": ""}),
    ("post", f"{MLFLOW}/runs/set-tag", {"run_id": "$run_id", "key": "t", "value": "v"}),
    (
        "post",
        f"{MLFLOW}/runs/log-batch",
        {
            "run_id": "$run_id",
            "metrics": [{"key": "n", "value": 0.5, "timestamp": 1, "step": 3}],
            "params": [{"key": "q", "value": "1"}],
            "tags": [{"key": "u", "value": "1"}],
        },
    ),
    ("post", f"{MLFLOW}/runs/delete-tag", {"run_id": "$run_id", "key": "t"}),
    (
        "post",
        f"{MLFLOW}/runs/log-inputs",
        {
            "run_id": "$run_id",
            "datasets": [
                {
                    "tags": [{"key": "mlflow.data.context", "value": "train"}],
                    "dataset": {"name": "d", "digest": "1", "source_type": "local", "source": "{}"},
                }
            ],
        },
    ),
    ("post", f"{MLFLOW}/runs/outputs", {"run_id": "$run_id", "models": [{"model_id": "m-1", "step": 2}]}),
    (
        "post",
        f"{MLFLOW}/runs/log-model",
        {
            "run_id": "$run_id",
            "model_json": json.dumps(
                {"run_id": "$run_id", "artifact_path": "m", "flavors": {"f": {}}, "utc_time_created": "now"}
            ),
        },
    ),
    ("post", f"{MLFLOW}/runs/update", {"run_id": "$run_id", "status": "FINISHED", "end_time": 2**53 + 2}),
    ("get", f"{MLFLOW}/runs/get", {"run_id": "$run_id"}),
    ("post", f"{MLFLOW}/runs/search", {"experiment_ids": ["$experiment_id"], "max_results": 1}),
    ("post", f"{AJAX}/experiments/search-datasets", {"experiment_ids": ["$experiment_id"]}),
    ("get", f"{MLFLOW}/metrics/get-history", {"run_id": "$run_id", "metric_key": "m"}),
    ("get", f"{AJAX}/metrics/get-history-bulk", {"run_id": ["$run_id"], "metric_key": "m"}),
    ("get", f"{MLFLOW}/metrics/get-history-bulk-interval", {"run_ids": ["$run_id"], "metric_key": "m"}),
    ("put", f"{ARTIFACTS}/artifacts/folder/file.txt", {}),
    ("get", f"{ARTIFACTS}/artifacts", {"path": "folder"}),
    ("get", f"{ARTIFACTS}/artifacts/folder/file.txt", {}),
    ("get", f"{MLFLOW}/artifacts/list", {"run_id": "$run_id"}),
    ("delete", f"{ARTIFACTS}/artifacts/folder/file.txt", {}),
    ("post", f"{MLFLOW}/runs/delete", {"run_id": "$run_id"}),
    ("post", f"{MLFLOW}/runs/restore", {"run_id": "$run_id"}),
    ("post", f"{MLFLOW}/experiments/delete", {"experiment_id": "$experiment_id"}),
    ("post", f"{MLFLOW}/experiments/restore", {"experiment_id": "$experiment_id"}),
]
# A folder takes no uploads in parts and has no direct URLs: these answer an error, which has a schema too.
REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("post", f"{ARTIFACTS}/mpu/create/folder", {"path": "f", "num_parts": 1}),
    ("post", f"{ARTIFACTS}/mpu/complete/folder", {"path": "f", "upload_id": "u"}),
    ("post", f"{ARTIFACTS}/mpu/abort/folder", {"path": "f", "upload_id": "u"}),
    ("get", f"{ARTIFACTS}/presigned/folder/f", {}),
    ("get", f"{MLFLOW}/runs/get", {"run_id": "no-such-run"}),
    ("post", f"{MLFLOW}/runs/create", {}),
]


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    """The description, made strict: what it does not name is not allowed."""
    strict: dict[str, Any] = json.loads((root / "gen" / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    for schema in strict["components"]["schemas"].values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return strict


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as running:
        yield running.rest


def _operation(document: dict[str, Any], verb: str, path: str) -> dict[str, Any]:
    for template, operations in document["paths"].items():
        pattern = re.escape(template).replace(r"\{path\}", ".+").replace(r"\{artifact_path\}", ".+")
        if verb in operations and re.fullmatch(pattern, path):
            found: dict[str, Any] = operations[verb]
            return found
    raise AssertionError(f"The description has no {verb} {path}.")


def _send(base: str, verb: str, path: str, fields: dict[str, Any]) -> requests.Response:
    if verb == "put":
        return requests.put(base + path, data=b"0123456789", timeout=60)
    if verb == "post":
        return requests.post(base + path, json=fields, timeout=60)
    return requests.request(verb, base + path, params=fields, timeout=60)


def _filled(fields: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(fields)
    for name, value in known.items():
        text = text.replace(f"${name}", value)
    filled: dict[str, Any] = json.loads(text)
    return filled


def _check(document: dict[str, Any], schema: dict[str, Any], answer: object) -> None:
    whole = copy.copy(schema) | {"components": document["components"]}
    Draft202012Validator(whole).validate(answer)


def test_every_operation_is_called_here(document: dict[str, Any]) -> None:
    called = {_operation(document, verb, path)["operationId"] for verb, path, _ in [*CALLS, *REFUSED]}
    described = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert called == described


def test_answers_and_requests_are_as_described(document: dict[str, Any], server: str) -> None:
    known: dict[str, str] = {}
    for verb, path, fields in CALLS:
        operation = _operation(document, verb, path)
        sent = _filled(fields, known)
        if verb == "post":
            _check(document, operation["requestBody"]["content"]["application/json"]["schema"], sent)
        else:
            described = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert sent.keys() <= described, path
        answer = _send(server, verb, path, sent)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        ((content_type, content),) = operation["responses"]["200"]["content"].items()
        if content_type == "application/json":
            _check(document, content["schema"], answer.json())
            if path.endswith("experiments/create"):
                known["experiment_id"] = answer.json()["experiment_id"]
            elif path.endswith("runs/create"):
                known["run_id"] = answer.json()["run"]["info"]["run_id"]
        else:
            assert answer.content == b"0123456789"


@pytest.mark.parametrize(("verb", "path", "fields"), REFUSED)
def test_refusals_are_as_described(
    document: dict[str, Any], server: str, verb: str, path: str, fields: dict[str, Any]
) -> None:
    answer = _send(server, verb, path, fields)
    assert answer.status_code >= 400
    assert answer.status_code not in {500, 502, 503, 504}
    assert _operation(document, verb, path)["responses"]["default"] == {"$ref": "#/components/responses/Error"}
    error = document["components"]["responses"]["Error"]["content"]["application/json"]["schema"]
    _check(document, error, answer.json())


def test_the_server_serves_this_description(root: Path, server: str) -> None:
    committed = json.loads((root / "gen" / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    assert requests.get(f"{server}/openapi.json", timeout=60).json() == committed
