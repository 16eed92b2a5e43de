"""The gradients of a dense layer."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

Gradients = tuple[Array, Array, Array]


def dense_backward(dy: Array, x: Array, w: Array) -> Gradients:
    """Return dL/dx, dL/dw and dL/db of y = dense_forward(x, w, b).

    A weight w[o, i] takes part in y[n, o] of every sample n, where it is multiplied by x[n, i]; an
    input x[n, i] takes part in every output of its sample, where it is multiplied by w[o, i]; a
    bias is added in every sample. What takes part in several outputs adds up their gradients.
    The loss is a mean over the batch, and dy has the 1 / N of that mean in it already.

    Parameters
    ----------
    dy : array (N, D_out)
        dL/dy.
    x : array (N, D_in)
        What went into the layer.
    w : array (D_out, D_in)
        The weights.

    Returns
    -------
    dx : array (N, D_in)
        dL/dx.
    dw : array (D_out, D_in)
        dL/dw.
    db : array (D_out,)
        dL/db.
    """
    dx = dy @ w
    dw = dy.T @ x
    db = dy.sum(axis=0)
    return dx, dw, db


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, N: int, D_in: int, D_out: int) -> Case:
        dy, x, w = (
            rng.normal(size=(N, D_out)),
            rng.normal(size=(N, D_in)),
            rng.normal(size=(D_out, D_in)),
        )
        return Case(what, (dy, x, w))

    return [
        Case(
            "one sample, two inputs, two outputs",
            (np.array([[10.0, -1.0]]), np.array([[2.0, 3.0]]), np.array([[4.0, 5.0], [6.0, 8.0]])),
        ),
        Case(
            "two samples of two inputs, one output",
            (
                np.array([[2.0], [3.0]]),
                np.array([[5.0, 1.0], [7.0, -2.0]]),
                np.array([[4.0, 6.0]]),
            ),
        ),
        case("one sample, more inputs than outputs", 1, 4, 3),
        case("two samples", 2, 3, 4),
        case("as many samples, inputs and outputs", 3, 3, 3),
        case("random numbers", 5, 7, 3),
        Case(
            "float32 in another memory order",
            (
                rng.normal(size=(3, 5)).astype(np.float32).T,
                rng.normal(size=(4, 5)).astype(np.float32).T,
                rng.normal(size=(4, 3)).astype(np.float32).T,
            ),
        ),
    ]


exercise = Exercise(dense_backward, ["dx", "dw", "db"], cases)
