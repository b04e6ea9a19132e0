"""Puts the service together: a store, the core over it, and the places of artifacts."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Final
from urllib.parse import unquote, urlsplit

from trackwell_service.config import ServiceConfig
from trackwell_service.domain import locations
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.locations import PROXY_SCHEME, LocationRules
from trackwell_service.domain.run_names import run_name
from trackwell_service.domain.validation import TextPolicy
from trackwell_service.operations.artifacts import ArtifactPlaces
from trackwell_service.rpc.core import ServiceCore
from trackwell_service.rpc.handlers import artifacts, tracking_handlers
from trackwell_service.rpc.handling import Services
from trackwell_service.rpc.snapshots import Snapshots
from trackwell_service.stores.memory.store import open_memory_store
from trackwell_service.stores.roles import Store
from trackwell_service.stores.sql import open_sql_store
from trackwell_service.stores.uris import MEMORY_URI, check_store_uri

LOCAL_RUNS: Final = "./mlruns"
"""Where artifacts go when clients write them themselves and nobody says where: the documented default."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is open. `close` it when no call is open any more."""

    core: ServiceCore
    store: Store
    places: ArtifactPlaces

    def close(self) -> None:
        """Ends the reads under way, writes what is queued, and releases the store. May be called twice."""
        self.core.close()
        self.store.close()


def clock_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def open_store(uri: str, *, rules: LocationRules, clock: Callable[[], int] = clock_ms) -> Store:
    """The store at `uri`, made if it is new. Raises InvalidParameter, DataLoss and TemporarilyUnavailable."""
    checked = check_store_uri(uri)
    if checked == MEMORY_URI:
        return open_memory_store(default_artifact_location=rules.of_new_experiment(0), clock=clock)
    return open_sql_store(checked, default_artifact_location=rules.of_new_experiment, clock=clock)


def open_service(config: ServiceConfig) -> Service:
    """Everything behind the doors. Raises what `open_store` raises, and InvalidParameter for artifact locations."""
    rules = location_rules(config)
    proxy_root = _folder(config.artifacts_destination) if config.serve_artifacts else None
    places = ArtifactPlaces(proxy_root, tuple(Path(root) for root in rules.local_roots))
    store = open_store(config.backend_store_uri, rules=rules)
    services = Services(
        store=store,
        clock=clock_ms,
        new_run_id=lambda: uuid.uuid4().hex,
        new_run_name=partial(run_name, SystemRandom()),
        text_policy=TextPolicy(config.truncate_long_values),
        locations=rules,
        snapshots=Snapshots(store),
    )
    handlers = [*tracking_handlers(services), artifacts.handlers(store, places)]
    core = ServiceCore(store, handlers, read_threads=config.read_threads)
    return Service(core, store, places)


def location_rules(config: ServiceConfig) -> LocationRules:
    """Where new experiments keep their artifacts, and which locations callers may name (rest-facts §9)."""
    # Who may name any place may name it from where he stands, as with every path that he gives to his own process.
    working_folder = str(Path.cwd()) if config.any_location else None
    if config.default_artifact_root is None and config.serve_artifacts:
        return LocationRules(f"{PROXY_SCHEME}:/", any_location=config.any_location, working_folder=working_folder)
    given = config.default_artifact_root or LOCAL_RUNS
    if ":" not in given.partition("/")[0]:
        # A path, which an operator may write as he likes: from where he stands, and with ".." in it.
        given = os.path.normpath(Path(given).absolute())
    canonical, _, folder = locations.parse(given, "default_artifact_root")
    return LocationRules(
        canonical,
        local_roots=() if folder is None else (folder,),
        any_location=config.any_location,
        working_folder=working_folder,
    )


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
