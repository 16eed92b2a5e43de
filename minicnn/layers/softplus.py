"""Softplus: a ReLU without a kink."""

import numpy as np

from minicnn.layers.activation import Activation
from minicnn.layers.sigmoid import sigmoid
from minicnn.typing import Array


class Softplus(Activation):
    """A smooth ReLU, element by element: y = log(1 + exp(x)).

    It is positive everywhere, and its slope is the sigmoid. It is computed as

        y = max(x, 0) + log(1 + exp(-|x|))

    which is the same, and in which no exponential can overflow.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau and Garcia, "Incorporating second-order functional knowledge for
    better option pricing", NIPS 2000.

    Examples
    --------
    >>> layer = Softplus()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1e4, 0.0, 1e4]]))
    array([[0.00000000e+00, 6.93147181e-01, 1.00000000e+04]])
    """

    per_sample = True

    @np.errstate(under="ignore")  # far below zero it rounds to zero
    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = log(1 + exp(x))."""
        y: Array = np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))
        self.saved = (x,)
        return y

    def backward(self, dy: Array) -> Array:
        """Multiply by the slope, exp(x) / (1 + exp(x)), which is the sigmoid.

        dL/dx = dy * sigmoid(x)
        """
        (x,) = self.recall(dy)
        return dy * sigmoid(x)
