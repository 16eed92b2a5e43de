"""The windows of pictures as the rows of a matrix."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array


def im2col(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    """Return the windows of pictures as a matrix, one window a row.

    A square window moves over each picture, which first gets a border of zeros. With the kernels in
    a matrix of the same columns, a whole convolution is one product of matrices.

    The rows are in the order n, i, j: sample by sample, and in each the places row by row. So row
    (n * OH + i) * OW + j holds the window of sample n that stands at place (i, j). The columns are
    in the order c, kh, kw: channel by channel, and in each the window row by row.

    Parameters
    ----------
    x : array (N, C, H, W)
    kernel_size : int
        KH and KW, which are equal.
    stride : int
        By how many pixels the window moves, down and to the right.
    padding : int
        Rows and columns of zeros on each of the four sides.

    Returns
    -------
    array (N * OH * OW, C * KH * KW)
        OH = (H + 2 * padding - KH) // stride + 1, and OW from W in the same way.
    """
    N, C, H, W = x.shape
    OH = output_size(H, kernel_size, stride, padding, dilation=1)
    OW = output_size(W, kernel_size, stride, padding, dilation=1)
    padded = _padded(x, padding, padding)
    columns = np.zeros((N, OH, OW, C * kernel_size * kernel_size))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                top, left = i * stride, j * stride
                window = padded[n, :, top : top + kernel_size, left : left + kernel_size]
                columns[n, i, j] = window.reshape(-1)  # (C, KH, KW) in a row
    return columns.reshape(N * OH * OW, -1)


def _padded(x: Array, before: int, after: int) -> Array:
    """Return pictures with zeros above and to the left, and below and to the right."""
    N, C, H, W = x.shape
    padded = np.zeros((N, C, before + H + after, before + W + after), x.dtype)
    padded[:, :, before : before + H, before : before + W] = x
    return padded


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def whole(*shape: int) -> Array:
        return rng.permutation(np.arange(1.0, np.prod(shape) + 1)).reshape(shape)

    return [
        Case(
            "a picture of 3 x 3, a window of 2", (np.arange(1.0, 10).reshape(1, 1, 3, 3), 2, 1, 0)
        ),
        Case("padding of 1", (whole(1, 1, 3, 3), 2, 1, 1)),
        Case("a stride of 2", (whole(1, 1, 5, 5), 3, 2, 0)),
        Case("two channels", (whole(1, 2, 3, 3), 2, 1, 0)),
        Case("two samples", (whole(2, 1, 3, 3), 2, 1, 0)),
        Case("a wide picture", (whole(1, 1, 3, 5), 2, 1, 0)),
        Case("a tall picture", (whole(1, 1, 5, 3), 2, 1, 0)),
        Case("two samples of three channels", (whole(2, 3, 4, 3), 2, 1, 0)),
        Case("a stride that leaves rows and columns over", (whole(1, 1, 6, 7), 2, 3, 0)),
        Case("padding of 2", (whole(1, 1, 3, 4), 3, 1, 2)),
        Case("a stride of 2 with padding of 1", (whole(1, 1, 6, 5), 3, 2, 1)),
        Case("everything at once", (rng.normal(size=(4, 2, 10, 13)), 3, 2, 1)),
        Case(
            "float32 in another memory order",
            (rng.normal(size=(8, 7, 3, 2)).astype(np.float32).transpose(3, 2, 0, 1), 3, 2, 2),
        ),
    ]


exercise = Exercise(im2col, ["columns"], cases)
