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
axis or three work alike. There is a product for each row of output, since `stack` gives the columns
row by row; columns that would take too much memory are made slab by slab.
"""

import math
from collections.abc import Iterator

import numpy as np

from minicnn.im2col import col2im, im2col, slabs, stack
from minicnn.typing import Array, Shape
from minicnn.window import Window


def convolve(padded: Array, w: Array, window: Window) -> Array:
    """Return y = w @ columns: what every kernel answers at every place.

    Parameters
    ----------
    padded : array (C, H, W, N)
    w : array (F, C/groups, KH, KW)
    window : Window

    Returns
    -------
    array (F, OH, OW, N)
    """
    C, *sizes, N = padded.shape
    G, F, counts = C // w.shape[1], len(w), window.places(tuple(sizes))
    if window.pointwise:  # every pixel is a column of its own
        flat = w.reshape(G, F // G, -1) @ padded.reshape(G, C // G, -1)
        return flat.reshape(F, *counts, N)
    y = np.empty((F, *counts, N), np.result_type(w, padded))
    kernels = _by_rows(w, G).reshape(G, 1, F // G, -1)  # (G, 1, F/G, KH*C/G*KW)
    for places in slabs(counts, y.itemsize * C * math.prod(window.kernel_size) * N):
        columns = _columns(padded, window, G, places)
        part = y[:, *places].reshape(G, F // G, columns.shape[1], -1)  # (G, F/G, OH, OW*N), a view
        np.matmul(kernels, columns, out=part.swapaxes(1, 2))
    return y


def weight_gradient(padded: Array, dy: Array, w_shape: Shape, window: Window) -> Array:
    """Return dL/dw = dy @ columns.T: every place that a kernel took adds to its gradient.

    Parameters
    ----------
    padded : array (C, H, W, N)
    dy : array (F, OH, OW, N)
    w_shape : (F, C/groups, KH, KW)
    window : Window

    Returns
    -------
    array (F, C/groups, KH, KW)
    """
    F, depth, KH, *_ = w_shape
    C, *_, N = padded.shape
    G, counts = C // depth, dy.shape[1:-1]
    dw = np.zeros((G, math.prod(w_shape[1:]), F // G), np.result_type(dy, padded))
    # The columns, and a product as large as w for each row
    bytes_each = dw.itemsize * (G * dw.shape[1] * N + dw.size // counts[-1])
    for places in slabs(counts, bytes_each):
        columns = _columns(padded, window, G, places)
        part = dy[:, *places].reshape(G, F // G, columns.shape[1], -1)  # (G, F/G, OH, OW*N)
        # columns @ dy.T is the transpose of what is wanted, and the faster product of the two
        dw += (columns @ part.transpose(0, 2, 3, 1)).sum(axis=1)
    dw = dw.reshape(G, KH, depth, -1, F // G).transpose(0, 4, 2, 1, 3)  # (G, F/G, C/G, KH, KW)
    return dw.reshape(w_shape)


def input_gradient(
    dy: Array, w: Array, padded_shape: Shape, window: Window, rows: slice | None = None
) -> Array:
    """Return dL/dx = col2im(w.T @ dy): every answer goes back to the pixels it came from.

    Output row i sees pixel row h = i * stride + k * dilation through row k of the kernel. So what
    comes back to row h is

        sum over k of w[k].T @ dy[(h - k * dilation) / stride]

    once more a product of stacks of rows, with those of the kernel in opposite order. Of a stride S
    each S-th pixel row meets the same rows of the kernel; these make a phase.

    Parameters
    ----------
    dy : array (F, OH, OW, N)
    w : array (F, C/groups, KH, KW)
    padded_shape : (C, H, W, N)
    window : Window
    rows : slice, optional
        The pixel rows that are wanted, by default all; the others may be left at zero.

    Returns
    -------
    array (C, H, W, N)
    """
    C, H, *_, N = padded_shape
    KH, *sizes = window.kernel_size
    G, F, stride = C // w.shape[1], len(w), window.stride[0]
    if window.pointwise:
        flat = w.reshape(G, F // G, -1).swapaxes(1, 2) @ dy.reshape(G, F // G, -1)
        return flat.reshape(padded_shape)
    rows = slice(0, H) if rows is None else rows
    first, last = rows.start // stride, -(-rows.stop // stride)  # counted in strides
    before = window.dilation[0] * (KH - 1) // stride
    answers = _between_zeros(dy.reshape(G, F // G, *dy.shape[1:]).swapaxes(1, 2), before, last)
    dx = np.zeros(padded_shape, np.result_type(w, dy))
    bytes_each = dx.itemsize * N * (KH * F + C * math.prod(sizes))
    for part, *places in slabs((last - first, *dy.shape[2:-1]), bytes_each):
        top, count = first + part.start, part.stop - part.start
        pixels = window.along_rows.seen(tuple(places))
        for phase, entries, lags in _phases(window):
            back = _by_rows(w[:, :, entries], G)  # (G, F/G, some of KH, C/G, KW)
            back = back.transpose(0, 3, 4, 2, 1).reshape(G, 1, -1, len(entries) * F // G)
            seen = answers[:, top + before - lags[0] :, :, *places]  # (G, ..., F/G, OW, N)
            seen = seen.reshape(*seen.shape[:3], -1)
            step = lags[0] - lags[1] if len(lags) > 1 else 1
            columns = back @ stack(seen, count, len(lags), dilation=step)  # (G, H, C/G*KW, OW*N)
            target = dx[:, top * stride + phase : (top + count) * stride : stride, *pixels]
            col2im(columns[:, : target.shape[1]], window, target)
    return dx


def _columns(padded: Array, window: Window, groups: int, places: tuple[slice, ...]) -> Array:
    """Return the columns of some places, (G, OH, KH*C/G*KW, OW*N)."""
    rows = im2col(padded[:, *window.seen(places)], window, groups)
    count = places[0].stop - places[0].start
    return stack(rows, count, window.kernel_size[0], window.stride[0], window.dilation[0])


def _by_rows(w: Array, groups: int) -> Array:
    """View the kernels (F, C/groups, KH, KW) in the order of stacked columns."""
    F, depth, KH, *_ = w.shape
    by_channels = w.reshape(groups, F // groups, depth, KH, -1)
    return by_channels.swapaxes(2, 3)  # (G, F/G, KH, C/G, KW)


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
    """Return rows (G, OH, F/G, OW, N) with some rows of zeros before, and behind up to `last`."""
    G, OH, *rest = rows.shape
    if before == 0 and last <= OH:
        return rows
    result = np.zeros((G, before + max(OH, last), *rest), rows.dtype)
    result[:, before : before + OH] = rows
    return result
