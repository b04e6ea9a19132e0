"""Datasets to record as inputs of runs with `mlflow.log_input`: what they are called, hold and come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import _lazy

if TYPE_CHECKING:
    from mlflow.data.dataset import Dataset
    from mlflow.data.numpy_dataset import NumpyDataset, from_numpy
    from mlflow.data.pandas_dataset import PandasDataset, from_pandas
    from mlflow.data.sources import DatasetSource, get_source

__all__ = ["Dataset", "DatasetSource", "NumpyDataset", "PandasDataset", "from_numpy", "from_pandas", "get_source"]

__getattr__, __dir__ = _lazy.exports(
    __name__,
    {
        "Dataset": "mlflow.data.dataset",
        "DatasetSource": "mlflow.data.sources",
        "NumpyDataset": "mlflow.data.numpy_dataset",
        "PandasDataset": "mlflow.data.pandas_dataset",
        "from_numpy": "mlflow.data.numpy_dataset",
        "from_pandas": "mlflow.data.pandas_dataset",
        "get_source": "mlflow.data.sources",
    },
    frozenset({"dataset", "numpy_dataset", "pandas_dataset", "sources"}),
)
