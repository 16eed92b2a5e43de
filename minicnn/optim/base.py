"""What every optimizer does: go through the parameters, each with its gradient, rate and decay.

Your own optimizer states how one parameter moves:

    class SignSGD(Optimizer):
        def update(self, value, gradient, slots):
            return value - self.learning_rate * np.sign(gradient)
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from minicnn import checks
from minicnn.describe import Described
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.layers.parameter import Parameter
from minicnn.optim.schedules import Schedule, as_given, to_schedule
from minicnn.typing import Array


class Optimizer(Described, ABC):
    """A rule by which parameters follow their gradients.

    Parameters
    ----------
    learning_rate : float or Schedule, default 0.01
        The rate, the same throughout or a function of the progress of the training.
    weight_decay : float, default 0
        How strongly weights are pulled towards zero; the gradient of weight_decay/2 * |w|^2.
    decay_of : dict of str to float, optional
        The weight decay of single parameters, by their names in the model, instead of
        `weight_decay`: ``{"0.weight": 0.02}`` for the weights of the first layer.
    clip_norm : float, optional
        The most that the gradient may have as a norm, over all parameters together, before the
        weight decay is added. A longer one is shortened and keeps its direction, so that a single
        odd batch does little harm. Pascanu, Mikolov and Bengio, "On the difficulty of training
        recurrent neural networks", ICML 2013, section 3.2.

    Attributes
    ----------
    progress : float
        The share of the training that is done, 0 to 1; `Trainer.fit` keeps it.
    slot_names : tuple of str
        What `update` keeps of each parameter from step to step, such as a velocity.
    slots : list of dict of str to array
        What was kept, for each parameter; none before the first step.
    ranges : dict of str to dict
        The range of each number among the options, as `minicnn.checks.real_number` takes it.
    """

    slot_names: ClassVar[tuple[str, ...]] = ()
    ranges: ClassVar[dict[str, dict[str, float]]] = {
        "weight_decay": {"minimum": 0},
        "clip_norm": {"above": 0},
    }
    weight_decay: float
    clip_norm: float | None = None

    def __init__(
        self,
        learning_rate: float | Schedule = 0.01,
        *,
        weight_decay: float = 0.0,
        decay_of: Mapping[str, float] | None = None,
        clip_norm: float | None = None,
    ) -> None:
        owner = type(self).__name__
        self.learning_rate = learning_rate
        self.clip_norm = clip_norm
        self.weight_decay = weight_decay
        decay_of = {} if decay_of is None else decay_of
        checks.instance(owner, "decay_of", decay_of, Mapping)
        self.decay_of = {
            name: checks.real_number(owner, f"decay_of[{name!r}]", decay, minimum=0)
            for name, decay in decay_of.items()
        }
        self.progress = 0.0
        self.slots: list[dict[str, Array]] = []
        self._parameters: list[Parameter] = []

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep numbers within their `ranges`, whenever they are set."""
        if name in self.ranges and not (name == "clip_norm" and value is None):
            value = checks.real_number(type(self).__name__, name, value, **self.ranges[name])
        super().__setattr__(name, value)

    @abstractmethod
    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Return the new value of a parameter, as a new array.

        Parameters
        ----------
        value, gradient : array
            Of the same shape and type; the weight decay is in the gradient, see `with_decay`.
        slots : dict of str to array
            What the optimizer keeps of this parameter, by `slot_names`; zeros at first. It may
            write into these arrays, or put others in their places.
        """

    def with_decay(self, value: Array, gradient: Array, decay: float) -> tuple[Array, Array]:
        """Return value and gradient with the weight decay in them, as new arrays where they change.

        Here it is in the gradient, to which decay/2 * |w|^2 adds decay * w. An optimizer that lets
        weights decay in another way overrides this.
        """
        return value, gradient + decay * value

    def new_slots(self, value: Array) -> dict[str, Array]:
        """Return what is kept of a parameter before its first step: zeros of its shape, by name.

        An optimizer that keeps something of another shape, such as a count, adds it here.
        """
        return {name: np.zeros_like(value) for name in self.slot_names}

    def step(self, parameters: Mapping[str, Parameter] | Sequence[Parameter]) -> None:
        """Move every parameter that is trainable; always give the same ones in the same order.

        A parameter gets a new array as its value, so an array taken out before stays as it was.

        Parameters
        ----------
        parameters : dict of str to Parameter, or list of Parameter
            As `Layer.named_parameters` or `Layer.parameters` gives them; `decay_of` needs names.

        Raises
        ------
        ArgumentError
            If the parameters are not those of the steps before, so that what was kept of them would
            not fit, or if one that `decay_of` names is not among them.
        """
        named = parameters if isinstance(parameters, Mapping) else dict(enumerate(parameters))
        if not self._parameters:
            self._begin(named)
        if list(map(id, named.values())) != list(map(id, self._parameters)):
            raise ArgumentError(
                f"{type(self).__name__}: expected the {len(self._parameters)} parameters of the "
                f"steps before, got {len(named)} that are not the same; make a new optimizer for "
                "another model, and where layers were put in or taken out"
            )
        shorter = self._shorter([p.grad for p in named.values() if p.trainable])
        for (name, parameter), slots in zip(named.items(), self.slots, strict=True):
            if not parameter.trainable:
                continue
            gradient = parameter.grad.astype(parameter.value.dtype, copy=False)
            if shorter < 1:
                gradient = gradient * parameter.value.dtype.type(shorter)
            if gradient.shape != parameter.value.shape:
                raise ShapeError(
                    f"{type(self).__name__}: the gradient of {name} must have its shape "
                    f"{parameter.value.shape}, got {gradient.shape}"
                )
            decay = self.decay_of.get(str(name), self.weight_decay * parameter.decay)
            value = parameter.value
            if decay:
                value, gradient = self.with_decay(value, gradient, decay)
            value = self.update(value, gradient, slots)
            if value.shape != parameter.value.shape or np.may_share_memory(value, parameter.value):
                raise ArgumentError(
                    f"{type(self).__name__}: update must return a new array of shape "
                    f"{parameter.value.shape} for {name}, got one of shape {value.shape}, or the "
                    "value itself changed in place"
                )
            parameter.value = value.astype(parameter.value.dtype, copy=False)

    def _shorter(self, gradients: Sequence[Array]) -> float:
        """Return what to multiply the gradients by, so that their norm is `clip_norm` at most."""
        if self.clip_norm is None:
            return 1.0
        squares = (np.square(gradient, dtype=np.float64).sum() for gradient in gradients)
        norm = math.sqrt(sum(map(float, squares)))  # in float32, a long one would be infinite
        return self.clip_norm / max(norm, self.clip_norm)

    @property
    def learning_rate(self) -> float:
        """The rate at this moment of the training.

        Setting it, to a number or a `Schedule`, replaces the schedule: ``optimizer.learning_rate *=
        0.5`` in a callback halves the rate of this moment, which then stays.
        """
        rate = self.schedule(self.progress)
        return checks.real_number(type(self).__name__, "learning_rate", rate, minimum=0)

    @learning_rate.setter
    def learning_rate(self, value: float | Schedule) -> None:
        self.schedule = to_schedule(type(self).__name__, "learning_rate", value)

    def state(self) -> dict[str, Any]:
        """Return what changes from step to step, for a checkpoint: the slots, and any numbers."""
        numbers = {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, int | float) and name not in self.config
        }
        return {"numbers": numbers, "slots": self.slots}

    def restore(self, state: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> None:
        """Restore what `state` returned, for a model with the same parameters.

        Raises
        ------
        ArgumentError, DataError
            If it does not fit the optimizer or the parameters, or holds NaN or infinity.
        """
        owner = type(self).__name__
        for name in self.state()["numbers"]:
            checks.real_number(owner, name, state["numbers"][name])
            setattr(self, name, state["numbers"][name])
        if state["slots"]:  # else it was before the first step
            self._begin(parameters)
            found, expected = _shapes(state["slots"]), _shapes(self.slots)
            if found != expected:
                raise DataError(f"{owner}: expected slots of {expected}, got {found}")
            for name, array in (slot for slots in state["slots"] for slot in slots.items()):
                checks.finite(owner, name, array)
            self.slots = state["slots"]

    def check_names(self, named: Mapping[Any, Parameter]) -> None:
        """Raise ArgumentError if `decay_of` names what is not among them, or is a statistic."""
        known = [name for name, parameter in named.items() if parameter.role != "statistic"]
        unknown = [name for name in self.decay_of if name not in known]
        if unknown:
            raise ArgumentError(
                f"{type(self).__name__}: decay_of must name parameters that may learn, "
                f"which are {', '.join(map(str, known))}; got {', '.join(map(repr, unknown))}"
            )

    def _begin(self, named: Mapping[Any, Parameter]) -> None:
        """Take these parameters for the ones to move, with empty slots."""
        self.check_names(named)
        self._parameters = list(named.values())
        if len(set(map(id, self._parameters))) != len(self._parameters):
            raise ArgumentError(
                f"{type(self).__name__}: expected each parameter once, got one twice among "
                f"{', '.join(map(str, named))}"
            )
        self.slots = [self.new_slots(parameter.value) for parameter in self._parameters]

    def given_options(self) -> dict[str, Any]:
        """Return the learning rate as it was given, and None for no decays by name."""
        return {"learning_rate": as_given(self.schedule), "decay_of": self.decay_of or None}


def _shapes(slots: Sequence[Mapping[str, Array]]) -> list[dict[str, Any]]:
    """Return the shape of each slot, and the letter of its number type."""
    return [{name: (a.shape, a.dtype.kind) for name, a in slot.items()} for slot in slots]
