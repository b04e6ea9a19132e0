"""`mlflow.data`: datasets of DataFrames and arrays, and `mlflow.log_input` (rest-facts §4, §6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own
import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.data import DatasetSource, from_numpy, from_pandas, get_source
from support.foreign_server import Request, foreign_server


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": [1.5, None],
            "n": [1, 2],
            "small": np.array([1, 2], dtype=np.int32),
            "ok": [True, False],
            "word": ["a", "b"],
            "when": pd.to_datetime(["2020-01-01", "2020-01-02"]),
        }
    )


def test_a_data_frame(frame: pd.DataFrame) -> None:
    dataset = from_pandas(frame, "data.csv", targets="n", name="train")
    assert (dataset.name, dataset.targets, dataset.predictions) == ("train", "n", None)
    assert dataset.df is frame
    assert dataset.profile == {"num_rows": 2, "num_elements": 12}
    columns = dataset.schema["mlflow_colspec"]
    assert [(column["name"], column["type"]) for column in columns] == [
        ("x", "double"),
        ("n", "long"),
        ("small", "integer"),
        ("ok", "boolean"),
        ("word", "string"),
        ("when", "datetime"),
    ]
    assert [column["name"] for column in columns if not column["required"]] == ["x"]
    assert dataset.source == DatasetSource("local", {"uri": str(Path("data.csv").absolute())})
    with pytest.raises(MlflowException, match="no column 'y'"):
        from_pandas(frame, targets="y")


def test_arrays() -> None:
    one = from_numpy(np.zeros((5, 3)), targets=np.zeros(5, dtype=np.int64))
    assert one.schema == {
        "mlflow_tensorspec": {
            "features": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}],
            "targets": [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}],
        }
    }
    assert one.profile["features_shape"] == [5, 3]
    assert (one.profile["targets_size"], one.profile["features_nbytes"]) == (5, 120)
    several = from_numpy({"a": np.zeros(2), "b": np.zeros((2, 2))})
    assert several.profile["features_size"] == {"a": 2, "b": 4}
    assert several.schema["mlflow_tensorspec"]["targets"] is None


def test_digests_differ_where_contents_do(frame: pd.DataFrame) -> None:
    digests = [from_pandas(frame).digest, from_pandas(frame.copy(), "elsewhere.csv").digest]
    assert len(set(digests)) == 1
    assert 1 <= len(digests[0]) <= 36
    others = [
        frame.assign(n=[1, 3]),
        frame.rename(columns={"n": "m"}),
        frame.iloc[:1],
        frame.assign(n=frame["n"].astype("int16")),
    ]
    array = np.arange(30_000.0)
    changed = array.copy()
    changed[-1] = 0
    arrays = [array, changed, array[1:], array.astype("float32"), array.reshape(3, -1), np.array(["a"], dtype=object)]
    digests += [from_pandas(other).digest for other in others]
    digests += [from_numpy(other).digest for other in arrays]
    digests += [from_numpy(array, targets=array).digest, from_numpy({"a": array}).digest]
    assert len(set(digests)) == len(digests) - 1
    assert from_pandas(pd.DataFrame({"lists": [[1], [2]]})).digest
    assert from_pandas(frame, digest="mine").digest == "mine"


@pytest.mark.parametrize(
    ("given", "kind", "fields"),
    [
        ("s3://bucket/a.csv", "s3", {"uri": "s3://bucket/a.csv"}),
        ("https://example.org/a.csv", "http", {"url": "https://example.org/a.csv"}),
        ("file:///a.csv", "local", {"uri": "file:///a.csv"}),
        (Path("/a.csv"), "local", {"uri": "/a.csv"}),
    ],
)
def test_sources(given: object, kind: str, fields: dict[str, str]) -> None:
    source = from_numpy(np.zeros(1), given).source
    assert (source.kind, source.fields) == (kind, fields)
    assert json.loads(source.to_json()) == fields
    assert source.uri == next(iter(fields.values()))


def test_a_drive_is_no_scheme() -> None:
    assert from_numpy(np.zeros(1), "C:/a.csv").source.kind == "local"


def test_the_code_is_the_source_where_none_is_given() -> None:
    source = from_numpy(np.zeros(1)).source
    assert source.kind == "code"
    assert source.fields["tags"]["mlflow.source.type"] == "LOCAL"
    with pytest.raises(MlflowException, match="holds no data"):
        source.load()
    with pytest.raises(MlflowException, match="A float is no source"):
        from_numpy(np.zeros(1), 1.5)


def test_an_input_of_a_run(client: MlflowClient, name: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    frame.to_csv(path)
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_input(from_pandas(frame, path, name="train"), context="training", tags={"split": "a"})
        mlflow.log_inputs([from_numpy(np.zeros(3), name="test")], ["testing"], None)
    train, test = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert (train.dataset.name, test.dataset.name) == ("train", "test")
    assert {tag.key: tag.value for tag in train.tags} == {"mlflow.data.context": "training", "split": "a"}
    assert train.dataset.digest == from_pandas(frame).digest
    assert train.dataset.schema is not None
    assert train.dataset.profile is not None
    assert json.loads(train.dataset.profile)["num_rows"] == 2
    assert get_source(train).load() == str(path)
    assert [found.info.run_id for found in client.search_runs(["0", run.info.experiment_id], "dataset.name = 'test'")]


def test_what_is_no_dataset() -> None:
    with pytest.raises(MlflowException, match="A int is no dataset"):
        get_source(1)
    entity = mlflow.entities.Dataset("n", "d", "other", "plain text")
    assert get_source(entity) == DatasetSource("other", {"uri": "plain text"})


@pytest.fixture
def web() -> Iterator[str]:
    """The address of a web server, without its scheme: a file at each path but some."""

    def answer(request: Request) -> tuple[int, bytes]:
        known = {
            "/missing.csv": (404, b"no such file"),
            "/moved.csv": (302, b""),
            "/who": (200, request.headers.get("Authorization", "").encode()),
        }
        return known.get(request.path, (200, b"a,b\n1,2\n"))

    def headers(request: Request) -> dict[str, str]:
        [name] = request.query.get("name", [""])
        known = {
            "/moved.csv": {"Location": "/a.csv"},
            "/short.csv": {"Content-Length": "100", "Connection": "close"},
            "/named": {"Content-Disposition": f"attachment; filename={name}"},
        }
        return known.get(request.path, {})

    with foreign_server() as server:
        server.answer, server.headers = answer, headers
        yield server.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/a%20b.csv?version=2", "a b.csv"),
        ("/moved.csv", "moved.csv"),
        ("", "dataset"),
        ("/data/", "dataset"),
        ("/named?name=train.csv", "train.csv"),
        ("/named?name=../../etc/passwd", "named"),
        ("/data/..%2Fa.csv", "dataset"),
    ],
)
def test_a_file_of_the_web_is_fetched(web: str, tmp_path: Path, path: str, name: str) -> None:
    dataset = from_numpy(np.zeros(1), f"http://{web}{path}")
    local = Path(get_source(dataset._to_mlflow_entity()).load(str(tmp_path / "to")))
    assert (local, local.read_bytes()) == (tmp_path / "to" / name, b"a,b\n1,2\n")
    assert Path(dataset.source.load()).read_bytes() == b"a,b\n1,2\n"


def test_credentials_of_the_tracking_server_stay_there(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    assert Path(DatasetSource("http", {"url": f"http://{web}/who"}).load()).read_bytes() == b""
    own = DatasetSource("http", {"url": f"http://ann:pass@{web}/who"})
    assert Path(own.load()).read_bytes() == b"Basic YW5uOnBhc3M="


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        ("http://{web}/missing.csv", "RESOURCE_DOES_NOT_EXIST", "/missing.csv answered with HTTP status 404: 'no such"),
        ("http://127.0.0.1:1/a.csv", "TEMPORARILY_UNAVAILABLE", "The web server at http://127.0.0.1:1 cannot be"),
        ("http://{web}/short.csv", "TEMPORARILY_UNAVAILABLE", ""),
        ("http:///a.csv", "INVALID_PARAMETER_VALUE", "names no host"),
        ("http://[/a.csv", "INVALID_PARAMETER_VALUE", "names no host"),
    ],
)
def test_what_cannot_be_fetched_leaves_nothing(
    web: str, url: str, code: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    source = DatasetSource("http", {"url": url.format(web=web)})
    with pytest.raises(MlflowException) as refused:
        source.load(str(tmp_path / "to"))
    assert refused.value.error_code == code
    assert message in refused.value.message
    assert list((tmp_path / "to").iterdir()) == []


def test_a_file_uri_leads_to_the_path() -> None:
    assert from_numpy(np.zeros(1), "file:///data/a%20b.csv").source.load() == "/data/a b.csv"
