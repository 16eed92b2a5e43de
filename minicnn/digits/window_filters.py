"""The mean and the maximum of a square window around each pixel."""

from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.typing import Array


def mean_filter(picture: Array, reach: int) -> Array:
    """Return the mean of the square that reaches so far to each side, cut off at the rim."""
    for axis, length in enumerate(picture.shape):
        total = np.cumsum(picture, axis=axis, dtype=np.float64)
        total = np.insert(total, 0, 0, axis=axis)
        places = np.arange(length)
        first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, length)
        count = np.expand_dims(last - first, 1 - axis)
        sums = total.take(last, axis) - total.take(first, axis)
        picture = (sums / count).astype(picture.dtype)
    return picture


def maximum_filter(picture: npt.NDArray[Any], reach: int) -> npt.NDArray[Any]:
    """Return the largest value in the square that reaches so far, cut off at the rim.

    The maximum over two adjacent windows is that of one twice as wide. So it takes a few steps
    instead of one for each pixel of the window.
    """
    for axis in (0, 1):
        widths = [(reach, reach) if axis == other else (0, 0) for other in (0, 1)]
        picture = np.moveaxis(np.pad(picture, widths, mode="edge"), axis, 0)
        covered, width = 1, 2 * reach + 1
        while covered < width:
            step = min(covered, width - covered)
            picture = np.maximum(picture[:-step], picture[step:])
            covered += step
        picture = np.moveaxis(picture, 0, axis)
    return picture
