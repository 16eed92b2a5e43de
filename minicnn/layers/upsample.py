"""Upsampling: a picture made larger, without anything to learn."""

import math
from collections.abc import Sequence

import numpy as np

from minicnn import checks
from minicnn.layers.base import Layer
from minicnn.layers.sliding_window import SizeOption
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Shape


class Upsampling(Layer):
    """What makes signals, pictures and volumes larger: see `Upsample`."""

    per_sample = True
    spatial_axes = 2
    equal_sizes_as_one = True

    def __init__(self, factor: SizeOption, mode: str = "nearest") -> None:
        owner = type(self).__name__
        self.factor = checks.sizes(owner, "factor", factor, self.spatial_axes)
        self.mode = checks.choice(owner, "mode", mode, ["nearest", "linear"])

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C, factor*H, factor*W)."""
        checks.spatial_axes(self, in_shape, self.spatial_axes)
        sizes = zip(in_shape[1:], self.factor, strict=True)
        return in_shape[0], *(size * factor for size, factor in sizes)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = U_H x U_W.T."""
        x = batch_last(x)  # (C, H, W, N)
        matrices = [self._matrix(axis, x) for axis in range(1, x.ndim - 1)]
        self.saved = (matrices,)
        return batch_first(_multiply(matrices, x))

    def backward(self, dy: Array) -> Array:
        """Every pixel gets back what it gave.

        dL/dx = U_H.T dy U_W
        """
        (matrices,) = self.recall(dy)
        dy = batch_last(dy)  # (C, factor*H, factor*W, N)
        return batch_first(_multiply([matrix.T for matrix in matrices], dy))

    def _matrix(self, axis: int, x: Array) -> Array:
        """Return U for an axis, (factor*size, size): a row says what an output pixel is made of."""
        size, factor = x.shape[axis], self.factor[axis - 1]
        pixels = np.arange(size * factor)[:, np.newaxis]
        centres = ((pixels + 0.5) / factor - 0.5).clip(0, size - 1)
        if self.mode == "nearest":
            centres = pixels // factor
        # Each pixel's weight falls from 1 at its centre to 0 at the centres of its neighbours.
        weights: Array = np.maximum(1 - abs(centres - np.arange(size)), 0)
        return weights.astype(x.dtype)


class Upsample(Upsampling):
    """A picture (C, H, W) made (C, factor*H, factor*W).

    In the mode "nearest", output pixel i is a copy of pixel i // factor. In the mode "linear", for
    pictures also called bilinear, it is taken on the straight line between the centres of the two
    nearest pixels: the centre of i lies at (i + 1/2) / factor - 1/2, and beyond the outermost
    centres the line is level.

    Both work on rows and columns apart, and an output pixel is a weighted sum. So each axis has a
    matrix U of (factor*size, size), and y = U_H x U_W.T for every channel.

    Parameters
    ----------
    factor : int or (int, int)
        How many times higher and wider.
    mode : "nearest" or "linear", default "nearest"

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples that are not (C, H, W).

    References
    ----------
    Odena, Dumoulin and Olah, "Deconvolution and checkerboard artifacts", Distill 2016, on why to
    upsample and then convolve.

    Examples
    --------
    >>> layer = Upsample(2)
    >>> layer.build((1, 1, 2), np.random.default_rng(0))
    (1, 2, 4)
    >>> layer(np.array([[[[1.0, 5.0]]]]))[0, 0]
    array([[1., 1., 5., 5.],
           [1., 1., 5., 5.]])
    """


def _multiply(matrices: Sequence[Array], x: Array) -> Array:
    """Apply to each spatial axis of x, of Q pixels, its matrix (P, Q), which makes P of them."""
    for axis, matrix in enumerate(matrices, start=1):
        before, Q, *after = x.shape[:axis], *x.shape[axis:]
        product = matrix @ x.reshape(math.prod(before), Q, -1)
        x = product.reshape(*before, len(matrix), *after)
    return x
