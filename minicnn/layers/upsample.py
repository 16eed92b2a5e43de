"""Upsampling: a picture made larger, without anything to learn."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.layers.base import Layer
from minicnn.layers.sliding_window import SizeOption
from minicnn.ops.padding import batch_first, batch_last, pad, unpad
from minicnn.typing import Array, Margins, Shape


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
        """Stretch one axis after the other."""
        self.saved = ()
        y = batch_last(x)  # (C, H, W, N)
        for axis in range(1, y.ndim - 1):
            y = self._stretch(y, axis)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Every pixel gets back what it gave, one axis after the other.

        dL/dx[q] = sum of dy over the output pixels that q is part of, each times its share
        """
        self.recall(dy)
        dx = batch_last(dy)  # (C, factor*H, factor*W, N)
        for axis in reversed(range(1, dx.ndim - 1)):
            dx = self._stretch_gradient(dx, axis)
        return batch_first(dx)

    def _stretch(self, x: Array, axis: int) -> Array:
        """Make `factor` pixels of each along an axis, phase by phase."""
        factor, (before, size, after) = self.factor[axis - 1], _around(x.shape, axis)
        wide = pad(x, self._margins(axis), "replicate")
        y = np.empty((*before, size, factor, *after), x.dtype)
        all_before: Any = (slice(None),) * axis
        for phase, first, share in self._phases(factor):
            y[*all_before, :, phase] = wide[*all_before, first : first + size]
            if share:
                y[*all_before, :, phase] *= 1 - share
                y[*all_before, :, phase] += share * wide[*all_before, first + 1 : first + 1 + size]
        return y.reshape(*before, size * factor, *after)

    def _stretch_gradient(self, dy: Array, axis: int) -> Array:
        """Give back along an axis, phase by phase: the adjoint of `_stretch`."""
        factor, (before, stretched, after) = self.factor[axis - 1], _around(dy.shape, axis)
        size = stretched // factor
        dy = dy.reshape(*before, size, factor, *after)
        dwide = np.zeros((*before, size + 2, *after), dy.dtype)
        all_before: Any = (slice(None),) * axis
        for phase, first, share in self._phases(factor):
            part = dy[*all_before, :, phase]
            dwide[*all_before, first : first + size] += (1 - share) * part
            if share:
                dwide[*all_before, first + 1 : first + 1 + size] += share * part
        return unpad(dwide, self._margins(axis), "replicate")

    def _phases(self, factor: int) -> Iterator[tuple[int, int, float]]:
        """Yield each phase p, and which pixels output pixel i*factor + p lies between.

        That is the number of the first of them for i = 0, counted from the border, and the share of
        the second.
        """
        for phase in range(factor):
            centre = 0.0 if self.mode == "nearest" else (phase + 0.5) / factor - 0.5
            first = math.floor(centre)
            yield phase, first + 1, centre - first

    def _margins(self, axis: int) -> Margins:
        """Return a border of one pixel along an axis: beyond the outermost centres y is level."""
        return tuple((int(other == axis),) * 2 for other in range(1, self.spatial_axes + 1))


class Upsample(Upsampling):
    """A picture (C, H, W) made (C, factor*H, factor*W).

    In the mode "nearest", output pixel i is a copy of pixel i // factor. In the mode "linear", for
    pictures also called bilinear, it is taken on the straight line between the centres of the two
    nearest pixels: the centre of i lies at (i + 1/2) / factor - 1/2, and beyond the outermost
    centres the line is level.

    Both work on one axis after the other. Along it, output pixel i*factor + p lies between two
    pixels, which depend on the phase p from 0 to factor - 1 alone:

        y[i*factor + p] = (1 - share) x[i + first] + share x[i + first + 1]

    with first and share for p; in the mode "nearest" first and share are 0.

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


def _around(shape: Shape, axis: int) -> tuple[Shape, int, Shape]:
    """Return the sizes before an axis, of it, and after it."""
    return shape[:axis], shape[axis], shape[axis + 1 :]
