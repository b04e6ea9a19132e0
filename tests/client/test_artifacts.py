"""Files of runs through the client, over every way to a service (rest-facts §9, §12)."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
import pytest
from matplotlib.figure import Figure
from PIL import Image

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.entities import FileInfo
from mlflow.tracking._images import as_picture
from mlflow.tracking._tables import tables_in, with_table
from support.folders import contents_of

HOSTILE = ["../up", "/etc/passwd", "a/../b", "a//b", "C:/x", "a\\b", "%2e%2e/x", "a\x00b", "a/.", ""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files at several depths, an empty file and one of some MiB."""
    root = tmp_path / "source"
    (root / "deep/er").mkdir(parents=True)
    (root / "a.txt").write_text("a")
    (root / "empty").write_bytes(b"")
    (root / "deep/er/ü %.bin").write_bytes(os.urandom(3 * 1024 * 1024 + 1))
    return root


def test_a_folder_there_and_back(client: MlflowClient, run_id: str, folder: Path, tmp_path: Path) -> None:
    client.log_artifacts(run_id, folder, "in")
    assert client.list_artifacts(run_id) == [FileInfo("in", True, None)]
    assert client.list_artifacts(run_id, "in") == [
        FileInfo("in/a.txt", False, 1),
        FileInfo("in/deep", True, None),
        FileInfo("in/empty", False, 0),
    ]
    fetched = client.download_artifacts(run_id, "in", tmp_path / "out")
    assert fetched == str(tmp_path / "out" / "in")
    assert contents_of(Path(fetched)) == contents_of(folder)
    again = client.download_artifacts(run_id, "")
    assert contents_of(Path(again)) == {f"in/{path}": data for path, data in contents_of(folder).items()}
    one = client.download_artifacts(run_id, "in/deep/er/ü %.bin")
    assert Path(one).read_bytes() == (folder / "deep/er/ü %.bin").read_bytes()


def test_one_file(client: MlflowClient, run_id: str, folder: Path) -> None:
    client.log_artifact(run_id, folder / "a.txt")
    client.log_artifact(run_id, str(folder / "a.txt"), Path("x/y"))
    client.log_artifact(run_id, folder, "whole")
    assert [item.path for item in client.list_artifacts(run_id)] == ["a.txt", "whole", "x"]
    assert [item.path for item in client.list_artifacts(run_id, "x/y")] == ["x/y/a.txt"]
    assert [item.path for item in client.list_artifacts(run_id, "whole")] == ["whole/source"]
    assert client.list_artifacts(run_id, "a.txt") == []
    assert client.list_artifacts(run_id, "never") == []


def test_a_file_is_replaced(client: MlflowClient, run_id: str) -> None:
    client.log_text(run_id, "long text", "t.txt")
    client.log_text(run_id, "kürzer", "t.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/t.txt") == "kürzer"


def test_what_is_not_there(client: MlflowClient, run_id: str, tmp_path: Path) -> None:
    with pytest.raises(MlflowException) as refused:
        client.download_artifacts(run_id, "never")
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(MlflowException, match="cannot be logged"):
        client.log_artifact(run_id, tmp_path / "never")
    with pytest.raises(MlflowException, match="is no folder"):
        client.log_artifacts(run_id, tmp_path / "never")


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths(client: MlflowClient, run_id: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    with pytest.raises(MlflowException) as refused:
        client.log_text(run_id, "x", path)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    if path:
        for call in (
            lambda: client.log_artifact(run_id, tmp_path / "f", path),
            lambda: client.log_artifacts(run_id, tmp_path, path),
            lambda: client.list_artifacts(run_id, path),
            lambda: client.download_artifacts(run_id, path),
        ):
            with pytest.raises(MlflowException) as refused:
                call()
            assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.list_artifacts(run_id) == []


def test_text_dictionaries_figures_and_images(client: MlflowClient, run_id: str) -> None:
    client.log_dict(run_id, {"a": [1, "ü"], "b": None}, "d.json")
    client.log_dict(run_id, {"a": [1, "ü"]}, "d.yaml")
    figure = Figure()
    figure.subplots().plot([1, 2])
    client.log_figure(run_id, figure, "plots/f.png", save_kwargs={"dpi": 20})
    client.log_image(run_id, np.zeros((4, 5, 3), dtype=np.uint8), "i.png")
    client.log_image(run_id, Image.new("L", (3, 2)), "j.png")
    root = Path(client.download_artifacts(run_id, ""))
    assert json.loads((root / "d.json").read_text(encoding="utf-8")) == {"a": [1, "ü"], "b": None}
    assert (root / "d.yaml").read_text(encoding="utf-8") == "a:\n- 1\n- ü\n"
    assert (root / "plots/f.png").read_bytes().startswith(b"\x89PNG")
    with Image.open(root / "i.png") as picture, Image.open(root / "j.png") as other:
        assert (picture.size, other.size) == ((5, 4), (3, 2))
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/d.json")["a"] == [1, "ü"]
    with pytest.raises(MlflowException, match="A str is no figure"):
        client.log_figure(run_id, "text", "f.png")


@pytest.mark.parametrize(
    ("array", "mode", "corner"),
    [
        (np.array([[0.0, 1.0]]), "L", 0),
        (np.array([[True, False]]), "L", 255),
        (np.array([[[7]]], dtype=np.int64), "L", 7),
        (np.full((1, 1, 4), 0.2, dtype=np.float32), "RGBA", (51, 51, 51, 51)),
    ],
)
def test_arrays_as_pictures(array: object, mode: str, corner: object) -> None:
    picture = as_picture(array)
    assert (picture.mode, picture.getpixel((0, 0))) == (mode, corner)


@pytest.mark.parametrize(
    "array",
    [np.zeros(3), np.zeros((1, 1, 2)), np.array([[2.0]]), np.array([[-1]]), np.array([["x"]]), np.array([[np.nan]])],
)
def test_arrays_that_are_no_pictures(array: object) -> None:
    with pytest.raises(MlflowException) as refused:
        as_picture(array)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_tables_grow(client: MlflowClient, run_id: str) -> None:
    client.log_table(run_id, {"q": ["a", "b"], "n": np.array([1, 2])}, "t.json")
    client.log_table(run_id, {"q": "c", "extra": 0.5}, "t.json")
    client.log_table(run_id, pd.DataFrame({"q": ["d"]}), "t.json")
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/t.json") == {
        "columns": ["q", "n", "extra"],
        "data": [["a", 1, None], ["b", 2, None], ["c", None, 0.5], ["d", None, None]],
    }
    with pytest.raises(MlflowException, match="differ in length"):
        client.log_table(run_id, {"q": ["a"], "n": [1, 2]}, "t.json")
    with pytest.raises(MlflowException, match=r"must end in \.json"):
        client.log_table(run_id, {"q": ["a"]}, "t.csv")
    with pytest.raises(MlflowException, match="not from a list"):
        client.log_table(run_id, [1], "t.json")


def test_fluent_files(client: MlflowClient, name: str, folder: Path) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_artifact(folder / "a.txt", "one")
        mlflow.log_artifacts(folder)
        mlflow.log_text("x", "text.txt")
        mlflow.log_dict({}, "d.json")
        mlflow.log_figure(Figure(), "f.png")
        mlflow.log_image(np.zeros((1, 1)), "i.png")
        mlflow.log_table({"a": [1]}, "t.json")
        root = mlflow.get_artifact_uri()
        assert root == run.info.artifact_uri
        assert mlflow.get_artifact_uri("one/a.txt") == f"{root}/one/a.txt"
    names = {item.path for item in mlflow.artifacts.list_artifacts(run_id=run.info.run_id)}
    assert names == {"one", "a.txt", "deep", "empty", "text.txt", "d.json", "f.png", "i.png", "t.json"}
    mlflow.log_text("later", "late.txt", run_id=run.info.run_id)
    assert mlflow.active_run() is None
    assert mlflow.artifacts.load_text(f"{root}/late.txt") == "later"


def test_artifacts_by_uri(client: MlflowClient, run_id: str, tmp_path: Path) -> None:
    client.log_text(run_id, "x", "a/b.txt")
    uri = client.get_run(run_id).info.artifact_uri
    for named in (f"{uri}/a", f"runs:/{run_id}/a"):
        assert mlflow.artifacts.list_artifacts(named) == [FileInfo("b.txt", False, 1)]
        assert mlflow.artifacts.download_artifacts(named, dst_path=str(tmp_path)) == str(tmp_path / "a")
    assert mlflow.artifacts.list_artifacts(run_id=run_id, artifact_path="a") == [FileInfo("a/b.txt", False, 1)]
    path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="a/b.txt")
    assert Path(path).read_text() == "x"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either artifact_uri or run_id"),
        ({"artifact_uri": "x", "run_id": "y"}, "either artifact_uri or run_id"),
        ({"run_id": "y"}, "artifact_path beside run_id"),
        ({"artifact_uri": "x/y", "artifact_path": "z"}, "goes with run_id"),
        ({"artifact_uri": "gopher://x/y"}, "scheme 'gopher'"),
        ({"artifact_uri": "runs://host/x/y"}, "runs:/<run id>/<path>"),
        ({"artifact_uri": "file://host/x/y"}, "names no local folder"),
        ({"artifact_uri": "mlflow-artifacts:/x?y=1/z"}, "query or a fragment"),
        ({"artifact_uri": "mlflow-artifacts:/../x/y"}, "Invalid path"),
    ],
)
def test_bad_arguments(client: MlflowClient, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(MlflowException, match=message):
        mlflow.artifacts.download_artifacts(**arguments)


def test_what_is_no_text_or_json(client: MlflowClient, run_id: str, tmp_path: Path) -> None:
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe{")
    client.log_artifact(run_id, tmp_path / "b.bin")
    with pytest.raises(MlflowException, match="no UTF-8 text"):
        mlflow.artifacts.load_text(f"runs:/{run_id}/b.bin")
    client.log_text(run_id, "{", "c.json")
    with pytest.raises(MlflowException, match="is no JSON"):
        mlflow.artifacts.load_dict(f"runs:/{run_id}/c.json")


def test_local_folders_need_no_server(tmp_path: Path) -> None:
    (tmp_path / "x y").mkdir()
    (tmp_path / "x y/f.txt").write_text("hello")
    for uri in (f"{tmp_path}/x y/f.txt", f"file://{tmp_path}/x%20y/f.txt", f"file:{tmp_path}/x%20y/f.txt"):
        assert mlflow.artifacts.load_text(uri) == "hello"


def test_pictures_of_a_key(client: MlflowClient, run_id: str) -> None:
    client.log_image(run_id, np.zeros((4, 4), dtype=np.uint8), key="val/dogs", step=7, timestamp=99)
    client.log_image(run_id, mlflow.Image([[0.0, 1.0], [1.0, 0.0]]), key="val/dogs")
    paths = [item.path for item in client.list_artifacts(run_id, "images")]
    assert len(paths) == 2
    assert sorted(path.split("~")[:2] for path in paths) == [["images/val+dogs", "0"], ["images/val+dogs", "7"]]
    [old] = [path for path in paths if "~7~99~" in path]
    loaded = mlflow.artifacts.load_image(f"runs:/{run_id}/{old}")
    assert loaded.size == (4, 4)
    for arguments in ({}, {"artifact_file": "a.png", "key": "k"}, {"artifact_file": "a.png", "step": 1}):
        with pytest.raises(MlflowException):
            client.log_image(run_id, loaded, **arguments)


def test_images(tmp_path: Path) -> None:
    image = mlflow.Image(np.full((2, 3, 3), 255, dtype=np.uint8))
    assert (image.size, image.to_array().shape) == ((3, 2), (2, 3, 3))
    assert image.resize((6, 4)).size == (6, 4)
    image.save(tmp_path / "a.png")
    assert mlflow.Image(tmp_path / "a.png").to_list() == image.to_list()
    assert mlflow.Image(image.to_pil()).to_list() == image.to_list()
    (tmp_path / "b.png").write_text("no picture")
    for bad in (str(tmp_path / "b.png"), tmp_path / "missing.png", np.zeros((2, 2, 7))):
        with pytest.raises(MlflowException):
            mlflow.Image(bad)


def test_tables_of_several_runs(client: MlflowClient, name: str) -> None:
    mlflow.set_experiment(name)
    runs = []
    for number in range(2):
        with mlflow.start_run(tags={"t": number}) as run:
            mlflow.log_param("p", number)
            mlflow.log_table({"x": [number], "y": ["it's"]}, "eval/it's.json")
            mlflow.log_table({"x": [number + 10], "z": [None]}, "eval/it's.json")
            mlflow.log_table({"other": [1]}, "other.json")
            runs.append(run.info.run_id)
    frame = mlflow.load_table("eval/it's.json", extra_columns=["run_id", "params.p", "tags.t", "metrics.none"])
    frame = frame.sort_values("x").reset_index(drop=True)
    assert list(frame.columns) == ["x", "y", "z", "run_id", "params.p", "tags.t", "metrics.none"]
    assert list(frame["x"]) == [0, 1, 10, 11]
    assert list(frame["run_id"]) == [runs[0], runs[1]] * 2
    assert list(frame["params.p"]) == ["0", "1", "0", "1"]
    assert len(mlflow.load_table("other.json", run_ids=[runs[1]])) == 1
    for arguments in (("no.json",), ("no.json", [runs[0]])):
        with pytest.raises(MlflowException, match=r"table 'no\.json'"):
            mlflow.load_table(*arguments)
    with pytest.raises(MlflowException, match="no column 'nonsense'"):
        mlflow.load_table("other.json", extra_columns=["nonsense"])
    with pytest.raises(MlflowException, match=r"must end in \.json"):
        mlflow.load_table("table.csv")


def test_a_tag_names_as_many_tables_as_it_can_hold() -> None:
    tag = with_table(None, "a.json")
    assert tag is not None
    assert tables_in(with_table(tag, "b.json")) == ["a.json", "b.json"]
    assert with_table(tag, "a.json") == tag
    assert with_table(tag, "x" * 8000 + ".json") is None
    for broken in ("nonsense", "[1]", "{}", '[{"type": "json"}]'):
        assert tables_in(broken) == []


def test_without_pillow_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    for image in (np.zeros((2, 2)), "picture.png"):
        with pytest.raises(MlflowException, match=re.escape("needs Pillow (pip install 'trackwell[images]')")):
            mlflow.Image(image)
