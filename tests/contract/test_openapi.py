"""The OpenAPI description is valid and says what the JSON dialect of the REST door is (rest-facts §2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / "gen" / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    return loaded


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids)) > 30


def _accepts(document: dict[str, Any], schema: str, value: object) -> bool:
    wrapped = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    return bool(Draft202012Validator(wrapped).is_valid(value))


RUN = {
    "info": {"run_id": "a1", "experiment_id": "0", "status": "RUNNING", "start_time": 1700000000000},
    "data": {"metrics": [{"key": "loss", "value": 0.5, "timestamp": 0, "step": 0}]},
    "inputs": {},
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("GetRunResponse", {"run": RUN}),
        ("GetRunResponse", {}),
        ("Metric", {"key": "k", "value": "NaN", "timestamp": 0}),
        ("Metric", {"key": "k", "value": "-Infinity", "timestamp": 0, "step": -(2**63)}),
        ("Error", {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No run 'x'."}),
    ],
)
def test_documented_json_is_accepted(document: dict[str, Any], schema: str, value: object) -> None:
    assert _accepts(document, schema, value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("GetRunResponse", {"run": {"info": {"start_time": "1700000000000"}}}),  # protobuf's own JSON
        ("GetRunResponse", {"run": {"info": {"run_id": 7}}}),
        ("GetRunResponse", {"run": {"info": {"status": 1}}}),
        ("RunInfo", {"status": "STATUS_UNSPECIFIED"}),
        ("Metric", {"key": "k", "value": "nan", "timestamp": 0}),
        ("Metric", {"value": 1.0, "timestamp": 0}),  # key is required
        ("Error", {"error_code": "NO_SUCH_CODE"}),
    ],
)
def test_other_json_is_not(document: dict[str, Any], schema: str, value: object) -> None:
    assert not _accepts(document, schema, value)


def test_calls_that_need_a_request_id_offer_it(document: dict[str, Any]) -> None:
    create = document["paths"]["/api/2.0/mlflow/experiments/create"]["post"]
    assert [parameter["name"] for parameter in create["parameters"]] == ["X-Request-Id"]
    assert "parameters" not in document["paths"]["/api/2.0/mlflow/runs/log-metric"]["post"]


def test_a_path_variable_is_no_body_field(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/2.0/mlflow-artifacts/mpu/create/{artifact_path}"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"path", "num_parts"}


def test_raw_bodies_are_octets(document: dict[str, Any]) -> None:
    artifact = document["paths"]["/api/2.0/mlflow-artifacts/artifacts/{path}"]
    assert set(artifact["put"]["requestBody"]["content"]) == {"application/octet-stream"}
    assert set(artifact["get"]["responses"]["200"]["content"]) == {"application/octet-stream"}
