"""All that this process remembers between calls: URIs, the chosen experiment, active runs, open transports.

Runs are active in a stack for each thread. A task which the user's code started has a stack of its own, which begins as
a copy of that of the thread or task it was started from, so that concurrent tasks do not nest by accident. A forked
child sees its parent's active runs but does not end them; it opens transports of its own.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mlflow import environment_variables as env
from mlflow.tracking._hosts import in_users_task
from mlflow.tracking._termination import before_termination

if TYPE_CHECKING:
    from mlflow._transport.base import Transport
    from mlflow.tracking._async.files import FileQueue
    from mlflow.tracking._async.queue import AsyncQueue


class StackedRun(Protocol):
    """What the stacks know of an active run."""

    ended: bool
    """Set once the run has ended, by whichever thread or task."""

    process_id: int
    """The process that started or resumed it, which ends it at exit."""


TERMINATION_FLUSH_S = 2.0
"""How long a process that is terminated tries to send what is queued, before it is kept on disk."""

FORK_PAUSE_S = 2.0
"""How long a fork waits for open streams to end: a round trip, unless the server does not answer."""

FINISH_PRIORITY = 100
"""Among what multiprocessing calls at a child's end, the greatest first; its own managers and queues are below."""

EndRun = Callable[[StackedRun, str], None]
"""Ends a run with a status and raises nothing."""


class _Process:
    """The state that all threads share."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.tracking_uri: str | None = None
        self.registry_uri: str | None = None
        self.experiment_id: str | None = None
        self.transports: dict[str, tuple[object, Transport]] = {}
        self.outdated: list[Transport] = []
        self.async_queues: dict[str, AsyncQueue] = {}
        self.file_queues: dict[str, FileQueue] = {}
        self.inherited: list[object] = []
        self.open_runs: list[StackedRun] = []
        self.end_run: EndRun | None = None
        self.hooked_in: int | None = None
        """The process whose end is looked after: after a fork, the parent."""
        self.hooked_termination = False


_process = _Process()
_thread = threading.local()
_task_runs: ContextVar[tuple[StackedRun, ...]] = ContextVar("mlflow_active_runs")


def tracking_uri() -> str:
    """The tracking URI in force: set, from the environment, or the folder ./mlruns (rest-facts §11, §15)."""
    chosen = _process.tracking_uri or env.MLFLOW_TRACKING_URI.get()
    return chosen or Path(env.MLFLOW_TRACKING_DIR.get() or "mlruns").absolute().as_uri()


def is_tracking_uri_set() -> bool:
    """Whether a tracking URI was set here or in the environment."""
    return bool(_process.tracking_uri or env.MLFLOW_TRACKING_URI.get())


def set_tracking_uri(uri: str) -> None:
    """Sets the tracking URI for this process and those it starts; the empty text goes back to the default."""
    _process.tracking_uri = uri or None
    if uri:
        env.MLFLOW_TRACKING_URI.set(uri)
    else:
        env.MLFLOW_TRACKING_URI.unset()


def registry_uri() -> str:
    """The registry URI in force: set, from the environment, or the tracking URI."""
    return _process.registry_uri or env.MLFLOW_REGISTRY_URI.get() or tracking_uri()


def set_registry_uri(uri: str) -> None:
    """Sets the registry URI for this process and those it starts; the empty text goes back to the default."""
    _process.registry_uri = uri or None
    if uri:
        env.MLFLOW_REGISTRY_URI.set(uri)
    else:
        env.MLFLOW_REGISTRY_URI.unset()


def experiment_id() -> str | None:
    """The experiment chosen by set_experiment, or None."""
    return _process.experiment_id


def set_experiment_id(chosen: str | None) -> None:
    """Chooses an experiment for this process and those it starts."""
    _process.experiment_id = chosen
    if chosen is not None:
        env.MLFLOW_EXPERIMENT_ID.set(chosen)
        env.MLFLOW_EXPERIMENT_EXPORTED.set(f"{chosen} {env.MLFLOW_EXPERIMENT_NAME.get() or ''}")


def experiment_of_environment() -> tuple[str | None, str | None]:
    """The name and the id by which the environment chooses an experiment.

    Where a parent process exported its choice there is one of them: the name if it was given after that, else the id.
    """
    name, given_id = env.MLFLOW_EXPERIMENT_NAME.get(), env.MLFLOW_EXPERIMENT_ID.get()
    exported_id, _, name_then = (env.MLFLOW_EXPERIMENT_EXPORTED.get() or "").partition(" ")
    if name is None or given_id is None or given_id != exported_id:
        return name, given_id
    return (None, given_id) if name == name_then else (name, None)


def active_runs() -> tuple[StackedRun, ...]:
    """The active runs of this thread or task, the outermost first."""
    runs = _task_runs.get(None)
    if runs is None:
        runs = getattr(_thread, "runs", ())
    if any(run.ended for run in runs):
        return tuple(run for run in runs if not run.ended)
    return runs


def push_run(run: StackedRun, end: EndRun) -> None:
    """Makes a run the innermost active one. `end` will end it when the process exits or is terminated first."""
    with _process.lock:
        _process.open_runs.append(run)
        _process.end_run = end
    _hook()
    if not _process.hooked_termination:
        _process.hooked_termination = before_termination(_kill_runs)
    _set_runs((*active_runs(), run))


def pop_run() -> None:
    """Forgets the innermost active run, which has ended."""
    runs = active_runs()
    if runs:
        drop_run(runs[-1])


def drop_run(run: StackedRun) -> None:
    """Forgets a run which has ended, wherever it stands."""
    run.ended = True
    with _process.lock:
        _process.open_runs = [known for known in _process.open_runs if known is not run]
    _set_runs(active_runs())


def last_active_run_id() -> str | None:
    """The run that was started last in this thread, or None."""
    return getattr(_thread, "last_run_id", None)


def set_last_active_run_id(run_id: str) -> None:
    """Remembers which run this thread started last."""
    _thread.last_run_id = run_id


def transport(uri: str) -> Transport:
    """The transport for a URI, shared by the process; opened anew when settings in the environment have changed.

    The one before is left to the calls that may be under way on it, and closed with the process.
    """
    from mlflow._transport.opening import open_transport, settings_version

    version = settings_version(uri)
    with _process.lock:
        known = _process.transports.get(uri)
        if known is not None:
            if known[0] == version:
                return known[1]
            _process.outdated.append(known[1])
        opened = open_transport(uri)
        _process.transports[uri] = (version, opened)
    _hook()
    return opened


def async_queue(uri: str) -> AsyncQueue:
    """What is logged asynchronously to the service at a URI goes through this queue, shared by the process."""
    known = _process.async_queues.get(uri)
    if known is not None:
        return known
    from mlflow.tracking._async.logging import open_queue

    _hook()
    with _process.lock:
        if uri not in _process.async_queues:
            _process.async_queues[uri] = open_queue(uri, transport)
        return _process.async_queues[uri]


def file_queue(uri: str) -> FileQueue:
    """Files that are logged asynchronously to the service at a URI go through this queue, shared by the process."""
    from mlflow.tracking._async.files import FileQueue

    _hook()
    with _process.lock:
        return _process.file_queues.setdefault(uri, FileQueue())


def flush_async_queues(uri: str | None = None, run_id: str | None = None) -> None:
    """Returns once all that was logged asynchronously has been dealt with: everywhere, or to a run of one service."""
    for queue in _queues(uri):
        queue.flush(run_id)


def _queues(uri: str | None = None) -> list[AsyncQueue | FileQueue]:
    """The queues to one service, or all; no lock is taken, since a signal or a fork may find it held."""
    queues: list[tuple[str, AsyncQueue | FileQueue]] = [*_process.async_queues.items(), *_process.file_queues.items()]
    return [queue for known, queue in queues if uri is None or known == uri]


def _set_runs(runs: tuple[StackedRun, ...]) -> None:
    if _task_runs.get(None) is not None or in_users_task():
        _task_runs.set(runs)
    else:
        _thread.runs = runs


def _hook() -> None:
    """Arranges what happens at exit and after a fork, once there is something to look after."""
    process_id = os.getpid()
    if _process.hooked_in == process_id:
        return
    with _process.lock:
        before, _process.hooked_in = _process.hooked_in, process_id
    if before == process_id:
        return
    _finish_with_multiprocessing()
    if before is not None:
        return  # a fork brought what was registered there
    atexit.register(_finish)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork)


def _finish_with_multiprocessing() -> None:
    """In a child of multiprocessing, which mostly ends without what `atexit` was given."""
    processes, util = sys.modules.get("multiprocessing.process"), sys.modules.get("multiprocessing.util")
    if processes is not None and util is not None and processes.parent_process() is not None:
        util.Finalize(None, _finish, exitpriority=FINISH_PRIORITY)


def _finish() -> None:
    """Sends what is still queued, ends the runs that this process left open, then closes the transports.

    Interrupted, it keeps on disk what is not sent yet, as `_kill_runs` does.
    """
    status = "KILLED"
    try:
        for queue in _queues():
            queue.finish()
        status = "FINISHED"
    finally:
        try:
            for queue in _queues():
                queue.keep_rest()
            _end_open_runs(status)
        finally:
            _close_transports()


def _close_transports() -> None:
    transports, _process.transports = _process.transports, {}
    for opened in (*(opened for _, opened in transports.values()), *_process.outdated):
        with suppress(Exception):
            opened.close()


def _kill_runs() -> None:
    """What SIGTERM does before the process dies of it."""
    for queue in _queues():
        queue.flush(timeout_s=TERMINATION_FLUSH_S)
        queue.keep_rest()
    _end_open_runs("KILLED")


def _end_open_runs(status: str) -> None:
    open_runs, _process.open_runs = _process.open_runs, []
    for run in reversed(open_runs):
        if not run.ended and run.process_id == os.getpid() and _process.end_run is not None:
            _process.end_run(run, status)


def _before_fork() -> None:
    for queue in _queues():
        queue.pause(FORK_PAUSE_S)


def _after_fork_in_parent() -> None:
    for queue in _queues():
        queue.resume()


def _after_fork() -> None:
    """In the child: locks may be held and connections be in use by threads which exist in the parent only."""
    _process.lock = threading.RLock()
    # Kept, because closing or collecting them here would disturb the parent's connections or wait for its threads.
    _process.inherited += (_process.transports, _process.outdated, _process.async_queues, _process.file_queues)
    _process.transports, _process.outdated, _process.async_queues, _process.file_queues = {}, [], {}, {}
    _process.open_runs = []
