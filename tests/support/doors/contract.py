"""Looks up rpcs by their short name in the generated descriptors."""

from __future__ import annotations

from functools import cache

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2


@cache
def services() -> tuple[ServiceDescriptor, ...]:
    """The services of the contract."""
    files = (experiments_pb2.DESCRIPTOR, runs_pb2.DESCRIPTOR, metrics_pb2.DESCRIPTOR, artifacts_pb2.DESCRIPTOR)
    return tuple(service for file in files for service in file.services_by_name.values())


@cache
def rpc(name: str) -> MethodDescriptor:
    """The rpc of that short name; short names are unique in the contract. Raises KeyError."""
    found = [service.methods_by_name[name] for service in services() if name in service.methods_by_name]
    if len(found) != 1:
        raise KeyError(f"{len(found)} rpcs are called {name!r}")
    return found[0]


def full_method(name: str) -> str:
    """The full gRPC name, for example "/trackwell.v1.RunService/LogMetric"."""
    method = rpc(name)
    return f"/{method.containing_service.full_name}/{method.name}"


def request_class(name: str) -> type[Message]:
    """The class of the rpc's request."""
    return GetMessageClass(rpc(name).input_type)


def response_class(name: str) -> type[Message]:
    """The class of the rpc's response."""
    return GetMessageClass(rpc(name).output_type)
