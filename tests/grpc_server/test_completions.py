"""Results of other threads reach the loop: all of them, in each thread's order, with few wake-ups."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any

import pytest

from trackwell_service.rpc.completions import Completions


async def test_every_result_of_every_thread_arrives_in_its_order() -> None:
    completions = Completions(asyncio.get_running_loop())
    threads, results = 8, 2000
    seen: list[list[int]] = [[] for _ in range(threads)]
    complete = asyncio.Event()

    def arrived(thread: int, number: int) -> None:
        seen[thread].append(number)
        if sum(map(len, seen)) == threads * results:
            complete.set()

    def work(thread: int) -> None:
        for number in range(results):
            completions.put(partial(arrived, thread), number)

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    async with asyncio.timeout(60):
        await complete.wait()
    for worker in workers:
        worker.join()
    assert seen == [list(range(results))] * threads


async def test_results_that_come_together_wake_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    wake_ups: list[Any] = []
    call_soon = loop.call_soon_threadsafe

    def counted(run: Any) -> asyncio.Handle:
        wake_ups.append(run)
        return call_soon(run)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    completions = Completions(loop)
    arrived: list[int] = []
    for number in range(100):
        completions.put(arrived.append, number)
    await asyncio.sleep(0)
    assert arrived == list(range(100))
    assert len(wake_ups) == 1


def test_results_for_a_loop_that_has_ended_are_dropped() -> None:
    loop = asyncio.new_event_loop()
    completions = Completions(loop)
    loop.close()
    arrived: list[int] = []
    completions.put(arrived.append, 1)
    completions.put(arrived.append, 2)
    assert arrived == []
