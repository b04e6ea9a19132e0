"""Asks every provider of context tags, our own first and then those that other packages bring."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Any, cast

from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.tracking.context.default_context import DefaultRunContext
from mlflow.tracking.context.environment_context import EnvironmentRunContext
from mlflow.tracking.context.git_context import GitRunContext
from mlflow.tracking.context.notebook_context import NotebookRunContext

ENTRY_POINT_GROUP = "mlflow.run_context_provider"

_logger = logging.getLogger(__name__)


def resolve_tags(tags: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The tags that describe this program, with `tags` in the place of those that both name."""
    found: dict[str, Any] = {}
    for provider in _providers():
        try:
            if provider.in_context():
                found.update(provider.tags())
        except Exception as error:  # noqa: BLE001 - whatever a provider does wrong, the run is started
            _logger.warning("The context provider %s failed: %s", type(provider).__name__, error)
    return {**found, **(tags or {})}


def _providers() -> list[RunContextProvider]:
    own: list[RunContextProvider] = [
        DefaultRunContext(),
        NotebookRunContext(),
        GitRunContext(),
        EnvironmentRunContext(),
    ]
    return [*own, *_installed()]


@functools.cache  # looking through all installed packages takes tens of milliseconds
def _entry_points() -> tuple[metadata.EntryPoint, ...]:
    return tuple(metadata.entry_points(group=ENTRY_POINT_GROUP))


def _installed() -> list[RunContextProvider]:
    made = []
    for entry_point in _entry_points():
        try:
            made.append(cast("Callable[[], RunContextProvider]", entry_point.load())())
        except Exception as error:  # noqa: BLE001 - a broken plugin must not keep runs from being started
            _logger.warning("The context provider %s cannot be loaded: %s", entry_point.name, error)
    return made
