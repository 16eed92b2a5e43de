"""The range of values of a picture."""

from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
from minicnn.typing import Array


def rescale_intensity(
    image: npt.NDArray[Any],
    in_range: tuple[float, float] | None = None,
    out_range: tuple[float, float] = (0.0, 1.0),
) -> Array:
    """Stretch the values of a picture linearly from one range to another.

    Parameters
    ----------
    image : array
        Of any shape.
    in_range : (float, float), optional
        The values that become the ends of `out_range`; values outside are clipped. By default the
        smallest and the largest value of the picture.
    out_range : (float, float), default (0, 1)

    Returns
    -------
    array
        Of the dtype of the picture if that is a float, else float64. If the picture is constant, or
        the range has no width, all values are the lower end.

    Raises
    ------
    ArgumentError
        If a range is not two finite numbers, with the smaller one first.
    DataError
        If the picture is empty or holds NaN or infinity.

    Examples
    --------
    >>> rescale_intensity(np.array([-4.0, 0.0, 4.0]))
    array([0. , 0.5, 1. ])
    >>> rescale_intensity(np.array([0, 128, 255], np.uint8), in_range=(0, 255), out_range=(-1, 1))
    array([-1.        ,  0.00392157,  1.        ])
    """
    owner = "rescale_intensity"
    if not isinstance(image, np.ndarray) or image.size == 0 or image.dtype.kind not in "fiu":
        raise DataError(f"{owner}: expected an array of numbers, got {image!r}")
    values = image.astype(np.float64)
    checks.finite(owner, "image", values)
    if in_range is None:
        in_range = float(values.min()), float(values.max())
    (low, high), (bottom, top) = (
        checks.interval(owner, "in_range", in_range),
        checks.interval(owner, "out_range", out_range),
    )
    kept = image.dtype if image.dtype.kind == "f" else np.dtype(np.float64)
    if max(abs(bottom), abs(top)) > float(np.finfo(kept).max):
        raise ArgumentError(f"{owner}: out_range must fit into {kept}, got {out_range!r}")
    if low == high:
        return np.full_like(values, bottom, kept)
    # Halved, since the width of a range from -1e308 to 1e308 is not a finite float.
    share = (values.clip(low, high) / 2 - low / 2) / (high / 2 - low / 2)
    return (bottom * (1 - share) + top * share).astype(kept)
