"""Artifact locations: parsed, made canonical, refused unless their author may name them (security P2, rest-facts §5).

What is stored is the canonical form, and only that is used afterwards. A path without a scheme stays one
(clients show it that way); `file:` in any spelling becomes ``file:///absolute/path``.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.validation import check_text, invalid, missing

PROXY_SCHEME: Final = "mlflow-artifacts"
"""Artifacts that go through the tracking server (rest-facts §9)."""

CLIENT_SCHEMES: Final = frozenset({"s3", "gs", "wasb", "wasbs", "abfs", "abfss", "dbfs", "r2", "b2", PROXY_SCHEME})
"""Schemes that clients reach themselves with credentials of their own; a remote client may name them by default.

Schemes that name any host of the network (ftp, sftp, hdfs, http, …) are left to the operator (rest-facts §5).
"""

_INDIRECT: Final = frozenset({"runs", "models"})
_ACCOUNT_SCHEMES: Final = frozenset({"wasb", "wasbs", "abfs", "abfss"})
_LOGIN_SCHEMES: Final = frozenset({"ftp", "sftp"})
_WITHOUT_HOST: Final = frozenset({"dbfs", "hdfs", "viewfs", PROXY_SCHEME})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(:[0-9]{1,5})?")
_LOGIN = re.compile(r"//[^/@]*:[^/]*@")
_USER = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9._$-]*")

_MAX_DECODINGS: Final = 4
"""How often a percent-encoded path is decoded in search of a hidden ``..``; what is still encoded then is refused."""

_PATH_RULE: Final = "Its path must not contain empty, '.' or '..' segments, also not percent-encoded."


@dataclass(frozen=True, slots=True)
class LocationRules:
    """Which locations a caller may name, and where the artifacts of other experiments go.

    `default_root` is a canonical location of the operator's choice. `allowed_schemes` are those that a remote
    client may name; `local_roots` are absolute, normalised folders below which it may name local paths.
    `any_location` lifts both for somebody who runs the service in his own process. With a `working_folder` relative
    paths are taken from there. `max_chars` is the longest location that a caller may name; the limit of every location
    stays above it.
    """

    default_root: str
    allowed_schemes: frozenset[str] = CLIENT_SCHEMES
    local_roots: tuple[str, ...] = ()
    any_location: bool = False
    working_folder: str | None = None
    max_chars: int = limits.MAX_ARTIFACT_LOCATION_CHARS

    def of_new_experiment(self, experiment_id: int) -> str:
        """The location of an experiment which names none (rest-facts §9)."""
        return below(self.default_root, str(experiment_id))

    def named_by_caller(self, location: str, parameter: str = "artifact_location") -> str:
        """The canonical form of a location that a caller gives. Raises InvalidParameter when it may not be used."""
        if self.working_folder is not None and _is_relative(location):
            location = posixpath.normpath(posixpath.join(self.working_folder, location))
        check_text(location, parameter, min(self.max_chars, limits.MAX_ARTIFACT_LOCATION_CHARS))
        canonical, scheme, local_path = parse(location, parameter)
        if self.any_location:
            return canonical
        if local_path is not None:
            if not any(_is_below(local_path, root) for root in self.local_roots):
                raise _refused(
                    parameter,
                    location,
                    "This server may not use that folder. Leave the location out, or ask its operator to allow it.",
                )
        elif scheme not in self.allowed_schemes:
            raise _refused(
                parameter,
                location,
                f"Locations with scheme '{scheme}' are not allowed on this server. Leave the location out, use one of "
                f"{', '.join(sorted(self.allowed_schemes))}, or ask its operator to allow the scheme.",
            )
        elif scheme == PROXY_SCHEME and canonical.startswith(f"{PROXY_SCHEME}://"):
            raise _refused(parameter, location, f"It must not name a host. Write {PROXY_SCHEME}:/path.")
        return canonical


def below(location: str, *segments: str) -> str:
    """`location` followed by path segments which are safe already (ids)."""
    return "/".join((location.removesuffix("/"), *segments))


def parse(location: str, parameter: str = "artifact_location") -> tuple[str, str, str | None]:
    """(canonical form, scheme or "", absolute local path or None) of a location, whoever named it.

    Raises InvalidParameter for every form that a later reader could take for another place.
    """
    if not location:
        raise missing(parameter)
    check_text(location, parameter, limits.MAX_ARTIFACT_LOCATION_CHARS)
    if not location.isprintable() or "\\" in location:
        raise _refused(parameter, location, "It must not contain control characters, line breaks or backslashes.")
    for mark, name in (("#", "a fragment"), ("?", "a query"), (";", "parameters")):
        if mark in location:
            raise _refused(parameter, location, f"It must not have {name}: remove '{mark}'.")
    if location.startswith("/"):
        path = _local_path(location, location, parameter)
        return path, "", path
    match = _SCHEME.fullmatch(location)
    if match is None:
        raise _refused(
            parameter,
            location,
            "It must be an absolute path such as /mnt/share/runs or a URI such as s3://bucket/path.",
        )
    scheme, rest = match[1].lower(), match[2]
    if scheme == "file":
        path = _file_path(location, rest, parameter)
        return f"file://{quote(path)}", scheme, path
    if scheme in _INDIRECT:
        raise _refused(
            parameter, location, f"Scheme '{scheme}' names another run's or model's artifacts, not a place to store."
        )
    return _remote(location, scheme, rest, parameter), scheme, None


def _file_path(location: str, rest: str, parameter: str) -> str:
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host:
            raise _refused(parameter, location, "A file: location must not name a host. Write file:///absolute/path.")
        rest = slash + path
    if not rest.startswith("/"):
        raise _refused(parameter, location, "A file: location must hold an absolute path. Write file:///absolute/path.")
    _refuse_hidden_segments(location, rest, parameter)
    path = unquote(rest, errors="surrogateescape")
    check_text(path, parameter, limits.MAX_ARTIFACT_LOCATION_CHARS)
    if not path.isprintable() or "\\" in path:
        raise _refused(
            parameter, location, "It must not contain control characters, line breaks or backslashes, also not encoded."
        )
    return _local_path(location, path, parameter)


def _local_path(location: str, path: str, parameter: str) -> str:
    """A path in its only spelling; a trailing slash is dropped, every other oddity refused."""
    path = path.removesuffix("/") if len(path) > 1 else path
    if path != "/" and _has_odd_segment(path[1:]):
        raise _refused(parameter, location, _PATH_RULE)
    return path


def _remote(location: str, scheme: str, rest: str, parameter: str) -> str:
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    else:
        authority, path = "", rest
    if not authority and scheme not in _WITHOUT_HOST:
        raise _refused(parameter, location, f"It must name a host or bucket: {scheme}://name/path.")
    if authority:
        _check_authority(location, scheme, authority, parameter)
    elif not path.startswith("/"):
        raise _refused(parameter, location, f"Its path must be absolute: {scheme}:/path.")
    if path not in ("", "/"):
        path = path.removesuffix("/")
        if _has_odd_segment(path[1:]):
            raise _refused(parameter, location, _PATH_RULE)
        _refuse_hidden_segments(location, path, parameter)
    return f"{scheme}://{authority}{path}" if authority else f"{scheme}:{path}"


def _check_authority(location: str, scheme: str, authority: str, parameter: str) -> None:
    user, at, host = authority.rpartition("@")
    if at and scheme not in _ACCOUNT_SCHEMES | _LOGIN_SCHEMES:
        raise _refused(parameter, location, "It must not name a user or password: remove what stands before '@'.")
    if at and _USER.fullmatch(user) is None:
        raise _refused(
            parameter,
            location,
            "Before '@' only a plain name is allowed, and no password: everybody can read a location.",
        )
    if _AUTHORITY.fullmatch(host) is None:
        raise _refused(parameter, location, "Its host or bucket must consist of letters, digits, '.', '-' and '_'.")


def _refuse_hidden_segments(location: str, path: str, parameter: str) -> None:
    """Refuses paths which become another path once they are decoded, however often."""
    for _ in range(_MAX_DECODINGS):
        decoded = unquote(path)
        if decoded == path:
            return
        path = decoded
        if "\\" in path or any(segment in (".", "..") for segment in path.split("/")):
            raise _refused(parameter, location, _PATH_RULE)
    raise _refused(parameter, location, "Its path is percent-encoded too often. Write it plainly.")


def _has_odd_segment(path: str) -> bool:
    return any(segment in ("", ".", "..") for segment in path.split("/"))


def _is_relative(location: str) -> bool:
    return bool(location) and not location.startswith("/") and _SCHEME.fullmatch(location) is None


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.removesuffix("/") + "/")


def _refused(parameter: str, location: str, rule: str) -> InvalidParameter:
    """The refusal of a location, without a password that it may hold: messages end up in logs."""
    return invalid(parameter, _LOGIN.sub("//…@", location), rule)
