"""Softmax: from scores (logits) to probabilities."""

import numpy as np

from minicnn.layers.base import Layer
from minicnn.typing import Array, Shape


class Softmax(Layer):
    """Positive numbers that add up to one, the larger the score the larger.

        y[k] = exp(x[k]) / sum over j of exp(x[j])

    over the first axis of a sample (the classes, or the channels of a map). The largest score is
    subtracted first, which changes nothing in y and keeps exp from overflowing.

    As the last layer under `CrossEntropy` it is skipped in training: the loss takes the scores and
    works with log-softmax, which stays finite where a probability rounds to zero.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, sections 4.1 and 6.2.2.3.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Softmax()
    >>> layer.build((2,), np.random.default_rng(0))
    (2,)
    >>> layer(np.array([[0.0, 0.0], [1e4, -1e4]]))
    array([[0.5, 0.5], [1. , 0. ]])
    """

    per_sample = True

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return `in_shape`: a probability for each score."""
        return in_shape

    @np.errstate(under="ignore")  # a probability may round to zero
    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = exp(x - max) / sum of exp(x - max)."""
        y: Array = np.exp(x - x.max(axis=1, keepdims=True))
        y /= y.sum(axis=1, keepdims=True)
        self.saved = (y,)
        return y

    def backward(self, dy: Array) -> Array:
        """Multiply by the Jacobian, dy[j]/dx[k] = y[j] ([j = k] - y[k]), without building it.

        dL/dx = y * (dy - sum over j of dy[j] y[j])
        """
        (y,) = self.recall(dy)
        dx: Array = y * (dy - (dy * y).sum(axis=1, keepdims=True))
        return dx
