"""Where a dataset comes from: a file, a URL, or the code that made it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from mlflow._tags import SOURCE_NAME, SOURCE_TYPE, USER
from mlflow.entities import Dataset as DatasetEntity
from mlflow.entities import DatasetInput
from mlflow.exceptions import MlflowException

CODE = "code"
LOCAL = "local"
HTTP = "http"

_WEB = ("http", "https")
_CODE_TAGS = (USER, SOURCE_NAME, SOURCE_TYPE)


@dataclass(frozen=True)
class DatasetSource:
    """A source: its kind, and what that kind needs to find it again, such as {"uri": …}."""

    kind: str
    fields: Mapping[str, Any]

    def to_json(self) -> str:
        """The fields as a JSON object, which is how they are recorded."""
        return json.dumps(dict(self.fields))

    @property
    def uri(self) -> str | None:
        """The URI or URL, or None for code."""
        found = self.fields.get("uri", self.fields.get("url"))
        return None if found is None else str(found)

    def load(self, dst_path: str | None = None) -> str:
        """Copies the data to a local folder and returns its path; of a local file, the path of the file itself.

        What is at an http or https URL is one file; a folder of that URL's content is not walked. Without `dst_path` a
        new temporary folder is made. Raises MlflowException for code, for URIs which no artifact repository reaches,
        and when a server does not answer or refuses.
        """
        if self.uri is None:
            raise MlflowException.invalid_parameter_value(f"A source of the kind {self.kind!r} holds no data to load.")
        if self.kind == LOCAL:
            from mlflow.store.artifact.local import local_path

            return str(local_path(self.uri))
        if _scheme(self.uri) in _WEB:
            return _fetched(self.uri, dst_path)
        from mlflow.artifacts import download_artifacts

        return download_artifacts(self.uri, dst_path=dst_path)


def _fetched(url: str, dst_path: str | None) -> str:
    from mlflow._transport.web_file import fetch

    if dst_path is None:
        return str(fetch(url, Path(tempfile.mkdtemp(prefix="mlflow-dataset-"))))
    folder = Path(dst_path).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return str(fetch(url, folder))


def resolved(source: object) -> DatasetSource:
    """The source that a caller names: a `DatasetSource`, a path, a URI, or None for the code that runs now."""
    if isinstance(source, DatasetSource):
        return source
    if source is None:
        from mlflow.tracking.context.registry import resolve_tags

        tags = resolve_tags()
        return DatasetSource(CODE, {"tags": {name: tags[name] for name in _CODE_TAGS if name in tags}})
    if not isinstance(source, (str, PathLike)):
        raise MlflowException.invalid_parameter_value(
            f"A {type(source).__name__} is no source of a dataset; give a path or a URI as text."
        )
    text = fspath(source)
    scheme = _scheme(text)
    if scheme in _WEB:
        return DatasetSource(HTTP, {"url": text})
    if len(scheme) <= 1:  # one letter is a drive of Windows
        return DatasetSource(LOCAL, {"uri": str(Path(text).absolute())})
    return DatasetSource(LOCAL if scheme == "file" else scheme, {"uri": text})


def get_source(dataset: DatasetInput | DatasetEntity | Any) -> DatasetSource:
    """The source of a dataset that a run has as input, or of one that is to be logged."""
    if isinstance(dataset, DatasetInput):
        dataset = dataset.dataset
    if not isinstance(dataset, DatasetEntity):
        source = getattr(dataset, "source", None)
        if not isinstance(source, DatasetSource):
            raise MlflowException.invalid_parameter_value(f"A {type(dataset).__name__} is no dataset.")
        return source
    try:
        fields = json.loads(dataset.source)
    except json.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        # Other clients may record plain text.
        return DatasetSource(dataset.source_type, {"uri": dataset.source})
    return DatasetSource(dataset.source_type, fields)


def _scheme(text: str) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    return found[1].lower() if found else ""
