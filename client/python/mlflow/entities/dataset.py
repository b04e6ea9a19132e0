"""A dataset that runs use."""

from __future__ import annotations

from mlflow.entities._entity import Entity


class Dataset(Entity):
    """A dataset, identified within an experiment by `name` and `digest`; `schema` and `profile` are JSON."""

    __slots__ = ("digest", "name", "profile", "schema", "source", "source_type")
    _fields = ("name", "digest", "source_type", "source", "schema", "profile")

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None

    def __init__(
        self,
        name: str,
        digest: str,
        source_type: str,
        source: str,
        schema: str | None = None,
        profile: str | None = None,
    ) -> None:
        self.name = name
        self.digest = digest
        self.source_type = source_type
        self.source = source
        self.schema = schema
        self.profile = profile
