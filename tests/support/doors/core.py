"""The in-process door: the rpc core over a store, without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from google.protobuf.message import Message

from support.backends import DEFAULT_ARTIFACT_ROOT
from support.doors.contract import full_method, response_class
from support.errors import ApiError
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.locations import LocationRules
from trackwell_service.domain.run_names import run_name
from trackwell_service.domain.validation import TextPolicy
from trackwell_service.operations.artifacts import ArtifactPlaces
from trackwell_service.rpc.context import CallContext, checked_request_id
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.rpc.handlers import artifacts, tracking_handlers
from trackwell_service.rpc.handling import Services
from trackwell_service.rpc.snapshots import Snapshots, text_snapshots
from trackwell_service.stores.roles import Store


def build_core(
    store: Store,
    *,
    clock: Callable[[], int],
    new_run_id: Callable[[], str],
    truncate_long_values: bool = True,
    places: ArtifactPlaces | None = None,
) -> ServiceCore:
    """The core over a store, with time, ids and names of the test's choice; it serves artifacts if given places."""
    random = Random(0)
    services = Services(
        store=store,
        clock=clock,
        new_run_id=new_run_id,
        new_run_name=lambda: run_name(random),
        text_policy=TextPolicy(truncate_long_values),
        locations=LocationRules(DEFAULT_ARTIFACT_ROOT),
        snapshots=Snapshots(store),
        run_texts=text_snapshots(store),
    )
    artifact_handlers = [] if places is None else [artifacts.handlers(store, places)]
    return ServiceCore(store, [*tracking_handlers(services), *artifact_handlers])


class CoreDoor:
    """Calls the core as the Python client does when it opens a database by itself."""

    def __init__(self, core: ServiceCore) -> None:
        self._core = core

    def call(self, rpc_name: str, request: Message, *, request_id: str | None = None) -> Message:
        """See `Door.call`."""
        try:
            context = CallContext(None if request_id is None else checked_request_id(request_id))
            answer = self._core.call(full_method(rpc_name), request, context)
        except TrackwellError as error:
            raise ApiError(error.code, error.message) from None
        return _parsed(rpc_name, answer)

    def stream(self, rpc_name: str, request: Message) -> Iterator[Message]:
        """See `Door.stream`."""
        try:
            for answer in self._core.blocking_stream(full_method(rpc_name), request, CallContext()):
                yield _parsed(rpc_name, answer)
        except TrackwellError as error:
            raise ApiError(error.code, error.message) from None

    def close(self) -> None:
        """Nothing to hang up."""


def _parsed(rpc_name: str, answer: Message | bytes) -> Message:
    expected = response_class(rpc_name)
    if isinstance(answer, bytes):
        return expected.FromString(answer)
    assert isinstance(answer, expected), (rpc_name, type(answer))
    return answer
