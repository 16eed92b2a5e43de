"""The rectified linear unit: the bend between two linear maps, without which they would be one."""

import numpy as np

from minicnn.layers.activation import Activation
from minicnn.typing import Array


class ReLU(Activation):
    """The rectified linear unit, element by element: y = max(x, 0).

    Its derivative is 1 where x > 0 and 0 elsewhere; at 0 itself, where there is none, it is taken
    as 0.

    References
    ----------
    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ReLU()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1.0, 0.0, 2.0]]))
    array([[0., 0., 2.]])
    """

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = max(x, 0)."""
        self.saved = (x > 0,)
        # NumPy compares with one number by vector instructions in `clip`, not yet in `maximum`
        return x.clip(0, np.inf)

    def backward(self, dy: Array) -> Array:
        """Let dy pass where x was positive.

        dL/dx = dy * [x > 0]
        """
        (positive,) = self.recall(dy)
        dx: Array = dy * positive
        return dx
