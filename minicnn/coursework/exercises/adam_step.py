"""A step of Adam."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

Three = tuple[Array, Array, Array]


def adam_step(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    """Return the weights after a step of Adam, and its two means.

    Each weight has a step size of its own. m is a mean of the gradients so far and v a mean of
    their squares, in which the older ones fade:

        m = beta1 * m + (1 - beta1) * dw
        v = beta2 * v + (1 - beta2) * dw^2

    Both begin at zero, which pulls them towards zero at first. So they are corrected for the step,
    but not for the next one: what is returned is m and v as above.

        m_hat = m / (1 - beta1^t)
        v_hat = v / (1 - beta2^t)
        w = w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)

    `w`, `m` and `v` may be written into.

    Parameters
    ----------
    w : array of any shape
        The weights.
    dw : array of the same shape
        dL/dw.
    m, v : arrays of the same shape
        The means from the last step; zeros before the first.
    t : int
        The number of this step: 1 for the first.
    learning_rate : float
    beta1, beta2 : float
        The share of each mean that is kept, from 0 up to but not including 1.
    epsilon : float
        Bounds the step where the gradients are almost zero. In use it is tiny; here it is large, so
        that it shows where it stands.

    Returns
    -------
    w, m, v : arrays of the same shape
        The weights and the means after the step.
    """
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return w, m, v


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    w, dw, m = rng.normal(size=(3, 3, 2, 4, 5))
    small_w, small_dw, small_m = rng.normal(size=(3, 3, 4)).astype(np.float32)
    return [
        Case(
            "the first step",
            (
                *(np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.zeros(2), np.zeros(2)),
                *(1, 0.5, 0.8, 0.9, 1.0),
            ),
        ),
        Case(
            "the second step",
            (
                *(np.array([1.0, -2.0]), np.array([2.0, 4.0])),
                *(np.array([1.0, 3.0]), np.array([4.0, 9.0])),
                *(2, 0.5, 0.8, 0.9, 1.0),
            ),
        ),
        Case("kernels", (w, dw, m, rng.uniform(0.2, 2, w.shape), 3, 0.3, 0.7, 0.95, 0.2)),
        Case(
            "float32 in another memory order",
            (
                *(small_w.T, small_dw.T, small_m.T),
                rng.uniform(0.2, 2, (3, 4)).astype(np.float32).T,
                *(5, 0.2, 0.9, 0.99, 0.1),
            ),
        ),
    ]


exercise = Exercise(adam_step, ["w", "m", "v"], cases, may_write=["w", "m", "v"])
