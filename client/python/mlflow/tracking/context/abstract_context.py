"""What a provider of context tags is; packages announce theirs by the entry point mlflow.run_context_provider."""

from __future__ import annotations

from abc import ABC, abstractmethod


class RunContextProvider(ABC):
    """Describes one kind of surroundings of a run."""

    @abstractmethod
    def in_context(self) -> bool:
        """Whether the program runs in such surroundings."""

    @abstractmethod
    def tags(self) -> dict[str, str]:
        """Tags that describe them. Only called when `in_context`."""
