"""Batch normalization: channels of mean 0 and variance 1, however the layers before them move."""

import math

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.layers.parameter import Parameter
from minicnn.layers.share import current_share
from minicnn.ops.padding import batch_first, batch_last
from minicnn.typing import Array, Shape


class BatchNorm(Layer):
    """Each channel made to have mean 0 and variance 1 over the batch, then scaled and shifted.

        mean = E[x]        variance = E[(x - mean)^2]
        normalized = (x - mean) / sqrt(variance + epsilon)
        y = weight * normalized + bias

    where E is the mean over the samples of the batch and the pixels, for each channel by itself; in
    vectors every entry is a channel. Two running statistics follow those of the batches,

        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_variance = (1 - momentum) * running_variance + momentum * variance * n / (n - 1)

    with n values a channel: n / (n - 1) makes of the variance in the batch an unbiased estimate of
    that in all data. In use they take the places of mean and variance, so a sample's result does
    not depend on the others. A frozen layer, whose weight and bias are both frozen, works as in
    use, also in training: its statistics stay as they are, 0 and 1 if it never was trained.

    A batch that threads share is normalized as a whole: the sums are taken over all shares.

    The mean takes away any bias of the layer before, which is best made with ``bias=False``.

    Parameters
    ----------
    epsilon : float, default 1e-5
        Keeps the root from being 0 where all values of a channel are equal.
    momentum : float, default 0.1
        How much of a running statistic each batch replaces, as in PyTorch; above 0, at most 1.
        (Keras calls the rest, 1 - 0.1, momentum.)
    trainable : bool, default True
        False freezes the layer.

    Attributes
    ----------
    weight, bias : Parameter (C,)
        They start at 1 and 0. No weight decay pulls at them.
    running_mean, running_variance : Parameter (C,)
        Statistics, which start at 0 and 1.

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        In training, for a batch that has only one value a channel: its variance is 0.

    References
    ----------
    Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
    covariate shift", ICML 2015.

    Examples
    --------
    >>> layer = BatchNorm()
    >>> layer.build((1,), np.random.default_rng(0))
    (1,)
    >>> layer(np.array([[1.0], [2.0], [3.0]]), training=True).round(3)
    array([[-1.225],
           [ 0.   ],
           [ 1.225]])
    >>> layer.running_mean.value, layer.running_variance.value
    (array([0.2], dtype=float32), array([1.], dtype=float32))
    """

    sums_over_batch = True
    weight: Parameter
    bias: Parameter
    running_mean: Parameter
    running_variance: Parameter

    def __init__(
        self, epsilon: float = 1e-5, momentum: float = 0.1, *, trainable: bool = True
    ) -> None:
        self.epsilon = checks.real_number("BatchNorm", "epsilon", epsilon, above=0)
        self.momentum = checks.real_number("BatchNorm", "momentum", momentum, above=0, maximum=1)
        self.trainable = trainable

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return `in_shape`."""
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Make numbers with which the layer gives back what it gets, until it has seen a batch."""
        zeros, ones = (np.full(in_shape[0], value, np.float32) for value in (0, 1))
        self.weight = Parameter("weight", ones, decay=False)
        self.bias = Parameter("bias", zeros, decay=False)
        self.running_mean = Parameter("running_mean", zeros, role="statistic")
        self.running_variance = Parameter("running_variance", ones, role="statistic")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = weight * (x - mean) / sqrt(variance + epsilon) + bias."""
        x = batch_last(x)  # (C, H, W, N)
        if training and self.trainable:
            # The number of values goes with the sums: threads that share a batch meet once less.
            totals = _total(np.append(x.sum(axis=_all_but_channels(x)), x.size / len(x)))  # (C + 1)
            count = self._at_least_two(float(totals[-1]))
            mean = totals[:-1] / count
            centred = x - _each(mean, x)
            variance = _total(_dot(centred, centred)) / count
            self._follow(mean, variance * (count / (count - 1)))
        else:
            count, variance = 0.0, self.running_variance.value
            centred = x - _each(self.running_mean.value, x)
        deviation = np.sqrt(variance + x.dtype.type(self.epsilon))  # (C,)
        self.saved = centred, deviation, count
        y = centred * _each(self.weight.value / deviation, x)
        y += _each(self.bias.value, x)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Carry dy back to x, also by way of mean and variance, which depend on every x.

        Moving all x of a channel alike moves its mean, so nothing of dy's mean comes through;
        stretching them moves its deviation, so nothing of dy along `normalized` does either:

            dL/dx = weight / sqrt(variance + epsilon)
                    * (dy - E[dy] - normalized * E[dy * normalized])
            dL/dweight = sum of dy * normalized        dL/dbias = sum of dy

        In use, mean and variance are constants, and the two means E are left out.
        """
        centred, deviation, count = self.recall(dy)
        dy = batch_last(dy)  # (C, H, W, N)
        along, total = _dot(dy, centred) / deviation, dy.sum(axis=_all_but_channels(dy))  # (C,)
        if self.weight.trainable:
            self.weight.grad = along
        if self.bias.trainable:
            self.bias.grad = total
        factor = self.weight.value / deviation
        if not count:
            return batch_first(dy * _each(factor, dy))
        mean_along, mean = _total(np.stack([along, total])) / count
        dx = centred * _each(-mean_along / deviation, dy)
        dx += dy
        dx -= _each(mean, dy)
        dx *= _each(factor, dy)
        return batch_first(dx)

    @property
    def values_of_a_sample(self) -> int:
        """How many values of each channel a sample has: H * W, or 1 in a vector."""
        return math.prod(self.check_ready()[1:])

    def _at_least_two(self, count: float) -> float:
        """Return how many values a channel has in the batch, or raise ShapeError if that is one."""
        if count < 2:
            raise ShapeError(
                f"{self}: expected at least two values a channel in training, got one: a single "
                f"sample of shape {self.in_shape} has no variance; take batches of two or more"
            )
        return count

    def _follow(self, mean: Array, variance: Array) -> None:
        """Let the running statistics follow those of a batch."""
        for running, new in ((self.running_mean, mean), (self.running_variance, variance)):
            old = running.value
            kept = (1 - self.momentum) * old
            running.value = kept + self.momentum * new.astype(old.dtype)


def _each(numbers: Array, x: Array) -> Array:
    """View (C,) as (C, 1, 1, 1), so that each channel of x (C, H, W, N) meets its own number."""
    return numbers.astype(x.dtype, copy=False).reshape(-1, *(1,) * (x.ndim - 1))


def _all_but_channels(x: Array) -> tuple[int, ...]:
    return tuple(range(1, x.ndim))


def _dot(a: Array, b: Array) -> Array:
    """Return the sum of a * b for each channel, (C,)."""
    sums: Array = np.vecdot(a.reshape(len(a), -1), b.reshape(len(b), -1))
    return sums


def _total(sums: Array) -> Array:
    """Return sums over the whole batch, for sums over this share of it."""
    return current_share().sum(sums)
