"""Datasets held in pandas DataFrames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlflow.data._digests import digest, rows_to_look_at
from mlflow.data.dataset import Dataset
from mlflow.exceptions import MlflowException

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # pandas has no types of its own

_TYPES = {"b": "boolean", "O": "string", "U": "string", "S": "binary", "M": "datetime"}
"""Kinds of numpy -> the names of column types in recorded schemas."""


class PandasDataset(Dataset):
    """A DataFrame, perhaps with a column to predict and one with predictions."""

    def __init__(
        self,
        df: pd.DataFrame,
        source: object = None,
        targets: str | None = None,
        name: str | None = None,
        digest: str | None = None,
        predictions: str | None = None,
    ) -> None:
        """Raises MlflowException when a named column is not there."""
        for column in (targets, predictions):
            if column is not None and column not in df.columns:
                raise MlflowException.invalid_parameter_value(f"The DataFrame has no column {column!r}.")
        super().__init__(source, name, digest)
        self._df = df
        self._targets = targets
        self._predictions = predictions

    @property
    def df(self) -> pd.DataFrame:
        """The DataFrame."""
        return self._df

    @property
    def targets(self) -> str | None:
        """The column to predict, or None."""
        return self._targets

    @property
    def predictions(self) -> str | None:
        """The column with predictions, or None."""
        return self._predictions

    @property
    def schema(self) -> dict[str, Any]:
        """The columns: {"mlflow_colspec": [{"type", "name", "required"}, …]}; a column with a gap is not required."""
        return {
            "mlflow_colspec": [
                {"type": _type_of(column.dtype), "name": str(label), "required": not bool(column.isna().any())}
                for label, column in self._df.items()
            ]
        }

    @property
    def profile(self) -> dict[str, Any]:
        """Rows and cells."""
        return {"num_rows": len(self._df), "num_elements": int(self._df.size)}

    def _compute_digest(self) -> str:
        """Of column names, types, number of rows, and the content of 10,000 rows spread over the DataFrame."""
        import numpy as np
        from pandas import util

        hash_rows: Any = util.hash_pandas_object
        looked_at = self._df.iloc[rows_to_look_at(np, len(self._df))]
        try:
            hashes = hash_rows(looked_at, index=False)
        except TypeError:  # cells that cannot be hashed, such as lists
            hashes = hash_rows(looked_at.astype(str), index=False)
        head = [f"{label}:{column.dtype}".encode() for label, column in self._df.items()]
        return digest([*head, str(len(self._df)).encode(), hashes.to_numpy().tobytes()])


def from_pandas(
    df: pd.DataFrame,
    source: object = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> PandasDataset:
    """A dataset of a DataFrame. `source`: a path, a URI, or None for the code that runs now."""
    return PandasDataset(df, source, targets, name, digest, predictions)


def _type_of(dtype: Any) -> str:
    kind, width = dtype.kind, getattr(dtype, "itemsize", 8)
    if kind in "iu":
        return "integer" if width < 4 or (kind == "i" and width == 4) else "long"
    if kind == "f":
        return "float" if width <= 4 else "double"
    return _TYPES.get(kind, "string")
