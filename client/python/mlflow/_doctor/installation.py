"""Which distributions this `mlflow` package belongs to, and whether another one is mixed with it (docs/adr)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "trackwell"
"""The distribution that installs this package."""

OTHERS = ("mlflow", "mlflow-skinny", "mlflow-tracing")
"""Names of distributions that install a package of the same name."""

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Installation:
    """What is installed."""

    version: str | None
    """Version of the distribution; None: the package runs from its sources, without having been installed."""
    folder: str
    """Where the package is."""
    problems: tuple[str, ...]
    """What is wrong with it, each with the way out."""


def inspect() -> Installation:
    """Looks at the installed distributions and, if this package was copied from a wheel, at its files."""
    problems = [
        f"The distribution {other.name} {other.version} installs a package `mlflow` too, and files of both are mixed. "
        f"Remove both with `pip uninstall {DISTRIBUTION}`, then `pip uninstall {other.name}`, and install one anew."
        for other in _others()
    ]
    try:
        own = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return Installation(None, str(_PACKAGE), tuple(problems))
    changed = _changed_files(own)
    if changed:
        problems.append(
            f"{len(changed)} files of {DISTRIBUTION} are not as they were installed, for example {changed[0]}. "
            f"Install it anew: pip install --force-reinstall --no-deps {DISTRIBUTION}=={own.version}"
        )
    return Installation(own.version, str(_PACKAGE), tuple(problems))


def _others() -> list[metadata.Distribution]:
    """Distributions of another make; the metadata named `mlflow` that ours carries says who installed it."""
    return [
        found
        for name in OTHERS
        for found in metadata.distributions(name=name)
        if (found.read_text("INSTALLER") or "").strip() != DISTRIBUTION
    ]


def _changed_files(own: metadata.Distribution) -> list[str]:
    """Files of this package which another installation has replaced or taken away."""
    changed = []
    for path in own.files or ():
        if path.parts[:1] == (_PACKAGE.name,) and path.suffix == ".py" and path.hash is not None:
            file = Path(str(path.locate()))
            if not file.is_file() or _digest(file, path.hash.mode) != path.hash.value:
                changed.append(str(path))
    return changed


def _digest(file: Path, algorithm: str) -> str:
    return urlsafe_b64encode(hashlib.new(algorithm, file.read_bytes()).digest()).rstrip(b"=").decode()
