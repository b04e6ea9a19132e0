"""The Content-Disposition of a download (RFC 6266, RFC 8187): the name survives, and can do nothing else."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_PLAIN: Final = re.compile(r"[A-Za-z0-9!#$&+.^_`|~ ()\[\]{}@=,'-]+")
_ATTR_CHARS: Final = "!#$&+-.^_`|~"


def attachment(path: str) -> str:
    """The header's value for a file at `path`: its base name, in both forms when it is not plain ASCII."""
    name = path.rstrip("/").rsplit("/", 1)[-1] or "artifact"
    if _PLAIN.fullmatch(name):
        return f'attachment; filename="{name}"'
    fallback = "".join(char if _PLAIN.fullmatch(char) else "_" for char in name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
