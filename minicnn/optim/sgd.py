"""Stochastic gradient descent: a step down the slope, with memory of the steps before."""

from collections.abc import Mapping, Sequence

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.parameter import Parameter
from minicnn.optim.schedules import Constant, Schedule
from minicnn.typing import Array


class SGD:
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
    weight_decay : float, default 0
        How strongly weights are pulled towards zero; the gradient of weight_decay/2 * |w|^2.
    decay_of : dict of str to float, optional
        The weight decay of single parameters, by their names in the model, in place of
        `weight_decay`: ``{"0.weight": 0.02}`` for the weights of the first layer.

    Attributes
    ----------
    progress : float
        The share of the training that is done, 0 to 1; `Trainer.fit` keeps it.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    learning", ICML 2013, for momentum and Nesterov's form of it.

    Examples
    --------
    >>> import numpy as np
    >>> weight = Parameter("weight", np.array([1.0]))
    >>> weight.grad = np.array([0.5])
    >>> SGD(learning_rate=0.1).step([weight])
    >>> weight.value
    array([0.95])
    """

    def __init__(
        self,
        learning_rate: float | Schedule = 0.01,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        decay_of: Mapping[str, float] | None = None,
    ) -> None:
        if not isinstance(learning_rate, Schedule):
            rate = checks.real_number("SGD", "learning_rate", learning_rate, above=0)
            learning_rate = Constant(rate)
        self.schedule = learning_rate
        self.momentum = checks.real_number("SGD", "momentum", momentum, minimum=0, below=1)
        self.nesterov = checks.flag("SGD", "nesterov", nesterov)
        if self.nesterov and self.momentum == 0:
            raise ArgumentError("SGD: nesterov needs a momentum above 0, got 0")
        self.weight_decay = checks.real_number("SGD", "weight_decay", weight_decay, minimum=0)
        decay_of = {} if decay_of is None else decay_of
        checks.instance("SGD", "decay_of", decay_of, Mapping)
        self.decay_of = {
            name: checks.real_number("SGD", f"decay_of[{name!r}]", decay, minimum=0)
            for name, decay in decay_of.items()
        }
        self.progress = 0.0
        self.parameters: list[Parameter] = []
        self.velocities: list[Array] = []

    @property
    def learning_rate(self) -> float:
        """The rate at this moment of the training."""
        try:
            rate = self.schedule(self.progress)
        except ArithmeticError as error:
            raise ArgumentError(f"SGD: {self.schedule!r} gives no rate: {error}") from error
        return checks.real_number("SGD", "learning_rate", rate, minimum=0)

    def step(self, parameters: Sequence[Parameter]) -> None:
        """Move every parameter one step; always give the same parameters in the same order.

        A parameter gets a new array as its value, so an array taken out before stays as it was.

        Raises
        ------
        ArgumentError
            If the parameters are not those of the steps before: the velocities would not fit. If
            one that `decay_of` names is not among them.
        """
        if not self.velocities:
            self._check_names(parameters)
            self.parameters = list(parameters)
            self.velocities = [np.zeros_like(parameter.value) for parameter in parameters]
        if list(map(id, parameters)) != list(map(id, self.parameters)):
            raise ArgumentError(
                f"SGD: expected the {len(self.parameters)} parameters of the steps before, got "
                f"{len(parameters)} that are not the same; use a new SGD for another model, and "
                "after a model is built anew"
            )
        rate = self.learning_rate
        for parameter, velocity in zip(parameters, self.velocities, strict=True):
            if not parameter.trainable:
                continue
            gradient = parameter.grad.astype(parameter.value.dtype, copy=False)
            decay = self.decay_of.get(parameter.name, self.weight_decay * parameter.decay)
            if decay:
                gradient = gradient + decay * parameter.value
            velocity *= self.momentum
            velocity += gradient
            step = gradient + self.momentum * velocity if self.nesterov else velocity
            parameter.value = parameter.value - rate * step

    def take_up(self, parameters: Sequence[Parameter], velocities: Sequence[Array]) -> None:
        """Go on with the velocities that other steps on the same parameters left.

        Raises
        ------
        ShapeError
            If there is not one for each parameter, of its shape; none at all is right too, as
            before the first step.
        DataError
            If one holds NaN or infinity.
        """
        found = [(velocity.shape, velocity.dtype.kind) for velocity in velocities]
        expected = [(parameter.value.shape, "f") for parameter in parameters]
        if found and found != expected:
            raise ShapeError(f"SGD: expected velocities of {expected}, got {found}")
        for velocity in velocities:
            checks.finite("SGD", "velocities", velocity)
        self._check_names(parameters)
        self.parameters = list(parameters) if found else []
        self.velocities = list(velocities)

    def _check_names(self, parameters: Sequence[Parameter]) -> None:
        """Raise ArgumentError where `decay_of` names a parameter that is not there."""
        names = [parameter.name for parameter in parameters]
        unknown = [name for name in self.decay_of if name not in names]
        if unknown:
            raise ArgumentError(
                f"SGD: decay_of must name parameters of the model, which are {', '.join(names)}; "
                f"got {', '.join(map(repr, unknown))}"
            )

    def __repr__(self) -> str:
        decay_of = f", decay_of={self.decay_of}" if self.decay_of else ""
        return (
            f"SGD({self.schedule!r}, momentum={self.momentum}, nesterov={self.nesterov}, "
            f"weight_decay={self.weight_decay}{decay_of})"
        )
