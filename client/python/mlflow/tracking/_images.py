"""Arrays and images as pictures that can be saved."""

from __future__ import annotations

from typing import Any

from mlflow.exceptions import MlflowException


def as_picture(image: Any) -> Any:
    """A PIL image of `image`, which is one already or an array. Raises MlflowException for anything else."""
    if hasattr(image, "save"):
        return image
    try:
        import numpy as np
        from PIL import Image
    except ImportError as error:
        raise MlflowException(f"Logging an array as a picture needs Pillow and numpy: {error}.") from error
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
    return Image.fromarray(array)


def _check_range(array: Any, highest: int) -> None:
    low, high = array.min(initial=0), array.max(initial=0)
    if not (low >= 0 and high <= highest):
        raise MlflowException.invalid_parameter_value(
            f"The picture's {array.dtype} values range from {low} to {high}; they must lie in [0, {highest}]."
        )
