"""The bank of hand-made kernels.

Kernels are correlated with the picture, as in the layers: they are not flipped. So each weight
multiplies the pixel that it lies on.

Sources: Gonzalez and Woods, "Digital Image Processing", 4th edition, chapter 3, for blurring,
sharpening and the Laplacian; Prewitt, "Object enhancement and extraction", 1970; Sobel and Feldman,
"A 3x3 isotropic gradient operator for image processing", 1968; Scharr, "Optimal operators in
digital image processing", Heidelberg 2000; Pillow's ``ImageFilter.EDGE_ENHANCE`` for edge_enhance.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.html_table import group, matrix, text
from minicnn.typing import Array


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Kernel:
    """A hand-made kernel; NumPy treats it as the array of its values.

    Attributes
    ----------
    values : array (KH, KW)
        float64, read-only.
    description : str
        What it does, in one line.

    Examples
    --------
    >>> KERNELS["sobel_x"].values.astype(int)
    array([[-1,  0,  1],
           [-2,  0,  2],
           [-1,  0,  1]])
    >>> KERNELS["sobel_x"].description
    'slope to the right, smoothed down: bright where it gets lighter from left to right'
    """

    values: Array
    description: str

    def _repr_html_(self) -> str:
        """Return the weights, and what they do, for a notebook."""
        return group(matrix(self.values), text(self.description))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.array(self.values, dtype, copy=copy)


def box_blur(size: int = 3) -> Array:
    """Return the mean of a square: all weights 1 / size^2.

    Parameters
    ----------
    size : int, default 3
        Odd, so that the square has a middle.

    Returns
    -------
    array (size, size)

    Raises
    ------
    ArgumentError
        If the size is even, or not a whole number.

    Examples
    --------
    >>> box_blur(3) * 9
    array([[1., 1., 1.],
           [1., 1., 1.],
           [1., 1., 1.]])
    """
    size = _odd("box_blur", size)
    return np.full((size, size), 1 / size**2)


def gaussian_blur(size: int = 3, sigma: float | None = None) -> Array:
    """Return a bell: weights that fall off with the distance from the middle, and sum to 1.

    Parameters
    ----------
    size : int, default 3
        Odd.
    sigma : float, optional
        The width of the bell in pixels, weights exp(-distance^2 / (2 sigma^2)). By default the
        weights are the binomial coefficients, which approach a bell of sigma = sqrt(size - 1) / 2:
        1 2 1 for size 3, 1 4 6 4 1 for size 5.

    Returns
    -------
    array (size, size)

    Raises
    ------
    ArgumentError
        If the size is even or not a whole number, or sigma is not above 0.

    Examples
    --------
    >>> gaussian_blur(3) * 16
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size = _odd("gaussian_blur", size)
    if sigma is None:
        bell = np.array([math.comb(size - 1, k) / 2 ** (size - 1) for k in range(size)])
    else:
        sigma = checks.real_number("gaussian_blur", "sigma", sigma, above=0)
        with np.errstate(over="ignore"):  # a bell too narrow for floats is a single 1
            bell = np.exp(-(((np.arange(size) - size // 2) / sigma) ** 2) / 2)
    bell /= bell.sum()
    return np.outer(bell, bell)


def _odd(owner: str, size: int) -> int:
    size = checks.whole_number(owner, "size", size)
    if size % 2 == 0:
        raise ArgumentError(f"{owner}: size must be odd, so that there is a middle, got {size}")
    return size


def _kernel(description: str, values: npt.ArrayLike) -> Kernel:
    array = np.array(values, np.float64)
    array.setflags(write=False)
    return Kernel(array, description)


_SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

KERNELS: dict[str, Kernel] = {
    "identity": _kernel("the picture as it is", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "box_blur": _kernel("the mean of the nine pixels", box_blur(3)),
    "gaussian_blur": _kernel("a mean in which near pixels count more", gaussian_blur(3)),
    "sharpen": _kernel(
        "the picture plus its difference from its four neighbours",
        [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    ),
    "edge_enhance": _kernel(
        "the picture plus half its difference from its eight neighbours",
        np.array([[-1, -1, -1], [-1, 10, -1], [-1, -1, -1]]) / 2,
    ),
    "laplacian": _kernel(
        "the sum of both second derivatives: zero on slopes, answers on both sides of an edge",
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    ),
    "outline": _kernel(
        "each pixel's difference from its eight neighbours: lines and outlines",
        [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    ),
    "prewitt_x": _kernel(
        "slope to the right, summed over three rows", [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
    ),
    "prewitt_y": _kernel(
        "slope downwards, summed over three columns", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
    ),
    "sobel_x": _kernel(
        "slope to the right, smoothed down: bright where it gets lighter from left to right",
        _SOBEL_X,
    ),
    "sobel_y": _kernel(
        "slope downwards, smoothed across: bright where it gets lighter from top to bottom",
        _SOBEL_X.T,
    ),
    "scharr_x": _kernel(
        "slope to the right, weighted so that edges of all directions count alike",
        [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
    ),
    "scharr_y": _kernel(
        "slope downwards, weighted so that edges of all directions count alike",
        [[-3, -10, -3], [0, 0, 0], [3, 10, 3]],
    ),
    "top_sobel": _kernel("bright where it is lighter above", -_SOBEL_X.T),
    "bottom_sobel": _kernel(
        "bright where it is lighter below; another name of sobel_y", _SOBEL_X.T
    ),
    "left_sobel": _kernel("bright where it is lighter on the left", -_SOBEL_X),
    "right_sobel": _kernel(
        "bright where it is lighter on the right; another name of sobel_x", _SOBEL_X
    ),
    "emboss": _kernel(
        "the picture as a relief, lit from the upper left", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    ),
}
"""The bank: each kernel by its name."""
