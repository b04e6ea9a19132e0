"""What stores return beside entities."""

from __future__ import annotations

from mlflow.store.entities.paged_list import PagedList

__all__ = ["PagedList"]
