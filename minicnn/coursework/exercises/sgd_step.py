"""A step of gradient descent with momentum."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

Both = tuple[Array, Array]


def sgd_step(w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float) -> Both:
    """Return the weights after a step of gradient descent with momentum, and the velocity.

    The velocity is a sum of all gradients so far, in which the older ones fade:

        velocity = momentum * velocity + dw
        w = w - learning_rate * velocity

    The learning rate stands outside of the velocity, as in PyTorch. `w` and `velocity` may be
    written into.

    Parameters
    ----------
    w : array of any shape
        The weights.
    dw : array of the same shape
        dL/dw.
    velocity : array of the same shape
        From the last step; zeros before the first.
    learning_rate : float
    momentum : float
        The share of the velocity that is kept, from 0 up to but not including 1.

    Returns
    -------
    w, velocity : arrays of the same shape
        The weights and the velocity after the step.
    """
    velocity = momentum * velocity + dw
    w = w - learning_rate * velocity
    return w, velocity


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    w, dw, velocity = rng.normal(size=(3, 3, 2, 4, 5))
    small_w, small_dw, small_velocity = rng.normal(size=(3, 3, 4)).astype(np.float32)
    return [
        Case(
            "two weights on their way",
            (np.array([5.0, -2.0]), np.array([4.0, 1.0]), np.array([10.0, -20.0]), 0.25, 0.8),
        ),
        Case(
            "the first step, from rest",
            (np.array([[1.0, 2.0, 3.0]]), np.array([[-2.0, 4.0, 1.0]]), np.zeros((1, 3)), 0.1, 0.9),
        ),
        Case("kernels", (w, dw, velocity, 0.3, 0.7)),
        Case(
            "float32 in another memory order",
            (small_w.T, small_dw.T, small_velocity.T, 0.2, 0.9),
        ),
    ]


exercise = Exercise(sgd_step, ["w", "velocity"], cases, may_write=["w", "velocity"])
