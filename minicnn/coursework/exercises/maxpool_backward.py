"""The gradient of max pooling."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.maxpool_forward import distinct
from minicnn.typing import Array


def maxpool_backward(dy: Array, x: Array, size: int, stride: int) -> Array:
    """Return dL/dx of y = maxpool_forward(x, size, stride).

    The largest number of a window is what y is, so it gets the whole gradient of that window; the
    others could change a little without changing y, and get none. Where windows overlap, one
    number may be the largest of several, and its gradients add up. Among equal largest numbers of
    a window, the first gets the gradient, row by row.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        dL/dy.
    x : array (N, C, H, W)
        What went into the pooling.
    size : int
        The height and the width of the window.
    stride : int
        How far apart the windows are.

    Returns
    -------
    array (N, C, H, W)
        dL/dx.
    """
    N, C, OH, OW = dy.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + size, left : left + size]
                    row, column = divmod(int(window.argmax()), size)
                    dx[n, c, top + row, left + column] += dy[n, c, i, j]
    return dx


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, shape: tuple[int, int, int, int], size: int, stride: int) -> Case:
        N, C, H, W = shape
        OH, OW = (H - size) // stride + 1, (W - size) // stride + 1
        dy = distinct(rng, (N, C, OH, OW)) * 4 + 0.3
        return Case(what, (dy, distinct(rng, shape), size, stride))

    wide = np.array([[[[3.0, 1.0, 2.0, 6.0], [5.0, 4.0, 8.0, 7.0]]]])
    overlapping = np.array([[[[1.0, 5.0, 3.0], [4.0, 2.0, 9.0], [8.0, 6.0, 7.0]]]])
    tied = np.array([[[[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]]])
    *growing, last = [
        case("a last row and column that no window reaches", (1, 1, 5, 5), 2, 2),
        case("a stride larger than the window", (1, 1, 8, 8), 2, 3),
        case("a picture that is not square", (1, 1, 4, 7), 2, 2),
        case("two samples of one channel", (2, 1, 4, 4), 2, 2),
        case("one sample of three channels", (1, 3, 4, 4), 2, 2),
        case("windows of 3 with a stride of 2", (2, 3, 5, 7), 3, 2),
        case("float32 in another memory order", (2, 3, 6, 5), 3, 2),
    ]
    dy, x = (
        np.ascontiguousarray(array.astype(np.float32).transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
        for array in last.inputs[:2]
    )
    return [
        Case("two windows", (np.array([[[[3.0, 5.0]]]]), wide, 2, 2)),
        Case(
            "windows that overlap, 9 being the largest of two",
            (np.array([[[[2.0, 3.0], [7.0, 5.0]]]]), overlapping, 2, 1),
        ),
        Case("equal largest numbers in a window", (np.array([[[[4.0]]]]), tied, 3, 3)),
        Case(
            "negative numbers",
            (np.array([[[[2.0, 3.0], [7.0, 5.0]]]]), overlapping - 10.0, 2, 1),
        ),
        *growing,
        Case(last.what, (dy, x, 3, 2)),
    ]


exercise = Exercise(maxpool_backward, ["dx"], cases)
