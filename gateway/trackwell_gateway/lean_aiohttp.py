"""Leaves the client half of aiohttp unloaded in a process that only serves.

`import aiohttp.web_server` runs the package's own `__init__` first, which loads its HTTP client and has OpenSSL read
the certificates of the system twice. That was a seventh of a server's start and 4 MB which no request ever touches.

Here the package stands as it is found, and `__init__` runs when somebody asks for a name that it would have made:
nothing of aiohttp is missing or different, some of it is only later.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Final

TRIED: Final = ((3, 9), (3, 14))
"""Oldest and newest version whose server half is known to load by itself; the others are loaded as they are."""

_VERSION: Final = re.compile(r'^__version__ = "((\d+)\.(\d+)[^"]*)"$', re.MULTILINE)


def leave_client_out() -> None:
    """To be called before anything of aiohttp is imported; afterwards it does nothing."""
    if "aiohttp" in sys.modules:
        return
    spec = find_spec("aiohttp")
    version = None if spec is None else _tried_version(spec)
    if spec is not None and version is not None:
        sys.modules["aiohttp"] = _package(spec, version)


def _tried_version(spec: ModuleSpec) -> str | None:
    """What `__init__` says of its version, read and not run; None for one that was not tried."""
    try:
        found = _VERSION.search(Path(spec.origin or "").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    if found is None or not TRIED[0] <= (int(found[2]), int(found[3])) <= TRIED[1]:
        return None
    return found[1]


def _package(spec: ModuleSpec, version: str) -> ModuleType:
    package = module_from_spec(spec)

    def attribute(name: str) -> object:
        """What Python asks for a name that the package does not have (PEP 562)."""
        if find_spec(f"aiohttp.{name}") is not None:
            return import_module(f"aiohttp.{name}")
        del vars(package)["__getattr__"]
        if spec.loader is not None:
            spec.loader.exec_module(package)
        return getattr(package, name)

    # The one name of `__init__` that the server half reads.
    vars(package).update(__version__=version, __getattr__=attribute)
    return package
