"""The exponential linear unit: linear above zero, and a smooth floor below."""

import numpy as np

from minicnn import checks
from minicnn.layers.activation import Activation
from minicnn.typing import Array


class ELU(Activation):
    """The exponential linear unit: y = x where x > 0, alpha * (exp(x) - 1) elsewhere.

    Negative outputs, down to -alpha, bring the mean of the outputs closer to zero than those of a
    ReLU. With alpha = 1 it has no kink.

    Parameters
    ----------
    alpha : float, default 1
        How far below zero the floor lies; above 0.

    Raises
    ------
    ArgumentError
        For an alpha that is not above 0.

    References
    ----------
    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential
    linear units (ELUs)", ICLR 2016.

    Examples
    --------
    >>> layer = ELU()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1e4, 0.0, 2.0]]))
    array([[-1.,  0.,  2.]])
    """

    per_sample = True

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = checks.real_number("ELU", "alpha", alpha, above=0)

    @np.errstate(under="ignore")  # an exponential may round to zero
    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = max(x, 0) + alpha * (exp(min(x, 0)) - 1): one of the two terms is zero."""
        y: Array = np.maximum(x, 0) + self.alpha * (np.exp(np.minimum(x, 0)) - 1)
        self.saved = (y,)
        return y

    def backward(self, dy: Array) -> Array:
        """Multiply by the slope, which y itself tells: below zero alpha * exp(x) = y + alpha.

        dL/dx = dy where y > 0, dy * (y + alpha) elsewhere
        """
        (y,) = self.recall(dy)
        dx: Array = np.where(y > 0, dy, dy * (y + self.alpha))
        return dx
