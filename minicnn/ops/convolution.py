"""The convolution and its two gradients, on arrays: everything that convolves stands on these.

With columns = im2col(x) (see `minicnn.ops.im2col`) a convolution is a linear map of x and of w:

    y = w @ columns

Its gradients are those of any linear map, where dy is dL/dy:

    dL/dw = dy @ columns.T        dL/dcolumns = w.T @ dy        dL/dx = col2im(dL/dcolumns)

The layers differ in which of the three is their forward pass: for `Conv2D` it is the first, for
`ConvTranspose2D` the last.

Arrays are x (C, H, W, N), border included, with the batch innermost; w (F, C/G, KH, KW);
y (F, OH, OW, N). One spatial axis or three work alike. Each of G groups of filters sees its own
share of the channels, and all three products hold group by group: inside, G is an axis of its own,
the first, and C and F count the channels and filters of one group.
"""

import math

import numpy as np

from minicnn.ops.im2col import by_row, col2im, column_slabs, gradient_slabs
from minicnn.ops.window import Window
from minicnn.typing import Array, Pair, Shape


def convolve(x: Array, w: Array, window: Window, groups: int = 1) -> Array:
    """Return y = w @ columns: what every kernel answers in every place.

    Parameters
    ----------
    x : array (C, H, W, N)
    w : array (F, C/G, KH, KW)
    window : Window
    groups : int, default 1

    Returns
    -------
    array (F, OH, OW, N)
    """
    x, kernels = _by_group(x, groups), _kernel_matrices(w, groups)
    G, F, _ = kernels.shape
    places, N = window.places(x.shape[2:-1]), x.shape[-1]
    y = np.empty((G, F, *places, N), np.result_type(w, x))
    for rows, columns in column_slabs(x, window):  # (G, rows, KH*KW*C, OW*N)
        np.matmul(kernels[:, np.newaxis], columns, out=by_row(y)[:, rows])
    return y.reshape(G * F, *places, N)


def weight_gradient(x: Array, dy: Array, window: Window, groups: int = 1) -> Array:
    """Return dL/dw = dy @ columns.T: every place that a kernel took adds to its gradient.

    Parameters
    ----------
    x : array (C, H, W, N)
    dy : array (F, OH, OW, N)
    window : Window
    groups : int, default 1

    Returns
    -------
    array (F, C/G, KH, KW)
    """
    x, dy = _by_group(x, groups), _by_group(dy, groups)
    G, C, F = groups, x.shape[1], dy.shape[1]
    dw = np.zeros((G, math.prod(window.kernel_size) * C, F), np.result_type(dy, x))
    for rows, columns in column_slabs(x, window, dw.nbytes):  # (G, rows, KH*KW*C, OW*N)
        # columns @ dy.T is the transpose of the formula, and the faster of the two
        dw += (columns @ by_row(dy)[:, rows].swapaxes(2, 3)).sum(axis=1)
    dw = dw.reshape(G, *window.kernel_size, C, F)
    return np.moveaxis(dw, (-1, -2), (1, 2)).reshape(G * F, C, *window.kernel_size)


def input_gradient(
    dy: Array, w: Array, x_shape: Shape, window: Window, groups: int = 1, border: Pair = (0, 0)
) -> Array:
    """Return dL/dx = col2im(w.T @ dy): each dy goes back to the pixels that its place saw.

    Each row of the picture has columns of its own, along the row alone, and what comes back to them
    is one product: of the rows of the kernel, side by side, and the rows of dy that saw this row of
    the picture, one below the other. `gradient_slabs` says which these are.

    Parameters
    ----------
    dy : array (F, OH, OW, N)
    w : array (F, C/G, KH, KW)
    x_shape : (C, H, W, N)
    window : Window
    groups : int, default 1
    border : (above, below), default (0, 0)
        Rows of x that will be cut off, so that their gradient may stay zero.

    Returns
    -------
    array (C, H, W, N)
    """
    dy, w = _by_group(dy, groups), _by_group(w, groups)
    G, F, C, KH = w.shape[:4]
    last_first = w[:, :, :, ::-1].transpose(0, *range(4, w.ndim), 2, 3, 1)  # (G, KW, C, KH, F)
    w_transposed = last_first.reshape(G, -1, KH * F)
    dx = np.zeros((G, C, *x_shape[1:]), np.result_type(w, dy))
    wanted = range(border[0], x_shape[1] - border[1])
    for rows, dy_rows in gradient_slabs(dy, window, wanted, w_transposed.shape[1]):
        columns = w_transposed[:, np.newaxis] @ dy_rows  # (G, rows, KW*C, OW*N)
        col2im(columns, window.along_rows, dx[:, :, rows].swapaxes(1, 2))
    return dx.reshape(x_shape)


def _by_group(array: Array, groups: int) -> Array:
    """View channels or filters (C, ...) as those of each group, (G, C/G, ...)."""
    return array.reshape(groups, len(array) // groups, *array.shape[1:])


def _kernel_matrices(w: Array, groups: int) -> Array:
    """Lay each kernel out as a row, in the order of a column: (G, F, KH*KW*C)."""
    w = _by_group(w, groups)  # (G, F, C, KH, KW)
    return w.transpose(0, 1, *range(3, w.ndim), 2).reshape(*w.shape[:2], -1)
