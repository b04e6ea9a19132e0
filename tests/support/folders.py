"""What is in a folder, as tests compare it."""

from __future__ import annotations

from pathlib import Path


def files_in(root: Path) -> list[str]:
    """Every file below a folder, by its path from there; safe while another process removes some."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def contents_of(root: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder that nobody writes to meanwhile, temporary files too."""
    return {name: (root / name).read_bytes() for name in files_in(root)}
