"""A learned array beside its gradient: all that an optimizer needs to know of a layer."""

import numpy as np

from minicnn.typing import Array

ZERO = bytes(16)
"""A zero of any type of number, which NumPy may read and not write."""


class Parameter:
    """A learned array and the gradient of the loss with respect to it.

    Parameters
    ----------
    name : str
        What it is called in its layer, such as ``"weight"``. A model puts the place of the layer in
        front when it is built: ``"0.weight"``.
    value : array
        The starting values.
    decay : bool, default True
        Whether weight decay pulls it towards zero. Biases are made with ``decay=False``: they cost
        no energy, and a shrunken bias only moves the threshold of its unit.
    trainable : bool, default True
        Whether an optimizer moves it. The gradient of a frozen one is not computed and stays zero.

    Attributes
    ----------
    grad : array
        dL/dvalue, of the shape of `value`; zeros until the first backward pass, and overwritten
        (not added to) by each one.

    Examples
    --------
    >>> import numpy as np
    >>> weight = Parameter("weight", np.ones((2, 3)))
    >>> weight.grad.shape
    (2, 3)
    >>> weight
    Parameter('weight', (2, 3))
    """

    __slots__ = ("decay", "grad", "name", "trainable", "value")

    def __init__(
        self, name: str, value: Array, *, decay: bool = True, trainable: bool = True
    ) -> None:
        self.name = name
        self.value = value
        self.grad: Array = np.zeros_like(value)
        self.decay = decay
        self.trainable = trainable

    def replica(self) -> "Parameter":
        """Return a parameter that shares the value, the same array, and has its own gradient.

        Until the first backward pass that is one zero in every place, and cannot be written into.
        """
        other = object.__new__(Parameter)
        other.name, other.value = self.name, self.value
        other.decay, other.trainable = self.decay, self.trainable
        nowhere = (0,) * self.value.ndim
        other.grad = np.ndarray(self.value.shape, self.value.dtype, buffer=ZERO, strides=nowhere)
        return other

    def __repr__(self) -> str:
        return f"Parameter({self.name!r}, {self.value.shape})"
