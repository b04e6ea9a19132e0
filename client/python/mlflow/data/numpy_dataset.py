"""Datasets held in numpy arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlflow.data._digests import digest, rows_to_look_at
from mlflow.data.dataset import Dataset

if TYPE_CHECKING:
    import numpy as np

    Arrays = np.ndarray[Any, Any] | Mapping[str, np.ndarray[Any, Any]]


class NumpyDataset(Dataset):
    """Features, and perhaps what to predict from them: each an array, or several by name."""

    def __init__(
        self,
        features: Arrays,
        source: object = None,
        targets: Arrays | None = None,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        super().__init__(source, name, digest)
        self._features = features
        self._targets = targets

    @property
    def features(self) -> Arrays:
        """The features."""
        return self._features

    @property
    def targets(self) -> Arrays | None:
        """What to predict, or None."""
        return self._targets

    @property
    def schema(self) -> dict[str, Any]:
        """Types and shapes, the first length left open: {"mlflow_tensorspec": {"features": […], "targets": […]}}."""
        return {
            "mlflow_tensorspec": {
                part: None if arrays is None else [_tensor_spec(name, array) for name, array in _named(arrays)]
                for part, arrays in self._parts()
            }
        }

    @property
    def profile(self) -> dict[str, Any]:
        """Shapes, numbers of elements and bytes; by name where there are several arrays."""
        found: dict[str, Any] = {}
        for part, arrays in self._parts():
            if arrays is None:
                continue
            for measure, of_array in (("shape", _shape), ("size", _size), ("nbytes", _bytes)):
                measures = {name: of_array(array) for name, array in _named(arrays)}
                found[f"{part}_{measure}"] = measures if isinstance(arrays, Mapping) else measures[""]
        return found

    def _compute_digest(self) -> str:
        """Of types, shapes, and the content of 10,000 rows spread over each array."""
        import numpy as np

        parts: list[bytes] = []
        for part, arrays in self._parts():
            for name, array in _named(arrays) if arrays is not None else ():
                rows = array[rows_to_look_at(np, len(array))] if array.ndim else array
                content = repr(rows.tolist()).encode() if rows.dtype.hasobject else np.ascontiguousarray(rows).tobytes()
                parts += [f"{part}.{name}:{array.dtype.str}:{array.shape}".encode(), content]
        return digest(parts)

    def _parts(self) -> Iterator[tuple[str, Arrays | None]]:
        yield "features", self._features
        yield "targets", self._targets


def from_numpy(
    features: Arrays,
    source: object = None,
    targets: Arrays | None = None,
    name: str | None = None,
    digest: str | None = None,
) -> NumpyDataset:
    """A dataset of arrays. `source`: a path, a URI, or None for the code that runs now."""
    return NumpyDataset(features, source, targets, name, digest)


def _named(arrays: Arrays) -> Iterator[tuple[str, Any]]:
    import numpy as np

    if isinstance(arrays, Mapping):
        for name, array in arrays.items():
            yield str(name), np.asarray(array)
    else:
        yield "", np.asarray(arrays)


def _tensor_spec(name: str, array: Any) -> dict[str, Any]:
    shape = [-1, *array.shape[1:]] if array.ndim else []
    spec: dict[str, Any] = {"type": "tensor", "tensor-spec": {"dtype": str(array.dtype), "shape": shape}}
    return {**spec, "name": name} if name else spec


def _shape(array: Any) -> list[int]:
    return list(array.shape)


def _size(array: Any) -> int:
    return int(array.size)


def _bytes(array: Any) -> int:
    return int(array.nbytes)
