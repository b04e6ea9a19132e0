"""Compare and replace folders of generated files."""

from __future__ import annotations

import shutil
from pathlib import Path


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every generated file below `folder` by its relative path; caches do not count."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def differences(fresh: Path, committed: Path) -> list[str]:
    """Return one line for each file that is missing from, surplus in, or different in `committed`."""
    new, old = files_below(fresh), files_below(committed)
    lines: list[str] = []
    for name in sorted(new.keys() | old.keys()):
        place = f"gen/{committed.name}/{name}"
        if name not in old:
            lines.append(f"missing    {place}")
        elif name not in new:
            lines.append(f"surplus    {place}")
        elif new[name] != old[name]:
            lines.append(f"different  {place}")
    return lines


def replace(fresh: Path, committed: Path) -> None:
    """Make `committed` equal to `fresh`, touching only what differs, so that time stamps stay true."""
    new, old = files_below(fresh), files_below(committed)
    for name in old.keys() - new.keys():
        (committed / name).unlink()
    for name, content in new.items():
        if old.get(name) != content:
            path = committed / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for folder in sorted((p for p in committed.rglob("*") if p.is_dir()), reverse=True):
        if folder.name == "__pycache__" and not any(folder.parent.glob("*.py")):
            shutil.rmtree(folder)
        elif folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
