"""Global pooling: one number for each channel, whatever the size of the picture."""

import math

import numpy as np

from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Region, Shape


class GlobalPooling(Layer):
    """A layer that makes one number of all the pixels of a channel."""

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C,)."""
        if len(in_shape) < 2:
            raise ShapeError(
                f"{self}: expected samples with channels and pixels, such as (C, H, W), got "
                f"{in_shape}"
            )
        return in_shape[:1]

    def receptive_region(self, region: Region) -> Region:
        """Return the whole picture."""
        return tuple((0, size - 1) for size in self.check_ready()[1:])


class GlobalAveragePool(GlobalPooling):
    """The mean of each channel: (N, C, H, W) becomes (N, C).

    Raises
    ------
    ShapeError
        By `build`, for samples without pixels, (D,).

    References
    ----------
    Lin, Chen and Yan, "Network in network", ICLR 2014, section 3.2.

    Examples
    --------
    >>> layer = GlobalAveragePool()
    >>> layer.build((2, 3, 4), np.random.default_rng(0))
    (2,)
    >>> layer(np.arange(24.0).reshape(1, 2, 3, 4))
    array([[ 5.5, 17.5]])
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Average over all axes of space."""
        if training:
            self.saved = (x.shape,)
        pixels = batch_last(x).reshape(x.shape[1], -1, len(x))  # (C, H*W, N)
        return batch_first(pixels.mean(axis=1))  # (N, C)

    def backward(self, dy: Array) -> Array:
        """Give every pixel the same share: dL/dx = dy / (H*W)."""
        ((N, C, *sizes),) = self.recall(dy)
        share = batch_last(dy) / math.prod(sizes)  # (C, N)
        dx = np.empty((C, *sizes, N), dy.dtype)
        dx[:] = share.reshape(C, *(1,) * len(sizes), N)
        return batch_first(dx)

    @property
    def multiply_adds(self) -> int:
        """One addition for each pixel."""
        return 0 if self.in_shape is None else math.prod(self.in_shape)


class GlobalMaxPool(GlobalPooling):
    """The largest value of each channel: (N, C, H, W) becomes (N, C).

    Of several largest pixels the first, row by row, is the winner, and gets all of the gradient.

    Raises
    ------
    ShapeError
        By `build`, for samples without pixels, (D,).

    References
    ----------
    Oquab, Bottou, Laptev and Sivic, "Is object localization for free?", CVPR 2015.

    Examples
    --------
    >>> layer = GlobalMaxPool()
    >>> layer.build((2, 3, 4), np.random.default_rng(0))
    (2,)
    >>> layer(np.arange(24.0).reshape(1, 2, 3, 4))
    array([[11., 23.]])
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Find the winner of each channel."""
        pixels = batch_last(x).reshape(x.shape[1], -1, len(x))  # (C, H*W, N)
        winner = pixels.argmax(axis=1, keepdims=True)  # (C, 1, N)
        if training:
            self.saved = winner, x.shape
        return batch_first(np.take_along_axis(pixels, winner, axis=1)[:, 0])  # (N, C)

    def backward(self, dy: Array) -> Array:
        """Give dy to the winner: dL/dx[p] = dy where p won, 0 elsewhere."""
        winner, (N, C, *sizes) = self.recall(dy)
        dx = np.zeros((C, math.prod(sizes), N), dy.dtype)  # (C, H*W, N)
        np.put_along_axis(dx, winner, batch_last(dy)[:, np.newaxis], axis=1)
        return batch_first(dx.reshape(C, *sizes, N))
