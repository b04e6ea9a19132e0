"""Writes the OpenAPI 3.1 description of the REST door: every rpc with a `google.api.http` annotation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from google.api import annotations_pb2
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorSet, MethodDescriptorProto, MethodOptions

from codegen.schemas import Contract, Json, Schemas, is_required
from trackwell_gateway.aliases import paths_of

PACKAGE = "trackwell.v1"
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_DESCRIPTION = """\
Experiments, runs, metrics and artifacts over HTTP. Derived from the protobuf contract; the same calls exist over gRPC.

Names are snake_case. 64-bit integers are JSON numbers; requests may also give them as decimal strings.
Absent fields and empty lists are left out of answers. Every path below `/api/` is also served below `/ajax-api/`, and
every JSON body may be sent and received as `application/x-protobuf` instead.
Routes that are no rpc (`/health`, `/version`, `/get-artifact`) are in docs/rest.md."""
_REQUEST_ID: Json = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "Chosen by the caller. A repeated call with the same id is answered as the first time.",
    "schema": {"type": "string", "pattern": "^[ -~]{1,128}$"},
}


def openapi_json(descriptors: FileDescriptorSet, version: str) -> str:
    """Return the document; `version` is the distribution's."""
    contract = Contract(descriptors, PACKAGE)
    schemas = Schemas(contract)
    paths: dict[str, Json] = {}
    for service in contract.services:
        for method in service.method:
            full_name = f"{PACKAGE}.{service.name}.{method.name}"
            for index, rule in enumerate(bindings(method)):
                verb, template = verb_and_path(rule)
                operation = _operation(contract, schemas, method, rule)
                operation["operationId"] = f"{service.name}_{method.name}{index + 1 if index else ''}"
                operation["tags"] = [service.name]
                operation["description"] = contract.comment(full_name)
                paths.setdefault(_served_at(template), {})[verb] = operation
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Trackwell",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [
            {"name": service.name, "description": contract.comment(f"{PACKAGE}.{service.name}")}
            for service in contract.services
        ],
        "paths": paths,
        "components": {
            "responses": {
                "Error": {
                    "description": "The call was refused; nothing of it was stored.",
                    "content": {"application/json": {"schema": schemas.reference(f"{PACKAGE}.Error")}},
                }
            },
            "schemas": schemas.collected(),
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def bindings(method: MethodDescriptorProto) -> Iterator[HttpRule]:
    """Yield the HTTP bindings of an rpc, its first one first; none for an rpc that is gRPC only."""
    if method.options.HasExtension(annotations_pb2.http):
        rule = method.options.Extensions[annotations_pb2.http]
        yield rule
        yield from rule.additional_bindings


def verb_and_path(rule: HttpRule) -> tuple[str, str]:
    """Return a binding's HTTP method in lower case and its path template."""
    verb = rule.WhichOneof("pattern")
    if verb is None or verb == "custom":
        raise ValueError(f"Not a binding of one of the five HTTP methods: {rule}")
    return verb, getattr(rule, verb)


def _served_at(template: str) -> str:
    """Return the first path at which the gateway serves a binding: a few are only where browsers ask."""
    return re.sub(r"\{([^}=]+)=[^}]*\}", r"{\1}", next(paths_of(template, static_prefix="")))


def _operation(contract: Contract, schemas: Schemas, method: MethodDescriptorProto, rule: HttpRule) -> Json:
    name = contract.input_of(method)
    _, template = verb_and_path(rule)
    in_path = {match[1]: match[2] for match in re.finditer(r"\{([^}=]+)(=[^}]*)?\}", template)}
    parameters: list[Json] = []
    for field in contract.messages[name].field:
        schema = schemas.field(name, field) if field.name != rule.body else {}
        if field.name in in_path:
            if in_path[field.name] == "=**":
                schema["description"] += " May span several segments: its slashes are not escaped."
            parameters.append(_parameter("path", field.name, schema, required=True))
        elif field.type == FieldDescriptorProto.TYPE_MESSAGE:
            continue  # A query parameter cannot carry a message (google.api.http): the field is for gRPC.
        elif not rule.body or rule.body not in ("*", field.name):
            parameters.append(_parameter("query", field.name, schema, required=is_required(field)))
    if method.options.idempotency_level == MethodOptions.IDEMPOTENCY_UNKNOWN:
        parameters.append(_REQUEST_ID)
    operation: Json = {}
    if parameters:
        operation["parameters"] = parameters
    if rule.body == "*":
        body = schemas.message(name, without=in_path) if in_path else schemas.reference(name)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif rule.body:
        operation["requestBody"] = {"required": True, "content": _BYTES}
    answer = contract.output_of(method)
    operation["responses"] = {
        "200": {
            "description": contract.comment(answer),
            "content": _BYTES if rule.response_body else {"application/json": {"schema": schemas.reference(answer)}},
        },
        "default": {"$ref": "#/components/responses/Error"},
    }
    return operation


def _parameter(where: str, name: str, schema: Json, *, required: bool) -> Json:
    parameter: Json = {"name": name, "in": where, "description": schema.pop("description"), "schema": schema}
    if required:
        parameter["required"] = True
    return parameter
