"""Small pictures side by side in one large one: pure arrays, no plotting."""

import math

import numpy as np

from minicnn.errors import ShapeError
from minicnn.typing import Array


def montage(pictures: Array, columns: int, gap: int = 1) -> Array:
    """Lay pictures out in rows, with gaps of NaN, which plots leave blank.

    Parameters
    ----------
    pictures : array (M, H, W)
    columns : int
        Pictures in a row.
    gap : int, default 1
        Pixels between two pictures.

    Returns
    -------
    array (rows*(H + gap) - gap, columns*(W + gap) - gap)

    Raises
    ------
    ShapeError
        If the pictures are not (M, H, W) with at least one of them.

    Examples
    --------
    >>> import numpy as np
    >>> montage(np.arange(3.0).reshape(3, 1, 1), columns=2)
    array([[ 0., nan,  1.],
           [nan, nan, nan],
           [ 2., nan, nan]])
    """
    if pictures.ndim != 3 or len(pictures) == 0:
        raise ShapeError(f"montage: expected pictures of shape (M, H, W), got {pictures.shape}")
    M, H, W = pictures.shape
    rows = math.ceil(M / columns)
    canvas = np.full((rows * (H + gap) - gap, columns * (W + gap) - gap), np.nan)
    for index, picture in enumerate(pictures):
        top, left = corner(index, columns, (H, W), gap)
        canvas[top : top + H, left : left + W] = picture
    return canvas


def corner(index: int, columns: int, size: tuple[int, int], gap: int = 1) -> tuple[int, int]:
    """Return the row and column of the top left pixel of a picture in its montage.

    Examples
    --------
    >>> corner(5, columns=4, size=(7, 7))
    (8, 8)
    """
    row, column = divmod(index, columns)
    return row * (size[0] + gap), column * (size[1] + gap)
