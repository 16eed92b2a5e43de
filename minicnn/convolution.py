"""The convolution and its two gradients, on arrays: everything that convolves stands on these.

With columns = im2col(x) (see `minicnn.im2col`) a convolution is a linear map of x and of w,

    y = w @ columns

so its gradients are those of any linear map:

    dL/dx = col2im(w.T @ dL/dy)        dL/dw = dL/dy @ columns.T

The layers differ in which of the three is their forward pass: for `Conv2D` it is the first, for
`ConvTranspose2D` the second. With groups each group of filters sees its own share of the channels,
and all three hold group by group. The number of groups is told by the shapes: a kernel has as many
channels as its group.

Arrays are (C, H, W, N), padded, the batch innermost; kernels (F, C/groups, KH, KW). One spatial
axis or three work alike.
"""

import math

import numpy as np

from minicnn.im2col import Columns, col2im, slabs
from minicnn.typing import Array, Shape
from minicnn.window import Window

PIECE = 4096
"""Places of the kernel that one product of the weight gradient takes."""


def convolve(columns: Columns, w: Array) -> Array:
    """Return y = w @ columns: what every kernel answers at every place.

    Parameters
    ----------
    columns : Columns
        Of the pictures (C, H, W, N).
    w : array (F, C/groups, KH, KW)

    Returns
    -------
    array (F, OH, OW, N)
    """
    G, F = columns.groups, len(w)
    w = w.reshape(G, F // G, -1)  # (G, F/G, C/G*KH*KW)
    if columns.kept is not None:
        whole: Array = w[0] @ columns.kept  # (F, OH*OW*N)
        return whole.reshape(F, *columns.out_shape)
    y = np.empty((G, F // G, *columns.out_shape), np.result_type(w, columns.padded))
    for slab, block in columns:
        part = y[slab.outputs]  # (F/G, some of OH, OW, N)
        part[...] = (w[slab.group] @ block).reshape(part.shape)
    return y.reshape(F, *columns.out_shape)


def input_gradient(dy: Array, w: Array, padded_shape: Shape, window: Window) -> Array:
    """Return dL/dx = col2im(w.T @ dy): every answer goes back to the pixels it came from.

    Parameters
    ----------
    dy : array (F, OH, OW, N)
    w : array (F, C/groups, KH, KW)
    padded_shape : (C, H, W, N)
    window : Window

    Returns
    -------
    array (C, H, W, N)
    """
    G, F = padded_shape[0] // w.shape[1], len(w)
    w = w.reshape(G, F // G, -1)  # (G, F/G, C/G*KH*KW)
    dy = dy.reshape(G, F // G, *dy.shape[1:])  # (G, F/G, OH, OW, N)
    dtype = np.result_type(w, dy)
    if window.pointwise and G == 1:  # the columns are the picture
        columns: Array = w[0].T @ dy.reshape(F, -1)
        return columns.reshape(padded_shape)
    dx = np.zeros(padded_shape, dtype)
    for slab in slabs(padded_shape, dtype.itemsize, window, G):
        part = dy[slab.outputs].reshape(F // G, -1)  # (F/G, places*N)
        col2im(w[slab.group].T @ part, window, dx[slab.inputs])
    return dx


def weight_gradient(columns: Columns, dy: Array, w_shape: Shape) -> Array:
    """Return dL/dw = dy @ columns.T: every place that a kernel took adds to its gradient.

    Parameters
    ----------
    columns : Columns
        Of the pictures (C, H, W, N).
    dy : array (F, OH, OW, N)
    w_shape : (F, C/groups, KH, KW)

    Returns
    -------
    array (F, C/groups, KH, KW)
    """
    G, F = columns.groups, len(dy)
    dy = dy.reshape(G, F // G, *dy.shape[1:])  # (G, F/G, OH, OW, N)
    dw = np.zeros((G, F // G, math.prod(w_shape[1:])), np.result_type(dy, columns.padded))
    for slab, block in columns:
        part = dy[slab.outputs].reshape(F // G, -1)  # (F/G, places*N)
        # This is (block @ part.T).T in pieces. The whole product is thin and very long, and BLAS is
        # slow on those.
        for first in range(0, block.shape[1], PIECE):
            piece = slice(first, first + PIECE)
            dw[slab.group] += (block[:, piece] @ part[:, piece].T).T
    return dw.reshape(w_shape)
