"""Who the client says it is and whom it trusts, from the environment and ~/.mlflow/credentials (rest-facts §15)."""

from __future__ import annotations

import base64
import configparser
import os
from dataclasses import dataclass, field
from pathlib import Path

from mlflow import environment_variables as env
from mlflow._transport.request_auth import Signer, signer_from_environment
from mlflow.exceptions import MlflowException
from mlflow.version import VERSION

USER_AGENT = f"mlflow-python-client/{VERSION}"

_SECTION = "mlflow"
_STORED_AT = "~/.mlflow/credentials"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What goes with every request. The secrets are kept out of the repr."""

    authorization: str | None = field(default=None, repr=False)
    insecure_tls: bool = False
    server_cert_path: str | None = None
    client_cert_path: str | None = None
    signer: Signer | None = field(default=None, repr=False)
    """What is asked for headers of each request; the headers win over `authorization`."""

    def server_certificate(self) -> bytes | None:
        """The certificate to trust. Raises MlflowException when its file cannot be read."""
        return _read_certificate(self.server_cert_path, env.MLFLOW_TRACKING_SERVER_CERT_PATH.name)

    def client_certificate(self) -> bytes | None:
        """The client's own certificate and key. Raises MlflowException when its file cannot be read."""
        return _read_certificate(self.client_cert_path, env.MLFLOW_TRACKING_CLIENT_CERT_PATH.name)

    @classmethod
    def from_environment(cls) -> Credentials:
        """The credentials that the environment gives; those of the file fill in what it lacks.

        User and password win over a token, a signer over both. Raises MlflowException for settings that contradict
        each other.
        """
        insecure = env.MLFLOW_TRACKING_INSECURE_TLS.get()
        server_cert = env.MLFLOW_TRACKING_SERVER_CERT_PATH.get()
        if insecure and server_cert:
            raise MlflowException.invalid_parameter_value(
                "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other: the first "
                "switches the check off for which the second names a certificate. Unset one of them."
            )
        client_cert = env.MLFLOW_TRACKING_CLIENT_CERT_PATH.get()
        return cls(_authorization(), insecure, server_cert, client_cert, signer_from_environment())


def _read_certificate(path: str | None, variable: str) -> bytes | None:
    """The PEM file at `path`. Raises MlflowException, which names the variable it came from, when it cannot be read."""
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise MlflowException.invalid_parameter_value(
            f"The file {path!r} that {variable} names cannot be read: {error.strerror}."
        ) from None


def _authorization() -> str | None:
    stored = _stored()
    user = env.MLFLOW_TRACKING_USERNAME.get() or stored.get("mlflow_tracking_username")
    password = env.MLFLOW_TRACKING_PASSWORD.get() or stored.get("mlflow_tracking_password")
    if user and password:
        return basic_authorization(user, password)
    token = env.MLFLOW_TRACKING_TOKEN.get()
    return f"Bearer {token}" if token else None


def basic_authorization(user: str, password: str) -> str:
    """The value of the Authorization header for a user and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def stored_version() -> int | None:
    """Changes when the file of credentials does; None when there is none."""
    return modified_at(os.path.expanduser(_STORED_AT))  # noqa: PTH111 - a tenth of pathlib's time


def modified_at(path: str) -> int | None:
    """When a file was changed, in nanoseconds since the epoch; None when there is none."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - asked for with every call
    except OSError:
        return None


def _stored() -> dict[str, str]:
    path = Path(_STORED_AT).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(text)
    except OSError:
        return {}
    except (configparser.Error, UnicodeDecodeError):
        raise MlflowException.invalid_parameter_value(
            f"{path} is no INI file. It should have a section [{_SECTION}] with mlflow_tracking_username and "
            "mlflow_tracking_password."
        ) from None
    return dict(parser[_SECTION]) if parser.has_section(_SECTION) else {}
