"""The sum of windows that overlap, put back into pictures."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array, Shape


def col2im(columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int) -> Array:
    """Return pictures in which every window stands where im2col took it from.

    Where windows overlap, their numbers are added up; a pixel that no window covers is zero. The
    windows stand on the padded picture, and the border is cut off at the end. So this is not the
    inverse of im2col, but what carries a gradient back through it: a pixel that went into several
    windows gets its share from each.

    The order is that of im2col: rows n, i, j (sample, place), columns c, kh, kw.

    Parameters
    ----------
    columns : array (N * OH * OW, C * KH * KW)
        One window a row.
    x_shape : tuple of int
        (N, C, H, W), the shape of the pictures.
    kernel_size : int
        KH and KW, which are equal.
    stride : int
        By how many pixels the window moves, down and to the right.
    padding : int
        Rows and columns on each of the four sides, which were zeros in im2col.

    Returns
    -------
    array (N, C, H, W)
    """
    N, C, H, W = x_shape
    OH = output_size(H, kernel_size, stride, padding, dilation=1)
    OW = output_size(W, kernel_size, stride, padding, dilation=1)
    windows = columns.reshape(N, OH, OW, C, kernel_size, kernel_size)
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            padded[:, :, top : top + kernel_size, left : left + kernel_size] += windows[:, i, j]
    return padded[:, :, padding : padding + H, padding : padding + W]


def _shapes(x_shape: Shape, kernel_size: int, stride: int, padding: int) -> Shape:
    """Return (N, OH, OW, C, KH, KW)."""
    N, C, H, W = x_shape
    OH = output_size(H, kernel_size, stride, padding, dilation=1)
    OW = output_size(W, kernel_size, stride, padding, dilation=1)
    return N, OH, OW, C, kernel_size, kernel_size


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(
        what: str, x_shape: Shape, kernel_size: int, stride: int = 1, padding: int = 0
    ) -> Case:
        N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
        numbers = rng.permutation(np.arange(1.0, N * OH * OW * C * KH * KW + 1))
        columns = numbers.reshape(N * OH * OW, C * KH * KW)
        return Case(what, (columns, x_shape, kernel_size, stride, padding))

    N, OH, OW, C, KH, KW = _shapes((2, 3, 8, 7), 3, 2, 2)
    other_order = rng.normal(size=(C * KH * KW, N * OH * OW)).astype(np.float32).T
    first = np.arange(1.0, 17).reshape(4, 4)
    return [
        Case("four windows of 2 on a picture of 3 x 3", (first, (1, 1, 3, 3), 2, 1, 0)),
        case("padding of 1", (1, 1, 3, 3), 2, padding=1),
        case("a stride of 2", (1, 1, 5, 5), 3, stride=2),
        case("two channels", (1, 2, 3, 3), 2),
        case("two samples", (2, 1, 3, 3), 2),
        case("a wide picture", (1, 1, 3, 5), 2),
        case("a tall picture", (1, 1, 5, 3), 2),
        case("two samples of three channels", (2, 3, 4, 3), 2),
        case("a stride that leaves rows and columns over", (1, 1, 6, 7), 2, stride=3),
        case("padding of 2", (1, 1, 3, 4), 3, padding=2),
        case("a stride of 2 with padding of 1", (1, 1, 6, 5), 3, stride=2, padding=1),
        case("everything at once", (4, 2, 10, 13), 3, stride=2, padding=1),
        Case("float32 in another memory order", (other_order, (2, 3, 8, 7), 3, 2, 2)),
    ]


exercise = Exercise(col2im, ["x"], cases)
