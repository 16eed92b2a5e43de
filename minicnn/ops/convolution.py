"""The convolution and its two gradients, on arrays: everything that convolves stands on these.

With columns = im2col(x) (see `minicnn.ops.im2col`) a convolution is a linear map of x and of w,

    y = w @ columns

so its gradients are those of any linear map:

    dL/dw = dL/dy @ columns.T        dL/dcolumns = w.T @ dL/dy

and a pixel's gradient is the sum over the columns that it stands in. The layers differ in which of
the three is their forward pass: for `Conv2D` it is the first, for `ConvTranspose2D` the last.

Arrays are x (C, H, W, N), padded, the batch innermost; w (F, C/G, KH, KW); y (F, OH, OW, N). One
spatial axis or three work alike. With G groups each group of filters sees its own share of the
channels, and all three hold group by group: inside, G is an axis of its own, the first, and C and F
are the channels and filters of one group.

There is a product for each row of output, since `im2col` gives the columns row by row; columns that
would take too much memory are made slab by slab. In a column the rows of the kernel come first, so
w is (F, KH*C*KW) there.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minicnn.ops.im2col import im2col, row_col2im, slabs, stack
from minicnn.ops.window import Window
from minicnn.typing import Array, Shape


def convolve(x: Array, w: Array, window: Window, groups: int = 1) -> Array:
    """Return y = w @ columns: what every kernel answers at every place.

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
    x, w = _grouped(x, groups), _grouped(w, groups)  # (G, C, H, W, N), (G, F, C, KH, KW)
    G, C, *sizes, N = x.shape
    F = w.shape[1]
    places = window.places(tuple(sizes))
    if window.pointwise:  # every pixel is a column of its own
        y: Array = w.reshape(G, F, C) @ x.reshape(G, C, -1)  # (G, F, H*W*N)
        return y.reshape(G * F, *places, N)
    kernels = w.swapaxes(2, 3).reshape(G, 1, F, -1)  # (G, 1, F, KH*C*KW)
    y = np.empty((G, F, *places, N), np.result_type(w, x))
    for part in slabs(places, y.itemsize * G * C * _copies(window) * N):
        some = y[:, :, *part]  # (G, F, OH, OW, N)
        some = some.reshape(*some.shape[:3], -1, copy=False).swapaxes(1, 2)  # (G, OH, F, OW*N)
        np.matmul(kernels, im2col(x, window, part), out=some)
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
    x, dy = _grouped(x, groups), _grouped(dy, groups)  # (G, C, H, W, N), (G, F, OH, OW, N)
    G, C, *_, N = x.shape
    F, places = dy.shape[1], dy.shape[2:-1]
    KH, *sizes = window.kernel_size
    dw = np.zeros((G, KH * C * math.prod(sizes), F), np.result_type(dy, x))
    # Columns, and for each row of output a product as large as w
    columns_each = G * C * _copies(window) * N
    products_each = dw.size // math.prod(places[1:])
    for part in slabs(places, dw.itemsize * (columns_each + products_each)):
        some = dy[:, :, *part]  # (G, F, OH, OW, N)
        some = some.reshape(*some.shape[:3], -1).transpose(0, 2, 3, 1)  # (G, OH, OW*N, F)
        # columns @ dy.T is the transpose of what is wanted, and the faster product of the two
        dw += (im2col(x, window, part) @ some).sum(axis=1)  # summed over the rows of output
    dw = dw.reshape(G, KH, C, *sizes, F)
    dw = dw.transpose(0, -1, 2, 1, *range(3, dw.ndim - 1))  # (G, F, C, KH, KW)
    return dw.reshape(G * F, C, KH, *sizes)


def input_gradient(
    dy: Array,
    w: Array,
    x_shape: Shape,
    window: Window,
    groups: int = 1,
    rows: slice | None = None,
) -> Array:
    """Return dL/dx, the adjoint of `convolve`: each dy is added to the pixels it depends on.

    Output row i saw pixel row h = i*SH + k*DH through row k of the kernel. So on the way back

        dx[h] = sum over k of row_col2im(w[k].T @ dy[(h - k*DH) / SH])

    over the k for which (h - k*DH) / SH is a row of the output. That is a product with stacked rows
    again, of dy now, the rows of the kernel in reverse order: for KH = 3, without stride,

        dx[h] = row_col2im([w[2]; w[1]; w[0]].T @ [dy[h-2]; dy[h-1]; dy[h]])

    With a stride, every SH-th pixel row meets the same rows of the kernel, so this holds for each
    of SH phases by itself.

    Parameters
    ----------
    dy : array (F, OH, OW, N)
    w : array (F, C/G, KH, KW)
    x_shape : (C, H, W, N)
    window : Window
    groups : int, default 1
    rows : slice, optional
        The pixel rows that are wanted, by default all; the others may be left at zero.

    Returns
    -------
    array (C, H, W, N)
    """
    dy, w = _grouped(dy, groups), _grouped(w, groups)  # (G, F, OH, OW, N), (G, F, C, KH, KW)
    G, F, C, KH, *_ = w.shape
    if window.pointwise:
        flat: Array = w.reshape(G, F, C).swapaxes(1, 2) @ dy.reshape(G, F, -1)
        return flat.reshape(x_shape)
    dx = np.zeros((G, C, *x_shape[1:]), np.result_type(w, dy))
    SH, DH = window.stride[0], window.dilation[0]
    wanted = slice(0, x_shape[1]) if rows is None else rows
    begin, end = wanted.start // SH, -(-wanted.stop // SH)  # pixel row q*SH + offset is row q
    above = (KH - 1) * DH // SH  # the largest lag of all phases
    dy_rows = _between_zeros(dy.swapaxes(1, 2), above, end)  # (G, above + OH ..., F, OW, N)
    for phase in _phases(window):
        some = dx[:, :, begin * SH + phase.offset : end * SH : SH]  # (G, C, Q, W, N), a view
        met = dy_rows[:, above + begin - phase.lags[0] :]  # from the first that row 0 met
        _add_rows(some, met, w[:, :, :, phase.kernel_rows], window, phase.step)
    return dx.reshape(x_shape)


class _Phase(NamedTuple):
    """The pixel rows q*SH + offset, for all q, and the rows of the kernel through which they go.

    Row q of a phase was seen through kernel row k by output row q - lag, where k*DH = lag*SH +
    offset. The last row of the kernel stands first, so that those output rows are in order.
    """

    offset: int
    kernel_rows: list[int]
    lags: list[int]

    @property
    def step(self) -> int:
        """The rows of output from one lag to the next."""
        return self.lags[0] - self.lags[1] if len(self.lags) > 1 else 1


def _phases(window: Window) -> Iterator[_Phase]:
    """Yield the phases of the stride that any row of the kernel reaches."""
    KH, SH, DH = window.kernel_size[0], window.stride[0], window.dilation[0]
    for offset in range(SH):
        kernel_rows = [k for k in reversed(range(KH)) if k * DH % SH == offset]
        if kernel_rows:
            yield _Phase(offset, kernel_rows, [k * DH // SH for k in kernel_rows])


def _add_rows(dx: Array, dy: Array, w: Array, window: Window, step: int) -> None:
    """Add to every pixel row of a phase what comes back through its K rows of the kernel.

    Parameters
    ----------
    dx : array (G, C, Q, W, N)
        What is added to, in place.
    dy : array (G, at least Q + step*(K-1), F, OW, N)
        Of which row q of dx meets the rows q, q + step ... q + step*(K-1).
    w : array (G, F, C, K, KW)
    window : Window
    step : int
    """
    G, F, C, K, *sizes = w.shape
    depth = C * math.prod(sizes)
    kernels = w.transpose(0, 2, *range(4, w.ndim), 3, 1).reshape(G, 1, depth, K * F)
    # Columns, the rows of dy, and these once more for each row of the kernel where they are copied
    numbers_each = depth + F * (1 + K * (step > 1))
    places = (dx.shape[2], *dy.shape[3:-1])  # (Q, OW)
    for part, *along in slabs(places, dx.itemsize * G * dx.shape[-1] * numbers_each):
        rows = dy[:, part.start : part.stop + step * (K - 1), :, *along]
        rows = rows.reshape(*rows.shape[:3], math.prod(rows.shape[3:]))  # (G, ..., F, OW*N)
        met = stack(rows, part.stop - part.start, K, dilation=step)  # (G, Q, K*F, OW*N)
        pixels = dx[:, :, part, *window.along_rows.seen(tuple(along))]
        row_col2im(kernels @ met, window, pixels)


def _between_zeros(dy: Array, above: int, end: int) -> Array:
    """Return rows (G, OH, F, OW, N) with rows of zeros above, and below until there are `end`."""
    G, OH, *rest = dy.shape
    if above == 0 and end <= OH:
        return dy
    result = np.zeros((G, above + max(OH, end), *rest), dy.dtype)
    result[:, above : above + OH] = dy
    return result


def _copies(window: Window) -> int:
    """Return how many copies of a pixel the columns of one place hold in memory.

    KW for each row that a place does not share with the one above; all KH rows if gaps lie between
    them, since `stack` then has to copy.
    """
    KH, *sizes = window.kernel_size
    own_rows = KH if window.dilation[0] > 1 else min(window.stride[0], KH)
    return own_rows * math.prod(sizes)


def _grouped(array: Array, groups: int) -> Array:
    """View channels or filters (C, ...) as those of each group, (G, C/G, ...)."""
    return array.reshape(groups, len(array) // groups, *array.shape[1:])
