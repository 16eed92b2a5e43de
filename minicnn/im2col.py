"""Pictures to columns and back: what turns a convolution into one matrix product.

Pure functions on arrays, all that the layers share. Pictures come as (C, H, W, N), padded, the
batch innermost, so the product

    weights (F, C*KH*KW) @ columns (C*KH*KW, OH*OW*N)

lands as (F, OH, OW, N), ready for the next layer without a transpose. Signals and volumes are the
same with one spatial axis or three.

Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006, for columns; the order of axes is this project's own.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.lib.stride_tricks import sliding_window_view

from minicnn.typing import Array, Shape
from minicnn.window import Window

SLAB_BYTES = 2**26
"""The most memory that columns may take at a time: 64 MB, or what one place of a batch takes."""


def im2col(padded: Array, window: Window) -> Array:
    """Lay every place of the window out as a column.

    Parameters
    ----------
    padded : array (C, H, W, N)
        The pictures, border included.
    window : Window

    Returns
    -------
    array (C*KH*KW, OH*OW*N)

    Examples
    --------
    >>> import numpy as np
    >>> picture = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> im2col(picture, Window((2, 2), (1, 1), (1, 1))).T  # one place a line
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    axes = range(1, padded.ndim - 1)
    steps = tuple(slice(None, None, stride) for stride in window.stride)
    gaps = tuple(slice(None, None, dilation) for dilation in window.dilation)
    # (C, OH, OW, N, KH, KW), a view in which one pixel stands in many places of the window
    windows = sliding_window_view(padded, window.span, axis=tuple(axes))
    windows = windows[(slice(None), *steps, slice(None), *gaps)]
    C, *places, N = windows.shape[: padded.ndim]
    kernel = range(padded.ndim, windows.ndim)
    # (C, KH, KW, OH, OW, N), and the one copy; a 1 x 1 kernel may need none and get a view
    return windows.transpose(0, *kernel, *axes, padded.ndim - 1).reshape(
        C * math.prod(window.kernel_size), math.prod(places) * N
    )


def col2im(columns: Array, window: Window, padded: Array) -> None:
    """Add every column onto the pixels it was copied from: the adjoint of `im2col`.

    <im2col(x), y> = <x, col2im(y)> for all x and y, where <a, b> is the sum of the products of
    their entries. That is what makes it the gradient: if columns are the input of a product,
    `col2im` carries the gradient of the columns to the gradient of the picture.

    Parameters
    ----------
    columns : array (C*KH*KW, OH*OW*N)
    window : Window
    padded : array (C, H, W, N)
        What is added to, in place.

    Examples
    --------
    >>> import numpy as np
    >>> picture, window = np.zeros((1, 3, 3, 1)), Window((2, 2), (1, 1), (1, 1))
    >>> col2im(np.ones((4, 4)), window, picture)
    >>> picture[0, :, :, 0]  # how many places of the window see each pixel
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    places = window.places(padded.shape[1:-1])
    C, N = padded.shape[0], padded.shape[-1]
    entries = columns.reshape(C, -1, *places, N)  # (C, KH*KW, OH, OW, N)
    for entry, pixels in enumerate(window.taps(places)):
        padded[(slice(None), *pixels)] += entries[:, entry]


@dataclass(frozen=True)
class Slab:
    """A part of a convolution whose columns fit into memory: one group, some places of its output.

    `channels` are those of the group; `places` says which part of the output along each axis,
    `seen` which part of the padded input that takes.
    """

    group: int
    channels: slice
    places: tuple[slice, ...]
    seen: tuple[slice, ...]

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The index of its part of the pictures (C, H, W, N)."""
        return self.channels, *self.seen

    @property
    def outputs(self) -> tuple[Any, ...]:
        """The index of its part of the answers (G, F/G, OH, OW, N)."""
        return self.group, slice(None), *self.places


def slabs(padded_shape: Shape, itemsize: int, window: Window, groups: int) -> Iterator[Slab]:
    """Cut a convolution of pictures (C, H, W, N) into slabs of at most `SLAB_BYTES` of columns.

    Every group is a convolution of its own, on its share of the channels. As many rows of output go
    into a slab as fit; where not even one does, it is cut itself.
    """
    C, *sizes, N = padded_shape
    depth, counts = C // groups, window.places(tuple(sizes))
    column_bytes = depth * math.prod(window.kernel_size) * N * itemsize
    ranges: list[list[slice]] = []
    for axis, count in enumerate(counts):
        # The columns of a 1 x 1 kernel are the picture itself, which is in memory anyway.
        fit = SLAB_BYTES // (column_bytes * math.prod(counts[axis + 1 :]))
        at_once = count if window.pointwise else min(max(fit, 1), count)
        ranges.append([slice(i, min(i + at_once, count)) for i in range(0, count, at_once)])
    for group in range(groups):
        channels = slice(group * depth, (group + 1) * depth)
        for places in itertools.product(*ranges):
            seen = tuple(
                slice(part.start * stride, (part.stop - 1) * stride + span)
                for part, stride, span in zip(places, window.stride, window.span, strict=True)
            )
            yield Slab(group, channels, places, seen)


class Columns:
    """The columns of a padded batch, slab by slab.

    Where a single slab holds them all they are gathered once and kept, since a training step goes
    through them twice. Several slabs are gathered anew each time, and only one exists at a time.

    Parameters
    ----------
    padded : array (C, H, W, N)
    window : Window
    groups : int, default 1

    Attributes
    ----------
    out_shape : (OH, OW, N)

    Examples
    --------
    >>> import numpy as np
    >>> columns = Columns(np.zeros((6, 5, 5, 10)), Window((3, 3), (1, 1), (1, 1)), groups=2)
    >>> [(slab.group, slab.channels, block.shape) for slab, block in columns]
    [(0, slice(0, 3, None), (27, 90)), (1, slice(3, 6, None), (27, 90))]
    """

    def __init__(self, padded: Array, window: Window, groups: int = 1) -> None:
        self.padded, self.window, self.groups = padded, window, groups
        self.slabs = list(slabs(padded.shape, padded.itemsize, window, groups))
        self.out_shape: Shape = (*window.places(padded.shape[1:-1]), padded.shape[-1])
        self.kept = im2col(padded, window) if len(self.slabs) == 1 else None

    def __iter__(self) -> Iterator[tuple[Slab, Array]]:
        """Yield each slab with its columns (C/groups*KH*KW, places*N)."""
        for slab in self.slabs:
            block = self.kept
            if block is None:
                block = im2col(self.padded[slab.inputs], self.window)
            yield slab, block
