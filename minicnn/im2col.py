"""Pictures to columns and back: what turns a convolution into matrix products.

Pure functions on arrays, all that the layers share. Pictures come as (G, C, H, W, N), padded: G
groups of C channels, the batch innermost, so that every copy moves long runs and no result needs a
transpose.

The textbook lays each place of the window out as a column of C*KH*KW numbers, and so holds every
pixel KH*KW times. Here `im2col` lays the window out along each row of the picture only, C*KW
numbers a column. The KH rows that a window sees then lie one below the other in memory, and *are*
a matrix of KH*C*KW rows: `stack` shows the textbook's columns and copies nothing.

    row 0 of the picture   (C*KW, OW*N)  |
    row 1                  (C*KW, OW*N)  |  |    output row 0 sees rows 0, 1 and 2 of the picture,
    row 2                  (C*KW, OW*N)  |  |    output row 1 sees rows 1, 2 and 3
    row 3                  (C*KW, OW*N)     |

Rows are along the first axis of the picture. Those of a volume are its planes, (C*KH*KW, OH*OW*N);
those of a signal its single numbers, (C, N), for which nothing is copied at all.

Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006, for columns; the order of axes and the stacking are this project's own.
"""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from minicnn.typing import Array, Shape
from minicnn.window import Window

SLAB_BYTES = 2**26
"""The most memory that stacked columns may take at a time: 64 MB, or what one place takes."""


def im2col(x: Array, window: Window) -> Array:
    """Lay the places of the window along each row out as columns.

    Parameters
    ----------
    x : array (G, C, H, W, N)
        The pictures, border included, in G groups of C channels.
    window : Window

    Returns
    -------
    array (G, H, C*KW, OW*N)

    Examples
    --------
    >>> picture = np.arange(6.0).reshape(1, 1, 2, 3, 1)
    >>> im2col(picture, Window((2, 2), (1, 1), (1, 1)))[0]  # a matrix for each of the two rows
    array([[[0., 1.],
            [1., 2.]],
           [[3., 4.],
            [4., 5.]]])
    """
    G, C, H, *sizes, N = x.shape
    group, channel, row, *steps, sample = x.strides
    along = window.along_rows
    places = along.places(tuple(sizes))
    # (G, H, C, KW, OW, N), a view in which one pixel stands in many places of the window
    windows = as_strided(
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
        writeable=False,
    )
    # The one copy, and none where a window is as narrow as a pixel
    return windows.reshape(G, H, C * math.prod(along.kernel_size), math.prod(places) * N)


def col2im(columns: Array, window: Window, x: Array) -> None:
    """Add every column onto the pixels it was copied from: the adjoint of `im2col`.

    <im2col(x), y> = <x, col2im(y)> for all x and y, where <a, b> is the sum of the products of
    their entries. That is what makes it the gradient: if columns are the input of a product,
    `col2im` carries the gradient of the columns to the gradient of the picture.

    Parameters
    ----------
    columns : array (G, H, C*KW, OW*N)
    window : Window
    x : array (G, C, H, W, N)
        What is added to, in place.

    Examples
    --------
    >>> picture, window = np.zeros((1, 1, 2, 3, 1)), Window((2, 2), (1, 1), (1, 1))
    >>> col2im(np.ones((1, 2, 2, 2)), window, picture)
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

    Matrix i holds the rows i*stride, i*stride + dilation, i*stride + 2 dilation ... With a dilation
    of 1 that is a view, in which neighbours share memory; else it is a copy.

    Parameters
    ----------
    rows : array (G, H, D, T)
    count, kernel, stride, dilation : int

    Returns
    -------
    array (G, count, kernel*D, T)

    Examples
    --------
    >>> rows = np.arange(4.0).reshape(1, 4, 1, 1)
    >>> stack(rows, count=2, kernel=3)[0, :, :, 0]
    array([[0., 1., 2.],
           [1., 2., 3.]])
    """
    if kernel > 1:
        rows = np.ascontiguousarray(rows)
    G, _, D, T = rows.shape
    group, row, depth, sample = rows.strides
    stacked = as_strided(
        rows,
        (G, count, kernel, D, T),
        (group, row * stride, row * dilation, depth, sample),
        writeable=False,
    )
    return stacked.reshape(G, count, kernel * D, T)


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
    >>> [box[0] for box in slabs((5, 1000), bytes_each=30_000)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    ranges: list[list[slice]] = []
    for axis, count in enumerate(counts):
        fit = SLAB_BYTES // (bytes_each * math.prod(counts[axis + 1 :]))
        at_once = min(max(fit, 1), count)
        ranges.append([slice(i, min(i + at_once, count)) for i in range(0, count, at_once)])
    return itertools.product(*ranges)
