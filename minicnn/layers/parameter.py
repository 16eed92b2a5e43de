"""An array that belongs to a layer, beside its gradient: all that an optimizer needs to know."""

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.typing import Array, Shape

ROLES = ("learned", "frozen", "statistic")
"""What a parameter is for. An optimizer moves the learned ones. A frozen one stays as it is until
it is thawed. A statistic, such as a running mean, is changed by its layer in `forward`, in training
alone; it is saved, restored and checked like the others, and never stepped. Whoever changes a
parameter sets `value` to a new array and leaves the old one as it was: others may have kept it."""


class Parameter:
    """An array of a layer and the gradient of the loss with respect to it.

    Parameters
    ----------
    name : str
        What it is called in its layer, such as ``"weight"``. A model puts the place of the layer in
        front: ``"0.weight"``, see `Layer.named_parameters`.
    value : array
        The starting values, float32 or float64. Floats of 16 bits become float32.
    decay : bool, default True
        Whether weight decay pulls it towards zero. Biases are made with ``decay=False``: they cost
        no energy, and a shrunken bias only moves the threshold of its unit.
    role : "learned", "frozen" or "statistic", default "learned"
        See `ROLES`. The gradient of one that is not learned is not computed, and `grad` stays as it
        was.

    Attributes
    ----------
    grad : array
        dL/dvalue, of the shape of `value`; zeros until the first backward pass, and overwritten
        (not added to) by each one.

    Raises
    ------
    ShapeError
        If `value` is anything else than an array of floats of at most 64 bits.
    ArgumentError
        If there is no such role.

    Examples
    --------
    >>> weight = Parameter("weight", np.ones((2, 3)))
    >>> weight.grad.shape, weight.trainable
    ((2, 3), True)
    >>> Parameter("running_mean", np.zeros(3), role="statistic")
    Parameter('running_mean', (3,), role='statistic')
    """

    __slots__ = ("_value", "decay", "grad", "name", "role")

    def __init__(
        self, name: str, value: Array, *, decay: bool = True, role: str = "learned"
    ) -> None:
        self.name = name
        self._value = _as_floats(name, value)
        self.grad: Array = np.zeros_like(self._value)
        self.decay = decay
        self.role = checks.choice("Parameter", "role", role, ROLES)

    @property
    def value(self) -> Array:
        """The array, float32 or float64. A new one must have the shape of the old one.

        Floats of 16 bits become float32.
        """
        return self._value

    @value.setter
    def value(self, value: Array) -> None:
        self._value = _as_floats(self.name, value, self._value.shape)

    @property
    def trainable(self) -> bool:
        """Whether an optimizer moves it. Setting it freezes or thaws."""
        return self.role == "learned"

    @trainable.setter
    def trainable(self, value: bool) -> None:
        if self.role == "statistic":
            raise ArgumentError(f"{self}: a statistic is never trained, so trainable cannot be set")
        self.role = "learned" if checks.flag(repr(self), "trainable", value) else "frozen"

    def __repr__(self) -> str:
        role = "" if self.role == "learned" else f", role={self.role!r}"
        return f"Parameter({self.name!r}, {self.value.shape}{role})"


def _as_floats(name: str, value: Array, shape: Shape | None = None) -> Array:
    """Return an array of float32 or float64, or raise ShapeError; of one shape if that is given."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and shape in (None, value.shape):
        if value.dtype.itemsize < 4:  # no file of weights has such, and sums of them are too coarse
            return value.astype(np.float32)
        if value.dtype.itemsize <= 8:
            return value
    wanted = "" if shape is None else f" of shape {shape}"
    got = getattr(value, "dtype", type(value).__name__)
    raise ShapeError(
        f"Parameter {name!r}: expected an array of float32 or float64{wanted}, got {got} of shape "
        f"{np.shape(value)}"
    )
