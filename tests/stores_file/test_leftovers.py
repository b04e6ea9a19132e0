"""What writers that were killed left behind goes, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import AddParam
from trackwell_service.stores.file import FileStore
from trackwell_service.stores.file.leftovers import LEFT_AFTER_S, Leftovers

OLD = ".trackwell-0123456789abcdef"
OLD_FOLDER = ".trackwell-fedcba9876543210"
YOUNG = ".trackwell-00112233445566ff"
NOT_OURS = (".trackwell-notes", ".trackwell-0123456789abcdef.bak", ".trackwell.lock", "x.trackwell-0123456789abcdef")


def make(folder: Path) -> set[str]:
    """Temporaries of all kinds, and others; the names that must stay."""
    before = {path.name for path in folder.iterdir()}
    (folder / OLD).write_bytes(b"half a par")
    (folder / OLD_FOLDER / "metrics").mkdir(parents=True)
    (folder / OLD_FOLDER / "metrics/m").write_bytes(b"1 2 3\n")
    for name in (YOUNG, *NOT_OURS):
        (folder / name).write_bytes(b"")
    for name in (OLD, OLD_FOLDER, *NOT_OURS):
        time_s = (folder / YOUNG).stat().st_mtime - LEFT_AFTER_S - 60
        os.utime(folder / name, (time_s, time_s))
    return before | {YOUNG, *NOT_OURS}


def test_writing_removes_them_where_it_writes(store: FileStore, write: Writer, root: Path) -> None:
    write.run("r")
    store.close()
    stays = {folder: make(folder) for folder in (root, root / "0", root / "0/r")}
    reading = opened_at(root)
    reading.load_runs(["r"])
    reading.close()
    assert (root / OLD).exists()
    again = opened_at(root)
    try:
        Writer(again).changes(AddParam("r", "p", "v"))
        Writer(again).run("new")
        assert set(again.load_runs(["r", "new"])) == {"r", "new"}
    finally:
        again.close()
    for folder, names in stays.items():
        left = {path.name for path in folder.iterdir()}
        assert names <= left, folder
        assert left - names <= {"new", "tags", ".trackwell.cache"}, folder


def test_a_link_of_that_name_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/kept").write_bytes(b"")
    root = tmp_path / "root"
    root.mkdir()
    (root / OLD).symlink_to(tmp_path / "outside")
    os.utime(root / OLD, (1, 1), follow_symlinks=False)
    leftovers = Leftovers(str(root))
    leftovers.remove()
    assert not leftovers.pending
    assert list(root.iterdir()) == []
    assert (tmp_path / "outside/kept").exists()


def test_each_folder_is_looked_into_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = os.scandir

    def noted(path: str) -> object:
        seen.append(path)
        return real(path)

    leftovers = Leftovers(str(tmp_path))
    monkeypatch.setattr(os, "scandir", noted)
    for _ in range(3):
        for folder in (str(tmp_path), str(tmp_path / "gone")):
            leftovers.note(folder)
        leftovers.remove()
    assert seen == [str(tmp_path), str(tmp_path / "gone")]
