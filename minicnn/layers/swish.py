"""Swish, also called SiLU: a number times its own sigmoid."""

from minicnn.layers.activation import Activation
from minicnn.layers.sigmoid import sigmoid
from minicnn.typing import Array


class Swish(Activation):
    """A number times its own sigmoid: y = x * sigmoid(x), also called SiLU.

    Like a smooth ReLU, but it dips below zero, to -0.28 at x = -1.28, before it fades out.

    References
    ----------
    Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107, 2018.
    Ramachandran, Zoph and Le, "Searching for activation functions", 2017.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Swish()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1.28, 0.0, 1.28]])).round(2)
    array([[-0.28,  0.  ,  1.  ]])
    """

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = x * sigmoid(x)."""
        s = sigmoid(x)
        self.saved = x, s
        return x * s

    def backward(self, dy: Array) -> Array:
        """Apply the product rule, with s = sigmoid(x), whose derivative is s * (1 - s).

        dL/dx = dy * (s + x * s * (1 - s))
        """
        x, s = self.recall(dy)
        dx: Array = dy * (s + x * s * (1 - s))
        return dx
