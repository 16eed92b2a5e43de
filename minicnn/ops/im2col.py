"""Pictures to columns and back: what turns a convolution into matrix products.

A column is all that a kernel sees in one place: KH*KW*C numbers, tap after tap, and of each tap the
channels. `im2col` writes the columns of all places side by side. `col2im` is its adjoint: it adds
each number of a column back onto the pixel that it was copied from.

Pictures are (..., C, H, W, N), the batch innermost, so that every copy moves long runs of memory.
The axes in front, such as groups of channels, are handled one by one. Signals have one spatial
axis and volumes three; the same code serves all.

Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006. The stacked rows are this project's own.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.ops.window import Window
from minicnn.typing import Array, Pixels

SLAB_BYTES = 2**24
"""The most memory that a slab of columns takes: 16 MB, or what one row of output needs."""


def im2col(x: Array, window: Window) -> Array:
    """Return the columns of all places: entry (tap, c) of a column is the pixel under that tap.

    Parameters
    ----------
    x : array (..., C, H, W, N)
        The pictures, border included.
    window : Window

    Returns
    -------
    array (..., KH*KW*C, OH*OW*N)

    Examples
    --------
    >>> picture = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> im2col(picture, Window((2, 2), (1, 1), (1, 1)))  # two places, side by side
    array([[0., 1.],
           [1., 2.],
           [3., 4.],
           [4., 5.]])
    """
    *front, C, places, N = _axes(x, window)
    taps = window.taps(places)
    each: Pixels = (slice(None),) * len(front)
    columns = np.empty((*front, len(taps), C, *places, N), x.dtype)
    for tap, pixels in enumerate(taps):
        columns[*each, tap] = x[..., *pixels, :]
    return columns.reshape(*front, len(taps) * C, -1)


def col2im(columns: Array, window: Window, x: Array) -> None:
    """Add the columns onto the pixels that they were copied from: the adjoint of `im2col`.

    <im2col(x), y> = <x, col2im(y)> for all x and y, where <a, b> is the sum of the products of
    their entries. Therefore it is the gradient of `im2col`: it carries the gradient of the columns
    to the gradient of the picture.

    Parameters
    ----------
    columns : array (..., KH*KW*C, OH*OW*N)
    window : Window
    x : array (..., C, H, W, N)
        What is added to, in place.

    Examples
    --------
    >>> picture = np.zeros((1, 2, 3, 1))
    >>> col2im(np.ones((4, 2)), Window((2, 2), (1, 1), (1, 1)), picture)
    >>> picture[0, :, :, 0]  # how many places see each pixel
    array([[1., 2., 1.],
           [1., 2., 1.]])
    """
    *front, C, places, N = _axes(x, window)
    taps = window.taps(places)
    each: Pixels = (slice(None),) * len(front)
    columns = columns.reshape(*front, len(taps), C, *places, N)
    for tap, pixels in enumerate(taps):
        x[..., *pixels, :] += columns[*each, tap]


def _axes(x: Array, window: Window) -> tuple[Any, ...]:
    """Return the axes in front, C, the places and N of pictures (..., C, H, W, N)."""
    first = -1 - len(window.kernel_size)
    return *x.shape[:first], window.places(x.shape[first:-1]), x.shape[-1]


def column_slabs(x: Array, window: Window, more_bytes: int = 0) -> Iterator[tuple[slice, Array]]:
    """Yield the columns slab by slab, a matrix for each row of output.

    Parameters
    ----------
    x : array (G, C, H, W, N)
    window : Window
    more_bytes : int, default 0
        What the caller makes for each row of output beside its columns.

    Yields
    ------
    rows : slice
        Some rows of output.
    columns : array (G, rows, KH*KW*C, OW*N)
        Their columns. Neighbours share memory, so do not write into them.
    """
    G, C, H, *sizes, N = x.shape
    OH, *places = window.places((H, *sizes))
    KH, SH, DH = window.kernel_size[0], window.stride[0], window.dilation[0]
    added = SH if DH == 1 else KH  # rows of columns that a row of output adds in memory
    row_bytes = x.itemsize * G * C * N * math.prod((added, *window.kernel_size[1:], *places))
    most = max(SLAB_BYTES // (row_bytes + more_bytes), 1)
    for begin in range(0, OH, most):
        end = min(begin + most, OH)
        seen = slice(begin * SH, (end - 1) * SH + window.span[0])
        pictures = x[:, :, seen].swapaxes(1, 2)  # each row by itself, (G, rows seen, C, W, N)
        columns = im2col(pictures, window.along_rows)  # (G, rows seen, KW*C, OW*N)
        yield slice(begin, end), stacked_rows(columns, end - begin, KH, SH, DH)


def gradient_slabs(
    dy: Array, window: Window, wanted: range, depth: int
) -> Iterator[tuple[slice, Array]]:
    """Yield the rows of dy, slab by slab, as a matrix for each row of the picture that they saw.

    Row h of the picture was seen by output row i through row kh of the kernel if
    h = i*SH + kh*DH. So, without stride and for KH = 3, the matrix of row h is

        dy[h-2]     seen through kh = 2
        dy[h-1]     seen through kh = 1
        dy[h]       seen through kh = 0

    with zeros for rows that dy does not have. A stride puts SH - 1 rows of zeros between two rows
    of dy.

    Parameters
    ----------
    dy : array (G, F, OH, OW, N)
    window : Window
    wanted : range
        The rows of the picture.
    depth : int
        How many rows of columns the caller makes of each matrix.

    Yields
    ------
    rows : slice
        Some of the rows wanted.
    dy_rows : array (G, rows, KH*F, OW*N)
        The last row of the kernel first. Neighbours share memory, so do not write into them.
    """
    G, F, _, *places, N = dy.shape
    KH, SH, DH = window.kernel_size[0], window.stride[0], window.dilation[0]
    above = (KH - 1) * DH  # so many rows further up a place may stand that still sees the row
    columns = math.prod(places) * N
    most = max(SLAB_BYTES // (dy.itemsize * G * columns * (depth + F)), 1)
    for begin in wanted[::most]:
        end = min(begin + most, wanted.stop)
        first = max(-((above - begin) // SH), 0)  # of the rows of dy that see these
        seeing = by_row(dy)[:, first : (end - 1) // SH + 1]
        dy_rows = np.zeros((G, above + end - begin, F, columns), dy.dtype)
        dy_rows[:, above - begin + first * SH :: SH][:, : seeing.shape[1]] = seeing
        yield slice(begin, end), stacked_rows(dy_rows, end - begin, KH, 1, DH)


def by_row(y: Array) -> Array:
    """View (G, F, OH, OW, N) as a matrix for each row of output, (G, OH, F, OW*N)."""
    return y.reshape(*y.shape[:3], -1).swapaxes(1, 2)


def stacked_rows(rows: Array, count: int, kernel: int, stride: int, dilation: int) -> Array:
    """Show `count` matrices, each of `kernel` rows of a picture, one below the other.

    This is the one trick among the products. Written out in full, columns hold every pixel KH*KW
    times. A window that walks along each row of the picture by itself takes KW copies, and the KH
    rows that a kernel sees lie one below the other in memory. So they *are* the matrix of KH*KW*C
    rows that is wanted:

        row 0 of the picture   (KW*C, OW*N)  |
        row 1                  (KW*C, OW*N)  |  |    output row 0 sees rows 0, 1 and 2,
        row 2                  (KW*C, OW*N)  |  |    output row 1 sees rows 1, 2 and 3
        row 3                  (KW*C, OW*N)     |

    The view shows each row in several matrices and copies nothing, unless a dilation leaves gaps
    between the rows. Rows lie along the first spatial axis: the planes of a volume, the single
    samples of a signal. The README of the benchmarks says what it is worth.

    Parameters
    ----------
    rows : array (G, H, R, T)
        H rows of a picture, each a matrix of R numbers for T columns; contiguous.
    count : int
        How many matrices: OH for all of them.
    kernel, stride, dilation : int
        Matrix i holds the rows i*stride, i*stride + dilation and so on, `kernel` of them.

    Returns
    -------
    array (G, count, kernel*R, T)

    Examples
    --------
    >>> rows = np.arange(4.0).reshape(1, 4, 1, 1)
    >>> stacked_rows(rows, count=2, kernel=3, stride=1, dilation=1)[0, :, :, 0]
    array([[0., 1., 2.],
           [1., 2., 3.]])
    """
    G, _, R, T = rows.shape
    group, row, *inner = rows.strides
    shape, strides = (G, count, kernel, R, T), (group, row * stride, row * dilation, *inner)
    # What `as_strided` does in four times the time, which the products of a narrow layer would feel
    stacked: Array = np.ndarray(shape, rows.dtype, buffer=rows, strides=strides)
    stacked.flags.writeable = False  # one number stands in several matrices
    return stacked.reshape(G, count, kernel * R, T)
