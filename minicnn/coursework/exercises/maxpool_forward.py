"""Max pooling."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def maxpool_forward(x: Array, size: int, stride: int) -> Array:
    """Return the largest number of each window.

    A window of size x size moves over each picture in steps of the stride, and
    y[n, c, i, j] is the largest number of x[n, c] in the window whose first row is i * stride
    and whose first column is j * stride. There is no padding: a window that would reach beyond
    the picture is left out, so that OH = (H - size) // stride + 1, and OW in the same way.

    Parameters
    ----------
    x : array (N, C, H, W)
        The pictures.
    size : int
        The height and the width of the window.
    stride : int
        How far apart the windows are, down and across. They overlap where it is below the size.

    Returns
    -------
    array (N, C, OH, OW)
        The largest numbers.
    """
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride + 1
    y = np.zeros((N, C, OH, OW), x.dtype)
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + size, left : left + size]  # (N, C, size, size)
            y[:, :, i, j] = window.max(axis=(2, 3))
    return y


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return numbers from -1 to 1 in random order, no two of them the same."""
    count = int(np.prod(shape))
    return (rng.permutation(count) / count * 2 - 1).reshape(shape)


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    overlapping = np.array([[[[1.0, 5.0, 3.0], [4.0, 2.0, 9.0], [8.0, 6.0, 7.0]]]])
    return [
        Case("two windows", (np.array([[[[3.0, 1.0, 2.0, 8.0], [5.0, 4.0, 6.0, 7.0]]]]), 2, 2)),
        Case("windows that overlap", (overlapping, 2, 1)),
        Case("negative numbers", (-overlapping, 2, 1)),
        Case("a last row and column that no window reaches", (distinct(rng, (1, 1, 5, 5)), 2, 2)),
        Case("a stride larger than the window", (distinct(rng, (1, 1, 8, 8)), 2, 3)),
        Case("a picture that is not square", (distinct(rng, (1, 1, 4, 7)), 2, 2)),
        Case("two samples of one channel", (distinct(rng, (2, 1, 4, 4)), 2, 2)),
        Case("one sample of three channels", (distinct(rng, (1, 3, 4, 4)), 2, 2)),
        Case("windows of 3 with a stride of 2", (distinct(rng, (2, 3, 7, 10)), 3, 2)),
        Case(
            "float32 in another memory order",
            (distinct(rng, (9, 8, 3, 2)).astype(np.float32).transpose(3, 2, 1, 0), 3, 2),
        ),
    ]


exercise = Exercise(maxpool_forward, ["y"], cases)
