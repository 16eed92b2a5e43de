"""Initial values of weights, drawn from a generator that is passed in.

A good start keeps the variance of a signal the same from layer to layer, so that neither the
activations nor the gradients fade or explode in a deep stack.
"""

import math

import numpy as np

from minicnn.typing import Array, Shape


def fans(shape: Shape) -> tuple[int, int]:
    """Return how many inputs feed one output, and how many outputs one input feeds.

    Parameters
    ----------
    shape : tuple of int
        (D_out, D_in) of a dense layer or (F, C/groups, KH, KW) of a convolution.

    Examples
    --------
    >>> fans((8, 3, 5, 5))
    (75, 200)
    """
    taps = math.prod(shape[2:])
    return shape[1] * taps, shape[0] * taps


def he_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw float32 weights from a normal distribution of variance 2 / fan_in.

    A ReLU passes half of the variance of a symmetric signal; the 2 makes up for it.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10.

    Examples
    --------
    >>> import numpy as np
    >>> weights = he_normal((100, 50), np.random.default_rng(0))
    >>> weights.dtype, bool(abs(weights.std() - (2 / 50) ** 0.5) < 0.01)
    (dtype('float32'), True)
    """
    fan_in, _ = fans(shape)
    return rng.normal(0.0, math.sqrt(2.0 / fan_in), shape).astype(np.float32)


def glorot_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw float32 weights from a uniform distribution of variance 2 / (fan_in + fan_out).

    A compromise between keeping the variance of the activations (1 / fan_in) and that of the
    gradients (1 / fan_out), for layers without a ReLU after them.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010, equation 16.

    Examples
    --------
    >>> import numpy as np
    >>> weights = glorot_uniform((10, 50), np.random.default_rng(0))
    >>> bool(abs(weights).max() <= (6 / 60) ** 0.5)
    True
    """
    limit = math.sqrt(6.0 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def lecun_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw float32 weights from a normal distribution of variance 1 / fan_in.

    This keeps the variance of a signal that passes through no activation.

    Source: LeCun, Bottou, Orr and Müller, "Efficient backprop", 1998, section 4.6.

    Examples
    --------
    >>> import numpy as np
    >>> weights = lecun_normal((100, 50), np.random.default_rng(0))
    >>> bool(abs(weights.std() - (1 / 50) ** 0.5) < 0.01)
    True
    """
    fan_in, _ = fans(shape)
    return rng.normal(0.0, math.sqrt(1.0 / fan_in), shape).astype(np.float32)


INITIALIZERS = {
    "he_normal": he_normal,
    "glorot_uniform": glorot_uniform,
    "lecun_normal": lecun_normal,
}
"""The functions above by the names that layers take."""
