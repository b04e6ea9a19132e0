"""Names of a package that are imported when first used (PEP 562): importing the package costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exports(
    package: str,
    names: Mapping[str, str],
    submodules: frozenset[str],
    reason_of_absence: Callable[[str], str | None] = lambda _: None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` for `package`: `names` says in which module each name is.

    `reason_of_absence`: what the error about an unknown name says of it, or None.
    """

    def get(name: str) -> Any:
        if name in names:
            value = getattr(import_module(names[name]), name)
        elif name in submodules:
            value = import_module(f"{package}.{name}")
        else:
            raise missing_attribute(f"module {package!r}", name, sys.modules[package], reason_of_absence(name))
        setattr(sys.modules[package], name, value)
        return value

    def names_of_package() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names, *submodules})

    return get, names_of_package


def missing_attribute(owner: str, name: str, obj: object, reason: str | None) -> AttributeError:
    """The error about an attribute that is not there; `reason` says why and what to do instead."""
    why = "" if reason is None else f": in this package {reason}"
    return AttributeError(f"{owner} has no attribute {name!r}{why}", name=name, obj=obj)
