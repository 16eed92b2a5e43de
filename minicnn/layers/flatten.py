"""Flatten: from maps to a vector, so that dense layers can follow."""

import math

from minicnn.layers.base import Layer
from minicnn.typing import Array, Shape


class Flatten(Layer):
    """All axes but the batch's in one: (N, C, H, W) becomes (N, C*H*W).

    In the memory order of this project that is a view, and costs nothing.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Flatten()
    >>> layer.build((16, 7, 7), np.random.default_rng(0))
    (784,)
    """

    per_sample = True

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C*H*W,)."""
        return (math.prod(in_shape),)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Write the numbers of each sample in a row."""
        self.saved = (x.shape,)
        return x.reshape(len(x), -1)  # (N, C*H*W)

    def backward(self, dy: Array) -> Array:
        """Put each gradient back where its number stood: dL/dx is dy in the shape of x."""
        (in_shape,) = self.recall(dy)
        return dy.reshape(in_shape)  # (N, C, H, W)
