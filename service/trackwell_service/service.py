"""Puts the service together: a store, the core over it, and the places of artifacts."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Final
from urllib.parse import unquote, urlsplit

from trackwell_service.config import READ_THREADS, ServiceConfig, file_sync_from_environment
from trackwell_service.domain import locations
from trackwell_service.domain.entities import Run
from trackwell_service.domain.errors import InvalidParameter, NotImplementedHere
from trackwell_service.domain.locations import PROXY_SCHEME, LocationRules
from trackwell_service.domain.run_names import run_name
from trackwell_service.domain.validation import TextPolicy
from trackwell_service.operations.artifacts import ArtifactPlaces
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.rpc.handlers import artifacts, tracking_handlers
from trackwell_service.rpc.handling import Services
from trackwell_service.rpc.snapshots import Snapshots, text_snapshots
from trackwell_service.stores.roles import Page, RunQuery, RunRef, Store
from trackwell_service.stores.uris import DEFAULT_FOLDER, MEMORY_URI, check_store_uri, folder_of

_LOG: Final = logging.getLogger(__name__)

NO_TRACKING: Final = "This server keeps artifacts only (--artifacts-only): it has no experiments and runs."
"""Why a server of artifacts refuses everything else."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is open. `close` it when no call is open any more."""

    core: ServiceCore
    store: Store
    places: ArtifactPlaces
    run_texts: Snapshots | None = None
    """Runs as JSON, which a REST door in this process is given; None where there are no runs."""

    def close(self) -> None:
        """Ends the reads under way, writes what is queued, and releases the store. May be called twice."""
        self.core.close()
        self.store.close()


def clock_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def open_store(
    uri: str,
    *,
    rules: LocationRules,
    clock: Callable[[], int] = clock_ms,
    reads_at_once: int = READ_THREADS,
    echo_statements: bool = False,
    sync_files: bool | None = None,
) -> Store:
    """The store at `uri`, made if it is new. Raises InvalidParameter, DataLoss and TemporarilyUnavailable."""
    checked = check_store_uri(uri)
    if checked == MEMORY_URI:
        return _memory_store(rules, clock)
    folder = folder_of(checked)
    # Only the kind of store that is asked for is loaded: each of them takes a fifteenth of a start.
    if folder is not None:
        from trackwell_service.stores.file import open_file_store  # noqa: PLC0415 - see the comment

        return open_file_store(
            folder,
            default_artifact_location=rules.of_new_experiment,
            clock=clock,
            sync=file_sync_from_environment() if sync_files is None else sync_files,
        )
    from trackwell_service.stores.sql import open_sql_store  # noqa: PLC0415 - see the comment

    return open_sql_store(
        checked,
        default_artifact_location=rules.of_new_experiment,
        clock=clock,
        read_pool_size=reads_at_once,
        on_write_statement=_log_statement if echo_statements else None,
        on_read_statement=_log_statement if echo_statements else None,
    )


def _memory_store(rules: LocationRules, clock: Callable[[], int]) -> Store:
    from trackwell_service.stores.memory import open_memory_store  # noqa: PLC0415 - see `open_store`

    return open_memory_store(default_artifact_location=rules.of_new_experiment(0), clock=clock)


def _log_statement(sql: str) -> None:
    """Above the level that the command shows, as whoever asked for it wants to see it."""
    _LOG.warning("SQL: %s", sql)


def open_service(config: ServiceConfig) -> Service:
    """Everything behind the doors. Raises what `open_store` raises, and InvalidParameter for artifact locations."""
    rules = location_rules(config)
    proxy_root = _folder(config.artifacts_destination) if config.serve_artifacts else None
    places = ArtifactPlaces(proxy_root, tuple(Path(root) for root in rules.local_roots))
    if config.artifacts_only:
        return _artifacts_only(config, rules, places)
    store = open_store(
        config.backend_store_uri,
        rules=rules,
        reads_at_once=config.read_threads,
        echo_statements=config.echo_statements,
        sync_files=config.sync_files,
    )
    services = Services(
        store=store,
        clock=clock_ms,
        new_run_id=lambda: uuid.uuid4().hex,
        new_run_name=partial(run_name, SystemRandom()),
        text_policy=TextPolicy(config.truncate_long_values),
        locations=rules,
        snapshots=Snapshots(store),
        run_texts=text_snapshots(store),
    )
    handlers = [*tracking_handlers(services), artifacts.handlers(store, places)]
    core = ServiceCore(store, handlers, read_threads=config.read_threads)
    return Service(core, store, places, services.run_texts)


def _artifacts_only(config: ServiceConfig, rules: LocationRules, places: ArtifactPlaces) -> Service:
    """The artifact proxy alone. What needs experiments or runs is refused; there is no store behind it."""
    nothing = _memory_store(rules, clock_ms)
    handlers = artifacts.handlers(_NoRuns(), places)
    core = ServiceCore(nothing, [handlers], read_threads=config.read_threads, unserved=NO_TRACKING)
    return Service(core, nothing, places)


class _NoRuns:
    """The runs of a server that keeps none (`stores.roles.RunReader`)."""

    def find_runs(self, query: RunQuery) -> Page[RunRef]:
        raise NotImplementedHere(NO_TRACKING)

    def run_refs(self, run_ids: Sequence[str]) -> Mapping[str, RunRef]:
        raise NotImplementedHere(NO_TRACKING)

    def load_runs(self, run_ids: Sequence[str]) -> Mapping[str, Run]:
        raise NotImplementedHere(NO_TRACKING)


def location_rules(config: ServiceConfig) -> LocationRules:
    """Where new experiments keep their artifacts, and which locations callers may name (rest-facts §9)."""
    # Who may name any place may name it from where he stands, as with every path that he gives to his own process.
    working_folder = str(Path.cwd()) if config.any_location else None
    if config.default_artifact_root is None and config.serve_artifacts:
        return LocationRules(
            f"{PROXY_SCHEME}:/",
            any_location=config.any_location,
            working_folder=working_folder,
            max_chars=config.artifact_location_max_chars,
        )
    given = config.default_artifact_root or _beside_the_store(config.backend_store_uri)
    if ":" not in given.partition("/")[0]:
        # A path, which an operator may write as he likes: from where he stands, and with ".." in it.
        given = os.path.normpath(Path(given).absolute())
    canonical, _, folder = locations.parse(given, "default_artifact_root")
    return LocationRules(
        canonical,
        local_roots=() if folder is None else (folder,),
        any_location=config.any_location,
        working_folder=working_folder,
        max_chars=config.artifact_location_max_chars,
    )


def _beside_the_store(uri: str) -> str:
    """Artifacts of a directory store lie in the folders of its runs, named as other versions name them (§10)."""
    folder = folder_of(uri)
    return DEFAULT_FOLDER if folder is None else Path(os.path.normpath(Path(folder).absolute())).as_uri()


def _folder(destination: str) -> Path:
    """The local folder that a path or a `file:` URI names. Raises InvalidParameter for anything else."""
    parts = urlsplit(destination)
    if parts.scheme == "":
        return Path(destination).absolute()
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return Path(unquote(parts.path))
    raise InvalidParameter(
        f"{destination[:200]!r} is no artifacts destination: give a folder, for example ./mlartifacts. To have clients "
        f"write to an object store themselves, give its URI as --default-artifact-root."
    )
