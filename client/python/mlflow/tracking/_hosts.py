"""Whether running code is a task of the user's own, or the task in which a notebook or console runs a cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_CELL = "<module>"
"""Name of the code of a cell with a top-level await, in notebooks and in ``python -m asyncio``."""

_HOSTS = frozenset({"IPython", "ipykernel", "marimo", "tornado"})
"""Packages whose coroutines run cells."""


def in_users_task() -> bool:
    """Whether the caller runs in an asyncio task which the user's code has started.

    A cell's own task is not one: it ends with the cell, and a run started in it must outlive it.
    """
    loaded = sys.modules.get("asyncio")
    if loaded is None:
        return False
    try:
        task: asyncio.Task[object] | None = loaded.current_task()
    except RuntimeError:
        return False
    return task is not None and not _runs_a_cell(task)


def _runs_a_cell(task: asyncio.Task[object]) -> bool:
    coroutine = task.get_coro()
    code = getattr(coroutine, "cr_code", None)
    if code is not None and code.co_name == _CELL:
        return True
    frame = getattr(coroutine, "cr_frame", None)
    module = "" if frame is None else str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _HOSTS
