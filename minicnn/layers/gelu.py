"""GELU: a number times the probability that a normal number is smaller."""

from minicnn.layers.activation import Activation
from minicnn.layers.normal_distribution import cumulative, density
from minicnn.typing import Array


class GELU(Activation):
    """The Gaussian error linear unit: y = x * P(x).

    P(x) is the probability that a number drawn from the normal distribution, of mean 0 and standard
    deviation 1, is smaller than x. Instead of asking whether x is positive, as a ReLU does, GELU
    asks how large x is among what may come.

    This is the exact form, with the error function: P(x) = (1 + erf(x / sqrt(2))) / 2. The other
    form in use, x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2, differs by up to 0.0005.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016.

    Examples
    --------
    >>> import numpy as np
    >>> layer = GELU()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[-1.0, 0.0, 1.0]])).round(4)
    array([[-0.1587,  0.    ,  0.8413]])
    """

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = x * P(x)."""
        P = cumulative(x)
        self.saved = x, P
        return x * P

    def backward(self, dy: Array) -> Array:
        """Apply the product rule: the derivative of P is the density p of the distribution.

        dL/dx = dy * (P(x) + x * p(x))        p(x) = exp(-x^2 / 2) / sqrt(2 pi)
        """
        x, P = self.recall(dy)
        dx: Array = dy * (P + x * density(x))
        return dx
