"""A file of any web server, fetched to a local folder."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlflow._transport.credentials import Credentials
from mlflow._transport.http import HttpClient, whole_body
from mlflow._transport.retry import RetryPolicy
from mlflow._transport.uris import redacted
from mlflow.exceptions import RESOURCE_DOES_NOT_EXIST, MlflowException
from mlflow.store.artifact.artifact_repo import CHUNK_BYTES, store_download
from mlflow.store.artifact.paths import InvalidArtifactPath, check_path

ENDPOINT_NOT_FOUND = "ENDPOINT_NOT_FOUND"
"""What status 404 means where paths are calls."""

NAME_OF_NAMELESS = "dataset"
"""The local name of a file to which neither its server nor its URL gives one."""


def fetch(url: str, folder: Path) -> Path:
    """Stores the file at `url` in a folder and returns its local path; nothing is seen of it before it is whole.

    User and password in the URL are sent; the tracking server's credentials are not. Raises MlflowException for a URL
    that cannot be used, a server that does not answer or refuses, and an answer that breaks off.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname:
        raise MlflowException.invalid_parameter_value(f"{redacted(url)!r} is no URL of a file: it names no host.")
    server = f"{parts.scheme}://{parts.netloc}"
    http = HttpClient(server, Credentials(), RetryPolicy.from_environment(), what="web server")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with http.stream("GET", path, headers={"Accept-Encoding": "identity"}) as response:
            target = folder / _name(response.headers, parts.path)
            store_download(target, whole_body(response, CHUNK_BYTES, redacted(url)))
    except MlflowException as error:
        if error.error_code != ENDPOINT_NOT_FOUND:
            raise
        raise MlflowException(error.message, RESOURCE_DOES_NOT_EXIST) from None
    finally:
        http.close()
    return target


def _name(headers: Mapping[str, str], url_path: str) -> str:
    """What the server calls the file, else the end of the URL's path; never a name that leads out of the folder."""
    disposition = Message()
    disposition["Content-Disposition"] = headers.get("Content-Disposition", "")
    for name in (disposition.get_filename(), unquote(url_path.rpartition("/")[2])):
        if name and "/" not in name and "\\" not in name:
            try:
                return check_path(name)
            except InvalidArtifactPath:
                continue
    return NAME_OF_NAMELESS
