"""Arrays and images as pictures that can be saved."""

from __future__ import annotations

import uuid
from os import PathLike, fspath
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import safe_path

_NEEDED = "Pillow (pip install 'trackwell[images]')"


def as_picture(image: Any) -> Any:
    """A PIL image of `image`, which is one already or an array. Raises MlflowException for anything else."""
    if isinstance(image, Image):
        return image.to_pil()
    if hasattr(image, "save"):
        return image
    try:
        import numpy as np
        from PIL import Image as PILImage
    except ImportError as error:
        raise MlflowException(f"Logging an array as a picture needs {_NEEDED}: {error}.") from error
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise MlflowException.invalid_parameter_value(
            f"An array of shape {array.shape} is no picture; (H, W), (H, W, 1), (H, W, 3) and (H, W, 4) are."
        )
    if array.dtype.kind == "b":
        array = array.astype(np.uint8) * 255
    elif array.dtype.kind == "f":
        _check_range(array, 1)
        array = np.rint(array * 255).astype(np.uint8)
    elif array.dtype.kind in "iu":
        _check_range(array, 255)
        array = array.astype(np.uint8)
    else:
        raise MlflowException.invalid_parameter_value(f"An array of {array.dtype} holds no numbers.")
    return PILImage.fromarray(array)


def _check_range(array: Any, highest: int) -> None:
    low, high = array.min(initial=0), array.max(initial=0)
    if not (low >= 0 and high <= highest):
        raise MlflowException.invalid_parameter_value(
            f"The picture's {array.dtype} values range from {low} to {high}; they must lie in [0, {highest}]."
        )


class Image:
    """A picture to log: a PIL image, an array or nested lists of pixels (`as_picture` says which), a file's path."""

    def __init__(self, image: Any) -> None:
        """Raises MlflowException for what is no picture."""
        if isinstance(image, (str, PathLike)):
            self._picture = _opened(fspath(image))
        else:
            self._picture = as_picture(image)

    def to_pil(self) -> Any:
        """The PIL image."""
        return self._picture

    def to_array(self) -> Any:
        """A numpy array of the pixels, (H, W) or (H, W, channels)."""
        import numpy as np

        return np.asarray(self._picture)

    def to_list(self) -> list[Any]:
        """The array as nested lists."""
        pixels: list[Any] = self.to_array().tolist()
        return pixels

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self._picture.size
        return width, height

    def resize(self, size: tuple[int, int]) -> Image:
        """A copy of another width and height."""
        return Image(self._picture.resize(size))

    def save(self, path: str | PathLike[str]) -> None:
        """Writes it in the format that the path's suffix names."""
        self._picture.save(path)


def _opened(path: str) -> Any:
    try:
        from PIL import Image as PILImage
        from PIL import UnidentifiedImageError
    except ImportError as error:
        raise MlflowException(f"Reading a picture needs {_NEEDED}: {error}.") from error
    try:
        with PILImage.open(path) as picture:
            return picture.copy()
    except (OSError, UnidentifiedImageError) as error:
        raise MlflowException.invalid_parameter_value(f"{path!r} cannot be read as a picture: {error}.") from error


def path_of_step(key: str, step: int, timestamp_ms: int) -> str:
    """Where the picture that belongs to a key, step and time is stored: a name of its own below ``images/``.

    ``images/<key>~<step>~<timestamp>~<random>.png``; a `/` in the key is written `+`, which like `~` no key contains.
    """
    name = safe_path(key).replace("/", "+")
    return f"images/{name}~{step}~{timestamp_ms}~{uuid.uuid4().hex}.png"
