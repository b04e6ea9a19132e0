"""A file or folder among artifacts."""

from __future__ import annotations

from mlflow.entities._entity import Entity


class FileInfo(Entity):
    """A file or folder: `path` relative to what was listed from, `file_size` in bytes, None for a folder."""

    __slots__ = ("file_size", "is_dir", "path")
    _fields = ("path", "is_dir", "file_size")

    path: str
    is_dir: bool
    file_size: int | None

    def __init__(self, path: str, is_dir: bool, file_size: int | None) -> None:
        self.path = path
        self.is_dir = is_dir
        self.file_size = file_size
