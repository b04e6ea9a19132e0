"""What every kind of dataset has: name, digest, source, schema and profile."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from mlflow.data.sources import DatasetSource, resolved
from mlflow.entities import Dataset as DatasetEntity

DEFAULT_NAME = "dataset"


class Dataset(ABC):
    """A dataset. Two with the same name and digest are the same one to an experiment."""

    def __init__(self, source: object = None, name: str | None = None, digest: str | None = None) -> None:
        """`source`: a path, a URI, or None for the code that runs now. The digest is computed unless it is given."""
        self._name = name
        self._digest = digest
        self._source = resolved(source)

    @property
    def name(self) -> str:
        """What it is called; "dataset" unless it was given a name."""
        return self._name if self._name is not None else DEFAULT_NAME

    @cached_property
    def digest(self) -> str:
        """A short text that differs where the content differs, as far as `_compute_digest` looks."""
        return self._digest if self._digest is not None else self._compute_digest()

    @property
    def source(self) -> DatasetSource:
        """Where it comes from."""
        return self._source

    @property
    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Columns or arrays with their types."""

    @property
    @abstractmethod
    def profile(self) -> dict[str, Any]:
        """How much it holds."""

    @abstractmethod
    def _compute_digest(self) -> str:
        """The digest of the content."""

    def to_dict(self) -> dict[str, str]:
        """The dataset as it is recorded; source, schema and profile are JSON."""
        return {
            "name": self.name,
            "digest": self.digest,
            "source": self.source.to_json(),
            "source_type": self.source.kind,
            "schema": json.dumps(self.schema),
            "profile": json.dumps(self.profile),
        }

    def to_json(self) -> str:
        """`to_dict` as JSON."""
        return json.dumps(self.to_dict())

    def _to_mlflow_entity(self) -> DatasetEntity:
        """What `mlflow.log_input` records."""
        return DatasetEntity(**self.to_dict())
