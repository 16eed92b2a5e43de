"""Dropout: in training some units are silent, so that the others cannot rely on them."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.layers.share import current_share
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Shape


class Dropout(Layer):
    """In training, each number is set to zero with the probability `rate`; in use, nothing changes.

        y = x * mask / (1 - rate)        mask is 0 with the probability rate, else 1

    The numbers that are kept are made larger, so that the mean of y is x and the layers after it
    find in use what they are used to from training.

    In pictures, neighbouring pixels know much of each other, and what one of them hides another
    still shows. With `channels`, whole channels are dropped instead.

    In a `Trainer`, the mask depends on its seed, the step and the share of the batch alone, so the
    same training draws the same masks, also after a resume. Outside of it a layer draws from a
    generator of its own, which `build` makes.

    Parameters
    ----------
    rate : float, default 0.5
        The probability with which a number is dropped, from 0 up to but not including 1.
    channels : bool, default False
        Whether a channel is dropped as a whole, or kept as a whole.

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, with `channels`, for vectors: their channels are single numbers, which are
        dropped without it.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent
    neural networks from overfitting", Journal of Machine Learning Research 15, 2014.
    Tompson, Goroshin, Jain, LeCun and Bregler, "Efficient object localization using convolutional
    networks", CVPR 2015, for whole channels.

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> layer.build((6,), np.random.default_rng(0))
    (6,)
    >>> layer(np.ones((1, 6)), training=True)
    array([[2., 2., 0., 0., 2., 2.]])
    >>> layer(np.ones((1, 6)))
    array([[1., 1., 1., 1., 1., 1.]])
    """

    per_sample = True
    rng: np.random.Generator

    def __init__(self, rate: float = 0.5, *, channels: bool = False) -> None:
        self.rate = checks.real_number("Dropout", "rate", rate, minimum=0, below=1)
        self.channels = checks.flag("Dropout", "channels", channels)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return `in_shape`."""
        if self.channels and len(in_shape) < 2:
            raise ShapeError(
                f"{self}: expected samples with channels and pixels, such as (C, H, W), got "
                f"{in_shape}; without channels=True, Dropout({self.rate}) drops single numbers"
            )
        return in_shape

    def build(self, in_shape: Shape, rng: np.random.Generator) -> Shape:
        """Settle the shapes, and make the generator to draw from outside of a `Trainer`."""
        if self.in_shape is None:
            self.rng = rng.spawn(1)[0]
        return super().build(in_shape, rng)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = x * mask / (1 - rate)."""
        if not training:
            self.saved = (None,)
            return x
        x = batch_last(x)  # (C, H, W, N)
        mask = self._mask(x)
        self.saved = (mask,)
        return batch_first(self._masked(x, mask))

    def backward(self, dy: Array) -> Array:
        """Let dy pass where x did.

        dL/dx = dy * mask / (1 - rate)
        """
        (mask,) = self.recall(dy)
        return dy if mask is None else batch_first(self._masked(batch_last(dy), mask))

    def _mask(self, x: Array) -> Any:
        """Draw which of x (C, H, W, N) is kept: (C, H, W, N), or (C, 1, 1, N) of whole channels."""
        C, *sizes, N = x.shape
        shape = (C, *(1,) * len(sizes), N) if self.channels else x.shape
        return current_share().generator(self.rng).random(shape, np.float32) >= self.rate

    def _masked(self, x: Array, mask: Any) -> Array:
        y: Array = x * mask
        y *= 1 / (1 - self.rate)
        return y
