"""The gradient of ReLU."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def relu_backward(dy: Array, x: Array) -> Array:
    """Return dL/dx of y = max(x, 0).

    Where x is positive, y grows as x does; where it is negative, y stays at zero whatever x does.
    At exactly zero the gradient is taken as zero.

    Parameters
    ----------
    dy : array of any shape
        dL/dy.
    x : array of the same shape
        What went into the ReLU.

    Returns
    -------
    array of the same shape
        dL/dx.
    """
    return dy * (x > 0)


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    return [
        Case(
            "a positive, a zero and a negative input",
            (np.array([[3.0, 5.0, 7.0]]), np.array([[2.0, 0.0, -4.0]])),
        ),
        Case(
            "negative gradients",
            (np.array([[-3.0, 5.0], [-7.0, -2.0]]), np.array([[2.0, 0.5], [-4.0, 6.0]])),
        ),
        Case("pictures", (rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 4, 5)))),
        Case(
            "float32 in another memory order",
            (
                rng.normal(size=(4, 2, 3)).astype(np.float32).transpose(2, 0, 1),
                rng.normal(size=(4, 2, 3)).astype(np.float32).transpose(2, 0, 1),
            ),
        ),
    ]


exercise = Exercise(relu_backward, ["dx"], cases)
