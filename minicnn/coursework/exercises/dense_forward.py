"""A dense layer."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def dense_forward(x: Array, w: Array, b: Array) -> Array:
    """Return the outputs of a dense layer, y = x w^T + b.

    Each output is a sum over all inputs of the sample, each times a weight of its own, and a bias:
    y[n, o] = sum over i of w[o, i] * x[n, i], plus b[o].

    Parameters
    ----------
    x : array (N, D_in)
        The inputs, one sample a row.
    w : array (D_out, D_in)
        The weights, one output a row.
    b : array (D_out,)
        The biases.

    Returns
    -------
    array (N, D_out)
        The outputs.
    """
    return x @ w.T + b


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, N: int, D_in: int, D_out: int) -> Case:
        x, w, b = rng.normal(size=(N, D_in)), rng.normal(size=(D_out, D_in)), rng.normal(size=D_out)
        return Case(what, (x, w, b + 2 * np.sign(b)))

    return [
        Case(
            "one sample, two inputs, two outputs",
            (
                np.array([[2.0, -1.0]]),
                np.array([[1.0, 3.0], [4.0, 5.0]]),
                np.array([10.0, 20.0]),
            ),
        ),
        Case(
            "three samples of two inputs, one output",
            (
                np.array([[1.0, 2.0], [3.0, 5.0], [-4.0, -1.0]]),
                np.array([[2.0, -3.0]]),
                np.array([0.5]),
            ),
        ),
        case("more outputs than inputs", 1, 3, 4),
        case("as many samples, inputs and outputs", 3, 3, 3),
        case("two samples", 2, 3, 4),
        case("random numbers", 5, 7, 3),
        Case(
            "float32 in another memory order",
            (
                rng.normal(size=(6, 4)).astype(np.float32).T,
                rng.normal(size=(6, 3)).astype(np.float32).T,
                (rng.normal(size=6).astype(np.float32) * 3)[::2],
            ),
        ),
    ]


exercise = Exercise(dense_forward, ["y"], cases)
