"""The tables of docs/rest.md that follow from the contract: endpoints and error codes.

`python tests/support/rest_tables.py` writes them into the page; a test holds the page to them.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.rpc import code_pb2

from trackwell.v1 import errors_pb2
from trackwell_gateway.aliases import AJAX_ONLY
from trackwell_gateway.descriptors import Binding, bindings, descriptor_of, is_raw_body, is_repeated, is_required
from trackwell_gateway.errors import HTTP_STATUSES

PAGE: Final = Path(__file__).parents[2] / "docs" / "rest.md"
GROUPS: Final = {
    "ExperimentService": "Experiments",
    "RunService": "Runs",
    "MetricService": "Metrics",
    "ArtifactService": "Artifacts",
}
_TYPES: Final = {
    FieldDescriptor.TYPE_STRING: "",
    FieldDescriptor.TYPE_DOUBLE: " double",
    FieldDescriptor.TYPE_INT32: " int32",
    FieldDescriptor.TYPE_INT64: " int64",
    FieldDescriptor.TYPE_BOOL: " bool",
    FieldDescriptor.TYPE_ENUM: " enum",
}


def endpoint_tables() -> str:
    """One table for each service: call, what it does, what it takes and answers."""
    descriptions = _descriptions()
    parts: list[str] = []
    for service, group in groupby(bindings(), lambda binding: binding.method.service):
        parts += [f"### {GROUPS[service]}", "", "| call | takes | answers |", "|---|---|---|"]
        by_method = {name: list(found) for name, found in groupby(group, lambda binding: binding.method.name)}
        for name, forms in by_method.items():
            calls = "<br>".join(f"`{form.verb} {_path(form)}`" for form in forms)
            parts.append(f"| {calls}<br>{descriptions[name]} | {_taken(forms[0])} | {_answered(forms[0])} |")
        parts.append("")
    return "\n".join(parts).rstrip()


def error_table() -> str:
    """Every error code with its status."""
    lines = ["| `error_code` | HTTP | gRPC |", "|---|---|---|"]
    for value in errors_pb2.Error.Code.DESCRIPTOR.values:
        if value.number:
            mapping = value.GetOptions().Extensions[errors_pb2.error_mapping]
            grpc_name = code_pb2.Code.Name(mapping.grpc_code)
            lines.append(f"| `{value.name}` | {HTTP_STATUSES[value.name]} | {grpc_name} |")
    return "\n".join(lines)


TABLES: Final = {"endpoints": endpoint_tables, "errors": error_table}


def with_tables(page: str) -> str:
    """The page with its generated parts renewed."""
    for name, build in TABLES.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, begun, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        if not begun or not ended or begin in after:
            raise ValueError(f"docs/rest.md needs one part from {begin} to {end}.")
        page = f"{before}{begin}\n{build()}\n{end}{after}"
    return page


def _descriptions() -> dict[str, str]:
    document = json.loads(resources.files("trackwell.v1").joinpath("openapi.json").read_text())
    found: dict[str, str] = {}
    for path in document["paths"].values():
        for operation in path.values():
            sentence = re.split(r"(?<=\.)\s", operation["description"].replace("\n", " "), maxsplit=1)[0]
            found[operation["operationId"].split("_")[1]] = sentence
    return found


def _path(binding: Binding) -> str:
    text = binding.template.text
    if text in AJAX_ONLY:
        return text.replace("/api/", "/ajax-api/", 1)
    variable = binding.template.variables[0].field_path[0] if binding.template.variables else ""
    return (
        text.removeprefix("/api/2.0/mlflow/")
        .replace("/api/2.0/mlflow-artifacts", "mlflow-artifacts")
        .replace("**", f"<{variable}>")
    )


def _taken(binding: Binding) -> str:
    captured = {variable.field_path[0] for variable in binding.template.variables}
    request = descriptor_of(binding.method.request_class)
    if _is_file(binding):
        return "the file as the body, any content type"
    if binding.response_body:
        return "headers `Range`, `If-Range`, `If-None-Match`"
    return _fields(request, captured, depth=3) or "-"


def _is_file(binding: Binding) -> bool:
    """Whether the body of a request is a file, as it is."""
    return binding.body not in ("", "*") and is_raw_body(descriptor_of(binding.method.request_class), binding.body)


def _answered(binding: Binding) -> str:
    if binding.response_body:
        return "the file"
    if _is_file(binding):
        return "`{}`"  # A request carries one file: of several the answer tells how many.
    return _fields(descriptor_of(binding.method.response_class), set(), depth=1) or "`{}`"


def _fields(message: Descriptor, without: set[str], depth: int) -> str:
    return ", ".join(_field(field, depth) for field in message.fields if field.name not in without)


def _field(field: FieldDescriptor, depth: int) -> str:
    name = f"**{field.name}**" if is_required(field) else field.name
    kind: Any = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        return f"{name} {{name: text}}"
    if kind is None:
        text = name + _TYPES[field.type]
    elif depth > 1:
        text = f"{name} {{{_fields(kind, set(), depth - 1)}}}"
    else:
        text = f"{name} {kind.name}"
    return text + (" []" if is_repeated(field) else "")


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
