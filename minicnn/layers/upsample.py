"""Upsampling: a picture made larger, without anything to learn."""

import math

import numpy as np

from minicnn import checks
from minicnn.layers.sliding_window import SizeOption, SpatialLayer
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Region, Shape

MODES = ("nearest", "bilinear")


class Upsample(SpatialLayer):
    """A picture (C, H, W) made (C, factor*H, factor*W).

    In the mode "nearest", output pixel i is a copy of pixel i // factor.

    In the mode "bilinear" it is taken on the straight line between the centres of the two nearest
    pixels: the centre of i lies at (i + 1/2) / factor - 1/2, and beyond the outermost centres the
    line is level. This is linear, and works on rows and columns apart, so each axis has a matrix U
    of (factor*size, size), and y = U_H x U_W.T for every channel.

    Parameters
    ----------
    factor : int or (int, int)
        How many times higher and wider.
    mode : "nearest" or "bilinear", default "nearest"

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

    def __init__(self, factor: SizeOption, mode: str = "nearest") -> None:
        self.factor = checks.sizes("Upsample", "factor", factor, self.spatial_axes)
        self.mode = checks.choice("Upsample", "mode", mode, MODES)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C, factor*H, factor*W)."""
        self.check_axes(in_shape)
        sizes = zip(in_shape[1:], self.factor, strict=True)
        return in_shape[0], *(size * factor for size, factor in sizes)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Repeat every pixel, or compute y = U_H x U_W.T."""
        y = batch_last(x)
        matrices = []
        if self.mode == "bilinear":
            matrices = [self._matrix(axis, x) for axis in range(self.spatial_axes)]
        if training:
            self.saved = x.shape, matrices
        for axis, factor in enumerate(self.factor, start=1):
            y = _along(axis, matrices[axis - 1], y) if matrices else y.repeat(factor, axis)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Every pixel gets back what it gave.

        dL/dx = the sum of dy over the copies of a pixel, or U_H.T dy U_W
        """
        (N, C, H, W), matrices = self.recall(dy)
        dx = batch_last(dy)
        if not matrices:
            FH, FW = self.factor
            return batch_first(dx.reshape(C, H, FH, W, FW, N).sum(axis=(2, 4)))
        for axis, matrix in enumerate(matrices, start=1):
            dx = _along(axis, matrix.T, dx)
        return batch_first(dx)

    def _matrix(self, axis: int, x: Array) -> Array:
        """Return U for an axis, (factor*size, size): a row says what an output pixel is made of."""
        size, factor = x.shape[2 + axis], self.factor[axis]
        pixels = np.arange(size * factor)
        centres = ((pixels + 0.5) / factor - 0.5).clip(0, size - 1)
        # Each pixel's weight falls from 1 at its centre to 0 at the centres of its neighbours.
        distances = abs(centres[:, np.newaxis] - np.arange(size))
        weights: Array = np.maximum(1 - distances, 0).astype(x.dtype)
        return weights

    @property
    def multiply_adds(self) -> int:
        """None for copies; if bilinear, two for each number of either step, rows first."""
        if self.in_shape is None or self.mode == "nearest":
            return 0
        sizes, total = list(self.in_shape), 0
        for axis, factor in enumerate(self.factor, start=1):
            sizes[axis] *= factor
            total += 2 * math.prod(sizes)
        return total

    def receptive_region(self, region: Region) -> Region:
        """Return the pixels that the first and the last output pixel are made of."""
        axes = zip(region, self.factor, self.check_ready()[1:], strict=True)
        if self.mode == "nearest":
            return tuple((first // factor, last // factor) for (first, last), factor, _ in axes)
        # The centre of i lies at (2i + 1 - factor) / (2 factor): the pixel at or before the first
        # centre, and the one at or after the last.
        return tuple(
            (
                max((2 * first + 1 - factor) // (2 * factor), 0),
                min(-((factor - 1 - 2 * last) // (2 * factor)), size - 1),
            )
            for (first, last), factor, size in axes
        )


def _along(axis: int, matrix: Array, x: Array) -> Array:
    """Apply a matrix (P, Q) to an axis of Q pixels of x, (..., Q, ...) to (..., P, ...)."""
    shape = x.shape
    flat = x.reshape(math.prod(shape[:axis]), shape[axis], -1)
    return (matrix @ flat).reshape(*shape[:axis], len(matrix), *shape[axis + 1 :])
