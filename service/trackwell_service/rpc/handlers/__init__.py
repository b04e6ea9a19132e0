"""One handler for each rpc, in one module a service area: decode, call one operation, encode."""

from __future__ import annotations

from collections.abc import Sequence

from trackwell_service.rpc.handlers import experiments, metrics, runs, streams
from trackwell_service.rpc.handling import Handlers, Services


def tracking_handlers(services: Services) -> Sequence[Handlers]:
    """The handlers of everything but artifacts, as `core.ServiceCore` takes them."""
    return [module.handlers(services) for module in (experiments, runs, metrics, streams)]
