"""The leaky ReLU: a small slope for negative numbers, so that no unit can die."""

import numpy as np

from minicnn import checks
from minicnn.layers.activation import Activation
from minicnn.typing import Array


class LeakyReLU(Activation):
    """A ReLU that lets a little of a negative number through: y = max(x, slope * x).

    Its derivative is 1 where x > 0 and `slope` elsewhere, at 0 too. So a gradient always arrives,
    and a unit that is negative for every sample can recover.

    Parameters
    ----------
    slope : float, default 0.01
        The slope for negative numbers, at least 0, which is `ReLU`, and below 1.

    Raises
    ------
    ArgumentError
        For a slope out of its range.

    References
    ----------
    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML
    2013.

    Examples
    --------
    >>> layer = LeakyReLU(0.1)
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1.0, 0.0, 2.0]]))
    array([[-0.1,  0. ,  2. ]])
    """

    per_sample = True

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = checks.real_number("LeakyReLU", "slope", slope, minimum=0, below=1)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = max(x, slope * x)."""
        self.saved = (x > 0,)
        y: Array = np.maximum(x, self.slope * x)
        return y

    def backward(self, dy: Array) -> Array:
        """Let dy pass where x was positive, and a little of it elsewhere.

        dL/dx = dy * max([x > 0], slope)
        """
        (positive,) = self.recall(dy)
        dx: Array = dy * np.maximum(positive.astype(dy.dtype), self.slope)
        return dx
