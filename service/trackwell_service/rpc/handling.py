"""What a handler is: the few forms in which an rpc is answered, and what handlers work with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from trackwell_service.domain.locations import LocationRules
from trackwell_service.domain.mutations import Mutation
from trackwell_service.domain.validation import TextPolicy
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.snapshots import Snapshots
from trackwell_service.rpc.streams import Receiver, StreamItem
from trackwell_service.stores.roles import Store

Answer = Message | bytes
"""What goes back to the caller: a message, or one that is encoded already."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with. `clock` tells milliseconds since the epoch; ids and names are new at every call."""

    store: Store
    clock: Callable[[], int]
    new_run_id: Callable[[], str]
    new_run_name: Callable[[], str]
    text_policy: TextPolicy
    locations: LocationRules
    snapshots: Snapshots
    """Runs as encoded messages."""
    run_texts: Snapshots
    """Runs as JSON."""


@dataclass(frozen=True, slots=True)
class Read:
    """An rpc that changes nothing. `answer` may wait for a disk: it runs in a thread for reads."""

    answer: Callable[[Any, CallContext], Answer]


@dataclass(frozen=True, slots=True)
class Write:
    """An rpc that changes something.

    `mutation` is quick and runs where the request arrived, `answer` is quick and runs in the writer's thread. When
    the answer must be read from the store, `answer` returns a function which does so in a thread for reads.
    """

    mutation: Callable[[Any, CallContext], Mutation[Any]]
    answer: Callable[[Any, Any], Answer | Callable[[], Answer]]
    """Makes the answer from the mutation and its reply."""


@dataclass(frozen=True, slots=True)
class ServerStream:
    """An rpc with many answers. `items` checks the request before it returns the iterator, which never sleeps."""

    items: Callable[[Any, CallContext], Iterator[StreamItem]]


@dataclass(frozen=True, slots=True)
class ClientStream:
    """An rpc with many requests and one answer."""

    receiver: Callable[[CallContext], Receiver]


Handler = Read | Write | ServerStream | ClientStream

Handlers = Mapping[str, Handler]
"""Handlers by full method name, for example ``/trackwell.v1.RunService/LogMetric``."""
