"""Every endpoint against its golden file: the HTTP request, the message it becomes, the answer, the JSON it becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from support.rest_gateway import FakeBackend, GatewayThread, Serve
from trackwell_gateway.aliases import AJAX_ONLY
from trackwell_gateway.descriptors import Method, bindings, methods
from trackwell_gateway.routes import contract_paths

METHODS = {method.name: method for method, _ in methods()}
STREAMED = {"GetMetricHistory", "DownloadArtifact", "UploadArtifact"}
"""Those with a REST form whose tests stand in test_history.py and test_artifacts.py."""


@dataclass(frozen=True)
class Case:
    """One request and all that belongs to it."""

    method: Method
    verb: str
    path: str
    body: bytes | None
    message: Any
    answer: Any
    response: Any


def read_cases() -> list[Any]:
    cases: list[Any] = []
    for file in sorted((Path(__file__).parent / "golden").glob("*.json")):
        method = METHODS[file.stem]
        for number, case in enumerate(json.loads(file.read_text())):
            request = case["request"]
            body = request["body"].encode() if "body" in request else None
            if "json" in request:
                body = json.dumps(request["json"]).encode()
            message = json_format.ParseDict(case["message"], method.request_class())
            answer = json_format.ParseDict(case["answer"], method.response_class())
            made = Case(method, request["verb"], request["path"], body, message, answer, case["response"])
            cases.append(pytest.param(made, id=f"{file.stem}-{number}"))
    return cases


def same(left: Any, right: Any) -> bool:
    # NaN is not equal to itself, its bytes are.
    return bool(left.SerializeToString(deterministic=True) == right.SerializeToString(deterministic=True))


def send(gateway: GatewayThread, case: Case, **options: Any) -> Any:
    headers = options.pop("headers", {})
    if case.body is not None:
        headers.setdefault("Content-Type", "application/json")
        options.setdefault("data", case.body)
    path, _, query = case.path.partition("?")
    return gateway.request(case.verb, path, headers=headers, params=query or None, **options)


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("case", read_cases())
def test_json(gateway: GatewayThread, backend: FakeBackend, case: Case, as_bytes: bool) -> None:
    backend.answers[case.method.name] = lambda _: case.answer.SerializeToString() if as_bytes else case.answer
    answer = send(gateway, case)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == case.response
    assert backend.last.method == case.method.full_name
    assert same(backend.last.request, case.message)


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("case", read_cases())
def test_protobuf(gateway: GatewayThread, backend: FakeBackend, case: Case, as_bytes: bool) -> None:
    backend.answers[case.method.name] = lambda _: case.answer.SerializeToString() if as_bytes else case.answer
    headers = {"Accept": "application/x-protobuf"}
    options: dict[str, Any] = {}
    if case.body is not None:
        headers["Content-Type"] = "application/x-protobuf"
        options["data"] = case.message.SerializeToString()
    answer = send(gateway, case, headers=headers, **options)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-protobuf"
    assert same(case.method.response_class.FromString(answer.content), case.answer)
    assert same(backend.last.request, case.message)


def test_every_binding_has_a_golden_case() -> None:
    covered = {(case.values[0].method.name, case.values[0].verb) for case in read_cases()}
    expected = {(binding.method.name, binding.verb) for binding in bindings() if binding.method.name not in STREAMED}
    assert covered == expected


def _concrete(path: str) -> str:
    return path.replace("**", "a/b")


@pytest.mark.parametrize("prefix", ["", "/tracking", "/a/b"])
def test_every_path_of_the_alias_table_is_served(serve: Serve, backend: FakeBackend, prefix: str) -> None:
    gateway = serve(static_prefix=prefix)
    backend.streams["GetSeries"] = lambda _: iter(())
    seen = 0
    for verb, path, binding in contract_paths(prefix):
        if binding.method.name == "DownloadArtifact":
            continue
        query = "?run_id=r&metric_key=k" if binding.method.name == "GetMetricHistory" else ""
        headers = {"Content-Type": "application/json"} if verb == "POST" else {}
        answer = gateway.request(verb, _concrete(path), headers=headers, params=query.removeprefix("?") or None)
        assert answer.status_code == 200, (verb, path, answer.text)
        wanted = "GetSeries" if binding.method.name == "GetMetricHistory" else binding.method.name
        assert backend.last.method.endswith("/" + wanted), (verb, path)
        seen += 1
    assert seen > 120


@pytest.mark.parametrize(
    ("path", "prefix", "status"),
    [
        ("/api/2.0/mlflow/runs/get", "", 200),
        ("/ajax-api/2.0/mlflow/runs/get", "", 200),
        ("/api/2.0/preview/mlflow/runs/get", "", 200),
        ("/ajax-api/2.0/preview/mlflow/runs/get", "", 200),
        ("/api/2.0/preview/mlflow/experiments/list", "", 200),
        ("/api/2.0/mlflow-artifacts/artifacts", "", 200),
        ("/ajax-api/2.0/mlflow-artifacts/artifacts", "", 200),
        ("/api/2.0/preview/mlflow-artifacts/artifacts", "", 404),
        ("/api/2.0/mlflow/metrics/get-history-bulk", "", 404),
        ("/ajax-api/2.0/mlflow/metrics/get-history-bulk", "", 200),
        ("/api/2.0/preview/mlflow/metrics/get-history-bulk", "", 404),
        ("/api/2.0/mlflow/metrics/get-history-bulk-interval", "", 200),
        ("/api/1.0/mlflow/runs/get", "", 404),
        ("/p/api/2.0/mlflow/runs/get", "", 404),
        ("/health", "", 200),
        ("/version", "", 200),
        ("/openapi.json", "", 200),
        ("/api/3.0/mlflow/server-info", "", 200),
        ("/ajax-api/3.0/mlflow/server-info", "", 200),
        ("/api/2.0/mlflow/runs/get", "/p", 200),
        ("/p/api/2.0/mlflow/runs/get", "/p", 200),
        ("/p/api/2.0/preview/mlflow/runs/get", "/p", 200),
        ("/p/ajax-api/2.0/mlflow/runs/get", "/p", 200),
        ("/ajax-api/2.0/mlflow/runs/get", "/p", 404),
        ("/p/health", "/p", 200),
        ("/health", "/p", 404),
        ("/p/version", "/p", 200),
        ("/p/metrics", "/p", 200),
        ("/api/3.0/mlflow/server-info", "/p", 200),
        ("/p/ajax-api/3.0/mlflow/server-info", "/p", 200),
        ("/p/p/health", "/p", 404),
    ],
)  # fmt: skip
def test_where_paths_are_served(serve: Serve, path: str, prefix: str, status: int) -> None:
    assert serve(static_prefix=prefix).get(path).status_code == status


def test_ajax_only_calls_exist_in_the_contract() -> None:
    assert {binding.template.text for binding in bindings()} >= AJAX_ONLY
