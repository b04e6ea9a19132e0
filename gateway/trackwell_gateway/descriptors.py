"""Reads the contract from its descriptors: every method with its message classes, REST bindings and required fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from google.api import annotations_pb2, field_behavior_pb2, http_pb2, httpbody_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2
from trackwell_gateway.httprule import Template, parse_template

_FILES: Final = (
    experiments_pb2.DESCRIPTOR,
    runs_pb2.DESCRIPTOR,
    metrics_pb2.DESCRIPTOR,
    artifacts_pb2.DESCRIPTOR,
)
_LABEL_REPEATED: Final = 3


class ContractError(ValueError):
    """An annotation of the contract that names a field which is not there."""


@dataclass(frozen=True, slots=True)
class Method:
    """One rpc of the contract."""

    full_name: str
    """As gRPC spells it: `/trackwell.v1.RunService/LogMetric`."""
    service: str
    name: str
    request_class: type[Message]
    response_class: type[Message]
    takes_stream: bool
    returns_stream: bool
    required_fields: tuple[str, ...]
    """Names of the request's top-level fields that must be given, in the contract's order."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One REST form of one rpc."""

    method: Method
    verb: str
    """GET, POST, PUT, DELETE or PATCH."""
    template: Template
    body: str
    """`*`: every field not in the path comes from the body; a field's name: only that one; empty: there is no body."""
    response_body: str
    """Name of the answer's field that is the HTTP body; empty: the whole answer."""


def descriptor_of(message_class: type[Message]) -> Descriptor:
    """The descriptor of a message class. protobuf's two implementations have a type each, of the same shape."""
    return cast("Descriptor", message_class.DESCRIPTOR)


def is_repeated(field: FieldDescriptor) -> bool:
    """Whether the field is a list or a map. protobuf 4 has only `label`, protobuf 7 only `is_repeated`."""
    known = getattr(field, "is_repeated", None)
    return bool(known) if known is not None else getattr(field, "label") == _LABEL_REPEATED  # noqa: B009  # absent from newer stubs


def is_required(field: FieldDescriptor) -> bool:
    """Whether the contract marks the field as required."""
    return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]


def message_class(descriptor: Descriptor) -> type[Message]:
    """The generated class of a message type."""
    return message_factory.GetMessageClass(descriptor)


def is_raw_body(message_type: Descriptor, field_name: str) -> bool:
    """Whether the field carries raw bytes instead of JSON: a `google.api.HttpBody`."""
    field = message_type.fields_by_name[field_name]
    return field.message_type is not None and field.message_type.full_name == httpbody_pb2.HttpBody.DESCRIPTOR.full_name


def methods() -> Iterator[tuple[Method, MethodDescriptor]]:
    """Every rpc of the contract with its descriptor, in the contract's order."""
    for file in _FILES:
        for service in file.services_by_name.values():
            for rpc in service.methods:
                yield _method(rpc), rpc


def bindings() -> Iterator[Binding]:
    """Every REST form of every rpc; an rpc without annotation has none."""
    for method, rpc in methods():
        options = rpc.GetOptions()
        if options.HasExtension(annotations_pb2.http):
            rule = options.Extensions[annotations_pb2.http]
            yield _binding(method, rule)
            for additional in rule.additional_bindings:
                yield _binding(method, additional)


def _method(rpc: MethodDescriptor) -> Method:
    service = rpc.containing_service
    return Method(
        full_name=f"/{service.full_name}/{rpc.name}",
        service=service.name,
        name=rpc.name,
        request_class=message_class(rpc.input_type),
        response_class=message_class(rpc.output_type),
        takes_stream=rpc.client_streaming,
        returns_stream=rpc.server_streaming,
        required_fields=tuple(field.name for field in rpc.input_type.fields if is_required(field)),
    )


def _binding(method: Method, rule: http_pb2.HttpRule) -> Binding:
    pattern = rule.WhichOneof("pattern")
    if pattern is None or pattern == "custom":
        raise ContractError(f"{method.full_name}: the annotation needs get, put, post, delete or patch.")
    template = parse_template(getattr(rule, pattern))
    _check_fields(method, template, rule)
    return Binding(method, pattern.upper(), template, rule.body, rule.response_body)


def _check_fields(method: Method, template: Template, rule: http_pb2.HttpRule) -> None:
    request, response = descriptor_of(method.request_class), descriptor_of(method.response_class)
    for variable in template.variables:
        if len(variable.field_path) != 1 or variable.field_path[0] not in request.fields_by_name:
            name = ".".join(variable.field_path)
            raise ContractError(f"{method.full_name}: path variable '{name}' is no top-level field of {request.name}.")
    if rule.body not in ("", "*") and rule.body not in request.fields_by_name:
        raise ContractError(f"{method.full_name}: body '{rule.body}' is no field of {request.name}.")
    if rule.response_body and rule.response_body not in response.fields_by_name:
        raise ContractError(f"{method.full_name}: response_body '{rule.response_body}' is no field of {response.name}.")
