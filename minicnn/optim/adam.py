"""Adam: every weight has a step size of its own, from the size of its gradients so far."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from minicnn import checks
from minicnn.layers.parameter import Parameter
from minicnn.optim.base import Optimizer
from minicnn.optim.schedules import Schedule
from minicnn.typing import Array

MOST_STEPS = 2**53
"""No training takes as many, and floats count no further."""


class Adam(Optimizer):
    """Gradient descent along the mean gradient, divided by the root of the mean squared gradient.

    For each parameter w with gradient g = dL/dw, at its step number t = 1, 2, ...:

        g = g + weight_decay * w                       (weights only, unless `decay_of` says so)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g^2
        w = w - learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)

    The means m and v begin at zero. That pulls them towards zero at first; the divisions by
    1 - beta^t, the sum of the weights in each mean so far, correct it. A step is seldom longer than
    the learning rate, however large the gradients are.

    The weight decay in g is divided by sqrt(v) too, so weights with large gradients hardly decay.
    With ``decoupled=True``, which is known as AdamW, it does not go into g; the first line is

        w = w - learning_rate * weight_decay * w

    These are PyTorch's Adam and AdamW, except that the decay here leaves biases alone. A parameter
    that is thawed in the middle of a training begins with t = 1.

    Parameters
    ----------
    learning_rate : float or Schedule, default 0.001
        The rate, the same throughout or a function of the progress of the training.
    beta1 : float, default 0.9
        How much of the mean gradient is kept at each step, from 0 up to but not including 1.
    beta2 : float, default 0.999
        The same for the mean squared gradient.
    epsilon : float, default 1e-8
        Above 0; it bounds the step where the gradients are almost zero.
    decoupled : bool, default False
        Let the weights decay beside the gradient, not through it. The useful decays are then much
        larger: 0.01 is usual.
    weight_decay, decay_of, clip_norm
        As for every `Optimizer`.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; Loshchilov
    and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.

    Examples
    --------
    >>> from minicnn import Parameter
    >>> weight = Parameter("weight", np.array([1.0, 1.0]))
    >>> weight.grad = np.array([500.0, -0.002])
    >>> Adam(learning_rate=0.1).step([weight])
    >>> weight.value.round(3)
    array([0.9, 1.1])
    """

    slot_names = ("mean", "mean_square")
    ranges: ClassVar[dict[str, dict[str, float]]] = {
        **Optimizer.ranges,
        "beta1": {"minimum": 0, "below": 1},
        "beta2": {"minimum": 0, "below": 1},
        "epsilon": {"above": 0},
    }
    beta1: float
    beta2: float
    epsilon: float

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        *,
        decoupled: bool = False,
        weight_decay: float = 0.0,
        decay_of: Mapping[str, float] | None = None,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay=weight_decay, decay_of=decay_of, clip_norm=clip_norm
        )
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.decoupled = checks.flag(type(self).__name__, "decoupled", decoupled)

    def with_decay(self, value: Array, gradient: Array, decay: float) -> tuple[Array, Array]:
        """Put the weight decay into the gradient or, decoupled, into the value."""
        if self.decoupled:
            return value - self.learning_rate * decay * value, gradient
        return super().with_decay(value, gradient, decay)

    def new_slots(self, value: Array) -> dict[str, Array]:
        """Add the number of steps, which each parameter counts for itself."""
        return super().new_slots(value) | {"steps": np.zeros((), np.int64)}

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Take a step along the mean, divided by the root of the mean square, both corrected."""
        m, v = slots["mean"], slots["mean_square"]
        slots["steps"] += 1
        t = int(slots["steps"])
        m *= self.beta1
        m += (1 - self.beta1) * gradient
        v *= self.beta2
        v += (1 - self.beta2) * gradient**2
        m_corrected: Array = m / (1 - self.beta1**t)
        v_corrected: Array = v / (1 - self.beta2**t)
        return value - self.learning_rate * m_corrected / (np.sqrt(v_corrected) + self.epsilon)

    def restore(self, state: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> None:
        """Restore what `state` returned, with numbers of steps that make sense."""
        super().restore(state, parameters)
        owner = type(self).__name__
        for slots in self.slots:
            steps = int(slots["steps"])
            checks.real_number(owner, "steps", steps, minimum=0, below=MOST_STEPS)
            slots["steps"] = np.array(steps, np.int64)
