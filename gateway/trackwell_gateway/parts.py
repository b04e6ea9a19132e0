"""What the endpoints of one gateway share."""

from __future__ import annotations

from trackwell_gateway.backend import Backend
from trackwell_gateway.bodies import BodyReader
from trackwell_gateway.json_codec import JsonCodec
from trackwell_gateway.limits import GatewayLimits
from trackwell_gateway.quick_reply import QuickReplies


class Parts:
    """One of each for a gateway: nothing of it is global."""

    def __init__(self, backend: Backend, limits: GatewayLimits) -> None:
        self.backend = backend
        self.limits = limits
        self.codec = JsonCodec()
        self.bodies = BodyReader(limits)
        self.replies = QuickReplies()
