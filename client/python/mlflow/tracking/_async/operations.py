"""What is logged asynchronously: operations, how several become one request, and the handle that callers wait on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_all
from dataclasses import dataclass, field

from mlflow._limits import MAX_ITEMS_PER_BATCH, MAX_PARAMS_PER_BATCH, MAX_TAGS_PER_BATCH


@dataclass(slots=True, eq=False)
class Operation:
    """What one call logs to a run, as much as one request can hold."""

    run_id: str
    request: object
    """The request in the transport's terms (`mlflow._convert.runs.batch`)."""
    param_keys: frozenset[str]
    tag_count: int
    size: int
    """Metrics, params and tags together."""
    done: Future[None] = field(default_factory=Future)
    alone: bool = False
    """Set once a request that held it beside others was refused: now it must be seen which of them was at fault."""

    @property
    def ordered(self) -> bool:
        """Whether it matters in which order it arrives: points carry their own."""
        return bool(self.param_keys or self.tag_count)


class RunOperations:
    """Operations that are under way (rest-facts §12)."""

    def __init__(self, operation_futures: Iterable[Future[None]]) -> None:
        self._futures = list(operation_futures)

    def wait(self) -> None:
        """Returns once every operation is durable. Raises the first failure, after all of them have ended."""
        wait_for_all(self._futures)
        for future in self._futures:
            future.result()


def take_one_request(waiting: deque[Operation], *, unordered_only: bool) -> list[Operation]:
    """Removes from the front of `waiting` what goes into the next request, at least one operation.

    Operations of one run become one request as far as its limits and the ban on a param given twice allow.
    `unordered_only`: only those of which it does not matter in which order they arrive.
    """
    first = waiting.popleft()
    taken = [first]
    if first.alone or (unordered_only and first.ordered):
        return taken
    size, tag_count, param_keys = first.size, first.tag_count, set(first.param_keys)
    while waiting:
        following = waiting[0]
        size, tag_count = size + following.size, tag_count + following.tag_count
        if (
            following.run_id != first.run_id
            or following.alone
            or (unordered_only and following.ordered)
            or size > MAX_ITEMS_PER_BATCH
            or tag_count > MAX_TAGS_PER_BATCH
            or len(param_keys) + len(following.param_keys) > MAX_PARAMS_PER_BATCH
            or not param_keys.isdisjoint(following.param_keys)
        ):
            break
        param_keys |= following.param_keys
        taken.append(waiting.popleft())
    return taken
