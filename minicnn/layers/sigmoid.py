"""The logistic sigmoid: any number to one between 0 and 1."""

import numpy as np

from minicnn.layers.activation import Activation
from minicnn.typing import Array


@np.errstate(under="ignore")  # it may round to zero
def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)).

    For negative x, exp(-x) might overflow. There the fraction is multiplied by exp(x) above and
    below: exp(x) / (exp(x) + 1).

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-abs(x)))
    return y


class Sigmoid(Activation):
    """The logistic sigmoid, element by element: y = 1 / (1 + exp(-x)).

    It lies between 0 and 1 and can be read as a probability. Far from 0 it is flat, and hardly any
    gradient passes; layers before it start better with ``initializer="glorot_uniform"``. No
    `Sigmoid` belongs in front of `BinaryCrossEntropy`, which takes the scores.

    References
    ----------
    Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature
    323, 1986.

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1e4, 0.0, 1e4]]))
    array([[0. , 0.5, 1. ]])
    """

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = 1 / (1 + exp(-x))."""
        y = sigmoid(x)
        self.saved = (y,)
        return y

    def backward(self, dy: Array) -> Array:
        """Multiply by the slope, which y itself tells.

        dL/dx = dy * y * (1 - y)
        """
        (y,) = self.recall(dy)
        dx: Array = dy * y * (1 - y)
        return dx
