"""Pictures to columns and back: what turns a convolution into one matrix product.

Pure functions on arrays, all that the layers share. The batch is the innermost axis in memory:
every picture is handled as (C, H, W, N), so that each copy moves long contiguous runs and the
product

    weights (F, C*KH*KW) @ columns (C*KH*KW, OH*OW*N)

lands as (F, OH, OW, N), ready for the next layer without a transpose. Callers see the usual logical
order (N, C, H, W); going from one to the other is a view.

Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006, for columns; the order of axes is this project's own.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minicnn.typing import Array

Pair: TypeAlias = tuple[int, int]
"""A vertical and a horizontal number."""

Padding: TypeAlias = tuple[Pair, Pair]
"""Rows to add (above, below) and columns to add (left, right)."""

NO_PADDING: Padding = ((0, 0), (0, 0))


def output_size(size: int, kernel_size: int, stride: int, padding: Pair) -> int:
    """Return how many places a kernel takes along an axis: floor((padded - K) / stride) + 1.

    Zero or less where the kernel is larger than the padded input.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.

    Examples
    --------
    >>> output_size(28, kernel_size=5, stride=2, padding=(2, 2))
    14
    """
    return (size + sum(padding) - kernel_size) // stride + 1


def same_padding(size: int, kernel_size: int, stride: int) -> Pair:
    """Return the padding (before, after) for which the output has ceil(size / stride) places.

    The rule of Keras: where the total is odd, the extra one goes after. With a stride of 1 and an
    odd kernel it is (K - 1) / 2 on both sides.

    Examples
    --------
    >>> same_padding(28, kernel_size=5, stride=1), same_padding(28, kernel_size=4, stride=1)
    ((2, 2), (1, 2))
    """
    places = -(-size // stride)
    total = max((places - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


def batch_last(x: Array) -> Array:
    """View (N, C, H, W) as (C, H, W, N)."""
    return x.transpose(1, 2, 3, 0)


def batch_first(x: Array) -> Array:
    """View (C, H, W, N) as (N, C, H, W)."""
    return x.transpose(3, 0, 1, 2)


def pad(x: Array, padding: Padding, value: float = 0.0) -> Array:
    """Return (N, C, H, W) as (C, H + above + below, W + left + right, N), bordered by `value`.

    Without padding the result is a view; no caller may write into it.
    """
    if padding == NO_PADDING:
        return batch_last(x)
    (above, below), (left, right) = padding
    N, C, H, W = x.shape
    padded = np.full((C, above + H + below, left + W + right, N), value, x.dtype)
    padded[:, above : above + H, left : left + W] = batch_last(x)
    return padded


def unpad(padded: Array, padding: Padding) -> Array:
    """Return (C, H + above + below, W + left + right, N) without its border, as (N, C, H, W)."""
    (above, below), (left, right) = padding
    _, rows, columns, _ = padded.shape
    return batch_first(padded[:, above : rows - below, left : columns - right])


def taps(kernel_size: Pair, stride: Pair, out_size: Pair) -> Iterator[tuple[slice, slice]]:
    """Yield, for each entry (kh, kw) of the kernel, the pixels it meets in all OH x OW windows.

    The entries come row by row. The pixels are a slice of rows and a slice of columns of the padded
    picture: entry (kh, kw) meets rows kh, kh + SH, kh + 2 SH ..., and columns likewise.
    """
    (KH, KW), (SH, SW), (OH, OW) = kernel_size, stride, out_size
    for kh in range(KH):
        for kw in range(KW):
            yield slice(kh, kh + SH * OH, SH), slice(kw, kw + SW * OW, SW)


def im2col(x: Array, kernel_size: Pair, stride: Pair, padding: Padding) -> Array:
    """Lay every window that the kernel sees out as a column.

    Parameters
    ----------
    x : array (N, C, H, W)
    kernel_size, stride : (int, int)
        KH and KW; the step down and to the right.
    padding : ((above, below), (left, right))
        Rows and columns of zeros around each picture.

    Returns
    -------
    array (C*KH*KW, OH*OW*N)

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> im2col(x, (2, 2), (1, 1), ((0, 0), (0, 0))).T  # one window a line
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    (KH, KW), (SH, SW) = kernel_size, stride
    padded = pad(x, padding)
    # (C, OH, OW, N, KH, KW), a view in which one pixel stands in many windows
    windows = sliding_window_view(padded, kernel_size, axis=(1, 2))[:, ::SH, ::SW]
    C, OH, OW, N = windows.shape[:4]
    # (C, KH, KW, OH, OW, N), and the one copy; a 1 x 1 kernel may need none and get a view
    return windows.transpose(0, 4, 5, 1, 2, 3).reshape(C * KH * KW, OH * OW * N)


def col2im(
    columns: Array,
    in_shape: tuple[int, int, int, int],
    kernel_size: Pair,
    stride: Pair,
    padding: Padding,
) -> Array:
    """Add every column back onto the window it was copied from: the adjoint of `im2col`.

    <im2col(x), y> = <x, col2im(y)> for all x and y, where <a, b> is the sum of the products of
    their entries. That is what makes it the gradient: if columns are the input of a product,
    `col2im` carries the gradient of the columns to the gradient of the picture.

    Parameters
    ----------
    columns : array (C*KH*KW, OH*OW*N)
    in_shape : (N, C, H, W)
    kernel_size, stride, padding
        As for `im2col`.

    Returns
    -------
    array (N, C, H, W)

    Examples
    --------
    >>> import numpy as np
    >>> x = np.ones((1, 1, 3, 3))
    >>> columns = im2col(x, (2, 2), (1, 1), ((0, 0), (0, 0)))
    >>> col2im(columns, x.shape, (2, 2), (1, 1), ((0, 0), (0, 0)))[0, 0]  # windows over each pixel
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    N, C, H, W = in_shape
    (KH, KW), (rows_added, columns_added) = kernel_size, padding
    OH = output_size(H, KH, stride[0], rows_added)
    OW = output_size(W, KW, stride[1], columns_added)
    windows = columns.reshape(C, KH * KW, OH, OW, N)
    padded = np.zeros((C, H + sum(rows_added), W + sum(columns_added), N), columns.dtype)
    for tap, (rows, cols) in enumerate(taps(kernel_size, stride, (OH, OW))):
        padded[:, rows, cols] += windows[:, tap]
    return unpad(padded, padding)
