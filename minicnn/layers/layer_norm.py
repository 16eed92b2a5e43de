"""Layer normalization: every sample has mean 0 and variance 1, whatever the others are."""

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.layers.parameter import Parameter
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Shape


class LayerNorm(Layer):
    """Each sample made to have mean 0 and variance 1, then scaled and shifted number by number.

        mean = E[x]        variance = E[(x - mean)^2]
        normalized = (x - mean) / sqrt(variance + epsilon)
        y = weight * normalized + bias

    where E is the mean over all numbers of one sample. There are no running statistics: the layer
    does the same in training and in use, and a batch of one will do.

    Parameters
    ----------
    epsilon : float, default 1e-5
        Keeps the root from being 0 where all numbers of a sample are equal.
    trainable : bool, default True
        False freezes `weight` and `bias`.

    Attributes
    ----------
    weight, bias : Parameter of the shape of a sample
        They start at 1 and 0. No weight decay pulls at them.

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples of a single number: each would become 0.

    References
    ----------
    Ba, Kiros and Hinton, "Layer normalization", 2016.

    Examples
    --------
    >>> layer = LayerNorm()
    >>> layer.build((3,), np.random.default_rng(0))
    (3,)
    >>> layer(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])).round(3)
    array([[-1.225,  0.   ,  1.225],
           [-1.225,  0.   ,  1.225]])
    """

    per_sample = True
    weight: Parameter
    bias: Parameter

    def __init__(self, epsilon: float = 1e-5, *, trainable: bool = True) -> None:
        self.epsilon = checks.real_number("LayerNorm", "epsilon", epsilon, above=0)
        self.trainable = trainable

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return `in_shape`."""
        if np.prod(in_shape) < 2:
            raise ShapeError(
                f"{self}: expected samples of at least two numbers, got {in_shape}: a single "
                "number has no variance"
            )
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Make a weight of ones and a bias of zeros."""
        self.weight = Parameter("weight", np.ones(in_shape, np.float32), decay=False)
        self.bias = Parameter("bias", np.zeros(in_shape, np.float32), decay=False)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = weight * (x - mean) / sqrt(variance + epsilon) + bias."""
        x = batch_last(x)  # (C, H, W, N)
        centred = x - _mean(x)
        variance = _mean(centred * centred)  # (1, 1, 1, N)
        deviation = np.sqrt(variance + x.dtype.type(self.epsilon))
        normalized = centred / deviation
        self.saved = normalized, deviation
        y = normalized * self.weight.value[..., np.newaxis] + self.bias.value[..., np.newaxis]
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Carry dy back to x, also by way of the sample's mean and variance.

        With g = weight * dy, the gradient of `normalized`, and by the reasoning of `BatchNorm`:

            dL/dx = (g - E[g] - normalized * E[g * normalized]) / sqrt(variance + epsilon)
            dL/dweight = sum of dy * normalized over the samples        dL/dbias = sum of dy
        """
        normalized, deviation = self.recall(dy)
        dy = batch_last(dy)  # (C, H, W, N)
        if self.weight.trainable:
            self.weight.grad = (dy * normalized).sum(axis=-1)
        if self.bias.trainable:
            self.bias.grad = dy.sum(axis=-1)
        g = dy * self.weight.value[..., np.newaxis]
        dx = (g - _mean(g) - normalized * _mean(g * normalized)) / deviation
        return batch_first(dx)


def _mean(x: Array) -> Array:
    """Return the mean of each sample of x (C, H, W, N), as (1, 1, 1, N).

    NumPy adds one number after the other where the axis that stays is the innermost. In float32
    the errors of many thousand additions show, so they are done in float64.
    """
    axes = tuple(range(x.ndim - 1))
    mean: Array = x.mean(axis=axes, keepdims=True, dtype=np.float64).astype(x.dtype, copy=False)
    return mean
