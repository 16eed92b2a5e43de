"""The hyperbolic tangent: any number to one between -1 and 1."""

import numpy as np

from minicnn.layers.activation import Activation
from minicnn.typing import Array


class Tanh(Activation):
    """The hyperbolic tangent, element by element: y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)).

    A sigmoid that is stretched to lie between -1 and 1, with slope 1 at 0. Far from 0 it is flat,
    and hardly any gradient passes; layers before it start better with
    ``initializer="glorot_uniform"``.

    References
    ----------
    LeCun, Bottou, Orr and Müller, "Efficient backprop", 1998, section 4.4, on why a sigmoid that is
    symmetric about 0 learns faster.

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1e4, 0.0, 1e4]]))
    array([[-1.,  0.,  1.]])
    """

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = tanh(x)."""
        y: Array = np.tanh(x)
        self.saved = (y,)
        return y

    def backward(self, dy: Array) -> Array:
        """Multiply by the slope, which y itself tells.

        dL/dx = dy * (1 - y^2)
        """
        (y,) = self.recall(dy)
        dx: Array = dy * (1 - y * y)
        return dx
