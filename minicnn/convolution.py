"""The convolution and its two gradients, on arrays: everything that convolves stands on these.

With columns = im2col(x) (see `minicnn.im2col`) a convolution is a linear map of x and of w,

    y = w @ columns

so its gradients are those of any linear map:

    dL/dx = col2im(w.T @ dL/dy)        dL/dw = dL/dy @ columns.T

The layers differ in which of the three is their forward pass: for `Conv2D` it is the first, for
`ConvTranspose2D` the second. With groups each group of filters sees its own share of the channels,
and all three hold group by group.

Arrays are x (G, C, H, W, N), padded, the batch innermost; w (G, F, C, KH, KW); y (G, F, OH, OW, N),
where C and F are the channels and filters of one of the G groups. One spatial axis or three work
alike.

There is a product for each row of output, since `stack` gives the columns row by row; columns that
would take too much memory are made slab by slab.
"""

import math
from collections.abc import Iterator

import numpy as np

from minicnn.im2col import col2im, im2col, slabs, stack
from minicnn.typing import Array, Shape
from minicnn.window import Window


def convolve(x: Array, w: Array, window: Window) -> Array:
    """Return y = w @ columns: what every kernel answers at every place.

    Parameters
    ----------
    x : array (G, C, H, W, N)
    w : array (G, F, C, KH, KW)
    window : Window

    Returns
    -------
    array (G, F, OH, OW, N)
    """
    G, C, *sizes, N = x.shape
    F, counts = w.shape[1], window.places(tuple(sizes))
    if window.pointwise:  # every pixel is a column of its own
        flat: Array = w.reshape(G, F, C) @ x.reshape(G, C, -1)
        return flat.reshape(G, F, *counts, N)
    y = np.empty((G, F, *counts, N), np.result_type(w, x))
    kernels = w.swapaxes(2, 3).reshape(G, 1, F, -1)  # (G, 1, F, KH*C*KW)
    for places in slabs(counts, y.itemsize * G * C * math.prod(window.kernel_size) * N):
        columns = _columns(x, window, places)
        part = y[:, :, *places].reshape(G, F, columns.shape[1], -1)  # a view, (G, F, OH, OW*N)
        np.matmul(kernels, columns, out=part.swapaxes(1, 2))
    return y


def weight_gradient(x: Array, dy: Array, w_shape: Shape, window: Window) -> Array:
    """Return dL/dw = dy @ columns.T: every place that a kernel took adds to its gradient.

    Parameters
    ----------
    x : array (G, C, H, W, N)
    dy : array (G, F, OH, OW, N)
    w_shape : (G, F, C, KH, KW)
    window : Window

    Returns
    -------
    array (G, F, C, KH, KW)
    """
    G, F, C, KH, *rest = w_shape
    size, N, counts = math.prod(w_shape[2:]), x.shape[-1], dy.shape[2:-1]
    dw = np.zeros((G, size, F), np.result_type(dy, x))
    # The columns, and for each row a product as large as w
    bytes_each = dw.itemsize * (G * size * N + dw.size // counts[-1])
    for places in slabs(counts, bytes_each):
        columns = _columns(x, window, places)  # (G, OH, KH*C*KW, OW*N)
        part = dy[:, :, *places].reshape(G, F, columns.shape[1], -1)  # (G, F, OH, OW*N)
        # columns @ dy.T is the transpose of what is wanted, and the faster product of the two
        dw += (columns @ part.transpose(0, 2, 3, 1)).sum(axis=1)
    dw = np.moveaxis(dw.reshape(G, KH, C, *rest, F), (-1, 2), (1, 2))  # (G, F, C, KH, KW)
    return np.ascontiguousarray(dw)  # in memory as the weights are


def input_gradient(
    dy: Array, w: Array, x_shape: Shape, window: Window, rows: slice | None = None
) -> Array:
    """Return dL/dx = col2im(w.T @ dy): every answer goes back to the pixels it came from.

    Output row i sees pixel row h = i * stride + k * dilation through row k of the kernel. So what
    comes back to row h is

        sum over k of w[k].T @ dy[(h - k * dilation) / stride]

    once more a product of stacks of rows, with those of the kernel in opposite order. Of a stride S
    each S-th pixel row meets the same rows of the kernel; these make a phase.

    Parameters
    ----------
    dy : array (G, F, OH, OW, N)
    w : array (G, F, C, KH, KW)
    x_shape : (G, C, H, W, N)
    window : Window
    rows : slice, optional
        The pixel rows that are wanted, by default all; the others may be left at zero.

    Returns
    -------
    array (G, C, H, W, N)
    """
    G, C, H, *_, N = x_shape
    F, (KH, *sizes), stride = w.shape[1], window.kernel_size, window.stride[0]
    if window.pointwise:
        flat: Array = w.reshape(G, F, C).swapaxes(1, 2) @ dy.reshape(G, F, -1)
        return flat.reshape(x_shape)
    rows = slice(0, H) if rows is None else rows
    first, last = rows.start // stride, -(-rows.stop // stride)  # counted in strides
    before = window.dilation[0] * (KH - 1) // stride
    answers = _between_zeros(dy.swapaxes(1, 2), before, last)  # (G, some of H, F, OW, N)
    dx = np.zeros(x_shape, np.result_type(w, dy))
    bytes_each = dx.itemsize * G * N * (KH * F + C * math.prod(sizes))
    for part, *places in slabs((last - first, *dy.shape[3:-1]), bytes_each):
        top, count = first + part.start, part.stop - part.start
        pixels = window.along_rows.seen(tuple(places))
        for phase, entries, lags in _phases(window):
            back = np.moveaxis(w[:, :, :, entries], (3, 1), (-2, -1))  # (G, C, KW, some of KH, F)
            back = back.reshape(G, 1, C * math.prod(sizes), len(entries) * F)
            seen = answers[:, top + before - lags[0] :, :, *places]
            seen = seen.reshape(*seen.shape[:3], -1)  # (G, some of H, F, OW*N)
            step = lags[0] - lags[1] if len(lags) > 1 else 1
            target = dx[:, :, top * stride + phase : (top + count) * stride : stride, *pixels]
            answers_seen = stack(seen, target.shape[2], len(lags), dilation=step)
            if window.along_rows.pointwise:  # the columns are the pixels
                flat = target.reshape(G, C, target.shape[2], seen.shape[-1])  # a view
                np.matmul(back, answers_seen, out=flat.swapaxes(1, 2))
            else:
                col2im(back @ answers_seen, window, target)
    return dx


def _columns(x: Array, window: Window, places: tuple[slice, ...]) -> Array:
    """Return the columns of some places, (G, OH, KH*C*KW, OW*N)."""
    rows = im2col(x[:, :, *window.seen(places)], window)
    count = places[0].stop - places[0].start
    return stack(rows, count, window.kernel_size[0], window.stride[0], window.dilation[0])


def _phases(window: Window) -> Iterator[tuple[int, list[int], list[int]]]:
    """Yield each phase of the stride with the rows of the kernel that reach it, last one first.

    Beside them the lags: pixel row i * stride + phase is seen through an entry by the output row
    i - lag.
    """
    stride, dilation = window.stride[0], window.dilation[0]
    for phase in range(stride):
        reaches = reversed(range(window.kernel_size[0]))
        entries = [k for k in reaches if k * dilation % stride == phase]
        if entries:
            yield phase, entries, [k * dilation // stride for k in entries]


def _between_zeros(rows: Array, before: int, last: int) -> Array:
    """Return rows (G, OH, F, OW, N) with some rows of zeros before, and behind up to `last`."""
    G, OH, *rest = rows.shape
    if before == 0 and last <= OH:
        return rows
    result = np.zeros((G, before + max(OH, last), *rest), rows.dtype)
    result[:, before : before + OH] = rows
    return result


def to_groups(array: Array, groups: int) -> Array:
    """View channels (C, ...), filters (F, ...) or answers as those of groups, (G, C, ...)."""
    return array.reshape(groups, len(array) // groups, *array.shape[1:])


def from_groups(array: Array) -> Array:
    """View (G, C, ...) as (G*C, ...), the groups one after the other."""
    return array.reshape(-1, *array.shape[2:])
