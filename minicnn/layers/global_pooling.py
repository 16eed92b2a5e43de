"""Global pooling: one number for each channel, whatever the size of the picture."""

import math

import numpy as np

from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Shape


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

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Average over all axes of space."""
        self.saved = (x.shape,)
        # In float64, since NumPy adds pixel after pixel where the batch is innermost.
        y: Array = x.mean(axis=tuple(range(2, x.ndim)), dtype=np.float64)  # (N, C)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy: Array) -> Array:
        """Give every pixel the same share: dL/dx = dy / (H*W)."""
        ((N, C, *sizes),) = self.recall(dy)
        dy = batch_last(dy)  # (C, N)
        pixels = math.prod(sizes)
        dx = (dy / pixels)[:, np.newaxis].repeat(pixels, axis=1)  # (C, H*W, N)
        return batch_first(dx.reshape(C, *sizes, N))


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

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Find the winner of each channel."""
        x = batch_last(x)  # (C, H, W, N)
        pixels = x.reshape(len(x), -1, x.shape[-1])  # (C, H*W, N)
        winner = pixels.argmax(axis=1, keepdims=True)  # (C, 1, N)
        self.saved = winner, x.shape
        y = np.take_along_axis(pixels, winner, axis=1)[:, 0]  # (C, N)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Give dy to the winner: dL/dx[p] = dy where p won, 0 elsewhere."""
        winner, shape = self.recall(dy)
        dy = batch_last(dy)  # (C, N)
        dx = np.zeros((len(dy), math.prod(shape[1:-1]), dy.shape[-1]), dy.dtype)  # (C, H*W, N)
        np.put_along_axis(dx, winner, dy[:, np.newaxis], axis=1)
        return batch_first(dx.reshape(shape))
