"""Databricks workspaces as tracking servers: ``databricks``, or ``databricks://PROFILE`` (rest-facts §11).

Where a workspace is and who asks it stands in the file of the Databricks command line, an INI file with a section for
each profile, or for ``databricks`` alone in the variables DATABRICKS_HOST and DATABRICKS_TOKEN.
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from mlflow import environment_variables as env
from mlflow._transport.credentials import Credentials, basic_authorization, modified_at
from mlflow.exceptions import MlflowException

DEFAULT_PROFILE = "DEFAULT"


def workspace(uri: str) -> tuple[str, Credentials]:
    """The workspace's URL and what goes with every request to it.

    The credentials for other tracking servers (MLFLOW_TRACKING_TOKEN and its kin) are not sent. Raises MlflowException
    where the profile, its host or its credentials are missing.
    """
    profile = urlsplit(uri).netloc if "://" in uri else ""
    settings = _from_variables() if not profile else None
    if settings is None:
        profile = profile or env.DATABRICKS_CONFIG_PROFILE.get() or DEFAULT_PROFILE
        settings = _from_file(profile)
        source = f"The profile {profile!r} in {_file()}"
    else:
        source = f"The environment (variable {env.DATABRICKS_HOST.name})"
    host = settings.get("host", "").strip().rstrip("/")
    if urlsplit(host).scheme not in ("http", "https"):
        raise MlflowException.invalid_parameter_value(
            f"{source} gives the host {host!r}; it must be a URL such as https://my-workspace.cloud.databricks.com."
        )
    user, password, token = settings.get("username"), settings.get("password"), settings.get("token")
    if user and password:
        authorization = basic_authorization(user, password)
    elif token:
        authorization = f"Bearer {token}"
    else:
        raise MlflowException.invalid_parameter_value(f"{source} gives neither a token nor a username and a password.")
    given = Credentials.from_environment()
    insecure = given.insecure_tls or settings.get("insecure", "").lower() in ("true", "1")
    return host, replace(given, authorization=authorization, insecure_tls=insecure, signer=None)


def settings_version() -> object:
    """Changes when the file or the variables do."""
    return tuple(variable.get_raw() for variable in _VARIABLES), modified_at(_file())


_VARIABLES = (
    env.DATABRICKS_HOST,
    env.DATABRICKS_TOKEN,
    env.DATABRICKS_USERNAME,
    env.DATABRICKS_PASSWORD,
    env.DATABRICKS_CONFIG_PROFILE,
)


def _from_variables() -> Mapping[str, str] | None:
    given = {
        "host": env.DATABRICKS_HOST.get(),
        "token": env.DATABRICKS_TOKEN.get(),
        "username": env.DATABRICKS_USERNAME.get(),
        "password": env.DATABRICKS_PASSWORD.get(),
    }
    return None if given["host"] is None else {name: text for name, text in given.items() if text is not None}


def _from_file(profile: str) -> Mapping[str, str]:
    # DEFAULT is a profile like the others: what it has, such as its token, is not for them.
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(Path(_file()).read_text(encoding="utf-8"))
    except OSError as error:
        raise MlflowException.invalid_parameter_value(
            f"The tracking URI names the Databricks profile {profile!r}, but {_file()} cannot be read: "
            f"{error.strerror}. Run `databricks configure`, or set {env.DATABRICKS_HOST.name} and "
            f"{env.DATABRICKS_TOKEN.name}."
        ) from None
    except (configparser.Error, UnicodeDecodeError):
        raise MlflowException.invalid_parameter_value(f"{_file()} is no INI file with profiles.") from None
    if not parser.has_section(profile):
        raise MlflowException.invalid_parameter_value(
            f"There is no Databricks profile {profile!r} in {_file()}; there is "
            f"{', '.join(parser.sections()) or 'none'}."
        )
    return parser[profile]


def _file() -> str:
    return str(Path(env.DATABRICKS_CONFIG_FILE.get()).expanduser())
