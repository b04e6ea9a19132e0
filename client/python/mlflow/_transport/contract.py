"""The rpcs of the contract as its descriptors tell them: HTTP binding, and whether a call may simply be sent again."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from urllib.parse import quote

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2

_VARIABLE = re.compile(r"\{(\w+)(?:=\*\*)?\}")


@dataclass(frozen=True, slots=True)
class HttpBinding:
    """The documented REST form of an rpc. `body` is "*", the name of one field, or empty for none."""

    verb: str
    template: str
    body: str
    response_body: str

    @property
    def path_fields(self) -> tuple[str, ...]:
        """Names of the fields that are part of the path."""
        return tuple(_VARIABLE.findall(self.template))

    def path(self, values: dict[str, str]) -> str:
        """The path with its variables filled in and percent-encoded; slashes within a value stay."""
        return _VARIABLE.sub(lambda match: quote(values[match.group(1)], safe="/"), self.template)


@dataclass(frozen=True, slots=True)
class Rpc:
    """One rpc. `repeatable` means that calling it twice is the same as once, without any request id."""

    repeatable: bool
    http: HttpBinding | None


@functools.cache
def rpcs() -> dict[str, Rpc]:
    """Every rpc of the contract by its full gRPC name."""
    files = (artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2)
    return {
        f"/{service.full_name}/{method.name}": _rpc(method)
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }


def _rpc(method: MethodDescriptor) -> Rpc:
    options = method.GetOptions()
    rule = options.Extensions[annotations_pb2.http] if options.HasExtension(annotations_pb2.http) else None
    return Rpc(
        repeatable=options.idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN,
        http=None if rule is None else _binding(rule),
    )


def _binding(rule: http_pb2.HttpRule) -> HttpBinding:
    verb = rule.WhichOneof("pattern")
    if verb is None or verb == "custom":
        raise ValueError(f"an HTTP rule without a plain verb: {rule}")
    return HttpBinding(verb.upper(), str(getattr(rule, verb)), rule.body, rule.response_body)
