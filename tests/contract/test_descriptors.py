"""What every element of the contract must have: a comment, a place on REST or a reason, statuses, a type in Python."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from google.protobuf.descriptor import EnumValueDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, MethodOptions
from google.rpc import code_pb2

from codegen.comments import comments_of
from codegen.openapi import bindings, openapi_json, verb_and_path
from trackwell.v1 import errors_pb2

# Streams and columns have no place in plain HTTP requests and JSON.
GRPC_ONLY = {
    "trackwell.v1.ArtifactService.DownloadArtifacts",
    "trackwell.v1.MetricService.GetSeries",
    "trackwell.v1.MetricService.LogSeries",
    "trackwell.v1.RunService.LogStream",
    "trackwell.v1.RunService.Watch",
}
# HTTP statuses which clients retry (rest-facts §1): an error that lasts must have none of them.
RETRIED_STATUSES = {408, 429, 500, 502, 503, 504}
LASTING = {
    "INVALID_PARAMETER_VALUE",
    "RESOURCE_ALREADY_EXISTS",
    "BAD_REQUEST",
    "RESOURCE_DOES_NOT_EXIST",
    "ENDPOINT_NOT_FOUND",
    "CUSTOMER_UNAUTHORIZED",
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "NOT_IMPLEMENTED",
}


def test_every_element_has_a_comment(own_files: list[FileDescriptorProto]) -> None:
    comments = {name: text for file in own_files for name, text in comments_of(file).items()}
    assert len(comments) > 300, "the descriptor set carries no source info"
    assert [name for name, text in comments.items() if not text] == []


def test_comments_are_sentences(own_files: list[FileDescriptorProto]) -> None:
    comments = {name: text for file in own_files for name, text in comments_of(file).items()}
    assert [name for name, text in comments.items() if not text.rstrip("`").endswith((".", ":", "…"))] == []


def test_every_rpc_is_on_rest_or_listed_as_grpc_only(own_files: list[FileDescriptorProto]) -> None:
    without_rest = {
        f"{file.package}.{service.name}.{method.name}"
        for file in own_files
        for service in file.service
        for method in service.method
        if not list(bindings(method))
    }
    assert without_rest == GRPC_ONLY


def test_rest_bindings_and_retry_safety_are_the_reviewed_ones(own_files: list[FileDescriptorProto]) -> None:
    """golden/rpcs.txt is the whole surface on one page; a change there is a change of what clients may call."""
    lines: list[str] = []
    for file in own_files:
        for service in file.service:
            for method in service.method:
                shape = f"{'stream ' * method.client_streaming}-> {'stream ' * method.server_streaming}".strip()
                safety = MethodOptions.IdempotencyLevel.Name(method.options.idempotency_level)
                lines.append(f"{file.package}.{service.name}/{method.name} {shape} {safety}")
                for rule in bindings(method):
                    verb, path = verb_and_path(rule)
                    body = f" body={rule.body}" if rule.body else ""
                    lines.append(f"    {verb.upper()} {path}{body}")
    golden = Path(__file__).with_name("golden") / "rpcs.txt"
    assert "\n".join(lines) + "\n" == golden.read_text(encoding="utf-8")


def test_no_two_rpcs_share_a_method_and_path(own_files: list[FileDescriptorProto]) -> None:
    places = Counter(
        (verb, re.sub(r"\{[^}=]+", "{", path))
        for file in own_files
        for service in file.service
        for method in service.method
        for verb, path in map(verb_and_path, bindings(method))
    )
    assert [place for place, count in places.items() if count > 1] == []


def test_get_bindings_have_no_body_and_read_only(own_files: list[FileDescriptorProto]) -> None:
    for file in own_files:
        for service in file.service:
            for method in service.method:
                for rule in bindings(method):
                    verb, path = verb_and_path(rule)
                    if verb == "get":
                        assert not rule.body, path
                        assert method.options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS, path


@pytest.mark.parametrize("value", list(errors_pb2.Error.Code.DESCRIPTOR.values), ids=lambda value: str(value.name))
def test_every_error_code_has_its_statuses(value: EnumValueDescriptor) -> None:
    mapping = value.GetOptions().Extensions[errors_pb2.error_mapping]
    assert code_pb2.Code.Name(mapping.grpc_code) not in {"OK", "CANCELLED"}
    assert 400 <= mapping.http_status <= 599
    if value.name in LASTING:
        assert mapping.http_status not in RETRIED_STATUSES


def test_python_stubs_hold_the_committed_contract(own_files: list[FileDescriptorProto]) -> None:
    for file in own_files:
        module = importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
        held = FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        committed = FileDescriptorProto()
        committed.CopyFrom(file)
        committed.ClearField("source_code_info")
        for descriptor in (held, committed):
            descriptor.ClearField("syntax")
        assert held == committed, file.name


def test_openapi_is_that_of_the_contract(root: Path, descriptors: FileDescriptorSet) -> None:
    committed = (root / "gen" / "openapi" / "openapi.json").read_text(encoding="utf-8")
    assert openapi_json(descriptors, json.loads(committed)["info"]["version"]) == committed
    packaged = root / "gen" / "python" / "trackwell" / "v1" / "openapi.json"
    assert packaged.read_text(encoding="utf-8") == committed
