"""Stochastic gradient descent: a step down the slope, with memory of the steps before."""

from collections.abc import Mapping
from typing import ClassVar

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.optim.base import Optimizer
from minicnn.optim.schedules import Schedule
from minicnn.typing import Array


class SGD(Optimizer):
    """Gradient descent with momentum and weight decay.

    For each parameter w with gradient g = dL/dw:

        g = g + weight_decay * w             (weights only, unless `decay_of` says so)
        v = momentum * v + g
        w = w - learning_rate * v                      or, with Nesterov,
        w = w - learning_rate * (g + momentum * v)

    which is also PyTorch's form.

    Parameters
    ----------
    learning_rate : float or Schedule, default 0.01
        The rate, the same throughout or a function of the progress of the training.
    momentum : float, default 0
        How much of the last step is repeated, from 0 up to but not including 1.
    nesterov : bool, default False
        Look ahead: use the gradient a momentum step further on.
    weight_decay, decay_of, clip_norm
        As for every `Optimizer`.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    learning", ICML 2013, for momentum and Nesterov's form of it.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn import Parameter
    >>> weight = Parameter("weight", np.array([1.0]))
    >>> weight.grad = np.array([0.5])
    >>> SGD(learning_rate=0.1).step([weight])
    >>> weight.value
    array([0.95])
    """

    slot_names = ("velocity",)
    ranges: ClassVar[dict[str, dict[str, float]]] = {
        **Optimizer.ranges,
        "momentum": {"minimum": 0, "below": 1},
    }
    momentum: float

    def __init__(
        self,
        learning_rate: float | Schedule = 0.01,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        decay_of: Mapping[str, float] | None = None,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay=weight_decay, decay_of=decay_of, clip_norm=clip_norm
        )
        owner = type(self).__name__
        self.momentum = momentum
        self.nesterov = checks.flag(owner, "nesterov", nesterov)
        if self.nesterov and self.momentum == 0:
            raise ArgumentError(f"{owner}: nesterov needs a momentum above 0, got 0")

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Take a step along the velocity, or along where it leads next."""
        velocity = slots["velocity"]
        velocity *= self.momentum
        velocity += gradient
        step = gradient + self.momentum * velocity if self.nesterov else velocity
        return value - self.learning_rate * step
