"""Pictures to columns and back: what turns a convolution into matrix products.

Pure functions on arrays, all that the layers share. Pictures come as (G, C, H, W, N), padded: G
groups of C channels, the batch innermost, so that every copy moves long runs and no result needs a
transpose.

A column is all that a kernel sees in one place, KH*C*KW numbers, and the textbook writes each one
out: every pixel is then held KH*KW times. Here `row_im2col` lays a picture out along its rows only,
C*KW numbers a column, which holds every pixel KW times. The KH rows that a kernel sees lie one
below the other in memory, and so they *are* the matrix of KH*C*KW rows that is wanted: `stack`
shows it, and copies nothing.

    row 0 of the picture   (C*KW, OW*N)  |
    row 1                  (C*KW, OW*N)  |  |    output row 0 sees rows 0, 1 and 2 of the picture,
    row 2                  (C*KW, OW*N)  |  |    output row 1 sees rows 1, 2 and 3
    row 3                  (C*KW, OW*N)     |

Rows are along the first axis of the picture. Those of a volume are its planes, (C*KH*KW, OH*OW*N);
those of a signal its single samples, (C, N).

Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006, for columns; the order of axes and the stacking are this project's own.
"""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from minicnn.ops.window import Window
from minicnn.typing import Array, Shape

SLAB_BYTES = 2**24
"""The most memory that columns may take at a time: 16 MB, or what one place takes."""


def im2col(x: Array, window: Window, places: tuple[slice, ...] | None = None) -> Array:
    """Return a matrix for each row of output, of which a column is all that one place sees.

    Parameters
    ----------
    x : array (G, C, H, W, N)
        The pictures, border included, in G groups of C channels.
    window : Window
    places : (slice of OH, slice of OW), optional
        The places of the window that are wanted, by default all.

    Returns
    -------
    array (G, OH, KH*C*KW, OW*N)
        Read only, and mostly a view in which neighbouring matrices share memory.

    Examples
    --------
    >>> picture = np.arange(6.0).reshape(1, 1, 3, 2, 1)
    >>> im2col(picture, Window((2, 2), (1, 1), (1, 1)))[0]  # two rows of output, one place in each
    array([[[0.],
            [1.],
            [2.],
            [3.]],
    <BLANKLINE>
           [[2.],
            [3.],
            [4.],
            [5.]]])
    """
    if places is None:
        places = tuple(slice(0, count) for count in window.places(x.shape[2:-1]))
    rows = row_im2col(x[:, :, *window.seen(places)], window)
    count = places[0].stop - places[0].start
    return stack(rows, count, window.kernel_size[0], window.stride[0], window.dilation[0])


def row_im2col(x: Array, window: Window) -> Array:
    """Lay the places of the window along each row of the picture out as columns.

    Parameters
    ----------
    x : array (G, C, H, W, N)
    window : Window

    Returns
    -------
    array (G, H, C*KW, OW*N)

    Examples
    --------
    >>> picture = np.arange(6.0).reshape(1, 1, 2, 3, 1)
    >>> row_im2col(picture, Window((2, 2), (1, 1), (1, 1)))[0]  # a matrix for each of the two rows
    array([[[0., 1.],
            [1., 2.]],
    <BLANKLINE>
           [[3., 4.],
            [4., 5.]]])
    """
    x = np.ascontiguousarray(x)
    G, C, H, *sizes, N = x.shape
    group, channel, row, *steps, sample = x.strides
    along = window.along_rows
    places = along.places(tuple(sizes))
    # (G, H, C, KW, OW, N), a view in which one pixel stands in many places of the window
    windows = _view(
        x,
        (G, H, C, *along.kernel_size, *places, N),
        (
            group,
            row,
            channel,
            *(step * dilation for step, dilation in zip(steps, along.dilation, strict=True)),
            *(step * stride for step, stride in zip(steps, along.stride, strict=True)),
            sample,
        ),
    )
    # Here the columns are copied, unless a window is as narrow as a pixel
    return windows.reshape(G, H, C * math.prod(along.kernel_size), math.prod(places) * N)


def row_col2im(columns: Array, window: Window, x: Array) -> None:
    """Add every column onto the pixels it was copied from: the adjoint of `row_im2col`.

    <row_im2col(x), y> = <x, row_col2im(y)> for all x and y, where <a, b> is the sum of the products
    of their entries. That is what makes it the gradient: if columns are the input of a product, it
    carries the gradient of the columns to the gradient of the picture.

    Parameters
    ----------
    columns : array (G, H, C*KW, OW*N)
    window : Window
    x : array (G, C, H, W, N)
        What is added to, in place.

    Examples
    --------
    >>> picture, window = np.zeros((1, 1, 2, 3, 1)), Window((2, 2), (1, 1), (1, 1))
    >>> row_col2im(np.ones((1, 2, 2, 2)), window, picture)
    >>> picture[0, 0, :, :, 0]  # how many places of the window, along its row, see each pixel
    array([[1., 2., 1.],
           [1., 2., 1.]])
    """
    G, C, H, *sizes, N = x.shape
    along = window.along_rows
    places = along.places(tuple(sizes))
    # (G, H, C, KW, OW, N)
    entries = columns.reshape(G, H, C, math.prod(along.kernel_size), *places, N)
    for entry, pixels in enumerate(along.taps(places)):
        x[:, :, :, *pixels] += entries[:, :, :, entry].swapaxes(1, 2)


def stack(rows: Array, count: int, kernel: int, stride: int = 1, dilation: int = 1) -> Array:
    """Show `count` matrices, each of `kernel` rows one below the other.

    Matrix i holds the rows i*stride, i*stride + dilation, i*stride + 2 dilation ...

    Parameters
    ----------
    rows : array (G, H, R, T)
        H rows of a picture, each a matrix of R numbers for T columns.
    count : int
        How many matrices, OH for all of them.
    kernel, stride, dilation : int
        How many rows make up one, and which: KH, SH and DH.

    Returns
    -------
    array (G, count, kernel*R, T)
        A view in which neighbours share memory, if the dilation is 1 and the rows lie one after the
        other in memory; else a copy.

    Examples
    --------
    >>> rows = np.arange(4.0).reshape(1, 4, 1, 1)
    >>> stack(rows, count=2, kernel=3)[0, :, :, 0]
    array([[0., 1., 2.],
           [1., 2., 3.]])
    """
    rows = np.ascontiguousarray(rows)
    G, _, R, T = rows.shape
    group, row, number, column = rows.strides
    shape = (G, count, kernel, R, T)
    stacked = _view(rows, shape, (group, row * stride, row * dilation, number, column))
    return stacked.reshape(G, count, kernel * R, T)


def slabs(counts: Shape, bytes_each: int) -> Iterator[tuple[slice, ...]]:
    """Cut a grid of places into boxes that take at most `SLAB_BYTES`.

    As many rows go into a box as fit; where not even one does, the row is cut itself.

    Parameters
    ----------
    counts : (OH, OW)
    bytes_each : int
        What one place takes.

    Yields
    ------
    tuple of slices
        The places along each axis.

    Examples
    --------
    >>> [box[0] for box in slabs((5, 1000), bytes_each=8_000)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    if bytes_each * math.prod(counts) <= SLAB_BYTES:  # the usual case, told in short
        return iter([tuple(slice(0, count) for count in counts)])
    ranges: list[list[slice]] = []
    for axis, count in enumerate(counts):
        fit = SLAB_BYTES // (bytes_each * math.prod(counts[axis + 1 :]))
        at_once = min(max(fit, 1), count)
        ranges.append([slice(i, min(i + at_once, count)) for i in range(0, count, at_once)])
    return itertools.product(*ranges)


def _view(array: Array, shape: Shape, strides: Shape) -> Array:
    """Show contiguous memory in another shape: `as_strided`, which takes ten times as long."""
    view: Array = np.ndarray(shape, array.dtype, buffer=array, strides=strides)
    view.flags.writeable = False
    return view
