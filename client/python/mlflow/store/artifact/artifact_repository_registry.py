"""Which repository a URI's scheme asks for: our own, or one that another package brings (rest-facts §9).

Packages announce theirs by the entry point group ``mlflow.artifact_repository``: the name is the scheme, the object a
class or function that takes the URI.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module, metadata
from typing import cast
from urllib.parse import urlsplit

from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import ArtifactRepository

ENTRY_POINT_GROUP = "mlflow.artifact_repository"

_OWN = {
    "": "mlflow.store.artifact.local:LocalArtifactRepository",
    "file": "mlflow.store.artifact.local:LocalArtifactRepository",
    "mlflow-artifacts": "mlflow.store.artifact.proxy:ProxyArtifactRepository",
}


def get_artifact_repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> ArtifactRepository:
    """The repository at a URI. Raises MlflowException for a scheme that nothing installed here knows."""
    scheme = _scheme(artifact_uri)
    if scheme == "runs":
        from mlflow.store.artifact.runs import resolve

        artifact_uri = resolve(artifact_uri, tracking_uri)
        scheme = _scheme(artifact_uri)
    own = _OWN.get(scheme)
    if own is not None:
        module, _, name = own.partition(":")
        make = cast("Callable[..., ArtifactRepository]", getattr(import_module(module), name))
        return make(artifact_uri, tracking_uri, registry_uri)
    for entry_point in metadata.entry_points(group=ENTRY_POINT_GROUP, name=scheme):
        return cast("Callable[[str], ArtifactRepository]", entry_point.load())(artifact_uri)
    raise MlflowException.invalid_parameter_value(
        f"No artifact repository for the scheme {scheme!r} of {artifact_uri!r} is installed. Known schemes: "
        f"{', '.join(sorted(known for known in _OWN if known))}, runs, plain paths, and those of installed packages "
        f"with an entry point in {ENTRY_POINT_GROUP!r}."
    )


def _scheme(uri: str) -> str:
    scheme = urlsplit(uri).scheme.lower()
    return "" if len(scheme) == 1 else scheme
