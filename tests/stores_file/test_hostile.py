"""Hostile, foreign and half-written files: reported, never in the way of the rest (security P1, P7, P9)."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.file_stores import opened_at
from support.writing import Writer
from trackwell_service.domain.changes import AddParam, AddRun, AppendPoints, Change, SetTag
from trackwell_service.domain.entities import ViewType
from trackwell_service.domain.errors import InvalidParameter, PermissionDenied, ResourceExhausted, TrackwellError
from trackwell_service.domain.mutations import Decision
from trackwell_service.domain.series import Columns
from trackwell_service.stores.file import FileStore, meta_yaml
from trackwell_service.stores.roles import ExperimentQuery, RunQuery

POINT = Columns.of([(1, 2, 0.5)])


def shown_runs(store: FileStore) -> list[str]:
    page = store.find_runs(RunQuery((0, 1), ViewType.ALL, None, (), 100))
    return sorted(ref.run_id for ref in page.items)


def shown_experiments(store: FileStore) -> list[str]:
    page = store.search_experiments(ExperimentQuery(ViewType.ALL, None, (), 100))
    return sorted(experiment.info.name for experiment in page.items)


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def holding(data: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


BAD_METAS: dict[str, bytes] = {
    "empty": b"",
    "half": b"artifact_uri: file:///x\nend_ti",
    "garbage": bytes(range(256)) * 40,
    "nul": b"\0" * 100,
    "list": b"- a\n- b\n",
    "tag": b"!!python/object/apply:os.system ['touch PWNED']\n",
    "tag-inside": b"run_id: !!python/name:os.system ''\nname: x\n",
    "bomb": b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nrun_id: *b\nname: *b\n",
    "deep": b"[" * 20_000,
    "deeper-than-the-stack": b"x: " + b"[" * 25_000,
    "deep-lists": b"- " * 25_000,
    "deep-mappings": b"? " * 25_000,
    "no-bool": b"run_id: bad\nstatus: !!bool abc\n",
    "no-int": b"run_id: bad\nstatus: !!int ''\n",
    "no-time": b"run_id: bad\nstatus: !!timestamp x\n",
    "huge-id": b"run_id: bad\nexperiment_id: 0x" + b"f" * 9_000 + b"\nname: x\n",
    "huge-id-in-a-short-file": b"run_id: bad\nexperiment_id: 0x" + b"f" * 2_500 + b"\nname: x\n",
    "many-parts": b"run_id: bad\nexperiment_id: '0'\ntags: [" + b"[]," * 100_000 + b"]\nname: x\n",
    "sixties": b"run_id: bad\nexperiment_id: 1" + b":1" * 100_000 + b"\nname: x\n",
    "merges": b"a: &a {k: v}\nb: &b {<<: [*a, *a]}\nrun_id: bad\nname: x\n",
    "other-id": b"run_id: another\nexperiment_id: '7'\nname: x\n",
    "bad-status": b"run_id: bad\nexperiment_id: '0'\nstatus: 77\nname: x\n",
    "bad-time": b"run_id: bad\nexperiment_id: '0'\nstart_time: soon\ncreation_time: soon\nname: x\n",
    "huge-time": b"run_id: bad\nexperiment_id: '0'\nend_time: 99999999999999999999\nlast_update_time: 1e999\nname: x\n",
    "surrogate": b'run_id: bad\nexperiment_id: "0"\nlifecycle_stage: "gone"\nname: "\\ud800"\n',
}


@pytest.mark.parametrize("kind", BAD_METAS)
def test_a_bad_meta_is_reported_and_the_rest_is_shown(
    store: FileStore, write: Writer, root: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("good")
    for folder in (root / "0/bad", root / "77"):
        folder.mkdir()
        (folder / "meta.yaml").write_bytes(BAD_METAS[kind])
    with caplog.at_level(logging.WARNING):
        assert shown_runs(store) == ["good"]
        assert shown_experiments(store) == ["Default"]
    assert store.load_runs(["bad", "good"]).keys() == {"good"}
    assert store.experiment(77) is None
    assert f"{root}/0/bad is not shown" in caplog.text
    assert f"{root}/77 is not shown" in caplog.text
    assert not Path("PWNED").exists()
    outcome = write.outcome(lambda state: Decision((), state.run("bad")))
    assert outcome is None


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("metrics/x", link("/etc/passwd")),
        ("metrics/x", holding(bytes(range(256)) * 100)),
        ("metrics/x", holding(b"")),
        ("metrics/x", holding(b"nan nan nan\n1 2 3 4\n99999999999999999999 1 1\nx\n")),
        ("metrics/x", os.mkfifo),
        ("metrics/\u2603", holding(b"1 2 3\n")),
        ("metrics/dir", link("/etc")),
        ("params/x", link("/etc/passwd")),
        ("params/x", holding(b"\xff\xfe\0")),
        ("params/x", os.mkfifo),
        ("params/dir", link("/")),
        ("tags/x", holding(b"a\0b")),
        ("tags/x", link("../meta.yaml")),
        ("inputs/x/meta.yaml", holding(b"source_type: DATASET\nsource_id: ../../0\ntags: {}\n")),
        ("inputs/x/meta.yaml", holding(b"!!python/object:os.system {}")),
        ("outputs/x/meta.yaml", holding(b"destination_type: MODEL_OUTPUT\n")),
        ("outputs/x/y/z", holding(b"")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_bad_file_in_a_run_is_reported_and_the_run_is_shown(
    store: FileStore,
    write: Writer,
    root: Path,
    name: str,
    make: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    write.run("r")
    write.changes(AddParam("r", "p", "v"), SetTag("r", "t", "v"), AppendPoints("r", "m", POINT))
    path = root / "0/r" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    os.utime(root / "0/r")
    with caplog.at_level(logging.WARNING):
        run = store.load_runs(["r"])["r"]
    assert (list(run.params), list(run.tags), list(run.metrics)) == (["p"], ["t"], ["m"])
    assert (run.dataset_inputs, run.model_inputs, run.model_outputs) == ((), (), ())
    assert shown_runs(store) == ["r"]
    if path.name != "x" or path.is_symlink() or not path.is_file() or path.stat().st_size:
        assert "is not shown" in caplog.text
    assert len(store.history("r", "x", None, 10)) == 0 or path.is_symlink() is False


def test_links_in_the_place_of_runs_and_experiments_are_not_followed(
    store: FileStore, write: Writer, root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write.run("r")
    elsewhere = opened_at(tmp_path / "elsewhere")
    Writer(elsewhere).run("secret")
    elsewhere.close()
    (root / "0/secret").symlink_to(tmp_path / "elsewhere/0/secret")
    (root / "5").symlink_to(tmp_path / "elsewhere/0")
    with caplog.at_level(logging.WARNING):
        assert shown_runs(store) == ["r"]
        assert shown_experiments(store) == ["Default"]
    assert caplog.text.count("is not shown") >= 2
    assert store.load_runs(["secret"]) == {}
    assert store.experiment(5) is None


@pytest.mark.parametrize("run_id", ["../0", "..", ".", "/etc", "a/b", "tags", "", "x" * 300, "a\0b"])
def test_run_ids_are_no_paths(store: FileStore, run_id: str) -> None:
    assert store.load_runs([run_id]) == {}
    assert store.run_refs([run_id]) == {}
    assert len(store.history(run_id, "m", None, 1)) == 0


@pytest.mark.parametrize("key", ["../meta.yaml", "..", "/etc/passwd", "a/../../../meta.yaml", "a\0b", ".", "a//b"])
def test_keys_are_no_paths_out(store: FileStore, write: Writer, root: Path, key: str) -> None:
    """Tags of a new run are held to no syntax by the operation: here they must be."""
    write.run("r")
    before = sorted(path for path in root.rglob("*") if not path.name.startswith(".trackwell"))
    for changes in (
        (AddRun(run_of("new")), SetTag("new", key, "v")),
        (SetTag("r", key, "v"),),
        (AddParam("r", key, "v"),),
        (AppendPoints("r", key, POINT),),
    ):
        assert isinstance(refused(write, *changes), InvalidParameter)
    assert write.outcome(lambda state: Decision((), state.tag("r", key))) is None
    assert len(store.history("r", key, None, 1)) == 0
    assert sorted(path for path in root.rglob("*") if not path.name.startswith(".trackwell")) == before


def run_of(run_id: str) -> Any:
    from support.writing import run_info  # noqa: PLC0415 - a test's helper

    return run_info(run_id)


def refused(write: Writer, *changes: Change) -> TrackwellError:
    outcome = write.outcome(lambda _: Decision(changes, None))
    assert isinstance(outcome, TrackwellError), outcome
    return outcome


# -- what the layout cannot hold


@pytest.mark.parametrize(
    "keys", [("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b"), ("\u540d" * 86, None), ("x/" + "k" * 256, None)]
)
@pytest.mark.parametrize("kind", ["param", "tag", "metric"])
@pytest.mark.parametrize("together", [False, True])
def test_keys_that_no_folder_can_hold(
    store: FileStore, write: Writer, keys: tuple[str, str | None], kind: str, together: bool
) -> None:
    """Issue 4: refused before anything of the batch is written."""

    def change(key: str) -> Change:
        if kind == "metric":
            return AppendPoints("r", key, POINT)
        return AddParam("r", key, "v") if kind == "param" else SetTag("r", key, "v")

    write.run("r")
    first, second = keys
    changes = [change(first)] if second is None else [change(first), change(second)]
    if second is not None and not together:
        write.changes(changes.pop(0))
    before = store.load_runs(["r"])
    refusal = refused(write, SetTag("r", "other", "v"), AddParam("r", "other", "v"), *changes)
    assert isinstance(refusal, InvalidParameter)
    assert kind in refusal.message
    assert store.load_runs(["r"]) == before


def test_a_removed_tag_leaves_room_for_a_key_of_its_folders_name(store: FileStore, write: Writer) -> None:
    from trackwell_service.domain.changes import RemoveTag  # noqa: PLC0415 - for this test

    write.run("r")
    write.changes(SetTag("r", "a/b/c", "v"))
    write.changes(RemoveTag("r", "a/b/c"))
    write.changes(SetTag("r", "a", "v"))
    assert store.load_runs(["r"])["r"].tags == {"a": "v"}


# -- disks that fail


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, ResourceExhausted),
        (errno.EDQUOT, ResourceExhausted),
        (errno.EROFS, PermissionDenied),
        (errno.EACCES, PermissionDenied),
    ],
)
@pytest.mark.parametrize("after_writes", range(6))
def test_a_disk_that_fails_leaves_no_half_write(
    store: FileStore,
    write: Writer,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[TrackwellError],
    after_writes: int,
) -> None:
    """Issue 4: a full disk or a read-only mount gives a clear error and leaves no half run."""
    write.run("r")
    write.changes(AddParam("r", "p", "v"), SetTag("r", "t", "v"), AppendPoints("r", "m", POINT))
    before, files = store.load_runs(["r"]), sorted(root.rglob("*"))
    left = after_writes
    real = os.write

    def failing(descriptor: int, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            if len(data) > 1:
                real(descriptor, data[: len(data) // 2])
            raise OSError(number, os.strerror(number))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", failing)
    changes: tuple[Change, ...] = (AddParam("r", "q", "v"), SetTag("r", "t", "w"), AppendPoints("r", "m", POINT))
    changes += (AppendPoints("r", "n", POINT), AddParam("r", "s", "v"), SetTag("r", "u", "w"))
    refusal = refused(write, *changes)
    assert isinstance(refusal, kind)
    assert str(root) not in refusal.message
    if after_writes < 2:
        assert isinstance(refused(write, AddRun(run_of("new")), SetTag("new", "t", "v")), kind)
    monkeypatch.undo()
    assert store.load_runs(["r", "new"]) == before
    assert sorted(root.rglob("*")) == files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_read(store: FileStore, write: Writer, root: Path) -> None:
    write.run("r")
    store.close()
    for folder, _, _ in os.walk(root):
        Path(folder).chmod(0o555)
    again = opened_at(root)
    try:
        assert shown_runs(again) == ["r"]
        assert isinstance(refused(Writer(again), SetTag("r", "t", "v")), PermissionDenied)
    finally:
        again.close()
        for folder, _, _ in os.walk(root):
            Path(folder).chmod(0o755)


@pytest.mark.parametrize(
    "data", [b"", b"garbage\n", b'["trackwell run summaries",2]\n[0,"r",[[1],2]]\n[0,"../x",1]\n[', b"\xff" * 999]
)
def test_a_spoilt_cache_is_no_harm(store: FileStore, write: Writer, root: Path, data: bytes) -> None:
    """Issue 4: safe to delete - or to spoil."""
    write.run("r")
    before = store.load_runs(["r"])["r"].params
    store.close()
    (root / ".trackwell.cache").write_bytes(data)
    again = opened_at(root)
    try:
        assert shown_runs(again) == ["r"]
        assert again.load_runs(["r"])["r"].params == before
    finally:
        again.close()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"x: " + b"[" * 101 + b"]" * 101, "levels"),
        (b"x:\n" + b"- " * 101 + b"y", "levels"),
        (b"x: [" + b"1," * 100_000 + b"]", "parts"),
        (b"x: [&a {k: v}, *a]", "aliases"),
        (b"x: 1" + b":1" * 100_000, "number"),
        (b"x: !!float '1" + b":1" * 100_000 + b"'", "number"),
    ],
)
def test_metas_that_take_too_much_are_refused_before_they_are_read(
    text: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml, "load", lambda *_: pytest.fail("it was read"))
    with pytest.raises(meta_yaml.BadMeta, match=why):
        meta_yaml.parse(text)


def test_long_metas_are_read() -> None:
    """A dataset's profile, an input's tags, and long texts that begin like numbers."""
    meta = {
        "profile": '{"a": "b\\u2603"}' * 50_000,
        "tags": {f"k{number}": "v" for number in range(2_000)},
        "source": "1" * 3000 + "x" * 1000,
        "digest": "7" * 5000,
        "none": None,
        "list": [[1, 2], {"a": -5}],
    }
    assert meta_yaml.parse(meta_yaml.dump(meta)) == meta


def test_the_quick_reader_of_metas_says_what_yaml_says() -> None:
    for text in BAD_METAS.values():
        simple = meta_yaml._parsed_simply(text)
        assert simple is None or simple == yaml.safe_load(text)
    lines = [
        "a: 1",
        "a: -5",
        "a: 007",
        "a: null",
        "a: ''",
        "a: 'x y'",
        "a: []",
        "a: yes",
        "a: No",
        "a: n",
        "a: Y",
        "a: x:y",
        "a: /x/y",
    ]
    lines += [
        "a: file:///x",
        "a: 1.5",
        "a: ~",
        "a: 'it''s'",
        "a: x #y",
        "a: abc:",
        "a: 2020-01-01",
        "a: .inf",
        "a:",
        "a: @x",
    ]
    lines += ["a: " + each for each in ("0b" + "1" * 30, "b" * 32, "1" * 31 + "b", "1" * 31 + "e", "0" * 31 + "a")]
    for line in lines:
        for form in (f"{line}\n", f"{line}\nb: x\n"):
            simple = meta_yaml._parsed_simply(form.encode())
            assert simple is None or simple == yaml.safe_load(form), form
    assert meta_yaml._parsed_simply(b"a: x\nb: 1\nc: ''\nd: null\ne: []\n") == {
        "a": "x",
        "b": 1,
        "c": "",
        "d": None,
        "e": [],
    }
