"""RMSprop: gradients divided by the root of their mean square."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from minicnn.optim.base import Optimizer
from minicnn.optim.schedules import Schedule
from minicnn.typing import Array


class RMSprop(Optimizer):
    """Gradient descent with gradients that are divided by the root of their mean square.

    For each parameter w with gradient g = dL/dw:

        g = g + weight_decay * w                       (weights only, unless `decay_of` says so)
        v = smoothing * v + (1 - smoothing) * g^2
        u = momentum * u + g / (sqrt(v) + epsilon)
        w = w - learning_rate * u

    which is also PyTorch's form. Weights with small gradients then move as fast as those with large
    ones. The mean square v begins at zero and is not corrected for that, as it is in `Adam`, so the
    first steps are the longest: 1 / sqrt(1 - smoothing) times the learning rate, ten times by
    default.

    Parameters
    ----------
    learning_rate : float or Schedule, default 0.01
        The rate, the same throughout or a function of the progress of the training.
    smoothing : float, default 0.99
        How much of the mean square is kept at each step, from 0 up to but not including 1.
    momentum : float, default 0
        How much of the last step is repeated, from 0 up to but not including 1.
    epsilon : float, default 1e-8
        Above 0; it bounds the step where the gradients are almost zero.
    weight_decay, decay_of, clip_norm
        As for every `Optimizer`.

    References
    ----------
    Hinton, "Neural networks for machine learning", a course on Coursera, 2012, lecture 6e.

    Examples
    --------
    >>> from minicnn import Parameter
    >>> weight = Parameter("weight", np.array([1.0, 1.0]))
    >>> weight.grad = np.array([500.0, -0.002])
    >>> RMSprop(learning_rate=0.01).step([weight])
    >>> weight.value.round(3)
    array([0.9, 1.1])
    """

    slot_names = ("mean_square", "velocity")
    ranges: ClassVar[dict[str, dict[str, float]]] = {
        **Optimizer.ranges,
        "smoothing": {"minimum": 0, "below": 1},
        "momentum": {"minimum": 0, "below": 1},
        "epsilon": {"above": 0},
    }
    smoothing: float
    momentum: float
    epsilon: float

    def __init__(
        self,
        learning_rate: float | Schedule = 0.01,
        smoothing: float = 0.99,
        momentum: float = 0.0,
        epsilon: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        decay_of: Mapping[str, float] | None = None,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay=weight_decay, decay_of=decay_of, clip_norm=clip_norm
        )
        self.smoothing, self.momentum, self.epsilon = smoothing, momentum, epsilon

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Take a step along the velocity, to which the divided gradient is added."""
        v, u = slots["mean_square"], slots["velocity"]
        v *= self.smoothing
        v += (1 - self.smoothing) * gradient**2
        u *= self.momentum
        u += gradient / (np.sqrt(v) + self.epsilon)
        return value - self.learning_rate * u
